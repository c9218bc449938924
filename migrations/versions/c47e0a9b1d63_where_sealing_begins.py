"""A seal says up to which entry nothing will be sealed any more, so that sealing need not read what is sealed.

Revises: c41f7e9b2a60
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "c47e0a9b1d63"
down_revision: str | None = "c41f7e9b2a60"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the column; the first sealing reads everything once more."""
    op.add_column(
        "crm_audit_seal",
        sa.Column(
            "settled",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="no entry up to this number will come after it; it says where the next sealing begins to read",
        ),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_column("crm_audit_seal", "settled")
