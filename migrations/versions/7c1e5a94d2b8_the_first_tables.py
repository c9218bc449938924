"""Stations, units, staff, investors, leads, meetings, trips, capital and audit.

Revises: nothing
"""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision: str = "7c1e5a94d2b8"
down_revision: str | None = None
#: For a host with one graph: `alembic downgrade crm@base` takes ours back and leaves its own.
branch_labels: str | None = "crm"
depends_on: str | None = None

#: The stations of the bureau's card: code, names, country, zone, languages, uid of the station and of its history's first entry.
STATIONS = (
    ("tokyo", "东京投资促进联络站", "Tokyo Station", "JP", "Asia/Tokyo", ["ja", "zh", "en"], 0x01),
    ("frankfurt", "法兰克福投资促进联络站", "Frankfurt Station", "DE", "Europe/Berlin", ["de", "en", "zh"], 0x03),
    ("hongkong", "香港投资促进联络站", "Hong Kong Station", "HK", "Asia/Hong_Kong", ["zh", "yue", "en"], 0x05),
    ("hangzhou", "浙鲁经济合作联络站", "Hangzhou Station", "CN", "Asia/Shanghai", ["zh"], 0x07),
)
#: UUIDv7 of the day the card was printed; the last byte tells the rows apart.
FIRST_UID = 0x0185_6A7E_3C00_7000_8000_0000_0000_0000
PLANNED_SINCE = date(2023, 1, 1)

#: In the order of their creation.
TABLES = (
    "crm_contact",
    "crm_enterprise",
    "crm_investor",
    "crm_station",
    "crm_unit",
    "crm_delegation",
    "crm_employment",
    "crm_investor_name",
    "crm_staff",
    "crm_station_event",
    "crm_audit_entry",
    "crm_delegation_leg",
    "crm_delegation_member",
    "crm_lead",
    "crm_posting",
    "crm_assignment",
    "crm_capital_arrival",
    "crm_evidence",
    "crm_meeting",
    "crm_transition",
    "crm_followup",
    "crm_meeting_contact",
    "crm_meeting_staff",
    "crm_minute",
    "crm_planned_visit",
)


def upgrade() -> None:
    """Create all tables, and the four stations the bureau starts with."""
    op.create_table(
        "crm_contact",
        sa.Column("name", sa.String(length=120), nullable=False, comment="as they write it"),
        sa.Column("key", sa.String(length=240), nullable=False, comment="comparison key of the name"),
        sa.Column("email", sa.String(length=254), nullable=True, comment="e-mail address"),
        sa.Column("phone", sa.String(length=40), nullable=True, comment="telephone, international form"),
        sa.Column("note", sa.Text(), nullable=True, comment="what to know before meeting them"),
        sa.Column(
            "erased_at", sa.DateTime(timezone=True), nullable=True, comment="personal data erased on request since"
        ),
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
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True, comment="archived since, or null"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_contact")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_contact_uid")),
        comment="persons at investors",
    )
    op.create_index(op.f("ix_crm_contact_key"), "crm_contact", ["key"], unique=False)
    op.create_table(
        "crm_enterprise",
        sa.Column("name", sa.String(length=200), nullable=False, comment="as on the licence"),
        sa.Column(
            "credit_code", sa.String(length=18), nullable=True, comment="unified social credit code, GB 32100-2015"
        ),
        sa.Column("licensed_on", sa.Date(), nullable=True, comment="day of the business licence"),
        sa.Column("filing", sa.String(length=80), nullable=True, comment="reference of the foreign investment filing"),
        sa.Column("recorded_on", sa.Date(), nullable=False, comment="bureau's day of the last change"),
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
            "credit_code IS NULL OR length(credit_code) = 18", name=op.f("ck_crm_enterprise_credit_code_length")
        ),
        sa.CheckConstraint(
            "licensed_on IS NULL OR licensed_on <= recorded_on", name=op.f("ck_crm_enterprise_licence_not_in_future")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_enterprise")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_crm_enterprise_credit_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_enterprise_uid")),
        comment="project companies",
    )
    op.create_table(
        "crm_investor",
        sa.Column("name", sa.String(length=200), nullable=False, comment="the name shown; one of its names"),
        sa.Column("country", sa.String(length=2), nullable=False, comment="ISO 3166-1 alpha-2"),
        sa.Column("kind", sa.String(length=24), nullable=False, comment="what it is"),
        sa.Column("note", sa.Text(), nullable=True, comment="what everybody should know"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="when it was recorded"),
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
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True, comment="archived since, or null"),
        sa.CheckConstraint(
            "kind IN ('enterprise', 'fund', 'cluster', 'chamber', 'association', 'agency', 'platform')",
            name=op.f("ck_crm_investor_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_investor")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_investor_uid")),
        comment="organisations that invest, may invest, or bring others",
    )
    op.create_table(
        "crm_station",
        sa.Column("code", sa.String(length=40), nullable=False, comment="short name people type, such as tokyo"),
        sa.Column("name", sa.String(length=120), nullable=False, comment="Chinese name"),
        sa.Column("name_en", sa.String(length=120), nullable=False, comment="English name"),
        sa.Column("country", sa.String(length=2), nullable=False, comment="ISO 3166-1 alpha-2"),
        sa.Column("zone", sa.String(length=64), nullable=False, comment="IANA time zone"),
        sa.Column("host", sa.String(length=200), nullable=True, comment="host organisation"),
        sa.Column("languages", sa.JSON(), nullable=False, comment="BCP 47 tags spoken there"),
        sa.Column("status", sa.String(length=24), nullable=False, comment="as of the last entry of its history"),
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
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True, comment="archived since, or null"),
        sa.CheckConstraint(
            "status IN ('exploring', 'planned', 'operating', 'closed')", name=op.f("ck_crm_station_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_station")),
        sa.UniqueConstraint("code", name=op.f("uq_crm_station_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_station_uid")),
        comment="liaison stations abroad and in other cities",
    )
    op.create_table(
        "crm_unit",
        sa.Column("code", sa.String(length=40), nullable=False, comment="short name people type"),
        sa.Column("name", sa.String(length=120), nullable=False, comment="Chinese name"),
        sa.Column("name_en", sa.String(length=120), nullable=False, comment="English name"),
        sa.Column("kind", sa.String(length=24), nullable=False, comment="what it is"),
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
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True, comment="archived since, or null"),
        sa.CheckConstraint("kind IN ('district', 'zone', 'department', 'enterprise')", name=op.f("ck_crm_unit_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_crm_unit_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_unit_uid")),
        comment="districts, functional zones, departments and municipal enterprises",
    )
    op.create_table(
        "crm_delegation",
        sa.Column("code", sa.String(length=40), nullable=False, comment="short name people type"),
        sa.Column("title", sa.String(length=200), nullable=False, comment="what it is called"),
        sa.Column("leader", sa.String(length=120), nullable=False, comment="leader's office or name"),
        sa.Column("rank", sa.String(length=24), nullable=False, comment="rank of the leader"),
        sa.Column(
            "unit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the unit that sends it, or null: the city",
        ),
        sa.Column("starts_on", sa.Date(), nullable=False, comment="day of departure"),
        sa.Column("ends_on", sa.Date(), nullable=False, comment="day of return"),
        sa.Column("purpose", sa.String(length=1000), nullable=True, comment="what it is for"),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True, comment="closed since, or null"),
        sa.Column("outcome", sa.String(length=2000), nullable=True, comment="what came of it, as reported"),
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
            "closed_at IS NULL OR outcome IS NOT NULL", name=op.f("ck_crm_delegation_closed_with_outcome")
        ),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_crm_delegation_ends_after_start")),
        sa.ForeignKeyConstraint(["unit_id"], ["crm_unit.id"], name=op.f("fk_crm_delegation_unit_id")),
        sa.CheckConstraint("rank IN ('city', 'first', 'deputy', 'other')", name=op.f("ck_crm_delegation_rank")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_delegation")),
        sa.UniqueConstraint("code", name=op.f("uq_crm_delegation_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_delegation_uid")),
        comment="delegations",
    )
    op.create_table(
        "crm_employment",
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="who"),
        sa.Column("investor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="where"),
        sa.Column("title", sa.String(length=120), nullable=True, comment="position"),
        sa.Column("since", sa.Date(), nullable=True, comment="first day, or null when not known"),
        sa.Column("until", sa.Date(), nullable=True, comment="last day, or null while it lasts"),
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
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_crm_employment_until_after_since")),
        sa.ForeignKeyConstraint(["contact_id"], ["crm_contact.id"], name=op.f("fk_crm_employment_contact_id")),
        sa.ForeignKeyConstraint(["investor_id"], ["crm_investor.id"], name=op.f("fk_crm_employment_investor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_employment")),
        sa.UniqueConstraint(
            "contact_id", "investor_id", "since", name=op.f("uq_crm_employment_contact_id_investor_id_since")
        ),
        sa.UniqueConstraint(
            "id", "contact_id", "investor_id", name=op.f("uq_crm_employment_id_contact_id_investor_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_employment_uid")),
        comment="who works where, from when to when",
    )
    op.create_index(op.f("ix_crm_employment_investor_id"), "crm_employment", ["investor_id"], unique=False)
    op.create_table(
        "crm_investor_name",
        sa.Column(
            "investor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="whose name"
        ),
        sa.Column("text", sa.String(length=200), nullable=False, comment="as it is written"),
        sa.Column("language", sa.String(length=12), nullable=False, comment="BCP 47 tag: zh, ja, ko, en, de …"),
        sa.Column("kind", sa.String(length=24), nullable=False, comment="what sort of name"),
        sa.Column(
            "key", sa.String(length=400), nullable=False, comment="comparison key: NFKC, case folded, no separators"
        ),
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
        sa.ForeignKeyConstraint(["investor_id"], ["crm_investor.id"], name=op.f("fk_crm_investor_name_investor_id")),
        sa.CheckConstraint("kind IN ('legal', 'trading', 'former', 'short')", name=op.f("ck_crm_investor_name_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_investor_name")),
        sa.UniqueConstraint("investor_id", "text", name=op.f("uq_crm_investor_name_investor_id_text")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_investor_name_uid")),
        comment="the names of investors, with their comparison keys",
    )
    op.create_index(op.f("ix_crm_investor_name_key"), "crm_investor_name", ["key"], unique=False)
    op.create_table(
        "crm_staff",
        sa.Column("username", sa.String(length=40), nullable=False, comment="name for signing in and for the audit"),
        sa.Column("name", sa.String(length=120), nullable=False, comment="name as shown"),
        sa.Column("role", sa.String(length=24), nullable=False, comment="what they are trusted with"),
        sa.Column(
            "station_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="their station, or null",
        ),
        sa.Column(
            "unit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="their unit, or null",
        ),
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
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True, comment="archived since, or null"),
        sa.CheckConstraint("(station_id IS NULL) <> (unit_id IS NULL)", name=op.f("ck_crm_staff_one_place")),
        sa.ForeignKeyConstraint(["station_id"], ["crm_station.id"], name=op.f("fk_crm_staff_station_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["crm_unit.id"], name=op.f("fk_crm_staff_unit_id")),
        sa.CheckConstraint(
            "role IN ('viewer', 'ambassador', 'manager', 'verifier', 'admin')", name=op.f("ck_crm_staff_role")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_staff")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_staff_uid")),
        sa.UniqueConstraint("username", name=op.f("uq_crm_staff_username")),
        comment="who acts",
    )
    op.create_table(
        "crm_station_event",
        sa.Column(
            "station_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="whose history"
        ),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 … for each station"),
        sa.Column("status", sa.String(length=24), nullable=False, comment="status from then on"),
        sa.Column("since", sa.Date(), nullable=False, comment="the day it began"),
        sa.Column("note", sa.String(length=500), nullable=True, comment="what happened, or why"),
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
        sa.ForeignKeyConstraint(["station_id"], ["crm_station.id"], name=op.f("fk_crm_station_event_station_id")),
        sa.CheckConstraint(
            "status IN ('exploring', 'planned', 'operating', 'closed')", name=op.f("ck_crm_station_event_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_station_event")),
        sa.UniqueConstraint("station_id", "number", name=op.f("uq_crm_station_event_station_id_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_station_event_uid")),
        comment="dated history of each station's status",
    )
    op.create_table(
        "crm_audit_entry",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
            comment="number of the entry",
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="who"),
        sa.Column("verb", sa.String(length=40), nullable=False, comment="what was done, such as lead.advance"),
        sa.Column("record", sa.String(length=40), nullable=False, comment="table of the record, without its prefix"),
        sa.Column(
            "record_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="id of the record",
        ),
        sa.Column("record_uid", sa.Uuid(), nullable=False, comment="uid of the record"),
        sa.Column("changes", sa.JSON(), nullable=False, comment="for each field: [from, to]"),
        sa.Column("reason", sa.String(length=1000), nullable=True, comment="why"),
        sa.ForeignKeyConstraint(["actor_id"], ["crm_staff.id"], name=op.f("fk_crm_audit_entry_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_audit_entry")),
        comment="every change of every record, append-only",
    )
    op.create_index(op.f("ix_crm_audit_entry_actor_id"), "crm_audit_entry", ["actor_id"], unique=False)
    op.create_index(op.f("ix_crm_audit_entry_at"), "crm_audit_entry", ["at"], unique=False)
    op.create_index(
        op.f("ix_crm_audit_entry_record_record_id"), "crm_audit_entry", ["record", "record_id"], unique=False
    )
    op.create_table(
        "crm_delegation_leg",
        sa.Column(
            "delegation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="which delegation",
        ),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 … for each delegation"),
        sa.Column("place", sa.String(length=120), nullable=False, comment="where"),
        sa.Column("zone", sa.String(length=64), nullable=False, comment="IANA time zone of the place"),
        sa.Column("arrives_on", sa.Date(), nullable=False, comment="first day there"),
        sa.Column("leaves_on", sa.Date(), nullable=False, comment="last day there"),
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
        sa.CheckConstraint(
            "leaves_on IS NULL OR leaves_on >= arrives_on", name=op.f("ck_crm_delegation_leg_leaves_after_arrival")
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["crm_delegation.id"], name=op.f("fk_crm_delegation_leg_delegation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_delegation_leg")),
        sa.UniqueConstraint("delegation_id", "number", name=op.f("uq_crm_delegation_leg_delegation_id_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_delegation_leg_uid")),
        comment="stays of delegations",
    )
    op.create_table(
        "crm_delegation_member",
        sa.Column(
            "delegation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="which delegation",
        ),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="who"),
        sa.Column("duty", sa.String(length=120), nullable=True, comment="what they do on it"),
        sa.Column("left_on", sa.Date(), nullable=True, comment="the day they left it, or null"),
        sa.Column("left_reason", sa.String(length=1000), nullable=True, comment="why they left it"),
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
            "(left_on IS NULL) = (left_reason IS NULL)", name=op.f("ck_crm_delegation_member_left_with_reason")
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["crm_delegation.id"], name=op.f("fk_crm_delegation_member_delegation_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["crm_staff.id"], name=op.f("fk_crm_delegation_member_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_delegation_member")),
        sa.UniqueConstraint("delegation_id", "staff_id", name=op.f("uq_crm_delegation_member_delegation_id_staff_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_delegation_member_uid")),
        comment="members of delegations",
    )
    op.create_index(op.f("ix_crm_delegation_member_staff_id"), "crm_delegation_member", ["staff_id"], unique=False)
    op.create_table(
        "crm_lead",
        sa.Column("title", sa.String(length=200), nullable=False, comment="what the project is called"),
        sa.Column("key", sa.String(length=400), nullable=False, comment="comparison key of the title"),
        sa.Column(
            "investor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="whose project"
        ),
        sa.Column(
            "parent_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the lead this one expands",
        ),
        sa.Column(
            "enterprise_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the project company",
        ),
        sa.Column("source_kind", sa.String(length=24), nullable=False, comment="where it came from"),
        sa.Column(
            "source_station_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the station it came from",
        ),
        sa.Column(
            "source_unit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the unit it came from",
        ),
        sa.Column("source_event", sa.String(length=200), nullable=True, comment="the event it came from"),
        sa.Column(
            "source_investor_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="who referred it",
        ),
        sa.Column("received_on", sa.Date(), nullable=False, comment="the day it was received"),
        sa.Column("recorded_on", sa.Date(), nullable=False, comment="bureau's day of recording"),
        sa.Column(
            "expected_minor",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="expected amount in minor units",
        ),
        sa.Column(
            "expected_currency", sa.String(length=3), nullable=True, comment="ISO 4217 currency of the expected amount"
        ),
        sa.Column("industry", sa.String(length=5), nullable=True, comment="GB/T 4754-2017, with its section letter"),
        sa.Column(
            "foreign_capital", sa.Boolean(), nullable=False, comment="foreign, or from Hong Kong, Macao or Taiwan"
        ),
        sa.Column("note", sa.Text(), nullable=True, comment="what everybody should know"),
        sa.Column(
            "station_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the station that serves it",
        ),
        sa.Column(
            "unit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the responsible unit",
        ),
        sa.Column(
            "owner_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the responsible person",
        ),
        sa.Column("confidential", sa.Boolean(), nullable=False, comment="shown to others as its code name"),
        sa.Column("code_name", sa.String(length=80), nullable=True, comment="what others see of a confidential lead"),
        sa.Column("stage", sa.String(length=24), nullable=False, comment="copy of the last transition's stage"),
        sa.Column("status", sa.String(length=24), nullable=False, comment="copy of the last transition's status"),
        sa.Column("cycle", sa.Integer(), nullable=False, comment="1, one more each time it is reopened"),
        sa.Column("last_transition", sa.Integer(), nullable=False, comment="number of the last transition"),
        sa.Column("moved_on", sa.Date(), nullable=False, comment="day of the last transition"),
        sa.Column("entered_on", sa.Date(), nullable=False, comment="day it entered its stage"),
        sa.Column("landed_on", sa.Date(), nullable=True, comment="day of its landing; landing twice is one landing"),
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
            "(source_kind = 'station') = (source_station_id IS NOT NULL) AND (source_kind = 'unit') = (source_unit_id IS NOT NULL) AND (source_kind = 'event') = (source_event IS NOT NULL) AND (source_kind = 'referral') = (source_investor_id IS NOT NULL)",
            name=op.f("ck_crm_lead_source_named"),
        ),
        sa.CheckConstraint(
            "status <> 'exited' OR landed_on IS NOT NULL", name=op.f("ck_crm_lead_exited_after_landing")
        ),
        sa.CheckConstraint(
            "(expected_minor IS NULL) = (expected_currency IS NULL)", name=op.f("ck_crm_lead_expected_with_currency")
        ),
        sa.CheckConstraint(
            "NOT confidential OR code_name IS NOT NULL", name=op.f("ck_crm_lead_confidential_has_code_name")
        ),
        sa.CheckConstraint("expected_minor > 0", name=op.f("ck_crm_lead_expected_positive")),
        sa.CheckConstraint(
            "landed_on IS NULL OR landed_on >= received_on", name=op.f("ck_crm_lead_landed_after_received")
        ),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_crm_lead_not_its_own_parent")),
        sa.CheckConstraint("received_on <= recorded_on", name=op.f("ck_crm_lead_received_not_in_future")),
        sa.CheckConstraint("source_investor_id <> investor_id", name=op.f("ck_crm_lead_no_self_referral")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["crm_enterprise.id"], name=op.f("fk_crm_lead_enterprise_id")),
        sa.ForeignKeyConstraint(
            ["id", "last_transition", "stage", "status"],
            ["crm_transition.lead_id", "crm_transition.number", "crm_transition.to_stage", "crm_transition.to_status"],
            name="fk_crm_lead_last_transition",
            initially="DEFERRED",
            deferrable=True,
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(["investor_id"], ["crm_investor.id"], name=op.f("fk_crm_lead_investor_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["crm_staff.id"], name=op.f("fk_crm_lead_owner_id")),
        sa.ForeignKeyConstraint(
            ["parent_id", "investor_id"],
            ["crm_lead.id", "crm_lead.investor_id"],
            name="fk_crm_lead_parent_of_investor",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["source_investor_id"], ["crm_investor.id"], name=op.f("fk_crm_lead_source_investor_id")
        ),
        sa.ForeignKeyConstraint(["source_station_id"], ["crm_station.id"], name=op.f("fk_crm_lead_source_station_id")),
        sa.ForeignKeyConstraint(["source_unit_id"], ["crm_unit.id"], name=op.f("fk_crm_lead_source_unit_id")),
        sa.ForeignKeyConstraint(["station_id"], ["crm_station.id"], name=op.f("fk_crm_lead_station_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["crm_unit.id"], name=op.f("fk_crm_lead_unit_id")),
        sa.CheckConstraint(
            "source_kind IN ('station', 'unit', 'event', 'referral')", name=op.f("ck_crm_lead_source_kind")
        ),
        sa.CheckConstraint(
            "status IN ('active', 'on_hold', 'lost', 'abandoned', 'exited')", name=op.f("ck_crm_lead_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_lead")),
        sa.UniqueConstraint("code_name", name=op.f("uq_crm_lead_code_name")),
        sa.UniqueConstraint("id", "investor_id", name=op.f("uq_crm_lead_id_investor_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_lead_uid")),
        comment="possible investment projects",
    )
    op.create_index(op.f("ix_crm_lead_enterprise_id"), "crm_lead", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_crm_lead_investor_id"), "crm_lead", ["investor_id"], unique=False)
    op.create_index(op.f("ix_crm_lead_owner_id"), "crm_lead", ["owner_id"], unique=False)
    op.create_index(op.f("ix_crm_lead_parent_id"), "crm_lead", ["parent_id"], unique=False)
    op.create_index(op.f("ix_crm_lead_source_investor_id"), "crm_lead", ["source_investor_id"], unique=False)
    op.create_index(op.f("ix_crm_lead_stage_status"), "crm_lead", ["stage", "status"], unique=False)
    op.create_index(op.f("ix_crm_lead_station_id"), "crm_lead", ["station_id"], unique=False)
    op.create_index(op.f("ix_crm_lead_unit_id"), "crm_lead", ["unit_id"], unique=False)
    op.create_table(
        "crm_posting",
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="who"),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 … for each member of staff"),
        sa.Column("role", sa.String(length=24), nullable=False, comment="the role from then on"),
        sa.Column(
            "station_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the station from then on",
        ),
        sa.Column(
            "unit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the unit from then on",
        ),
        sa.Column("since", sa.Date(), nullable=False, comment="the first day"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when this was written"),
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
        sa.CheckConstraint("(station_id IS NULL) <> (unit_id IS NULL)", name=op.f("ck_crm_posting_one_place")),
        sa.ForeignKeyConstraint(["staff_id"], ["crm_staff.id"], name=op.f("fk_crm_posting_staff_id")),
        sa.ForeignKeyConstraint(["station_id"], ["crm_station.id"], name=op.f("fk_crm_posting_station_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["crm_unit.id"], name=op.f("fk_crm_posting_unit_id")),
        sa.CheckConstraint(
            "role IN ('viewer', 'ambassador', 'manager', 'verifier', 'admin')", name=op.f("ck_crm_posting_role")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_posting")),
        sa.UniqueConstraint("staff_id", "number", name=op.f("uq_crm_posting_staff_id_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_posting_uid")),
        comment="where staff belonged, from a day on",
    )
    op.create_table(
        "crm_assignment",
        sa.Column(
            "lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="which lead"
        ),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 … for each lead"),
        sa.Column(
            "station_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the station from then on",
        ),
        sa.Column(
            "unit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the unit from then on",
        ),
        sa.Column(
            "owner_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the person from then on",
        ),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False, comment="from when on"),
        sa.Column(
            "actor_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="who handed it over",
        ),
        sa.Column("reason", sa.String(length=1000), nullable=True, comment="why"),
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
        sa.ForeignKeyConstraint(["actor_id"], ["crm_staff.id"], name=op.f("fk_crm_assignment_actor_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["crm_lead.id"], name=op.f("fk_crm_assignment_lead_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["crm_staff.id"], name=op.f("fk_crm_assignment_owner_id")),
        sa.ForeignKeyConstraint(["station_id"], ["crm_station.id"], name=op.f("fk_crm_assignment_station_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["crm_unit.id"], name=op.f("fk_crm_assignment_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_assignment")),
        sa.UniqueConstraint("lead_id", "number", name=op.f("uq_crm_assignment_lead_id_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_assignment_uid")),
        comment="hands a lead went through, append-only",
    )
    op.create_table(
        "crm_capital_arrival",
        sa.Column(
            "lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="which lead"
        ),
        sa.Column("kind", sa.String(length=24), nullable=False, comment="what sort of capital"),
        sa.Column(
            "amount_minor",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="minor units; negative for a reversal",
        ),
        sa.Column("currency", sa.String(length=3), nullable=False, comment="ISO 4217 currency"),
        sa.Column("arrived_on", sa.Date(), nullable=False, comment="the day the money arrived"),
        sa.Column(
            "reference", sa.String(length=200), nullable=False, comment="bank advice or capital verification report"
        ),
        sa.Column("state", sa.String(length=24), nullable=False, comment="how far it is checked"),
        sa.Column(
            "submitted_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="who submitted it",
        ),
        sa.Column(
            "verified_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="who verified it, another person",
        ),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True, comment="when it was verified"),
        sa.Column(
            "reverses_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the entry it reverses",
        ),
        sa.Column("reason", sa.String(length=1000), nullable=True, comment="of a reversal: why"),
        sa.Column("recorded_on", sa.Date(), nullable=False, comment="bureau's day of recording"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when it was written"),
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
            "(state = 'verified') = (verified_by_id IS NOT NULL) AND (verified_by_id IS NULL) = (verified_at IS NULL)",
            name=op.f("ck_crm_capital_arrival_verified_by_someone"),
        ),
        sa.CheckConstraint(
            "(reverses_id IS NULL AND amount_minor > 0) OR (reverses_id IS NOT NULL AND amount_minor < 0)",
            name=op.f("ck_crm_capital_arrival_sign"),
        ),
        sa.CheckConstraint("arrived_on <= recorded_on", name=op.f("ck_crm_capital_arrival_not_in_future")),
        sa.CheckConstraint("reverses_id <> id", name=op.f("ck_crm_capital_arrival_not_its_own_reversal")),
        sa.CheckConstraint(
            "reverses_id IS NULL OR reason IS NOT NULL", name=op.f("ck_crm_capital_arrival_reversed_with_reason")
        ),
        sa.CheckConstraint(
            "verified_by_id <> submitted_by_id", name=op.f("ck_crm_capital_arrival_verified_by_another")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["crm_lead.id"], name=op.f("fk_crm_capital_arrival_lead_id")),
        sa.ForeignKeyConstraint(
            ["reverses_id", "lead_id", "currency"],
            ["crm_capital_arrival.id", "crm_capital_arrival.lead_id", "crm_capital_arrival.currency"],
            name="fk_crm_capital_arrival_reverses",
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["crm_staff.id"], name=op.f("fk_crm_capital_arrival_submitted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["crm_staff.id"], name=op.f("fk_crm_capital_arrival_verified_by_id")
        ),
        sa.CheckConstraint(
            "kind IN ('new', 'increase', 'reinvestment', 'shareholder_loan')", name=op.f("ck_crm_capital_arrival_kind")
        ),
        sa.CheckConstraint("state IN ('reported', 'verified')", name=op.f("ck_crm_capital_arrival_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_capital_arrival")),
        sa.UniqueConstraint("id", "lead_id", "currency", name=op.f("uq_crm_capital_arrival_id_lead_id_currency")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_crm_capital_arrival_reverses_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_capital_arrival_uid")),
        comment="ledger of capital arrivals, append-only",
    )
    op.create_index(op.f("ix_crm_capital_arrival_lead_id"), "crm_capital_arrival", ["lead_id"], unique=False)
    op.create_table(
        "crm_evidence",
        sa.Column(
            "lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="which lead"
        ),
        sa.Column("kind", sa.String(length=24), nullable=False, comment="what sort of document"),
        sa.Column("dated_on", sa.Date(), nullable=False, comment="the day on the document"),
        sa.Column("reference", sa.String(length=200), nullable=False, comment="number or title people find it by"),
        sa.Column("sha256", sa.String(length=64), nullable=True, comment="SHA-256 of the file, where one was given"),
        sa.Column(
            "amount_minor",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="amount in minor units; of an agreement required",
        ),
        sa.Column("amount_currency", sa.String(length=3), nullable=True, comment="ISO 4217 currency of the amount"),
        sa.Column(
            "submitted_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="who submitted it",
        ),
        sa.Column(
            "confirmed_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="who confirmed it, another person",
        ),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True, comment="when it was confirmed"),
        sa.Column("recorded_on", sa.Date(), nullable=False, comment="bureau's day of recording"),
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
            "kind <> 'agreement' OR amount_minor IS NOT NULL", name=op.f("ck_crm_evidence_agreement_has_amount")
        ),
        sa.CheckConstraint(
            "(amount_minor IS NULL) = (amount_currency IS NULL)", name=op.f("ck_crm_evidence_amount_with_currency")
        ),
        sa.CheckConstraint(
            "(confirmed_by_id IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_crm_evidence_confirmed_once")
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_crm_evidence_amount_positive")),
        sa.CheckConstraint("confirmed_by_id <> submitted_by_id", name=op.f("ck_crm_evidence_confirmed_by_another")),
        sa.CheckConstraint("dated_on <= recorded_on", name=op.f("ck_crm_evidence_not_in_future")),
        sa.CheckConstraint("sha256 IS NULL OR length(sha256) = 64", name=op.f("ck_crm_evidence_sha256_length")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["crm_staff.id"], name=op.f("fk_crm_evidence_confirmed_by_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["crm_lead.id"], name=op.f("fk_crm_evidence_lead_id")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["crm_staff.id"], name=op.f("fk_crm_evidence_submitted_by_id")),
        sa.CheckConstraint(
            "kind IN ('memorandum', 'letter_of_intent', 'agreement', 'licence', 'filing', 'capital_verification', 'construction_permit', 'construction_start', 'operation_start', 'photograph', 'other')",
            name=op.f("ck_crm_evidence_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_evidence")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_evidence_uid")),
        comment="documents on record",
    )
    op.create_index(op.f("ix_crm_evidence_lead_id"), "crm_evidence", ["lead_id"], unique=False)
    op.create_table(
        "crm_meeting",
        sa.Column(
            "investor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="whom we met"
        ),
        sa.Column(
            "lead_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="about which lead, or null",
        ),
        sa.Column("kind", sa.String(length=24), nullable=False, comment="how people met"),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=False, comment="the instant it began, UTC"),
        sa.Column("zone", sa.String(length=64), nullable=False, comment="IANA time zone of the place"),
        sa.Column("place", sa.String(length=200), nullable=True, comment="where"),
        sa.Column("summary", sa.Text(), nullable=False, comment="what was said, in short"),
        sa.Column(
            "station_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the station it counts for",
        ),
        sa.Column(
            "logged_by_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="who logged it",
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when it was written"),
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
        sa.CheckConstraint("met_at <= recorded_at", name=op.f("ck_crm_meeting_not_in_future")),
        sa.ForeignKeyConstraint(["investor_id"], ["crm_investor.id"], name=op.f("fk_crm_meeting_investor_id")),
        sa.ForeignKeyConstraint(
            ["lead_id", "investor_id"],
            ["crm_lead.id", "crm_lead.investor_id"],
            name="fk_crm_meeting_lead_of_investor",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["logged_by_id"], ["crm_staff.id"], name=op.f("fk_crm_meeting_logged_by_id")),
        sa.ForeignKeyConstraint(["station_id"], ["crm_station.id"], name=op.f("fk_crm_meeting_station_id")),
        sa.CheckConstraint(
            "kind IN ('visit', 'reception', 'video', 'call', 'message')", name=op.f("ck_crm_meeting_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_meeting")),
        sa.UniqueConstraint("id", "investor_id", name=op.f("uq_crm_meeting_id_investor_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_meeting_uid")),
        comment="talks with people on both sides",
    )
    op.create_index(op.f("ix_crm_meeting_investor_id_met_at"), "crm_meeting", ["investor_id", "met_at"], unique=False)
    op.create_index(op.f("ix_crm_meeting_lead_id_met_at"), "crm_meeting", ["lead_id", "met_at"], unique=False)
    op.create_index(op.f("ix_crm_meeting_station_id"), "crm_meeting", ["station_id"], unique=False)
    op.create_table(
        "crm_transition",
        sa.Column(
            "lead_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="whose move"
        ),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 … for each lead"),
        sa.Column("previous", sa.Integer(), nullable=True, comment="number of the one before; null for the first"),
        sa.Column("kind", sa.String(length=24), nullable=False, comment="the verb"),
        sa.Column(
            "policy", sa.String(length=40), nullable=False, comment="name of the pipeline it was checked against"
        ),
        sa.Column("from_stage", sa.String(length=24), nullable=True, comment="stage before; null when opened"),
        sa.Column("to_stage", sa.String(length=24), nullable=False, comment="stage after"),
        sa.Column("from_status", sa.String(length=24), nullable=True, comment="status before; null when opened"),
        sa.Column("to_status", sa.String(length=24), nullable=False, comment="status after"),
        sa.Column("from_position", sa.Integer(), nullable=True, comment="position of the stage before, from 0"),
        sa.Column("to_position", sa.Integer(), nullable=False, comment="position of the stage after, from 0"),
        sa.Column("last_position", sa.Integer(), nullable=False, comment="position of the pipeline's last stage"),
        sa.Column("cycle", sa.Integer(), nullable=False, comment="1, one more after each reopening"),
        sa.Column("occurred_on", sa.Date(), nullable=False, comment="the day it happened"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when it was written"),
        sa.Column("recorded_on", sa.Date(), nullable=False, comment="bureau's day of recording"),
        sa.Column(
            "actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="who moved it"
        ),
        sa.Column("reason", sa.String(length=1000), nullable=True, comment="why"),
        sa.Column("review_on", sa.Date(), nullable=True, comment="of a hold: the day it is looked at again"),
        sa.Column("competitor", sa.String(length=120), nullable=True, comment="of a loss: the place that won it"),
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
        sa.CheckConstraint(
            "(kind = 'open') = (number = 1) AND (number = 1) = (previous IS NULL) AND (previous IS NULL OR previous = number - 1) AND (previous IS NULL) = (from_stage IS NULL) AND (previous IS NULL) = (from_status IS NULL)",
            name=op.f("ck_crm_transition_chained"),
        ),
        sa.CheckConstraint(
            "kind <> 'advance' OR (from_status = 'active' AND to_status = 'active' AND to_position > from_position AND (to_position = from_position + 1 OR reason IS NOT NULL))",
            name=op.f("ck_crm_transition_advances_active_forward"),
        ),
        sa.CheckConstraint(
            "kind <> 'back' OR (from_status = 'active' AND to_status = 'active' AND to_position < from_position)",
            name=op.f("ck_crm_transition_back_down"),
        ),
        sa.CheckConstraint(
            "kind <> 'exit' OR (from_status IN ('active', 'on_hold') AND from_position = last_position AND to_status = 'exited')",
            name=op.f("ck_crm_transition_exits_landed"),
        ),
        sa.CheckConstraint(
            "kind <> 'hold' OR (to_status = 'on_hold' AND from_status = 'active' AND review_on IS NOT NULL)",
            name=op.f("ck_crm_transition_hold_reviewed"),
        ),
        sa.CheckConstraint(
            "kind <> 'open' OR (to_position = 0 AND to_status = 'active' AND cycle = 1)",
            name=op.f("ck_crm_transition_opens_first"),
        ),
        sa.CheckConstraint(
            "kind <> 'reopen' OR (from_status IN ('lost', 'abandoned', 'exited') AND to_status = 'active' AND to_position <= from_position)",
            name=op.f("ck_crm_transition_reopens_closed"),
        ),
        sa.CheckConstraint(
            "kind <> 'resume' OR (from_status = 'on_hold' AND to_status = 'active')",
            name=op.f("ck_crm_transition_resume_held"),
        ),
        sa.CheckConstraint(
            "kind IN ('open', 'advance', 'resume') OR reason IS NOT NULL", name=op.f("ck_crm_transition_reasoned")
        ),
        sa.CheckConstraint(
            "kind NOT IN ('hold', 'resume', 'lose', 'abandon', 'exit') OR (to_position = from_position AND to_stage = from_stage)",
            name=op.f("ck_crm_transition_status_keeps_stage"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('lose', 'abandon') OR (from_status IN ('active', 'on_hold') AND from_position < last_position AND to_status = CASE kind WHEN 'lose' THEN 'lost' ELSE 'abandoned' END)",
            name=op.f("ck_crm_transition_lost_before_landed"),
        ),
        sa.CheckConstraint(
            "from_position <= last_position AND to_position <= last_position AND to_position >= 0",
            name=op.f("ck_crm_transition_positions"),
        ),
        sa.CheckConstraint("occurred_on <= recorded_on", name=op.f("ck_crm_transition_not_in_future")),
        sa.ForeignKeyConstraint(["actor_id"], ["crm_staff.id"], name=op.f("fk_crm_transition_actor_id")),
        sa.ForeignKeyConstraint(
            ["lead_id", "previous", "from_stage", "from_status"],
            ["crm_transition.lead_id", "crm_transition.number", "crm_transition.to_stage", "crm_transition.to_status"],
            name="fk_crm_transition_previous",
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["crm_lead.id"], name=op.f("fk_crm_transition_lead_id")),
        sa.CheckConstraint(
            "kind IN ('open', 'advance', 'back', 'hold', 'resume', 'lose', 'abandon', 'reopen', 'exit')",
            name=op.f("ck_crm_transition_kind"),
        ),
        sa.CheckConstraint(
            "from_status IN ('active', 'on_hold', 'lost', 'abandoned', 'exited')",
            name=op.f("ck_crm_transition_from_status"),
        ),
        sa.CheckConstraint(
            "to_status IN ('active', 'on_hold', 'lost', 'abandoned', 'exited')",
            name=op.f("ck_crm_transition_to_status"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_transition")),
        sa.UniqueConstraint(
            "lead_id",
            "number",
            "to_stage",
            "to_status",
            name=op.f("uq_crm_transition_lead_id_number_to_stage_to_status"),
        ),
        sa.UniqueConstraint("lead_id", "number", name=op.f("uq_crm_transition_lead_id_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_transition_uid")),
        comment="moves of leads, append-only",
    )
    op.create_table(
        "crm_followup",
        sa.Column(
            "meeting_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the meeting it was promised at",
        ),
        sa.Column(
            "investor_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="whom it was promised to",
        ),
        sa.Column(
            "lead_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="about which lead, or null",
        ),
        sa.Column("text", sa.String(length=1000), nullable=False, comment="what was promised"),
        sa.Column(
            "owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="who sees to it"
        ),
        sa.Column("due_on", sa.Date(), nullable=False, comment="until when"),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True, comment="when it was done"),
        sa.Column(
            "done_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True, comment="who did it"
        ),
        sa.Column("result", sa.String(length=1000), nullable=True, comment="what came of it"),
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
        sa.CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name=op.f("ck_crm_followup_done_by_someone")),
        sa.CheckConstraint("done_at IS NULL OR result IS NOT NULL", name=op.f("ck_crm_followup_done_with_result")),
        sa.ForeignKeyConstraint(["done_by_id"], ["crm_staff.id"], name=op.f("fk_crm_followup_done_by_id")),
        sa.ForeignKeyConstraint(["investor_id"], ["crm_investor.id"], name=op.f("fk_crm_followup_investor_id")),
        sa.ForeignKeyConstraint(
            ["lead_id", "investor_id"],
            ["crm_lead.id", "crm_lead.investor_id"],
            name="fk_crm_followup_lead_of_investor",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["crm_meeting.id"], name=op.f("fk_crm_followup_meeting_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["crm_staff.id"], name=op.f("fk_crm_followup_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_followup")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_followup_uid")),
        comment="promises with an owner and a due day",
    )
    op.create_index(op.f("ix_crm_followup_investor_id"), "crm_followup", ["investor_id"], unique=False)
    op.create_index(op.f("ix_crm_followup_lead_id"), "crm_followup", ["lead_id"], unique=False)
    op.create_index(op.f("ix_crm_followup_meeting_id"), "crm_followup", ["meeting_id"], unique=False)
    op.create_index(op.f("ix_crm_followup_owner_id_due_on"), "crm_followup", ["owner_id", "due_on"], unique=False)
    op.create_table(
        "crm_meeting_contact",
        sa.Column(
            "meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="which meeting"
        ),
        sa.Column(
            "investor_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="the meeting's investor",
        ),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="who"),
        sa.Column(
            "employment_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="their employment there on that day",
        ),
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
        sa.ForeignKeyConstraint(
            ["employment_id", "contact_id", "investor_id"],
            ["crm_employment.id", "crm_employment.contact_id", "crm_employment.investor_id"],
            name="fk_crm_meeting_contact_employment",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id", "investor_id"],
            ["crm_meeting.id", "crm_meeting.investor_id"],
            name="fk_crm_meeting_contact_meeting",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_meeting_contact")),
        sa.UniqueConstraint("meeting_id", "contact_id", name=op.f("uq_crm_meeting_contact_meeting_id_contact_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_meeting_contact_uid")),
        comment="persons of the investor who took part",
    )
    op.create_index(op.f("ix_crm_meeting_contact_contact_id"), "crm_meeting_contact", ["contact_id"], unique=False)
    op.create_table(
        "crm_meeting_staff",
        sa.Column(
            "meeting_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="which meeting"
        ),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="who"),
        sa.Column(
            "station_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="their station that day",
        ),
        sa.Column(
            "unit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="their unit that day",
        ),
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
        sa.ForeignKeyConstraint(["meeting_id"], ["crm_meeting.id"], name=op.f("fk_crm_meeting_staff_meeting_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["crm_staff.id"], name=op.f("fk_crm_meeting_staff_staff_id")),
        sa.ForeignKeyConstraint(["station_id"], ["crm_station.id"], name=op.f("fk_crm_meeting_staff_station_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["crm_unit.id"], name=op.f("fk_crm_meeting_staff_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_meeting_staff")),
        sa.UniqueConstraint("meeting_id", "staff_id", name=op.f("uq_crm_meeting_staff_meeting_id_staff_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_meeting_staff_uid")),
        comment="our people who took part",
    )
    op.create_index(op.f("ix_crm_meeting_staff_staff_id"), "crm_meeting_staff", ["staff_id"], unique=False)
    op.create_table(
        "crm_minute",
        sa.Column(
            "meeting_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="of which meeting",
        ),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 … for each meeting"),
        sa.Column("kind", sa.String(length=24), nullable=False, comment="agreed, promised or next"),
        sa.Column("text", sa.String(length=1000), nullable=False, comment="what"),
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
        sa.ForeignKeyConstraint(["meeting_id"], ["crm_meeting.id"], name=op.f("fk_crm_minute_meeting_id")),
        sa.CheckConstraint("kind IN ('agreed', 'promised', 'next')", name=op.f("ck_crm_minute_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_minute")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_crm_minute_meeting_id_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_minute_uid")),
        comment="lines of the minutes",
    )
    op.create_table(
        "crm_planned_visit",
        sa.Column(
            "delegation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="which delegation",
        ),
        sa.Column("number", sa.Integer(), nullable=False, comment="1, 2, 3 … for each delegation"),
        sa.Column(
            "investor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="whom to visit"
        ),
        sa.Column("planned_on", sa.Date(), nullable=True, comment="the day in the plan, or null"),
        sa.Column("purpose", sa.String(length=500), nullable=True, comment="what for"),
        sa.Column("state", sa.String(length=24), nullable=False, comment="what became of it"),
        sa.Column(
            "meeting_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the meeting that fulfilled it",
        ),
        sa.Column("reason", sa.String(length=500), nullable=True, comment="why it was cancelled"),
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
            "(state = 'cancelled') = (reason IS NOT NULL)", name=op.f("ck_crm_planned_visit_cancelled_with_reason")
        ),
        sa.CheckConstraint(
            "(state = 'done') = (meeting_id IS NOT NULL)", name=op.f("ck_crm_planned_visit_done_by_a_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["crm_delegation.id"], name=op.f("fk_crm_planned_visit_delegation_id")
        ),
        sa.ForeignKeyConstraint(["investor_id"], ["crm_investor.id"], name=op.f("fk_crm_planned_visit_investor_id")),
        sa.ForeignKeyConstraint(
            ["meeting_id", "investor_id"],
            ["crm_meeting.id", "crm_meeting.investor_id"],
            name="fk_crm_planned_visit_meeting",
            onupdate="CASCADE",
        ),
        sa.CheckConstraint("state IN ('planned', 'done', 'cancelled')", name=op.f("ck_crm_planned_visit_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_planned_visit")),
        sa.UniqueConstraint("delegation_id", "number", name=op.f("uq_crm_planned_visit_delegation_id_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_planned_visit_uid")),
        comment="visits in the plan of a delegation",
    )
    op.create_index(op.f("ix_crm_planned_visit_investor_id"), "crm_planned_visit", ["investor_id"], unique=False)
    op.create_index(op.f("ix_crm_planned_visit_meeting_id"), "crm_planned_visit", ["meeting_id"], unique=False)

    if op.get_context().dialect.name != "sqlite":  # SQLite has it from the table's own definition
        op.create_foreign_key(
            "fk_crm_lead_last_transition",
            "crm_lead",
            "crm_transition",
            ["id", "last_transition", "stage", "status"],
            ["lead_id", "number", "to_stage", "to_status"],
            deferrable=True,
            initially="DEFERRED",
        )
    seed_stations()


def seed_stations() -> None:
    """Add the stations of the card, as planned; their host and their opening are for the bureau to record."""
    station = sa.table(
        "crm_station",
        sa.column("uid", sa.Uuid()),
        sa.column("code", sa.String()),
        sa.column("name", sa.String()),
        sa.column("name_en", sa.String()),
        sa.column("country", sa.String()),
        sa.column("zone", sa.String()),
        sa.column("languages", sa.JSON()),
        sa.column("status", sa.String()),
        sa.column("version", sa.Integer()),
    )
    event = sa.table(
        "crm_station_event",
        sa.column("uid", sa.Uuid()),
        sa.column("station_id", sa.Integer()),
        sa.column("number", sa.Integer()),
        sa.column("status", sa.String()),
        sa.column("since", sa.Date()),
        sa.column("note", sa.String()),
    )
    for code, name, name_en, country, zone, languages, number in STATIONS:
        op.execute(
            station.insert().values(
                uid=UUID(int=FIRST_UID + number),
                code=code,
                name=name,
                name_en=name_en,
                country=country,
                zone=zone,
                # A literal, so that the SQL can be written out without a database.
                languages=sa.literal_column(f"'{json.dumps(languages)}'"),
                status="planned",
                version=1,
            )
        )
        own_id = (
            sa.select(sa.column("id", sa.Integer()))
            .select_from(sa.table("crm_station"))
            .where(sa.column("code", sa.String()) == code)
        )
        op.execute(
            event.insert().values(
                uid=UUID(int=FIRST_UID + number + 1),
                station_id=own_id.scalar_subquery(),
                number=1,
                status="planned",
                since=PLANNED_SINCE,
                note="计划设立 · planned",
            )
        )


def downgrade() -> None:
    """Drop all tables."""
    if op.get_context().dialect.name != "sqlite":
        op.drop_constraint("fk_crm_lead_last_transition", "crm_lead", type_="foreignkey")
    for name in reversed(TABLES):
        op.drop_table(name)
