"""The year report and the scorecard of the case as people get them: a page in a browser, a workbook read back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from attrs import frozen
from python_calamine import CalamineWorkbook

from crm import CRM
from crm.cli.printing.language import Code, Language
from crm.exchange.formats import render
from crm.exchange.reports.entries import ReportEntries
from crm.exchange.writing import Writer
from crm.reports.sheet import Cell, Kind, Report
from crm.values.money import Money
from crm.values.sentences import NotAvailable
from tests.sights import broken, clipped, least_contrast, printed_on_a4, unseen, widest

if TYPE_CHECKING:
    from tests.browser import Browser, Page

# One worker starts one browser for all of them.
pytestmark = [pytest.mark.portable, pytest.mark.xdist_group("browser"), pytest.mark.whole]

#: What the press conference said of 2022, and what the bureau set itself for 2023.
_SEEN: dict[tuple[str, Code], tuple[str, ...]] = {
    ("year", "zh"): ("31.37亿美元", "+18.02%", "3.45亿美元", "10.98%", "6.64亿美元", "+148.27%", "21.15%", "1.38亿美元", "+39.73%", "6.65亿美元", "21.19%"),
    ("year", "en"): ("US$3.137bn", "+18.02%", "US$345m", "10.98%", "US$664m", "+148.27%", "21.15%", "US$138m", "+39.73%", "US$665m", "21.19%"),
    ("scorecard", "zh"): ("目标任务考核表", "实际使用外资", "序时进度"),
    ("scorecard", "en"): ("Scorecard of targets", "Actual FDI", "Elapsed"),
}  # fmt: skip


@frozen
class Written:
    """A report, and the language it is written in."""

    report: Report
    behind: ReportEntries
    code: Code

    def file(self, form: str) -> bytes:
        """Return it in a format."""
        return render(self.report, form, Language(self.code), self.behind)


@pytest.fixture(params=["zh", "en"])
def code(request: pytest.FixtureRequest) -> Code:
    """The language."""
    found: Code = request.param
    return found


@pytest.fixture(params=["year", "scorecard"])
def written(request: pytest.FixtureRequest, crm: CRM, code: Code) -> Written:
    """The report, with the records behind its figures."""
    report = (
        crm.report.year(2022, explain=True) if request.param == "year" else crm.report.scorecard(2023, explain=True)
    )
    return Written(report, ReportEntries(crm.report.entries(report, None)), code)


@pytest.fixture
def page(browser: Browser, written: Written, tmp_path: Path) -> Iterator[Page]:
    """Its page, open as a file."""
    path = tmp_path / "report.html"
    path.write_bytes(written.file("html"))
    with browser.page() as opened:
        opened.size(1200)
        opened.open(path)
        yield opened


def test_its_page_is_seen(page: Page, written: Written) -> None:
    """Each figure as it was read aloud; nothing hidden, cut off, pale or wider than what it is read on; it asks nobody."""
    seen = page.run("document.body.innerText")
    assert [word for word in _SEEN[written.report.name, written.code] if word not in seen] == []
    assert unseen(page) == []
    for width in (1200, 390):
        page.size(width)
        assert widest(page) <= width
        assert broken(page) == []
        assert clipped(page) == []
        pictures = page.run("[...document.querySelectorAll('svg')].map(svg => svg.getBoundingClientRect().width)")
        assert len(pictures) == len(written.report.charts)
        assert all(wide > 250 for wide in pictures)
    for scheme in ("dark", "light"):
        page.scheme(scheme)
        contrast, text = least_contrast(page)
        assert contrast >= 4.5, text
    assert printed_on_a4(page)
    assert page.errors == []
    assert [request.rpartition("/")[2] for request in page.requests] == ["report.html"]


def _stands(kind: Kind, value: Cell, writer: Writer) -> object:
    """Return what a spreadsheet holds for a value: a number to its last digit, or what a person reads."""
    if isinstance(value, tuple) and len(value) == 1:
        (value,) = value
    match value:
        case None:
            return ""
        case Money():
            return float(value.major)
        case int() | Decimal() | Fraction():
            # A file of numbers keeps sixteen digits.
            return pytest.approx(float(value), rel=1e-15)
        case NotAvailable() | tuple():
            return writer.cell(kind, value)
    return value if isinstance(value, date) else writer.words(value)


def test_its_workbook_holds_every_number(written: Written) -> None:
    """A sheet for the figures and one for each table; all of them numbers that a spreadsheet adds up, none a text."""
    report, writer = written.report, Writer(Language(written.code))
    book = CalamineWorkbook.from_filelike(io.BytesIO(written.file("xlsx")))
    figures, *sheets = (
        book.get_sheet_by_index(at).to_python(skip_empty_area=False) for at in range(len(book.sheet_names))
    )
    assert figures[0][0] == writer.words(report.title)
    for row, figure in zip(figures[3:], report.figures, strict=True):
        beside = [
            cell for words, kind, value in figure.beside for cell in (writer.words(words), _stands(kind, value, writer))
        ]
        expected = [writer.words(figure.label), _stands(figure.kind, figure.value, writer), *beside]
        assert row == [*expected, *[""] * (len(row) - len(expected))]
    behind = written.behind.tables(report)
    assert behind
    assert len(sheets) == len(report.tables) + 1 + len(behind)
    for table, sheet in zip(
        [*report.tables, *behind], [*sheets[: len(report.tables)], *sheets[len(report.tables) + 1 :]], strict=True
    ):
        rows = [*table.rows, *([] if table.total is None else [table.total])]
        assert sheet[0] == [writer.words(column.heading) for column in table.columns]
        assert sheet[1 : len(rows) + 1] == [
            [_stands(column.kind, cell, writer) for column, cell in zip(table.columns, row, strict=True)] for row in rows
        ], table.key  # fmt: skip
