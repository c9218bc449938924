"""The day of a move is corrected by a row that names the move.

Revises: e2c86b40f7a9
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "e25c8b0f7d16"
down_revision: str | None = "e2c86b40f7a9"
branch_labels: str | None = None
depends_on: str | None = None

TABLE = "crm_redate"
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: The days of a lead that are copies, and the moves they are copies of, as they were first recorded.
COPIES = (
    "UPDATE crm_lead SET moved_on = (SELECT t.occurred_on FROM crm_transition t WHERE t.lead_id = crm_lead.id"
    " AND t.number = crm_lead.last_transition), received_on = (SELECT t.occurred_on FROM crm_transition t"
    " WHERE t.lead_id = crm_lead.id AND t.number = 1), entered_on = (SELECT t.occurred_on FROM crm_transition t"
    " WHERE t.lead_id = crm_lead.id AND t.kind IN ('open', 'advance', 'back', 'reopen') ORDER BY t.number DESC LIMIT 1),"
    " landed_on = CASE WHEN landed_on IS NULL THEN NULL ELSE (SELECT t.occurred_on FROM crm_transition t WHERE"
    " t.lead_id = crm_lead.id AND t.kind = 'advance' AND t.to_position = t.last_position AND NOT EXISTS (SELECT 1 FROM"
    " crm_transition b WHERE b.lead_id = t.lead_id AND b.number > t.number AND b.cycle = t.cycle AND b.kind = 'back'"
    " AND b.from_position = b.last_position) ORDER BY t.number LIMIT 1) END"
    " WHERE id IN (SELECT t.lead_id FROM crm_redate r JOIN crm_transition t ON t.id = r.transition_id)"
)


def upgrade() -> None:
    """Create the table; no day is corrected yet."""
    op.create_table(
        TABLE,
        sa.Column("id", NUMBER, autoincrement=True, nullable=False, comment="number people say aloud"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="UUIDv7, may be brought by the caller"),
        sa.Column("digest", sa.String(64), nullable=True, comment="SHA-256 of the content a uid was brought with"),
        sa.Column("transition_id", NUMBER, nullable=False, comment="of which move"),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 … for each move"),
        sa.Column("occurred_on", sa.Date(), nullable=False, comment="the day it happened"),
        sa.Column("counted_on", sa.Date(), nullable=False, comment="the day that counted before"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when it was written"),
        sa.Column("recorded_on", sa.Date(), nullable=False, comment="bureau's day of recording"),
        sa.Column("actor_id", NUMBER, nullable=False, comment="who corrected it"),
        sa.Column("reason", sa.String(1000), nullable=True, comment="why"),
        sa.CheckConstraint("occurred_on <= recorded_on", name=op.f("ck_crm_redate_not_in_future")),
        sa.CheckConstraint("occurred_on <> counted_on", name=op.f("ck_crm_redate_changes")),
        sa.ForeignKeyConstraint(["transition_id"], ["crm_transition.id"], name=op.f("fk_crm_redate_transition_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["crm_staff.id"], name=op.f("fk_crm_redate_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_redate")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_redate_uid")),
        sa.UniqueConstraint("transition_id", "number", name=op.f("uq_crm_redate_transition_id_number")),
        comment="corrected days of moves, append-only",
    )
    op.create_index(op.f("ix_crm_redate_occurred_on"), TABLE, ["occurred_on"])


def downgrade() -> None:
    """Drop it: each move happened on the day that was recorded first, and the copies say so again."""
    op.execute(COPIES)
    op.drop_table(TABLE)
