"""Trips with leader, participating units, members, stays, visits and costs."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.models.base import Base, BigInt, Currency, Identified, Versioned, days_in_order, enum
from crm.models.place import Staff, Unit
from crm.rules.trips import CostKind, LeaderRank, VisitState
from crm.values.money import Money


class Trip(Identified, Versioned, Base):
    """A planned trip of the city or a unit. Its deadlines follow the policy on the day of planning."""

    __tablename__ = "crm_delegation"
    __table_args__ = (
        days_in_order("starts_on", "ends_on", "ends_after_start"),
        CheckConstraint("closed_at IS NULL OR outcome IS NOT NULL", name="closed_with_outcome"),
        CheckConstraint("announced_on <= notice_due_on OR late_reason IS NOT NULL", name="late_with_reason"),
        CheckConstraint("report_due_on >= ends_on", name="reported_after_return"),
        CheckConstraint("outcome_until >= ends_on", name="outcome_after_return"),
        CheckConstraint(
            "(cancelled_at IS NULL) = (cancel_reason IS NULL) AND (cancelled_at IS NULL OR closed_at IS NULL)",
            name="cancelled_with_reason",
        ),
        Index(None, "starts_on"),
        Index(None, "report_due_on"),
        {"comment": "delegations"},
    )

    code: Mapped[str] = mapped_column(String(40), unique=True, comment="short name people type")
    title: Mapped[str] = mapped_column(String(200), comment="what it is called")
    leader: Mapped[str] = mapped_column(String(120), comment="leader's office or name")
    rank: Mapped[LeaderRank] = mapped_column(enum(LeaderRank, "rank"), comment="rank of the leader")
    unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_unit.id"), comment="the unit that sends it, or null: the city"
    )
    starts_on: Mapped[date] = mapped_column(comment="day of departure")
    ends_on: Mapped[date] = mapped_column(comment="day of return")
    purpose: Mapped[str | None] = mapped_column(String(1000), comment="what it is for")
    closed_at: Mapped[datetime | None] = mapped_column(comment="closed since, or null")
    outcome: Mapped[str | None] = mapped_column(String(2000), comment="what came of it, as reported")
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_staff.id"), index=True, comment="the desk that sees to it and reports"
    )
    announced_on: Mapped[date | None] = mapped_column(comment="the day it was announced, or null: before it was kept")
    notice_due_on: Mapped[date | None] = mapped_column(comment="until when it was to be announced")
    report_due_on: Mapped[date | None] = mapped_column(comment="until when it is to be reported")
    outcome_until: Mapped[date | None] = mapped_column(comment="until when a step of a lead counts as its outcome")
    late_reason: Mapped[str | None] = mapped_column(String(1000), comment="why it was announced late")
    cancelled_at: Mapped[datetime | None] = mapped_column(comment="cancelled since, or null")
    cancel_reason: Mapped[str | None] = mapped_column(String(1000), comment="why it was cancelled")
    legs: Mapped[list["Leg"]] = relationship(back_populates="trip", order_by="Leg.number")
    members: Mapped[list["Member"]] = relationship(back_populates="trip", order_by="Member.id")
    visits: Mapped[list["PlannedVisit"]] = relationship(back_populates="trip", order_by="PlannedVisit.number")
    units: Mapped[list["TripUnit"]] = relationship(back_populates="trip", order_by="TripUnit.id")


class Member(Identified, Versioned, Base):
    """A member of a trip. A former member stays on the list, with day and reason."""

    __tablename__ = "crm_delegation_member"
    __table_args__ = (
        UniqueConstraint("delegation_id", "staff_id"),
        CheckConstraint("(left_on IS NULL) = (left_reason IS NULL)", name="left_with_reason"),
        {"comment": "members of delegations"},
    )

    delegation_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_delegation.id"), comment="which delegation")
    staff_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), index=True, comment="who")
    duty: Mapped[str | None] = mapped_column(String(120), comment="what they do on it")
    left_on: Mapped[date | None] = mapped_column(comment="the day they left it, or null")
    left_reason: Mapped[str | None] = mapped_column(String(1000), comment="why they left it")
    trip: Mapped[Trip] = relationship(back_populates="members")
    staff: Mapped[Staff] = relationship()


class TripUnit(Identified, Versioned, Base):
    """A unit that takes part beside the sending unit, with its own leader.

    A unit that leaves stays on the list.
    """

    __tablename__ = "crm_delegation_unit"
    __table_args__ = (
        UniqueConstraint("delegation_id", "unit_id"),
        CheckConstraint("(leader IS NULL) = (rank IS NULL)", name="leader_with_rank"),
        CheckConstraint("rank <> 'city'", name="leader_of_the_unit"),
        CheckConstraint("(left_on IS NULL) = (left_reason IS NULL)", name="left_with_reason"),
        {"comment": "units that take part in delegations"},
    )

    delegation_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_delegation.id"), comment="which delegation")
    unit_id: Mapped[int] = mapped_column(ForeignKey("crm_unit.id"), index=True, comment="which unit")
    leader: Mapped[str | None] = mapped_column(String(120), comment="who leads its people: office or name")
    rank: Mapped[LeaderRank | None] = mapped_column(enum(LeaderRank, "rank"), comment="rank of that leader in the unit")
    left_on: Mapped[date | None] = mapped_column(comment="the day it left it, or null")
    left_reason: Mapped[str | None] = mapped_column(String(1000), comment="why it left it")
    trip: Mapped[Trip] = relationship(back_populates="units")
    unit: Mapped[Unit] = relationship()


class TripCost(Identified, Versioned, Base):
    """Budget or spending of a trip. A wrong entry is withdrawn, and stays on the list."""

    __tablename__ = "crm_delegation_cost"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="positive"),
        CheckConstraint("(kind = 'actual') = (spent_on IS NOT NULL)", name="spent_on_a_day"),
        CheckConstraint("kind <> 'actual' OR reference IS NOT NULL", name="spent_with_reference"),
        CheckConstraint("spent_on <= recorded_on", name="not_in_future"),
        CheckConstraint("(withdrawn_on IS NULL) = (withdrawn_reason IS NULL)", name="withdrawn_with_reason"),
        {"comment": "budget and spending of delegations"},
    )

    delegation_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("crm_delegation.id"), index=True, comment="which delegation"
    )
    kind: Mapped[CostKind] = mapped_column(enum(CostKind, "kind"), comment="budget, or really spent")
    item: Mapped[str] = mapped_column(String(120), comment="what for")
    amount_minor: Mapped[int] = mapped_column(BigInt, comment="minor units")
    currency: Mapped[str] = mapped_column(Currency(), comment="ISO 4217 currency")
    spent_on: Mapped[date | None] = mapped_column(comment="the day it was spent; of a budget null")
    reference: Mapped[str | None] = mapped_column(String(200), comment="invoice or voucher; of a budget its approval")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who recorded it")
    recorded_on: Mapped[date] = mapped_column(comment="bureau's day of recording")
    withdrawn_on: Mapped[date | None] = mapped_column(comment="withdrawn since, or null")
    withdrawn_reason: Mapped[str | None] = mapped_column(String(1000), comment="why it was withdrawn")

    @property
    def amount(self) -> Money:
        """The amount."""
        return Money(self.amount_minor, self.currency)


class Leg(Identified, Base):
    """A stay at one place. If a time is known, the local day is stored beside it."""

    __tablename__ = "crm_delegation_leg"
    __table_args__ = (
        UniqueConstraint("delegation_id", "number"),
        days_in_order("arrives_on", "leaves_on", "leaves_after_arrival"),
        days_in_order("arrives_at", "leaves_at", "leaves_after_coming"),
        {"comment": "stays of delegations"},
    )

    delegation_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_delegation.id"), comment="which delegation")
    number: Mapped[int] = mapped_column(comment="1, 2, 3 … for each delegation")
    place: Mapped[str] = mapped_column(String(120), comment="where")
    zone: Mapped[str] = mapped_column(String(64), comment="IANA time zone of the place")
    arrives_on: Mapped[date] = mapped_column(comment="first day there")
    leaves_on: Mapped[date] = mapped_column(comment="last day there")
    country: Mapped[str | None] = mapped_column(
        String(2), comment="ISO 3166-1 alpha-2, or null: before it was kept; the policy says what is at home"
    )
    arrives_at: Mapped[datetime | None] = mapped_column(comment="the instant of arrival, UTC, where it is known")
    leaves_at: Mapped[datetime | None] = mapped_column(comment="the instant of departure, UTC, where it is known")
    trip: Mapped[Trip] = relationship(back_populates="legs")


class PlannedVisit(Identified, Versioned, Base):
    """A planned visit, linked to the meeting that fulfilled it."""

    __tablename__ = "crm_planned_visit"
    __table_args__ = (
        UniqueConstraint("delegation_id", "number"),
        ForeignKeyConstraint(
            ["meeting_id", "investor_id"],
            ["crm_meeting.id", "crm_meeting.investor_id"],
            name="fk_crm_planned_visit_meeting",
            onupdate="CASCADE",
        ),
        CheckConstraint("(state = 'done') = (meeting_id IS NOT NULL)", name="done_by_a_meeting"),
        CheckConstraint("(state = 'cancelled') = (reason IS NOT NULL)", name="cancelled_with_reason"),
        {"comment": "visits in the plan of a delegation"},
    )

    delegation_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_delegation.id"), comment="which delegation")
    number: Mapped[int] = mapped_column(comment="1, 2, 3 … for each delegation")
    investor_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_investor.id"), index=True, comment="whom to visit")
    planned_on: Mapped[date | None] = mapped_column(comment="the day in the plan, or null")
    purpose: Mapped[str | None] = mapped_column(String(500), comment="what for")
    state: Mapped[VisitState] = mapped_column(
        enum(VisitState, "state"), default=VisitState.PLANNED, comment="what became of it"
    )
    meeting_id: Mapped[int | None] = mapped_column(BigInt, index=True, comment="the meeting that fulfilled it")
    reason: Mapped[str | None] = mapped_column(String(500), comment="why it was cancelled")
    trip: Mapped[Trip] = relationship(back_populates="visits")
