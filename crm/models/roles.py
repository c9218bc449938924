"""The roles of a database on PostgreSQL: who owns the tables, who works with them, who only reads.

The application may add to the history and not change it; of an entry of a ledger, and of a binding, it may write what
goes forward. The reader sees views only; they leave out persons, confidential leads and what belongs to those leads.
"""

from __future__ import annotations

from collections.abc import Iterator

from crm.models.base import Base
from crm.models.guards import APPEND_ONLY, EMPTIED, ERASABLE, FORWARD, FUNCTION
from crm.models.views import VIEWS, comments


def roles(schema: str, prefix: str, version_table: str) -> Iterator[str]:
    """Yield the statements that make the three roles, give them the tables of a schema, and make the views.

    They can be run again. A superuser runs them.

    Args:
        schema: Where the tables are.
        prefix: What the names of the roles begin with: ``crm`` makes crm_owner, crm_application and crm_reader. Small
            letters, digits and underscores.
        version_table: The table with the version of the tables.
    """
    owner, application, reader = (f"{prefix}_{name}" for name in ("owner", "application", "reader"))
    for role in (owner, application, reader):
        yield (
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN"
            f" CREATE ROLE {role} NOLOGIN; END IF; END $$"
        )
    home = '"' + schema.replace('"', '""') + '"'
    yield f"GRANT USAGE, CREATE ON SCHEMA {home} TO {owner}"
    yield f"GRANT USAGE ON SCHEMA {home} TO {application}, {reader}"
    for table in sorted([*Base.metadata.tables, version_table]):
        yield f"REVOKE ALL ON {home}.{table} FROM PUBLIC, {application}, {reader}"
        yield f"GRANT {_granted(table, version_table)} ON {home}.{table} TO {application}"
        if table != version_table and "id" in Base.metadata.tables[table].c:
            yield f"GRANT USAGE ON SEQUENCE {home}.{table}_id_seq TO {application}"
        yield f"ALTER TABLE {home}.{table} OWNER TO {owner}"
    yield (
        f"DO $$ BEGIN IF to_regprocedure('{home}.{FUNCTION}()') IS NOT NULL THEN"
        f" ALTER FUNCTION {home}.{FUNCTION}() OWNER TO {owner}; END IF; END $$"
    )
    for name, view in VIEWS.items():
        yield f"CREATE OR REPLACE VIEW {home}.{name} AS {view.query(f'{home}.')}"
        yield from comments(name, f"{home}.")
        yield f"REVOKE ALL ON {home}.{name} FROM PUBLIC, {application}"
        yield f"GRANT SELECT ON {home}.{name} TO {reader}"
        yield f"ALTER VIEW {home}.{name} OWNER TO {owner}"


def _granted(table: str, version_table: str) -> str:
    """Return what the application may do with a table; it never deletes."""
    if table == version_table:
        return "SELECT"
    if table in {model.__tablename__ for model in APPEND_ONLY}:
        return "SELECT, INSERT"
    erasable = {model.__tablename__: column for model, column in {**ERASABLE, **EMPTIED}.items()}
    if table in erasable:
        return f"SELECT, INSERT, UPDATE ({erasable[table]})"
    forward = {model.__tablename__: columns for model, columns in FORWARD.items()}
    if table in forward:
        written = [*forward[table], *(key for key in ("state", "version") if key in Base.metadata.tables[table].c)]
        return f"SELECT, INSERT, UPDATE ({', '.join(written)})"
    return "SELECT, INSERT, UPDATE"
