"""Work on an investor while another transaction merges or archives it: whoever comes second knows what the first did.

On PostgreSQL the second waits at the row of the investor; on SQLite one write begins after the other. Nobody sleeps.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from attrs import define
from sqlalchemy import Engine

from crm.models import Contact, Investor
from crm.services.merges import transfer
from tests.factories import LeadFactory, World
from tests.services.at_once.interleaving import meanwhile

pytestmark = pytest.mark.server


@define(frozen=True)
class Scene:
    """What the acts are about, by id: two companies that are one, a third, their leads, and somebody of the third."""

    name: str
    stays: int
    goes: int
    third: int
    lead: int
    thirds: int
    person: int


def enter(town: World, number: int) -> Scene:
    """Add three companies; the one that goes has a lead, and so has the third, where somebody works."""
    names = [f"同时归档{number}{letter}" for letter in "甲乙丙"]
    stays, goes, third = (town.manager.investors.add(name, country="JP") for name in names)
    lead, other = (LeadFactory.create(world=town, investor=investor, title=investor.name) for investor in (goes, third))
    person = town.manager.contacts.add(third, "佐藤")
    town.session.commit()
    return Scene(names[1], stays.id, goes.id, third.id, lead.id, other.id, person.id)


@pytest.fixture
def scene(town: World) -> Scene:
    """One of them."""
    return enter(town, 0)


@pytest.fixture
def scenes(town: World, pytestconfig: pytest.Config) -> dict[str, Scene]:
    """One for each act, in the quick tier for every second, and what some of them need besides."""
    town.manager.events.add("fair", title="F", place="济南", starts="2023-01-05")
    town.manager.trips.plan(
        "osaka", title="T", leader="L", rank="city", starts="2023-03-01", ends="2023-03-03", announced="2023-01-01"
    )
    chosen = list(ACTS)[:: 2 if pytestconfig.getoption("--tier") == "quick" else 1]
    return {what: enter(town, number) for number, what in enumerate(chosen)}


#: What is recorded on the company that goes, by its number; those that name two wait for a turn and look again.
ALONE: dict[str, Callable[[Scene, World], Any]] = {
    "lead": lambda s, w: w.manager.leads.open(s.goes, title="t", source="unit:hitech"),
    "contact": lambda s, w: w.manager.contacts.add(s.goes, "铃木"),
    "employment": lambda s, w: w.manager.contacts.employ(s.person, s.goes),
    "alias": lambda s, w: w.manager.investors.alias(s.goes, "Another"),
    "identifier": lambda s, w: w.manager.investors.identify(s.goes, "jp_cn", "5835678256246"),
    "meeting": lambda s, w: w.manager.meetings.log(w.manager.investors.get(s.goes), summary="t", at=w.clock(), zone="Asia/Tokyo"),
    "meeting by name": lambda s, w: w.manager.meetings.log(s.name, summary="t", at=w.clock(), zone="Asia/Tokyo"),
    "meeting on a lead": lambda s, w: w.manager.meetings.log(s.lead, summary="t", at=w.clock(), zone="Asia/Tokyo"),
    "promise": lambda s, w: w.manager.followups.add(s.lead, "t", due="2023-03-01"),
    "request": lambda s, w: w.manager.requests.open(s.lead, "t"),
    "attendance": lambda s, w: w.manager.events.attend("fair", investor=s.goes),
    "visit": lambda s, w: w.manager.trips.add_visit("osaka", s.goes),
}  # fmt: skip
TOGETHER: dict[str, Callable[[Scene, World], Any]] = {
    "lead with a referrer": lambda s, w: w.manager.leads.open(s.goes, title="t", source=f"referral:{s.third}"),
    "lead brought": lambda s, w: w.manager.leads.open(s.third, title="t", source=f"referral:{s.goes}"),
    "source": lambda s, w: w.manager.leads.edit(s.thirds, source=f"referral:{s.goes}"),
    "referral": lambda s, w: w.manager.referrals.add(s.thirds, s.goes),
    "two companies": lambda s, w: w.manager.investors.distinct(s.goes, s.third, reason="r"),
    "subsidiary": lambda s, w: w.manager.groups.join(s.goes, s.third),
    "parent": lambda s, w: w.manager.groups.join(s.third, s.goes),
    "trip": lambda s, w: w.manager.trips.plan(
        "next", title="N", leader="L", rank="city", starts="2023-03-01", ends="2023-03-03", announced="2023-01-01",
        visits=[(s.third, None, None), (s.goes, None, None)],
    ),
}  # fmt: skip
ACTS = {**ALONE, **TOGETHER}


def hanging(world: World, kind: transfer.Kind, number: int) -> dict[Any, int]:
    """Return how many rows refer to a record, by column; columns without any left out."""
    counted = transfer.counts(world.session, kind, number, 0)
    return {key: rows for key, rows in counted.items() if rows}


def test_what_is_recorded_during_a_merge_is_the_survivors_or_refused(
    migrated_engine: Engine, town: World, scenes: dict[str, Scene]
) -> None:
    """Nothing hangs on the company that was taken into another; what names one company alone goes to the survivor."""
    outcomes, left = dict[str, str](), dict[str, Any]()
    for what, scene in scenes.items():
        town.manager.merges.merge(scene.stays, scene.goes, reason="r")
        outcomes[what] = meanwhile(migrated_engine, town.session, partial(ACTS[what], scene))
        left[what] = hanging(town, Investor, scene.goes)
        town.session.commit()
    assert not any(left.values()), left
    assert {outcomes[what] for what in scenes.keys() & ALONE.keys()} == {"done"}
    assert {outcomes[what] for what in scenes.keys() & TOGETHER.keys()} <= {"done", "archived"}
    assert town.manager.audit.verify() == ()


def test_nothing_is_recorded_on_what_is_being_archived(
    migrated_engine: Engine, town: World, scenes: dict[str, Scene]
) -> None:
    """It is archived when the other comes to it."""
    outcomes, before, after = dict[str, str](), dict[str, Any](), dict[str, Any]()
    for what, scene in scenes.items():
        town.manager.leads.lose(scene.lead, reason="r")
        before[what] = hanging(town, Investor, scene.goes)
        town.session.commit()
        town.manager.investors.archive(scene.goes, reason="r")
        outcomes[what] = meanwhile(migrated_engine, town.session, partial(ACTS[what], scene))
        after[what] = hanging(town, Investor, scene.goes)
        town.session.commit()
    assert after == before
    assert outcomes == dict.fromkeys(scenes, "archived")
    assert town.manager.audit.verify() == ()


def test_a_person_who_is_merged_or_archived_meanwhile_is_not_employed_as_before(
    migrated_engine: Engine, town: World, scene: Scene
) -> None:
    """As with a company: the survivor is employed, and nobody who is archived."""
    other = town.manager.contacts.add(scene.stays, "佐藤さん")
    town.session.commit()

    def act(world: World) -> Any:
        return world.manager.contacts.employ(scene.person, scene.goes)

    town.manager.merges.merge(other, scene.person, person=True, reason="r")
    assert meanwhile(migrated_engine, town.session, act) == "done"
    assert hanging(town, Contact, scene.person) == {}
    before = hanging(town, Contact, other.id)
    town.session.commit()
    town.manager.contacts.archive(other.id, reason="r")
    assert meanwhile(migrated_engine, town.session, act) == "archived"
    assert hanging(town, Contact, other.id) == before


def test_who_archives_sees_the_lead_that_is_being_opened(migrated_engine: Engine, town: World, scene: Scene) -> None:
    """It waits for it, and is refused; nothing stays open on an archived company."""
    town.manager.leads.open(scene.stays, title="t", source="unit:hitech")

    def act(world: World) -> Any:
        return world.manager.investors.archive(scene.stays, reason="r")

    assert meanwhile(migrated_engine, town.session, act) == "open_leads"


def test_a_lead_of_an_archived_company_is_not_reopened(migrated_engine: Engine, town: World, scene: Scene) -> None:
    """Whichever is first: who archives sees the lead that is being reopened, and who reopens sees that it is archived."""

    def reopen(world: World) -> Any:
        return world.manager.leads.reopen(scene.lead, reason="r")

    def archive(world: World) -> Any:
        return world.manager.investors.archive(scene.goes, reason="r")

    town.manager.leads.lose(scene.lead, reason="r")
    town.session.commit()
    reopen(town)
    assert meanwhile(migrated_engine, town.session, archive) == "open_leads"
    town.manager.leads.lose(scene.lead, reason="r")
    town.session.commit()
    archive(town)
    assert meanwhile(migrated_engine, town.session, reopen) == "investor"


def test_a_source_is_not_what_is_being_merged(migrated_engine: Engine, town: World, scene: Scene) -> None:
    """Not even where its referral stands already, so that none is recorded."""
    town.manager.referrals.add(scene.thirds, scene.goes)
    town.session.commit()
    town.manager.merges.merge(scene.stays, scene.goes, reason="r")

    def act(world: World) -> Any:
        return world.manager.leads.edit(scene.thirds, source=f"referral:{scene.goes}")

    assert meanwhile(migrated_engine, town.session, act) in {"done", "archived"}
    assert hanging(town, Investor, scene.goes) == {}


def test_who_merges_takes_along_what_is_being_recorded(migrated_engine: Engine, town: World, scene: Scene) -> None:
    """It waits for it, and moves it with the rest."""
    town.manager.meetings.log(scene.lead, summary="t", at=town.clock(), zone="Asia/Tokyo")

    def act(world: World) -> Any:
        return world.manager.merges.merge(scene.stays, scene.goes, reason="r")

    assert meanwhile(migrated_engine, town.session, act) == "done"
    assert hanging(town, Investor, scene.goes) == {}
    town.session.expire_all()
    assert [row.investor_id for row in town.manager.meetings.list()] == [scene.stays]
