"""The records that the rows of a file hold, each once, and what a row does to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from attrs import define, field

from crm.errors import N_, Problem, problem
from crm.rules.imports.fields import IMPORTABLE
from crm.rules.imports.verdicts import Conflicts, RecordVerdict, Twin, Verdict
from crm.services.imports.reading import Reading
from crm.values.plain import plain

#: The path of each column of a noun.
PATHS: Mapping[tuple[str, str], str] = {
    (known.noun, column): path
    for path, known in IMPORTABLE.items()
    if known.field is not None
    for column in known.field.kept
}


@define(eq=False)
class Slot:
    """A record that rows hold: one on record, or one to be made.

    Attributes:
        noun: What it is, such as investor.
        name: What it is called.
        record: The record; None where it is to be made.
        values: The columns to be written.
        row: The first row that holds it; 0: none that is written yet.
        links: The records it belongs to, by noun.
        extra: What else is needed to write it.
        changes: By column of a record, what it is and what it becomes.
        touched: The columns that people changed here since the last import.
        twins: What it may be the same as.
        written: It was written.
    """

    noun: str
    name: str
    record: Any = None
    values: dict[str, Any] = field(factory=dict)
    row: int = 0
    links: dict[str, Slot] = field(factory=dict)
    extra: dict[str, Any] = field(factory=dict)
    changes: dict[str, list[Any]] = field(factory=dict)
    touched: frozenset[str] = frozenset()
    twins: tuple[Twin, ...] = ()
    written: bool = False

    @property
    def token(self) -> tuple[str, int]:
        """What distinguishes it from other records of its noun."""
        return ("new", id(self)) if self.record is None else ("known", self.record.id)

    @property
    def uid(self) -> UUID | None:
        """Its uid, where it is known."""
        uid: UUID | None = self.extra.get("uid") if self.record is None else self.record.uid
        return uid


@define(eq=False)
class Part:
    """What a row does to a record.

    Attributes:
        slot: The record.
        verdict: What becomes of it by this row.
        values: The columns that the row adds to a new record.
        changes: The columns of a record that it changes.
        notes: What it leaves as it is.
        further: Names and identifiers that the row has of an investor.
    """

    slot: Slot
    verdict: Verdict
    values: dict[str, Any] = field(factory=dict)
    changes: dict[str, list[Any]] = field(factory=dict)
    notes: list[Problem] = field(factory=list)
    further: dict[str, list[Any]] = field(factory=dict)

    @property
    def writes(self) -> bool:
        """Whether something is written."""
        return self.verdict is not Verdict.SAME or bool(self.values or self.changes)

    def accept(self, row: int) -> None:
        """Set the record to the values of the row."""
        self.slot.row = self.slot.row or row
        self.slot.values |= self.values
        self.slot.changes |= self.changes
        for key, values in self.further.items():
            self.slot.extra.setdefault(key, []).extend(values)

    def shown(self) -> RecordVerdict:
        """Return what becomes of the record."""
        slot = self.slot
        return RecordVerdict(
            slot.noun,
            slot.name,
            self.verdict,
            None if slot.record is None else slot.record.id,
            {
                **{key: [plain(value) for value in pair] for key, pair in self.changes.items()},
                **{key: [None, ", ".join(map(str, values))] for key, values in self.further.items() if slot.record},
            },
            slot.twins if self.verdict is Verdict.NEW else (),
            tuple(self.notes),
        )

    def token_parts(self) -> list[Any]:
        """Return the content of the token of a preview."""
        record, entry = self.slot.record, self.slot.extra.get("entry")
        return [
            self.slot.noun,
            self.verdict,
            None if record is None else [record.id, record.version],
            {key: plain(value) for key, value in sorted(self.values.items())} if record is None else {},
            {key: [plain(value) for value in pair] for key, pair in sorted(self.changes.items())},
            {key: list(map(str, values)) for key, values in sorted(self.further.items())},
            [] if entry is None else entry.token_parts(),
        ]


def part_of(
    reading: Reading, slot: Slot, columns: Mapping[str, Any], conflicts: Conflicts, fixed: frozenset[str] = frozenset()
) -> Part:
    """Return what a row does to a record by the columns that it holds of it.

    Args:
        reading: The row; what is wrong is noted there.
        slot: The record.
        columns: What the row says of it.
        conflicts: How values that were changed since the last import are treated.
        fixed: The columns that an import leaves as they are.
    """
    if slot.record is None:
        return _part_of_new(reading, slot, columns)
    part = Part(slot, Verdict.SAME)
    for column, value in columns.items():
        now = getattr(slot.record, column)
        path = PATHS.get((slot.noun, column), column)
        touched = column in slot.touched and conflicts is not Conflicts.THEIRS
        if value == now:
            continue
        if column in slot.changes:
            if slot.changes[column][1] != value:
                _contradicts(reading, slot, column, slot.changes[column][1])
        elif column in fixed or (touched and conflicts is Conflicts.OURS):
            part.notes.append(stays(path, now))
        elif touched:
            reading.wrong(path, _changed_here(path, slot, now))
        else:
            part.changes[column] = [now, value]
            part.verdict = Verdict.CHANGES
    return part


def _part_of_new(reading: Reading, slot: Slot, columns: Mapping[str, Any]) -> Part:
    """Return what a row does to a record to be made: a later row adds what the first one lacks."""
    if not slot.row:
        return Part(slot, Verdict.NEW, values=dict(columns))
    part = Part(slot, Verdict.SAME)
    for column, value in columns.items():
        if slot.values.get(column) is None:
            part.values[column] = value
        elif value is not None and slot.values[column] != value:
            _contradicts(reading, slot, column, slot.values[column])
    return part


def _contradicts(reading: Reading, slot: Slot, column: str, other: object) -> None:
    path = PATHS.get((slot.noun, column), column)
    reading.wrong(
        path,
        problem(
            N_('Row {row} says "{other}" of "{name}".'),
            N_("Correct one of the two rows."),
            field=path,
            code="contradiction",
            row=slot.row,
            other=plain(other),
            name=slot.name,
        ),
    )


def _changed_here(path: str, slot: Slot, now: object) -> Problem:
    return problem(
        N_('Somebody changed this here since the last import; it is "{now}".'),
        N_("Choose for all such values: --theirs takes those of the file, --ours keeps those on record."),
        field=path,
        code="changed_here",
        now=plain(now),
        noun=slot.noun,
        id=slot.record.id,
    )


def stays(path: str, now: object) -> Problem:
    """Return the note that an import leaves a value as it is."""
    return problem(
        N_('{field} stays "{now}".'),
        N_("An import does not change it; the commands of the record do."),
        field=path.partition(".")[2] or path,
        code="stays",
        now=plain(now),
    )
