"""The roles of a database on PostgreSQL: who owns the tables, who works with them, who only reads.

The application may add to the history and not change it; of an entry of a ledger, and of a binding, it may write what
goes forward. The reader sees views only; they leave out persons, confidential leads and what belongs to those leads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, text

from crm.models.base import Base
from crm.models.guards import APPEND_ONLY, ERASABLE, FORWARD, FUNCTION

#: By the name of a view, its columns and where they come from. A column that is said here stays.
VIEWS: Mapping[str, str] = {
    "crm_reader_lead": (
        "SELECT l.id, l.title, l.investor_id, l.stage, l.status, l.received_on, l.moved_on, l.entered_on, l.landed_on,"
        " l.expected_minor, l.expected_currency, l.industry, l.foreign_capital, s.code AS station, u.code AS unit"
        " FROM {schema}.crm_lead l LEFT JOIN {schema}.crm_station s ON s.id = l.station_id"
        " LEFT JOIN {schema}.crm_unit u ON u.id = l.unit_id WHERE NOT l.confidential"
    ),
    "crm_reader_investor": "SELECT i.id, i.name, i.country, i.kind, i.website FROM {schema}.crm_investor i",
    "crm_reader_meeting": (
        "SELECT m.id, m.investor_id, m.lead_id, m.kind, m.met_at, m.zone, m.place, s.code AS station"
        " FROM {schema}.crm_meeting m LEFT JOIN {schema}.crm_lead l ON l.id = m.lead_id"
        " LEFT JOIN {schema}.crm_station s ON s.id = m.station_id"
        " WHERE m.withdrawn_at IS NULL AND (l.id IS NULL OR NOT l.confidential)"
    ),
    "crm_reader_arrival": (
        "SELECT a.id, a.lead_id, a.kind, a.arrived_on, a.amount_minor, a.currency, a.state, a.immediate_country,"
        " a.ultimate_country, a.industry, a.usd_minor, a.cny_minor, a.reverses_id, u.code AS unit"
        " FROM {schema}.crm_capital_arrival a JOIN {schema}.crm_lead l ON l.id = a.lead_id"
        " LEFT JOIN {schema}.crm_unit u ON u.id = a.unit_id WHERE NOT l.confidential"
    ),
}


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
    for view, query in VIEWS.items():
        yield f"CREATE OR REPLACE VIEW {home}.{view} AS {query.format(schema=home)}"
        yield f"REVOKE ALL ON {home}.{view} FROM PUBLIC, {application}"
        yield f"GRANT SELECT ON {home}.{view} TO {reader}"
        yield f"ALTER VIEW {home}.{view} OWNER TO {owner}"


def drop_views(connection: Connection) -> None:
    """Drop the views, which would stop a revision that changes what they show."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"DROP VIEW IF EXISTS {', '.join(VIEWS)}"))


def _granted(table: str, version_table: str) -> str:
    """Return what the application may do with a table; it never deletes."""
    if table == version_table:
        return "SELECT"
    if table in {model.__tablename__ for model in APPEND_ONLY}:
        return "SELECT, INSERT"
    erasable = {model.__tablename__: column for model, column in ERASABLE.items()}
    if table in erasable:
        return f"SELECT, INSERT, UPDATE ({erasable[table]})"
    forward = {model.__tablename__: columns for model, columns in FORWARD.items()}
    if table in forward:
        written = [*forward[table], *(key for key in ("state", "version") if key in Base.metadata.tables[table].c)]
        return f"SELECT, INSERT, UPDATE ({', '.join(written)})"
    return "SELECT, INSERT, UPDATE"
