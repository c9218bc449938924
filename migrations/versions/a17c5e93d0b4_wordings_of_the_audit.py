"""Free texts stand in the audit as digests with a key; their wordings beside them, which erasing empties.

What is there already is converted afterwards, by schema.upgrade or, for a host, by schema.reindex: docs/audit.md.

Revises: b3f19c6a82d4
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "a17c5e93d0b4"
down_revision: str | None = "b3f19c6a82d4"
branch_labels: str | None = None
depends_on: str | None = None

KEY = "pk_crm_converted_entry"


def upgrade() -> None:
    """Add the column of the wordings, and let an entry be converted more than once."""
    op.add_column(
        "crm_audit_entry",
        sa.Column(
            "wordings",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="the texts of its digests, each after its key; erasing empties them",
        ),
    )
    _key("entry_id", "conversion_id")


def downgrade() -> None:
    """Take the wordings away: of texts the audit has digests alone, and what was converted is no longer listed."""
    op.execute("DELETE FROM crm_converted_entry")
    _key("entry_id")
    with op.batch_alter_table("crm_audit_entry") as table:
        table.drop_column("wordings")


def _key(*columns: str) -> None:
    with op.batch_alter_table("crm_converted_entry") as table:
        table.drop_constraint(op.f(KEY), type_="primary")
        table.create_primary_key(op.f(KEY), list(columns))
