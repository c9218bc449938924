"""Names with legal form, place and search tokens; identifiers.

Revises: 7c1e5a94d2b8
"""

from __future__ import annotations

revision: str = "c41f08be6d93"
down_revision: str | None = "7c1e5a94d2b8"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Drop what upgrade made."""
