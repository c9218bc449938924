"""Tags, and the leads and investors that have them; a column of tags in the views for reading.

Revises: c6a0f3d95b71
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "6e2f90b4d7c1"
down_revision: str | None = "c6a0f3d95b71"
branch_labels: str | None = None
depends_on: str | None = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STANDS = sa.text("withdrawn_at IS NULL")


def _identity() -> list[sa.Column[object]]:
    return [
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False, comment="number people say aloud"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="UUIDv7, may be brought by the caller"),
        sa.Column(
            "digest", sa.String(length=64), nullable=True, comment="SHA-256 of the content a uid was brought with"
        ),
    ]


def upgrade() -> None:
    """Add the tables of tags."""
    op.create_table(
        "crm_tag",
        sa.Column("name", sa.String(length=40), nullable=False, comment="as it was first written, or renamed"),
        sa.Column("key", sa.String(length=240), nullable=False, comment="comparison key of the name"),
        sa.Column("into_id", _NUMBER, nullable=True, comment="the tag it was merged into, or null"),
        *_identity(),
        sa.Column("version", sa.Integer(), nullable=False, comment="grows by one with each change"),
        sa.CheckConstraint("into_id <> id", name=op.f("ck_crm_tag_into_another")),
        sa.ForeignKeyConstraint(["into_id"], ["crm_tag.id"], name=op.f("fk_crm_tag_into_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_tag")),
        sa.UniqueConstraint("key", name=op.f("uq_crm_tag_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_tag_uid")),
        comment="words that records are tagged with",
    )
    op.create_index(op.f("ix_crm_tag_into_id"), "crm_tag", ["into_id"])
    op.create_table(
        "crm_tagging",
        sa.Column("tag_id", _NUMBER, nullable=False, comment="which tag"),
        sa.Column("lead_id", _NUMBER, nullable=True, comment="the lead that has it"),
        sa.Column("investor_id", _NUMBER, nullable=True, comment="the investor that has it"),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True, comment="taken off since, or null"),
        *_identity(),
        sa.CheckConstraint("(lead_id IS NULL) <> (investor_id IS NULL)", name=op.f("ck_crm_tagging_one_record")),
        sa.ForeignKeyConstraint(["tag_id"], ["crm_tag.id"], name=op.f("fk_crm_tagging_tag_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["crm_lead.id"], name=op.f("fk_crm_tagging_lead_id")),
        sa.ForeignKeyConstraint(["investor_id"], ["crm_investor.id"], name=op.f("fk_crm_tagging_investor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_tagging")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_tagging_uid")),
        comment="which records have which tags",
    )
    op.create_index(op.f("ix_crm_tagging_tag_id"), "crm_tagging", ["tag_id"])
    op.create_index(op.f("ix_crm_tagging_investor_id"), "crm_tagging", ["investor_id"])
    for whose in ("lead_id", "investor_id"):
        op.create_index(
            f"uq_crm_tagging_{whose}_tag_id",
            "crm_tagging",
            [whose, "tag_id"],
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        )


def downgrade() -> None:
    """Take the tables away, with all tags, after the view of them: a host's own Alembic drops none before."""
    op.execute("DROP VIEW IF EXISTS crm_reader_tag")
    op.drop_table("crm_tagging")
    op.drop_table("crm_tag")
