"""Indexes for the orders of lists: leads by their last move, and at each stage; investors by name; what is due; ledgers.

Revises: c4f81d2e9a60
"""

from __future__ import annotations

from alembic import op

revision: str = "d52b8e07c3f1"
down_revision: str | None = "c4f81d2e9a60"
branch_labels: str | None = None
depends_on: str | None = None

_INDEXES = {
    "ix_crm_lead_moved_on_id": ("crm_lead", ["moved_on", "id"]),
    "ix_crm_lead_stage_entered_on_id": ("crm_lead", ["stage", "entered_on", "id"]),
    "ix_crm_investor_name_id": ("crm_investor", ["name", "id"]),
    "ix_crm_followup_due_on_id": ("crm_followup", ["due_on", "id"]),
    "ix_crm_capital_arrival_arrived_on_id": ("crm_capital_arrival", ["arrived_on", "id"]),
    "ix_crm_contract_amount_agreed_on_id": ("crm_contract_amount", ["agreed_on", "id"]),
}


def upgrade() -> None:
    """Create them."""
    for name, (table, columns) in _INDEXES.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    """Drop them."""
    for name, (table, _) in _INDEXES.items():
        op.drop_index(name, table)
