"""The rows of likely duplicates."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class LikelyRow:
    """A likely duplicate of a name.

    Attributes:
        id: Its number.
        name: The name shown.
        matching: Which of its names is alike.
        country: ISO 3166-1 alpha-2.
        reason: identifier, key or near.
        score: 0 to 100.
        identifier: What it has, or its project company, where that is the reason: ``scheme:number``.
        apart: Schemes in which it has another number, which speaks against it.
    """

    id: int
    name: str
    matching: str
    country: str
    reason: str
    score: int
    identifier: str | None = None
    apart: tuple[str, ...] = ()


@frozen(kw_only=True)
class DuplicateRow:
    """A pair of likely duplicates, smaller id first.

    Attributes:
        one: Number of the first.
        one_name: Which of its names is alike.
        other: Number of the second.
        other_name: Which of its names is alike.
        reason: identifier, key or near.
        score: 0 to 100.
        identifier: What one has, and the project company of the other, where that is the reason: ``scheme:number``.
        apart: Schemes in which they have different numbers, which speaks for two.
    """

    one: int
    one_name: str
    other: int
    other_name: str
    reason: str
    score: int
    identifier: str | None = None
    apart: tuple[str, ...] = ()
