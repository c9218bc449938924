"""Meetings and follow-ups are withdrawn and restored; people and lines are taken out of a meeting.

Revises: b7c2e94f1a63
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "c41f7e9b2a60"
down_revision: str | None = "b7c2e94f1a63"
branch_labels: str | None = None
depends_on: str | None = None

WHOLE = ("crm_meeting", "crm_followup")
PARTS = ("crm_meeting_contact", "crm_meeting_staff", "crm_minute")
INDEX = "ix_crm_meeting_withdrawn"


def columns(table: str) -> tuple[tuple[str, str, str, str, str], ...]:
    """Return the columns of a table: name, type on SQLite and on PostgreSQL, constraint, comment."""
    since = ("withdrawn_at", "DATETIME", "TIMESTAMP WITH TIME ZONE", "", "withdrawn since, or null")
    if table in PARTS:
        return (since,)
    someone = (
        f"CONSTRAINT fk_{table}_withdrawn_by_id REFERENCES crm_staff (id)"
        f" CONSTRAINT ck_{table}_withdrawn_by_someone CHECK ((withdrawn_at IS NULL) = (withdrawn_by_id IS NULL))"
    )
    return (
        since,
        ("withdrawn_by_id", "INTEGER", "BIGINT", someone, "who withdrew it"),
        ("withdrawn_reason", "VARCHAR(1000)", "VARCHAR(1000)", "", "why it was withdrawn"),
    )


def upgrade() -> None:
    """Add the columns; nothing is withdrawn yet."""
    sqlite = op.get_context().dialect.name == "sqlite"
    for table in (*WHOLE, *PARTS):
        for name, on_sqlite, on_postgresql, constraint, comment in columns(table):
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {on_sqlite if sqlite else on_postgresql} {constraint}")
            if not sqlite:
                op.execute(f"COMMENT ON COLUMN {table}.{name} IS '{comment}'")
    few = sa.text("withdrawn_at IS NOT NULL")
    op.create_index(INDEX, "crm_meeting", ["lead_id"], sqlite_where=few, postgresql_where=few)


def downgrade() -> None:
    """Take them away: what was withdrawn stands again."""
    op.drop_index(INDEX, "crm_meeting")
    for table in (*PARTS, *WHOLE):
        for name, *_ in reversed(columns(table)):
            op.drop_column(table, name)
