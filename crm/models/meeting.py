"""Meetings with people on both sides, their minutes, and follow-ups."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.models.base import (
    Base,
    BigInt,
    Identified,
    Removable,
    Versioned,
    Withdrawable,
    enum,
    withdrawn_by_someone,
)
from crm.models.indexes import PartialIndex
from crm.models.investor import Investor
from crm.models.lead import Lead
from crm.rules.meetings import MeetingKind, MinuteKind
from crm.values.moments import LocalTime


class Meeting(Identified, Versioned, Withdrawable, Base):
    """A meeting with people on both sides, at a place and a local time.

    Its minutes, contacts and staff are those that were not taken out of it.
    """

    __tablename__ = "crm_meeting"
    __table_args__ = (
        UniqueConstraint("id", "investor_id"),
        ForeignKeyConstraint(
            ["lead_id", "investor_id"],
            ["crm_lead.id", "crm_lead.investor_id"],
            name="fk_crm_meeting_lead_of_investor",
            onupdate="CASCADE",
        ),
        CheckConstraint("met_at <= recorded_at", name="not_in_future"),
        withdrawn_by_someone(),
        Index(None, "lead_id", "met_at"),
        Index(None, "investor_id", "met_at"),
        Index(None, "met_at"),
        # A partial index, because few rows match: what depends on withdrawn rows is found without reading the others.
        PartialIndex(
            "ix_crm_meeting_withdrawn",
            "lead_id",
            where=text("withdrawn_at IS NOT NULL"),
        ),
        {"comment": "talks with people on both sides"},
    )

    investor_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_investor.id"), comment="whom we met")
    lead_id: Mapped[int | None] = mapped_column(BigInt, comment="about which lead, or null")
    kind: Mapped[MeetingKind] = mapped_column(enum(MeetingKind, "kind"), comment="how people met")
    met_at: Mapped[datetime] = mapped_column(comment="the instant it began, UTC")
    zone: Mapped[str] = mapped_column(String(64), comment="IANA time zone of the place")
    place: Mapped[str | None] = mapped_column(String(200), comment="where")
    summary: Mapped[str] = mapped_column(Text, comment="what was said, in short")
    brand: Mapped[str | None] = mapped_column(String(24), comment="the service brand of the policy, or null")
    station_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_station.id"), index=True, comment="the station it counts for"
    )
    logged_by_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who logged it")
    recorded_at: Mapped[datetime] = mapped_column(comment="when it was written")
    delegation_id: Mapped[int | None] = mapped_column(
        BigInt, ForeignKey("crm_delegation.id"), index=True, comment="the delegation it was part of, or null"
    )

    investor: Mapped[Investor] = relationship(foreign_keys=investor_id)
    lead: Mapped[Lead | None] = relationship(
        primaryjoin="Meeting.lead_id == Lead.id", foreign_keys=lead_id, viewonly=True
    )
    minutes: Mapped[list["Minute"]] = relationship(
        back_populates="meeting",
        order_by="Minute.number",
        primaryjoin="and_(Minute.meeting_id == Meeting.id, Minute.withdrawn_at.is_(None))",
    )
    contacts: Mapped[list["MeetingContact"]] = relationship(
        back_populates="meeting",
        order_by="MeetingContact.id",
        primaryjoin="and_(MeetingContact.meeting_id == Meeting.id, MeetingContact.withdrawn_at.is_(None))",
        foreign_keys="MeetingContact.meeting_id",
    )
    staff: Mapped[list["MeetingStaff"]] = relationship(
        back_populates="meeting",
        order_by="MeetingStaff.id",
        primaryjoin="and_(MeetingStaff.meeting_id == Meeting.id, MeetingStaff.withdrawn_at.is_(None))",
    )

    @property
    def at(self) -> LocalTime:
        """Its start, in local time."""
        return LocalTime(self.met_at, self.zone)


class MeetingContact(Identified, Removable, Base):
    """A contact who took part; two composite keys guarantee that they belong to the investor."""

    __tablename__ = "crm_meeting_contact"
    __table_args__ = (
        PartialIndex(
            "uq_crm_meeting_contact_meeting_id_contact_id",
            "meeting_id",
            "contact_id",
            unique=True,
            where=text("withdrawn_at IS NULL"),
        ),
        ForeignKeyConstraint(
            ["meeting_id", "investor_id"],
            ["crm_meeting.id", "crm_meeting.investor_id"],
            name="fk_crm_meeting_contact_meeting",
            onupdate="CASCADE",
        ),
        ForeignKeyConstraint(
            ["employment_id", "contact_id", "investor_id"],
            ["crm_employment.id", "crm_employment.contact_id", "crm_employment.investor_id"],
            name="fk_crm_meeting_contact_employment",
            onupdate="CASCADE",
        ),
        Index(None, "contact_id"),
        {"comment": "persons of the investor who took part"},
    )

    meeting_id: Mapped[int] = mapped_column(BigInt, comment="which meeting")
    investor_id: Mapped[int] = mapped_column(BigInt, comment="the meeting's investor")
    contact_id: Mapped[int] = mapped_column(BigInt, comment="who")
    employment_id: Mapped[int] = mapped_column(BigInt, comment="their employment there on that day")
    meeting: Mapped[Meeting] = relationship(
        back_populates="contacts", primaryjoin="MeetingContact.meeting_id == Meeting.id", foreign_keys=meeting_id
    )


class MeetingStaff(Identified, Removable, Base):
    """A member of our staff who took part, with their station and unit on that day."""

    __tablename__ = "crm_meeting_staff"
    __table_args__ = (UniqueConstraint("meeting_id", "staff_id"), {"comment": "our people who took part"})

    meeting_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_meeting.id"), comment="which meeting")
    staff_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), index=True, comment="who")
    station_id: Mapped[int | None] = mapped_column(ForeignKey("crm_station.id"), comment="their station that day")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("crm_unit.id"), comment="their unit that day")
    meeting: Mapped[Meeting] = relationship(back_populates="staff")


class Minute(Identified, Removable, Base):
    """One line of the minutes."""

    __tablename__ = "crm_minute"
    __table_args__ = (UniqueConstraint("meeting_id", "number"), {"comment": "lines of the minutes"})

    meeting_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_meeting.id"), comment="of which meeting")
    number: Mapped[int] = mapped_column(comment="1, 2, 3 … for each meeting")
    kind: Mapped[MinuteKind] = mapped_column(enum(MinuteKind, "kind"), comment="agreed, promised or next")
    text: Mapped[str] = mapped_column(String(1000), comment="what")
    meeting: Mapped[Meeting] = relationship(back_populates="minutes")


class FollowUp(Identified, Versioned, Withdrawable, Base):
    """A task with an owner and a due day; a planned visit if it has an hour."""

    __tablename__ = "crm_followup"
    __table_args__ = (
        ForeignKeyConstraint(
            ["lead_id", "investor_id"],
            ["crm_lead.id", "crm_lead.investor_id"],
            name="fk_crm_followup_lead_of_investor",
            onupdate="CASCADE",
        ),
        CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name="done_by_someone"),
        CheckConstraint("done_at IS NULL OR result IS NOT NULL", name="done_with_result"),
        CheckConstraint("(visit_at IS NULL) = (visit_zone IS NULL)", name="visit_at_a_place"),
        CheckConstraint("held_id IS NULL OR (done_at IS NOT NULL AND visit_at IS NOT NULL)", name="held_is_done"),
        withdrawn_by_someone(),
        Index(None, "owner_id", "due_on"),
        Index(None, "due_on", "id"),
        {"comment": "promises with an owner and a due day"},
    )

    meeting_id: Mapped[int | None] = mapped_column(
        BigInt, ForeignKey("crm_meeting.id"), index=True, comment="the meeting it was promised at"
    )
    investor_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("crm_investor.id"), index=True, comment="whom it was promised to"
    )
    lead_id: Mapped[int | None] = mapped_column(BigInt, index=True, comment="about which lead, or null")
    text: Mapped[str] = mapped_column(String(1000), comment="what was promised")
    owner_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who sees to it")
    due_on: Mapped[date] = mapped_column(comment="until when")
    done_at: Mapped[datetime | None] = mapped_column(comment="when it was done")
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("crm_staff.id"), comment="who did it")
    result: Mapped[str | None] = mapped_column(String(1000), comment="what came of it")
    visit_at: Mapped[datetime | None] = mapped_column(comment="of a visit ahead: the instant it begins, UTC")
    visit_zone: Mapped[str | None] = mapped_column(String(64), comment="of a visit ahead: IANA time zone of the place")
    held_id: Mapped[int | None] = mapped_column(
        BigInt, ForeignKey("crm_meeting.id"), index=True, comment="the meeting that a visit ahead became"
    )

    @property
    def at(self) -> LocalTime | None:
        """The start of a planned visit, in local time."""
        return None if self.visit_at is None or self.visit_zone is None else LocalTime(self.visit_at, self.visit_zone)
