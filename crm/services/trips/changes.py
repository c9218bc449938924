"""Changing a trip: days, stays, leader; what has taken place stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Unpack

from sqlalchemy import select

from crm.errors import Conflict
from crm.models import Leg, Trip
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.trips import TripChanges as Changes
from crm.rules.trips import is_abroad
from crm.services.kernel.refs import TripRef
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing, ensure_open
from crm.services.trips.arguments import LegChange, late_reason
from crm.services.trips.base import TripBase
from crm.services.trips.moves import met, new_days, over, stays, visits, within
from crm.values.text import REASON

#: The fields that cannot change after the return.
_PAST = ("starts", "ends", "legs", "leader", "rank", "unit", "announced", "late")


class TripChanges(TripBase):
    """Changes of a trip before its report."""

    @writes(Right.TRIP_PLAN)
    def edit(
        self,
        ref: TripRef,
        *,
        legs: Iterable[LegChange] = (),
        version: int | None = None,
        **changes: Unpack[Changes],
    ) -> Trip:
        """Change the given fields, as for :meth:`plan`; None clears the purpose, and makes the city the sender.

        A new departure alone, or new days with the same number of days, shifts stays and open visits by the same number
        of days. If the number of days changes, they keep their days. Meetings do not move, nor do stays that began
        before the last meeting. The deadlines follow the days. An earlier departure needs a new notice, on the day of
        the edit; a later one keeps its notice.

        Args:
            ref: The trip.
            legs: (number, place, country, zone, arrival, departure) of stays that change; None keeps what is there.
            version: The version the caller saw.
            **changes: What changes: :class:`crm.rules.trips.TripChanges`.

        Raises:
            InvalidInput: Invalid arguments, and stays and visits outside the trip, all named; late
                notice without a reason.
            AccessDenied: Only a manager or an admin plans trips.
            Archived: It is closed or cancelled, or the unit is archived.
            Conflict: A meeting would lie outside the trip; or it is over and took place as it did.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        trip = self._open_alone(ref)
        with Checks() as check:
            new_legs: Sequence[LegChange] = check.items(legs, "legs")
            announced, late = changes.pop("announced", None), changes.pop("late", None)
            arguments = {
                *changes,
                *(name for name, value in (("legs", new_legs), ("announced", announced), ("late", late)) if value),
            }
            if trip.ends_on < context.today and (fixed := [key for key in _PAST if key in arguments]):
                check.settle()
                raise Conflict(over(trip.ends_on, fixed))
            own = {key: value for key, value in changes.items() if key not in {"starts", "ends", "owner"}}
            sender = self._sender(check, own.get("unit"))
            values = check.fields(Changes, own, unit=lambda _: sender and sender.id)
            if "owner" in changes:
                values["owner_id"] = self._desk(check, changes["owner"])
            days = new_days(check, trip, changes, context.today)
            was = (trip.starts_on, trip.ends_on)
            shift = days[0] - was[0] if days[1] - days[0] == was[1] - was[0] else timedelta(0)
            known = context.session.scalars(select(Leg).where(Leg.delegation_id == trip.id).order_by(Leg.number)).all()
            meetings = met(context.session, trip) if days != was else []
            happened = max((day for *_, day in meetings), default=None)
            stops = stays(check, known, new_legs, days, shift, happened) if new_legs or days != was else []
            goals = visits(check, context.session, trip, days, shift) if days != was else []
            if lost := within(meetings, days):
                check.note(Conflict(*lost))
            places = [place["country"] for _, place in stops] or [leg.country for leg in known]
            values |= self._deadlines(check, trip, days, places, announced, late, new_legs=bool(new_legs))
        if sender is not None:
            ensure_open(sender)
        with Writing(context, "trip.edit", whole=True) as write:
            write.change(trip, version=version, parts=stops, **values)
            write.change_all(goals)
        return trip

    def _deadlines(
        self,
        check: Checks,
        trip: Trip,
        days: tuple[date, date],
        countries: Sequence[str | None],
        announced: date | str | None,
        late: str | None,
        *,
        new_legs: bool,
    ) -> dict[str, Any]:
        """Return days, notice and deadlines as edited; they keep their old values if nothing relevant changes."""
        context = self._context
        known = context.today if days[0] < trip.starts_on else trip.announced_on
        known = check.day(announced, "announced", not_after=context.today) or known
        why = check.text(late, "late_reason", REASON, required=False)
        policy = context.policy(known)
        values: dict[str, Any] = {"starts_on": days[0], "ends_on": days[1], "announced_on": known}
        if days[1] != trip.ends_on:
            values["report_due_on"] = policy.trips.report_due(days[1])
            values["outcome_until"] = policy.trips.outcome_until(days[1])
        if known is not None and (days[0] != trip.starts_on or new_legs or known != trip.announced_on or why):
            due = policy.trips.notice_due(days[0], abroad=is_abroad(countries, policy.home))
            # An earlier departure, or a new notice, needs its own reason for being late.
            same = known == trip.announced_on and days[0] >= trip.starts_on
            known_reason = trip.late_reason if same and known > due else None
            why = why or known_reason
            late_reason(check, known, due, why)
            values |= {"notice_due_on": due, "late_reason": why}
        return values
