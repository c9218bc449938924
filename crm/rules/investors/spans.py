"""Whether two employments of one pair, or two memberships of one company, overlap."""

from __future__ import annotations

from datetime import date

#: The first and the last day; None: not known, or while it lasts.
Span = tuple[date | None, date | None]


def overlap(one: Span, other: Span, *, unknown: bool, shared: bool = False) -> bool:
    """Return whether two spans overlap.

    Args:
        one: A span.
        other: Another one.
        unknown: Whether a first day that is not known may be any day; otherwise such a span has its last day alone, or
            the present.
        shared: Whether the last day of one may be the first of the other.
    """
    (first, last), (begin, end) = _days(one, unknown=unknown), _days(other, unknown=unknown)
    if last == end == date.max:
        return True
    if shared:
        return first < end and begin < last
    return one[0] == other[0] or (first <= end and begin <= last)


def _days(span: Span, *, unknown: bool) -> tuple[date, date]:
    since, until = span
    last = until or date.max
    return since or (date.min if unknown else last), last
