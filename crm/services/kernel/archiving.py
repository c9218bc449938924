"""Archiving and restoring: what the verbs of all nouns share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Table, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from crm.errors import N_, Conflict, problem
from crm.models import FollowUp, Station, StationEvent
from crm.models.base import Base, record_name
from crm.models.binding import OURS
from crm.services.kernel.auditing.signing import Signed
from crm.services.kernel.conflicts import archived
from crm.services.kernel.locks import share_hands
from crm.services.kernel.writing import Writing, is_out_of_use
from crm.values.plain import plain

_TODO = FollowUp.__table__.c
#: The open follow-ups, by the columns of the table.
OPEN_FOLLOW_UP = _TODO.done_at.is_(None) & _TODO.withdrawn_at.is_(None)


def ensure_restorable(record: Any, survivor: Any = None) -> None:
    """Refuse to restore a record that is in use, was merged into *survivor*, or was erased.

    Raises:
        Conflict: It is not archived, or it was merged into another.
        Archived: Its data was erased.
    """
    if record.archived_at is None:
        sentence, way_out = N_('"{name}" is not archived.'), N_("There is nothing to restore; use the record.")
        raise Conflict(problem(sentence, way_out, code="not_archived", name=record.name))
    if getattr(record, "erased_at", None) is not None:
        raise archived(record)
    if survivor is not None and survivor is not record:
        raise Conflict(
            problem(
                N_('"{name}" was merged into "{survivor}", number {id}.'),
                N_("Use that record. If they are two after all, undo the merge: crm {noun} merges, crm {noun} unmerge"),
                code="merged",
                name=record.name,
                survivor=survivor.name,
                id=survivor.id,
                noun=type(record).__name__.lower(),
            )
        )


def ensure_open_on(session: Session, station: Station, day: date) -> None:
    """Refuse work at a station on a day since which it is closed; work of earlier days may still be recorded.

    One statement more for a station that is closed.

    Raises:
        Archived: It is closed since that day or an earlier one.
    """
    share_hands([station])
    if not is_out_of_use(station):
        return
    events = select(StationEvent.since).where(StationEvent.station_id == station.id)
    since = session.scalar(events.order_by(StationEvent.number.desc()).limit(1))
    if since is None or day >= since:
        raise archived(station)


def hand_rows(
    write: Writing, column: InstrumentedAttribute[Any], old: int, new: int, *live: ColumnElement[bool]
) -> Sequence[Row[Any]]:
    """Let rows refer to another record, and return them as they are now. One statement.

    Args:
        write: The writing.
        column: The column that refers to the record.
        old: The record that they refer to.
        new: The one that they refer to from now on.
        live: Further conditions, on columns of the table.
    """
    model = cast("type[Base]", column.class_)
    return change_rows(
        write, model, {column.key: (old, new)}, cast("Table", model.__table__).c[column.key] == old, *live
    )


def change_rows(
    write: Writing, model: type[Base], changes: Mapping[str, tuple[object, object]], *where: ColumnElement[bool]
) -> Sequence[Row[Any]]:
    """Change rows of one model alike, and return them as they are now. One statement.

    Args:
        write: The writing.
        model: Which records; they have a version.
        changes: For each column what it was in all of them, and what it becomes.
        where: Which rows, by columns of the table.
    """
    table = cast("Table", model.__table__)
    values = {key: new for key, (_, new) in changes.items()}
    statement = update(table).where(*where).values({**values, "version": table.c.version + 1})
    rows = write.session.execute(statement.returning(*table.c), bind_arguments=OURS).all()
    name = record_name(table.name)
    audited: dict[str, list[object]] = {key: [plain(old), plain(new)] for key, (old, new) in changes.items()}
    write.sign_rows(Signed(name, row.id, row.uid, row.version, audited) for row in rows)
    for loaded in list(write.session.identity_map.values()):
        if isinstance(loaded, model):
            write.session.expire(loaded)
    return rows
