"""Shares of a whole: basis points inside, percent outside, exact in between."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from crm.errors import N_, InvalidInput, problem

_DIGITS = 12
#: The whole, in basis points.
WHOLE = 10_000


def as_share(value: object, field: str = "share", *, zero: bool = False) -> int:
    """Return a percentage as basis points: ``60``, ``"33.33%"`` and ``Decimal("0.5")`` are 6000, 3333 and 50.

    Args:
        value: A whole number, a Decimal or a text in percent; no float, which is never exact.
        field: What it is called in an error.
        zero: Whether nothing at all is a share too.

    Raises:
        InvalidInput: It is not a percentage, has more than two decimals, or lies outside 0 to 100.
    """
    number: Decimal | None = None
    if isinstance(value, str):
        text = unicodedata.normalize("NFKC", value).strip().removesuffix("%").strip()
        try:
            number = Decimal(text) if len(text) <= _DIGITS else None
        except InvalidOperation:
            number = None
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        number = Decimal(value)
    # Numbers with too many digits are refused before multiplying.
    points = number * 100 if number is not None and number.is_finite() and abs(number.adjusted()) < _DIGITS else None
    lowest = 0 if zero else 1
    if points is None or not lowest <= points <= WHOLE or points != int(points):
        raise InvalidInput(
            problem(
                N_('{field}: "{text}" is not a share.'),
                N_("Write a percentage from 0.01 to 100, such as 60 or 33.33."),
                field=field,
                code="share",
                text=str(value)[:40],
            )
        )
    return int(points)


def percent(points: int) -> str:
    """Return basis points as people write them: 6000 is ``60%``, 3333 is ``33.33%``."""
    whole, rest = divmod(points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%" if rest else f"{whole}%"


def apportion(amount: int, parts: Mapping[int, int]) -> dict[int, int]:
    """Return an amount in whole units divided by shares; with the remainder, the parts add up to it.

    Each part has its whole units; the remaining units go, one each, to the largest remainders (Hare-Niemeyer), of equal
    ones to the smaller id. If the shares add up to less than the whole, the rest is treated as a part too, last among
    equals. A negative amount is divided like the positive one, so that a reversal cancels each part exactly.

    Args:
        amount: Minor units, of either sign.
        parts: Basis points by a number, such as a unit's id; at most the whole together.

    Returns:
        Minor units by the same numbers; their sum is the amount when the shares make the whole.
    """
    size, sign = abs(amount), -1 if amount < 0 else 1
    shares: list[tuple[int | None, int]] = [*sorted(parts.items()), (None, WHOLE - sum(parts.values()))]
    whole = {key: size * points // WHOLE for key, points in shares}
    # The sort is stable: equals stay in the order of their ids, the unassigned part last.
    order = sorted(shares, key=lambda share: -(size * share[1] % WHOLE))
    more = {key for key, _ in order[: size - sum(whole.values())]}
    return {key: sign * (whole[key] + (key in more)) for key in parts}


def as_points(value: object, field: str = "value") -> int:
    """Return a growth or share in percent as basis points: ``"8.00%"``, ``"-3.5"`` and 700 are 800, -350, 70000.

    Raises:
        InvalidInput: It is not a percentage, has more than two decimals, or is absurdly large.
    """
    text = unicodedata.normalize("NFKC", str(value)).strip().removesuffix("%").strip().removeprefix("+")
    try:
        number = Decimal(text) if not isinstance(value, float | bool) and len(text) <= _DIGITS else None
    except InvalidOperation:
        number = None
    points = number * 100 if number is not None and number.is_finite() and abs(number.adjusted()) < _DIGITS else None
    if points is None or points != int(points):
        raise InvalidInput(
            problem(
                N_('{field}: "{text}" is not a percentage.'),
                N_("Write it with at most two decimals, such as 8.00% or -3.5%."),
                field=field,
                code="percentage",
                text=str(value)[:40],
            )
        )
    return int(points)
