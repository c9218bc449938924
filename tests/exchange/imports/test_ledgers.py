"""Ledgers as ugly as real ones, read in four languages, encodings and forms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from crm.demo.ledgers import ENCODINGS, ledger
from crm.exchange.imports.opening import open_table
from crm.exchange.imports.table import Table
from tests.exchange.imports.books import ods_row, write_ledger, write_ods, write_xlsx

pytestmark = pytest.mark.portable

_UNITS = {"zh": (10**4, "USD"), "en": (10**6, "EUR"), "ja": (10**6, "JPY"), "ko": (10**8, "KRW")}
_AMOUNTS = {"12.1": "12.1", "1,200": "1200", "350": "350", "3": "3", "0.35": "0.35", "12.5": "12.5"}


@pytest.fixture(params=["csv", "utf-16", "xlsx", "ods"])
def form(request: pytest.FixtureRequest) -> str:
    """The form of the file."""
    return str(request.param)


def _written(folder: Path, language: str, form: str) -> Path:
    found, path = ledger(language, 12), folder / "ledger"
    match form:
        case "csv":
            path.write_bytes(found.as_csv(ENCODINGS[language]))
        case "utf-16":
            path.write_bytes(found.as_csv("utf-16"))
        case "ods":
            write_ods(path, "".join(map(ods_row, found.lines)))
        case _:
            write_ledger(path, found)
    return path


@pytest.mark.parametrize("language", sorted(ENCODINGS))
def test_an_ugly_ledger_is_read_without_being_told_anything(tmp_path: Path, language: str, form: str) -> None:
    """Encoding, header, columns, units, days and open values are found; totals and notes are left out and named."""
    table = open_table(_written(tmp_path, language, form))
    assert not table.unsure
    assert not table.unknown
    rows = list(table.rows())
    source = ledger(language, 12)
    assert len(rows) == 12
    assert [skipped.why for skipped in table.skipped] == ["total", "note"]
    assert len([path for path in table.mapping.columns.values() if path]) == source.known
    factor, currency = _UNITS[language]
    for row, line in zip(rows, source.rows, strict=True):
        assert not row.wrong
        assert row.values["investor.name"] == line[1]
        assert row.values["contact.phone"] == line[5]
        assert row.values["meeting.at"] == date(2026, 5, 24)
        amount = _AMOUNTS.get(line[7])
        expected = None if amount is None else f"{(Decimal(amount) * factor).normalize():f} {currency}"
        assert row.values["lead.expected"] == expected


@pytest.mark.parametrize("language", sorted(ENCODINGS))
def test_a_ledger_in_the_encoding_of_its_country_is_decoded(tmp_path: Path, language: str) -> None:
    """Each ledger is recognised by its characters."""
    table = open_table(_written(tmp_path, language, "csv"))
    names = {"zh": "gb18030", "en": "windows-1252", "ja": "shift-jis", "ko": "euc-kr"}
    assert table.encoding == names[language]


def test_a_row_keeps_its_number_and_its_texts(tmp_path: Path) -> None:
    """A row has the number that a spreadsheet shows, and its cells as they stood."""
    table = open_table(_written(tmp_path, "zh", "xlsx"))
    row = next(table.rows())
    assert (row.number, row.sheet) == (5, "台账")
    assert row.cells["企业名称"] == "示例1号精密制造有限公司"
    assert row.headers["contact.name"] == "对方联系方式 联系人"


def test_merged_cells_count_for_each_of_their_rows_but_an_amount_once(tmp_path: Path) -> None:
    """A company merged over three projects is that of all three; an amount merged over them is not tripled."""
    rows: list[list[object]] = [
        ["企业名称", "项目名称", "投资额（万元）"],
        ["示例企业", "一期", 100],
        ["", "二期", ""],
        ["", "三期", ""],
        ["另一示例", "一期", 5],
    ]
    path = write_xlsx(tmp_path / "merged", {"a": rows}, merged=[(1, 0, 3, 0), (1, 2, 3, 2)])
    found = [(row.values["investor.name"], row.values["lead.expected"]) for row in open_table(path).rows()]
    assert found == [
        ("示例企业", "1000000 CNY"),
        ("示例企业", None),
        ("示例企业", None),
        ("另一示例", "50000 CNY"),
    ]


def test_the_same_table_can_be_read_again(tmp_path: Path) -> None:
    """Rows are streamed from the file each time, with the same checksum."""
    table = open_table(_written(tmp_path, "ja", "csv"))
    assert list(table.rows()) == list(table.rows())
    assert isinstance(table, Table)
    assert table.checksum == open_table(table.file).checksum
