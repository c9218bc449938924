"""A bureau for every test of the services."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from crm import CRM, make_engine
from crm.models import Investor, Lead
from tests.databases import Databases
from tests.factories import LeadFactory, World
from tests.services.merges.cards import populate
from tests.shared import MadeOnce


@pytest.fixture
def world(session: Session) -> World:
    """A bureau with everybody at their desk, rolled back after the test."""
    return World(session)


@pytest.fixture
def migrated_url(databases: Databases, bureau_template_url: str) -> Iterator[str]:
    """The address of a database of the test's own that has the tables, and a bureau in them."""
    url = databases.create(bureau_template_url)
    yield url
    databases.drop(url)


@pytest.fixture
def town(migrated_engine: Engine) -> Iterator[World]:
    """A bureau whose every morning's work is committed before the others begin."""
    with Session(migrated_engine, expire_on_commit=False) as session:
        yield World(session)
        session.commit()


@pytest.fixture(scope="session")
def pair_engine(databases: Databases, made_once: MadeOnce, bureau_template_url: str) -> Iterator[Engine]:
    """As ``engine``, on a database with a bureau that has two records of one company."""

    def fill(url: str) -> None:
        engine = make_engine(url)
        with Session(engine) as session, session.begin():
            populate(World(session), 1)
        engine.dispose()

    url = databases.create(made_once("pair", fill, bureau_template_url))
    engine = make_engine(url)
    yield engine
    engine.dispose()
    databases.drop(url)


@pytest.fixture
def pair(world: World) -> tuple[Investor, Investor]:
    """Two records of one company, as ``populate`` has made them."""
    one, two = (
        world.session.scalars(select(Investor).where(Investor.name == name)).one()
        for name in ("合并商事1", "合併商事株式會社1")
    )
    return one, two


@pytest.fixture
def places(world: World) -> dict[str, CRM]:
    """Three units, each with an ambassador of its own."""
    doors = {"hitech": world.zone}
    for code in ("lixia", "licheng"):
        world.admin.units.add(code, name=f"{code}区", name_en=code.title(), kind="district")
        world.admin.staff.add(f"{code}.desk", code, role="ambassador", unit=code, since="2022-01-01")
        doors[code] = world.door(f"{code}.desk")
    return doors


@pytest.fixture
def lead(world: World) -> Lead:
    """A lead that nobody has claimed."""
    lead: Lead = LeadFactory.create(world=world)
    return lead
