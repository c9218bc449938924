"""Law 7 for requests: state, hands and deadline are those of their steps, after random histories."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from crm.errors import Refused
from crm.models import Request
from tests.factories import RequestFactory, World
from tests.tiers import examples

steps = st.lists(
    st.tuples(st.sampled_from(["assign", "answer", "solve", "give_up", "rate", "reopen"]), st.integers(1, 5)),
    max_size=12,
)


def walk(world: World, request: Request, verb: str, number: int) -> None:
    """Do one step of a random history."""
    door = world.manager.requests
    match verb:
        case "assign":
            door.assign(request, unit=("hitech", "bureau")[number % 2], assignee="zone.desk" if number > 2 else None)
        case "answer":
            door.answer(request, f"answer {number}")
        case "solve" | "give_up":
            door.resolve(request, f"outcome {number}", unsolvable=verb == "give_up")
        case "rate":
            door.rate(request, number)
        case _:
            door.reopen(request, reason="r", due=world.day(30 + number))


@examples(20)
@given(history=steps)
def test_a_request_is_what_its_steps_say(session: Session, history: list[Any]) -> None:
    """The numbers have no gap; what was refused left no step."""
    savepoint = session.begin_nested()
    world = World(session)
    request = RequestFactory.create(world=world)
    done = 1
    for verb, number in history:
        world.clock.forward(days=1)
        try:
            walk(world, request, verb, number)
        except Refused:
            continue
        done += verb != "rate"
    session.expire_all()
    last, assigned = request.steps[-1], [step for step in request.steps if step.step == "assign"]
    assert [step.number for step in request.steps] == list(range(1, done + 1))
    assert (request.state, request.due_on) == (last.state, last.due_on)
    if assigned:
        assert (request.unit_id, request.assignee_id) == (assigned[-1].unit_id, assigned[-1].assignee_id)
    closed = request.state in {"solved", "unsolvable"}
    assert (request.outcome, request.resolved_on) == ((last.note, last.occurred_on) if closed else (None, None))
    answers = [step for step in request.steps if step.step in {"answer", "solve", "give_up"}]
    assert request.answered_on == (answers[0].occurred_on if answers else None)
    assert world.manager.audit.verify() == ()
    savepoint.rollback()
    session.expunge_all()
