"""A person who was taken out of a meeting may be in it again, as the record that theirs was merged into.

Revises: d52b8e07c3f1
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "f2a91c6d04be"
down_revision: str | None = "d52b8e07c3f1"
branch_labels: str | None = None
depends_on: str | None = None

TABLE, KEY = "crm_meeting_contact", "uq_crm_meeting_contact_meeting_id_contact_id"
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STANDS = sa.text("withdrawn_at IS NULL")


def as_it_is(*, whole: bool) -> sa.Table:
    """Return the table as it was made; *whole*: with the key that counts who was taken out too."""
    made = sa.Table(
        TABLE,
        sa.MetaData(),
        sa.Column("meeting_id", _NUMBER, nullable=False),
        sa.Column("investor_id", _NUMBER, nullable=False),
        sa.Column("contact_id", _NUMBER, nullable=False),
        sa.Column("employment_id", _NUMBER, nullable=False),
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64)),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["meeting_id", "investor_id"],
            ["crm_meeting.id", "crm_meeting.investor_id"],
            name=f"fk_{TABLE}_meeting",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["employment_id", "contact_id", "investor_id"],
            ["crm_employment.id", "crm_employment.contact_id", "crm_employment.investor_id"],
            name=f"fk_{TABLE}_employment",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{TABLE}"),
        sa.UniqueConstraint("uid", name=f"uq_{TABLE}_uid"),
        *([sa.UniqueConstraint("meeting_id", "contact_id", name=KEY)] if whole else []),
    )
    sa.Index(f"ix_{TABLE}_contact_id", made.c.contact_id)
    return made


def upgrade() -> None:
    """Let the key count those who are in the meeting."""
    with op.batch_alter_table(TABLE, copy_from=as_it_is(whole=True)) as table:
        table.drop_constraint(op.f(KEY), type_="unique")
    op.create_index(
        KEY, TABLE, ["meeting_id", "contact_id"], unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS
    )


def downgrade() -> None:
    """Let it count all of them: of one person who is there twice, the row of who is there stays, or else the first."""
    op.drop_index(KEY, TABLE)
    there = sa.table(TABLE, *(sa.column(name) for name in ("id", "meeting_id", "contact_id", "withdrawn_at")))
    twin = there.alias("twin")
    another = (
        sa.select(sa.literal(1))
        .select_from(twin)
        .where(
            twin.c.meeting_id == there.c.meeting_id,
            twin.c.contact_id == there.c.contact_id,
            twin.c.id != there.c.id,
            twin.c.withdrawn_at.is_(None) | (twin.c.id < there.c.id),
        )
    )
    op.execute(there.delete().where(there.c.withdrawn_at.is_not(None), another.exists()))
    with op.batch_alter_table(TABLE, copy_from=as_it_is(whole=False)) as table:
        table.create_unique_constraint(op.f(KEY), ["meeting_id", "contact_id"])
