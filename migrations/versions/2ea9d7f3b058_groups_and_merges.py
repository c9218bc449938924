"""Groups of investors, and merges that can be undone.

Revises: 7c1e5a94d2b8
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "2ea9d7f3b058"
down_revision: str | None = "7c1e5a94d2b8"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "crm_ownership",
        sa.Column(
            "child_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="the subsidiary"
        ),
        sa.Column(
            "parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="its parent"
        ),
        sa.Column("since", sa.Date(), nullable=True, comment="first day, or null when not known"),
        sa.Column("until", sa.Date(), nullable=True, comment="last day, or null while it lasts"),
        sa.Column("reason", sa.String(length=1000), nullable=True, comment="why it ended"),
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
        sa.CheckConstraint("(until IS NULL) = (reason IS NULL)", name=op.f("ck_crm_ownership_ended_with_reason")),
        sa.CheckConstraint("child_id <> parent_id", name=op.f("ck_crm_ownership_not_its_own_parent")),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_crm_ownership_until_after_since")),
        sa.ForeignKeyConstraint(["child_id"], ["crm_investor.id"], name=op.f("fk_crm_ownership_child_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["crm_investor.id"], name=op.f("fk_crm_ownership_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_ownership")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_ownership_uid")),
        comment="which investor belongs to which",
    )
    op.create_index(op.f("ix_crm_ownership_child_id"), "crm_ownership", ["child_id"], unique=False)
    op.create_index(op.f("ix_crm_ownership_parent_id"), "crm_ownership", ["parent_id"], unique=False)
    op.create_index(
        "uq_crm_ownership_one_parent",
        "crm_ownership",
        ["child_id"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "crm_merge",
        sa.Column(
            "survivor_investor_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the investor that stays",
        ),
        sa.Column(
            "absorbed_investor_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the investor that leads there",
        ),
        sa.Column(
            "survivor_contact_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the contact that stays",
        ),
        sa.Column(
            "absorbed_contact_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the contact that leads there",
        ),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column(
            "actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="who merged them"
        ),
        sa.Column("reason", sa.String(length=1000), nullable=False, comment="why they are one"),
        sa.Column("before", sa.JSON(), nullable=False, comment="fields of the survivor that changed: [before, after]"),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True, comment="when it was undone, or null"),
        sa.Column(
            "undone_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True, comment="who undid it"
        ),
        sa.Column("undone_reason", sa.String(length=1000), nullable=True, comment="why they are two after all"),
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
            "(survivor_investor_id IS NULL) = (absorbed_investor_id IS NULL) AND (survivor_contact_id IS NULL) = (absorbed_contact_id IS NULL) AND (survivor_investor_id IS NULL) <> (survivor_contact_id IS NULL)",
            name=op.f("ck_crm_merge_two_of_one_kind"),
        ),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_reason IS NULL)", name=op.f("ck_crm_merge_undone_with_reason")
        ),
        sa.CheckConstraint(
            "survivor_investor_id <> absorbed_investor_id OR survivor_contact_id <> absorbed_contact_id",
            name=op.f("ck_crm_merge_not_into_itself"),
        ),
        sa.ForeignKeyConstraint(
            ["absorbed_contact_id"], ["crm_contact.id"], name=op.f("fk_crm_merge_absorbed_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["absorbed_investor_id"], ["crm_investor.id"], name=op.f("fk_crm_merge_absorbed_investor_id")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["crm_staff.id"], name=op.f("fk_crm_merge_actor_id")),
        sa.ForeignKeyConstraint(
            ["survivor_contact_id"], ["crm_contact.id"], name=op.f("fk_crm_merge_survivor_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["survivor_investor_id"], ["crm_investor.id"], name=op.f("fk_crm_merge_survivor_investor_id")
        ),
        sa.ForeignKeyConstraint(["undone_by_id"], ["crm_staff.id"], name=op.f("fk_crm_merge_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_merge")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_merge_uid")),
        comment="records taken into others",
    )
    op.create_index(op.f("ix_crm_merge_survivor_contact_id"), "crm_merge", ["survivor_contact_id"], unique=False)
    op.create_index(op.f("ix_crm_merge_survivor_investor_id"), "crm_merge", ["survivor_investor_id"], unique=False)
    op.create_index(
        "uq_crm_merge_absorbed_contact",
        "crm_merge",
        ["absorbed_contact_id"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_index(
        "uq_crm_merge_absorbed_investor",
        "crm_merge",
        ["absorbed_investor_id"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_table(
        "crm_merge_item",
        sa.Column(
            "merge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="by which merge"
        ),
        sa.Column("record", sa.String(length=40), nullable=False, comment="table without its prefix"),
        sa.Column("field", sa.String(length=40), nullable=False, comment="column"),
        sa.Column(
            "record_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
            comment="row",
        ),
        sa.Column(
            "old_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="what stood there before",
        ),
        sa.Column(
            "new_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="what stands there since",
        ),
        sa.ForeignKeyConstraint(["merge_id"], ["crm_merge.id"], name=op.f("fk_crm_merge_item_merge_id")),
        sa.PrimaryKeyConstraint("merge_id", "record", "field", "record_id", name=op.f("pk_crm_merge_item")),
        comment="what merges moved, append-only",
    )


def downgrade() -> None:
    """Drop what upgrade made."""
    op.drop_table("crm_merge_item")
    op.drop_index(
        "uq_crm_merge_absorbed_investor",
        table_name="crm_merge",
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.drop_index(
        "uq_crm_merge_absorbed_contact",
        table_name="crm_merge",
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.drop_index(op.f("ix_crm_merge_survivor_investor_id"), table_name="crm_merge")
    op.drop_index(op.f("ix_crm_merge_survivor_contact_id"), table_name="crm_merge")
    op.drop_table("crm_merge")
    op.drop_index(
        "uq_crm_ownership_one_parent",
        table_name="crm_ownership",
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.drop_index(op.f("ix_crm_ownership_parent_id"), table_name="crm_ownership")
    op.drop_index(op.f("ix_crm_ownership_child_id"), table_name="crm_ownership")
    op.drop_table("crm_ownership")
