"""No second way round a rule: what was not written by a service is refused at flush.

The guard listens on the caller's session alone, from the moment a front door is made for it; the database's own
constraints hold everywhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from weakref import WeakSet

from sqlalchemy import event, inspect
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from crm.errors import N_, DirectWrite, Problem, problem
from crm.models import Base

_KEY = "crm.admitted"


def guard(session: Session) -> None:
    """Watch a session; once is enough."""
    if _KEY in session.info:
        return
    session.info[_KEY] = WeakSet()
    event.listen(session, "before_flush", _before_flush)
    event.listen(session, "do_orm_execute", _on_execute)
    event.listen(session, "after_soft_rollback", _after_rollback)


def admit(session: Session, records: Iterable[Base]) -> None:
    """Let the records of a service pass."""
    session.info[_KEY].update(records)


def _before_flush(session: Session, _context: Any, _instances: Any) -> None:
    admitted = session.info[_KEY]
    problems = [
        *(
            _refusal(each, N_("A {record} was added past the services."))
            for each in session.new
            if isinstance(each, Base) and each not in admitted
        ),
        *(
            _refusal(each, N_("{fields} of a {record} was written directly."), fields=", ".join(fields))
            for each in session.dirty
            if isinstance(each, Base) and each not in admitted and (fields := _written(each))
        ),
        *(
            _refusal(each, N_("A {record} was deleted; nothing is, it is archived."))
            for each in session.deleted
            if isinstance(each, Base)
        ),
    ]
    if problems:
        raise DirectWrite(*problems)
    admitted.clear()


def _written(record: Base) -> list[str]:
    state = inspect(record)
    # A relationship set by hand writes its column only after this moment; its own history tells already.
    return [attribute.key for attribute in state.mapper.attrs if state.attrs[attribute.key].history.has_changes()]


def _on_execute(state: ORMExecuteState) -> None:
    if state.is_select or not state.is_orm_statement:
        return
    mapper = state.bind_mapper
    if mapper is not None and issubclass(mapper.class_, Base):
        raise DirectWrite(
            problem(
                N_("Rows of {record} were written in bulk past the services."),
                N_("Use the services of CRM(session, actor)."),
                code="direct_write",
                record=mapper.class_.__name__,
            )
        )


def _after_rollback(session: Session, previous: SessionTransaction) -> None:
    """Forget what a rolled back savepoint wrote; a whole rollback expires everything by itself."""
    if previous.nested:
        for record in session.identity_map.values():
            if isinstance(record, Base):
                session.expire(record)


def _refusal(record: Base, text: str, **params: Any) -> Problem:
    return problem(
        text,
        N_("Use the services of CRM(session, actor)."),
        code="direct_write",
        record=type(record).__name__,
        **params,
    )
