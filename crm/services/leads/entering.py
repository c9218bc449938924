"""How a lead enters: at the first stage, further by its papers, and further still as carried over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from attrs import frozen

from crm.errors import N_, InvalidInput, problem
from crm.models import Assignment, CarriedOver, Lead, Transition
from crm.models.base import Identified
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.stages import MoveKind, Pipeline, Status
from crm.services.kernel.context import Context
from crm.services.leads.base import require_policy
from crm.values.text import REASON

Day = date | str | None


@frozen(kw_only=True)
class Entry:
    """At which stage a lead enters, and how it came there.

    Attributes:
        pipeline: The policy of the day on which it was received.
        received: That day.
        reached: The position of the last stage that its papers support.
        reached_on: The day on which it came there.
        skipped: Why it skipped stages on the way there.
        carried: The position of the stage at which it is carried over; None if it is not.
        carried_on: The day on which it came there, as it was told.
        reason: Why it is carried over.
    """

    pipeline: Pipeline
    received: date
    reached: int = 0
    reached_on: date | None = None
    skipped: str | None = None
    carried: int | None = None
    carried_on: date | None = None
    reason: str | None = None

    def _moves(self) -> Iterator[tuple[int, date, str | None]]:
        """Yield the moves after the opening: the position, the day, the reason."""
        on = self.reached_on or self.received
        if self.reached:
            yield self.reached, on, self.skipped
        if self.carried is not None:
            for position in range(self.reached + 1, self.carried + 1):
                yield position, max(on, self.carried_on or on), self.reason

    def token_parts(self) -> list[Any]:
        """Return the content of the token of a preview."""
        return [[position, day.isoformat(), reason] for position, day, reason in self._moves()] + [self.carried]

    def copies(self) -> dict[str, Any]:
        """Return the columns that a lead copies from its moves."""
        position, day, _ = ([(0, self.received, None), *self._moves()])[-1]
        stage = self.pipeline.stages[position]
        return {
            "stage": stage.code,
            "status": Status.ACTIVE,
            "cycle": 1,
            "last_transition": 1 + len(list(self._moves())),
            "moved_on": day,
            "entered_on": day,
            "landed_on": day if position and stage is self.pipeline.last else None,
        }

    def records(self, context: Context, lead: Lead) -> Iterator[Identified]:
        """Yield the moves and the first hands of a lead, and that it is carried over."""
        now, actor = context.now(), context.acting()
        stages = self.pipeline.stages
        shared: dict[str, Any] = {
            "lead_id": lead.id,
            "policy": self.pipeline.name,
            "to_status": Status.ACTIVE,
            "last_position": len(stages) - 1,
            "cycle": 1,
            "recorded_at": now,
            "recorded_on": context.today,
            "actor_id": actor.id,
        }
        opened = Transition(
            number=1, kind=MoveKind.OPEN, to_stage=stages[0].code, to_position=0, occurred_on=self.received, **shared
        )
        yield opened
        before, number = 0, 1
        for position, day, reason in self._moves():
            number += 1
            yield Transition(
                number=number,
                previous=number - 1,
                kind=MoveKind.ADVANCE,
                from_stage=stages[before].code,
                to_stage=stages[position].code,
                from_status=Status.ACTIVE,
                from_position=before,
                to_position=position,
                occurred_on=day,
                reason=reason,
                **shared,
            )
            before = position
        if self.carried is not None:
            yield CarriedOver(
                lead_id=lead.id,
                first_move=number - (self.carried - self.reached) + 1,
                last_move=number,
                reason=self.reason or "",
                recorded_at=now,
                actor_id=actor.id,
            )
        yield Assignment(
            lead_id=lead.id,
            number=1,
            station_id=lead.station_id,
            unit_id=lead.unit_id,
            owner_id=lead.owner_id,
            assigned_at=now,
            actor_id=actor.id,
        )


@frozen
class CarryOver:
    """The arguments of a lead that is carried over.

    Attributes:
        stage: The code of the stage.
        reason: Why.
        since: The day on which it came there; None: that on which it was received.
    """

    stage: str
    reason: str
    since: date | None

    def content(self) -> dict[str, str | None]:
        """Return what the digest of a call has of it."""
        return {
            "carried_over": self.stage,
            "reason": self.reason,
            "since": None if self.since is None else self.since.isoformat(),
        }


def read_carry_over(
    check: Checks, context: Context, stage: str | None, reason: str | None, since: Day
) -> CarryOver | None:
    """Read that a lead is carried over; problems are noted."""
    why = check.text(reason, "reason", REASON, required=stage is not None)
    day = check.day(since, "since")
    if stage is None:
        for name, given in (("reason", why), ("since", day)):
            if given is not None:
                check.wrong(
                    N_("{field} belongs to a lead that is carried over."),
                    N_("Name the stage too: --carried-over STAGE"),
                    field=name,
                    code="alone",
                )
        return None
    if day is not None and day > context.today:
        check.take(lambda: not_yet(stage, day))
    return None if why is None else CarryOver(stage, why, day)


def not_yet(stage: str, since: date) -> None:
    """Refuse a day that has not come yet.

    Raises:
        InvalidInput: Naming it.
    """
    raise InvalidInput(
        problem(
            N_("The lead cannot be at {stage} only since {day}: that day has not come yet."),
            N_("Name today or an earlier day."),
            field="since",
            code="future",
            stage=stage,
            day=since,
        )
    )


def require_carrying(context: Context, pipeline: Pipeline, *, station_id: int | None, unit_id: int | None) -> None:
    """Refuse an actor who may not carry a lead over.

    Raises:
        AccessDenied: The role may not, or not by the policy.
    """
    context.require(Right.LEAD_CARRY, station_id=station_id, unit_id=unit_id)
    require_policy(pipeline, context.acting(), MoveKind.ADVANCE)


def carried_position(pipeline: Pipeline, stage: str, reached: int) -> int:
    """Return the position of a stage at which a lead is carried over.

    Raises:
        InvalidInput: It is no stage, or the papers of the lead support it.
    """
    with Checks() as check:
        position = check.take(lambda: pipeline.position(stage))
        if position is not None and position <= reached:
            check.wrong(
                N_("A lead is at {stage} without being carried over."),
                N_("Name a later stage, or leave it out."),
                field="carried_over",
                code="supported",
                stage=stage,
            )
    return position
