"""An investor has a website.

Revises: e7d04b95a213
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "f3a9c27d5e18"
down_revision: str | None = "e7d04b95a213"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the column; nobody has one yet."""
    op.add_column(
        "crm_investor",
        sa.Column(
            "website", sa.String(length=500), nullable=True, comment="address of its website, with http or https"
        ),
    )


def downgrade() -> None:
    """Take it away, with what it holds."""
    op.drop_column("crm_investor", "website")
