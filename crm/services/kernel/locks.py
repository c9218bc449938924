"""Who checks a rule about many rows and then writes takes a turn: two who each see half of a circle see none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar, cast

from sqlalchemy import Select, Table, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from crm.models.base import Base, Identified
from crm.services.kernel.conflicts import as_conflict
from crm.services.kernel.verbs import begin

M = TypeVar("M", bound=Identified)


def lock_tables(session: Session, *models: type[Base]) -> None:
    """Let those who write to the tables of *models* wait for each other until the transaction ends; readers go on.

    SQLite lets one write at a time already. On PostgreSQL the tables are locked, before any row of theirs is: who holds
    a row and asks for its table may wait for who holds the table and asks for the row.

    Raises:
        Conflict: Two waited for each other all the same, and this one was chosen to give way.
    """
    names = sorted(cast("Table", model.__table__).name for model in models)
    with locking(session) as waits:
        if waits:
            session.execute(text(f"LOCK TABLE {', '.join(names)} IN SHARE ROW EXCLUSIVE MODE"))


def lock_rows(
    session: Session, model: type[Identified], ids: Iterable[int], *, referred: bool = False, anew: bool = True
) -> None:
    """Lock the rows of records until the transaction ends, the smaller id first, and read what others wrote before.

    Args:
        session: Whose transaction holds them.
        model: What they are.
        ids: Which.
        referred: Wait for those, too, who are writing rows that refer to them.
        anew: Read the records again. Not for a record that is changed afterwards: its version, as it was read, tells
            whether somebody else was first.

    Raises:
        Conflict: As :func:`lock_tables`.
    """
    found = (
        select(model if anew else model.id)
        .where(model.id.in_(sorted(ids)))
        .order_by(model.id)
        .with_for_update(key_share=not referred, of=model)
        .execution_options(populate_existing=anew)
    )
    with locking(session) as waits:
        if waits:
            session.scalars(found).all()


def share_rows(session: Session, model: type[M], ids: Iterable[int]) -> Sequence[M]:
    """Keep records as they are until the transaction ends, and return them as they are now, the smaller id first.

    Whoever is about to write rows that refer to them keeps them first, and then asks whether they are open: who
    archives or merges them holds them with *referred*, and is waited for. Those who keep the same record do not wait
    for each other. One statement, on SQLite too: a session may have read the record in an earlier transaction.

    Raises:
        Conflict: As :func:`lock_tables`.
    """
    return share_selected(session, model, select(model).where(model.id.in_(sorted(ids))).order_by(model.id))


def share_selected(session: Session, model: type[M], found: Select[M]) -> Sequence[M]:
    """Return the records that a statement selects, kept as :func:`share_rows` does."""
    statement = found.with_for_update(read=True, key_share=True, of=model)
    with locking(session):
        return session.scalars(statement, execution_options={"populate_existing": True}).all()


@contextmanager
def locking(session: Session) -> Iterator[bool]:
    """Say whether the database lets several write at a time, and turn a deadlock inside the block into a refusal.

    SQLite lets one, from the moment the transaction begins as a writer's.
    """
    begin(session)
    try:
        yield session.get_bind().dialect.name == "postgresql"
    except OperationalError as error:
        raise as_conflict(error) from error
