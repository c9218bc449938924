"""Claims: which unit has the right to a lead.

Revises: 9b60c3e81fd7
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "58d2f6a09c4e"
down_revision: str | None = "9b60c3e81fd7"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "crm_claim",
        sa.Column(
            "lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="on which lead"
        ),
        sa.Column(
            "unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="whose claim"
        ),
        sa.Column("origin", sa.String(length=24), nullable=False, comment="how the unit came by it"),
        sa.Column(
            "from_claim_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="of a transfer: the claim before",
        ),
        sa.Column(
            "filed_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when it was recorded, by the server's clock",
        ),
        sa.Column(
            "filed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="who filed it"
        ),
        sa.Column("note", sa.String(length=1000), nullable=True, comment="what it rests on"),
        sa.Column("state", sa.String(length=24), nullable=False, comment="what it is"),
        sa.Column(
            "held_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="since when it protects, or null while contested",
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="when it ended, or null"),
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
            comment="number people say aloud",
        ),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="UUIDv7, may be brought by the caller"),
        sa.Column(
            "digest", sa.String(length=64), nullable=True, comment="SHA-256 of the content a uid was brought with"
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="grows by one with each change"),
        sa.CheckConstraint(
            "(origin = 'transferred') = (from_claim_id IS NOT NULL)", name=op.f("ck_crm_claim_transferred_from")
        ),
        sa.CheckConstraint("(state IN ('active', 'contested')) = (ended_at IS NULL)", name=op.f("ck_crm_claim_ended")),
        sa.CheckConstraint("state <> 'active' OR held_since IS NOT NULL", name=op.f("ck_crm_claim_active_since")),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= filed_at", name=op.f("ck_crm_claim_ended_after_filed")),
        sa.CheckConstraint("held_since IS NULL OR held_since >= filed_at", name=op.f("ck_crm_claim_held_after_filed")),
        sa.ForeignKeyConstraint(["filed_by_id"], ["crm_staff.id"], name=op.f("fk_crm_claim_filed_by_id")),
        sa.ForeignKeyConstraint(
            ["from_claim_id", "lead_id"], ["crm_claim.id", "crm_claim.lead_id"], name="fk_crm_claim_from_claim"
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["crm_lead.id"], name=op.f("fk_crm_claim_lead_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["crm_unit.id"], name=op.f("fk_crm_claim_unit_id")),
        sa.CheckConstraint("origin IN ('filed', 'transferred')", name=op.f("ck_crm_claim_origin")),
        sa.CheckConstraint(
            "state IN ('active', 'contested', 'shared', 'refused', 'released', 'transferred', 'lapsed')",
            name=op.f("ck_crm_claim_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_claim")),
        sa.UniqueConstraint("id", "lead_id", name=op.f("uq_crm_claim_id_lead_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_claim_uid")),
        comment="units' rights to leads",
    )
    op.create_index(op.f("ix_crm_claim_lead_id"), "crm_claim", ["lead_id"], unique=False)
    op.create_index(op.f("ix_crm_claim_unit_id_state"), "crm_claim", ["unit_id", "state"], unique=False)
    op.create_index(
        "uq_crm_claim_one_active",
        "crm_claim",
        ["lead_id"],
        unique=True,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index(
        "uq_crm_claim_one_of_unit",
        "crm_claim",
        ["lead_id", "unit_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('active', 'contested')"),
        postgresql_where=sa.text("state IN ('active', 'contested')"),
    )
    op.create_table(
        "crm_claim_event",
        sa.Column(
            "claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="of which claim"
        ),
        sa.Column("kind", sa.String(length=24), nullable=False, comment="what happened"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column(
            "actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="who did it"
        ),
        sa.Column("reason", sa.String(length=1000), nullable=True, comment="why"),
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
            comment="number people say aloud",
        ),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="UUIDv7, may be brought by the caller"),
        sa.Column(
            "digest", sa.String(length=64), nullable=True, comment="SHA-256 of the content a uid was brought with"
        ),
        sa.CheckConstraint(
            "kind NOT IN ('ruled', 'transferred', 'released') OR reason IS NOT NULL",
            name=op.f("ck_crm_claim_event_reasoned"),
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["crm_staff.id"], name=op.f("fk_crm_claim_event_actor_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["crm_claim.id"], name=op.f("fk_crm_claim_event_claim_id")),
        sa.CheckConstraint(
            "kind IN ('filed', 'contested', 'ruled', 'renewed', 'transferred', 'released', 'lapsed')",
            name=op.f("ck_crm_claim_event_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_claim_event")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_claim_event_uid")),
        comment="steps of claims, append-only",
    )
    op.create_index(op.f("ix_crm_claim_event_claim_id"), "crm_claim_event", ["claim_id"], unique=False)
    op.create_table(
        "crm_claim_share",
        sa.Column(
            "claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="of which claim"
        ),
        sa.Column(
            "unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="whose share"
        ),
        sa.Column("points", sa.Integer(), nullable=False, comment="basis points: 10000 is the whole"),
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
            comment="number people say aloud",
        ),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="UUIDv7, may be brought by the caller"),
        sa.Column(
            "digest", sa.String(length=64), nullable=True, comment="SHA-256 of the content a uid was brought with"
        ),
        sa.CheckConstraint("points BETWEEN 1 AND 10000", name=op.f("ck_crm_claim_share_part_of_the_whole")),
        sa.ForeignKeyConstraint(["claim_id"], ["crm_claim.id"], name=op.f("fk_crm_claim_share_claim_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["crm_unit.id"], name=op.f("fk_crm_claim_share_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_claim_share")),
        sa.UniqueConstraint("claim_id", "unit_id", name=op.f("uq_crm_claim_share_claim_id_unit_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_claim_share_uid")),
        comment="shares of claims",
    )


def downgrade() -> None:
    """Drop what upgrade made."""
    op.drop_table("crm_claim_share")
    op.drop_index(op.f("ix_crm_claim_event_claim_id"), table_name="crm_claim_event")
    op.drop_table("crm_claim_event")
    op.drop_index(
        "uq_crm_claim_one_of_unit",
        table_name="crm_claim",
        sqlite_where=sa.text("state IN ('active', 'contested')"),
        postgresql_where=sa.text("state IN ('active', 'contested')"),
    )
    op.drop_index(
        "uq_crm_claim_one_active",
        table_name="crm_claim",
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.drop_index(op.f("ix_crm_claim_unit_id_state"), table_name="crm_claim")
    op.drop_index(op.f("ix_crm_claim_lead_id"), table_name="crm_claim")
    op.drop_table("crm_claim")
