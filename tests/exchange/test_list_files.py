"""Lists as CSV and XLSX: typed, harmless, and written while they are read."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from crm.cli.printing.language import Language
from crm.errors import InvalidInput
from crm.exchange import list_files
from crm.exchange.list_files import Heading, Value, csv_parts, workbook_parts
from crm.exchange.writing import Writer
from crm.values.money import Money
from tests.tiers import examples

pytestmark = pytest.mark.portable

WRITER = Writer(Language("en"))
AT = datetime.fromisoformat("2023-02-06T14:30")
HEADINGS = [Heading("No."), Heading("Amount", money=True), Heading("On"), Heading("At"), Heading("Text")]
ROWS: list[list[Value]] = [
    [1, Money(12345, "USD"), date(2023, 2, 6), AT, "=1+1"],
    [2, None, None, None, "91370100MA3C0000X3"],
    [3, Money(5, "JPY"), None, None, "00012345678901234567"],
]


def cells(parts: Iterator[bytes]) -> list[list[object]]:
    """Return what a workbook has."""
    return [
        list(row)
        for row in CalamineWorkbook.from_filelike(io.BytesIO(b"".join(parts))).get_sheet_by_index(0).to_python()
    ]


def test_a_workbook_keeps_types() -> None:
    """Numbers, days and instants are what they are; digits and formulas stay text."""
    heading, *rows = cells(workbook_parts("lead", HEADINGS, ROWS, WRITER))
    assert heading == ["No.", "Amount", "On", "At", "Text"]
    assert rows[0] == [1, 123.45, date(2023, 2, 6), AT, "=1+1"]
    assert [row[4] for row in rows[1:]] == ["91370100MA3C0000X3", "00012345678901234567"]
    assert rows[2][1] == 5


def test_csv_has_amounts_with_their_currency() -> None:
    """Exact, each in a column of its own; what a spreadsheet would run gets an apostrophe."""
    text = b"".join(csv_parts(HEADINGS, ROWS, WRITER)).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[:3] == [
        ["No.", "Amount", "Currency", "On", "At", "Text"],
        ["1", "123.45", "USD", "2023-02-06", "2023-02-06 14:30", "'=1+1"],
        ["2", "", "", "", "", "91370100MA3C0000X3"],
    ]


@examples(30)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30), max_size=5))
def test_every_text_comes_back_from_csv(texts: list[str]) -> None:
    """Apart from the apostrophe."""
    text = b"".join(csv_parts([Heading("t")], [[text] for text in texts], WRITER)).decode("utf-8-sig")
    found = [row[0] if row else "" for row in csv.reader(io.StringIO(text, newline=""))][1:]
    assert [one.removeprefix("'") for one in found] == [one.removeprefix("'") for one in texts]


def test_the_first_part_comes_before_the_last_row() -> None:
    """A long list is written while it is read."""
    read = 0

    def rows() -> Iterator[list[Value]]:
        nonlocal read
        for read in range(100_000):  # noqa: B007 - how many were read
            yield ["x" * 100]

    parts = csv_parts([Heading("t")], rows(), WRITER)
    next(parts)
    next(parts)
    assert 0 < read < 50_000


@pytest.mark.usefixtures("collected_often")
@pytest.mark.whole  # that the library keeps rows in a file is its option, which test_a_workbook_keeps_types uses
def test_a_workbook_is_not_kept_in_memory() -> None:
    """Of ten times as many rows no more."""
    peaks = []
    for many in (500, 5_000):
        tracemalloc.start()
        for _ in workbook_parts("lead", HEADINGS, (ROWS[0] for _ in range(many)), WRITER):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 2


def test_more_rows_than_a_sheet_has_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With the way to a format that takes them; no temporary file is left."""
    monkeypatch.setattr(list_files, "MOST_ROWS", 3)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(InvalidInput, match="csv"):
        list(workbook_parts("lead", HEADINGS, ROWS, WRITER))
    assert [*tmp_path.iterdir()] == []
