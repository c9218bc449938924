"""A closing keeps which entries of the ledgers its figures count.

Revises: b2f60d81c7e4
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "c3d84a61f09b"
down_revision: str | None = "b2f60d81c7e4"
branch_labels: str | None = None
depends_on: str | None = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: Table of the closed entries, of the ledger, its day, and what they are called.
_LEDGERS = (
    ("crm_closed_arrival", "crm_capital_arrival", "arrived_on", "arrivals", "arrival"),
    ("crm_closed_contract", "crm_contract_amount", "agreed_on", "contract amounts", "contract amount"),
)


def upgrade() -> None:
    """Add a table for each ledger; of older closings, what was confirmed up to their moment."""
    for name, ledger, day, several, one in _LEDGERS:
        op.create_table(
            name,
            sa.Column("closing_id", _NUMBER, nullable=False, comment="by which closing"),
            sa.Column("entry_id", _NUMBER, nullable=False, comment=f"which {one}"),
            sa.ForeignKeyConstraint(["closing_id"], ["crm_closing.id"], name=op.f(f"fk_{name}_closing_id")),
            sa.ForeignKeyConstraint(["entry_id"], [f"{ledger}.id"], name=op.f(f"fk_{name}_entry_id")),
            sa.PrimaryKeyConstraint("closing_id", "entry_id", name=op.f(f"pk_{name}")),
            comment=f"{several} that published figures count, append-only",
        )
        closing = sa.table("crm_closing", *map(sa.column, ("id", "starts_on", "ends_on", "closed_at")))
        entry = sa.table(ledger, *map(sa.column, ("id", "state", "confirmed_at", day)))
        counted = sa.select(closing.c.id, entry.c.id).join_from(
            closing,
            entry,
            sa.and_(
                entry.c.state == "confirmed",
                entry.c[day].between(closing.c.starts_on, closing.c.ends_on),
                entry.c.confirmed_at <= closing.c.closed_at,
            ),
        )
        kept = sa.table(name, sa.column("closing_id"), sa.column("entry_id"))
        op.execute(kept.insert().from_select(["closing_id", "entry_id"], counted))


def downgrade() -> None:
    """Take both away: the moment of the closing has to do again."""
    for name, *_ in reversed(_LEDGERS):
        op.drop_table(name)
