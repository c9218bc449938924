"""Merges and groups as rows."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from attrs import frozen

from crm.errors import Problem


@frozen(kw_only=True)
class MovingRow:
    """The number of rows of a table that move, and the column."""

    record: str
    field: str
    rows: int


@frozen(kw_only=True)
class ChoiceRow:
    """A field with two different values, and which record's value wins.

    Attributes:
        field: The field; for a number its scheme.
        survivor: The value of the one that stays.
        absorbed: The value of the other.
        wins: survivor or absorbed; empty while a person has to choose.
    """

    field: str
    survivor: str | None
    absorbed: str | None
    wins: str


@frozen(kw_only=True)
class MergePlan:
    """The plan of a merge.

    Attributes:
        survivor_id: The record that stays.
        survivor: Its name.
        absorbed_id: The record that is taken into it.
        absorbed: Its name.
        moves: What moves.
        fields: Which values win.
        clashes: What stands in the way; a merge with clashes is refused.
    """

    survivor_id: int
    survivor: str
    absorbed_id: int
    absorbed: str
    moves: tuple[MovingRow, ...]
    fields: tuple[ChoiceRow, ...]
    clashes: tuple[Problem, ...]


@frozen(kw_only=True)
class MergeRow:
    """A merge, in effect or undone."""

    id: int
    uid: UUID
    survivor_id: int
    survivor: str
    absorbed_id: int
    absorbed: str
    merged_at: datetime
    actor: str
    reason: str
    undone_at: datetime | None
    undone_reason: str | None
