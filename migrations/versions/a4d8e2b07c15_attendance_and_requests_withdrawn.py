"""Attendance of events and requests are withdrawn and restored.

Revises: f2a91c6d04be
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "a4d8e2b07c15"
down_revision: str | None = "f2a91c6d04be"
branch_labels: str | None = None
depends_on: str | None = None

ATTENDANCE, REQUEST = "crm_event_attendance", "crm_request"
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHECKS = {
    "contact_at_the_investor": "(contact_id IS NULL) = (employment_id IS NULL)",
    "contact_of_an_investor": "contact_id IS NULL OR investor_id IS NOT NULL",
    "somebody_came": "people >= 1",
    "a_person_is_one": "contact_id IS NULL OR people = 1",
    "who_came": "investor_id IS NOT NULL OR note IS NOT NULL",
    "withdrawn_by_someone": "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)",
}


def columns(table: str) -> tuple[tuple[str, str, str, str, str], ...]:
    """Return the columns of a table: name, type on SQLite and on PostgreSQL, constraint, comment."""
    someone = (
        f"CONSTRAINT fk_{table}_withdrawn_by_id REFERENCES crm_staff (id)"
        f" CONSTRAINT ck_{table}_withdrawn_by_someone CHECK ((withdrawn_at IS NULL) = (withdrawn_by_id IS NULL))"
    )
    version = ("version", "INTEGER", "INTEGER", "NOT NULL DEFAULT 1", "grows by one with each change")
    return (
        *([version] if table == ATTENDANCE else []),
        ("withdrawn_at", "DATETIME", "TIMESTAMP WITH TIME ZONE", "", "withdrawn since, or null"),
        ("withdrawn_by_id", "INTEGER", "BIGINT", someone, "who withdrew it"),
        ("withdrawn_reason", "VARCHAR(1000)", "VARCHAR(1000)", "", "why it was withdrawn"),
    )


def as_it_is() -> sa.Table:
    """Return the table of attendance with its CHECKs, which SQLite does not tell of, and a version by default."""
    made = sa.Table(
        ATTENDANCE,
        sa.MetaData(),
        sa.Column("event_id", _NUMBER, nullable=False),
        sa.Column("investor_id", _NUMBER),
        sa.Column("contact_id", _NUMBER),
        sa.Column("employment_id", _NUMBER),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200)),
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64)),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("withdrawn_by_id", _NUMBER),
        sa.Column("withdrawn_reason", sa.String(length=1000)),
        sa.ForeignKeyConstraint(
            ["employment_id", "contact_id", "investor_id"],
            ["crm_employment.id", "crm_employment.contact_id", "crm_employment.investor_id"],
            name=f"fk_{ATTENDANCE}_employment",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["event_id"], ["crm_event.id"], name=f"fk_{ATTENDANCE}_event_id"),
        sa.ForeignKeyConstraint(["investor_id"], ["crm_investor.id"], name=f"fk_{ATTENDANCE}_investor_id"),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["crm_staff.id"], name=f"fk_{ATTENDANCE}_withdrawn_by_id"),
        *(sa.CheckConstraint(text, name=f"ck_{ATTENDANCE}_{name}") for name, text in CHECKS.items()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{ATTENDANCE}"),
        sa.UniqueConstraint("uid", name=f"uq_{ATTENDANCE}_uid"),
    )
    for name in ("contact_id", "event_id", "investor_id"):
        sa.Index(f"ix_{ATTENDANCE}_{name}", made.c[name])
    return made


def upgrade() -> None:
    """Add the columns; nothing is withdrawn yet. Further rows bring their version."""
    sqlite = op.get_context().dialect.name == "sqlite"
    for table in (ATTENDANCE, REQUEST):
        for name, on_sqlite, on_postgresql, constraint, comment in columns(table):
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {on_sqlite if sqlite else on_postgresql} {constraint}")
            if not sqlite:
                op.execute(f"COMMENT ON COLUMN {table}.{name} IS '{comment}'")
    with op.batch_alter_table(ATTENDANCE, copy_from=as_it_is()) as changed:
        changed.alter_column("version", existing_type=sa.Integer(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    """Take them away: what was withdrawn stands again."""
    for name, *_ in reversed(columns(REQUEST)):
        op.drop_column(REQUEST, name)
    with op.batch_alter_table(ATTENDANCE, copy_from=as_it_is()) as changed:
        changed.drop_constraint(op.f(f"ck_{ATTENDANCE}_withdrawn_by_someone"), type_="check")
        changed.drop_constraint(op.f(f"fk_{ATTENDANCE}_withdrawn_by_id"), type_="foreignkey")
        for name, *_ in reversed(columns(ATTENDANCE)):
            changed.drop_column(name)
