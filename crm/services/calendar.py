"""Calendars of people, stations and units. They only read."""

from __future__ import annotations

from datetime import date, timedelta

from crm.reads import calendar as reports
from crm.reads.calendar import CalendarItem
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.services.kernel.context import Context
from crm.services.kernel.refs import StaffRef, StationRef, UnitRef
from crm.services.kernel.verbs import reads
from crm.services.places.whose import NamesOwners

#: The number of days that a calendar goes back by default.
BACK = 30


class Calendar(NamesOwners):
    """Calendars; handed out by :class:`crm.CRM`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @reads(Right.READ)
    def items(
        self,
        *,
        person: StaffRef | None = None,
        station: StationRef | None = None,
        unit: UnitRef | None = None,
        since: date | str | None = None,
        until: date | str | None = None,
    ) -> tuple[CalendarItem, ...]:
        """Return trips, visits planned and past, open follow-ups and open requests, by day. Six statements.

        Withdrawn and cancelled ones are among them, marked.

        Args:
            person: Whose: by default the actor's.
            station: Or of a station: what its people do, and what is due from them.
            unit: Or of a unit.
            since: The first day; by default 30 days ago.
            until: The last day; None: no end.

        Raises:
            InvalidInput: Several of them are named, or a day cannot be read.
            NotFound: There is no such person, station or unit.
            AccessDenied: There is no actor.
        """
        context, actor = self._context, self._context.acting()
        with Checks() as check:
            first = check.day(since, "since") or context.today - timedelta(days=BACK)
            last = check.day(until, "until")
            whose, _ = self._owner(check, person, station, unit)
        return reports.items(context.session, actor, whose, since=first, until=last)
