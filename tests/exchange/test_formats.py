"""A report in each format: complete, exact, reproducible, and without formulas."""

from __future__ import annotations

import csv
import io
import json
import sys
import zipfile
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from attrs import evolve

from crm.cli.printing.language import Code, Language
from crm.errors import InvalidInput, NotFound
from crm.exchange.formats import FORMATS, render
from crm.exchange.reports import csv_file
from crm.exchange.reports.csv_file import harmless
from crm.exchange.writing import Writer
from tests.exchange.sheets import HOSTILE, behind, everything

EN = Language("en")
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("code", ["zh", "en"])
def test_the_same_report_gives_the_same_bytes(form: str, code: Code) -> None:
    """Whatever the clock shows: what a file says of time is the report's."""
    first, again = (render(everything(), form, Language(code), behind()) for _ in range(2))
    assert first == again
    assert first != render(everything(name="another", title="Another"), form, Language(code))


def test_json_is_exact() -> None:
    """Codes stay codes, numbers exact, and what is not available is no number."""
    tree = json.loads(render(everything(), "json", EN, behind()))
    assert list(tree) == [
        "report", "title", "language", "period", "as_of", "method", "denominators", "left_out", "figures", "tables", "charts", "entries",
    ]  # fmt: skip
    assert tree["period"] == {"text": "2022", "first": "2022-01-01", "last": "2022-12-31"}
    contact, hostile, station, quarter = tree["tables"][0]["rows"]
    assert contact == {
        "name": "contact", "count": 1_234_567, "money": {"minor": 313_700_000_000, "currency": "USD", "text": "3,137,000,000.00 USD"},
        "share": {"percent": "10.98", "exact": "689/6274"}, "growth": {"percent": "700.00", "exact": "7"},
        "points": {"percent": "10.02", "exact": "501/5000"}, "day": "2022-12-31", "days": "61.5",
        "several": [{"minor": 100, "currency": "EUR", "text": "1.00 EUR"}, {"minor": 5, "currency": "JPY", "text": "5 JPY"}],
    }  # fmt: skip
    assert hostile["share"] == {"not_available": "the denominator is zero"}
    assert (hostile["name"], station["name"], quarter["name"]) == (HOSTILE, "tokyo", "2022Q4")
    assert quarter["days"] == "0.25"
    assert tree["left_out"][1]["count"] is None
    assert tree["figures"][0]["entries"] == [{"record": "lead", "ids": [1, 2]}]
    assert [row["id"] for row in tree["entries"]["money"]] == [1, 2]


def test_csv_opens_in_a_spreadsheet() -> None:
    """A mark for UTF-8, every number without thousands, amounts with their currency beside them."""
    content = render(everything(), "csv", Language("zh"), behind())
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    heading = next(row for row in rows if row[:1] == ["阶段"])
    assert heading[2:4] == ["预期金额", "币种"]
    contact = rows[rows.index(heading) + 1]
    assert contact == [
        "接洽", "1234567", "3137000000.00", "USD", "10.98%", "+700%", "+10.02", "2022-12-31", "61.5", "1.00 EUR; 5 JPY",
    ]  # fmt: skip
    table = csv_file.render(everything(), Writer(EN), table="parts").decode("utf-8-sig").splitlines()
    assert table[:2] == ["Name,One,Two", "第1组,7,1"]
    assert len(table) == 16
    with pytest.raises(NotFound):
        csv_file.render(everything(), Writer(EN), table="nothing")


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "\u3000@", "\xa0+"]
)
def test_no_cell_is_run_as_a_formula(start: str) -> None:
    """A text that begins like one is told apart, and nothing else is touched."""
    assert harmless(f"{start}1+1") == f"'{start}1+1"
    assert [harmless(text) for text in ("", "丸红", "A=1", "'=1", "1-2")] == ["", "丸红", "A=1", "'=1", "1-2"]


def test_no_hostile_text_of_a_report_starts_a_cell() -> None:
    """Titles, labels, reasons, names: all of them."""
    rows = csv.reader(io.StringIO(render(everything(), "csv", EN, behind()).decode("utf-8-sig")))
    cells = [cell for row in rows for cell in row]
    assert any(HOSTILE in cell for cell in cells)
    numbers = {cell for cell in cells if cell[1:2].isdigit() and cell[0] in "+-"}
    assert [cell for cell in cells if cell[:1] in set("=+-@") and cell not in numbers] == []


def test_a_workbook_has_numbers_and_no_formulas() -> None:
    """A sheet for figures, for each table, for notes and for the records; the first row and column stay in sight."""
    book = zipfile.ZipFile(io.BytesIO(render(everything(), "xlsx", Language("zh"), behind())))
    assert book.testzip() is None
    names = [sheet.get("name") for sheet in ET.fromstring(book.read("xl/workbook.xml")).iter(f"{_SHEET}sheet")]  # noqa: S314 - our own file
    assert names == [
        "转化漏斗",
        "分阶段情况",
        '=HYPERLINK("http   evil.example',
        "说明",
        "数字的出处：预期金额（列出2条，共2条）",
    ]
    values = ET.fromstring(book.read("xl/worksheets/sheet2.xml"))  # noqa: S314 - our own file
    assert not list(values.iter(f"{_SHEET}f"))
    pane = next(values.iter(f"{_SHEET}pane"))
    assert (pane.get("xSplit"), pane.get("ySplit"), pane.get("state")) == ("1", "1", "frozen")
    cells = {cell.get("r"): cell for cell in values.iter(f"{_SHEET}c")}
    assert cells["B2"].findtext(f"{_SHEET}v") == "1234567"
    assert float(cells["C2"].findtext(f"{_SHEET}v") or 0) == 3_137_000_000
    assert cells["C2"].get("t") is None
    assert cells["A3"].get("t") == "s"
    assert float(cells["D2"].findtext(f"{_SHEET}v") or 0) == pytest.approx(0.1098, abs=1e-4)
    styles = book.read("xl/styles.xml").decode()
    assert 'formatCode="#,##0.00 &quot;USD&quot;"' in styles
    assert 'formatCode="#,##0 &quot;JPY&quot;"' in styles


class Page(HTMLParser):
    """What a page holds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text.append(data)


@pytest.mark.parametrize(("code", "lang"), [("zh", "zh-CN"), ("en", "en")])
def test_a_page_stands_alone(code: Code, lang: str) -> None:
    """No script, no address, no font, nothing to fetch; tables with captions and scopes, pictures with names."""
    text = render(everything(), "html", Language(code), behind()).decode()
    page = Page(text)
    tags = [tag for tag, _ in page.tags]
    assert dict(page.tags)["html"]["lang"] == lang
    assert {"script", "link", "img", "iframe", "object", "base", "form"} & set(tags) == set()
    assert "url(" not in text
    assert "@import" not in text
    assert {
        key for _, given in page.tags for key in given if key in {"src", "href", "action"} or key.startswith("on")
    } == set()
    assert tags.count("table") == tags.count("caption") == 3
    assert all("scope" in given for tag, given in page.tags if tag == "th")
    pictures = [given for tag, given in page.tags if tag == "svg"]
    assert len(pictures) == 4
    assert all(given["role"] == "img" and given["aria-label"] for given in pictures)
    assert HOSTILE in page.text
    assert "第12组" in page.text


def test_charts_leave_the_rest_to_the_table() -> None:
    """And say so."""
    text = render(everything(), "html", EN).decode()
    assert text.count("3 more in the table") == 3


def test_empty_reports_have_every_format() -> None:
    """Without figures, tables, charts, period: nothing is drawn, and nothing fails."""
    empty = evolve(everything(), figures=(), tables=(), charts=(), period=None, left_out=(), denominators=())
    bare = evolve(everything(), tables=tuple(evolve(table, rows=(), total=None) for table in everything().tables))
    for form in FORMATS:
        assert render(empty, form, EN)
        assert render(bare, form, EN)


@pytest.mark.parametrize(("form", "missing"), [("xlsx", "xlsxwriter"), ("html", "jinja2"), ("html", "drawsvg")])
def test_a_missing_extra_is_named(form: str, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(InvalidInput, match=r'pip install "investor-crm\[reports\]"'):
        render(everything(), form, EN)
