"""The page of a report in a real browser: seen, quiet, alone, and as wide as what it is read on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crm.cli.printing.language import Code, Language
from crm.exchange.formats import render
from crm.values.text import cells
from tests.exchange.sheets import HOSTILE, behind, everything
from tests.sights import clipped, least_contrast, printed_on_a4, unseen, widest

if TYPE_CHECKING:
    from tests.browser import Browser, Page

# One worker starts one browser for all of them.
pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.whole]

_LANGUAGES: dict[Code, tuple[str, ...]] = {
    "zh": ("转化漏斗", "2022年", "截至2023年2月18日 10:00", "31.37亿美元", "+18.02%", "东京投资促进联络站", "数据说明", "未计入"),
    "en": ("The funnel", "As of 18 February 2023 10:00", "US$3.137bn", "+18.02%", "Tokyo station", "Basis of the figures", "Left out"),
}  # fmt: skip


# Of both languages tests/exchange/test_formats.py reads the page without a browser.
@pytest.fixture(params=["zh", pytest.param("en", marks=pytest.mark.whole)])
def code(request: pytest.FixtureRequest) -> Code:
    """The language of the page."""
    found: Code = request.param
    return found


@pytest.fixture
def page(browser: Browser, code: Code, tmp_path: Path) -> Iterator[Page]:
    """The page of a report that has everything, open as a file."""
    path = tmp_path / "report.html"
    path.write_bytes(render(everything(), "html", Language(code), behind()))
    with browser.page() as opened:
        opened.size(1200)
        opened.open(path)
        yield opened


def test_what_it_says_is_seen(page: Page, code: Code) -> None:
    """In its language, each sentence visible; a hostile text is a text."""
    seen = page.run("document.body.innerText")
    for text in (*_LANGUAGES[code], HOSTILE, "第12组"):
        assert text in seen
    assert page.run("document.documentElement.lang") == {"zh": "zh-CN", "en": "en"}[code]
    assert unseen(page) == []


def test_it_is_quiet_and_asks_nobody(page: Page) -> None:
    """Nothing on the console, and no request but the one for the file itself."""
    assert page.errors == []
    assert [request.rpartition("/")[2] for request in page.requests] == ["report.html"]
    assert page.run("performance.getEntriesByType('resource').length") == 0
    assert page.run("document.scripts.length") == 0


def test_its_pictures_have_a_size_and_hold_their_texts(page: Page) -> None:
    """On a desk and on a telephone."""
    for width in (1200, 390):
        page.size(width)
        boxes = page.run(
            "[...document.querySelectorAll('svg')].map(svg => [svg.getBoundingClientRect().width, svg.getBoundingClientRect().height])"
        )
        assert len(boxes) == 4
        assert all(wide > 250 and high > 60 for wide, high in boxes), boxes
        assert clipped(page) == []


@pytest.mark.parametrize("width", [390, 320, 1200])
def test_an_amount_stays_on_one_line(page: Page, width: int) -> None:
    """However narrow its card is, and in no smaller letters than the text."""
    page.size(width)
    shown = page.run(
        "[...document.querySelectorAll('.value')].map(each => { const all = document.createRange(); all.selectNodeContents(each);"
        " return [each.textContent, new Set([...all.getClientRects()].map(box => Math.round(box.top))).size,"
        " parseFloat(getComputedStyle(each).fontSize)]; })"
    )
    amounts = [box for box in shown if re.search(r"3\.137|31\.37", box[0])]
    assert amounts
    for text, lines, size in amounts:
        assert lines == 1, text
        assert size >= 16


@pytest.mark.parametrize("width", [390, 320, 768, 1200])
def test_it_never_scrolls_sideways(page: Page, width: int) -> None:
    """Wide tables scroll in their frames, the page does not."""
    page.size(width)
    assert widest(page) <= width


@pytest.mark.parametrize("width", [390, 800, 1280])
def test_names_of_rows_and_headings_stay_whole(page: Page, width: int) -> None:
    """A name of up to ten Chinese characters is on one line, and no heading breaks between characters."""
    page.size(width)
    lines = page.run(
        "[...document.querySelectorAll('tbody th, thead th')].map(each => { const all = document.createRange();"
        " all.selectNodeContents(each); return [each.textContent, each.parentElement.parentElement.tagName,"
        " new Set([...all.getClientRects()].map(box => Math.round(box.top))).size]; })"
    )
    assert len(lines) > 20
    for text, part, count in lines:
        short = cells(text) <= 20 and "\n" not in text and (part == "TBODY" or " " not in text)
        assert count == 1 or not short, text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(page: Page, scheme: str) -> None:
    """Light and dark, with the contrast that WCAG asks for."""
    page.scheme(scheme)
    dark = sum(map(int, re.findall(r"\d+", page.run("getComputedStyle(document.body).backgroundColor")))) < 384
    assert dark is (scheme == "dark")
    contrast, text = least_contrast(page)
    assert contrast >= 4.5, text


def test_it_prints(page: Page) -> None:
    """On A4."""
    assert printed_on_a4(page)
