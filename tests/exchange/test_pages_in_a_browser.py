"""The page of a report in a real browser: seen, quiet, alone, and as wide as what it is read on."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crm.cli.language import Code, Language
from crm.exchange.formats import render
from tests.exchange.sheets import HOSTILE, behind, everything

if TYPE_CHECKING:
    from tests.browser import Browser, Page

# One worker starts one browser for all of them.
pytestmark = pytest.mark.xdist_group("browser")

_LANGUAGES: dict[Code, tuple[str, ...]] = {
    "zh": ("转化漏斗", "2022年", "截至2023年2月18日 10:00", "31.37亿美元", "+18.02%", "东京投资促进联络站", "数据说明", "未计入"),
    "en": ("The funnel", "As of 18 February 2023 10:00", "US$3.137bn", "+18.02%", "Tokyo station", "What the figures rest on", "Left out"),
}  # fmt: skip
#: Texts of a picture that stand outside of it.
_CLIPPED = """
[...document.querySelectorAll('svg')].flatMap(svg => [...svg.querySelectorAll('text')].filter(text => {
  const box = text.getBBox(), frame = svg.viewBox.baseVal;
  return box.x < -1 || box.y < -1 || box.x + box.width > frame.width + 1 || box.y + box.height > frame.height + 1;
}).map(text => text.textContent))
"""
#: The contrast of each text with what it stands on, the least of all: WCAG 2.2 asks for 4.5.
_CONTRAST = """
(() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = element => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (!/, 0\\)$/.test(colour)) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const least = [...document.querySelectorAll('h1, h2, h3, p, dt, dd, dd span, th, td, li, figcaption, svg text:not(.inside)')]
    .filter(each => each.textContent.trim() && each.getClientRects().length && each.checkVisibility()).map(each => {
      const ink = light(each.closest('svg') ? getComputedStyle(each).fill : getComputedStyle(each).color), paper = light(ground(each));
      return [(Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05), each.textContent.slice(0, 40)];
    });
  return least.sort((one, other) => one[0] - other[0])[0];
})()
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for all of these tests; without one they are left out."""
    if sys.platform == "win32":
        pytest.skip("the browser is spoken to over pipes that Windows does not have")
    from tests import browser as chromium

    path = chromium.found()
    if path is None:
        pytest.skip(f"no Chromium on this machine (apt-get install chromium, or set {chromium.BROWSER_VARIABLE})")
    with chromium.browser(path) as running:
        yield running


@pytest.fixture(params=["zh", "en"])
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
    hidden = "[...document.querySelectorAll('h1, h2, .value, td, th, figcaption, svg text')].filter(each => !each.checkVisibility()).length"
    assert page.run(hidden) == 0


def test_it_is_quiet_and_asks_nobody(page: Page) -> None:
    """Nothing on the console, and no request but the one for the file itself."""
    assert page.errors == []
    assert [each.rpartition("/")[2] for each in page.requests] == ["report.html"]
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
        assert page.run(_CLIPPED) == []


@pytest.mark.parametrize("width", [390, 320, 768, 1200])
def test_it_never_scrolls_sideways(page: Page, width: int) -> None:
    """Wide tables scroll in their frames, the page does not."""
    page.size(width)
    assert page.run("document.documentElement.scrollWidth") <= width
    assert (
        page.run(
            "Math.max(...[...document.querySelectorAll('main > *, header')].map(each => each.getBoundingClientRect().right))"
        )
        <= width
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(page: Page, scheme: str) -> None:
    """Light and dark, with the contrast that WCAG asks for."""
    page.scheme(scheme)
    dark = sum(map(int, re.findall(r"\d+", page.run("getComputedStyle(document.body).backgroundColor")))) < 384
    assert dark is (scheme == "dark")
    contrast, text = page.run(_CONTRAST)
    assert contrast >= 4.5, text


def test_it_prints(page: Page) -> None:
    """On A4."""
    pdf = page.pdf()
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert boxes
    assert all(abs(float(wide) - 595) < 2 and abs(float(high) - 842) < 2 for wide, high in boxes)
