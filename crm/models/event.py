"""Promotion events and attendance."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.models.base import (
    Base,
    BigInt,
    Identified,
    Versioned,
    Withdrawable,
    days_in_order,
    enum,
    withdrawn_by_someone,
)
from crm.rules.events import EventKind


class EventState(StrEnum):
    """The state of an event."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class PromotionEvent(Identified, Versioned, Base):
    """An event that presents the city; attendance may start leads."""

    __tablename__ = "crm_event"
    __table_args__ = (
        days_in_order("starts_on", "ends_on", "ends_after_start"),
        CheckConstraint("(state = 'cancelled') = (reason IS NOT NULL)", name="cancelled_with_reason"),
        Index(None, "starts_on"),
        {"comment": "promotion events"},
    )

    code: Mapped[str] = mapped_column(String(40), unique=True, comment="short name people type")
    title: Mapped[str] = mapped_column(String(200), comment="what it is called")
    kind: Mapped[EventKind] = mapped_column(enum(EventKind, "kind"), comment="what sort of event")
    place: Mapped[str] = mapped_column(String(120), comment="where")
    country: Mapped[str] = mapped_column(String(2), comment="ISO 3166-1 alpha-2; the policy says what is at home")
    zone: Mapped[str] = mapped_column(String(64), comment="IANA time zone of the place")
    starts_on: Mapped[date] = mapped_column(comment="first day, at the place")
    ends_on: Mapped[date] = mapped_column(comment="last day, at the place")
    unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_unit.id"), index=True, comment="the host unit, or null: the city"
    )
    station_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_station.id"), index=True, comment="the station that holds it, or null"
    )
    organiser: Mapped[str | None] = mapped_column(String(200), comment="who organises it with us")
    state: Mapped[EventState] = mapped_column(
        enum(EventState, "state"), default=EventState.PLANNED, comment="what became of it"
    )
    outcome: Mapped[str | None] = mapped_column(String(1000), comment="what came of it, as reported")
    reason: Mapped[str | None] = mapped_column(String(1000), comment="why it was cancelled")
    attendance: Mapped[list["Attendance"]] = relationship(back_populates="event", order_by="Attendance.id")


class Attendance(Identified, Versioned, Withdrawable, Base):
    """An attendee: an investor, one of its contacts, or a number of guests."""

    __tablename__ = "crm_event_attendance"
    __table_args__ = (
        ForeignKeyConstraint(
            ["employment_id", "contact_id", "investor_id"],
            ["crm_employment.id", "crm_employment.contact_id", "crm_employment.investor_id"],
            name="fk_crm_event_attendance_employment",
            onupdate="CASCADE",
        ),
        CheckConstraint("(contact_id IS NULL) = (employment_id IS NULL)", name="contact_at_the_investor"),
        CheckConstraint("contact_id IS NULL OR investor_id IS NOT NULL", name="contact_of_an_investor"),
        CheckConstraint("people >= 1", name="somebody_came"),
        CheckConstraint("contact_id IS NULL OR people = 1", name="a_person_is_one"),
        CheckConstraint("investor_id IS NOT NULL OR note IS NOT NULL", name="who_came"),
        withdrawn_by_someone(),
        {"comment": "who came to promotion events"},
    )

    event_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_event.id"), index=True, comment="which event")
    investor_id: Mapped[int | None] = mapped_column(
        BigInt, ForeignKey("crm_investor.id"), index=True, comment="who came, or null: other guests"
    )
    contact_id: Mapped[int | None] = mapped_column(BigInt, index=True, comment="a person of the investor, or null")
    employment_id: Mapped[int | None] = mapped_column(BigInt, comment="their employment there on that day")
    people: Mapped[int] = mapped_column(comment="how many came")
    note: Mapped[str | None] = mapped_column(String(200), comment="what to know of them; of other guests, who they are")
    event: Mapped[PromotionEvent] = relationship(back_populates="attendance")
