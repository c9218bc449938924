"""Every entry of the audit has a hash, and entries are sealed.

What is there already is taken in afterwards, by schema.upgrade or, for a host, by schema.reindex: docs/audit.md.

Revises: f3a9c27d5e18
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "a81d3c5f7e26"
down_revision: str | None = "f3a9c27d5e18"
branch_labels: str | None = None
depends_on: str | None = None

TABLE, CHECK = "crm_audit_entry", "ck_crm_audit_entry_signed"
SIGNED = "actor_id IS NOT NULL OR verb = 'upgrade'"
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ACTOR, NOBODY = "who", "who; null for what an upgrade took in"


def as_it_is(*more: sa.schema.SchemaItem, actor: str, anonymous: bool) -> sa.Table:
    """Return the table as it was made: SQLite makes it anew, and SQL is also written without a database to look at."""
    made = sa.Table(
        TABLE,
        sa.MetaData(),
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False, comment="number of the entry"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column("actor_id", _NUMBER, nullable=anonymous, comment=actor),
        sa.Column("verb", sa.String(length=40), nullable=False, comment="what was done, such as lead.advance"),
        sa.Column("record", sa.String(length=40), nullable=False, comment="table of the record, without its prefix"),
        sa.Column("record_id", _NUMBER, nullable=False, comment="id of the record"),
        sa.Column("record_uid", sa.Uuid(), nullable=False, comment="uid of the record"),
        sa.Column("changes", sa.JSON(), nullable=False, comment="for each field: [from, to]"),
        sa.Column("reason", sa.String(length=1000), comment="why"),
        *more,
        sa.PrimaryKeyConstraint("id", name=f"pk_{TABLE}"),
        sa.ForeignKeyConstraint(["actor_id"], ["crm_staff.id"], name=f"fk_{TABLE}_actor_id"),
        comment="every change of every record, append-only",
    )
    sa.Index(f"ix_{TABLE}_actor_id", made.c.actor_id)
    sa.Index(f"ix_{TABLE}_at", made.c.at)
    sa.Index(f"ix_{TABLE}_record_record_id", made.c.record, made.c.record_id)
    return made


def columns() -> tuple[sa.Column[object], ...]:
    """Return the columns that are new."""
    return (
        sa.Column("version", sa.Integer(), comment="version of the record after it, where it has one"),
        sa.Column(
            "hash", sa.LargeBinary(length=32), comment="SHA-256 of the entry; null where it is older than the log"
        ),
    )


def upgrade() -> None:
    """Add the columns and the tables of the seals."""
    with op.batch_alter_table(TABLE, copy_from=as_it_is(actor=ACTOR, anonymous=False)) as table:
        table.alter_column("actor_id", existing_type=_NUMBER, nullable=True, existing_comment=ACTOR, comment=NOBODY)
        for each in columns():
            table.add_column(each)
        table.create_check_constraint(op.f(CHECK), SIGNED)
    op.create_table(
        "crm_audit_seal",
        sa.Column("number", _NUMBER, autoincrement=False, nullable=False, comment="1, 2, 3 …"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column("entries", sa.Integer(), nullable=False, comment="how many entries it seals"),
        sa.Column("content", sa.String(length=64), nullable=False, comment="SHA-256 of the lines of its entries"),
        sa.Column(
            "previous", sa.String(length=64), nullable=True, comment="hash of the seal before; null for the first"
        ),
        sa.Column("hash", sa.String(length=64), nullable=False, comment="SHA-256 of the seal"),
        sa.Column(
            "taken_in",
            sa.Boolean(),
            nullable=False,
            comment="by the upgrade that began the log: what it has is proven from then on",
        ),
        sa.CheckConstraint("(previous IS NULL) = (number = 1)", name=op.f("ck_crm_audit_seal_chained")),
        sa.CheckConstraint("entries > 0", name=op.f("ck_crm_audit_seal_not_empty")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_crm_audit_seal")),
        comment="seals of the audit, append-only",
    )
    op.create_table(
        "crm_sealed_entry",
        sa.Column("entry_id", _NUMBER, autoincrement=False, nullable=False, comment="which entry"),
        sa.Column("seal_number", _NUMBER, nullable=False, comment="by which seal"),
        sa.Column("record", sa.String(length=40), nullable=False, comment="table of the record that it changed"),
        sa.Column("record_id", _NUMBER, nullable=False, comment="id of the record that it changed"),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False, comment="SHA-256 of the entry"),
        sa.ForeignKeyConstraint(
            ["seal_number"], ["crm_audit_seal.number"], name=op.f("fk_crm_sealed_entry_seal_number")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_crm_sealed_entry")),
        comment="what seals seal, append-only",
    )
    op.create_index(op.f("ix_crm_sealed_entry_seal_number_entry_id"), "crm_sealed_entry", ["seal_number", "entry_id"])


def downgrade() -> None:
    """Take the seals away, and what the upgrade took in."""
    op.drop_table("crm_sealed_entry")
    op.drop_table("crm_audit_seal")
    entry = sa.table(TABLE, sa.column("actor_id"))
    op.execute(entry.delete().where(entry.c.actor_id.is_(None)))
    signed = sa.CheckConstraint(SIGNED, name=CHECK)
    with op.batch_alter_table(TABLE, copy_from=as_it_is(*columns(), signed, actor=NOBODY, anonymous=True)) as table:
        table.drop_constraint(op.f(CHECK), type_="check")
        table.drop_column("hash")
        table.drop_column("version")
        table.alter_column("actor_id", existing_type=_NUMBER, nullable=False, existing_comment=NOBODY, comment=ACTOR)
