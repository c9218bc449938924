"""Reading and checking the arguments of the verbs on promotion events."""

from __future__ import annotations

from datetime import date
from typing import Any

from crm.errors import N_, Conflict, Problem, problem
from crm.models import EventKind, EventState, PromotionEvent
from crm.services.kernel.checks import NAME, TITLE, Checks
from crm.values.identifiers import as_country
from crm.values.moments import zone_of

#: The maximum number of guests.
MOST_PEOPLE = 1_000_000


def details(check: Checks, **given: Any) -> dict[str, Any]:
    """Return the given fields of an event, read."""
    readers: dict[str, Any] = {
        "title": lambda value: check.text(value, "title", TITLE),
        "place": lambda value: check.text(value, "place", NAME),
        "kind": lambda value: check.choice(EventKind, value, "kind"),
        "country": lambda value: check.take(lambda: as_country(value), "country"),
        "zone": lambda value: check.take(lambda: zone_of(value).key, "zone"),
        "organiser": lambda value: check.text(value, "organiser", TITLE, required=False),
    }
    return {key: readers[key](value) for key, value in given.items()}


def needed_day(check: Checks, value: date | str | None, field: str = "starts") -> date | None:
    """Return a required day."""
    if value is None:
        check.add(missing_part(N_("{field}: the day is missing."), N_("Write it like 2023-02-08."), field))
        return None
    day: date | None = check.day(value, field)
    return day


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
