"""Files that somebody made to do harm, and files that were damaged: refused with the reason, within bounds."""

from __future__ import annotations

import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from crm.demo.ledgers import ledger
from crm.errors import InvalidInput
from crm.exchange.imports import bounds, packages
from crm.exchange.imports.opening import open_table
from tests.exchange.imports.books import ods_row, repacked, write_ledger, write_ods, write_xlsx
from tests.tiers import examples

pytestmark = [pytest.mark.portable, pytest.mark.usefixtures("collected_often")]

_SHEET = "xl/worksheets/sheet1.xml"
_CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:示例\r\nORG:示例公司\r\nEND:VCARD\r\n"
_EVENT = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:a\r\nDTSTART:20260524T140000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def _refusal(path: Path) -> str:
    """Return the code of the refusal of a file, read to its end in little memory."""
    tracemalloc.start()
    with pytest.raises(InvalidInput) as refused:
        list(open_table(path).rows())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40_000_000
    assert all(str(problem) and problem.way_out for problem in refused.value.problems)
    return refused.value.problems[0].code


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook that is read."""
    return write_xlsx(tmp_path / "good.xlsx", {"a": [["企业名称", "国别"], ["示例", "日本"]]})


def test_a_small_file_that_unpacks_to_gigabytes_is_refused(tmp_path: Path, book: Path) -> None:
    """A zip bomb is found while it is unpacked, whatever size it states."""
    bomb = repacked(book, tmp_path / "bomb", {_SHEET: b"<c>" + b" " * 60_000_000})
    assert _refusal(bomb) == "bomb"
    content = bytearray(bomb.read_bytes())
    with zipfile.ZipFile(bomb) as package:
        honest = package.getinfo(_SHEET).file_size.to_bytes(4, "little")
    lying = tmp_path / "lying"
    lying.write_bytes(bytes(content).replace(honest, (1000).to_bytes(4, "little")))
    assert _refusal(lying) in {"bomb", "damaged"}


def _cells(xml: str) -> bytes:
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"{xml}</sheetData></worksheet>"
    ).encode()


def test_many_large_sheets_are_refused_as_one_large_one(tmp_path: Path, book: Path) -> None:
    """The cells of all sheets count together; ODS has them in one part."""
    corner = '<row r="300000"><c r="Z300000"><v>1</v></c></row>'
    sheets = {f"xl/worksheets/sheet{number}.xml": _cells(corner) for number in range(1, 4)}
    assert _refusal(repacked(book, tmp_path / "many", sheets)) == "cells"
    rows = (
        '<table:table-row table:number-rows-repeated="900000">'
        + "<table:table-cell><text:p>a</text:p></table:table-cell>" * 9
    )
    table = f"{rows}</table:table-row>"
    again = f'</table:table><table:table table:name="b">{table}'
    assert _refusal(write_ods(tmp_path / "ods", table + again)) == "cells"


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        ('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>', "columns"),
        ("<row r='1'><c r='A1'><v>1</v></c></row><row r='9000000'><c r='A9000000'><v>1</v></c></row>", "rows"),
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="AZ1048576"><v>1</v></c></row>', "cells"),
        (f'<row r="1">{"<c><v>1</v></c>" * 2000}</row>', "columns"),
        ('<row r="1"><c t=">" r="XFD1"><v>1</v></c></row>', "columns"),
        ('<row r="1"><x:c xmlns:x="x" r="zzz1"><v>1</v></x:c></row>', "columns"),
        (f'<row r="1"><c {" " * 200_000} r="XFD1"><v>1</v></c></row>', "columns"),
        (f'<row r="1"><c {" " * 700_000} r="XFD1"><v>1</v></c></row>', "damaged"),
    ],
    ids=range(8),
)
def test_a_cell_far_away_does_not_fill_the_memory(tmp_path: Path, book: Path, xml: str, code: str) -> None:
    """A sheet whose rectangle is too large is refused before the reader of workbooks makes it."""
    assert _refusal(repacked(book, tmp_path / "far", {_SHEET: _cells(xml)})) == code


def test_a_repeated_cell_of_ods_does_not_fill_the_memory(tmp_path: Path) -> None:
    """ODS says how often a cell or a row is repeated; only the empty filling may be repeated as often as one likes."""
    cell = '<table:table-cell table:number-columns-repeated="{n}" office:value-type="string"><text:p>a</text:p></table:table-cell>'
    wide = f"<table:table-row>{cell.format(n=16000)}</table:table-row>"
    assert _refusal(write_ods(tmp_path / "wide", wide)) == "columns"
    gap = (
        '<table:table-row><table:table-cell table:number-columns-repeated="16000"/>'
        + cell.format(n=1)
        + "</table:table-row>"
    )
    assert _refusal(write_ods(tmp_path / "gap", gap)) == "columns"
    high = f'<table:table-row table:number-rows-repeated="1048576">{cell.format(n=600)}</table:table-row>'
    assert _refusal(write_ods(tmp_path / "high", high)) == "cells"
    hidden = wide.replace("<table:table-cell ", '<table:table-cell table:a=">" ')
    assert _refusal(write_ods(tmp_path / "hidden", hidden)) == "columns"
    filling = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    fine = write_ods(tmp_path / "fine", ods_row(["企业名称", "国别"]) + ods_row(["示例", "日本"]) + filling)
    assert [row.values["investor.name"] for row in open_table(fine).rows()] == ["示例"]


def test_declarations_in_a_workbook_are_refused(tmp_path: Path, book: Path) -> None:
    """External entities, and entities that multiply, are refused in every part."""
    entity = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    for part in (_SHEET, "xl/workbook.xml", "xl/sharedStrings.xml"):
        with zipfile.ZipFile(book) as package:
            content = package.read(part)
        assert _refusal(repacked(book, tmp_path / "entity", {part: entity + content})) == "entity"


def test_workbooks_with_a_password_are_refused_as_such(tmp_path: Path, book: Path) -> None:
    """The way out is to save it without."""
    compound = tmp_path / "locked.xlsx"
    compound.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    )
    assert _refusal(compound) == "encrypted"
    content = bytearray(book.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    locked = tmp_path / "locked.zip"
    locked.write_bytes(content)
    assert _refusal(locked) == "encrypted"


def test_other_files_are_refused_by_their_kind(tmp_path: Path) -> None:
    """A PDF, a picture, a ZIP of other things, an empty file, a folder and noise are named as what they are."""
    other = tmp_path / "other"
    for content, code in (
        (b"%PDF-1.7 ...", "kind"),
        (b"\x89PNG\r\n\x1a\n", "kind"),
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"\x00\x01\x02\x03" * 400, "encoding"),
        (b"\x80\x81\x82\xff" * 400, "encoding"),
    ):
        other.write_bytes(content)
        assert _refusal(other) == code
    with zipfile.ZipFile(other, "w") as package:
        package.writestr("a.txt", "a")
    assert _refusal(other) == "kind"
    assert _refusal(tmp_path) == "file"
    assert _refusal(tmp_path / "missing") == "file"


def test_long_cells_lines_and_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell of 10 MB, a line without an end, a million columns, and too many rows are refused where they begin."""
    long = tmp_path / "long.csv"
    long.write_text('企业名称,国别\n"' + "a\n" * 5_000_000 + '",b\n', "utf-8")
    assert _refusal(long) == "cell"
    long.write_text("企业名称,国别\n" + "a" * 10_000_000, "utf-8")
    assert _refusal(long) == "line"
    long.write_text("企业名称,国别\n" + "," * 900_000, "utf-8")
    assert _refusal(long) == "columns"
    long.write_text("企业名称,国别\n" + "b" * 40_000 + ",日本\n", "utf-8")
    assert _refusal(long) == "cell"
    monkeypatch.setattr("crm.exchange.imports.text_tables.MOST_ROWS", 10)
    long.write_text("企业名称,国别\n" + "示例,日本\n" * 20, "utf-8")
    assert _refusal(long) == "rows"


def test_quotation_marks_that_do_not_close_are_refused_with_the_line(tmp_path: Path) -> None:
    """What follows them would be one cell."""
    path = tmp_path / "open.csv"
    path.write_text('企业名称,国别\n示例,日本\n"示例,日本\n', "utf-8")
    assert _refusal(path) == "csv"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("BEGIN:VCARD\r\n" * 1000, "nested"),
        (_CARD[:-12], "truncated"),
        ("BEGIN:VCALENDAR\r\n" + "BEGIN:VEVENT\r\n" * 1000, "nested"),
        ("BEGIN:VCARD\r\nEND:VEVENT\r\n", "end"),
        ("BEGIN:VCARD\r\nno property\r\nEND:VCARD\r\n", "line"),
        ("BEGIN:VCARD\r\n" + "NOTE:a\r\n" * 5000 + "END:VCARD\r\n", "lines"),
        ("BEGIN:VCARD\r\nNOTE:" + "a" * 2_000_000 + "\r\nEND:VCARD\r\n", "line"),
        ("BEGIN:VCARD\r\nNOTE:a" + ("\r\n " + "a" * 999) * 1_100 + "\r\nEND:VCARD\r\n", "line"),
        ("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "empty"),
        ('{"a":' * 10_000, "json"),
        ('{"a": {"b": {"c": {"d": 1}}}}\n', "json"),
        ('{"a": 1e999999}\n', "json"),
        ('{"a": ' + "1" * 5000 + "}\n", "json"),
        ('{"a": NaN}\n', "json"),
        ('{"a": 1}\n[1]\n', "json"),
        ('{"a": "' + "b" * 2_000_000 + '"}\n', "line"),
    ],
    ids=range(16),
)
def test_cards_calendars_and_json_are_read_within_bounds(tmp_path: Path, content: str, code: str) -> None:
    """What is nested, cut short, endless or of another kind is refused with its line."""
    path = tmp_path / "records"
    path.write_bytes(content.encode())
    assert _refusal(path) == code


def test_a_workbook_cut_short_is_refused_wherever_it_was_cut(tmp_path: Path, book: Path) -> None:
    """No cut of a workbook is read as a smaller one."""
    content = book.read_bytes()
    cut = tmp_path / "cut"
    for at in range(4, len(content), max(1, len(content) // 40)):
        cut.write_bytes(content[:at])
        assert _refusal(cut) in {"damaged", "kind"}


_GOOD = {
    "csv": ledger("zh", 3).as_csv("gb18030"),
    "vcard": _CARD.encode(),
    "ical": _EVENT.encode(),
    "jsonl": '{"investor.name": "示例", "lead": {"expected": "12 USD"}}\n'.encode() * 3,
}


@st.composite
def _damaged(draw: st.DrawFn, good: bytes) -> bytes:
    """Return a file with some bytes changed, put in or taken out."""
    content = bytearray(good)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(content) - 1)))
        how = draw(st.sampled_from(["change", "insert", "delete", "repeat"]))
        piece = draw(
            st.sampled_from([b"\x00", b'"', b"\r", b"\n ", b"BEGIN:VCARD\n", b"\xff\xfe", b"{", b"<!DOCTYPE", b","])
            | st.binary(max_size=8)
        )
        end = at + draw(st.integers(0, 64))
        content[at:end] = {
            "change": piece,
            "insert": piece + content[at:end],
            "delete": b"",
            "repeat": content[at:end] * 3,
        }[how]
    return bytes(content)


def _read_or_refused(path: Path) -> None:
    try:
        table = open_table(path)
        for row in table.rows():
            assert len(row.cells) <= bounds.MOST_COLUMNS
    except InvalidInput as error:
        _ = str(error)


@pytest.mark.parametrize("form", sorted(_GOOD))
def test_damaged_text_files_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, form: str) -> None:
    """Whatever is done to a text file, it is read, or refused with a sentence."""
    path = tmp_path_factory.mktemp("fuzz") / "file"

    @examples(200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(_damaged(_GOOD[form]))
    def run(content: bytes) -> None:
        path.write_bytes(content)
        _read_or_refused(path)

    run()


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_damaged_workbooks_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, form: str) -> None:
    """Whatever is done to a part of a workbook, or to its package, it is read, or refused with a sentence."""
    folder = tmp_path_factory.mktemp("fuzz")
    good = folder / "good"
    if form == "xlsx":
        write_ledger(good, ledger("zh", 3))
    else:
        write_ods(good, "".join(map(ods_row, ledger("zh", 3).lines)))
    with zipfile.ZipFile(good) as package:
        parts = {part.filename: package.read(part) for part in package.infolist()}
    path = folder / "file"

    @examples(100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def run(data: st.DataObject) -> None:
        if data.draw(st.booleans()):
            name = data.draw(st.sampled_from(sorted(parts)))
            repacked(good, path, {name: data.draw(_damaged(parts[name]))})
        else:
            path.write_bytes(data.draw(_damaged(good.read_bytes())))
        _read_or_refused(path)

    run()


def test_an_error_and_a_formula_without_a_result_are_told_at_their_cells(tmp_path: Path, book: Path) -> None:
    """The reader of workbooks gives both as empty; the row says what they are instead."""
    xml = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>企业名称</t></is></c><c r="B1" t="inlineStr"><is><t>国别</t></is></c>'
        '<c r="C1" t="inlineStr"><is><t>投资额（万元）</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>示例</t></is></c><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        '<c r="C2"><f>A1</f><v></v></c></row>'
    )
    rows = list(open_table(repacked(book, tmp_path / "errors", {_SHEET: _cells(xml)})).rows())
    assert {path: wrong.code for path, wrong in rows[0].wrong.items()} == {
        "investor.country": "error",
        "lead.expected": "formula",
    }
    assert rows[0].values == {"investor.name": "示例"}
    assert packages.checked(book).form == "xlsx"
