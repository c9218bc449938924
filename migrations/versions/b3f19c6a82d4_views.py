"""Views: filters, order and columns of lists, kept by members of staff under a name.

Revises: 3d5b80a7e2f6
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "b3f19c6a82d4"
down_revision: str | None = "3d5b80a7e2f6"
branch_labels: str | None = None
depends_on: str | None = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STANDS = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    """Add the table of views."""
    op.create_table(
        "crm_saved_view",
        sa.Column("staff_id", _NUMBER, nullable=False, comment="whose it is"),
        sa.Column("method", sa.String(length=40), nullable=False, comment="the list, such as leads.list"),
        sa.Column("name", sa.String(length=40), nullable=False, comment="what it is called"),
        sa.Column("key", sa.String(length=240), nullable=False, comment="comparison key of the name"),
        sa.Column("arguments", sa.String(length=4000), nullable=False, comment="what the list is called with, as JSON"),
        sa.Column("columns", sa.String(length=400), nullable=True, comment="the columns that are shown, or null"),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True, comment="removed since, or null"),
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False, comment="number people say aloud"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="UUIDv7, may be brought by the caller"),
        sa.Column(
            "digest", sa.String(length=64), nullable=True, comment="SHA-256 of the content a uid was brought with"
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="grows by one with each change"),
        sa.ForeignKeyConstraint(["staff_id"], ["crm_staff.id"], name=op.f("fk_crm_saved_view_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_saved_view")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_saved_view_uid")),
        comment="filters, order and columns of lists, kept by members of staff under a name",
    )
    op.create_index(
        "uq_crm_saved_view_staff_id_method_key",
        "crm_saved_view",
        ["staff_id", "method", "key"],
        unique=True,
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    )


def downgrade() -> None:
    """Take the table away, with all views."""
    op.drop_table("crm_saved_view")
