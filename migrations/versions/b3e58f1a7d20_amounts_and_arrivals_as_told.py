"""Entries of the ledgers keep the unit in which they were told, and arrivals the moment and its zone.

Revises: 9a41c7e05b38
"""

from __future__ import annotations

from alembic import op

revision: str = "b3e58f1a7d20"
down_revision: str | None = "9a41c7e05b38"
branch_labels: str | None = None
depends_on: str | None = None

_UNITS = (
    "thousand",
    "ten_thousand",
    "million",
    "ten_million",
    "hundred_million",
    "billion",
    "ten_billion",
    "hundred_billion",
    "trillion",
)
_ONE_OF = ", ".join(f"'{unit}'" for unit in _UNITS)
_ARRIVALS, _CONTRACTS = "crm_capital_arrival", "crm_contract_amount"
#: Table, name, type on SQLite and on PostgreSQL, constraint, comment.
_COLUMNS = (
    *(
        (
            table,
            "told_in",
            "VARCHAR(24)",
            "VARCHAR(24)",
            f"CONSTRAINT ck_{table}_told_in CHECK (told_in IN ({_ONE_OF}))",
            "the unit in which the amount was told, or null",
        )
        for table in (_ARRIVALS, _CONTRACTS)
    ),
    (
        _ARRIVALS,
        "arrived_at",
        "DATETIME",
        "TIMESTAMP WITH TIME ZONE",
        "",
        "the instant it arrived, UTC, where it was told",
    ),
    (
        _ARRIVALS,
        "arrived_zone",
        "VARCHAR(64)",
        "VARCHAR(64)",
        f"CONSTRAINT ck_{_ARRIVALS}_moment_with_zone CHECK ((arrived_at IS NULL) = (arrived_zone IS NULL))",
        "IANA time zone of that instant",
    ),
)


def upgrade() -> None:
    """Add the columns, all empty."""
    sqlite = op.get_context().dialect.name == "sqlite"
    for table, name, on_sqlite, on_postgresql, constraint, comment in _COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {on_sqlite if sqlite else on_postgresql} {constraint}")
        if not sqlite:
            op.execute(f"COMMENT ON COLUMN {table}.{name} IS '{comment}'")


def downgrade() -> None:
    """Take them away, after the triggers that name them: a host's own Alembic drops none before. Amounts and days stay."""
    sqlite = op.get_context().dialect.name == "sqlite"
    for table in (_ARRIVALS, _CONTRACTS):
        trigger = f"{table.replace('crm_', 'crm_guard_')}_update"
        op.execute(f"DROP TRIGGER IF EXISTS {trigger}{'' if sqlite else f' ON {table}'}")
    for table, name, *_ in reversed(_COLUMNS):
        op.drop_column(table, name)
