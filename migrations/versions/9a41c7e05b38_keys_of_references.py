"""Documents and entries of the ledgers have the comparison key of their reference.

Revises: b61f0c8d2a95
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "9a41c7e05b38"
down_revision: str | None = "b61f0c8d2a95"
branch_labels: str | None = None
depends_on: str | None = None

_TABLES = ("crm_evidence", "crm_capital_arrival", "crm_contract_amount")
_COMMENT = "comparison key of the reference: NFKC, case folded, without spaces"


def upgrade() -> None:
    """Add the columns; the keys are derived after the newest revision."""
    for table in _TABLES:
        op.add_column(
            table,
            sa.Column("reference_key", sa.String(400), server_default=sa.text("''"), nullable=False, comment=_COMMENT),
        )
        op.create_index(op.f(f"ix_{table}_reference_key"), table, ["reference_key"])
    op.create_index(op.f("ix_crm_evidence_sha256"), "crm_evidence", ["sha256"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_crm_evidence_sha256"), table_name="crm_evidence")
    for table in reversed(_TABLES):
        op.drop_index(op.f(f"ix_{table}_reference_key"), table_name=table)
        op.drop_column(table, "reference_key")
