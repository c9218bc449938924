"""A list shows a page on a terminal, and is printed while it is read elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from crm.cli.kit.face import Face
from crm.cli.printing.language import Language
from crm.cli.printing.lists import MEASURED, table_lines
from crm.cli.printing.tables import Column, plainly, table
from tests.cli.conftest import Terminal

COLUMNS = (
    Column("No.", lambda _, row: str(row.id), right=True),
    Column("Title", lambda _, row: row.title, least=6),
    Column("Rare", lambda _, row: row.rare, drops=1),
)


def rows(count: int, rare: int = -1) -> Iterator[SimpleNamespace]:
    """Yield rows; one of them has a value in the last column."""
    for number in range(count):
        yield SimpleNamespace(id=number, title=f"第 {number} 期 project", rare="here" if number == rare else "")


@pytest.mark.portable
@pytest.mark.parametrize("columns", ["", "24", "80"])
def test_lines_are_those_of_a_table(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its widths, breaks and dropped columns."""
    monkeypatch.setenv("CRM_WIDTH", columns)
    face = Face(Language("en"))
    assert "\n".join(table_lines(face, rows(7, rare=3), COLUMNS)) == plainly(table(face, [*rows(7, rare=3)], COLUMNS))


@pytest.mark.portable
def test_a_pipe_has_all_columns_whatever_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """COLUMNS, which shells may export, is the width of a terminal; CRM_WIDTH is that of all output."""
    monkeypatch.setenv("CRM_WIDTH", "")
    whole = list(table_lines(Face(Language("en")), rows(7, rare=3), COLUMNS))
    monkeypatch.setenv("COLUMNS", "12")
    assert list(table_lines(Face(Language("en")), rows(7, rare=3), COLUMNS)) == whole
    monkeypatch.setenv("CRM_WIDTH", "12")
    assert max(map(len, table_lines(Face(Language("en")), rows(7, rare=3), COLUMNS))) <= 12


@pytest.mark.portable
def test_the_first_line_takes_no_more_rows_than_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest is read while it is printed; a column that is empty so far may be filled later, and stays."""
    monkeypatch.setenv("CRM_WIDTH", "")
    taken = list[int]()

    def read() -> Iterator[SimpleNamespace]:
        for row in rows(10 * MEASURED, rare=9 * MEASURED):
            taken.append(row.id)
            yield row

    lines = table_lines(Face(Language("en")), read(), COLUMNS)
    assert next(lines).split() == ["No.", "Title", "Rare"]
    assert len(taken) == MEASURED + 1
    assert sum("here" in line for line in lines) == 1


@pytest.mark.portable
def test_json_is_printed_item_by_item(capsys: pytest.CaptureFixture[str]) -> None:
    """It is the array that is printed at once otherwise, an empty one too."""
    face = Face(Language("en"), as_json=True)
    whole = [{"id": number, "text": "两行\n的"} for number in range(3)]
    for some in (whole, []):
        face.print_rows(iter(some), COLUMNS, empty="None.")
        assert capsys.readouterr().out == json.dumps(some, ensure_ascii=False, indent=2) + "\n"


def test_a_terminal_shows_a_page_and_how_to_get_the_rest(reader: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere all is printed, on a terminal with --limit 0."""
    monkeypatch.setattr("crm.cli.printing.paging.ROWS", 2)
    everything = reader.json("lead", "list")
    assert len(everything) == 3
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True, raising=False)
    first, second = reader.ok("lead", "list"), reader.ok("lead", "list", "--offset", "2")
    assert "1 to 2 of 3. The next: --offset 2; all: --limit 0." in first
    assert "--limit 0" not in second
    whole = reader.ok("lead", "list", "--limit", "0")
    for row in everything:
        assert [row["title"][:4] in text for text in (first, second)].count(True) == 1
        assert row["title"][:4] in whole
    assert reader.json("lead", "list") == everything


def test_how_many_there_are(reader: Terminal) -> None:
    """A number alone, whatever part of the list is asked for."""
    assert reader.ok("lead", "list", "--count") == "3\n"
    assert reader.json("lead", "list", "--count", "--stage", "signed") == 0
    assert reader.ok("station", "list", "--count", "--limit", "1").strip().isdecimal()
