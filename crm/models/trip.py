"""Delegations: a planned journey with leader, members, legs and visits."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.models.base import Base, BigInt, Identified, Versioned, days_in_order, enum


class LeaderRank(StrEnum):
    """Who leads: leader-led promotion is a trip led by a first person."""

    CITY = "city"
    FIRST = "first"
    DEPUTY = "deputy"
    OTHER = "other"


class VisitState(StrEnum):
    """What became of a planned visit."""

    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


class Delegation(Identified, Versioned, Base):
    """A planned journey of the city or a unit."""

    __tablename__ = "crm_delegation"
    __table_args__ = (
        days_in_order("starts_on", "ends_on", "ends_after_start"),
        CheckConstraint("closed_at IS NULL OR outcome IS NOT NULL", name="closed_with_outcome"),
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
    legs: Mapped[list[Leg]] = relationship(back_populates="delegation", order_by="Leg.number")
    members: Mapped[list[Member]] = relationship(back_populates="delegation", order_by="Member.id")
    visits: Mapped[list[PlannedVisit]] = relationship(back_populates="delegation", order_by="PlannedVisit.number")


class Member(Identified, Versioned, Base):
    """A member of a delegation. One who leaves stays on the list, with day and reason."""

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
    delegation: Mapped[Delegation] = relationship(back_populates="members")


class Leg(Identified, Base):
    """A stay at one place."""

    __tablename__ = "crm_delegation_leg"
    __table_args__ = (
        UniqueConstraint("delegation_id", "number"),
        days_in_order("arrives_on", "leaves_on", "leaves_after_arrival"),
        {"comment": "stays of delegations"},
    )

    delegation_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_delegation.id"), comment="which delegation")
    number: Mapped[int] = mapped_column(comment="1, 2, 3 … for each delegation")
    place: Mapped[str] = mapped_column(String(120), comment="where")
    zone: Mapped[str] = mapped_column(String(64), comment="IANA time zone of the place")
    arrives_on: Mapped[date] = mapped_column(comment="first day there")
    leaves_on: Mapped[date] = mapped_column(comment="last day there")
    delegation: Mapped[Delegation] = relationship(back_populates="legs")


class PlannedVisit(Identified, Versioned, Base):
    """A visit in the plan, joined with the meeting that fulfilled it."""

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
    delegation: Mapped[Delegation] = relationship(back_populates="visits")
