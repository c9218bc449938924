"""Imports of files, and which records each of their rows made or changed.

Revises: a4d8e2b07c15
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "4c7e91ab20d6"
down_revision: str | None = "a4d8e2b07c15"
branch_labels: str | None = None
depends_on: str | None = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables of imports."""
    op.create_table(
        "crm_import",
        sa.Column("file", sa.String(length=255), nullable=False, comment="name of the file"),
        sa.Column("checksum", sa.String(length=64), nullable=False, comment="SHA-256 of the file"),
        sa.Column("rows", sa.Integer(), nullable=False, comment="how many rows it had"),
        sa.Column("made", sa.Integer(), nullable=False, comment="how many records it made"),
        sa.Column("changed", sa.Integer(), nullable=False, comment="how many records it changed"),
        sa.Column("skipped", sa.Integer(), nullable=False, comment="how many rows were left out"),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column("actor_id", _NUMBER, nullable=False, comment="who imported it"),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True, comment="when it was undone, or null"),
        sa.Column("undone_by_id", _NUMBER, nullable=True, comment="who undid it"),
        sa.Column("undone_reason", sa.String(length=1000), nullable=True, comment="why it was undone"),
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False, comment="number people say aloud"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="UUIDv7, may be brought by the caller"),
        sa.Column(
            "digest", sa.String(length=64), nullable=True, comment="SHA-256 of the content a uid was brought with"
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="grows by one with each change"),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by_id IS NULL)", name=op.f("ck_crm_import_undone_by_someone")
        ),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_reason IS NULL)", name=op.f("ck_crm_import_undone_with_reason")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["crm_staff.id"], name=op.f("fk_crm_import_actor_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["crm_staff.id"], name=op.f("fk_crm_import_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_import")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_import_uid")),
        comment="files that were imported",
    )
    op.create_index(op.f("ix_crm_import_checksum"), "crm_import", ["checksum"])
    op.create_table(
        "crm_import_row",
        sa.Column("import_id", _NUMBER, nullable=False, comment="of which import"),
        sa.Column("record", sa.String(length=40), nullable=False, comment="table of the record, without its prefix"),
        sa.Column("record_id", _NUMBER, autoincrement=False, nullable=False, comment="id of the record"),
        sa.Column("row_number", sa.Integer(), nullable=False, comment="number of the row in the file"),
        sa.Column("made", sa.Boolean(), nullable=False, comment="whether it made the record; otherwise it changed it"),
        sa.Column("version", sa.Integer(), nullable=False, comment="version of the record afterwards"),
        sa.ForeignKeyConstraint(["import_id"], ["crm_import.id"], name=op.f("fk_crm_import_row_import_id")),
        sa.PrimaryKeyConstraint("import_id", "record", "record_id", name=op.f("pk_crm_import_row")),
        comment="what rows of files made, append-only",
    )
    op.create_index(op.f("ix_crm_import_row_record_record_id"), "crm_import_row", ["record", "record_id"])


def downgrade() -> None:
    """Take the tables away; the records that were made stay."""
    op.drop_table("crm_import_row")
    op.drop_table("crm_import")
