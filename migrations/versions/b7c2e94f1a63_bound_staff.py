"""Staff are bound to who they provably are, and entries of the audit say what proved who acted.

Revises: a81d3c5f7e26
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "b7c2e94f1a63"
down_revision: str | None = "a81d3c5f7e26"
branch_labels: str | None = None
depends_on: str | None = None

TABLE, LINK = "crm_audit_entry", "fk_crm_audit_entry_binding_id"
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COMMENT = "what proved who acted, or who acted for them; null where nothing did"


def as_it_is(*more: sa.schema.SchemaItem) -> sa.Table:
    """Return the table as it was made, with its CHECK, which SQLite does not tell of."""
    made = sa.Table(
        TABLE,
        sa.MetaData(),
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", _NUMBER),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("record", sa.String(length=40), nullable=False),
        sa.Column("record_id", _NUMBER, nullable=False),
        sa.Column("record_uid", sa.Uuid(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=1000)),
        sa.Column("version", sa.Integer()),
        sa.Column("hash", sa.LargeBinary(length=32)),
        *more,
        sa.PrimaryKeyConstraint("id", name=f"pk_{TABLE}"),
        sa.ForeignKeyConstraint(["actor_id"], ["crm_staff.id"], name=f"fk_{TABLE}_actor_id"),
        sa.CheckConstraint("actor_id IS NOT NULL OR verb = 'upgrade'", name=f"ck_{TABLE}_signed"),
    )
    sa.Index(f"ix_{TABLE}_actor_id", made.c.actor_id)
    sa.Index(f"ix_{TABLE}_at", made.c.at)
    sa.Index(f"ix_{TABLE}_record_record_id", made.c.record, made.c.record_id)
    return made


def upgrade() -> None:
    """Add the table, and the column of the audit."""
    op.create_table(
        "crm_binding",
        sa.Column("staff_id", _NUMBER, nullable=False, comment="who"),
        sa.Column("kind", sa.String(length=24), nullable=False, comment="who proves it"),
        sa.Column("name", sa.String(length=200), nullable=False, comment="the user, the role, or what the host says"),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False, comment="since when"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="until when, or null"),
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False, comment="number people say aloud"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="UUIDv7, may be brought by the caller"),
        sa.Column(
            "digest",
            sa.String(length=64),
            nullable=True,
            comment="SHA-256 of the content a uid was brought with",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="grows by one with each change"),
        sa.CheckConstraint("kind IN ('os', 'role', 'host')", name=op.f("ck_crm_binding_kind")),
        sa.ForeignKeyConstraint(["staff_id"], ["crm_staff.id"], name=op.f("fk_crm_binding_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_binding")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_binding_uid")),
        comment="who staff provably are",
    )
    op.create_index(op.f("ix_crm_binding_staff_id"), "crm_binding", ["staff_id"])
    op.create_index(
        op.f("ix_crm_binding_kind_name"),
        "crm_binding",
        ["kind", "name"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    with op.batch_alter_table(TABLE, copy_from=as_it_is()) as table:
        table.add_column(sa.Column("binding_id", _NUMBER, comment=COMMENT))
        table.create_foreign_key(op.f(LINK), "crm_binding", ["binding_id"], ["id"])


def downgrade() -> None:
    """Take both away; entries that a binding proved no longer match their hashes."""
    link = sa.ForeignKeyConstraint(["binding_id"], ["crm_binding.id"], name=LINK)
    with op.batch_alter_table(TABLE, copy_from=as_it_is(sa.Column("binding_id", _NUMBER), link)) as table:
        table.drop_constraint(op.f(LINK), type_="foreignkey")
        table.drop_column("binding_id")
    op.drop_table("crm_binding")
