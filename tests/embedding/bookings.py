"""A host's models with every kind of relationship to ours; each adds an attribute to our models, as a host's do."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, String, Table, inspect
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedAsDataclass,
    backref,
    foreign,
    mapped_column,
    relationship,
)

from crm.models import Investor, Lead, Staff


class HostBase(DeclarativeBase):
    """The models of a host that books rooms."""


class Numbered:
    """Each has a number and a title."""

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(40), default="")


def to(model: type[Any], **kw: Any) -> Any:
    """Return a column that points at one of our models."""
    return mapped_column(ForeignKey(model.id), nullable=True, **kw)


class Booking(Numbered, HostBase):
    """Many to one; the other way through a backref."""

    __tablename__ = "host_booking"
    lead_id: Mapped[int | None] = to(Lead)
    lead: Mapped[Lead | None] = relationship(Lead, backref="bookings")


class Visa(Numbered, HostBase):
    """Many to one; the other way is a dynamic list."""

    __tablename__ = "host_visa"
    lead_id: Mapped[int | None] = to(Lead)
    lead: Mapped[Lead | None] = relationship(Lead, backref=backref("visas", lazy="dynamic"))


class Dossier(Numbered, HostBase):
    """One to one."""

    __tablename__ = "host_dossier"
    lead_id: Mapped[int | None] = to(Lead, unique=True)
    lead: Mapped[Lead | None] = relationship(Lead, backref=backref("dossier", uselist=False))


class Label(Numbered, HostBase):
    """Many to many, over a table of the host's."""

    __tablename__ = "host_label"
    leads: Mapped[list[Lead]] = relationship(
        Lead,
        secondary=Table(
            "host_label_lead",
            HostBase.metadata,
            Column("label_id", ForeignKey("host_label.id"), primary_key=True),
            Column("lead_id", ForeignKey(Lead.id), primary_key=True),
        ),
        backref="labels",
    )


class Remark(Numbered, HostBase):
    """Both ends are written out; the one on our model is added to it."""

    __tablename__ = "host_remark"
    investor_id: Mapped[int | None] = to(Investor)
    investor: Mapped[Investor | None] = relationship(Investor, back_populates="remarks")


class Ticket(MappedAsDataclass, HostBase):
    """A dataclass, which has no hash."""

    __tablename__ = "host_ticket"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    title: Mapped[str] = mapped_column(String(40))
    lead_id: Mapped[int | None] = to(Lead, init=False)
    lead: Mapped[Lead | None] = relationship(Lead, backref="tickets", default=None)


class Trip(Numbered, HostBase):
    """Deletes its leads with itself."""

    __tablename__ = "host_trip"
    lead_id: Mapped[int | None] = to(Lead)
    lead: Mapped[Lead | None] = relationship(Lead, cascade="all")


class Folder(Numbered, HostBase):
    """Deletes a lead that is taken out of it."""

    __tablename__ = "host_folder"
    leads: Mapped[list[Lead]] = relationship(
        Lead,
        secondary=Table(
            "host_folder_lead",
            HostBase.metadata,
            Column("folder_id", ForeignKey("host_folder.id"), primary_key=True),
            Column("lead_id", ForeignKey(Lead.id), primary_key=True),
        ),
        cascade="all, delete-orphan",
        single_parent=True,
    )


class Cabinet(Numbered, HostBase):
    """Deletes a drawer that is taken out of it, and the drawer its lead."""

    __tablename__ = "host_cabinet"
    drawers: Mapped[list[Drawer]] = relationship(cascade="all, delete-orphan")


class Drawer(Numbered, HostBase):
    """Deletes its lead, also when it goes itself as an orphan."""

    __tablename__ = "host_drawer"
    cabinet_id: Mapped[int | None] = mapped_column(ForeignKey("host_cabinet.id"))
    lead_id: Mapped[int | None] = to(Lead)
    lead: Mapped[Lead | None] = relationship(Lead, cascade="all, delete-orphan", single_parent=True)


class Desk(Numbered, HostBase):
    """Its relationship writes a column of ours."""

    __tablename__ = "host_desk"
    owned: Mapped[list[Lead]] = relationship(Lead, primaryjoin=lambda: Desk.id == foreign(Lead.owner_id), uselist=True)


inspect(Investor).add_property("remarks", relationship(Remark, back_populates="investor"))
# Both ends are ours; the table between them is the host's.
inspect(Staff).add_property(
    "favourites",
    relationship(
        Lead,
        secondary=Table(
            "host_favourite",
            HostBase.metadata,
            Column("staff_id", ForeignKey(Staff.id), primary_key=True),
            Column("lead_id", ForeignKey(Lead.id), primary_key=True),
        ),
    ),
)
