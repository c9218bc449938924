"""What a lead may do from where it stands."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest

from crm.errors import CRMError, GatesNotMet, InvalidInput, MoveNotAllowed
from crm.rules.leads.moves import EDGES, Move, Position, Step, check
from crm.rules.pipeline.facts import LeadFacts
from crm.rules.stages import DEFAULT, MoveKind, Status
from tests.rules.test_gates_and_policy import EVERYTHING, NOTHING

TODAY = date(2023, 2, 18)
MOVES = [kind for kind in MoveKind if kind is not MoveKind.OPEN]
#: The design's table: which verbs a lead of each status answers to, wherever its stage allows them.
ALLOWED = {
    Status.ACTIVE: {"advance", "back", "hold", "lose", "abandon", "exit"},
    Status.ON_HOLD: {"resume", "lose", "abandon", "exit"},
    Status.LOST: {"reopen"},
    Status.ABANDONED: {"reopen"},
    Status.EXITED: {"reopen"},
}
LEADS_TO = {
    "advance": Status.ACTIVE,
    "back": Status.ACTIVE,
    "hold": Status.ON_HOLD,
    "resume": Status.ACTIVE,
    "lose": Status.LOST,
    "abandon": Status.ABANDONED,
    "reopen": Status.ACTIVE,
    "exit": Status.EXITED,
}


def standing(stage: str = "signed", status: Status = Status.ACTIVE, **more: Any) -> Position:
    """Return a lead that last moved a month ago."""
    return Position(stage=stage, status=status, cycle=1, since=TODAY - timedelta(days=30), **more)


def move(kind: MoveKind, **more: Any) -> Move:
    """Return a move with all that its verb asks for."""
    values: dict[str, Any] = {"kind": kind, "on": TODAY, "today": TODAY, "reason": "why", "review_on": TODAY} | more
    return Move(**values)


def tried(where: Position, what: Move, facts: LeadFacts = EVERYTHING) -> Step:
    """Try a move on the default pipeline."""
    return check(DEFAULT, where, facts, what)


def codes(
    where: Position, what: Move, facts: LeadFacts = EVERYTHING, error: type[CRMError] = MoveNotAllowed
) -> list[str]:
    """Return the codes of the problems of a refusal."""
    with pytest.raises(error) as caught:
        tried(where, what, facts)
    assert type(caught.value) is error
    assert str(caught.value)
    return [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("kind", MOVES)
@pytest.mark.parametrize("stage", [stage.code for stage in DEFAULT.stages])
def test_every_verb_from_every_standing(stage: str, kind: MoveKind, status: Status) -> None:
    """The table of status and verb, and the few words the stage has in it, decide; nothing else does."""
    first, last = stage == DEFAULT.first.code, stage == DEFAULT.last.code
    fits = {"advance": not last, "back": not first, "lose": not last, "abandon": not last, "exit": last}
    what = move(kind, to=DEFAULT.first.code) if kind is MoveKind.BACK else move(kind)
    if kind.value in ALLOWED[status] and fits.get(kind.value, True):
        step = tried(standing(stage, status), what)
        assert (step.from_stage, step.from_status) == (stage, status)
        assert step.to_status is LEADS_TO[kind.value]
        assert step.cycle == 1 + (kind is MoveKind.REOPEN)
        if kind in {MoveKind.HOLD, MoveKind.RESUME, MoveKind.LOSE, MoveKind.ABANDON, MoveKind.EXIT}:
            assert step.to_stage == stage
    else:
        found = codes(standing(stage, status), what)
        assert ("status" in found) == (kind.value not in ALLOWED[status])


def test_the_table_of_edges_is_the_design_s() -> None:
    """No verb is missing from the table, and opening is none of its edges."""
    assert set(EDGES) == set(MOVES)
    assert {kind.value: to for kind, (_, to) in EDGES.items()} == LEADS_TO


@pytest.mark.parametrize("here", range(6))
@pytest.mark.parametrize("there", range(6))
@pytest.mark.parametrize("reason", [None, "why"])
def test_forward_goes_step_by_step_or_with_a_reason(here: int, there: int, reason: str | None) -> None:
    """One step needs no reason, a skip does, and advancing never leads back or nowhere."""
    stages = [stage.code for stage in DEFAULT.stages]
    what = move(MoveKind.ADVANCE, to=stages[there], reason=reason)
    if there == here + 1 or (there > here and reason):
        assert tried(standing(stages[here]), what).to_stage == stages[there]
    else:
        assert codes(standing(stages[here]), what) == ["not_ahead" if there <= here else "skip"]


def test_a_skip_meets_every_gate_between() -> None:
    """What is missing on the way is refused all at once, together with the reason when that is missing too."""
    gates = [requirement.gate for requirement in DEFAULT.missing(NOTHING, "landed", since="contact")]
    assert codes(standing("contact"), move(MoveKind.ADVANCE, to="landed"), NOTHING, GatesNotMet) == gates
    assert codes(standing("contact"), move(MoveKind.ADVANCE, to="landed", reason=None), NOTHING) == ["skip", *gates]


def test_a_lost_lead_is_told_everything_at_once() -> None:
    """Status, day, reason and gates are named in one refusal."""
    what = move(MoveKind.ADVANCE, to="registered", reason=None, on=TODAY + timedelta(days=1))
    found = codes(standing("contact", Status.LOST), what, NOTHING)
    assert found[:3] == ["status", "future", "skip"]
    assert "agreement" in found


@pytest.mark.parametrize("to", ["contact", "negotiating", "signed", "registered", "implementing"])
def test_back_stops_above_the_floor_while_capital_stands(to: str) -> None:
    """With verified capital a landed lead goes back to implementing and no further; without it, anywhere below."""
    assert tried(standing("landed"), move(MoveKind.BACK, to=to)).to_stage == to
    if to == "implementing":
        assert tried(standing("landed", capital=True), move(MoveKind.BACK, to=to)).to_stage == to
    else:
        assert codes(standing("landed", capital=True), move(MoveKind.BACK, to=to)) == ["capital"]


def test_back_never_leads_forward() -> None:
    """Nor does it lead to where the lead stands."""
    assert codes(standing("signed"), move(MoveKind.BACK, to="signed")) == ["not_behind"]
    assert codes(standing("signed"), move(MoveKind.BACK, to="landed")) == ["not_behind"]


@pytest.mark.parametrize("here", range(6))
@pytest.mark.parametrize("there", range(6))
def test_reopening_has_a_ceiling(here: int, there: int) -> None:
    """A lead is reopened at negotiating or lower, and never higher than it stood."""
    stages = [stage.code for stage in DEFAULT.stages]
    where, what = standing(stages[here], Status.LOST), move(MoveKind.REOPEN, to=stages[there])
    if there <= min(here, 1):
        step = tried(where, what)
        assert (step.to_stage, step.cycle, step.to_status) == (stages[there], 2, Status.ACTIVE)
    else:
        assert codes(where, what) == ["reopen_at"]


def test_reopening_meets_the_gates_of_its_stage() -> None:
    """A reopened lead must meet the gates up to its stage."""
    facts = attrs.evolve(EVERYTHING, industry=False)
    assert codes(standing("signed", Status.LOST), move(MoveKind.REOPEN), facts, GatesNotMet) == ["industry"]
    assert tried(standing("signed", Status.LOST), move(MoveKind.REOPEN, to="contact"), facts).to_stage == "contact"


@pytest.mark.parametrize("kind", MOVES)
def test_a_move_has_its_reason(kind: MoveKind) -> None:
    """Every move but a plain step forward and resuming says why."""
    status = next(iter(EDGES[kind][0] & {Status.ACTIVE}), next(iter(EDGES[kind][0])))
    stage = "landed" if kind is MoveKind.EXIT else "signed"
    what = move(kind, reason=None, to="contact" if kind is MoveKind.BACK else None)
    if kind in {MoveKind.ADVANCE, MoveKind.RESUME}:
        assert tried(standing(stage, status), what).kind is kind
    else:
        assert codes(standing(stage, status), what) == ["reason"]


def test_a_hold_has_a_day_of_review() -> None:
    """Today at the earliest."""
    assert codes(standing(), move(MoveKind.HOLD, review_on=None)) == ["review"]
    assert codes(standing(), move(MoveKind.HOLD, review_on=TODAY - timedelta(days=1))) == ["past"]
    assert tried(standing(), move(MoveKind.HOLD, review_on=TODAY)).to_status is Status.ON_HOLD


def test_moves_are_recorded_in_their_order() -> None:
    """A move lies neither in the future nor before the last one; both ends count."""
    assert codes(standing(), move(MoveKind.ADVANCE, on=TODAY + timedelta(days=1))) == ["future"]
    assert codes(standing(), move(MoveKind.ADVANCE, on=TODAY - timedelta(days=31))) == ["order"]
    assert tried(standing(), move(MoveKind.ADVANCE, on=TODAY - timedelta(days=30))).to_stage == "registered"


def test_a_stage_nobody_knows_is_no_target() -> None:
    """A typing error is invalid input, whatever else is wrong."""
    assert codes(standing(), move(MoveKind.ADVANCE, to="won"), error=InvalidInput) == ["stage"]
