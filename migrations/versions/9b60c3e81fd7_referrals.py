"""Referrals: who brought a lead.

Revises: 2ea9d7f3b058
"""

from __future__ import annotations

revision: str = "9b60c3e81fd7"
down_revision: str | None = "2ea9d7f3b058"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Drop what upgrade made."""
