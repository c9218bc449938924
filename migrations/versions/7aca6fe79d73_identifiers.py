"""Identifiers of investors.

Revises: a5a9252cff83
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "7aca6fe79d73"
down_revision: str | None = "a5a9252cff83"
branch_labels: str | None = None
depends_on: str | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STANDS = sa.text("withdrawn_at IS NULL")
_THE_ONE = sa.text("withdrawn_at IS NULL AND former_since IS NULL AND scheme IN ('uscc', 'lei', 'jp_cn', 'hk_brn')")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "crm_investor_identifier",
        sa.Column("investor_id", _ID, nullable=False, comment="whose"),
        sa.Column(
            "scheme",
            sa.Enum(
                "uscc",
                "lei",
                "jp_cn",
                "de_hr",
                "kr_brn",
                "eu_vat",
                "hk_brn",
                name=op.f("ck_crm_investor_identifier_scheme"),
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
            comment="who assigned it",
        ),
        sa.Column(
            "value", sa.String(length=64), nullable=False, comment="compact: no separators, normal width, capitals"
        ),
        sa.Column(
            "former_since", sa.DateTime(timezone=True), nullable=True, comment="another took its place since, or null"
        ),
        sa.Column(
            "withdrawn_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="found to be another's or none since, or null",
        ),
        sa.Column("withdrawn_reason", sa.String(length=1000), nullable=True, comment="why it was withdrawn"),
        sa.Column("id", _ID, autoincrement=True, nullable=False, comment="number people say aloud"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="UUIDv7, may be brought by the caller"),
        sa.Column(
            "digest", sa.String(length=64), nullable=True, comment="SHA-256 of the content a uid was brought with"
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="grows by one with each change"),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)",
            name=op.f("ck_crm_investor_identifier_withdrawn_with_reason"),
        ),
        sa.CheckConstraint(
            "length(value) = CASE scheme WHEN 'uscc' THEN 18 WHEN 'lei' THEN 20 WHEN 'jp_cn' THEN 13 WHEN 'kr_brn' THEN 10 WHEN 'hk_brn' THEN 8 ELSE length(value) END",
            name=op.f("ck_crm_investor_identifier_length_of_scheme"),
        ),
        sa.ForeignKeyConstraint(
            ["investor_id"], ["crm_investor.id"], name=op.f("fk_crm_investor_identifier_investor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_investor_identifier")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_investor_identifier_uid")),
        comment="identifiers that registers assigned to investors",
    )
    op.create_index(
        op.f("ix_crm_investor_identifier_investor_id"), "crm_investor_identifier", ["investor_id"], unique=False
    )
    op.create_index(
        "uq_crm_investor_identifier_value",
        "crm_investor_identifier",
        ["value", "scheme"],
        unique=True,
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    )
    op.create_index(
        "uq_crm_investor_identifier_single", "crm_investor_identifier", ["investor_id", "scheme"],
        unique=True, sqlite_where=_THE_ONE, postgresql_where=_THE_ONE,
    )  # fmt: skip


def downgrade() -> None:
    """Drop what upgrade made."""
    op.drop_table("crm_investor_identifier")
