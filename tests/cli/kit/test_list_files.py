"""A list as a file: formats, columns, types; nothing overwritten, nothing that the actor may not see."""

from __future__ import annotations

import csv
import io
import json
import sys
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from crm.cli.kit.filing import filing_options
from tests.cli.conftest import Terminal
from tests.cli.kit.test_help import VERBS

pytestmark = pytest.mark.portable


def sheet(path: Path) -> list[list[object]]:
    """Return the cells of the only sheet of a workbook."""
    book = CalamineWorkbook.from_path(path)
    (name,) = book.sheet_names
    return [list(row) for row in book.get_sheet_by_name(name).to_python()]


@pytest.mark.parametrize("ending", ["xlsx", "csv", "json", "txt"])
def test_the_ending_says_the_format(reader: Terminal, tmp_path: Path, ending: str) -> None:
    """A file that is there is kept, unless it is to be replaced; only its owner can read it."""
    path = tmp_path / f"leads.{ending}"
    assert str(path) in reader.ok("lead", "list", "--output", str(path))
    content = path.read_bytes()
    reader.refused(2, "lead", "list", "--output", str(path))
    assert path.read_bytes() == content
    reader.ok("lead", "list", "--output", str(path), "--force", "--limit", "1")
    assert len(path.read_bytes()) < len(content)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_workbook_has_types(town: Terminal, tmp_path: Path) -> None:
    """Amounts are numbers, days are days, long digits and what looks like a formula stay text; headings are of the language."""
    town.ok("lead", "open", "丸善", "--title", "=1+1", "--expected", "12345.67 USD", "--received", "2023-02-03")
    path = tmp_path / "leads.xlsx"
    town.ok(
        "lead",
        "list",
        "--columns",
        "title,expected,received_on,days_in_stage,stage",
        "--output",
        str(path),
        "--lang",
        "zh",
    )
    heading, *rows = sheet(path)
    assert heading[:2] == ["项目", "预期金额"]
    (row,) = (row for row in rows if row[0] == "=1+1")
    assert row[1:3] == [12345.67, date(2023, 2, 3)]
    assert isinstance(row[3], float)
    assert row[4] == "接洽"
    everything = tmp_path / "all.xlsx"
    town.ok("lead", "list", "--columns", "all", "--output", str(everything))
    assert len(sheet(everything)[0]) > len(heading)


def test_csv_is_harmless_and_exact(town: Terminal) -> None:
    """An apostrophe before what a spreadsheet would run; amounts with their currency beside them."""
    town.ok("lead", "open", "丸善", "--title", "=1+1", "--expected", "12345.67 USD", "--received", "2023-02-03")
    text = town.ok("lead", "list", "--format", "csv", "--columns", "title,expected,received_on", "--lang", "en")
    heading, *rows = csv.reader(io.StringIO(text))
    assert heading == ["Project", "Expected", "Currency", "day received"]
    assert ["'=1+1", "12345.67", "USD", "2023-02-03"] in rows


def test_filters_and_pages_apply(reader: Terminal, tmp_path: Path) -> None:
    """The file has the rows of the list."""
    path = tmp_path / "leads.json"
    reader.ok("lead", "list", "--station", "tokyo", "--output", str(path))
    assert json.loads(path.read_text("utf-8")) == reader.json("lead", "list", "--station", "tokyo")
    reader.ok("lead", "list", "--limit", "1", "--output", str(path), "--force")
    assert len(json.loads(path.read_text("utf-8"))) == 1


def test_hidden_leads_stay_hidden(reader: Terminal, tmp_path: Path) -> None:
    """A file of somebody who may not see a lead has its code name alone."""
    path = tmp_path / "leads.csv"
    reader.ok("lead", "list", "--columns", "all", "--output", str(path), "--as", "tokyo.desk")
    text = path.read_text("utf-8-sig")
    assert "Falcon" in text
    assert "暗线" not in text


def test_columns_are_chosen_by_heading_or_key(reader: Terminal) -> None:
    """In a table, in JSON; unknown ones are refused with those there are."""
    assert reader.json("lead", "list", "--columns", "title, stage", "--limit", "1")[0].keys() == {"title", "stage"}
    table = reader.ok("lead", "list", "--columns", "项目，阶段", "--lang", "zh")
    assert table.splitlines()[0].split() == ["项目", "阶段"]
    problem = reader.refused(2, "lead", "list", "--columns", "title,nothing")["problems"][0]
    assert "nothing" in problem["text"]
    assert "received_on" in problem["way_out"]


def test_an_empty_list_is_a_file_with_headings(reader: Terminal, tmp_path: Path) -> None:
    """So that what reads it every week does not fail."""
    path = tmp_path / "none.csv"
    reader.ok("lead", "list", "--status", "lost", "--output", str(path), "--lang", "en")
    (heading,) = csv.reader(io.StringIO(path.read_text("utf-8-sig")))
    assert "Project" in heading


def test_without_the_extra_a_workbook_is_refused(
    reader: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what to install; CSV does not need it."""
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    problem = reader.refused(2, "lead", "list", "--output", str(tmp_path / "x.xlsx"))["problems"][0]
    assert "reports" in problem["way_out"]
    assert not (tmp_path / "x.xlsx").exists()
    reader.ok("lead", "list", "--output", str(tmp_path / "x.csv"))


def test_every_list_can_be_a_file() -> None:
    """Each verb called list, and the others that print rows, has the options."""

    @filing_options
    def declared() -> None: ...

    wanted = {parameter.name for parameter in declared.__click_params__}  # type: ignore[attr-defined]  # Click keeps them there
    lists = {"list", "stale", "find", "pool", "history", "duplicates", "due"}
    lacking = [
        path
        for path, command in VERBS.items()
        if path[-1] in lists and not wanted <= {parameter.name for parameter in command.params}
    ]
    assert lacking == []
