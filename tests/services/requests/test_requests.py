"""Requests of enterprises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm.errors import Ambiguous, Archived, Conflict, InvalidInput, NotFound, Refused, StaleRecord
from crm.models import Request
from crm.rules.aftercare import Aftercare, Brand
from crm.rules.stages import DEFAULT, Pipeline
from tests.factories import InvestorFactory, LeadFactory, RequestFactory, World
from tests.services.at_once.test_concurrency import at_work
from tests.services.refusals import LONE_SURROGATE, MANAGERS, NO_DAY, NO_REFERENCE, NO_TEXT, allows, refused

pytestmark = pytest.mark.portable

UID = "01860000-0000-7000-8000-000000000071"


def test_a_request_is_accepted_assigned_answered_and_solved(world: World) -> None:
    """Each step is kept, with its day, its hands and its words; the deadlines are working days."""
    lead = LeadFactory.create(world=world, landed=True)
    request = world.tokyo.requests.open(
        lead, "厂房用电增容", kind="utilities", channel="session", brand="相约下午茶", accepted="2023-01-20"
    )
    assert (request.state, request.brand, request.lead_id) == ("accepted", "afternoon_tea", lead.id)
    # The Spring Festival lies between, and the Saturday and Sunday after it are worked.
    assert (request.answer_due_on, request.due_on) == (date(2023, 2, 1), date(2023, 2, 22))
    world.tokyo.requests.assign(request, unit="hitech", assignee="zone.desk", note="urgent")
    world.zone.requests.answer(request, "the grid company comes on Monday", on="2023-02-17")
    world.clock.forward(days=2)
    world.zone.requests.resolve(request, "a new transformer")
    world.tokyo.requests.rate(request, 5)
    card = world.viewer.requests.show(request)
    assert [step.step for step in card.steps] == ["open", "assign", "answer", "solve"]
    assert [step.occurred_on for step in card.steps] == [
        date(2023, 1, 20), date(2023, 2, 18), date(2023, 2, 17), date(2023, 2, 20),
    ]  # fmt: skip
    assert (card.steps[1].unit, card.steps[1].assignee, card.steps[1].note) == ("hitech", "zone.desk", "urgent")
    assert (card.row.in_time, card.row.satisfaction, card.row.outcome) == (True, 5, "a new transformer")
    assert card.row.enterprise == "项目公司"
    assert world.manager.audit.verify() == ()


def test_a_project_company_is_named_by_name_or_credit_code(world: World) -> None:
    """Its request belongs to its lead, and so to its investor."""
    lead = LeadFactory.create(world=world, registered=True)
    assert lead.enterprise is not None
    for name in (lead.enterprise, str(lead.enterprise.credit_code), "项目公司"):
        assert world.tokyo.requests.open(name, "x").lead_id == lead.id
    LeadFactory.create(world=world, registered=True)
    with refused(world, Ambiguous):
        world.tokyo.requests.open("项目公司", "x")


def test_of_several_open_leads_one_is_named(world: World) -> None:
    """A name of the investor is refused with its open leads; a lead or the investor's record says it. A repeat is none."""
    investor = InvestorFactory.create(world=world, name="甲方实业")
    first = LeadFactory.create(world=world, investor=investor, title="一期")
    alone = world.tokyo.requests.open("甲方实业", "厂房", uid=UID)
    assert alone.lead_id == first.id
    second = LeadFactory.create(world=world, investor=investor, title="二期")
    with refused(world, Ambiguous, "several_leads"):
        world.tokyo.requests.open("甲方实业", "用电")
    assert world.tokyo.requests.open(second, "用电").lead_id == second.id
    assert world.tokyo.requests.open(investor, "用水").lead_id is None


def test_an_unsolvable_one_says_why_and_can_be_taken_up_again(world: World) -> None:
    """The time to solve it begins anew; what was is kept in its history."""
    request = RequestFactory.create(world=world)
    world.tokyo.requests.resolve(request, "the plan forbids it", unsolvable=True, satisfaction=2)
    assert (request.state, request.outcome, request.resolved_on) == ("unsolvable", "the plan forbids it", world.today)
    world.clock.forward(days=30)
    world.tokyo.requests.reopen(request, reason="the plan has changed")
    assert (request.state, request.outcome, request.resolved_on, request.satisfaction) == ("answered", None, None, None)
    assert request.due_on == date(2023, 4, 18)
    world.tokyo.requests.reopen(world.tokyo.requests.resolve(request, "done"), reason="again", due="2023-05-01")
    assert request.due_on == date(2023, 5, 1)
    notes = [step.note for step in world.tokyo.requests.show(request).steps]
    assert notes == [None, "the plan forbids it", "the plan has changed", "done", "again"]
    assert world.manager.audit.verify() == ()


def test_limits_and_brands_are_the_policys(world: World) -> None:
    """Limits and brands come from the policy of the city."""
    policy = Pipeline(
        name="other", effective=date(2020, 1, 1), stages=DEFAULT.stages, reopen_at="negotiating", capital_floor="implementing",
        aftercare=Aftercare(answer_days=1, solve_days=3, brands=(Brand("butler", "Butler", "管家"),)),
    )  # fmt: skip
    door = world.door("tokyo.desk", policy=policy)
    lead = LeadFactory.create(world=world)
    request = door.requests.open(lead, "x", brand="管家")
    assert (request.answer_due_on, request.due_on, request.brand) == (date(2023, 2, 20), date(2023, 2, 22), "butler")
    with refused(world, InvalidInput, "brand"):
        door.requests.open(lead, "x", brand="through_train")


def test_a_year_whose_holidays_are_not_announced_is_refused_unless_the_days_are_named(world: World) -> None:
    """Nothing is guessed: the refusal names both deadlines, and the way out works."""
    investor = InvestorFactory.create(world=world)
    world.clock.forward(days=365 * 90)
    with refused(world, InvalidInput, "workdays") as caught:
        world.tokyo.requests.open(investor, "x")
    assert [problem.field for problem in caught.value.problems] == ["due", "answer_due"]
    request = world.tokyo.requests.open(investor, "x", due=world.day(30), answer_due=world.day(7))
    assert (request.answer_due_on, request.due_on) == (world.day(7), world.day(30))


def test_a_nearer_deadline_of_the_solution_is_one_of_the_answer_too(world: World) -> None:
    """Unless both are given, and then they must be in order."""
    investor = InvestorFactory.create(world=world)
    request = world.tokyo.requests.open(investor, "x", due=world.day(2))
    assert request.answer_due_on == world.day(2)
    with refused(world, InvalidInput, "order"):
        world.tokyo.requests.open(investor, "x", due=world.day(2), answer_due=world.day(3))
    with refused(world, InvalidInput, "past"):
        world.tokyo.requests.open(investor, "x", due=world.day(-1))


@pytest.mark.parametrize(("value", "code"), NO_TEXT)
def test_texts_have_to_be_texts(world: World, value: Any, code: str) -> None:
    """Request, answer, outcome and reason."""
    request, closed = RequestFactory.create(world=world), RequestFactory.create(world=world, solved=True)
    verbs: tuple[Callable[[], object], ...] = (
        lambda: world.tokyo.requests.open(request.lead_id or 0, value),
        lambda: world.tokyo.requests.answer(request, value),
        lambda: world.tokyo.requests.resolve(request, value),
        lambda: world.tokyo.requests.reopen(closed, reason=value),
    )
    for verb in verbs:
        with refused(world, InvalidInput, code):
            verb()


@pytest.mark.parametrize(("value", "code"), NO_DAY)
def test_days_have_to_be_days(world: World, value: Any, code: str) -> None:
    """Every day of every verb."""
    request, closed = RequestFactory.create(world=world), RequestFactory.create(world=world, solved=True)
    lead = request.lead_id or 0
    for verb in (
        lambda: world.tokyo.requests.open(lead, "x", accepted=value),
        lambda: world.tokyo.requests.open(lead, "x", due=value),
        lambda: world.tokyo.requests.open(lead, "x", answer_due=value),
        lambda: world.tokyo.requests.answer(request, "x", on=value),
        lambda: world.tokyo.requests.resolve(request, "x", on=value),
        lambda: world.tokyo.requests.reopen(closed, reason="x", due=value),
        lambda: world.tokyo.requests.list(due_until=value),
        lambda: world.tokyo.requests.reinvestments(since=value),
    ):
        with refused(world, InvalidInput, code):
            verb()


@pytest.mark.parametrize("ref", NO_REFERENCE)
def test_a_request_is_named_by_something_that_is_there(world: World, ref: Any) -> None:
    """Unknown and malformed references are refused, also those of people, units and brands."""
    request = RequestFactory.create(world=world)
    verbs: tuple[Callable[[], object], ...] = (
        lambda: world.tokyo.requests.open(ref, "x"),
        lambda: world.tokyo.requests.open(request.lead_id or 0, "x", ambassador=ref),
        lambda: world.tokyo.requests.open(request.lead_id or 0, "x", unit=ref),
        lambda: world.tokyo.requests.assign(request, assignee=ref),
        lambda: world.tokyo.requests.assign(ref, unit="hitech"),
        lambda: world.tokyo.requests.answer(ref, "x"),
        lambda: world.tokyo.requests.resolve(ref, "x"),
        lambda: world.tokyo.requests.rate(ref, 5),
        lambda: world.tokyo.requests.reopen(ref, reason="x"),
        lambda: world.tokyo.requests.show(ref),
        lambda: world.tokyo.requests.list(person=ref),
        lambda: world.tokyo.requests.list(unit=ref),
    )
    for verb in verbs:
        with refused(world, Refused):
            verb()


def test_everything_wrong_is_named_at_once(world: World) -> None:
    """One refusal names all the arguments."""
    lead = LeadFactory.create(world=world)
    with refused(world, InvalidInput, "encoding", "choice", "future", "brand"):
        world.tokyo.requests.open(
            lead, LONE_SURROGATE, kind="gift", channel="pigeon", accepted=world.day(1), brand="nothing", unit="nowhere"
        )
    request = RequestFactory.create(world=world)
    with refused(world, InvalidInput, "empty", "order", "range", "type"):
        world.tokyo.requests.resolve(request, "", on=world.day(-1), satisfaction=6, unsolvable="yes")  # type: ignore[arg-type]
    with refused(world, InvalidInput, "missing"):
        world.tokyo.requests.assign(request)


@pytest.mark.parametrize("points", [0, 6, -1, 2**70, "5", 5.0, True])
def test_satisfaction_is_one_to_five(world: World, points: Any) -> None:
    """Both verbs refuse other numbers."""
    request, closed = RequestFactory.create(world=world), RequestFactory.create(world=world, solved=True)
    with refused(world, InvalidInput):
        world.tokyo.requests.resolve(request, "x", satisfaction=points)
    with refused(world, InvalidInput):
        world.tokyo.requests.rate(closed, points)


def test_a_closed_one_is_not_moved_and_an_open_one_not_rated(world: World) -> None:
    """Each verb where it belongs."""
    closed, request = RequestFactory.create(world=world, solved=True), RequestFactory.create(world=world)
    verbs: tuple[Callable[[], object], ...] = (
        lambda: world.tokyo.requests.assign(closed, unit="hitech"),
        lambda: world.tokyo.requests.answer(closed, "x"),
        lambda: world.tokyo.requests.resolve(closed, "x"),
    )
    for verb in verbs:
        with refused(world, Conflict, "closed"):
            verb()
    with refused(world, Conflict, "open"):
        world.tokyo.requests.rate(request, 5)
    with refused(world, Conflict, "open"):
        world.tokyo.requests.reopen(request, reason="x")


def test_archived_people_and_units_get_no_requests(world: World) -> None:
    """All of them are named."""
    lead = LeadFactory.create(world=world)
    request = RequestFactory.create(world=world, about=lead)
    world.admin.staff.archive("frankfurt.desk", reason="left", leave_open="r")
    world.admin.units.add("old", name="旧", name_en="Old", kind="department")
    world.admin.units.archive("old", reason="merged", leave_open="r")
    with refused(world, Archived, "archived") as caught:
        world.tokyo.requests.open(lead, "x", unit="old", assignee="frankfurt.desk")
    assert len(caught.value.problems) == 2
    with refused(world, Archived, "archived"):
        world.tokyo.requests.assign(request, unit="old")


def test_a_repeated_uid_is_the_same_request(world: World) -> None:
    """The same content returns the first request, also on another day; other content conflicts."""
    lead = LeadFactory.create(world=world)
    first = world.tokyo.requests.open(lead, "x", unit="hitech", uid=UID)
    world.clock.forward(days=1)
    assert world.tokyo.requests.open(lead, "x", unit="hitech", uid=UID) is first
    with refused(world, Conflict, "uid"):
        world.tokyo.requests.open(lead, "y", unit="hitech", uid=UID)


def test_who_may_do_what(world: World) -> None:
    """Ambassadors work on their own; what their unit or they see to is their own too."""
    lead = LeadFactory.create(world=world, unit=None)
    request = RequestFactory.create(world=world, about=lead)
    closed = RequestFactory.create(world=world, about=lead, solved=True)
    own = {"tokyo"} | MANAGERS
    assert allows(world, lambda door: door.requests.open(lead, "x")) == own
    assert allows(world, lambda door: door.requests.assign(request, unit="hitech")) == own
    assert allows(world, lambda door: door.requests.answer(request, "x")) == own
    assert allows(world, lambda door: door.requests.resolve(request, "x")) == own
    assert allows(world, lambda door: door.requests.rate(closed, 5)) == own
    assert allows(world, lambda door: door.requests.reopen(closed, reason="x")) == own
    readers = {"viewer", "frankfurt", "tokyo", "verifier"} | MANAGERS
    assert allows(world, lambda door: door.requests.figures(2023)) == readers
    assert allows(world, lambda door: door.requests.reinvestments()) == readers
    world.tokyo.requests.assign(request, assignee="frankfurt.desk")
    assert allows(world, lambda door: door.requests.answer(request, "x")) == own | {"frankfurt"}
    assert allows(world, lambda door: door.requests.open(lead.investor, "x")) == own | {"frankfurt"}


def test_requests_of_confidential_leads_show_to_nobody_else(world: World) -> None:
    """Not in lists, cards, figures or errors."""
    lead = LeadFactory.create(world=world, secret=True, unit=None)
    request = RequestFactory.create(world=world, about=lead, solved=True)
    for door, seen in ((world.tokyo, 1), (world.manager, 1), (world.frankfurt, 0), (world.viewer, 0)):
        assert len(door.requests.list(open_only=False)) == seen
        assert door.requests.figures(2023).solved == seen
    hidden: tuple[Callable[[], object], ...] = (
        lambda: world.frankfurt.requests.show(request),
        lambda: world.frankfurt.requests.answer(request.id, "x"),
    )
    for verb in hidden:
        with refused(world, NotFound) as caught:
            verb()
        assert lead.title not in str(caught.value)


def test_lists_show_what_is_asked_for(world: World) -> None:
    """By investor, person, unit, brand, state and deadline; overdue and soon due by the deadline they face."""
    lead = LeadFactory.create(world=world)
    late = RequestFactory.create(world=world, about=lead, accepted="2023-02-01", brand="through_train")
    soon = RequestFactory.create(world=world, about=lead, accepted="2023-01-31", answered=True)
    closed = RequestFactory.create(world=world, about=lead, solved=True)
    world.tokyo.requests.assign(soon, unit="hitech", assignee="zone.desk")
    reads = world.viewer.requests

    def ids(**asked: Any) -> list[int]:
        return [row.id for row in reads.list(**asked)]

    assert ids() == [late.id, soon.id]
    assert ids(open_only=False) == [late.id, soon.id, closed.id]
    assert ids(overdue=True) == [late.id]
    assert ids(due_until=soon.due_on) == [late.id, soon.id]
    assert ids(due_until=late.answer_due_on) == [late.id]
    assert ids(person="zone.desk") == [soon.id]
    assert ids(person="tokyo.desk", unit="hitech") == [soon.id]
    assert ids(brand="through_train") == [late.id]
    assert ids(state="solved") == [closed.id]
    assert ids(investor=lead.investor, lead=lead) == [late.id, soon.id]
    row = reads.list(overdue=True)[0]
    assert (row.next_due_on, row.overdue) == (late.answer_due_on, True)
    assert row.days_left == (late.answer_due_on - world.today).days < 0


def test_figures_count_what_was_done_in_a_period(world: World) -> None:
    """In time is by the deadline; what was reopened is not solved; confidence is summed, not averaged away."""
    lead = LeadFactory.create(world=world)
    RequestFactory.create(world=world, about=lead, accepted="2022-12-30", solved=True)
    world.tokyo.requests.resolve(RequestFactory.create(world=world, about=lead), "x", satisfaction=4)
    world.tokyo.requests.resolve(RequestFactory.create(world=world, about=lead), "x", satisfaction=3, unsolvable=True)
    again = RequestFactory.create(world=world, about=lead, solved=True)
    world.tokyo.requests.reopen(again, reason="x")
    RequestFactory.create(world=world, about=lead)
    found = world.viewer.requests.figures(2023)
    assert (found.accepted, found.solved, found.solved_in_time, found.unsolvable, found.open) == (4, 2, 1, 1, 2)
    assert (found.answered, found.answered_in_time) == (4, 3)
    assert (found.rated, found.rating, found.content) == (2, 7, 1)
    assert world.viewer.requests.figures("2022-12").open == 1
    assert world.viewer.requests.figures("2021-12").accepted == 0


def test_reinvestment_is_joined_with_the_aftercare_before_it(world: World) -> None:
    """Requests solved and meetings of the year before; reversed arrivals and hidden leads are left out."""
    lead = LeadFactory.create(world=world, landed=True)
    solved = RequestFactory.create(world=world, about=lead, solved=True)
    RequestFactory.create(world=world, about=lead)
    visit = world.tokyo.meetings.log(lead, summary="tea", brand="afternoon_tea")
    world.tokyo.meetings.log(lead, summary="thanks", kind="message", distinct="no visit")
    world.clock.forward(days=300)
    first = world.tokyo.capital.record(lead, "5 USD", kind="reinvestment", arrived=world.today, reference="a")
    gone = world.tokyo.capital.record(lead, "7 USD", kind="reinvestment", arrived=world.today, reference="b")
    world.manager.capital.reverse(gone, reason="x")
    world.clock.forward(days=300)
    later = world.tokyo.capital.record(lead, "6 USD", kind="reinvestment", arrived=world.today, reference="c")
    rows = world.viewer.requests.reinvestments(lead.investor)
    assert [row.arrival_id for row in rows] == [first.id, later.id]
    assert rows[0].requests == (solved.id,)
    assert visit.id in rows[0].meetings
    assert len(rows[0].meetings) == 2
    assert (rows[1].requests, rows[1].meetings) == ((), ())
    assert world.viewer.requests.reinvestments(lead.investor, days=700)[1].requests == (solved.id,)
    assert [row.arrival_id for row in world.viewer.requests.reinvestments(until=first.arrived_on)] == [first.id]
    assert [row.id for row in world.viewer.meetings.list(brand="afternoon_tea")] == [visit.id]
    world.tokyo.leads.edit(lead, confidential=True, code_name="Falcon")
    assert world.frankfurt.requests.reinvestments() == ()
    for days in (-1, 10**6, "x"):
        with refused(world, InvalidInput):
            world.viewer.requests.reinvestments(days=days)  # type: ignore[arg-type]


def test_of_two_who_close_one_is_told(migrated_engine: Engine) -> None:
    """The second has read it before the first one's commit, and is refused; nothing of theirs stays."""
    with Session(migrated_engine) as session, session.begin():
        number = RequestFactory.create(world=World(session)).id
    with Session(migrated_engine, expire_on_commit=False) as session:
        with session.begin():
            second = World(session, found=False)
            held = second.tokyo.requests.get(number)
        with at_work(migrated_engine) as first:
            first.tokyo.requests.resolve(number, "the first outcome")
        with session.begin(), pytest.raises(StaleRecord):
            second.tokyo.requests.resolve(held, "the second outcome")
    with at_work(migrated_engine) as third:
        assert third.session.get_one(Request, number).outcome == "the first outcome"
        assert [step.step for step in third.tokyo.requests.show(number).steps] == ["open", "solve"]
        assert third.manager.audit.verify() == ()
