"""Stations, units and staff."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.models.base import Archivable, Base, Identified, Versioned, enum
from crm.models.indexes import PartialIndex
from crm.rules.access import Role
from crm.rules.identities import LENGTH, IdentityKind
from crm.rules.places import StationStatus, UnitKind


class Station(Identified, Versioned, Archivable, Base):
    """A liaison station abroad or in another city."""

    __tablename__ = "crm_station"
    __table_args__ = ({"comment": "liaison stations abroad and in other cities"},)

    code: Mapped[str] = mapped_column(String(40), unique=True, comment="short name people type, such as tokyo")
    name: Mapped[str] = mapped_column(String(120), comment="Chinese name")
    name_en: Mapped[str] = mapped_column(String(120), comment="English name")
    country: Mapped[str] = mapped_column(String(2), comment="ISO 3166-1 alpha-2")
    zone: Mapped[str] = mapped_column(String(64), comment="IANA time zone")
    host: Mapped[str | None] = mapped_column(String(200), comment="host organisation")
    languages: Mapped[list[str]] = mapped_column(JSON, comment="BCP 47 tags spoken there")
    status: Mapped[StationStatus] = mapped_column(
        enum(StationStatus, "status"), comment="as of the last entry of its history"
    )
    history: Mapped[list["StationEvent"]] = relationship(back_populates="station", order_by="StationEvent.number")


class StationEvent(Identified, Base):
    """One dated step in a station's history."""

    __tablename__ = "crm_station_event"
    __table_args__ = (
        UniqueConstraint("station_id", "number"),
        {"comment": "dated history of each station's status"},
    )

    station_id: Mapped[int] = mapped_column(ForeignKey("crm_station.id"), comment="whose history")
    number: Mapped[int] = mapped_column(comment="1, 2, 3 … for each station")
    status: Mapped[StationStatus] = mapped_column(enum(StationStatus, "status"), comment="status from then on")
    since: Mapped[date] = mapped_column(comment="the day it began")
    note: Mapped[str | None] = mapped_column(String(500), comment="what happened, or why")
    station: Mapped[Station] = relationship(back_populates="history")


class Unit(Identified, Versioned, Archivable, Base):
    """A district, functional zone, department or municipal enterprise."""

    __tablename__ = "crm_unit"
    __table_args__ = ({"comment": "districts, functional zones, departments and municipal enterprises"},)

    code: Mapped[str] = mapped_column(String(40), unique=True, comment="short name people type")
    name: Mapped[str] = mapped_column(String(120), comment="Chinese name")
    name_en: Mapped[str] = mapped_column(String(120), comment="English name")
    kind: Mapped[UnitKind] = mapped_column(enum(UnitKind, "kind"), comment="what it is")


class Staff(Identified, Versioned, Archivable, Base):
    """A user of the system, such as an ambassador, a manager or a verifier."""

    __tablename__ = "crm_staff"
    __table_args__ = (
        CheckConstraint("(station_id IS NULL) <> (unit_id IS NULL)", name="one_place"),
        {"comment": "who acts"},
    )

    username: Mapped[str] = mapped_column(String(40), unique=True, comment="name for signing in and for the audit")
    name: Mapped[str] = mapped_column(String(120), comment="name as shown")
    role: Mapped[Role] = mapped_column(enum(Role, "role"), comment="what they are trusted with")
    station_id: Mapped[int | None] = mapped_column(ForeignKey("crm_station.id"), comment="their station, or null")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("crm_unit.id"), comment="their unit, or null")


class Posting(Identified, Base):
    """The station or unit of a member of staff from a day on; meetings of that day use it."""

    __tablename__ = "crm_posting"
    __table_args__ = (
        UniqueConstraint("staff_id", "number"),
        CheckConstraint("(station_id IS NULL) <> (unit_id IS NULL)", name="one_place"),
        {"comment": "where staff belonged, from a day on"},
    )

    staff_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who")
    number: Mapped[int] = mapped_column(comment="1, 2, 3 … for each member of staff")
    role: Mapped[Role] = mapped_column(enum(Role, "role"), comment="the role from then on")
    station_id: Mapped[int | None] = mapped_column(ForeignKey("crm_station.id"), comment="the station from then on")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("crm_unit.id"), comment="the unit from then on")
    since: Mapped[date] = mapped_column(comment="the first day")
    recorded_at: Mapped[datetime] = mapped_column(comment="when this was written")


class Binding(Identified, Versioned, Base):
    """The proven identity of a member of staff from a moment on; it is ended, never deleted."""

    __tablename__ = "crm_binding"
    __table_args__ = (
        # An identity is one person's at a time.
        PartialIndex(
            None,
            "kind",
            "name",
            unique=True,
            where=text("ended_at IS NULL"),
        ),
        {"comment": "who staff provably are"},
    )

    staff_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), index=True, comment="who")
    staff: Mapped[Staff] = relationship()
    kind: Mapped[IdentityKind] = mapped_column(enum(IdentityKind, "kind"), comment="who proves it")
    name: Mapped[str] = mapped_column(String(LENGTH), comment="the user, the role, or what the host says")
    bound_at: Mapped[datetime] = mapped_column(comment="since when")
    ended_at: Mapped[datetime | None] = mapped_column(comment="until when, or null")
