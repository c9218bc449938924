"""What a form of file needs and has: old workbooks, separators, missing extras, memory."""

from __future__ import annotations

import sys
import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from crm.demo.ledgers import ledger
from crm.errors import InvalidInput
from crm.exchange.imports.opening import open_table
from crm.exchange.imports.templates import csv_template, xlsx_template
from tests.exchange.imports.books import write_xlsx
from tests.exchange.imports.old_books import write_xls

pytestmark = pytest.mark.portable

_ROWS: list[list[str | float]] = [
    ["2026年台账"],
    ["企业名称", "投资额（万美元）", "登记日期", "电话"],
    ["示例精密", 12.1, 46166.0, 13800138000.0],
    ["合计", 12.1],
]


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    """XLS has numbers, texts and serial days like the others."""
    table = open_table(write_xls(tmp_path / "old.xls", _ROWS))
    (row,) = table.rows()
    assert (table.form, table.header_row, row.number) == ("xls", 2, 3)
    assert row.values == {
        "investor.name": "示例精密",
        "lead.expected": "121000 USD",
        "lead.received": date(2026, 5, 24),
        "contact.phone": "13800138000",
    }


def test_a_damaged_old_workbook_is_refused(tmp_path: Path) -> None:
    """Wherever it is cut or changed, it is read or refused."""
    good = write_xls(tmp_path / "old.xls", _ROWS).read_bytes()
    path = tmp_path / "bad.xls"
    for at in range(8, 2200, 97):
        for content in (good[:at], good[:at] + b"\xff" * 8 + good[at + 8 :]):
            path.write_bytes(content)
            try:
                list(open_table(path).rows())
            except InvalidInput as refusal:
                _ = str(refusal)


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_are_found(tmp_path: Path, separator: str, end: str) -> None:
    """The separator is that of most lines; a comma within a text of another one does not count."""
    path = tmp_path / "table"
    lines = [
        ["企业名称", "国别", "备注"],
        ["示例, 甲" if separator != "," else "示例甲", "日本", "a"],
        ["示例乙", "德国", ""],
    ]
    path.write_bytes(end.join(separator.join(line) for line in lines).encode())
    assert [row.values["investor.country"] for row in open_table(path).rows()] == ["日本", "德国"]


def test_without_the_extra_csv_is_read_and_workbooks_name_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal says what to install, and what does not need it."""
    book = write_xlsx(tmp_path / "a.xlsx", {"a": [["企业名称", "国别"], ["示例", "日本"]]})
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(InvalidInput, match=r"investor-crm\[import\]"):
        open_table(book)
    with pytest.raises(InvalidInput, match=r"investor-crm\[import\]"):
        xlsx_template("leads")
    plain = tmp_path / "a.csv"
    plain.write_bytes(csv_template("leads"))
    assert open_table(plain).form == "csv"


@pytest.mark.whole
@pytest.mark.usefixtures("collected_often")
def test_the_memory_of_a_text_file_does_not_grow_with_its_rows(tmp_path: Path) -> None:
    """Nine hundred rows take what three hundred take."""
    peaks = []
    for rows in (300, 900):
        path = tmp_path / f"{rows}.csv"
        path.write_bytes(ledger("zh", rows).as_csv("utf-8"))
        table = open_table(path)
        tracemalloc.start()
        assert sum(1 for _ in table.rows()) == rows
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 100_000
