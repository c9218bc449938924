"""Promotion events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm.errors import Archived, Conflict, InvalidInput, NotFound, Refused, StaleRecord
from tests.factories import ContactFactory, EventFactory, InvestorFactory, LeadFactory, World
from tests.services.at_once.test_concurrency import at_work
from tests.services.refusals import LONE_SURROGATE, MANAGERS, NO_DAY, NO_REFERENCE, NO_TEXT, allows, refused

pytestmark = pytest.mark.portable

UID = "01860000-0000-7000-8000-000000000081"
NEW: dict[str, Any] = {"code": "tokyo-2023", "title": "济南投资推介会", "place": "东京", "starts": "2023-02-08"}


def test_an_event_is_planned_held_and_starts_leads(world: World) -> None:
    """Who came is counted once each; the leads name it as their source, and it lists them."""
    event = world.tokyo.events.add(
        **NEW, country="JP", zone="Asia/Tokyo", station="tokyo", organiser="JETRO", ends="2023-02-09"
    )
    investor = InvestorFactory.create(world=world)
    person = ContactFactory.create(world=world, investor=investor)
    world.tokyo.events.attend(event, investor)
    world.tokyo.events.attend(event, investor, contact=person)
    world.frankfurt.events.attend(event, people=80, note="Japanese companies")
    lead = LeadFactory.create(world=world, investor=investor, source="event:Tokyo-2023")
    other = LeadFactory.create(world=world, source=event)
    unknown = LeadFactory.create(world=world, source="event:some forum")
    world.tokyo.events.hold(event, outcome="two projects")
    card = world.viewer.events.show("tokyo-2023")
    assert (card.row.state, card.row.abroad, card.row.investors, card.row.people, card.row.leads) == (
        "held",
        True,
        1,
        82,
        2,
    )
    assert {row.id for row in card.leads} == {lead.id, other.id}
    assert [(row.investor, row.contact, row.people) for row in card.attendance] == [
        (investor.name, None, 1), (investor.name, person.name, 1), (None, None, 80),
    ]  # fmt: skip
    assert (lead.source_event, lead.source_event_id) == ("Tokyo-2023", event.id)
    assert (unknown.source_event, unknown.source_event_id) == ("some forum", None)
    assert world.viewer.leads.show(lead).source == "event:济南投资推介会"
    assert world.viewer.leads.show(unknown).source == "event:some forum"
    world.tokyo.leads.edit(unknown, source="event:tokyo-2023")
    world.tokyo.leads.edit(lead, source="station:tokyo")
    assert (unknown.source_event_id, lead.source_event_id) == (event.id, None)
    assert world.manager.audit.verify() == ()


def test_a_repeated_call_is_the_same_lead_when_its_event_was_added_since(world: World) -> None:
    """The record of the event is no part of what was said."""
    investor = InvestorFactory.create(world=world)
    first = world.tokyo.leads.open(investor, title="x", source="event:tokyo-2023", uid=UID)
    world.manager.events.add(**NEW)
    assert world.tokyo.leads.open(investor, title="x", source="event:tokyo-2023", uid=UID) is first


def test_events_are_counted_for_a_period_at_home_and_abroad(world: World) -> None:
    """Held ones by where they were; planned and cancelled ones apart."""
    home, abroad = EventFactory.create(world=world, held=True), EventFactory.create(world=world, held=True, tokyo=True)
    EventFactory.create(world=world, held=True, country="HK", zone="Asia/Hong_Kong", place="香港")
    planned = EventFactory.create(world=world, unit="hitech")
    cancelled = EventFactory.create(world=world, cancelled=True)
    EventFactory.create(world=world, held=True, starts="2022-12-31")
    world.tokyo.events.attend(abroad, people=30, note="guests")
    world.tokyo.events.attend(planned, people=5, note="guests")
    LeadFactory.create(world=world, source=abroad)
    found = world.viewer.events.figures(2023)
    assert (found.held, found.held_at_home, found.held_abroad) == (3, 1, 2)
    assert (found.planned, found.cancelled, found.people, found.leads) == (1, 1, 30, 1)
    assert world.viewer.events.figures(2023, unit="hitech").planned == 1
    assert world.viewer.events.figures(2023, station="tokyo").held == 1
    assert world.viewer.events.figures(2021).people == 0

    def ids(**asked: Any) -> set[int]:
        return {row.id for row in world.viewer.events.list(**asked)}

    assert len(ids()) == 6
    assert ids(state="cancelled") == {cancelled.id}
    assert ids(unit="hitech") == {planned.id}
    assert ids(abroad=True, station="tokyo") == {abroad.id}
    assert home.id in ids(abroad=False, since="2023-01-01", until="2023-12-31")
    assert ids(until="2022-12-30") == set()


def test_leads_that_are_hidden_are_not_counted(world: World) -> None:
    """Not in the list, the card or the figures of those who may not see them."""
    event = EventFactory.create(world=world, held=True)
    LeadFactory.create(world=world, source=event, secret=True, unit=None)
    for door, seen in ((world.tokyo, 1), (world.manager, 1), (world.frankfurt, 0), (world.viewer, 0)):
        card = door.events.show(event)
        assert (card.row.leads, len(card.leads)) == (seen, seen)
        assert door.events.list()[0].leads == seen
        assert door.events.figures(2023).leads == seen


@pytest.mark.parametrize(("value", "code"), NO_TEXT)
def test_texts_have_to_be_texts(world: World, value: Any, code: str) -> None:
    """Title, place and reason."""
    event = EventFactory.create(world=world)
    verbs: tuple[Callable[[], object], ...] = (
        lambda: world.manager.events.add(**(NEW | {"title": value})),
        lambda: world.manager.events.add(**(NEW | {"place": value})),
        lambda: world.manager.events.edit(event, title=value),
        lambda: world.manager.events.cancel(event, reason=value),
    )
    for verb in verbs:
        with refused(world, InvalidInput, code):
            verb()


@pytest.mark.parametrize(("value", "code"), [*NO_DAY, pytest.param(None, "missing", id="none")])
def test_days_have_to_be_days(world: World, value: Any, code: str) -> None:
    """The first and the last."""
    event = EventFactory.create(world=world)
    verbs: tuple[Callable[[], object], ...] = (
        lambda: world.manager.events.add(**(NEW | {"starts": value})),
        lambda: world.manager.events.edit(event, starts=value),
        lambda: world.manager.events.edit(event, ends=value),
    )
    for verb in verbs:
        with refused(world, InvalidInput, code):
            verb()


@pytest.mark.parametrize("ref", NO_REFERENCE)
def test_an_event_is_named_by_something_that_is_there(world: World, ref: Any) -> None:
    """Unknown and malformed references are refused, also those of units, investors and people."""
    event, investor = EventFactory.create(world=world), InvestorFactory.create(world=world)
    ContactFactory.create(world=world, investor=investor, name="担当15")
    verbs: tuple[Callable[[], object], ...] = (
        lambda: world.manager.events.show(ref),
        lambda: world.manager.events.edit(ref, title="x"),
        lambda: world.manager.events.hold(ref),
        lambda: world.manager.events.cancel(ref, reason="x"),
        lambda: world.manager.events.attend(ref, investor),
        lambda: world.manager.events.attend(event, ref),
        lambda: world.manager.events.attend(event, investor, contact=ref),
        lambda: world.manager.events.add(**NEW, unit=ref),
        lambda: world.manager.events.list(station=ref),
    )
    for verb in verbs:
        with refused(world, Refused):
            verb()


def test_everything_wrong_is_named_at_once(world: World) -> None:
    """One refusal names all the arguments."""
    with refused(world, InvalidInput, "code", "encoding", "choice", "country", "zone", "order"):
        world.manager.events.add(
            "two words", title=LONE_SURROGATE, place="x", starts="2023-02-08", ends="2023-02-07", kind="gift", country="XX",
            zone="Mars/Base",
        )  # fmt: skip
    event = EventFactory.create(world=world, starts=world.day(1))
    with refused(world, InvalidInput, "missing", "range", "future"):
        world.manager.events.attend(event, people=0)
    with refused(world, InvalidInput, "missing"):
        world.manager.events.attend(event, contact="somebody")
    with refused(world, InvalidInput, "future"):
        world.manager.events.hold(event)


@pytest.mark.parametrize("people", [0, -1, 10**7, 2**70, "5", 1.5, True])
def test_so_many_people_have_to_be_a_number(world: World, people: Any) -> None:
    """A person is one; a group from one on."""
    event = EventFactory.create(world=world)
    with refused(world, InvalidInput):
        world.tokyo.events.attend(event, people=people, note="guests")


def test_nobody_is_noted_twice_and_no_stranger(world: World) -> None:
    """Neither an investor nor a person of theirs; a person is one, and theirs."""
    event, investor = EventFactory.create(world=world), InvestorFactory.create(world=world)
    person = ContactFactory.create(world=world, investor=investor)
    stranger = ContactFactory.create(world=world)
    world.tokyo.events.attend(event, investor, people=5)
    world.tokyo.events.attend(event, investor, contact=person)
    with refused(world, Conflict, "twice"):
        world.tokyo.events.attend(event, investor)
    with refused(world, Conflict, "twice"):
        world.tokyo.events.attend(event, investor, contact=person)
    with refused(world, InvalidInput, "foreign_contact"):
        world.tokyo.events.attend(event, investor, contact=stranger)
    with refused(world, InvalidInput, "range"):
        world.tokyo.events.attend(event, investor, contact=person, people=2)


def test_a_cancelled_event_stays_and_takes_no_more(world: World) -> None:
    """A held one is not cancelled, and does not end in the future."""
    event, held = EventFactory.create(world=world, cancelled=True), EventFactory.create(world=world, held=True)
    verbs: tuple[Callable[[], object], ...] = (
        lambda: world.manager.events.edit(event, title="x"),
        lambda: world.manager.events.hold(event),
        lambda: world.manager.events.cancel(event, reason="x"),
        lambda: world.manager.events.attend(event, note="guests"),
    )
    for verb in verbs:
        with refused(world, Conflict, "cancelled"):
            verb()
    with refused(world, Conflict, "held"):
        world.manager.events.cancel(held, reason="x")
    with refused(world, InvalidInput, "future"):
        world.manager.events.edit(held, ends=world.day(1))
    with refused(world, InvalidInput, "order"):
        world.manager.events.edit(held, ends=world.day(-9))
    world.manager.events.edit(held, organiser="JETRO", starts="2023-02-01")
    world.manager.events.edit(held, organiser=None)
    assert (held.organiser, held.starts_on) == (None, date(2023, 2, 1))
    world.admin.units.archive("hitech", reason="merged", leave_open="r")
    with refused(world, Archived, "archived"):
        world.manager.events.add(**NEW, unit="hitech")


def test_a_repeated_uid_is_the_same_record(world: World) -> None:
    """Of an event and of an attendance; other content conflicts, and so does a code in use."""
    first = world.manager.events.add(**NEW, uid=UID)
    assert world.manager.events.add(**NEW, uid=UID) is first
    with refused(world, Conflict, "uid"):
        world.manager.events.add(**(NEW | {"title": "another"}), uid=UID)
    with refused(world, Conflict, "taken"):
        world.manager.events.add(**NEW)
    came = world.tokyo.events.attend(first, people=3, note="guests", uid=UID)
    assert world.tokyo.events.attend(first, people=3, note="guests", uid=UID) is came
    with refused(world, Conflict, "uid"):
        world.tokyo.events.attend(first, people=4, note="guests", uid=UID)


def test_who_may_do_what(world: World) -> None:
    """Ambassadors write the events of their own station or unit, and note who came to any."""
    own = {"tokyo"} | MANAGERS
    assert allows(world, lambda door: door.events.add(**NEW)) == MANAGERS
    assert allows(world, lambda door: door.events.add(**NEW, station="tokyo")) == own
    event = EventFactory.create(world=world, tokyo=True)
    assert allows(world, lambda door: door.events.edit(event, title="x")) == own
    assert allows(world, lambda door: door.events.hold(event)) == own
    assert allows(world, lambda door: door.events.cancel(event, reason="x")) == own
    assert allows(world, lambda door: door.events.attend(event, note="guests")) == own | {"frankfurt"}
    readers = {"viewer", "frankfurt", "tokyo", "verifier"} | MANAGERS
    assert allows(world, lambda door: door.events.show(event)) == readers


def test_of_two_who_write_one_is_told(migrated_engine: Engine) -> None:
    """The second, who read it before the first one's commit, is refused."""
    with Session(migrated_engine) as session, session.begin():
        number = EventFactory.create(world=World(session)).id
    with Session(migrated_engine, expire_on_commit=False) as session:
        with session.begin():
            second = World(session, found=False)
            seen = second.manager.events.get(number)
        with at_work(migrated_engine) as first:
            first.manager.events.cancel(number, reason="the hall is rebuilt")
        with session.begin(), pytest.raises(StaleRecord):
            second.manager.events.hold(seen)
    with at_work(migrated_engine) as third:
        assert third.viewer.events.show(number).row.state == "cancelled"
        with pytest.raises(NotFound):
            third.viewer.events.get("no such event")
        assert third.manager.audit.verify() == ()
