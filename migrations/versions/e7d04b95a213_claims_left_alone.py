"""The history of a claim says when it was left alone in a contest.

Revises: c3d84a61f09b
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "e7d04b95a213"
down_revision: str | None = "c3d84a61f09b"
branch_labels: str | None = None
depends_on: str | None = None

TABLE, CHECK = "crm_claim_event", "ck_crm_claim_event_kind"
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BEFORE = "kind IN ('filed', 'contested', 'ruled', 'renewed', 'transferred', 'released', 'lapsed')"
AFTER = "kind IN ('filed', 'contested', 'uncontested', 'ruled', 'renewed', 'transferred', 'released', 'lapsed')"


def as_it_is(kinds: str) -> sa.Table:
    """Return the table as it was made, with its CHECKs, which SQLite does not tell of."""
    made = sa.Table(
        TABLE,
        sa.MetaData(),
        sa.Column("claim_id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", _NUMBER, nullable=False),
        sa.Column("reason", sa.String(length=1000)),
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64)),
        sa.PrimaryKeyConstraint("id", name=f"pk_{TABLE}"),
        sa.UniqueConstraint("uid", name=f"uq_{TABLE}_uid"),
        sa.CheckConstraint(
            "kind NOT IN ('ruled', 'transferred', 'released') OR reason IS NOT NULL", name=f"ck_{TABLE}_reasoned"
        ),
        sa.CheckConstraint(kinds, name=CHECK),
        sa.ForeignKeyConstraint(["actor_id"], ["crm_staff.id"], name=f"fk_{TABLE}_actor_id"),
        sa.ForeignKeyConstraint(["claim_id"], ["crm_claim.id"], name=f"fk_{TABLE}_claim_id"),
    )
    sa.Index(f"ix_{TABLE}_claim_id", made.c.claim_id)
    return made


def exchange(old: str, new: str) -> None:
    """Put one set of steps in the place of another."""
    with op.batch_alter_table(TABLE, copy_from=as_it_is(old)) as table:
        table.drop_constraint(op.f(CHECK), type_="check")
        table.create_check_constraint(op.f(CHECK), new)


def upgrade() -> None:
    """Allow the step."""
    exchange(BEFORE, AFTER)


def downgrade() -> None:
    """Take the steps away that there were none of before, and their kind."""
    event = sa.table(TABLE, sa.column("kind"))
    op.execute(event.delete().where(event.c.kind == "uncontested"))
    exchange(AFTER, BEFORE)
