"""The rows of likely duplicates."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class LikelyRow:
    """An investor that a name may mean.

    Attributes:
        id: Its number.
        name: The name shown.
        matching: Which of its names is alike.
        country: ISO 3166-1 alpha-2.
        reason: key or near.
        score: 0 to 100.
    """

    id: int
    name: str
    matching: str
    country: str
    reason: str
    score: int


@frozen(kw_only=True)
class DuplicateRow:
    """Two investors that may be one; the smaller number first.

    Attributes:
        one: Number of the first.
        one_name: Which of its names is alike.
        other: Number of the second.
        other_name: Which of its names is alike.
        reason: key or near.
        score: 0 to 100.
    """

    one: int
    one_name: str
    other: int
    other_name: str
    reason: str
    score: int
