"""Contacts say on what grounds, and until when, their data is held.

Revises: d19f5a7c3e48
"""

from __future__ import annotations

from alembic import op

revision: str = "e2c86b40f7a9"
down_revision: str | None = "d19f5a7c3e48"
branch_labels: str | None = None
depends_on: str | None = None

TABLE = "crm_contact"
BASES = (
    "consent",
    "contract",
    "legal_obligation",
    "vital_interests",
    "public_task",
    "legitimate_interests",
    "published",
)
ONE_OF = f"CONSTRAINT ck_{TABLE}_basis CHECK (basis IN ({', '.join(repr(basis) for basis in BASES)}))"
#: Name, type with its constraint, comment.
COLUMNS = (
    ("jurisdiction", "VARCHAR(2)", "country whose law protects their data"),
    ("basis", f"VARCHAR(24) {ONE_OF}", "lawful basis on which their data is held"),
    ("source", "VARCHAR(200)", "where their data comes from"),
    ("noticed_on", "DATE", "the day they were told that it is held"),
    ("retain_until", "DATE", "the last day on which it is held"),
    ("legal_hold", "VARCHAR(1000)", "why it must not be erased, or null"),
)


def upgrade() -> None:
    """Add the columns; nothing is said yet."""
    for name, type_, comment in COLUMNS:
        op.execute(f"ALTER TABLE {TABLE} ADD COLUMN {name} {type_}")
        if op.get_context().dialect.name == "postgresql":
            op.execute(f"COMMENT ON COLUMN {TABLE}.{name} IS '{comment}'")


def downgrade() -> None:
    """Take them away, with what they hold."""
    for name, *_ in reversed(COLUMNS):
        op.drop_column(TABLE, name)
