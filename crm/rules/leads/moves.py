"""The moves of a lead, each checked completely before anything is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType

from attrs import frozen

from crm.errors import N_, GatesNotMet, MoveNotAllowed, Problem, problem
from crm.refusals import in_future
from crm.rules.kernel.checks import Checks
from crm.rules.pipeline.facts import LeadFacts
from crm.rules.stages import Missing, MoveKind, Pipeline, Status


@frozen(kw_only=True)
class Position:
    """The position of a lead in the pipeline.

    Attributes:
        stage: The code of its stage.
        status: Whether it moves.
        cycle: 1, and one more each time it is reopened.
        since: The day of its last move.
        capital: A verified capital arrival stands unreversed.
        carried_over: It was carried over and is not settled.
        landed: It has a day of landing; one that a policy moved to the last stage may have none.
    """

    stage: str
    status: Status
    cycle: int
    since: date
    capital: bool = False
    carried_over: bool = False
    landed: bool = True


@frozen(kw_only=True)
class Move:
    """A requested move.

    Attributes:
        kind: The verb.
        on: The day it happened.
        today: The bureau's day of recording; *on* never lies after it.
        to: The target stage, where the verb has one; None of an advance means the next.
        reason: Why; asked for by every move but a plain step forward and resuming.
        review_on: The day a hold is looked at again.
    """

    kind: MoveKind
    on: date
    today: date
    to: str | None = None
    reason: str | None = None
    review_on: date | None = None


@frozen(kw_only=True)
class Step:
    """An allowed move, ready to be written as a transition."""

    kind: MoveKind
    from_stage: str
    to_stage: str
    from_status: Status
    to_status: Status
    cycle: int


#: The allowed statuses for each verb, and the resulting one.
EDGES: Mapping[MoveKind, tuple[frozenset[Status], Status]] = MappingProxyType(
    {
        MoveKind.ADVANCE: (frozenset({Status.ACTIVE}), Status.ACTIVE),
        MoveKind.BACK: (frozenset({Status.ACTIVE}), Status.ACTIVE),
        MoveKind.HOLD: (frozenset({Status.ACTIVE}), Status.ON_HOLD),
        MoveKind.RESUME: (frozenset({Status.ON_HOLD}), Status.ACTIVE),
        MoveKind.LOSE: (frozenset({Status.ACTIVE, Status.ON_HOLD}), Status.LOST),
        MoveKind.ABANDON: (frozenset({Status.ACTIVE, Status.ON_HOLD}), Status.ABANDONED),
        MoveKind.REOPEN: (frozenset({Status.LOST, Status.ABANDONED, Status.EXITED}), Status.ACTIVE),
        MoveKind.EXIT: (frozenset({Status.ACTIVE, Status.ON_HOLD}), Status.EXITED),
    }
)

#: How to make a lead of each status active again.
_WAYS_BACK: Mapping[Status, str] = MappingProxyType(
    {
        Status.ACTIVE: N_("The lead is already active."),
        Status.ON_HOLD: N_("Resume it first: crm lead resume LEAD"),
        Status.LOST: N_("Reopen it first: crm lead reopen LEAD --reason …"),
        Status.ABANDONED: N_("Reopen it first: crm lead reopen LEAD --reason …"),
        Status.EXITED: N_("Reopen it first: crm lead reopen LEAD --reason …"),
    }
)


def check(
    pipeline: Pipeline, standing: Position, facts: LeadFacts, move: Move, excused: Collection[Missing] = ()
) -> Step:
    """Return the step for *move*, or refuse it.

    Args:
        pipeline: The policy of the day.
        standing: Where the lead stands.
        facts: What is on record on that day.
        move: The move.
        excused: Gates that need not be met.

    Raises:
        MoveNotAllowed: The pipeline has no such move from here; the problems name all that is wrong, gates too.
        GatesNotMet: The move is right but for gates that are not met, all of them named.
        InvalidInput: The target is no stage of the pipeline.
        Conflict: The lead stands at a stage that the pipeline lacks.
    """
    pipeline.require_stages([standing.stage])
    target = _target(pipeline, standing, move)
    wrong = [*_status_problems(standing, move), *_argument_problems(standing, move)]
    gates: tuple[Problem, ...] = ()
    here, there, last = pipeline.position(standing.stage), pipeline.position(target), len(pipeline.stages) - 1
    match move.kind:
        case MoveKind.ADVANCE:
            wrong += _advance_problems(pipeline, standing, move, there)
            gates = tuple(m.problem for m in pipeline.missing(facts, target, since=standing.stage) if m not in excused)
        case MoveKind.BACK:
            wrong += _back_problems(pipeline, standing, there)
        case MoveKind.LOSE | MoveKind.ABANDON if here == last:
            wrong.append(
                problem(
                    N_("A landed lead cannot be lost or abandoned."),
                    N_("If the enterprise has left: crm lead exit LEAD"),
                    code="landed",
                )
            )
        case MoveKind.EXIT if here != last or not standing.landed:
            wrong.append(
                problem(
                    N_("Only a landed lead can exit; this one is at {stage}."),
                    N_("Before landing, record it as lost or abandoned."),
                    code="not_landed",
                    stage=standing.stage,
                )
            )
        case MoveKind.REOPEN:
            ceiling = min(here, pipeline.position(pipeline.reopen_at))
            if there > ceiling:
                wrong.append(
                    problem(
                        N_("This lead can be reopened at {ceiling} or lower, not at {stage}."),
                        N_("Reopen it there, then advance it: crm lead advance"),
                        field="to",
                        code="reopen_at",
                        ceiling=pipeline.stages[ceiling].code,
                        stage=target,
                    )
                )
            gates = tuple(m.problem for m in pipeline.missing(facts, target) if m not in excused)
        case _:
            pass
    if wrong:
        raise MoveNotAllowed(*wrong, *gates)
    if gates:
        raise GatesNotMet(*gates)
    return Step(
        kind=move.kind,
        from_stage=standing.stage,
        to_stage=target,
        from_status=standing.status,
        to_status=EDGES[move.kind][1],
        cycle=standing.cycle + (move.kind is MoveKind.REOPEN),
    )


def _target(pipeline: Pipeline, standing: Position, move: Move) -> str:
    if move.to is not None:
        return pipeline.stages[pipeline.position(move.to)].code
    if move.kind is MoveKind.ADVANCE:
        following = pipeline.after(standing.stage)
        return following.code if following else standing.stage
    if move.kind is MoveKind.REOPEN:
        return pipeline.stages[min(pipeline.position(pipeline.reopen_at), pipeline.position(standing.stage))].code
    return standing.stage


def _status_problems(standing: Position, move: Move) -> tuple[Problem, ...]:
    found, (allowed, _) = Checks(), EDGES[move.kind]
    if standing.status not in allowed:
        found.wrong(
            N_("The lead is {status}; {move} is possible only from {allowed}."),
            _WAYS_BACK[standing.status],
            code="status",
            status=standing.status.value,
            move=move.kind.value,
            allowed=", ".join(sorted(allowed)),
        )
    return found.problems


def order_problems(day: date, *, since: date) -> tuple[Problem, ...]:
    """Return the problem of a move on a day before the one of the move before it."""
    if day >= since:
        return ()
    return (
        problem(
            N_("{day} is before the last move on {since}."),
            N_("Moves must be recorded in order."),
            field="on",
            code="order",
            day=day,
            since=since,
        ),
    )


_REASONED = frozenset({MoveKind.BACK, MoveKind.HOLD, MoveKind.LOSE, MoveKind.ABANDON, MoveKind.REOPEN, MoveKind.EXIT})


def _argument_problems(standing: Position, move: Move) -> tuple[Problem, ...]:
    found = Checks()
    if move.on > move.today:
        found.add(in_future(move.on, move.today, "on", N_("Record a move after it has happened.")))
    found.add(*order_problems(move.on, since=standing.since))
    if move.kind in _REASONED and not move.reason:
        found.wrong(N_("A reason is missing."), N_("Give the reason: --reason …"), field="reason", code="reason")
    if move.kind is MoveKind.HOLD:
        if move.review_on is None:
            found.wrong(
                N_("The day of review is missing."),
                N_("Give the day of review: --review DAY"),
                field="review_on",
                code="review",
            )
        elif move.review_on < move.today:
            found.wrong(
                N_("The day of review {day} has passed."),
                N_("Name today or a later day."),
                field="review_on",
                code="past",
                day=move.review_on,
            )
    return found.problems


def _advance_problems(pipeline: Pipeline, standing: Position, move: Move, there: int) -> tuple[Problem, ...]:
    found, here = Checks(), pipeline.position(standing.stage)
    if standing.carried_over:
        found.wrong(
            N_("The lead was carried over; its papers do not support the stage {stage} yet."),
            N_("Enter what is missing and settle it first: crm lead settle LEAD"),
            code="carried_over",
            stage=standing.stage,
        )
    if there <= here:
        found.wrong(
            N_("The lead is already at {stage}."),
            N_("A manager can move it back: crm lead back LEAD --to … --reason …"),
            field="to",
            code="not_ahead",
            stage=standing.stage,
        )
    elif there > here + 1 and not move.reason:
        found.wrong(
            N_("From {stage} to {to} is a skip; a skip needs a reason."),
            N_("Give the reason: --reason …, or advance one stage."),
            field="reason",
            code="skip",
            stage=standing.stage,
            to=pipeline.stages[there].code,
        )
    return found.problems


def _back_problems(pipeline: Pipeline, standing: Position, there: int) -> tuple[Problem, ...]:
    found = Checks()
    if there >= pipeline.position(standing.stage):
        found.wrong(
            N_("A move back from {stage} must go to a lower stage."),
            N_("Name one: --to …"),
            field="to",
            code="not_behind",
            stage=standing.stage,
        )
    floor = pipeline.position(pipeline.capital_floor)
    if there < floor and standing.capital:
        found.wrong(
            N_("The lead has verified capital that is not reversed; it cannot go below {floor}."),
            N_("Reverse the arrivals first: crm capital reverse …"),
            field="to",
            code="capital",
            floor=pipeline.capital_floor,
        )
    return found.problems
