"""Reading and checking the arguments of the verbs on promotion events."""

from __future__ import annotations

from datetime import date

from crm.errors import N_, Conflict, Problem, problem
from crm.models import EventState, PromotionEvent
from crm.rules.kernel.checks import Checks


def in_order(check: Checks, first: date | None, last: date | None) -> None:
    """Note an event that ends before it begins as a problem."""
    if first is not None and last is not None and last < first:
        check.wrong(
            N_("The event ends on {last}, before it begins on {first}."),
            N_("Check the days."),
            field="ends",
            code="order",
            first=first,
            last=last,
        )


def missing_part(text: str, way_out: str, field: str) -> Problem:
    """Return the problem of a missing argument."""
    return problem(text, way_out, field=field, code="missing")


def not_over(day: date) -> Problem:
    """Return the problem of a day in the future."""
    return problem(
        N_("{day} is in the future."),
        N_("Record it after it has happened."),
        field="on",
        code="future",
        day=day,
    )


def ensure_not_cancelled(event: PromotionEvent) -> None:
    """Refuse to write to a cancelled event.

    Raises:
        Conflict: It is cancelled.
    """
    if event.state is EventState.CANCELLED:
        raise Conflict(
            problem(
                N_("Event {event} is cancelled: {reason}"),
                N_("Add it again if it takes place after all: crm event add"),
                code="cancelled",
                event=event.code,
                reason=event.reason,
            )
        )
