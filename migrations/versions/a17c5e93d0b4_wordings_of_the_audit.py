"""Free texts stand in the audit as digests with a key; their wordings beside them, which erasing empties.

What is there already is converted afterwards, by schema.upgrade or, for a host, by schema.reindex: docs/audit.md.

Revises: b3f19c6a82d4
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "a17c5e93d0b4"
down_revision: str | None = "b3f19c6a82d4"
branch_labels: str | None = None
depends_on: str | None = None

CONVERTED = "crm_converted_entry"
KEY = "pk_crm_converted_entry"
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: The triggers that name a column that goes, or keep rows that go.
_TRIGGERS = (("audit_entry", "update"), ("converted_entry", "delete"))


def upgrade() -> None:
    """Add the column of the wordings, and let an entry be converted more than once."""
    op.add_column(
        "crm_audit_entry",
        sa.Column(
            "wordings",
            sa.JSON(none_as_null=True),
            nullable=True,
            comment="the texts of its digests, each after its key; erasing empties them",
        ),
    )
    _key(["entry_id"], ["entry_id", "conversion_id"])


def downgrade() -> None:
    """Take the wordings away: of texts the audit has digests alone, and what was converted is no longer listed.

    After the triggers: a host's own Alembic drops none before.
    """
    sqlite = op.get_context().dialect.name == "sqlite"
    for guarded, verb in _TRIGGERS:
        op.execute(f"DROP TRIGGER IF EXISTS crm_guard_{guarded}_{verb}{'' if sqlite else f' ON crm_{guarded}'}")
    op.execute("DELETE FROM crm_converted_entry")
    _key(["entry_id", "conversion_id"], ["entry_id"])
    with op.batch_alter_table("crm_audit_entry") as table:
        table.drop_column("wordings")


def _key(before: list[str], after: list[str]) -> None:
    """Change the primary key of the list of what was converted; SQLite makes the table anew, without a look at it."""
    made = sa.Table(
        CONVERTED,
        sa.MetaData(),
        sa.Column("entry_id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("conversion_id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("before", sa.LargeBinary(length=32), nullable=False),
        sa.Column("after", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint(*before, name=op.f(KEY)),
    )
    sa.Index(op.f(f"ix_{CONVERTED}_conversion_id_entry_id"), made.c.conversion_id, made.c.entry_id)
    with op.batch_alter_table(CONVERTED, copy_from=made) as table:
        table.drop_constraint(op.f(KEY), type_="primary")
        table.create_primary_key(op.f(KEY), after)
