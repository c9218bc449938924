"""The steps before the revisions on PostgreSQL: upgrades are serialised, and a tenant's schema is created."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text
from sqlalchemy.schema import CreateSchema

from crm.revisions import VERSION_TABLE


def prepare_postgres(connection: Connection) -> None:
    """Serialise upgrades, and create the tenant's schema if it is missing."""
    if connection.dialect.name != "postgresql":
        return
    tenant = connection.get_execution_options().get("crm_tenant")
    lock = f"{VERSION_TABLE} {tenant or ''}"
    # Another upgrade may take long, so this lock has no timeout; locks of tables keep theirs.
    waits = connection.scalar(text("SELECT current_setting('lock_timeout')"))
    limit = text("SELECT set_config('lock_timeout', :limit, true)")
    connection.execute(limit, {"limit": "0"})
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:lock, 0))"), {"lock": lock})
    connection.execute(limit, {"limit": waits})
    # Checked first, because IF NOT EXISTS requires the right to create schemas even if the schema exists.
    if tenant is not None and not inspect(connection).has_schema(tenant):
        connection.execute(CreateSchema(tenant))
