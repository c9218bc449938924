"""A host with a table of its own, which works with our services."""

from __future__ import annotations

from sqlalchemy import Engine, String
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from crm import CRM


class HostBase(DeclarativeBase):
    """The host's models."""


class Order(HostBase):
    """A table of the host's."""

    __tablename__ = "host_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(20))


def one_move(engine: Engine, *, station: str = "tokyo") -> str:
    """Found an administrator, take a lead to its second stage, and return where it stands."""
    with Session(engine) as session, session.begin():
        CRM(session, None).staff.found("admin", "管理员")
        crm = CRM(session, "admin")
        investor = crm.investors.add("丸红株式会社", country="JP")
        crm.contacts.add(investor, "営業部長")
        lead = crm.leads.open(investor, title="冷链物流", station=station, unit="bureau", expected="20000000 USD")
        crm.leads.edit(lead, industry="G59")
        crm.meetings.log(lead, contacts=["営業部長"], summary="谈选址")
        crm.leads.advance(lead)
        return lead.stage
