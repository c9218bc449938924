"""Follow-ups may be visits ahead: with an hour, and the meeting that they became.

Revises: b3e58f1a7d20
"""

from __future__ import annotations

from alembic import op

revision: str = "6b3d9f10c5e7"
down_revision: str | None = "b3e58f1a7d20"
branch_labels: str | None = None
depends_on: str | None = None

TABLE = "crm_followup"
_HELD = "CHECK (held_id IS NULL OR (done_at IS NOT NULL AND visit_at IS NOT NULL))"
#: Name, type on SQLite and on PostgreSQL, constraint, comment.
COLUMNS = (
    ("visit_at", "DATETIME", "TIMESTAMP WITH TIME ZONE", "", "of a visit ahead: the instant it begins, UTC"),
    (
        "visit_zone",
        "VARCHAR(64)",
        "VARCHAR(64)",
        f"CONSTRAINT ck_{TABLE}_visit_at_a_place CHECK ((visit_at IS NULL) = (visit_zone IS NULL))",
        "of a visit ahead: IANA time zone of the place",
    ),
    (
        "held_id",
        "INTEGER",
        "BIGINT",
        f"CONSTRAINT fk_{TABLE}_held_id REFERENCES crm_meeting (id) CONSTRAINT ck_{TABLE}_held_is_done {_HELD}",
        "the meeting that a visit ahead became",
    ),
)


def upgrade() -> None:
    """Add the columns; every follow-up there is stays a task."""
    sqlite = op.get_context().dialect.name == "sqlite"
    for name, on_sqlite, on_postgresql, constraint, comment in COLUMNS:
        op.execute(f"ALTER TABLE {TABLE} ADD COLUMN {name} {on_sqlite if sqlite else on_postgresql} {constraint}")
        if not sqlite:
            op.execute(f"COMMENT ON COLUMN {TABLE}.{name} IS '{comment}'")
    op.create_index(f"ix_{TABLE}_held_id", TABLE, ["held_id"])


def downgrade() -> None:
    """Take them away: a visit ahead is a task on its day."""
    op.drop_index(f"ix_{TABLE}_held_id", TABLE)
    for name, *_ in reversed(COLUMNS):
        op.drop_column(TABLE, name)
