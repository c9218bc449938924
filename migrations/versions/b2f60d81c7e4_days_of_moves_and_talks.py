"""What was done in a month is read by the days of moves and talks.

Revises: 9c41e07b6d25
"""

from __future__ import annotations

from alembic import op

revision: str = "b2f60d81c7e4"
down_revision: str | None = "9c41e07b6d25"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Index both days."""
    op.create_index(op.f("ix_crm_transition_occurred_on"), "crm_transition", ["occurred_on"])
    op.create_index(op.f("ix_crm_meeting_met_at"), "crm_meeting", ["met_at"])


def downgrade() -> None:
    """Take both away."""
    op.drop_index(op.f("ix_crm_meeting_met_at"), "crm_meeting")
    op.drop_index(op.f("ix_crm_transition_occurred_on"), "crm_transition")
