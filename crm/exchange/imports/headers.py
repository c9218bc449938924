"""Finds the header of a table: below titles, in one or two lines, with merged cells; and what is no row below it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from attrs import frozen

from crm.exchange.imports.cells import Merged, RawRow, shown
from crm.exchange.imports.headings import Heading
from crm.values.text import comparison_key, one_line

#: How many rows of a sheet are looked at.
LOOKED_AT = 60
#: A header that is found has so many recognised columns, unless the sheet has fewer.
_ENOUGH = 2
_TOTALS = frozenset(
    map(
        comparison_key,
        "合计 总计 小计 共计 累计 汇总 平均 total sum subtotal grand total 合計 小計 総計 総合計 합계 소계 총계 누계".split(),
    )
)
_LONGEST_TOTAL = 12
_NOTE = re.compile(
    r"^\s*(?:注\d*|备注|備註|说明|說明|附注|附註|填表|填报|制表|审核|数据来源|资料来源|数据截至|截至|单位|註|備考|注記|出典|비고|주|참고|출처|notes?|remarks?|source)"
    r"\s*\d*\s*[:：)）.]|^\s*[※＊*]|^\s*[一二三四五六七八九十]{1,3}、|^\s*[（(][一二三四五六七八九十]{1,3}[）)]",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*(?:年|년|年度)?(?!\d)")


@frozen
class Header:
    """The header of a table.

    Attributes:
        row: The number of its last row.
        lines: How many rows it has.
        names: The heading of each column, each one different; empty where there is none.
        headings: What each of them says.
        year: The year in the titles above it; None where there is none or several.
    """

    row: int
    lines: int
    names: tuple[str, ...]
    headings: tuple[Heading, ...]
    year: int | None = None

    @property
    def known(self) -> int:
        """The number of columns that are recognised for sure."""
        return len({heading.path for heading in self.headings if heading.path is not None})


def find(
    rows: Sequence[RawRow],
    merged: Sequence[Merged],
    recognise: Callable[[str], Heading],
    *,
    at: int | None = None,
) -> Header | None:
    """Return the header of a table, or None.

    Args:
        rows: Its first rows.
        merged: The merged cells of the sheet.
        recognise: Returns what a heading says.
        at: The number of its last row, where a person says so.
    """
    found: Header | None = None
    above: RawRow | None = None
    for row in rows:
        if row.filled and (at is None or row.number == at):
            for header in _readings(above, row, merged, recognise, named=at is not None):
                if found is None or header.known > found.known:
                    found = header
        above = row if row.filled else None
    enough = 1 if at is not None else min(_ENOUGH, max((row.filled for row in rows), default=0))
    if found is None or (at is None and found.known < enough):
        found = None if at is not None else _plausible(rows, recognise)
    return None if found is None else _with_year(found, rows)


def _readings(
    above: RawRow | None,
    row: RawRow,
    merged: Sequence[Merged],
    recognise: Callable[[str], Heading],
    *,
    named: bool,
) -> list[Header]:
    """Return a row as a header of one line, and with the one above it as one of two; the first is the likelier."""
    if not named and not _is_text(row):
        return []
    one = _header(row, 1, [one_line(shown(cell)) for cell in row.cells], recognise)
    if above is None or not _is_text(above) or above.filled < _ENOUGH:
        return [one]
    uppers = _spread(above, row, merged)
    names, headings = list[str](), list[Heading]()
    width = max(len(uppers), len(row.cells))
    for upper, lower in zip(
        _padded(uppers, width), _padded([one_line(shown(c)) for c in row.cells], width), strict=True
    ):
        both = [text for text in dict.fromkeys((upper + lower, lower or upper)) if text]
        heading = next((seen for text in both if (seen := recognise(text)).path or seen.counts), Heading())
        names.append(" ".join(filter(None, (upper, lower))) if upper != lower else upper)
        headings.append(heading if heading.path or heading.counts or not both else recognise(both[0]))
    two = Header(row.number, 2, _different(names), tuple(headings))
    upper_alone = sum(recognise(text).path is not None for text in map(shown, above.cells) if text)
    # A first row below a header of one line adds nothing to it.
    return [one, two] if two.known > upper_alone else [one]


def _header(row: RawRow, lines: int, names: Sequence[str], recognise: Callable[[str], Heading]) -> Header:
    headings = tuple(recognise(name) if name else Heading() for name in names)
    return Header(row.number, lines, _different(names), headings)


def _padded(texts: Sequence[str], width: int) -> list[str]:
    return [*texts, *[""] * (width - len(texts))]


def _is_text(row: RawRow) -> bool:
    """Return whether a row may be a header: nearly all of its cells are texts, and no long ones."""
    texts = sum(isinstance(cell, str) and len(cell) <= 60 for cell in row.cells)  # noqa: PLR2004 - no heading is as long
    return texts > 0 and texts >= 0.8 * row.filled


def _spread(above: RawRow, row: RawRow, merged: Sequence[Merged]) -> list[str]:
    """Return the upper headings, each over all the columns that it is merged over."""
    uppers = [one_line(shown(cell)) for cell in above.cells]
    width = max(len(uppers), len(row.cells))
    uppers = _padded(uppers, width)
    spans = [(left, right) for top, left, bottom, right in merged if top <= above.number - 1 <= bottom and right > left]
    if spans:
        for left, right in spans:
            if left < width and uppers[left]:
                uppers[left + 1 : right + 1] = [uppers[left]] * (min(right, width - 1) - left)
        return uppers
    if merged:
        return uppers
    lowers = _padded([shown(cell) for cell in row.cells], width)
    for at in range(1, width):  # of a text file nothing is known but the gaps
        if not uppers[at] and lowers[at] and lowers[at - 1]:
            uppers[at] = uppers[at - 1]
    return uppers


def _different(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names, those that come again with a number."""
    taken, different = set[str](), list[str]()
    for name in names:
        new, number = name, 1
        while new and new in taken:
            number += 1
            new = f"{name} ({number})"
        taken.add(new)
        different.append(new)
    while different and not different[-1]:
        different.pop()
    return tuple(different)


def _plausible(rows: Sequence[RawRow], recognise: Callable[[str], Heading]) -> Header | None:
    """Return the first row that looks like a header of unknown words: different texts, and a full row below."""
    filled = [row for row in rows if row.filled]
    for row, below in pairwise(filled):
        texts = [shown(cell) for cell in row.cells if cell is not None]
        is_full = row.filled >= _ENOUGH and below.filled >= _ENOUGH
        if is_full and _is_text(row) and len(set(texts)) == len(texts) and row.filled >= 0.6 * below.filled:
            return _header(row, 1, [one_line(shown(cell)) for cell in row.cells], recognise)
    return None


def _with_year(header: Header, rows: Sequence[RawRow]) -> Header:
    titles = " ".join(shown(cell) for row in rows if row.number <= header.row - header.lines for cell in row.cells)
    years = {int(year) for year in _YEAR.findall(titles)}
    return Header(header.row, header.lines, header.names, header.headings, years.pop() if len(years) == 1 else None)


def no_row(row: RawRow, header: Header, uses: Sequence[str | None]) -> str | None:
    """Return why a row below a header is none of the table, or None where it is one.

    Args:
        row: The row.
        header: The header.
        uses: The path of each column; None where it is not imported.

    Returns:
        ``total``, ``note``, ``header``, or None.
    """
    filled = [(at, cell) for at, cell in enumerate(row.cells) if cell is not None]
    first = next((cell for _, cell in filled if isinstance(cell, str)), "")
    if first and len(first) <= _LONGEST_TOTAL and comparison_key(first) in _TOTALS:
        return "total"
    if _NOTE.match(first) and (len(filled) == 1 or (filled[0][1] == first and 2 * len(filled) <= len(header.names))):
        return "note"
    if len(filled) == 1:
        at, cell = filled[0]
        is_used = at < len(uses) and uses[at] is not None
        return "note" if isinstance(cell, str) and not is_used and len(header.names) > _ENOUGH else None
    if first in header.names:
        again = sum(at < len(header.names) and header.names[at] == shown(cell) for at, cell in filled)
        return "header" if again * 2 > len(filled) else None
    return None
