"""Requests of enterprises and their history; the service brand of a visit.

Revises: 58d2f6a09c4e
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "a6f1209cd853"
down_revision: str | None = "58d2f6a09c4e"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "crm_request",
        sa.Column(
            "investor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="whose request"
        ),
        sa.Column(
            "lead_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the lead it belongs to, or null",
        ),
        sa.Column("text", sa.String(length=1000), nullable=False, comment="what is asked for"),
        sa.Column("kind", sa.String(length=24), nullable=False, comment="what it is about"),
        sa.Column("channel", sa.String(length=24), nullable=False, comment="how it came in"),
        sa.Column("brand", sa.String(length=24), nullable=True, comment="the service brand of the policy, or null"),
        sa.Column("accepted_on", sa.Date(), nullable=False, comment="the day it was accepted"),
        sa.Column("recorded_on", sa.Date(), nullable=False, comment="bureau's day of recording"),
        sa.Column(
            "ambassador_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="who serves the enterprise",
        ),
        sa.Column(
            "unit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the unit that sees to it",
        ),
        sa.Column(
            "assignee_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the person who sees to it",
        ),
        sa.Column("answer_due_on", sa.Date(), nullable=False, comment="until when it is to be answered"),
        sa.Column("due_on", sa.Date(), nullable=False, comment="until when it is to be solved"),
        sa.Column("answered_on", sa.Date(), nullable=True, comment="the day of the first answer"),
        sa.Column("state", sa.String(length=24), nullable=False, comment="as of its last step"),
        sa.Column("resolved_on", sa.Date(), nullable=True, comment="the day it was solved, or said to be unsolvable"),
        sa.Column("outcome", sa.String(length=1000), nullable=True, comment="how it was solved, or why it cannot be"),
        sa.Column("satisfaction", sa.SmallInteger(), nullable=True, comment="1 to 5, 5 is the best"),
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
            comment="number people say aloud",
        ),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="UUIDv7, may be brought by the caller"),
        sa.Column(
            "digest", sa.String(length=64), nullable=True, comment="SHA-256 of the content a uid was brought with"
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="grows by one with each change"),
        sa.CheckConstraint(
            "(state IN ('solved', 'unsolvable')) = (resolved_on IS NOT NULL) AND (resolved_on IS NULL) = (outcome IS NULL)",
            name=op.f("ck_crm_request_resolved_with_outcome"),
        ),
        sa.CheckConstraint(
            "state <> 'answered' OR answered_on IS NOT NULL", name=op.f("ck_crm_request_answered_on_a_day")
        ),
        sa.CheckConstraint(
            "state <> 'assigned' OR unit_id IS NOT NULL OR assignee_id IS NOT NULL",
            name=op.f("ck_crm_request_assigned_to"),
        ),
        sa.CheckConstraint("accepted_on <= recorded_on", name=op.f("ck_crm_request_accepted_not_in_future")),
        sa.CheckConstraint(
            "answer_due_on >= accepted_on AND due_on >= answer_due_on AND (answered_on IS NULL OR answered_on >= accepted_on) AND (resolved_on IS NULL OR resolved_on >= accepted_on)",
            name=op.f("ck_crm_request_days_in_order"),
        ),
        sa.CheckConstraint(
            "satisfaction IS NULL OR (satisfaction BETWEEN 1 AND 5 AND resolved_on IS NOT NULL)",
            name=op.f("ck_crm_request_satisfaction"),
        ),
        sa.ForeignKeyConstraint(["ambassador_id"], ["crm_staff.id"], name=op.f("fk_crm_request_ambassador_id")),
        sa.ForeignKeyConstraint(["assignee_id"], ["crm_staff.id"], name=op.f("fk_crm_request_assignee_id")),
        sa.ForeignKeyConstraint(["investor_id"], ["crm_investor.id"], name=op.f("fk_crm_request_investor_id")),
        sa.ForeignKeyConstraint(
            ["lead_id", "investor_id"],
            ["crm_lead.id", "crm_lead.investor_id"],
            name="fk_crm_request_lead_of_investor",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["crm_unit.id"], name=op.f("fk_crm_request_unit_id")),
        sa.CheckConstraint(
            "kind IN ('land', 'utilities', 'permits', 'tax', 'finance', 'customs', 'labour', 'residence', 'environment', 'logistics', 'property', 'other')",
            name=op.f("ck_crm_request_kind"),
        ),
        sa.CheckConstraint(
            "channel IN ('visit', 'session', 'telephone', 'online', 'letter', 'other')",
            name=op.f("ck_crm_request_channel"),
        ),
        sa.CheckConstraint(
            "state IN ('accepted', 'assigned', 'answered', 'solved', 'unsolvable')", name=op.f("ck_crm_request_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_request")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_request_uid")),
        comment="requests of enterprises",
    )
    op.create_index(op.f("ix_crm_request_ambassador_id"), "crm_request", ["ambassador_id"], unique=False)
    op.create_index(op.f("ix_crm_request_assignee_id"), "crm_request", ["assignee_id"], unique=False)
    op.create_index(op.f("ix_crm_request_investor_id"), "crm_request", ["investor_id"], unique=False)
    op.create_index(op.f("ix_crm_request_lead_id"), "crm_request", ["lead_id"], unique=False)
    op.create_index(op.f("ix_crm_request_resolved_on"), "crm_request", ["resolved_on"], unique=False)
    op.create_index(op.f("ix_crm_request_state_due_on"), "crm_request", ["state", "due_on"], unique=False)
    op.create_index(op.f("ix_crm_request_unit_id"), "crm_request", ["unit_id"], unique=False)
    op.create_table(
        "crm_request_event",
        sa.Column(
            "request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="which request"
        ),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 … for each request"),
        sa.Column("step", sa.String(length=24), nullable=False, comment="what was done"),
        sa.Column("state", sa.String(length=24), nullable=False, comment="the state from then on"),
        sa.Column("occurred_on", sa.Date(), nullable=False, comment="the day of the step"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when it was written"),
        sa.Column(
            "actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="who did it"
        ),
        sa.Column(
            "unit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="of an assignment: to which unit",
        ),
        sa.Column(
            "assignee_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="of an assignment: to whom",
        ),
        sa.Column("due_on", sa.Date(), nullable=False, comment="until when it was to be solved then"),
        sa.Column("note", sa.String(length=1000), nullable=True, comment="the answer, the outcome or the reason"),
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
            comment="number people say aloud",
        ),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="UUIDv7, may be brought by the caller"),
        sa.Column(
            "digest", sa.String(length=64), nullable=True, comment="SHA-256 of the content a uid was brought with"
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["crm_staff.id"], name=op.f("fk_crm_request_event_actor_id")),
        sa.ForeignKeyConstraint(["assignee_id"], ["crm_staff.id"], name=op.f("fk_crm_request_event_assignee_id")),
        sa.ForeignKeyConstraint(["request_id"], ["crm_request.id"], name=op.f("fk_crm_request_event_request_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["crm_unit.id"], name=op.f("fk_crm_request_event_unit_id")),
        sa.CheckConstraint(
            "step IN ('open', 'assign', 'answer', 'solve', 'give_up', 'reopen')", name=op.f("ck_crm_request_event_step")
        ),
        sa.CheckConstraint(
            "state IN ('accepted', 'assigned', 'answered', 'solved', 'unsolvable')",
            name=op.f("ck_crm_request_event_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_request_event")),
        sa.UniqueConstraint("request_id", "number", name=op.f("uq_crm_request_event_request_id_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_request_event_uid")),
        comment="history of requests, append-only",
    )
    op.add_column(
        "crm_meeting",
        sa.Column("brand", sa.String(length=24), nullable=True, comment="the service brand of the policy, or null"),
    )


def downgrade() -> None:
    """Drop what upgrade made."""
    op.drop_column("crm_meeting", "brand")
    op.drop_table("crm_request_event")
    op.drop_table("crm_request")
