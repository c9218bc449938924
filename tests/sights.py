"""What can be seen of a page in a browser: texts cut off or hidden, contrast, width, paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.browser import Page

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
_UNSEEN = """
[...document.querySelectorAll('h1, h2, .value, td, th, figcaption, svg text')]
  .filter(each => !each.checkVisibility()).map(each => each.textContent)
"""
#: How far to the right anything reaches.
_WIDEST = """
Math.max(document.documentElement.scrollWidth, ...[...document.querySelectorAll('main > *, header')]
  .map(each => each.getBoundingClientRect().right))
"""
#: Figures that take more than one line.
_BROKEN = """
[...document.querySelectorAll('.value')].filter(each => {
  const range = document.createRange();
  range.selectNodeContents(each);
  return new Set([...range.getClientRects()].map(line => Math.round(line.top))).size > 1;
}).map(each => each.textContent)
"""
#: A4 in points.
_A4 = (595, 842)


def clipped(page: Page) -> list[str]:
    """Return the texts of pictures that stand outside of them."""
    found: list[str] = page.run(_CLIPPED)
    return found


def least_contrast(page: Page) -> tuple[float, str]:
    """Return the least contrast of a text with what it stands on, from 1 to 21, and the text."""
    contrast, text = page.run(_CONTRAST)
    return contrast, text


def unseen(page: Page) -> list[str]:
    """Return the headings, values and cells that are not visible."""
    found: list[str] = page.run(_UNSEEN)
    return found


def broken(page: Page) -> list[str]:
    """Return the figures that do not stand on one line."""
    found: list[str] = page.run(_BROKEN)
    return found


def widest(page: Page) -> float:
    """Return how far to the right the page reaches, in pixels."""
    found: float = page.run(_WIDEST)
    return found


def printed_on_a4(page: Page) -> bool:
    """Say whether the page prints whole, on A4."""
    pdf = page.pdf()
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    whole = pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF")
    return (
        whole
        and bool(boxes)
        and all(abs(float(length) - side) < 2 for box in boxes for length, side in zip(box, _A4, strict=True))
    )
