"""Refuses at flush every write to our tables that did not come from a service.

The guard listens on the caller's session alone, from the creation of its first ``CRM``; elsewhere only the database's
constraints apply. What it looks for, and with it the tables, loads when the session is first used.
"""

from __future__ import annotations

from collections.abc import Iterable
from weakref import WeakSet

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

_KEY = "crm.admitted"


def guard(session: Session) -> None:
    """Attach the guard to a session; further calls do nothing."""
    if _KEY in session.info:
        return
    session.info[_KEY] = WeakSet()
    event.listen(session, "before_flush", _before_flush)
    event.listen(session, "do_orm_execute", _on_execute)
    event.listen(session, "after_soft_rollback", _after_rollback)
    event.listen(session, "after_transaction_create", _after_create)


def admit(session: Session, records: Iterable[object]) -> None:
    """Mark the records written by a service as allowed."""
    session.info[_KEY].update(records)


def _before_flush(session: Session, _context: object, _instances: object) -> None:
    from crm.services.kernel.auditing.direct_writes import before_flush

    before_flush(session, session.info[_KEY])


def _on_execute(state: ORMExecuteState) -> None:
    if not state.is_select:
        from crm.services.kernel.auditing.direct_writes import on_execute

        on_execute(state)


def _after_rollback(session: Session, previous: SessionTransaction) -> None:
    if previous.nested:
        from crm.services.kernel.auditing.direct_writes import after_rollback

        after_rollback(session, previous)


def _after_create(session: Session, created: SessionTransaction) -> None:
    if created.nested:
        from crm.services.kernel.auditing.direct_writes import after_create

        after_create(session, created)
