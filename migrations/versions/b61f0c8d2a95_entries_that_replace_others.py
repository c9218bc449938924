"""An entry of a ledger names the entry that it corrects.

Corrections that are older keep an empty column: the audit holds every column against its entries, and theirs do not
name it.

Revises: 4c7e91ab20d6
"""

from __future__ import annotations

from alembic import op

revision: str = "b61f0c8d2a95"
down_revision: str | None = "4c7e91ab20d6"
branch_labels: str | None = None
depends_on: str | None = None

LEDGERS = ("crm_capital_arrival", "crm_contract_amount")
COMMENT = "the reversed entry that it corrects; null too where it is older than this column"


def upgrade() -> None:
    """Add the column; a table of SQLite takes it without being made anew."""
    sqlite = op.get_context().dialect.name == "sqlite"
    for table in LEDGERS:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN replaces_id {'INTEGER' if sqlite else 'BIGINT'}"
            f" CONSTRAINT fk_{table}_replaces_id REFERENCES {table} (id) CONSTRAINT ck_{table}_replaces_another"
            " CHECK (replaces_id IS NULL OR (replaces_id <> id AND reverses_id IS NULL))"
        )
        op.create_index(f"ix_{table}_replaces_id", table, ["replaces_id"], unique=True)
        if not sqlite:
            op.execute(f"COMMENT ON COLUMN {table}.replaces_id IS '{COMMENT}'")


def downgrade() -> None:
    """Take it away, after the view and the trigger that name it: a host's own Alembic drops none before."""
    op.execute("DROP VIEW IF EXISTS crm_reader_arrival")
    sqlite = op.get_context().dialect.name == "sqlite"
    for table in LEDGERS:
        trigger = f"{table.replace('crm_', 'crm_guard_')}_update"
        op.execute(f"DROP TRIGGER IF EXISTS {trigger}{'' if sqlite else f' ON {table}'}")
        op.drop_index(f"ix_{table}_replaces_id", table)
        op.drop_column(table, "replaces_id")
