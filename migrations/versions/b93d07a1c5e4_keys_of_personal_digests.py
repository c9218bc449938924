"""Personal values stand in the audit as digests with a key that erasing destroys.

What is there already is converted afterwards, by schema.upgrade or, for a host, by schema.reindex: docs/audit.md.

Revises: e25c8b0f7d16
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "b93d07a1c5e4"
down_revision: str | None = "e25c8b0f7d16"
branch_labels: str | None = None
depends_on: str | None = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables of the keys and of what is converted."""
    op.create_table(
        "crm_audit_key",
        sa.Column("record", sa.String(length=40), nullable=False, comment="table of the record, without its prefix"),
        sa.Column("record_id", _NUMBER, autoincrement=False, nullable=False, comment="id of the record"),
        sa.Column("key", sa.LargeBinary(length=32), nullable=False, comment="random; zeros since it was erased"),
        sa.PrimaryKeyConstraint("record", "record_id", name=op.f("pk_crm_audit_key")),
        comment="keys of personal digests in the audit; erasing overwrites them",
    )
    op.create_table(
        "crm_converted_entry",
        sa.Column("entry_id", _NUMBER, autoincrement=False, nullable=False, comment="which entry"),
        sa.Column("conversion_id", _NUMBER, nullable=False, comment="which conversion; an entry signs it"),
        sa.Column("before", sa.LargeBinary(length=32), nullable=False, comment="SHA-256 of the entry as it was sealed"),
        sa.Column(
            "after", sa.LargeBinary(length=32), nullable=False, comment="SHA-256 of the entry as it was converted"
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_crm_converted_entry")),
        comment="entries that an upgrade converted, append-only",
    )
    op.create_index(
        op.f("ix_crm_converted_entry_conversion_id_entry_id"), "crm_converted_entry", ["conversion_id", "entry_id"]
    )


def downgrade() -> None:
    """Take the keys away: what was said of a person is no longer proven by the audit."""
    op.drop_table("crm_converted_entry")
    op.drop_table("crm_audit_key")
