"""A part of a list: how many rows, from where on."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from datetime import date
from typing import TypedDict

from attrs import frozen

from crm.errors import N_, InvalidInput, Problem, problem


class Paging(TypedDict, total=False):
    """What every list takes to return a part of itself.

    Attributes:
        limit: The maximum number of rows; None: all.
        offset: The number of rows to skip, by default 0.
        after: Continue after a page: its :attr:`~crm.reads.kernel.listing.Page.after`. Rows that are added or moved
            meanwhile shift no page, and a late page costs as little as the first.
    """

    limit: int | None
    offset: int
    after: str | None


@frozen
class Window:
    """The part of a list that was asked for, checked.

    Attributes:
        limit: The maximum number of rows; None: all.
        offset: The number of rows to skip.
        after: What the last row before it is ordered by.
    """

    limit: int | None = None
    offset: int = 0
    after: tuple[str | int, ...] | None = None


def cursor(values: Iterable[str | int | date]) -> str:
    """Return the text of a position in a list.

    Args:
        values: What the row before the place is ordered by: texts, whole numbers, days, moments.
    """
    plain = [value.isoformat() if isinstance(value, date) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def as_place(text: object) -> tuple[str | int, ...]:
    """Return the values that :func:`cursor` wrote.

    Raises:
        InvalidInput: It wrote no such text.
    """
    try:
        values = json.loads(base64.urlsafe_b64decode(f"{text}{'=' * (-len(str(text)) % 4)}".encode()))
    except (binascii.Error, ValueError, RecursionError):
        values = None
    if not isinstance(values, list) or not all(type(value) in {str, int} for value in values):
        raise InvalidInput(no_place(text))
    return tuple(values)


def no_place(text: object) -> Problem:
    """Return the problem of a text that is not a position in a list."""
    return problem(
        N_("{value} is not a position in this list."),
        N_("Pass the attribute after of an earlier page of the same list, in the same order."),
        field="after",
        code="after",
        value=text,
    )
