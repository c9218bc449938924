"""Documents are withdrawn and restored.

Revises: c47e0a9b1d63
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "d7a05c83e1f4"
down_revision: str | None = "c47e0a9b1d63"
branch_labels: str | None = None
depends_on: str | None = None

TABLE, INDEX = "crm_evidence", "ix_crm_evidence_withdrawn"
SOMEONE = (
    f"CONSTRAINT fk_{TABLE}_withdrawn_by_id REFERENCES crm_staff (id)"
    f" CONSTRAINT ck_{TABLE}_withdrawn_by_someone CHECK ((withdrawn_at IS NULL) = (withdrawn_by_id IS NULL))"
)
#: Name, type on SQLite and on PostgreSQL, constraint, comment.
COLUMNS = (
    ("withdrawn_at", "DATETIME", "TIMESTAMP WITH TIME ZONE", "", "withdrawn since, or null"),
    (
        "withdrawn_by_id",
        "INTEGER",
        "BIGINT",
        SOMEONE,
        "who withdrew it",
    ),
    ("withdrawn_reason", "VARCHAR(1000)", "VARCHAR(1000)", "", "why it was withdrawn"),
)


def upgrade() -> None:
    """Add the columns; nothing is withdrawn yet."""
    sqlite = op.get_context().dialect.name == "sqlite"
    for name, on_sqlite, on_postgresql, constraint, comment in COLUMNS:
        op.execute(f"ALTER TABLE {TABLE} ADD COLUMN {name} {on_sqlite if sqlite else on_postgresql} {constraint}")
        if not sqlite:
            op.execute(f"COMMENT ON COLUMN {TABLE}.{name} IS '{comment}'")
    few = sa.text("withdrawn_at IS NOT NULL")
    op.create_index(INDEX, TABLE, ["lead_id"], sqlite_where=few, postgresql_where=few)


def downgrade() -> None:
    """Take them away: what was withdrawn stands again."""
    op.drop_index(INDEX, TABLE)
    for name, *_ in reversed(COLUMNS):
        op.drop_column(TABLE, name)
