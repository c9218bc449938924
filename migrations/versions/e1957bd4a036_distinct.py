"""Pairs of investors that look alike and are two.

Revises: 5c3a9e60b174
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "e1957bd4a036"
down_revision: str | None = "5c3a9e60b174"
branch_labels: str | None = None
depends_on: str | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "crm_distinct",
        sa.Column("one_id", _ID, nullable=False, comment="the one with the smaller id"),
        sa.Column("other_id", _ID, nullable=False, comment="the other"),
        sa.Column("actor_id", _ID, nullable=False, comment="who says so"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column("reason", sa.String(length=1000), nullable=False, comment="why they are two"),
        sa.Column("id", _ID, autoincrement=True, nullable=False, comment="number people say aloud"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="UUIDv7, may be brought by the caller"),
        sa.Column(
            "digest", sa.String(length=64), nullable=True, comment="SHA-256 of the content a uid was brought with"
        ),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_crm_distinct_one_before_other")),
        sa.ForeignKeyConstraint(["actor_id"], ["crm_staff.id"], name=op.f("fk_crm_distinct_actor_id")),
        sa.ForeignKeyConstraint(["one_id"], ["crm_investor.id"], name=op.f("fk_crm_distinct_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["crm_investor.id"], name=op.f("fk_crm_distinct_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_distinct")),
        sa.UniqueConstraint("one_id", "other_id", name=op.f("uq_crm_distinct_one_id_other_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_distinct_uid")),
        comment="pairs of investors that look alike and are two",
    )
    op.create_index(op.f("ix_crm_distinct_other_id"), "crm_distinct", ["other_id"], unique=False)


def downgrade() -> None:
    """Drop what upgrade made."""
    op.drop_index(op.f("ix_crm_distinct_other_id"), table_name="crm_distinct")
    op.drop_table("crm_distinct")
