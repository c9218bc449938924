"""Likely duplicates: listed before a record is saved; saved only with a reason."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from crm.errors import LikelyDuplicate, Problem
from crm.rules.kernel.checks import Checks
from crm.values.text import REASON

#: The number of listed records.
_LISTED = 10


def why_distinct(check: Checks, distinct: str | None) -> str | None:
    """Return the reason why a record is not a duplicate; an empty one is None."""
    return check.text(distinct, "distinct", REASON, required=False)


def with_both(reason: str | None, apart: str | None) -> str | None:
    """Return the reason of a correction, followed by why the record is another one."""
    return "; ".join(text for text in (reason, apart) if text) or None


def refuse_twins(twins: Iterable[tuple[int, str, Problem]]) -> None:
    """Refuse to save what may be on record already.

    Args:
        twins: What may be the same: number, name, and the sentence that names it.

    Raises:
        LikelyDuplicate: There are some; the first of them are named.
    """
    listed = tuple(islice(twins, _LISTED))
    if listed:
        raise LikelyDuplicate(
            *(sentence for _, _, sentence in listed), matches=[(number, name) for number, name, _ in listed]
        )
