"""Attendance of events and requests are withdrawn and restored.

Revises: f2a91c6d04be
"""

from __future__ import annotations

from alembic import op

revision: str = "a4d8e2b07c15"
down_revision: str | None = "f2a91c6d04be"
branch_labels: str | None = None
depends_on: str | None = None

ATTENDANCE = "crm_event_attendance"
TABLES = (ATTENDANCE, "crm_request")


def columns(table: str) -> tuple[tuple[str, str, str, str, str], ...]:
    """Return the columns of a table: name, type on SQLite and on PostgreSQL, constraint, comment."""
    someone = (
        f"CONSTRAINT fk_{table}_withdrawn_by_id REFERENCES crm_staff (id)"
        f" CONSTRAINT ck_{table}_withdrawn_by_someone CHECK ((withdrawn_at IS NULL) = (withdrawn_by_id IS NULL))"
    )
    version = ("version", "INTEGER", "INTEGER", "NOT NULL DEFAULT 1", "grows by one with each change")
    return (
        *([version] if table == ATTENDANCE else []),
        ("withdrawn_at", "DATETIME", "TIMESTAMP WITH TIME ZONE", "", "withdrawn since, or null"),
        ("withdrawn_by_id", "INTEGER", "BIGINT", someone, "who withdrew it"),
        ("withdrawn_reason", "VARCHAR(1000)", "VARCHAR(1000)", "", "why it was withdrawn"),
    )


def upgrade() -> None:
    """Add the columns; nothing is withdrawn yet."""
    sqlite = op.get_context().dialect.name == "sqlite"
    for table in TABLES:
        for name, on_sqlite, on_postgresql, constraint, comment in columns(table):
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {on_sqlite if sqlite else on_postgresql} {constraint}")
            if not sqlite:
                op.execute(f"COMMENT ON COLUMN {table}.{name} IS '{comment}'")
    if not sqlite:
        op.execute(f"ALTER TABLE {ATTENDANCE} ALTER COLUMN version DROP DEFAULT")


def downgrade() -> None:
    """Take them away: what was withdrawn stands again."""
    for table in reversed(TABLES):
        for name, *_ in reversed(columns(table)):
            op.drop_column(table, name)
