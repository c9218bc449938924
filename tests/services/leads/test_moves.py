"""The verbs that move a lead."""

from __future__ import annotations

from typing import Any

import pytest

from crm import CRM
from crm.errors import Conflict, GatesNotMet, InvalidInput, MoveNotAllowed, Refused
from crm.models import Lead
from crm.testing.leads import STAGES
from tests.factories import LeadFactory, World
from tests.services.refusals import LONE_SURROGATE, LONG, MANAGERS, NO_DAY, NO_REFERENCE, allows, refused

pytestmark = pytest.mark.portable

UID = "01860000-0000-7000-8000-000000000031"
#: Each verb with a lead it applies to and the arguments it takes.
VERBS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "advance": ({"ready": True}, {}),
    "back": ({"signed": True}, {"to": "contact", "reason": "too early"}),
    "hold": ({}, {"reason": "waits", "review": "2023-03-01"}),
    "resume": ({"held": True}, {}),
    "lose": ({}, {"reason": "chose another city"}),
    "abandon": ({}, {"reason": "no longer pursued"}),
    "reopen": ({"lost": True}, {"reason": "came back", "to": "contact"}),
    "exit": ({"landed": True}, {"reason": "closed the plant"}),
}
TO = {"hold": "on_hold", "lose": "lost", "abandon": "abandoned", "exit": "exited"}


def move(door: CRM, verb: str, ref: Any, **kw: Any) -> Any:
    """Call a verb with its usual arguments, but for those given."""
    return getattr(door.leads, verb)(ref, **(VERBS[verb][1] | kw))


def ready(world: World, verb: str) -> Lead:
    """Return a lead the verb applies to."""
    lead: Lead = LeadFactory.create(world=world, **VERBS[verb][0])
    return lead


@pytest.mark.parametrize("verb", VERBS)
def test_a_move_leaves_one_transition_signed_and_dated(world: World, verb: str) -> None:
    """The lead follows its last transition; the version grows by one; the audit accounts for it."""
    lead = ready(world, verb)
    version, count = lead.version, lead.last_transition
    world.clock.forward(days=3)
    step = move(world.manager, verb, lead, uid=UID)
    assert (step.number, lead.last_transition, lead.version) == (count + 1, count + 1, version + 1)
    assert (lead.stage, lead.status) == (step.to_stage, TO.get(verb, "active"))
    assert (step.occurred_on, step.kind) == (world.today, verb)
    assert world.manager.audit.verify() == ()
    assert move(world.manager, verb, lead, uid=UID) is step
    with refused(world, Conflict, "uid"):
        move(world.manager, verb, lead, uid=UID, reason="something else")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("value", "code"), NO_DAY)
def test_a_move_needs_a_day_that_is_one(world: World, verb: str, value: Any, code: str) -> None:
    """A day that is none is refused."""
    lead = LeadFactory.create(world=world)
    with refused(world, InvalidInput, code):
        move(world.manager, verb, lead, on=value)


@pytest.mark.parametrize("verb", VERBS)
def test_a_move_is_in_order_not_ahead_and_reasoned(world: World, verb: str) -> None:
    """A day in the future or before the last move is refused, and so is a missing or malformed reason."""
    lead = ready(world, verb)
    with refused(world, MoveNotAllowed, "future"):
        move(world.manager, verb, lead, on=world.day(1))
    with refused(world, MoveNotAllowed, "order"):
        move(world.manager, verb, lead, on=world.day(-1))
    if "reason" in VERBS[verb][1]:
        with refused(world, MoveNotAllowed, "reason"):
            move(world.manager, verb, lead, reason=" ")
    for value, code in ((7, "type"), (LONG, "too_long"), (LONE_SURROGATE, "encoding")):
        with refused(world, InvalidInput, code):
            move(world.manager, verb, lead, reason=value)


@pytest.mark.parametrize("verb", VERBS)
def test_a_move_from_the_wrong_status_says_the_way_out(world: World, verb: str) -> None:
    """Each verb starts from its own statuses."""
    wrong = {"resume": {}, "reopen": {}}.get(verb, {"lost": True})
    lead = LeadFactory.create(world=world, **wrong)
    with refused(world, MoveNotAllowed, "status"):
        move(world.manager, verb, lead)


@pytest.mark.parametrize("ref", NO_REFERENCE)
def test_a_move_names_a_lead_that_is_there(world: World, ref: Any) -> None:
    """Unknown and malformed references are refused by every verb."""
    for verb in VERBS:
        with refused(world, Refused):
            move(world.manager, verb, ref)


@pytest.mark.parametrize("to", ["", "paid", 7, LONG, LONE_SURROGATE])
@pytest.mark.parametrize("verb", ["advance", "back", "reopen"])
def test_a_move_names_a_stage_that_is_there(world: World, verb: str, to: Any) -> None:
    """What is no stage of the policy is refused."""
    lead = ready(world, verb)
    with refused(world, InvalidInput, "stage"):
        move(world.manager, verb, lead, to=to)


def test_a_stage_in_a_wrong_encoding_is_refused_with_a_uid_too(world: World) -> None:
    """A lone surrogate is no stage, whether or not the call can be repeated."""
    lead = ready(world, "advance")
    with refused(world, InvalidInput, "stage"):
        move(world.manager, "advance", lead, to=LONE_SURROGATE, uid=UID)


@pytest.mark.parametrize("stage", STAGES[1:])
def test_a_skip_names_every_gate_between(world: World, stage: str) -> None:
    """With a reason the gates of all stages up to the target stand in the way; they are the ones missing() names."""
    lead = LeadFactory.create(world=world, unit=None, expected=None, industry=None)
    missing = {requirement.gate for requirement in world.tokyo.leads.missing(lead, stage)}
    with refused(world, GatesNotMet, *missing) as caught:
        world.tokyo.leads.advance(lead, stage, reason="in a hurry")
    assert {problem.code for problem in caught.value.problems} == missing


def test_a_hold_needs_a_day_of_review_from_today_on(world: World) -> None:
    """None, and one that has passed, are refused together with a missing reason."""
    lead = LeadFactory.create(world=world)
    with refused(world, MoveNotAllowed, "past", "reason"):
        world.tokyo.leads.hold(lead, reason="", review="2023-02-17")
    with refused(world, MoveNotAllowed, "review"):
        world.tokyo.leads.hold(lead, reason="x", review=None)  # type: ignore[arg-type]


def test_capital_holds_a_lead_up(world: World) -> None:
    """Not below implementing while verified capital stands; after its reversal it is."""
    lead = LeadFactory.create(world=world, landed=True)
    with refused(world, MoveNotAllowed, "capital"):
        world.manager.leads.back(lead, "signed", reason="a mistake")
    world.manager.capital.reverse(world.viewer.capital.list(lead)[0].id, reason="counted twice")
    world.manager.leads.back(lead, "signed", reason="a mistake")
    assert (lead.stage, lead.landed_on) == ("signed", None)


def test_landing_twice_is_one_landing(world: World) -> None:
    """After exit, reopening and the way up again the first landing is the landing."""
    lead = LeadFactory.create(world=world, exited=True)
    landed = lead.landed_on
    world.clock.forward(days=30)
    world.manager.leads.reopen(lead, reason="came back")
    for _ in range(4):
        world.tokyo.leads.advance(lead)
    assert (lead.stage, lead.cycle, lead.landed_on) == ("landed", 2, landed)
    with refused(world, MoveNotAllowed, "landed"):
        world.tokyo.leads.lose(lead, reason="x")


def test_who_may_move_leads(world: World) -> None:
    """Ambassadors their own; back, reopen and exit are for managers."""
    for verb in VERBS:
        lead = ready(world, verb)
        expected = MANAGERS if verb in {"back", "reopen", "exit"} else {"tokyo"} | MANAGERS

        def act(door: CRM, verb: str = verb, lead: Lead = lead) -> object:
            return move(door, verb, lead)

        assert allows(world, act) == expected, verb
