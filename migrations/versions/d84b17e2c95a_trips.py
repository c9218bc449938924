"""Delegations: notice, report, participating units, costs, countries and local times; the trip a meeting was part of.

Revises: 7aca6fe79d73
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "d84b17e2c95a"
down_revision: str | None = "7aca6fe79d73"
branch_labels: str | None = None
depends_on: str | None = None

#: Table, column, type on SQLite, type on PostgreSQL, constraints, comment. Each constraint comes with the last column it
#: names: SQLite can add it with the column alone, and no table is copied.
_COLUMNS = (
    (
        "crm_delegation", "owner_id", "INTEGER", "BIGINT",
        "CONSTRAINT fk_crm_delegation_owner_id REFERENCES crm_staff (id)", "the desk that sees to it and reports",
    ),
    ("crm_delegation", "announced_on", "DATE", "DATE", "", "the day it was announced, or null: before it was kept"),
    ("crm_delegation", "notice_due_on", "DATE", "DATE", "", "until when it was to be announced"),
    (
        "crm_delegation", "report_due_on", "DATE", "DATE",
        "CONSTRAINT ck_crm_delegation_reported_after_return CHECK (report_due_on >= ends_on)",
        "until when it is to be reported",
    ),
    (
        "crm_delegation", "outcome_until", "DATE", "DATE",
        "CONSTRAINT ck_crm_delegation_outcome_after_return CHECK (outcome_until >= ends_on)",
        "until when a step of a lead counts as its outcome",
    ),
    (
        "crm_delegation", "late_reason", "VARCHAR(1000)", "VARCHAR(1000)",
        "CONSTRAINT ck_crm_delegation_late_with_reason CHECK (announced_on <= notice_due_on OR late_reason IS NOT NULL)",
        "why it was announced late",
    ),
    ("crm_delegation", "cancelled_at", "DATETIME", "TIMESTAMP WITH TIME ZONE", "", "cancelled since, or null"),
    (
        "crm_delegation", "cancel_reason", "VARCHAR(1000)", "VARCHAR(1000)",
        "CONSTRAINT ck_crm_delegation_cancelled_with_reason CHECK ((cancelled_at IS NULL) = (cancel_reason IS NULL) AND (cancelled_at IS NULL OR closed_at IS NULL))",
        "why it was cancelled",
    ),
    (
        "crm_delegation_leg", "country", "VARCHAR(2)", "VARCHAR(2)", "",
        "ISO 3166-1 alpha-2, or null: before it was kept; the policy says what is at home",
    ),
    (
        "crm_delegation_leg", "arrives_at", "DATETIME", "TIMESTAMP WITH TIME ZONE", "",
        "the instant of arrival, UTC, where it is known",
    ),
    (
        "crm_delegation_leg", "leaves_at", "DATETIME", "TIMESTAMP WITH TIME ZONE",
        "CONSTRAINT ck_crm_delegation_leg_leaves_after_coming CHECK (leaves_at IS NULL OR leaves_at >= arrives_at)",
        "the instant of departure, UTC, where it is known",
    ),
    (
        "crm_meeting", "delegation_id", "INTEGER", "BIGINT",
        "CONSTRAINT fk_crm_meeting_delegation_id REFERENCES crm_delegation (id)",
        "the delegation it was part of, or null",
    ),
)  # fmt: skip
_INDEXES = (
    ("crm_delegation", "owner_id"),
    ("crm_delegation", "starts_on"),
    ("crm_delegation", "report_due_on"),
    ("crm_meeting", "delegation_id"),
)
#: What the planned visits tell of meetings logged before; the entry is signed as the visit's was.
_SIGNED = (
    "INSERT INTO crm_audit_entry (at, actor_id, verb, record, record_id, record_uid, changes, reason)"
    " SELECT m.recorded_at, m.logged_by_id, 'meeting.log', 'meeting', m.id, m.uid, {told}, 'as its planned visit tells'"
    " FROM crm_planned_visit v JOIN crm_meeting m ON m.id = v.meeting_id ORDER BY m.id"
)
_TOLD = "UPDATE crm_meeting SET delegation_id = (SELECT v.delegation_id FROM crm_planned_visit v WHERE v.meeting_id = crm_meeting.id)"


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _identified() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("id", _big(), autoincrement=True, nullable=False, comment="number people say aloud"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="UUIDv7, may be brought by the caller"),
        sa.Column(
            "digest", sa.String(length=64), nullable=True, comment="SHA-256 of the content a uid was brought with"
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="grows by one with each change"),
    )


def upgrade() -> None:
    """Add columns and tables, and tell meetings which trip they were part of."""
    sqlite = op.get_context().dialect.name == "sqlite"
    for table, column, on_sqlite, on_postgresql, constraint, comment in _COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {on_sqlite if sqlite else on_postgresql} {constraint}")
        if not sqlite:
            op.execute(f"COMMENT ON COLUMN {table}.{column} IS '{comment}'")
    if not sqlite:
        op.execute("COMMENT ON COLUMN crm_event.country IS 'ISO 3166-1 alpha-2; the policy says what is at home'")
    for table, column in _INDEXES:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    op.create_table(
        "crm_delegation_unit",
        sa.Column("delegation_id", _big(), nullable=False, comment="which delegation"),
        sa.Column("unit_id", _big(), nullable=False, comment="which unit"),
        sa.Column("leader", sa.String(length=120), nullable=True, comment="who leads its people: office or name"),
        sa.Column("rank", sa.String(length=24), nullable=True, comment="rank of that leader in the unit"),
        sa.Column("left_on", sa.Date(), nullable=True, comment="the day it left it, or null"),
        sa.Column("left_reason", sa.String(length=1000), nullable=True, comment="why it left it"),
        *_identified(),
        sa.CheckConstraint("(leader IS NULL) = (rank IS NULL)", name=op.f("ck_crm_delegation_unit_leader_with_rank")),
        sa.CheckConstraint("rank <> 'city'", name=op.f("ck_crm_delegation_unit_leader_of_the_unit")),
        sa.CheckConstraint(
            "(left_on IS NULL) = (left_reason IS NULL)", name=op.f("ck_crm_delegation_unit_left_with_reason")
        ),
        sa.CheckConstraint("rank IN ('city', 'first', 'deputy', 'other')", name=op.f("ck_crm_delegation_unit_rank")),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["crm_delegation.id"], name=op.f("fk_crm_delegation_unit_delegation_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["crm_unit.id"], name=op.f("fk_crm_delegation_unit_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_delegation_unit")),
        sa.UniqueConstraint("delegation_id", "unit_id", name=op.f("uq_crm_delegation_unit_delegation_id_unit_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_delegation_unit_uid")),
        comment="units that take part in delegations",
    )
    op.create_index(op.f("ix_crm_delegation_unit_unit_id"), "crm_delegation_unit", ["unit_id"], unique=False)
    op.create_table(
        "crm_delegation_cost",
        sa.Column("delegation_id", _big(), nullable=False, comment="which delegation"),
        sa.Column("kind", sa.String(length=24), nullable=False, comment="budget, or really spent"),
        sa.Column("item", sa.String(length=120), nullable=False, comment="what for"),
        sa.Column("amount_minor", _big(), nullable=False, comment="minor units"),
        sa.Column("currency", sa.String(length=3), nullable=False, comment="ISO 4217 currency"),
        sa.Column("spent_on", sa.Date(), nullable=True, comment="the day it was spent; of a budget null"),
        sa.Column(
            "reference",
            sa.String(length=200),
            nullable=True,
            comment="invoice or voucher; of a budget its approval",
        ),
        sa.Column("recorded_by_id", _big(), nullable=False, comment="who recorded it"),
        sa.Column("recorded_on", sa.Date(), nullable=False, comment="bureau's day of recording"),
        sa.Column("withdrawn_on", sa.Date(), nullable=True, comment="withdrawn since, or null"),
        sa.Column("withdrawn_reason", sa.String(length=1000), nullable=True, comment="why it was withdrawn"),
        *_identified(),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_crm_delegation_cost_positive")),
        sa.CheckConstraint(
            "(kind = 'actual') = (spent_on IS NOT NULL)", name=op.f("ck_crm_delegation_cost_spent_on_a_day")
        ),
        sa.CheckConstraint(
            "kind <> 'actual' OR reference IS NOT NULL", name=op.f("ck_crm_delegation_cost_spent_with_reference")
        ),
        sa.CheckConstraint("spent_on <= recorded_on", name=op.f("ck_crm_delegation_cost_not_in_future")),
        sa.CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawn_reason IS NULL)",
            name=op.f("ck_crm_delegation_cost_withdrawn_with_reason"),
        ),
        sa.CheckConstraint("kind IN ('budget', 'actual')", name=op.f("ck_crm_delegation_cost_kind")),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["crm_delegation.id"], name=op.f("fk_crm_delegation_cost_delegation_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["crm_staff.id"], name=op.f("fk_crm_delegation_cost_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_delegation_cost")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_delegation_cost_uid")),
        comment="budget and spending of delegations",
    )
    op.create_index(
        op.f("ix_crm_delegation_cost_delegation_id"), "crm_delegation_cost", ["delegation_id"], unique=False
    )
    told = "'{\"delegation_id\": [null, ' || v.delegation_id || ']}'"
    op.execute(_SIGNED.format(told=told if sqlite else f"CAST({told} AS JSON)"))
    op.execute(_TOLD)


def downgrade() -> None:
    """Drop what upgrade made."""
    op.drop_table("crm_delegation_cost")
    op.drop_table("crm_delegation_unit")
    for table, column in _INDEXES:
        op.drop_index(op.f(f"ix_{table}_{column}"), table)
    if op.get_context().dialect.name != "sqlite":
        op.execute("COMMENT ON COLUMN crm_event.country IS 'ISO 3166-1 alpha-2; all but CN is abroad'")
    for table, column, *_ in reversed(_COLUMNS):
        op.drop_column(table, column)
