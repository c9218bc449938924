"""Employments and memberships of groups are withdrawn and restored.

Revises: 6e2f90b4d7c1
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "3d5b80a7e2f6"
down_revision: str | None = "6e2f90b4d7c1"
branch_labels: str | None = None
depends_on: str | None = None

EMPLOYMENT, OWNERSHIP = "crm_employment", "crm_ownership"
SPAN, PARENT = "uq_crm_employment_contact_id_investor_id_since", "uq_crm_ownership_one_parent"
CONTACT = "ix_crm_employment_contact_id"
OF_SPAN = ["contact_id", "investor_id", "since"]
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STANDS = sa.text("withdrawn_at IS NULL")
_LASTS = sa.text("until IS NULL AND withdrawn_at IS NULL")
_ENDLESS = sa.text("until IS NULL")


def columns(table: str) -> tuple[tuple[str, str, str, str, str], ...]:
    """Return the columns of a table: name, type on SQLite and on PostgreSQL, constraint, comment."""
    someone = (
        f"CONSTRAINT fk_{table}_withdrawn_by_id REFERENCES crm_staff (id)"
        f" CONSTRAINT ck_{table}_withdrawn_by_someone CHECK ((withdrawn_at IS NULL) = (withdrawn_by_id IS NULL))"
    )
    return (
        ("withdrawn_at", "DATETIME", "TIMESTAMP WITH TIME ZONE", "", "withdrawn since, or null"),
        ("withdrawn_by_id", "INTEGER", "BIGINT", someone, "who withdrew it"),
        ("withdrawn_reason", "VARCHAR(1000)", "VARCHAR(1000)", "", "why it was withdrawn"),
    )


def employment(*, whole: bool) -> sa.Table:
    """Return the table of employments with its CHECKs, which SQLite does not tell of; *whole*: with the older key."""
    made = sa.Table(
        EMPLOYMENT,
        sa.MetaData(),
        sa.Column("contact_id", _NUMBER, nullable=False),
        sa.Column("investor_id", _NUMBER, nullable=False),
        sa.Column("title", sa.String(length=120)),
        sa.Column("since", sa.Date()),
        sa.Column("until", sa.Date()),
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(length=120)),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("withdrawn_by_id", _NUMBER),
        sa.Column("withdrawn_reason", sa.String(length=1000)),
        sa.CheckConstraint("until IS NULL OR until >= since", name=f"ck_{EMPLOYMENT}_until_after_since"),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name=f"ck_{EMPLOYMENT}_withdrawn_by_someone"
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["crm_contact.id"], name=f"fk_{EMPLOYMENT}_contact_id"),
        sa.ForeignKeyConstraint(["investor_id"], ["crm_investor.id"], name=f"fk_{EMPLOYMENT}_investor_id"),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["crm_staff.id"], name=f"fk_{EMPLOYMENT}_withdrawn_by_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{EMPLOYMENT}"),
        *([sa.UniqueConstraint(*OF_SPAN, name=SPAN)] if whole else []),
        sa.UniqueConstraint("id", "contact_id", "investor_id", name=f"uq_{EMPLOYMENT}_id_contact_id_investor_id"),
        sa.UniqueConstraint("uid", name=f"uq_{EMPLOYMENT}_uid"),
    )
    sa.Index(f"ix_{EMPLOYMENT}_investor_id", made.c.investor_id)
    return made


def upgrade() -> None:
    """Add the columns; nothing is withdrawn yet. The keys count what stands."""
    sqlite = op.get_context().dialect.name == "sqlite"
    for table in (EMPLOYMENT, OWNERSHIP):
        for name, on_sqlite, on_postgresql, constraint, comment in columns(table):
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {on_sqlite if sqlite else on_postgresql} {constraint}")
            if not sqlite:
                op.execute(f"COMMENT ON COLUMN {table}.{name} IS '{comment}'")
    with op.batch_alter_table(EMPLOYMENT, copy_from=employment(whole=True)) as changed:
        changed.drop_constraint(op.f(SPAN), type_="unique")
    op.create_index(SPAN, EMPLOYMENT, OF_SPAN, unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS)
    op.create_index(CONTACT, EMPLOYMENT, ["contact_id"])
    op.drop_index(PARENT, OWNERSHIP)
    op.create_index(PARENT, OWNERSHIP, ["child_id"], unique=True, sqlite_where=_LASTS, postgresql_where=_LASTS)


def downgrade() -> None:
    """Take the columns away: what was withdrawn stands again, apart from what was recorded again since."""
    _leave_out_employments()
    _leave_out_memberships()
    op.drop_index(PARENT, OWNERSHIP)
    op.create_index(PARENT, OWNERSHIP, ["child_id"], unique=True, sqlite_where=_ENDLESS, postgresql_where=_ENDLESS)
    for name, *_ in reversed(columns(OWNERSHIP)):
        op.drop_column(OWNERSHIP, name)
    op.drop_index(CONTACT, EMPLOYMENT)
    op.drop_index(SPAN, EMPLOYMENT)
    with op.batch_alter_table(EMPLOYMENT, copy_from=employment(whole=False)) as changed:
        changed.create_unique_constraint(op.f(SPAN), OF_SPAN)
        changed.drop_constraint(op.f(f"ck_{EMPLOYMENT}_withdrawn_by_someone"), type_="check")
        changed.drop_constraint(op.f(f"fk_{EMPLOYMENT}_withdrawn_by_id"), type_="foreignkey")
        for name, *_ in reversed(columns(EMPLOYMENT)):
            changed.drop_column(name)


def _leave_out_employments() -> None:
    """Delete the withdrawn employments of which there is another with the same first day, or an older withdrawn one.

    Withdrawn meetings and attendances that name them name the other one then.
    """
    there = sa.table(EMPLOYMENT, *(sa.column(name) for name in ("id", *OF_SPAN, "withdrawn_at")))
    twin = there.alias("twin")
    same = (
        twin.c.contact_id == there.c.contact_id,
        twin.c.investor_id == there.c.investor_id,
        twin.c.since == there.c.since,
        twin.c.id != there.c.id,
        twin.c.withdrawn_at.is_(None) | (twin.c.id < there.c.id),
    )
    another = sa.select(sa.literal(1)).select_from(twin).where(*same)
    gone = there.c.withdrawn_at.is_not(None) & another.exists()
    stands_first = sa.case((twin.c.withdrawn_at.is_(None), 0), else_=1)
    for table in ("crm_meeting_contact", "crm_event_attendance"):
        named = sa.table(table, sa.column("employment_id"))
        other = (
            sa.select(twin.c.id)
            .select_from(there.join(twin, sa.and_(*same)))
            .where(there.c.id == named.c.employment_id)
            .order_by(stands_first, twin.c.id)
            .limit(1)
            .scalar_subquery()
        )
        op.execute(
            named.update()
            .where(named.c.employment_id.in_(sa.select(there.c.id).where(gone)))
            .values(employment_id=other)
        )
    op.execute(there.delete().where(gone))


def _leave_out_memberships() -> None:
    """Delete the withdrawn memberships without a last day of companies that have another one, or an older withdrawn one."""
    there = sa.table(OWNERSHIP, *(sa.column(name) for name in ("id", "child_id", "until", "withdrawn_at")))
    twin = there.alias("twin")
    another = (
        sa.select(sa.literal(1))
        .select_from(twin)
        .where(
            twin.c.child_id == there.c.child_id,
            twin.c.until.is_(None),
            twin.c.id != there.c.id,
            twin.c.withdrawn_at.is_(None) | (twin.c.id < there.c.id),
        )
    )
    op.execute(there.delete().where(there.c.until.is_(None), there.c.withdrawn_at.is_not(None), another.exists()))
