"""Referrals: who brought a lead.

Revises: 2ea9d7f3b058
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "9b60c3e81fd7"
down_revision: str | None = "2ea9d7f3b058"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "crm_referral",
        sa.Column(
            "lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="which lead"
        ),
        sa.Column(
            "referrer_investor_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the organisation that brought it, or null",
        ),
        sa.Column(
            "referrer_contact_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the person who brought it, or null",
        ),
        sa.Column("channel", sa.String(length=24), nullable=False, comment="by which way"),
        sa.Column("strength", sa.String(length=24), nullable=False, comment="how much the introduction did"),
        sa.Column("points", sa.Integer(), nullable=False, comment="share of the credit in basis points"),
        sa.Column("introduced_on", sa.Date(), nullable=False, comment="the day of the introduction"),
        sa.Column("expires_on", sa.Date(), nullable=False, comment="the last day on which it can be earned"),
        sa.Column("note", sa.String(length=1000), nullable=True, comment="how it came about"),
        sa.Column(
            "evidence_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="a document of the lead that shows it",
        ),
        sa.Column("recorded_on", sa.Date(), nullable=False, comment="bureau's day of recording"),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when it was recorded, by the server's clock",
        ),
        sa.Column(
            "recorded_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="who recorded it",
        ),
        sa.Column("status", sa.String(length=24), nullable=False, comment="what became of it"),
        sa.Column("confirmed_on", sa.Date(), nullable=True, comment="the day the brought party confirmed it"),
        sa.Column(
            "confirmed_contact_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="who of the brought party confirmed it",
        ),
        sa.Column(
            "confirmed_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="who took the confirmation down, not who recorded the referral",
        ),
        sa.Column("reason", sa.String(length=1000), nullable=True, comment="why it was declined or withdrawn"),
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
            "(status = 'confirmed') = (confirmed_by_id IS NOT NULL)", name=op.f("ck_crm_referral_confirmed_by_someone")
        ),
        sa.CheckConstraint(
            "(status = 'confirmed') = (confirmed_on IS NOT NULL)", name=op.f("ck_crm_referral_confirmed_on_a_day")
        ),
        sa.CheckConstraint(
            "status IN ('recorded', 'confirmed') OR reason IS NOT NULL", name=op.f("ck_crm_referral_ended_with_reason")
        ),
        sa.CheckConstraint(
            "(referrer_investor_id IS NULL) <> (referrer_contact_id IS NULL)", name=op.f("ck_crm_referral_one_referrer")
        ),
        sa.CheckConstraint("confirmed_by_id <> recorded_by_id", name=op.f("ck_crm_referral_confirmed_by_another")),
        sa.CheckConstraint(
            "expires_on IS NULL OR expires_on >= introduced_on", name=op.f("ck_crm_referral_expires_after_introduction")
        ),
        sa.CheckConstraint("introduced_on <= recorded_on", name=op.f("ck_crm_referral_not_in_future")),
        sa.CheckConstraint("points BETWEEN 0 AND 10000", name=op.f("ck_crm_referral_part_of_the_whole")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["crm_staff.id"], name=op.f("fk_crm_referral_confirmed_by_id")),
        sa.ForeignKeyConstraint(
            ["confirmed_contact_id"], ["crm_contact.id"], name=op.f("fk_crm_referral_confirmed_contact_id")
        ),
        sa.ForeignKeyConstraint(["evidence_id"], ["crm_evidence.id"], name=op.f("fk_crm_referral_evidence_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["crm_lead.id"], name=op.f("fk_crm_referral_lead_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["crm_staff.id"], name=op.f("fk_crm_referral_recorded_by_id")),
        sa.ForeignKeyConstraint(
            ["referrer_contact_id"], ["crm_contact.id"], name=op.f("fk_crm_referral_referrer_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["referrer_investor_id"], ["crm_investor.id"], name=op.f("fk_crm_referral_referrer_investor_id")
        ),
        sa.CheckConstraint(
            "channel IN ('peer', 'chain', 'chamber', 'intermediary', 'commission')",
            name=op.f("ck_crm_referral_channel"),
        ),
        sa.CheckConstraint("strength IN ('strong', 'medium', 'weak')", name=op.f("ck_crm_referral_strength")),
        sa.CheckConstraint(
            "status IN ('recorded', 'confirmed', 'declined', 'withdrawn')", name=op.f("ck_crm_referral_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_referral")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_referral_uid")),
        comment="who brought which lead",
    )
    op.create_index(
        op.f("ix_crm_referral_confirmed_contact_id"), "crm_referral", ["confirmed_contact_id"], unique=False
    )
    op.create_index(op.f("ix_crm_referral_evidence_id"), "crm_referral", ["evidence_id"], unique=False)
    op.create_index(op.f("ix_crm_referral_lead_id"), "crm_referral", ["lead_id"], unique=False)
    op.create_index(op.f("ix_crm_referral_referrer_contact_id"), "crm_referral", ["referrer_contact_id"], unique=False)
    op.create_index(
        op.f("ix_crm_referral_referrer_investor_id"), "crm_referral", ["referrer_investor_id"], unique=False
    )
    op.create_index(
        "uq_crm_referral_contact",
        "crm_referral",
        ["lead_id", "referrer_contact_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('recorded', 'confirmed')"),
        postgresql_where=sa.text("status IN ('recorded', 'confirmed')"),
    )
    op.create_index(
        "uq_crm_referral_investor",
        "crm_referral",
        ["lead_id", "referrer_investor_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('recorded', 'confirmed')"),
        postgresql_where=sa.text("status IN ('recorded', 'confirmed')"),
    )


def downgrade() -> None:
    """Drop what upgrade made."""
    op.drop_index(
        "uq_crm_referral_investor",
        table_name="crm_referral",
        sqlite_where=sa.text("status IN ('recorded', 'confirmed')"),
        postgresql_where=sa.text("status IN ('recorded', 'confirmed')"),
    )
    op.drop_index(
        "uq_crm_referral_contact",
        table_name="crm_referral",
        sqlite_where=sa.text("status IN ('recorded', 'confirmed')"),
        postgresql_where=sa.text("status IN ('recorded', 'confirmed')"),
    )
    op.drop_index(op.f("ix_crm_referral_referrer_investor_id"), table_name="crm_referral")
    op.drop_index(op.f("ix_crm_referral_referrer_contact_id"), table_name="crm_referral")
    op.drop_index(op.f("ix_crm_referral_lead_id"), table_name="crm_referral")
    op.drop_index(op.f("ix_crm_referral_evidence_id"), table_name="crm_referral")
    op.drop_index(op.f("ix_crm_referral_confirmed_contact_id"), table_name="crm_referral")
    op.drop_table("crm_referral")
