"""Triggers keep what was written; they are made after the revisions, as the parts of the search are.

Revises: d7a05c83e1f4
"""

from __future__ import annotations

from alembic import op

revision: str = "d19f5a7c3e48"
down_revision: str | None = "d7a05c83e1f4"
branch_labels: str | None = None
depends_on: str | None = None

TABLES = (
    "audit_entry",
    "audit_seal",
    "sealed_entry",
    "transition",
    "assignment",
    "claim_event",
    "request_event",
    "capital_arrival",
    "contract_amount",
    "binding",
)


def upgrade() -> None:
    """Nothing: schema.upgrade makes the triggers, or for a host schema.reindex."""


def downgrade() -> None:
    """Drop the triggers: older revisions write what they keep."""
    if op.get_context().dialect.name == "sqlite":
        for table in TABLES:
            for verb in ("update", "delete"):
                op.execute(f"DROP TRIGGER IF EXISTS crm_guard_{table}_{verb}")
    else:
        op.execute("DROP FUNCTION IF EXISTS crm_guard() CASCADE")
