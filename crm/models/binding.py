"""The database that our tables are in; a session may have several: ``Session(binds={crm.models.Base: engine, …})``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crm.errors import N_, DatabaseNotReady, problem
from crm.models.place import Staff

if TYPE_CHECKING:
    from sqlalchemy import Connection, Dialect, Engine
    from sqlalchemy.orm import Session

#: The ``bind_arguments`` of statements that name tables or columns alone: a session finds the engine by a mapped class.
OURS: dict[str, Any] = {"mapper": Staff}


def dialect_of(session: Session) -> Dialect:
    """Return the dialect of the database that our tables are in."""
    return session.get_bind(Staff).dialect


def on_postgres(session: Session) -> bool:
    """Return whether our tables are in a PostgreSQL database."""
    return dialect_of(session).name == "postgresql"


def ensure_untranslated(bind: Engine | Connection) -> None:
    """Refuse an engine or a connection that translates our schema: locks and triggers are sent as text, which stays.

    Raises:
        DatabaseNotReady: Its ``schema_translate_map`` names another schema for tables that have none.
    """
    translated = bind.get_execution_options().get("schema_translate_map")
    if translated and translated.get(None) is not None:
        raise DatabaseNotReady(
            problem(
                N_("A schema_translate_map does not reach every statement of the CRM."),
                N_(
                    "Choose the schema by its search path: make_engine(url, tenant=…), connect_args of your engine, or "
                    "SET LOCAL search_path in your transaction."
                ),
                code="schema_translate_map",
            )
        )
