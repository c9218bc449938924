"""Claims: which unit has the right to a lead.

Revises: 9b60c3e81fd7
"""

from __future__ import annotations

revision: str = "58d2f6a09c4e"
down_revision: str | None = "9b60c3e81fd7"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Drop what upgrade made."""
