"""A host's session that has the CRM in a database of its own; every verb is tried so in tests/laws/test_statement_counts.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from crm import CRM, make_engine
from crm.models import Base, Investor
from tests.databases import Databases
from tests.embedding.host import HostBase, Order


@pytest.fixture
def opened(databases: Databases, template_url: str) -> Iterator[Callable[[], Session]]:
    """Open sessions on two databases: the CRM's, and one with the host's table alone."""
    url = databases.create(template_url)
    ours, theirs = make_engine(url), create_engine("sqlite://")
    HostBase.metadata.create_all(theirs)
    yield lambda: Session(binds={HostBase: theirs, Base: ours})
    ours.dispose()
    theirs.dispose()
    databases.drop(url)


def found(session: Session) -> CRM:
    """Found an administrator, record an investor and a lead, and leave a row in the host's own table."""
    CRM(session, None).staff.found("admin", "管理员")
    crm = CRM(session, "admin")
    investor = crm.investors.add("丸红株式会社", country="JP")
    crm.leads.open(investor, title="冷链物流", station="tokyo")
    session.add(Order(id=1, title="order"))
    return crm


def test_one_commit_keeps_both(opened: Callable[[], Session]) -> None:
    """What both have is read in another session, and the audit follows."""
    with opened() as session, session.begin():
        found(session)
    with opened() as session:
        crm = CRM(session, "admin")
        assert [lead.title for lead in crm.leads.list(text="丸红")] == ["冷链物流"]
        assert crm.audit.verify() == ()
        assert session.scalars(select(Order.title)).all() == ["order"]


def test_one_rollback_takes_back_both(opened: Callable[[], Session]) -> None:
    """Nothing stays in either database."""
    with opened() as session:
        found(session)
        session.rollback()
    with opened() as session:
        assert session.scalars(select(Investor.name)).all() == []
        assert session.scalars(select(Order.title)).all() == []


def test_the_engine_of_the_session(databases: Databases, template_url: str) -> None:
    """It may be ours, beside one for the host's tables."""
    url = databases.create(template_url)
    ours, theirs = make_engine(url), create_engine("sqlite://")
    HostBase.metadata.create_all(theirs)
    with Session(ours, binds={HostBase: theirs}) as session, session.begin():
        found(session)
    with Session(ours) as session:
        assert session.scalars(select(Investor.name)).all() == ["丸红株式会社"]
    ours.dispose()
    theirs.dispose()
    databases.drop(url)
