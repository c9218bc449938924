"""The result of an import for each row of a file."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from crm.errors import Problem


class Verdict(StrEnum):
    """The result for a row or a record; of one row the later member takes precedence."""

    SAME = "same"
    CHANGES = "changes"
    NEW = "new"
    LIKELY = "likely"
    REFUSED = "refused"


#: The verdicts of rows that are written.
WRITTEN = frozenset({Verdict.NEW, Verdict.CHANGES})
_WEIGHT: Mapping[Verdict, int] = {verdict: weight for weight, verdict in enumerate(Verdict)}


class Likely(StrEnum):
    """How rows that are likely duplicates are treated."""

    ASK = "ask"
    NEW = "new"


class Conflicts(StrEnum):
    """How values that were changed since the last import are treated."""

    ASK = "ask"
    THEIRS = "theirs"
    OURS = "ours"


@frozen
class CellProblem:
    """A problem of a cell.

    Attributes:
        path: The field it holds.
        column: Its header.
        cell: Its text.
        problem: The sentence and the way out.
    """

    path: str
    column: str
    cell: str
    problem: Problem


@frozen
class Twin:
    """The record that a new one may be a duplicate of.

    Attributes:
        id: Its number; None for another row of the file.
        row: That row; None for a record.
        name: Its name.
        reason: Why: identifier, key, form, near, or person.
        score: 0 to 100.
    """

    id: int | None
    row: int | None
    name: str
    reason: str
    score: int


@frozen
class RecordVerdict:
    """The result for one record of a row.

    Attributes:
        noun: What it is, such as investor.
        name: What it is called.
        verdict: What becomes of it.
        id: Its number, where it is on record.
        changes: By field, what it is and what it becomes.
        twins: What it may be the same as.
        notes: What the import leaves as it is, and why.
    """

    noun: str
    name: str
    verdict: Verdict
    id: int | None = None
    changes: Mapping[str, list[Any]] = field(factory=dict)
    twins: tuple[Twin, ...] = ()
    notes: tuple[Problem, ...] = ()


@frozen
class RowVerdict:
    """The result for a row.

    Attributes:
        row: Its number in the file.
        verdict: That of the record that weighs most; refused where something is wrong about a cell.
        records: The records it holds.
        problems: What is wrong about its cells.
        sheet: The sheet it is on.
    """

    row: int
    verdict: Verdict
    records: tuple[RecordVerdict, ...]
    problems: tuple[CellProblem, ...] = ()
    sheet: str = ""


@frozen
class Preview:
    """The preview of an import.

    Attributes:
        file: The name of the file.
        checksum: Its SHA-256.
        token: Stands for the file, for what becomes of each row, and for the versions of the records it touches.
        rows: How many rows there are.
        totals: How many rows there are of each verdict.
        records: By noun, how many records there are of each verdict, each once.
        verdicts: The rows.
    """

    file: str
    checksum: str
    token: str
    rows: int
    totals: Mapping[str, int]
    records: Mapping[str, Mapping[str, int]]
    verdicts: tuple[RowVerdict, ...]


def weightiest(verdicts: tuple[Verdict, ...]) -> Verdict:
    """Return the verdict that outweighs the others."""
    return max(verdicts, key=_WEIGHT.__getitem__, default=Verdict.SAME)
