"""Planned visits: follow-ups with an hour, done by the meeting that is logged on their day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crm.errors import N_, Problem, problem
from crm.models import FollowUp, Meeting, MeetingKind
from crm.models.base import standing
from crm.rules.kernel.checks import Checks
from crm.services.kernel.context import Context
from crm.services.kernel.participants import Colleague
from crm.values.moments import BUREAU_ZONE, LocalTime, Which, local_time
from crm.values.numbers import lettered


def read_hour(
    context: Context,
    check: Checks,
    arguments: dict[str, object],
    at: datetime | str,
    zone: str | None,
    which: Which | None,
) -> None:
    """Read the hour of a planned visit into *arguments*, and its day; a time that has passed is noted."""
    now = context.now()
    if arguments.get("due") is not None:
        _note_two_days(check)
    place = BUREAU_ZONE if zone is None else zone
    moment: LocalTime | None = check.take(lambda: local_time(at, place, which=which, now=now), "at")
    if moment is not None and moment.utc <= now:
        check.wrong(
            N_("{time} has passed."),
            N_("Log a visit that has taken place: crm visit log"),
            field="at",
            code="past",
            time=str(moment),
        )
    arguments |= {"at": moment, "due": context.today if moment is None else moment.local.date()}


def read_move(
    context: Context,
    check: Checks,
    followup: FollowUp,
    arguments: dict[str, object],
    zone: str | None,
    which: Which | None,
) -> None:
    """Read the hour to which a planned visit is moved into *arguments*; a zone alone keeps the local time."""
    at, was = cast("datetime | str | None", arguments.pop("at", None)), followup.at
    if at is None and was is not None and zone is not None:
        at = f"{was.local:%Y-%m-%d %H:%M}"
    if at is None:
        if was is not None and arguments.get("due") is not None:
            _note_two_days(check)
    elif followup.done_at is not None:
        check.add(is_done(followup, "at"))
    else:
        read_hour(context, check, arguments, at, was.zone if zone is None and was is not None else zone, which)


def as_read(moment: LocalTime) -> LocalTime:
    """Return the hour of a planned visit, which its verb has read."""
    return moment


def is_done(followup: FollowUp, field: str | None = None) -> Problem:
    """Return the problem of a follow-up that is done."""
    return problem(
        N_("Follow-up {id} is already done: {result}"),
        N_("Add another one: crm todo add"),
        field=field,
        code="done",
        id=followup.id,
        result=followup.result,
    )


def _note_two_days(check: Checks) -> None:
    """Note that a planned visit was given a due day."""
    check.wrong(
        N_("A planned visit is due on its own day, and takes no other due day."),
        N_("Give the time only: --at TIME"),
        field="due",
        code="both",
    )


def made_by(
    session: Session,
    kind: MeetingKind,
    investor_id: int,
    lead_id: int | None,
    ours: Iterable[Colleague | int],
    moment: LocalTime,
) -> Sequence[FollowUp]:
    """Return the planned visit that a meeting makes: of one of ours, on its day, of several the nearest. One statement.

    A message makes none, and no statement.
    """
    if kind is MeetingKind.MESSAGE:
        return ()
    owners = [our if isinstance(our, int) else our.id for our in ours]
    found = session.scalars(
        select(FollowUp).where(
            FollowUp.visit_at.is_not(None),
            FollowUp.done_at.is_(None),
            standing(FollowUp),
            FollowUp.investor_id == investor_id,
            FollowUp.due_on == moment.local.date(),
            FollowUp.owner_id.in_(owners),
            *([] if lead_id is None else [or_(FollowUp.lead_id.is_(None), FollowUp.lead_id == lead_id)]),
        )
    ).all()
    return sorted(found, key=lambda visit: (abs((visit.visit_at or moment.utc) - moment.utc), visit.id))[:1]


def made(context: Context, visits: Iterable[FollowUp], meeting: Meeting) -> list[tuple[FollowUp, Mapping[str, object]]]:
    """Return the planned visits with the columns that say which meeting they became."""
    columns = {
        "done_at": context.now(),
        "done_by_id": context.acting().id,
        "result": lettered("meeting", meeting.id),
        "held_id": meeting.id,
    }
    return [(visit, columns) for visit in visits]


#: The columns of a planned visit whose meeting is withdrawn: it is due again.
OPEN_AGAIN: Mapping[str, None] = dict.fromkeys(("done_at", "done_by_id", "result", "held_id"))
