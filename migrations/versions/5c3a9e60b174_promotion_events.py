"""Promotion events and who came; the event a lead came from.

Revises: a6f1209cd853
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "5c3a9e60b174"
down_revision: str | None = "a6f1209cd853"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "crm_event",
        sa.Column("code", sa.String(length=40), nullable=False, comment="short name people type"),
        sa.Column("title", sa.String(length=200), nullable=False, comment="what it is called"),
        sa.Column("kind", sa.String(length=24), nullable=False, comment="what sort of event"),
        sa.Column("place", sa.String(length=120), nullable=False, comment="where"),
        sa.Column("country", sa.String(length=2), nullable=False, comment="ISO 3166-1 alpha-2; all but CN is abroad"),
        sa.Column("zone", sa.String(length=64), nullable=False, comment="IANA time zone of the place"),
        sa.Column("starts_on", sa.Date(), nullable=False, comment="first day, at the place"),
        sa.Column("ends_on", sa.Date(), nullable=False, comment="last day, at the place"),
        sa.Column(
            "unit_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the host unit, or null: the city",
        ),
        sa.Column(
            "station_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="the station that holds it, or null",
        ),
        sa.Column("organiser", sa.String(length=200), nullable=True, comment="who organises it with us"),
        sa.Column("state", sa.String(length=24), nullable=False, comment="what became of it"),
        sa.Column("outcome", sa.String(length=1000), nullable=True, comment="what came of it, as reported"),
        sa.Column("reason", sa.String(length=1000), nullable=True, comment="why it was cancelled"),
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
            "(state = 'cancelled') = (reason IS NOT NULL)", name=op.f("ck_crm_event_cancelled_with_reason")
        ),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_crm_event_ends_after_start")),
        sa.ForeignKeyConstraint(["station_id"], ["crm_station.id"], name=op.f("fk_crm_event_station_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["crm_unit.id"], name=op.f("fk_crm_event_unit_id")),
        sa.CheckConstraint(
            "kind IN ('meeting', 'forum', 'exhibition', 'roundtable', 'signing', 'salon', 'online', 'other')",
            name=op.f("ck_crm_event_kind"),
        ),
        sa.CheckConstraint("state IN ('planned', 'held', 'cancelled')", name=op.f("ck_crm_event_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_event")),
        sa.UniqueConstraint("code", name=op.f("uq_crm_event_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_event_uid")),
        comment="promotion events",
    )
    op.create_index(op.f("ix_crm_event_starts_on"), "crm_event", ["starts_on"], unique=False)
    op.create_index(op.f("ix_crm_event_station_id"), "crm_event", ["station_id"], unique=False)
    op.create_index(op.f("ix_crm_event_unit_id"), "crm_event", ["unit_id"], unique=False)
    op.create_table(
        "crm_event_attendance",
        sa.Column(
            "event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="which event"
        ),
        sa.Column(
            "investor_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="who came, or null: other guests",
        ),
        sa.Column(
            "contact_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="a person of the investor, or null",
        ),
        sa.Column(
            "employment_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="their employment there on that day",
        ),
        sa.Column("people", sa.Integer(), nullable=False, comment="how many came"),
        sa.Column(
            "note", sa.String(length=200), nullable=True, comment="what to know of them; of other guests, who they are"
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
        sa.CheckConstraint(
            "(contact_id IS NULL) = (employment_id IS NULL)",
            name=op.f("ck_crm_event_attendance_contact_at_the_investor"),
        ),
        sa.CheckConstraint(
            "contact_id IS NULL OR investor_id IS NOT NULL", name=op.f("ck_crm_event_attendance_contact_of_an_investor")
        ),
        sa.CheckConstraint("contact_id IS NULL OR people = 1", name=op.f("ck_crm_event_attendance_a_person_is_one")),
        sa.CheckConstraint(
            "investor_id IS NOT NULL OR note IS NOT NULL", name=op.f("ck_crm_event_attendance_who_came")
        ),
        sa.CheckConstraint("people >= 1", name=op.f("ck_crm_event_attendance_somebody_came")),
        sa.ForeignKeyConstraint(
            ["employment_id", "contact_id", "investor_id"],
            ["crm_employment.id", "crm_employment.contact_id", "crm_employment.investor_id"],
            name="fk_crm_event_attendance_employment",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(["event_id"], ["crm_event.id"], name=op.f("fk_crm_event_attendance_event_id")),
        sa.ForeignKeyConstraint(["investor_id"], ["crm_investor.id"], name=op.f("fk_crm_event_attendance_investor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_event_attendance")),
        sa.UniqueConstraint("uid", name=op.f("uq_crm_event_attendance_uid")),
        comment="who came to promotion events",
    )
    op.create_index(op.f("ix_crm_event_attendance_contact_id"), "crm_event_attendance", ["contact_id"], unique=False)
    op.create_index(op.f("ix_crm_event_attendance_event_id"), "crm_event_attendance", ["event_id"], unique=False)
    op.create_index(op.f("ix_crm_event_attendance_investor_id"), "crm_event_attendance", ["investor_id"], unique=False)
    # ADD COLUMN with its constraints: SQLite can add them with the column alone, and no table is copied.
    sqlite = op.get_context().dialect.name == "sqlite"
    op.execute(
        f"ALTER TABLE crm_lead ADD COLUMN source_event_id {'INTEGER' if sqlite else 'BIGINT'}"
        " CONSTRAINT fk_crm_lead_source_event_id REFERENCES crm_event (id)"
        " CONSTRAINT ck_crm_lead_source_event_of_kind CHECK (source_event_id IS NULL OR source_kind = 'event')"
    )
    if not sqlite:
        op.execute("COMMENT ON COLUMN crm_lead.source_event_id IS 'that event, where it is on record'")
    op.create_index(op.f("ix_crm_lead_source_event_id"), "crm_lead", ["source_event_id"], unique=False)


def downgrade() -> None:
    """Drop what upgrade made."""
    op.drop_index(op.f("ix_crm_lead_source_event_id"), "crm_lead")
    op.drop_column("crm_lead", "source_event_id")
    op.drop_table("crm_event_attendance")
    op.drop_table("crm_event")
