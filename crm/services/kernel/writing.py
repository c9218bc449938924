"""Every write goes through this module, and each change gets its audit entry.

An added record goes through the session's unit of work. A change is an UPDATE with the version that was read in its
WHERE clause; if no row matches, somebody else was first. Neither writes a changed attribute, so at flush the guard
recognises attributes changed by hand: see :mod:`crm.services.kernel.auditing.guard`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Self, TypeVar, cast
from uuid import UUID

from sqlalchemy import CursorResult, Table, bindparam, case, func, insert, literal, select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm.attributes import set_committed_value

from crm.errors import N_, Archived, Conflict, problem
from crm.models import Station
from crm.models.audited import TOGETHER, record_name
from crm.models.base import Archivable, Changeable, Identified, table_of
from crm.models.binding import OURS
from crm.models.derived import SOURCES, derived
from crm.refusals import RESTORE_IT
from crm.rules.places import StationStatus
from crm.services.kernel.auditing.changes import (
    Changes,
    changes_as_audited,
    columns_written,
    content_of,
    differences,
    keys_for,
)
from crm.services.kernel.auditing.guard import admit
from crm.services.kernel.auditing.signing import Signed, sign
from crm.services.kernel.conflicts import archived, require_version, restoring, stale
from crm.services.kernel.context import Context
from crm.services.kernel.locks import locks_rows, share_hands
from crm.values.identifiers import as_uid, digest

R = TypeVar("R", bound=Identified)
#: The columns by which a repeated call is known: its uid, and the digest of its content.
Identity = dict[str, UUID | str]


class Writing:
    """The writes of one verb, flushed and audited together.

    Use as a context manager; leaving it flushes and writes the audit entries, in one statement.

    Args:
        context: Session, actor and clock.
        verb: What is done, such as ``lead.advance``.
        reason: Why.
        whole: A change follows what was added, and may find itself second: a savepoint undoes the additions then. A
            verb that changes first and adds afterwards needs none.
    """

    def __init__(self, context: Context, verb: str, reason: str | None = None, *, whole: bool = False) -> None:
        self.context = context
        self.session = context.session
        self.verb = verb
        self.reason = reason
        self._added: list[Identified] = []
        #: What changed, with the version that the record had afterwards.
        self._changed: list[tuple[Identified | Changeable, Changes, int | None]] = []
        self._moved: list[Signed] = []
        self._together: dict[Identified, Changes] = {}
        self._whole = whole
        self._savepoint: AbstractContextManager[object] = nullcontext()

    def __enter__(self) -> Self:
        if self._whole:
            self._savepoint = self.session.begin_nested()
        self._savepoint.__enter__()
        # Pending changes in the session are the caller's: the guard checks them now, before ours are sent.
        self.flush()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Flush and write the audit entries, unless the verb failed."""
        try:
            if kind is None:
                self.flush()
                self._sign()
        except BaseException as failure:
            self._savepoint.__exit__(type(failure), failure, failure.__traceback__)
            raise
        self._savepoint.__exit__(kind, error, trace)

    def add(self, *records: Identified) -> None:
        """Add new records; their derived columns are filled in."""
        for record in records:
            sources = {column: getattr(record, column) for column in SOURCES.get(type(record), ())}
            for key, value in derived(type(record), sources).items():
                setattr(record, key, value)
        admit(self.session, records)
        self.session.add_all(records)
        self._added += records

    def insert(self, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """Insert rows that belong to a record added here; its audit entry covers them by a checksum. One statement.

        Raises:
            Conflict: A unique or checked column says no.
        """
        self.session.execute(insert(table), rows, bind_arguments=OURS)

    def flush(self) -> None:
        """Flush the added records, so that ids are known.

        Raises:
            Conflict: A unique or checked column says no; what was checked before was changed by another at the same
                moment.
        """
        self.session.flush()

    def change(
        self,
        record: Changeable,
        *,
        version: int | None = None,
        even_archived: bool = False,
        even_unchanged: bool = False,
        parts: Sequence[tuple[Identified, Mapping[str, object]]] = (),
        **values: object,
    ) -> None:
        """Write *values* that differ to a record, if it still has the version it was read with.

        Args:
            record: A versioned record of this session.
            version: The version the caller saw; by default that of the loaded record.
            even_archived: Write to an archived record too, as the law may ask.
            even_unchanged: Count up the version even where nothing differs. For a verb that writes other rows because
                of what this record is: whoever changes the record at the same moment, or does likewise, is told.
            parts: Records that have no version of their own: they change with this record's version. One statement more
                for those of a model that change the same columns.
            values: The columns to write, without those that are derived from them.

        Raises:
            Archived: The record is archived.
            StaleRecord: It has another version now; for a lead, StaleLead.
        """
        if isinstance(record, Archivable) and record.archived_at is not None and not even_archived:
            raise archived(record)
        require_version(version)
        if version is not None and version != record.version:
            raise stale(record, version, record.version)
        changes = differences(record, values)
        own = [(part, new_values) for part, new_values in parts if differences(part, new_values)]
        if not changes and not own and not even_unchanged:
            return
        yours = record.version if version is None else version
        table = table_of(type(record))
        written = columns_written(record, changes, values)
        statement = (
            update(table).where(table.c.id == record.id, table.c.version == yours).values(version=yours + 1, **written)
        )
        result = cast("CursorResult[*tuple[object, ...]]", self.session.execute(statement, bind_arguments=OURS))
        if result.rowcount != 1:
            current = self.session.scalar(select(table.c.version).where(table.c.id == record.id), bind_arguments=OURS)
            raise stale(record, yours, current or 0)
        self._keep(record, changes, written)
        self.change_parts(own)

    def change_parts(self, parts: Iterable[tuple[Identified, Mapping[str, object]]]) -> None:
        """Write to records without a version of their own. One statement for those that change the same columns."""
        alike: dict[object, list[tuple[Identified, Mapping[str, object], Changes]]] = {}
        for part, new_values in parts:
            if differs := differences(part, new_values):
                alike.setdefault((type(part), *new_values), []).append((part, new_values, differs))
        for changed in alike.values():
            self._change_parts(changed)

    def _change_parts(self, own: Sequence[tuple[Identified, Mapping[str, object], Changes]]) -> None:
        table = table_of(type(own[0][0]))
        statement = (
            update(table).where(table.c.id == bindparam("part")).values({key: bindparam(key) for key in own[0][1]})
        )
        self.session.execute(
            statement, [{"part": part.id, **new_values} for part, new_values, _ in own], bind_arguments=OURS
        )
        for part, new_values, differs in own:
            for key in differs:
                set_committed_value(part, key, new_values[key])
            self._changed.append((part, differs, None))

    def change_all(
        self, values: Iterable[tuple[Changeable, Mapping[str, object]]], *, even_unchanged: bool = False
    ) -> None:
        """Write to several records of one model, each with its own values, like :meth:`change`. One statement.

        If one of them is refused, the others have already been written, so the verb wraps its writing in a savepoint.

        Raises:
            StaleRecord: One of them has another version now than the one it was read with.
        """
        differing = [
            (record, changes, columns_written(record, changes, new_values))
            for record, new_values in values
            if (changes := differences(record, new_values)) or even_unchanged
        ]
        if not differing:
            return
        table = table_of(type(differing[0][0]))
        columns = {
            key: case(
                {
                    record.id: literal(written[key], table.c[key].type)
                    for record, _, written in differing
                    if key in written
                },
                value=table.c.id,
                else_=table.c[key],
            )
            for key in {key: None for _, _, written in differing for key in written}
        }
        read = {record.id: record.version for record, _, _ in differing}
        statement = (
            update(table)
            .where(tuple_(table.c.id, table.c.version).in_(read.items()))
            .values(version=table.c.version + 1, **columns)
            .returning(table.c.id)
        )
        reached = set(self.session.scalars(statement, bind_arguments=OURS))
        missed = next((record for record, _, _ in differing if record.id not in reached), None)
        if missed is not None:
            current = self.session.execute(select(table.c.version).where(table.c.id == missed.id)).scalar()
            raise stale(missed, read[missed.id], current or 0)
        for record, changes, written in differing:
            self._keep(record, changes, written)

    def _keep(self, record: Changeable, changes: Changes, written: Mapping[str, object]) -> None:
        """Tell the session's guard what was written, and keep it for the audit."""
        before = record.version
        for key, value in {**written, "version": before + 1}.items():
            set_committed_value(record, key, value)
        self._changed.append((record, changes or {"version": [before, before + 1]}, before + 1))

    def empty(self, records: Sequence[Identified], *columns: str) -> None:
        """Set columns of records of one model without versions to null. One statement; none where they are null."""
        filled = [record for record in records if any(getattr(record, key) is not None for key in columns)]
        if not filled:
            return
        table = table_of(type(filled[0]))
        self.session.execute(
            update(table).where(table.c.id.in_([record.id for record in filled])).values(dict.fromkeys(columns))
        )
        for record in filled:
            self._changed.append((record, differences(record, dict.fromkeys(columns)), None))
            for key in columns:
                set_committed_value(record, key, None)

    def sign(self, record: Identified, *, version: int | None = None, **changes: list[object]) -> None:
        """Sign a change that was written in a set with others: each column with what it was and what it is.

        Args:
            record: Whose change.
            version: The version that it has afterwards, where it has one.
            changes: For each column [from, to].
        """
        self._changed.append((record, changes, version))

    def sign_together(self, record: Identified) -> None:
        """Sign the rows that belong to a record added here and were written in sets. One statement for each table."""
        for key, rows in TOGETHER[type(record)].items():
            sum_ = rows.sum(self.session.execute(rows.of(record.id), bind_arguments=OURS))
            self._together.setdefault(record, {})[key] = [None, sum_]

    def sign_rows(self, signed: Iterable[Signed]) -> None:
        """Sign rows that a statement of the verb's own changed in a set."""
        self._moved += signed

    def _sign(self) -> None:
        # What was added and then changed: it was added as it was before.
        first: dict[Identified | Changeable, dict[str, object]] = {}
        versions: dict[Identified | Changeable, int] = {}
        for record, changes, version in self._changed:
            first.setdefault(record, {}).update(
                {key: pair[0] for key, pair in changes.items() if key not in first[record]}
            )
            if version is not None:
                versions.setdefault(record, version - 1)
        contents = [(record, content_of(record, first.get(record, {}))) for record in self._added]
        keys = keys_for(
            self.session, [*contents, *((record, changes) for record, changes, _ in self._changed)], self._added
        )
        added = [
            Signed(
                record_name(type(record)),
                record.id,
                record.uid,
                versions.get(record, record.__dict__.get("version")),
                changes_as_audited(record, changes, keys) | self._together.get(record, {}),
            )
            for record, changes in contents
        ]
        changed = [
            Signed(record_name(type(record)), record.id, record.uid, version, changes_as_audited(record, changes, keys))
            for record, changes, version in self._changed
        ]
        moved = self._moved
        self._added, self._changed, self._moved, self._together = [], [], [], {}
        sign(
            self.session,
            [*added, *changed, *moved],
            at=self.context.now(),
            actor_id=self.context.acting().id,
            verb=self.verb,
            reason=self.reason,
            binding_id=None if self.context.proof is None else self.context.proof.binding_id,
        )


def replayed(
    context: Context, model: type[R], uid: UUID | str | None, content: Mapping[str, object]
) -> tuple[R | None, Identity]:
    """Return the record that an earlier call with this uid wrote, and the columns for a new one.

    On PostgreSQL a call with the same uid at the same moment waits until this transaction ends: one statement more.

    Raises:
        Conflict: The uid is in use with other content.
        InvalidInput: It is not a uid.
    """
    if uid is None:
        return None, {}
    key, sum_ = as_uid(uid), digest(content)
    if locks_rows(context.session):
        turn = select(func.pg_advisory_xact_lock(func.hashtextextended(str(key), 0)))
        context.session.execute(turn, bind_arguments=OURS)
    record = context.session.scalar(select(model).where(model.uid == key))
    if record is None:
        return None, {"uid": key, "digest": sum_}
    if record.digest != sum_:
        raise Conflict(
            problem(
                N_("The uid {uid} is in use with other content."),
                N_("Pass a new uid, or repeat the call unchanged."),
                field="uid",
                code="uid",
                uid=str(key),
            )
        )
    return record, {}


def ensure_free(
    context: Context, column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], value: str
) -> None:
    """Refuse a code or number that another record has.

    Raises:
        Conflict: It is in use.
    """
    other = context.session.scalar(select(column.class_).where(column == value))
    if other is None:
        return
    restore: dict[str, object] = {}
    sentence, way_out = N_('The {field} "{value}" is in use.'), N_("Choose another, or edit the record that has it.")
    if getattr(other, "archived_at", None) is not None:
        sentence, way_out = N_('The {field} "{value}" is that of an archived record.'), RESTORE_IT
        restore["noun"], restore["ref"] = restoring(other)
    raise Conflict(problem(sentence, way_out, field=column.key, code="taken", value=value, **restore))


def ensure_open(record: Archivable) -> None:
    """Refuse a new record that refers to an archived one, or to a closed station.

    Raises:
        Archived: It is out of use.
    """
    ensure_all_open(record)


def ensure_all_open(*records: Archivable | None) -> None:
    """Refuse a new record that refers to archived ones or to closed stations, naming all of them; None is skipped.

    Call it after the search for an earlier call with the same uid, so that a repeated call succeeds even if a record
    was archived since. On PostgreSQL one statement reads stations, units and staff again and locks them in shared mode
    until the transaction ends, so that none of them is archived or closed meanwhile.

    Raises:
        Archived: One or more are out of use.
    """
    named = [record for record in records if record is not None]
    share_hands(named)
    problems = [archived(record).problems[0] for record in named if is_out_of_use(record)]
    if problems:
        raise Archived(*problems)


def is_out_of_use(record: Archivable) -> bool:
    """Return whether a record is archived, or a closed station."""
    return record.archived_at is not None or (isinstance(record, Station) and record.status is StationStatus.CLOSED)
