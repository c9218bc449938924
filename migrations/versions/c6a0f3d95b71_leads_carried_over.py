"""Leads that are carried over at a stage that their papers do not support yet.

Revises: 6b3d9f10c5e7
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "c6a0f3d95b71"
down_revision: str | None = "6b3d9f10c5e7"
branch_labels: str | None = None
depends_on: str | None = None

TABLE = "crm_carried_over"
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table; no lead is carried over yet."""
    op.create_table(
        TABLE,
        sa.Column("lead_id", _NUMBER, nullable=False, comment="which lead"),
        sa.Column("first_move", sa.Integer(), nullable=False, comment="number of the first move that was carried over"),
        sa.Column("last_move", sa.Integer(), nullable=False, comment="number of the last one"),
        sa.Column("reason", sa.String(length=1000), nullable=False, comment="why"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when it was carried over"),
        sa.Column("actor_id", _NUMBER, nullable=False, comment="who carried it over"),
        sa.Column(
            "settled_at", sa.DateTime(timezone=True), nullable=True, comment="when its gates were found met, or null"
        ),
        sa.Column("settled_by_id", _NUMBER, nullable=True, comment="who settled it"),
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False, comment="number people say aloud"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="UUIDv7, may be brought by the caller"),
        sa.Column(
            "digest", sa.String(length=64), nullable=True, comment="SHA-256 of the content a uid was brought with"
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="grows by one with each change"),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by_id IS NULL)", name=op.f("ck_crm_carried_over_settled_by_someone")
        ),
        sa.CheckConstraint("1 < first_move AND first_move <= last_move", name=op.f("ck_crm_carried_over_moves")),
        sa.ForeignKeyConstraint(["lead_id"], ["crm_lead.id"], name=op.f("fk_crm_carried_over_lead_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["crm_staff.id"], name=op.f("fk_crm_carried_over_actor_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["crm_staff.id"], name=op.f("fk_crm_carried_over_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_carried_over")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_carried_over_uid")),
        sa.UniqueConstraint("lead_id", name=op.f("uq_crm_carried_over_lead_id")),
        comment="leads carried over at a stage that their papers did not support",
    )
    unsettled = sa.text("settled_at IS NULL")
    op.create_index(
        op.f("ix_crm_carried_over_unsettled"),
        TABLE,
        ["lead_id"],
        sqlite_where=unsettled,
        postgresql_where=unsettled,
    )


def downgrade() -> None:
    """Drop it: the leads count again as if they had come to their stages by their papers.

    The view of leads goes before it: a host's own Alembic drops none.
    """
    op.execute("DROP VIEW IF EXISTS crm_reader_lead")
    op.drop_table(TABLE)
