"""How Alembic meets the models.

crm/schema.py hands in an open connection and ends the transaction itself. A developer with alembic.ini may name the
database with ``-x db=URL``.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from crm.db import connection_scope, make_engine
from crm.models import Base
from crm.schema import migration_options


def run(**where: Any) -> None:
    """Run the revisions on a connection, or write them out as SQL."""
    context.configure(target_metadata=Base.metadata, render_item=render_item, **migration_options(), **where)
    with context.begin_transaction():
        context.run_migrations()


def render_item(kind: str, item: Any, _autogenerate: Any) -> str | Literal[False]:
    """Write a type of our own as the plain type it stands on, because a revision imports nothing of ours."""
    if kind != "type" or not type(item).__module__.startswith("crm."):
        return False
    return f"sa.{item.impl if isinstance(item, TypeDecorator) else item.adapt(type(item).__mro__[1])!r}"


def address() -> str:
    """Return the address a developer gave, or the one that was set."""
    given: str | None = context.get_x_argument(as_dictionary=True).get("db")
    return given or context.config.get_main_option("sqlalchemy.url", "")


def is_sqlite(dialect: str) -> bool:
    """Return whether tables are rebuilt to be altered: SQLite can add a column, and little else."""
    return dialect == "sqlite"


if context.is_offline_mode():
    engine = make_engine(address())
    run(dialect_name=engine.dialect.name, literal_binds=True, dialect_opts={"paramstyle": "named"})
elif (given := context.config.attributes.get("connection")) is not None:
    run(connection=given, render_as_batch=is_sqlite(given.dialect.name))
else:
    with connection_scope(make_engine(address())) as connection:
        run(connection=connection, render_as_batch=is_sqlite(connection.dialect.name))
