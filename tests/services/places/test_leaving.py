"""Staff, units and stations that go out of use: open work is listed, handed on or left; nothing new is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select

from crm.errors import AccessDenied, Archived, Conflict, InvalidInput
from crm.models import Claim, Lead, Staff
from tests.factories import LeadFactory, UnitFactory, World
from tests.services.at_once.interleaving import meanwhile
from tests.services.refusals import refused

pytestmark = pytest.mark.portable


def work(world: World) -> dict[str, Any]:
    """Give the desk of the zone a lead with a follow-up, a request and a trip, and its unit a claim."""
    unit, desk = world.viewer.units.get("hitech"), world.viewer.staff.get("zone.desk")
    investor = world.manager.investors.add("移交商事", country="JP")
    lead = world.manager.leads.open(investor, title="移交项目", unit=unit, owner=desk, station="tokyo")
    return {
        "lead": lead,
        "todo": world.manager.followups.add(lead, "寄资料", due=world.day(9), owner=desk),
        "request": world.manager.requests.open(lead, "用电", unit=unit, assignee=desk, ambassador=desk),
        "trip": world.manager.trips.plan(
            "out", title="T", leader="L", rank="city", starts="2023-03-01", ends="2023-03-03", announced="2023-01-01",
            owner=desk, unit=unit,
        ),
        "claim": world.zone.claims.file(lead),
    }  # fmt: skip


def test_staff_with_open_work_are_archived_with_a_successor_or_a_reason(world: World) -> None:
    """Everything open is named, with its number; the successor has it all afterwards, and the histories say so."""
    made = work(world)
    with refused(world, Conflict, "open_work") as caught:
        world.admin.staff.archive("zone.desk", reason="left")
    told = str(caught.value)
    for kind, letter in {"lead": "L", "todo": "T", "request": "Q", "trip": ""}.items():
        assert f"({letter}{made[kind].id})" in told
    assert len(caught.value.problems) == 5
    heir = world.viewer.staff.get("manager.desk")
    world.admin.staff.archive("zone.desk", reason="left", to=heir)
    owners = (made["lead"].owner_id, made["todo"].owner_id, made["request"].assignee_id, made["trip"].owner_id)
    assert {*owners, made["request"].ambassador_id} == {heir.id}
    assert [row.owner for row in world.viewer.leads.assignments(made["lead"])][-1] == "manager.desk"
    assert world.viewer.requests.show(made["request"]).steps[-1].step == "assign"
    assert {entry.verb for entry in world.admin.audit.list(limit=7)} == {"staff.archive"}
    assert world.admin.audit.verify() == ()


@pytest.mark.parametrize("heir", ["viewer.desk", "verifier.desk"])
def test_a_successor_s_role_must_allow_the_work(world: World, heir: str) -> None:
    """Leads, follow-ups and requests go to nobody who cannot work on them; who has none of these is followed by anybody."""
    work(world)
    with refused(world, Conflict, "open_work") as caught:
        world.admin.staff.archive("zone.desk", reason="left", to=heir)
    assert len(caught.value.problems) == 4
    assert f"{heir} ({heir.removesuffix('.desk')}) cannot do this work" in str(caught.value)
    world.admin.staff.add("second", "X", role="viewer", unit="hitech")
    world.admin.staff.archive("second", reason="left", to=heir)


def test_who_takes_part_in_trips_ahead_is_replaced(world: World) -> None:
    """Members and units of trips that have not begun, and planned events; who took part already stays on the list."""
    plan: dict[str, Any] = {"title": "T", "leader": "L", "rank": "city", "announced": "2022-01-01"}
    world.admin.units.add("west", name="西", name_en="West", kind="district")
    going: list[tuple[str, str, list[str], list[str]]] = [
        ("one", "2023-05-01", [], []), ("both", "2023-06-01", ["tokyo.desk"], ["west"]), ("gone", "2023-02-01", [], []),
    ]  # fmt: skip
    trips = [
        world.manager.trips.plan(
            code, starts=day, ends=day, members=["zone.desk", *people], units=["hitech", *units], **plan
        )
        for code, day, people, units in going
    ]
    event = world.manager.events.add(
        "forum", title="论坛", place="济南", starts="2023-05-10", unit="hitech", station="tokyo"
    )
    with refused(world, Conflict, "open_work") as caught:
        world.admin.staff.archive("zone.desk", reason="left")
    assert f"({trips[0].id}, {trips[1].id})" in str(caught.value)
    world.admin.staff.archive("zone.desk", reason="left", to="tokyo.desk")

    def members() -> list[list[tuple[str, bool]]]:
        cards = [world.manager.trips.show(trip) for trip in trips]
        return [sorted((row.username, row.left_on is not None) for row in card.members) for card in cards]

    assert members() == [
        [("tokyo.desk", False)],
        [("tokyo.desk", False), ("zone.desk", True)],
        [("zone.desk", False)],
    ]
    with refused(world, Conflict, "open_work") as caught:
        world.admin.units.archive("hitech", reason="merged")
    assert f"Planned events: 1 ({event.id})" in str(caught.value)
    world.admin.units.archive("hitech", reason="merged", to="west")
    units = [
        sorted((row.unit, row.left_on is not None) for row in world.manager.trips.show(trip).units) for trip in trips
    ]
    assert units == [[("west", False)], [("hitech", True), ("west", False)], [("hitech", False)]]
    assert world.manager.events.show("forum").row.unit == "west"
    world.admin.stations.set_status("tokyo", "closed", to="frankfurt")
    assert world.manager.events.show("forum").row.station == "frankfurt"
    assert world.admin.audit.verify() == ()


def test_open_work_is_left_where_somebody_says_why(world: World) -> None:
    """The reason stands in the audit."""
    made = work(world)
    owner = made["lead"].owner_id
    world.admin.staff.archive("zone.desk", reason="left", leave_open="nobody is there yet")
    assert made["lead"].owner_id == owner
    assert world.admin.audit.list(limit=1)[0].reason == "left; nobody is there yet"


def test_a_successor_is_somebody_else_who_is_there(world: World) -> None:
    """Neither oneself nor somebody archived; and not both a successor and a reason to leave it."""
    work(world)
    with refused(world, InvalidInput, "itself"):
        world.admin.staff.archive("zone.desk", reason="left", to="zone.desk")
    with refused(world, InvalidInput, "both"):
        world.admin.staff.archive("zone.desk", reason="left", to="manager.desk", leave_open="r")
    world.admin.staff.archive("viewer.desk", reason="left")
    with refused(world, Archived, "archived"):
        world.admin.staff.archive("zone.desk", reason="left", to="viewer.desk")


def test_a_unit_hands_on_its_leads_requests_trips_claims_and_staff(world: World) -> None:
    """Its claim protects for the successor; its people are posted there."""
    made = work(world)
    heir = UnitFactory.create(world=world)
    with refused(world, Conflict, "open_work") as caught:
        world.admin.units.archive("hitech", reason="merged")
    assert len(caught.value.problems) == 5
    world.admin.units.archive("hitech", reason="merged", to=heir)
    assert {made["lead"].unit_id, made["request"].unit_id, made["trip"].unit_id} == {heir.id}
    assert world.viewer.staff.get("zone.desk").unit_id == heir.id
    standing = world.session.scalars(
        select(Claim).where(Claim.lead_id == made["lead"].id, Claim.state == "active")
    ).one()
    assert (standing.unit_id, standing.from_claim_id, made["claim"].state) == (heir.id, made["claim"].id, "transferred")
    assert world.admin.audit.verify() == ()


def test_the_claims_of_a_unit_without_a_successor_are_released(world: World) -> None:
    """A contest with one other ends for that one; nothing blocks the lead any more."""
    made = work(world)
    rival, third = (UnitFactory.create(world=world) for _ in range(2))
    contested = world.manager.claims.file(made["lead"], unit=rival)
    world.admin.units.archive("hitech", reason="dissolved", leave_open="to be shared out")
    assert (made["claim"].state, contested.state) == ("released", "active")
    world.admin.units.archive(rival, reason="dissolved", leave_open="to be shared out")
    assert world.manager.claims.file(made["lead"], unit=third).state == "active"
    assert world.admin.audit.verify() == ()


def test_a_station_that_closes_hands_on_its_leads_and_staff(world: World) -> None:
    """A manager closes it; moving staff takes an admin."""
    lead = LeadFactory.create(world=world, station="tokyo")
    with refused(world, Conflict, "open_work"):
        world.manager.stations.set_status("tokyo", "closed")
    with refused(world, AccessDenied, "role"):
        world.manager.stations.set_status("tokyo", "closed", to="frankfurt")
    with refused(world, InvalidInput, "open"):
        world.admin.stations.set_status("tokyo", "operating", to="frankfurt")
    world.admin.stations.set_status("tokyo", "closed", to="frankfurt", note="moved")
    frankfurt = world.viewer.stations.get("frankfurt").id
    assert (lead.station_id, world.viewer.staff.get("tokyo.desk").station_id) == (frankfurt, frankfurt)
    assert world.admin.audit.verify() == ()


#: New work at what is out of use: a closed station, an archived unit, somebody who has left.
NEW_WORK: dict[str, Callable[[World], Any]] = {
    "lead at a station": lambda w: w.manager.leads.open("无主商事", title="t", station="tokyo"),
    "lead of a unit": lambda w: w.manager.leads.open("无主商事", title="t", unit="hitech"),
    "lead of a person": lambda w: w.manager.leads.open("无主商事", title="t", source="unit:bureau", owner="zone.desk"),
    "visit": lambda w: w.manager.meetings.log("无主商事", summary="t", station="tokyo"),
    "staff at a station": lambda w: w.admin.staff.add("x", "X", role="viewer", station="tokyo"),
    "staff of a unit": lambda w: w.admin.staff.add("x", "X", role="viewer", unit="hitech"),
    "posting": lambda w: w.admin.staff.move("viewer.desk", station="tokyo"),
    "follow-up": lambda w: w.manager.followups.add("无主商事", "t", due=w.day(3), owner="zone.desk"),
    "request of a unit": lambda w: w.manager.requests.open("无主商事", "t", unit="hitech"),
    "request of a person": lambda w: w.manager.requests.open("无主商事", "t", assignee="zone.desk"),
    "handover": lambda w: w.manager.leads.handover("无主项目", unit="hitech"),
    "handover to a person": lambda w: w.manager.leads.handover("无主项目", owner="zone.desk"),
    "claim": lambda w: w.manager.claims.file("无主项目", unit="hitech"),
    "trip": lambda w: w.manager.trips.plan(
        "new", title="N", leader="L", rank="city", starts="2023-03-01", ends="2023-03-03", announced="2023-01-01", unit="hitech"
    ),
    "event": lambda w: w.manager.events.add("new", title="T", place="P", starts="2023-03-01", station="tokyo"),
}  # fmt: skip


def close_all(world: World) -> None:
    """Take a station, a unit and a member of staff out of use, and leave what is open there."""
    world.admin.staff.archive("zone.desk", reason="left", leave_open="r")
    world.admin.units.archive("hitech", reason="merged", leave_open="r")
    world.admin.stations.set_status("tokyo", "closed", leave_open="r")


def enter(world: World) -> None:
    """Add the company and the lead that the new work is about."""
    investor = world.manager.investors.add("无主商事", country="JP")
    world.manager.leads.open(investor, title="无主项目", unit="bureau", station="frankfurt")


@pytest.mark.parametrize("what", NEW_WORK)
def test_what_is_out_of_use_takes_no_new_work(world: World, what: str) -> None:
    """Each is refused with the way out."""
    enter(world)
    close_all(world)
    with refused(world, Archived, "archived") as caught:
        NEW_WORK[what](world)
    assert "crm s" in str(caught.value) or "crm unit restore" in str(caught.value)


def test_a_visit_before_the_station_closed_may_still_be_logged(world: World) -> None:
    """Late, but it took place there."""
    enter(world)
    close_all(world)
    world.manager.meetings.log("无主商事", summary="t", station="tokyo", at="2023-02-10 10:00")
    world.manager.stations.set_status("tokyo", "operating")
    world.manager.meetings.log("无主商事", summary="t", station="tokyo")


def test_a_follow_up_is_for_somebody_who_is_there(world: World) -> None:
    """Also one that was promised at a visit before its owner left."""
    enter(world)
    close_all(world)
    with refused(world, InvalidInput, "archived"):
        world.manager.meetings.log(
            "无主商事", summary="t", at="2023-02-10 10:00", followups=[("send it", world.day(3), "zone.desk")]
        )


def test_new_work_during_the_closing_waits_and_is_refused(migrated_engine: Engine, town: World) -> None:
    """Whoever opens a lead, hands one over, logs a visit or files a claim at the same moment sees that it is out of use."""
    enter(town)
    town.session.commit()
    outcomes = {}
    for what, act in NEW_WORK.items():
        close_all(town)
        outcomes[what] = meanwhile(migrated_engine, town.session, act)
        town.admin.stations.set_status("tokyo", "operating")
        town.admin.units.restore("hitech", reason="back")
        town.admin.staff.restore("zone.desk", reason="back")
        town.session.commit()
    assert outcomes == dict.fromkeys(outcomes, "archived")


def test_who_closes_sees_the_work_that_is_being_taken(migrated_engine: Engine, town: World) -> None:
    """It waits for the lead that is being opened, and lists it."""
    enter(town)
    town.session.commit()
    town.manager.leads.open("无主商事", title="t", unit="hitech", owner="zone.desk", source="unit:hitech")

    def act(world: World) -> Any:
        return world.admin.staff.archive("zone.desk", reason="left")

    assert meanwhile(migrated_engine, town.session, act) == "open_work"


def test_a_handover_takes_the_open_follow_ups_along(world: World) -> None:
    """Those of the former owner that belong to the lead; not those of others, of other leads, or done."""
    enter(world)
    lead = world.session.scalars(select(Lead).where(Lead.title == "无主项目")).one()
    former = world.session.get_one(Staff, lead.owner_id)
    add = world.manager.followups.add
    mine, done = (add(lead, text, due=world.day(3), owner=former) for text in ("a", "b"))
    others = add(lead, "c", due=world.day(3), owner="manager.desk" if former.username != "manager.desk" else "admin")
    elsewhere = add("无主商事", "d", due=world.day(3), owner=former)
    elsewhere = add(LeadFactory.create(world=world, title="另一项目"), "d", due=world.day(3), owner=former)
    world.manager.followups.done(done, result="r")
    world.manager.leads.handover(lead, owner="frankfurt.desk", reason="r")
    heir = world.viewer.staff.get("frankfurt.desk").id
    assert mine.owner_id == heir
    assert heir not in {done.owner_id, others.owner_id, elsewhere.owner_id}
    assert world.manager.audit.verify() == ()
