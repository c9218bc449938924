"""Locks for rules about other rows than the written one.

Without them, two transactions could each close one half of a circle and neither would see it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar, cast

from sqlalchemy import Select, Table, func, select, text, true
from sqlalchemy.orm import Session, object_session

from crm.models import Staff, Station, Unit
from crm.models.base import Base, Identified
from crm.models.binding import OURS, on_postgres
from crm.services.kernel.verbs import begin

M = TypeVar("M", bound=Identified)
#: Stands for all keys.
_EVERY = func.hashtext("every key")


def lock_tables(session: Session, *models: type[Base]) -> None:
    """Serialise writers of the tables of *models* until the transaction ends; readers are not blocked.

    SQLite has one writer at a time. On PostgreSQL lock tables before any of their rows, to avoid deadlocks with
    transactions that lock a table first.
    """
    names = sorted(cast("Table", model.__table__).name for model in models)
    if locks_rows(session):
        session.execute(text(f"LOCK TABLE {', '.join(names)} IN SHARE ROW EXCLUSIVE MODE"), bind_arguments=OURS)


def lock_rows(
    session: Session, model: type[Identified], ids: Iterable[int], *, referred: bool = False, anew: bool = True
) -> None:
    """Lock rows until the transaction ends, in the order of their ids, and read their current values.

    Args:
        session: Whose transaction holds them.
        model: What they are.
        ids: Which.
        referred: Wait for those, too, who are writing rows that refer to them.
        anew: Read the records again. Not for a record that is changed afterwards: its version, as it was read, tells
            whether somebody else was first.
    """
    found = (
        select(model if anew else model.id)
        .where(model.id.in_(sorted(ids)))
        .order_by(model.id)
        .with_for_update(key_share=not referred, of=model)
        .execution_options(populate_existing=anew)
    )
    if locks_rows(session):
        session.scalars(found).all()


def share_rows(session: Session, model: type[M], ids: Iterable[int]) -> Sequence[M]:
    """Lock rows in shared mode until the transaction ends, and return their current values, by id.

    Call it before writing rows that refer to these records, then check that they are open. Archiving and merging lock
    them with *referred* and wait for the shared locks; shared locks do not conflict with each other. One statement, on
    SQLite too, because the session may have read the records in an earlier transaction.
    """
    return share_selected(session, model, select(model).where(model.id.in_(sorted(ids))).order_by(model.id))


def share_selected(session: Session, model: type[M], found: Select[M]) -> Sequence[M]:
    """Return the records that a statement selects, locked like :func:`share_rows` does."""
    statement = found.with_for_update(read=True, key_share=True, of=model)
    begin(session)
    return session.scalars(statement, execution_options={"populate_existing": True}).all()


def share_hands(records: Iterable[object]) -> None:
    """Lock the stations, units and staff among records as :func:`share_rows` does. One statement, on PostgreSQL."""
    wanted: dict[type[Identified], set[int]] = {}
    session = None
    for record in records:
        if isinstance(record, Station | Unit | Staff):
            wanted.setdefault(type(record), set()).add(record.id)
            session = object_session(record)
    if session is None or not locks_rows(session):
        return
    models = [model for model in (Station, Unit, Staff) if model in wanted]
    found = select(*models).select_from(models[0])
    for model in models[1:]:
        found = found.join(model, true())
    rows = found.where(*(model.id.in_(sorted(wanted[model])) for model in models))
    statement = rows.with_for_update(read=True, key_share=True, of=models)
    session.execute(statement, execution_options={"populate_existing": True}).all()


def lock_keys(session: Session, *keys: str) -> None:
    """Serialise the transactions that name one of the same keys, until they end. One statement, on PostgreSQL alone.

    For a rule about rows that do not exist yet: a transaction takes the key before it looks for them.
    """
    if locks_rows(session) and keys:
        taken = [func.pg_advisory_xact_lock(func.hashtext(key)) for key in sorted({*keys})]
        session.execute(select(func.pg_advisory_xact_lock_shared(_EVERY), *taken), bind_arguments=OURS)


def lock_every_key(session: Session) -> None:
    """Wait for the transactions that have locked keys, and let no other lock one. One statement, on PostgreSQL alone.

    For a transaction that looks for thousands of rows that do not exist yet. Take it before the tables: the others
    write theirs after they have locked their keys.
    """
    if locks_rows(session):
        session.execute(select(func.pg_advisory_xact_lock(_EVERY)), bind_arguments=OURS)


def locks_rows(session: Session) -> bool:
    """Begin for writing, and return whether locks are needed then.

    SQLite needs none, because a transaction that writes has the write lock from its beginning.
    """
    begin(session)
    return on_postgres(session)
