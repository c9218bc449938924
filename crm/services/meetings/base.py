"""What the verbs on meetings share: finding one, reading its time and its minutes, and its parts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from crm.errors import N_
from crm.models import Investor, Lead, Meeting, MinuteKind, Station
from crm.rules.kernel.checks import Checks
from crm.services.investors.base import FindsInvestors
from crm.services.kernel.context import Context
from crm.services.kernel.finding import find
from crm.services.kernel.refs import StationRef
from crm.services.leads.base import FindsLeads, ensure_shown
from crm.services.places.loading import LoadsPlaces
from crm.services.trips.loading import LoadsTrips
from crm.values.moments import BUREAU_ZONE, LocalTime, Which, local_time
from crm.values.text import REASON

About = Lead | Investor | int | UUID | str
MeetingRef = Meeting | int | UUID | str


class MeetingBase(FindsInvestors, FindsLeads, LoadsPlaces, LoadsTrips):
    """Finds meetings, and reads what they are described by."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def _shown(self, ref: MeetingRef) -> Meeting:
        """Return a meeting.

        Raises:
            NotFound: There is none that the actor may see.
        """
        meeting = find(self._context.session, Meeting, ref, what="meeting")
        if meeting.lead_id is not None:
            ensure_shown(self._context, meeting.lead_id, "meeting", ref)
        return meeting

    def _station(self, check: Checks, station: StationRef | None) -> Station | None:
        ref = station if station is not None else self._context.acting().station_id
        return None if ref is None else check.take(lambda: self._stations.get(ref), "station")

    def _moment(self, check: Checks, at: datetime | str | None, zone: str, which: Which | None) -> LocalTime:
        now = self._context.now()
        moment: LocalTime | None = check.take(lambda: local_time(now if at is None else at, zone, which=which, now=now))
        if moment is None:
            return LocalTime(now, BUREAU_ZONE)
        if moment.utc > now:
            check.wrong(
                N_("{time} is in the future."),
                N_("Log a meeting after it has taken place; plan a visit in a trip."),
                field="at",
                code="future",
                time=str(moment),
            )
        return moment


def read_minutes(check: Checks, lines: Iterable[tuple[MinuteKind, Iterable[str]]]) -> list[tuple[MinuteKind, str]]:
    """Return the lines of minutes by kind; what is no text is noted."""
    return [
        (kind, check.text(text, kind.value, REASON)) for kind, texts in lines for text in check.items(texts, kind.value)
    ]
