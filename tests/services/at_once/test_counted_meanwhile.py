"""A verb that counts before it writes, while another transaction changes what it counts: the rule holds when both are done.

In each test the first has written and not committed when the second begins; on PostgreSQL the second waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from attrs import define
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from crm.errors import Refused, StaleRecord
from crm.models import (
    Attendance,
    Contact,
    Distinct,
    Employment,
    Enterprise,
    FrozenCell,
    Investor,
    Leg,
    Meeting,
    MeetingContact,
    PlannedVisit,
    Referral,
    RequestEvent,
    Staff,
    Trip,
)
from crm.rules.leads.fields import EnterpriseFields
from tests.databases import Databases
from tests.factories import LeadFactory, World
from tests.factories.ledgers import bring, ledger
from tests.services.at_once.interleaving import Act, meanwhile
from tests.services.at_once.test_concurrency import at_work

pytestmark = pytest.mark.server


def admins(world: World) -> set[str]:
    """Return the admins."""
    world.session.expire_all()
    return {row.username for row in world.viewer.staff.list() if row.role == "admin"}


def archives(who: str, whom: str) -> Act:
    """Return the call in which one admin archives another."""
    return lambda world: world.door(who).staff.archive(whom, reason="left")


def demotes(who: str, whom: str) -> Act:
    """Return the call in which one admin demotes another."""
    return lambda world: world.door(who).staff.move(whom, role="viewer")


@pytest.mark.parametrize("first", [archives, demotes])
@pytest.mark.parametrize("second", [archives, demotes])
def test_of_two_admins_who_remove_each_other_one_stays(
    migrated_engine: Engine, town: World, first: Callable[[str, str], Act], second: Callable[[str, str], Act]
) -> None:
    """Whoever comes second is no admin any more."""
    town.admin.staff.add("second.admin", "S", role="admin", unit="bureau", since="2022-01-01")
    town.session.commit()
    first("admin", "second.admin")(town)
    outcome = meanwhile(migrated_engine, town.session, second("second.admin", "admin"))
    assert outcome == ("unknown_actor" if first is archives else "role")
    assert admins(town) == {"admin"}
    assert town.manager.audit.verify() == ()


def test_of_two_admins_who_step_down_at_one_moment_one_stays(migrated_engine: Engine, town: World) -> None:
    """Each gives themselves another role: the second is the last one by then."""
    town.admin.staff.add("second.admin", "S", role="admin", unit="bureau", since="2022-01-01")
    town.session.commit()
    demotes("admin", "admin")(town)
    assert meanwhile(migrated_engine, town.session, demotes("second.admin", "second.admin")) == "last_admin"
    assert admins(town) == {"second.admin"}


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda door: door.staff.add("new", "N", role="viewer", unit="bureau"), id="add"),
        pytest.param(lambda door: door.staff.move("zone.desk", role="admin"), id="move"),
        pytest.param(lambda door: door.staff.archive("zone.desk", reason="left"), id="archive"),
    ],
)
def test_an_admin_acts_by_the_role_they_have_by_then(
    migrated_engine: Engine, town: World, act: Callable[[Any], Any]
) -> None:
    """An admin who is being demoted writes no staff any more, also where they were looked up as one before."""
    town.admin.staff.add("second.admin", "S", role="admin", unit="bureau", since="2022-01-01")
    town.session.commit()
    demotes("admin", "second.admin")(town)
    assert meanwhile(migrated_engine, town.session, lambda world: act(world.door("second.admin"))) == "role"
    with Session(migrated_engine, expire_on_commit=False) as session:
        with session.begin():
            door = World(session, found=False).door("admin")
            assert door.actor is not None
        town.admin.staff.move("zone.desk", role="admin")
        demotes("zone.desk", "admin")(town)
        town.session.commit()
        with session.begin(), pytest.raises(Refused) as refusal:
            act(door)
    assert [problem.code for problem in refusal.value.problems] == ["role"]


def test_one_bureau_is_founded(databases: Databases, template_url: str, open_engine: Callable[..., Engine]) -> None:
    """Of two who found the first administrator at one moment one does, whatever they call themselves and their unit."""
    engine = open_engine(databases.create(template_url))
    with Session(engine, expire_on_commit=False) as session:
        first = World(session, found=False)
        first.nobody.staff.found("one", "One")

        def found(world: World) -> Any:
            return world.nobody.staff.found("other", "Other", unit="commerce")

        assert meanwhile(engine, session, found) == "founded"
        assert session.scalars(select(Staff.username)).all() == ["one"]


@define(frozen=True)
class Case:
    """Two acts on a bureau that was set up, what comes of the second, and what has to hold in the end.

    Attributes:
        first: Writes, and commits when the second waits.
        second: Comes to it meanwhile.
        outcome: The code of its refusal, or done.
        count: A number in the end.
        holds: What it has to be.
    """

    first: Act
    second: Act
    outcome: str
    count: Any
    holds: int


def talk(world: World, **more: Any) -> Any:
    """Log a talk with the company, on the day of the trip."""
    return world.tokyo.meetings.log(
        world.tokyo.investors.get("同时商事"), summary="t", at=world.clock(), zone="Asia/Tokyo", **more
    )


def leg(world: World) -> Any:
    """Add a stay on the last day of the trip."""
    return world.manager.trips.add_leg(
        "osaka", "大阪", country="JP", zone="Asia/Tokyo", arrives="2023-02-20", leaves="2023-02-20"
    )


def employ(since: str) -> Act:
    """Return the act of recording that the person works at the other company since a day."""
    return lambda world: world.manager.contacts.employ("佐藤一", "别家商事", since=since)


def attend(**who: Any) -> Act:
    """Return the call that records attendance."""
    return lambda world: world.manager.events.attend("fair", "同时商事", **who)


def close(world: World) -> Any:
    """Close the trip of the days before."""
    return world.manager.trips.close("over", outcome="done")


def cancel(world: World) -> Any:
    """Cancel the trip that is under way."""
    return world.manager.trips.cancel("osaka", reason="r")


def shorten(world: World) -> Any:
    """Let the trip end a day earlier."""
    return world.manager.trips.edit("osaka", starts="2023-02-17", ends="2023-02-19", announced="2023-01-01")


def merge_people(world: World) -> Any:
    """Merge the two records of a person."""
    return world.manager.merges.merge(*people(world), person=True, reason="r")


def people(world: World) -> list[int]:
    """Return the two records of one person, the one that stays first."""
    return list(world.session.scalars(select(Contact.id).order_by(Contact.id)))


def erase(world: World) -> Any:
    """Erase the person by the record that stays."""
    return world.manager.contacts.erase(people(world)[0], reason="asked for")


def plan_visit(world: World) -> Any:
    """Plan another visit on the last day of a trip that ends today."""
    return world.manager.trips.add_visit("over", "同时商事")


def late_visit(world: World) -> Any:
    """Plan a visit on the last day of the trip."""
    return world.manager.trips.add_visit("osaka", "同时商事", on="2023-02-20")


def talk_with_the_other(world: World) -> Any:
    """Log a talk with the person, named by the record that is merged into the other."""
    return talk(world, contacts=[people(world)[1]], staff=["frankfurt.desk"])


def never_worked(world: World) -> Any:
    """Withdraw the employment of that record."""
    return world.manager.contacts.withdraw_employment("佐藤一郎", "同时商事", reason="typed wrongly")


def confirm(world: World) -> Any:
    """Let the person confirm the referral, named by the record that is merged into the other."""
    (number,) = world.session.scalars(select(Referral.id))
    return world.verifier.referrals.confirm(number, people(world)[1])


def merge_twins(world: World) -> Any:
    """Merge a company into another."""
    return world.manager.merges.merge("另名商事", "别家商事", reason="r")


def same_name(world: World) -> Any:
    """Add another company of the name of the one that is being merged."""
    return world.manager.investors.add("别家商事", country="KR", distinct="two companies")


def ask(world: World) -> Any:
    """Set a target."""
    return world.manager.targets.set("trips", title="T", measure="delegations", period=2023, at_least=3, source="s")


def freeze(world: World) -> Any:
    """Freeze the scorecard."""
    return world.manager.targets.freeze(2023)


def rows(model: Any, *where: Any) -> Any:
    """Return the statement that counts rows."""
    return select(func.count()).select_from(model).where(*where)


#: The company that is merged into another, and the contact that is.
GONE = select(Investor.id).where(Investor.name == "别家商事", Investor.country == "JP")
NOBODY = select(Contact.id).where(Contact.archived_at.is_not(None))
CALLED_OFF = Trip.cancelled_at.is_not(None)
OUTSIDE = Trip.ends_on < date(2023, 2, 20)

CASES = {
    "employment": Case(
        employ("2023-01-01"), employ("2023-01-02"), "employed",
        rows(Employment, Employment.until.is_(None), Employment.investor_id.in_(GONE)), 1,
    ),
    "attendance of a company": Case(attend(people=3), attend(people=2), "twice", rows(Attendance), 1),
    "attendance of a person": Case(attend(contact="佐藤一"), attend(contact="佐藤一"), "twice", rows(Attendance), 1),
    "visit and close": Case(
        plan_visit, close, "open_visit", rows(Trip, Trip.closed_at.is_not(None)), 0
    ),
    "close and visit": Case(close, plan_visit, "closed", rows(PlannedVisit), 0),
    "talk and cancel": Case(
        lambda w: talk(w, trip="osaka"), cancel, "took_place", rows(Trip, CALLED_OFF), 0
    ),
    "cancel and talk": Case(
        cancel, lambda w: talk(w, trip="osaka"), "cancelled", rows(Meeting, Meeting.delegation_id.is_not(None)), 0
    ),
    "cancel and talk on no trip in particular": Case(
        cancel, talk, "done", rows(Meeting, Meeting.delegation_id.is_not(None)), 0
    ),
    "stay and edit": Case(leg, shorten, "outside", rows(Trip, Trip.code == "osaka", OUTSIDE), 0),
    "edit and stay": Case(shorten, leg, "outside", rows(Leg, Leg.place == "大阪"), 0),
    "visit and edit": Case(late_visit, shorten, "outside", rows(Trip, Trip.code == "osaka", OUTSIDE), 0),
    "edit and visit": Case(shorten, late_visit, "outside", rows(PlannedVisit), 0),
    "merge and erase": Case(merge_people, erase, "done", rows(Contact, Contact.email == "s@example.com"), 0),
    "erase and merge": Case(erase, merge_people, "archived", rows(Contact, Contact.email == "s@example.com"), 1),
    "merge and talk": Case(
        merge_people, talk_with_the_other, "foreign_contact", rows(MeetingContact), 0
    ),
    "talk and a withdrawn employment": Case(
        talk_with_the_other, never_worked, "met", rows(Employment, Employment.withdrawn_at.is_not(None)), 0
    ),
    "a withdrawn employment and talk": Case(
        never_worked, talk_with_the_other, "foreign_contact", rows(MeetingContact), 0
    ),
    "merge and confirmation": Case(
        merge_people, confirm, "done", rows(Referral, Referral.confirmed_contact_id.in_(NOBODY)), 0
    ),
    "merge and another of the name": Case(
        merge_twins, same_name, "done",
        rows(Distinct, Distinct.one_id.in_(GONE) | Distinct.other_id.in_(GONE)), 0,
    ),
    "target and freeze": Case(ask, freeze, "done", rows(FrozenCell), 2),
}  # fmt: skip


@pytest.fixture
def busy(town: World) -> World:
    """A bureau with an event, two trips, a company with two records of one person, and a referral."""
    town.manager.events.add("fair", title="F", place="济南", starts="2023-01-05")
    plan: Any = {"title": "T", "leader": "L", "rank": "city", "announced": "2023-01-01"}
    town.manager.trips.plan("over", starts="2023-02-16", ends="2023-02-18", **plan)
    company = town.manager.investors.add("同时商事", country="JP")
    stay = ("东京", "JP", "Asia/Tokyo", "2023-02-17", "2023-02-19")
    town.manager.trips.plan(
        "osaka", starts="2023-02-17", ends="2023-02-20", members=["tokyo.desk"], legs=[stay], **plan
    )
    for name in ("别家商事", "另名商事", "引荐商事"):
        town.manager.investors.add(name, country="JP")
    for name in ("佐藤一", "佐藤一郎"):
        town.manager.contacts.add(company, name, email="s@example.com", since="2022-01-01", distinct="another record")
    lead = LeadFactory.create(world=town, investor=company)
    town.manager.referrals.add(lead, "引荐商事", introduced="2023-02-01")
    town.manager.targets.set("first", title="T", measure="events", period=2023, at_least=3, source="s")
    town.session.commit()
    return town


@pytest.mark.parametrize(
    "name",
    [name if place % 4 == 0 else pytest.param(name, marks=pytest.mark.whole) for place, name in enumerate(CASES)],
)
def test_what_is_counted_holds_when_both_are_done(migrated_engine: Engine, busy: World, name: str) -> None:
    """The second sees what the first wrote."""
    case = CASES[name]
    case.first(busy)
    assert meanwhile(migrated_engine, busy.session, case.second) == case.outcome
    busy.session.expire_all()
    assert busy.session.scalar(case.count) == case.holds
    assert busy.manager.audit.verify() == ()


def test_a_request_that_was_closed_meanwhile_is_not_answered(migrated_engine: Engine, town: World) -> None:
    """An answer that changes nothing about the request itself is a step all the same; the last step says its state."""
    request = town.tokyo.requests.open(LeadFactory.create(world=town), "t", accepted="2023-02-01")
    town.tokyo.requests.answer(request, "first", on="2023-02-02")
    town.session.commit()
    with Session(migrated_engine, expire_on_commit=False) as session:
        with session.begin():
            late = World(session, found=False)
            held = late.tokyo.requests.get(request.id)
        with at_work(migrated_engine) as first:
            first.tokyo.requests.resolve(request.id, "done")
        with session.begin(), pytest.raises(StaleRecord):
            late.tokyo.requests.answer(held, "second", on="2023-02-03")
    assert [step.step for step in town.tokyo.requests.show(request.id).steps] == ["open", "answer", "solve"]
    assert town.session.scalar(rows(RequestEvent)) == 3


@pytest.mark.parametrize(
    "cleared",
    [EnterpriseFields(licensed=None), EnterpriseFields(filing=None), EnterpriseFields(credit_code=None)],
    ids=str,
)
def test_what_a_gate_asks_for_is_not_cleared_while_the_lead_passes_it(
    migrated_engine: Engine, town: World, cleared: EnterpriseFields
) -> None:
    """Whoever clears it had read the lead before it moved, and is told."""
    lead = LeadFactory.create(world=town, signed=True, ready=True)
    town.session.commit()
    with Session(migrated_engine, expire_on_commit=False) as session:
        with session.begin():
            late = World(session, found=False)
            held = late.tokyo.leads.get(lead.id)
        with at_work(migrated_engine) as first:
            first.tokyo.leads.advance(lead.id)
        with session.begin(), pytest.raises(StaleRecord):
            late.tokyo.leads.register(held, **cleared)
    firm = town.session.scalars(select(Enterprise)).one()
    town.session.refresh(firm)
    assert None not in (firm.licensed_on, firm.filing, firm.credit_code)


def test_an_import_and_an_investor_of_the_same_name_make_one(migrated_engine: Engine, town: World) -> None:
    """Whoever comes second finds the name, though the import locks no single one of its thousands."""

    def names(world: World) -> list[str]:
        return [row.name for row in world.viewer.investors.list(limit=None) if row.name.startswith("入册")]

    bring(town.zone, ledger(2))
    adds = meanwhile(
        migrated_engine, town.session, lambda world: world.manager.investors.add("入册2号商事株式会社", country="JP")
    )
    assert adds == "known"
    town.manager.investors.add("入册9号商事株式会社", country="JP")
    brings = meanwhile(migrated_engine, town.session, lambda world: bring(world.zone, ledger(1, first=9)))
    assert brings in {"stale", "done"}  # on SQLite the second previews when the first has committed
    assert sorted(names(town)) == [f"入册{number}号商事株式会社" for number in (2, 3, 9)]
