"""People have a name in another script, further telephones, WeChat, address and department; investors an address.

Revises: b93d07a1c5e4
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "c4e81a7d5f20"
down_revision: str | None = "b93d07a1c5e4"
branch_labels: str | None = None
depends_on: str | None = None

_INDEX = "ix_crm_contact_other_key"
#: Table, column, its length and its comment.
_COLUMNS = (
    ("crm_contact", "other_name", 120, "the name in another script"),
    ("crm_contact", "other_key", 240, "comparison key of that name"),
    ("crm_contact", "phones", 400, "further telephones: kind and number; kind and number"),
    ("crm_contact", "wechat", 120, "WeChat account"),
    ("crm_contact", "address", 200, "postal address"),
    ("crm_employment", "department", 120, "department"),
    ("crm_investor", "address", 200, "postal address"),
)


def upgrade() -> None:
    """Add the columns, all empty."""
    for table, column, length, comment in _COLUMNS:
        op.add_column(table, sa.Column(column, sa.String(length), nullable=True, comment=comment))
    op.create_index(op.f(_INDEX), "crm_contact", ["other_key"])


def downgrade() -> None:
    """Drop the columns."""
    op.drop_index(op.f(_INDEX), table_name="crm_contact")
    for table, column, *_ in reversed(_COLUMNS):
        op.drop_column(table, column)
