"""The views for programs that only read are an interface: their columns, and what they leave out."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.orm import Session

from crm import schema
from crm.models.views import VIEWS, drop_views, put_views
from tests.factories import ArrivalFactory, LeadFactory, MeetingFactory, World

pytestmark = pytest.mark.whole

#: The columns that a release had, in their order. New ones come last; none goes, none changes its name.
PROMISED = {
    "crm_reader_lead": "id title investor_id stage status received_on moved_on entered_on landed_on expected_minor expected_currency"
    " industry foreign_capital station unit investor country source cycle",
    "crm_reader_investor": "id name country kind website archived",
    "crm_reader_meeting": "id investor_id lead_id kind met_at zone place station investor",
    "crm_reader_arrival": "id lead_id kind arrived_on amount_minor currency state immediate_country ultimate_country industry usd_minor"
    " cny_minor reverses_id unit investor_id investor replaces_id",
    "crm_reader_tag": "id tag lead_id investor_id",
}


def rows(connection: Connection, view: str) -> list[dict[str, Any]]:
    """Return the rows of a view."""
    return [dict(row) for row in connection.execute(text(f"SELECT * FROM {view} ORDER BY id")).mappings()]


def test_the_columns_are_those_that_were_promised(engine: Engine) -> None:
    """In their order, with a comment for each on PostgreSQL."""
    found = {name: inspect(engine).get_columns(name) for name in VIEWS}
    assert set(PROMISED) == set(VIEWS)
    for name, promised in PROMISED.items():
        names = [column["name"] for column in found[name]]
        assert names[: len(promised.split())] == promised.split()
        assert names == [*VIEWS[name].columns]
        if engine.dialect.name == "postgresql":
            assert [column["comment"] for column in found[name]] == [
                meaning for _, meaning in VIEWS[name].columns.values()
            ]


def test_confidential_leads_and_what_belongs_to_them_are_left_out(session: Session) -> None:
    """A meeting without a lead is shown, one about a hidden lead is not."""
    world = World(session)
    shown = LeadFactory.create(world=world, registered=True)
    hidden = LeadFactory.create(world=world, registered=True, secret=True)
    investor = shown.investor_id
    for lead in (shown, hidden):
        ArrivalFactory.create(world=world, lead=lead)
    talks = [MeetingFactory.create(world=world, about=lead) for lead in (shown, hidden)]
    general = world.tokyo.meetings.log(shown.investor, summary="the city", at=world.clock())
    withdrawn = MeetingFactory.create(world=world, about=shown, summary="another one")
    world.tokyo.meetings.withdraw(withdrawn, reason="typed twice")
    session.flush()
    found = {view: rows(session.connection(), view) for view in VIEWS}
    assert hidden.id not in {row["id"] for row in found["crm_reader_lead"]}
    (found_lead,) = (row for row in found["crm_reader_lead"] if row["id"] == shown.id)
    assert (found_lead["title"], found_lead["investor_id"], found_lead["station"], found_lead["unit"]) == (
        shown.title,
        investor,
        "tokyo",
        "hitech",
    )
    assert (found_lead["stage"], found_lead["expected_minor"], found_lead["expected_currency"]) == (
        "registered",
        2_000_000_000,
        "USD",
    )
    met = {row["id"] for row in found["crm_reader_meeting"]}
    assert {talks[0].id, general.id} <= met
    assert not {talks[1].id, withdrawn.id} & met
    arrived = {row["lead_id"]: row["amount_minor"] for row in found["crm_reader_arrival"]}
    assert arrived[shown.id] == 500_000_000
    assert hidden.id not in arrived
    names = {row["id"]: row["name"] for row in found["crm_reader_investor"]}
    assert names[investor] == found_lead["investor"]


def test_an_upgrade_drops_them_and_makes_them_again(migrated_engine: Engine) -> None:
    """A missing view is a difference; reindexing makes it."""
    assert schema.check(migrated_engine) == ()
    with migrated_engine.begin() as connection:
        drop_views(connection)
    assert schema.check(migrated_engine) == tuple(f"add view {name}" for name in VIEWS)
    schema.reindex(migrated_engine)
    assert schema.check(migrated_engine) == ()
    schema.downgrade(migrated_engine, "-1")
    assert not set(VIEWS) & set(inspect(migrated_engine).get_view_names())
    schema.upgrade(migrated_engine)
    assert schema.check(migrated_engine) == ()


def test_making_them_twice_changes_nothing(migrated_engine: Engine) -> None:
    """What is there stays."""
    with migrated_engine.begin() as connection:
        put_views(connection)
        assert rows(connection, "crm_reader_lead") == []
