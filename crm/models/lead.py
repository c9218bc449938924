"""Leads, their transitions, their evidence and their assignments.

The stage and status of a lead are copies of its last transition. A deferred foreign key over (id, last transition,
stage, status) guarantees that they match: no statement, not even manual SQL, can commit a lead at a stage that is not
that of its last transition. Each transition refers to the one before in the same way.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.models.base import Base, BigInt, Currency, Identified, Versioned, Withdrawable, enum, withdrawn_by_someone
from crm.models.indexes import PartialIndex
from crm.models.investor import Enterprise, Investor
from crm.rules.leads.fields import EvidenceKind, SourceKind
from crm.rules.stages import MoveKind, Status
from crm.values.money import Money


class Lead(Identified, Versioned, Base):
    """One possible investment project of one investor; from contact to landed the same record."""

    __tablename__ = "crm_lead"
    __table_args__ = (
        UniqueConstraint("id", "investor_id"),
        ForeignKeyConstraint(
            ["id", "last_transition", "stage", "status"],
            ["crm_transition.lead_id", "crm_transition.number", "crm_transition.to_stage", "crm_transition.to_status"],
            name="fk_crm_lead_last_transition",
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
        ),
        ForeignKeyConstraint(
            ["parent_id", "investor_id"],
            ["crm_lead.id", "crm_lead.investor_id"],
            name="fk_crm_lead_parent_of_investor",
            onupdate="CASCADE",
        ),
        CheckConstraint("(expected_minor IS NULL) = (expected_currency IS NULL)", name="expected_with_currency"),
        CheckConstraint("expected_minor > 0", name="expected_positive"),
        CheckConstraint("status <> 'exited' OR landed_on IS NOT NULL", name="exited_after_landing"),
        CheckConstraint("NOT confidential OR code_name IS NOT NULL", name="confidential_has_code_name"),
        CheckConstraint("received_on <= recorded_on", name="received_not_in_future"),
        CheckConstraint("landed_on IS NULL OR landed_on >= received_on", name="landed_after_received"),
        CheckConstraint(
            "(source_kind = 'station') = (source_station_id IS NOT NULL) AND (source_kind = 'unit') = (source_unit_id "
            "IS NOT NULL) AND (source_kind = 'event') = (source_event IS NOT NULL) AND (source_kind = 'referral') = "
            "(source_investor_id IS NOT NULL)",
            name="source_named",
        ),
        CheckConstraint("source_investor_id <> investor_id", name="no_self_referral"),
        CheckConstraint("source_event_id IS NULL OR source_kind = 'event'", name="source_event_of_kind"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        Index(None, "stage", "status"),
        Index(None, "moved_on", "id"),
        Index(None, "stage", "entered_on", "id"),
        {"comment": "possible investment projects"},
    )

    title: Mapped[str] = mapped_column(String(200), comment="what the project is called")
    key: Mapped[str] = mapped_column(String(400), comment="comparison key of the title")
    investor_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_investor.id"), index=True, comment="whose project")
    parent_id: Mapped[int | None] = mapped_column(BigInt, index=True, comment="the lead this one expands")
    enterprise_id: Mapped[int | None] = mapped_column(
        BigInt, ForeignKey("crm_enterprise.id"), index=True, comment="the project company"
    )

    source_kind: Mapped[SourceKind] = mapped_column(enum(SourceKind, "source_kind"), comment="where it came from")
    source_station_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_station.id"), comment="the station it came from"
    )
    source_unit_id: Mapped[int | None] = mapped_column(ForeignKey("crm_unit.id"), comment="the unit it came from")
    source_event: Mapped[str | None] = mapped_column(String(200), comment="the event it came from")
    source_event_id: Mapped[int | None] = mapped_column(
        BigInt, ForeignKey("crm_event.id"), index=True, comment="that event, where it is on record"
    )
    source_investor_id: Mapped[int | None] = mapped_column(
        BigInt, ForeignKey("crm_investor.id"), index=True, comment="who referred it"
    )
    received_on: Mapped[date] = mapped_column(comment="the day it was received")
    recorded_on: Mapped[date] = mapped_column(comment="bureau's day of recording")

    expected_minor: Mapped[int | None] = mapped_column(BigInt, comment="expected amount in minor units")
    expected_currency: Mapped[str | None] = mapped_column(
        Currency(), comment="ISO 4217 currency of the expected amount"
    )
    industry: Mapped[str | None] = mapped_column(String(5), comment="GB/T 4754-2017, with its section letter")
    foreign_capital: Mapped[bool] = mapped_column(comment="foreign, or from Hong Kong, Macao or Taiwan")
    note: Mapped[str | None] = mapped_column(Text, comment="what everybody should know")

    station_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_station.id"), index=True, comment="the station that serves it"
    )
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("crm_unit.id"), index=True, comment="the responsible unit")
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_staff.id"), index=True, comment="the responsible person"
    )
    confidential: Mapped[bool] = mapped_column(comment="shown to others as its code name")
    code_name: Mapped[str | None] = mapped_column(
        String(80), unique=True, comment="what others see of a confidential lead"
    )

    stage: Mapped[str] = mapped_column(String(24), comment="copy of the last transition's stage")
    status: Mapped[Status] = mapped_column(enum(Status, "status"), comment="copy of the last transition's status")
    cycle: Mapped[int] = mapped_column(default=1, comment="1, one more each time it is reopened")
    last_transition: Mapped[int] = mapped_column(default=1, comment="number of the last transition")
    moved_on: Mapped[date] = mapped_column(comment="day of the last transition")
    entered_on: Mapped[date] = mapped_column(comment="day it entered its stage")
    landed_on: Mapped[date | None] = mapped_column(comment="day of its landing; landing twice is one landing")

    investor: Mapped[Investor] = relationship(foreign_keys=investor_id)
    enterprise: Mapped[Enterprise | None] = relationship()

    @property
    def expected(self) -> Money | None:
        """The expected amount, if it is known."""
        return (
            Money(self.expected_minor, self.expected_currency)
            if self.expected_minor is not None and self.expected_currency
            else None
        )


class Transition(Identified, Base):
    """One dated, signed move of a lead. Never changed, never deleted."""

    __tablename__ = "crm_transition"
    __table_args__ = (
        UniqueConstraint("lead_id", "number"),
        UniqueConstraint("lead_id", "number", "to_stage", "to_status"),
        Index(None, "occurred_on"),
        ForeignKeyConstraint(
            ["lead_id", "previous", "from_stage", "from_status"],
            ["crm_transition.lead_id", "crm_transition.number", "crm_transition.to_stage", "crm_transition.to_status"],
            name="fk_crm_transition_previous",
        ),
        CheckConstraint(
            "(kind = 'open') = (number = 1) AND (number = 1) = (previous IS NULL) AND (previous IS NULL OR previous = "
            "number - 1) AND (previous IS NULL) = (from_stage IS NULL) AND (previous IS NULL) = (from_status IS NULL)",
            name="chained",
        ),
        CheckConstraint("occurred_on <= recorded_on", name="not_in_future"),
        CheckConstraint(
            "from_position <= last_position AND to_position <= last_position AND to_position >= 0", name="positions"
        ),
        CheckConstraint(
            "kind <> 'open' OR (to_position = 0 AND to_status = 'active' AND cycle = 1)", name="opens_first"
        ),
        CheckConstraint(
            "kind <> 'advance' OR (from_status = 'active' AND to_status = 'active' AND to_position > from_position"
            " AND (to_position = from_position + 1 OR reason IS NOT NULL))",
            name="advances_active_forward",
        ),
        CheckConstraint(
            "kind <> 'back' OR (from_status = 'active' AND to_status = 'active' AND to_position < from_position)",
            name="back_down",
        ),
        CheckConstraint(
            "kind NOT IN ('hold', 'resume', 'lose', 'abandon', 'exit') OR (to_position = from_position AND to_stage = "
            "from_stage)",
            name="status_keeps_stage",
        ),
        CheckConstraint(
            "kind <> 'hold' OR (to_status = 'on_hold' AND from_status = 'active' AND review_on IS NOT NULL)",
            name="hold_reviewed",
        ),
        CheckConstraint("kind <> 'resume' OR (from_status = 'on_hold' AND to_status = 'active')", name="resume_held"),
        CheckConstraint(
            "kind NOT IN ('lose', 'abandon') OR (from_status IN ('active', 'on_hold') AND from_position < last_position"
            " AND to_status = CASE kind WHEN 'lose' THEN 'lost' ELSE 'abandoned' END)",
            name="lost_before_landed",
        ),
        CheckConstraint(
            "kind <> 'exit' OR (from_status IN ('active', 'on_hold') AND from_position = last_position AND to_status "
            "= 'exited')",
            name="exits_landed",
        ),
        CheckConstraint(
            "kind <> 'reopen' OR (from_status IN ('lost', 'abandoned', 'exited') AND to_status = 'active' AND "
            "to_position <= from_position)",
            name="reopens_closed",
        ),
        CheckConstraint("kind IN ('open', 'advance', 'resume') OR reason IS NOT NULL", name="reasoned"),
        {"comment": "moves of leads, append-only"},
    )

    lead_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_lead.id"), comment="whose move")
    number: Mapped[int] = mapped_column(comment="1, 2, 3 … for each lead")
    previous: Mapped[int | None] = mapped_column(comment="number of the one before; null for the first")
    kind: Mapped[MoveKind] = mapped_column(enum(MoveKind, "kind"), comment="the verb")
    policy: Mapped[str] = mapped_column(String(40), comment="name of the pipeline it was checked against")
    from_stage: Mapped[str | None] = mapped_column(String(24), comment="stage before; null when opened")
    to_stage: Mapped[str] = mapped_column(String(24), comment="stage after")
    from_status: Mapped[Status | None] = mapped_column(
        enum(Status, "from_status"), comment="status before; null when opened"
    )
    to_status: Mapped[Status] = mapped_column(enum(Status, "to_status"), comment="status after")
    from_position: Mapped[int | None] = mapped_column(comment="position of the stage before, from 0")
    to_position: Mapped[int] = mapped_column(comment="position of the stage after, from 0")
    last_position: Mapped[int] = mapped_column(comment="position of the pipeline's last stage")
    cycle: Mapped[int] = mapped_column(comment="1, one more after each reopening")
    occurred_on: Mapped[date] = mapped_column(comment="the day it happened")
    recorded_at: Mapped[datetime] = mapped_column(comment="when it was written")
    recorded_on: Mapped[date] = mapped_column(comment="bureau's day of recording")
    actor_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who moved it")
    reason: Mapped[str | None] = mapped_column(String(1000), comment="why")
    review_on: Mapped[date | None] = mapped_column(comment="of a hold: the day it is looked at again")
    competitor: Mapped[str | None] = mapped_column(String(120), comment="of a loss: the place that won it")


class Redate(Identified, Base):
    """A correction of the day of a move: the newest of a transition counts. Never changed, never deleted."""

    __tablename__ = "crm_redate"
    __table_args__ = (
        UniqueConstraint("transition_id", "number"),
        Index(None, "occurred_on"),
        CheckConstraint("occurred_on <= recorded_on", name="not_in_future"),
        CheckConstraint("occurred_on <> counted_on", name="changes"),
        {"comment": "corrected days of moves, append-only"},
    )

    transition_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_transition.id"), comment="of which move")
    number: Mapped[int] = mapped_column(comment="1, 2, 3 … for each move")
    occurred_on: Mapped[date] = mapped_column(comment="the day it happened")
    counted_on: Mapped[date] = mapped_column(comment="the day that counted before")
    recorded_at: Mapped[datetime] = mapped_column(comment="when it was written")
    recorded_on: Mapped[date] = mapped_column(comment="bureau's day of recording")
    actor_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who corrected it")
    reason: Mapped[str | None] = mapped_column(String(1000), comment="why")


class CarriedOver(Identified, Versioned, Base):
    """A lead brought in at a later stage than its papers supported, and whether it was settled since."""

    __tablename__ = "crm_carried_over"
    __table_args__ = (
        CheckConstraint("(settled_at IS NULL) = (settled_by_id IS NULL)", name="settled_by_someone"),
        CheckConstraint("1 < first_move AND first_move <= last_move", name="moves"),
        # A partial index, because few rows match: figures leave them out without reading the others.
        PartialIndex(
            "ix_crm_carried_over_unsettled",
            "lead_id",
            where=text("settled_at IS NULL"),
        ),
        {"comment": "leads carried over at a stage that their papers did not support"},
    )

    lead_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_lead.id"), unique=True, comment="which lead")
    first_move: Mapped[int] = mapped_column(comment="number of the first move that was carried over")
    last_move: Mapped[int] = mapped_column(comment="number of the last one")
    reason: Mapped[str] = mapped_column(String(1000), comment="why")
    recorded_at: Mapped[datetime] = mapped_column(comment="when it was carried over")
    actor_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who carried it over")
    settled_at: Mapped[datetime | None] = mapped_column(comment="when its gates were found met, or null")
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("crm_staff.id"), comment="who settled it")


class Assignment(Identified, Base):
    """The responsible unit, station and person from a moment on. Append-only."""

    __tablename__ = "crm_assignment"
    __table_args__ = (UniqueConstraint("lead_id", "number"), {"comment": "hands a lead went through, append-only"})

    lead_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_lead.id"), comment="which lead")
    number: Mapped[int] = mapped_column(comment="1, 2, 3 … for each lead")
    station_id: Mapped[int | None] = mapped_column(ForeignKey("crm_station.id"), comment="the station from then on")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("crm_unit.id"), comment="the unit from then on")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("crm_staff.id"), comment="the person from then on")
    assigned_at: Mapped[datetime] = mapped_column(comment="from when on")
    actor_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who handed it over")
    reason: Mapped[str | None] = mapped_column(String(1000), comment="why")


class Evidence(Identified, Versioned, Withdrawable, Base):
    """A document on record."""

    __tablename__ = "crm_evidence"
    __table_args__ = (
        Index("uq_crm_evidence_id_lead_id", "id", "lead_id", unique=True),
        CheckConstraint("(amount_minor IS NULL) = (amount_currency IS NULL)", name="amount_with_currency"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("dated_on <= recorded_on", name="not_in_future"),
        CheckConstraint("kind <> 'agreement' OR amount_minor IS NOT NULL", name="agreement_has_amount"),
        CheckConstraint("confirmed_by_id <> submitted_by_id", name="confirmed_by_another"),
        CheckConstraint("(confirmed_by_id IS NULL) = (confirmed_at IS NULL)", name="confirmed_once"),
        CheckConstraint("sha256 IS NULL OR length(sha256) = 64", name="sha256_length"),
        withdrawn_by_someone(),
        # A partial index, because few rows match: what depends on withdrawn rows is found without reading the others.
        PartialIndex(
            "ix_crm_evidence_withdrawn",
            "lead_id",
            where=text("withdrawn_at IS NOT NULL"),
        ),
        {"comment": "documents on record"},
    )

    lead_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_lead.id"), index=True, comment="which lead")
    kind: Mapped[EvidenceKind] = mapped_column(enum(EvidenceKind, "kind"), comment="what sort of document")
    dated_on: Mapped[date] = mapped_column(comment="the day on the document")
    reference: Mapped[str] = mapped_column(String(200), comment="number or title people find it by")
    reference_key: Mapped[str] = mapped_column(
        String(400),
        index=True,
        server_default=text("''"),
        comment="comparison key of the reference: NFKC, case folded, without spaces",
    )
    sha256: Mapped[str | None] = mapped_column(
        String(64), index=True, comment="SHA-256 of the file, where one was given"
    )
    file_size: Mapped[int | None] = mapped_column(
        BigInt, comment="bytes of the file that is kept; null where the checksum alone is known"
    )
    amount_minor: Mapped[int | None] = mapped_column(BigInt, comment="amount in minor units; of an agreement required")
    amount_currency: Mapped[str | None] = mapped_column(Currency(), comment="ISO 4217 currency of the amount")
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who submitted it")
    confirmed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_staff.id"), comment="who confirmed it, another person"
    )
    confirmed_at: Mapped[datetime | None] = mapped_column(comment="when it was confirmed")
    recorded_on: Mapped[date] = mapped_column(comment="bureau's day of recording")

    @property
    def amount(self) -> Money | None:
        """The amount in it, if any."""
        return (
            Money(self.amount_minor, self.amount_currency)
            if self.amount_minor is not None and self.amount_currency
            else None
        )
