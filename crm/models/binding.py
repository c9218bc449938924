"""The database that our tables are in; a session may have several: ``Session(binds={crm.models.Base: engine, …})``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.models.place import Staff

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.orm import Session

#: The ``bind_arguments`` of statements that name tables or columns alone: a session finds the engine by a mapped class.
OURS: dict[str, Any] = {"mapper": Staff}


def dialect_of(session: Session) -> Dialect:
    """Return the dialect of the database that our tables are in."""
    return session.get_bind(Staff).dialect


def on_postgres(session: Session) -> bool:
    """Return whether our tables are in a PostgreSQL database."""
    return dialect_of(session).name == "postgresql"
