"""Views for programs that only read; they are made after the revisions, as the triggers are.

Revises: c4e81a7d5f20
"""

from __future__ import annotations

from alembic import op

revision: str = "c4f81d2e9a60"
down_revision: str | None = "c4e81a7d5f20"
branch_labels: str | None = None
depends_on: str | None = None

VIEWS = ("crm_reader_lead", "crm_reader_investor", "crm_reader_meeting", "crm_reader_arrival")


def upgrade() -> None:
    """Nothing: schema.upgrade makes the views."""


def downgrade() -> None:
    """Drop the views: older revisions change what they show."""
    for view in VIEWS:
        op.execute(f"DROP VIEW IF EXISTS {view}")
