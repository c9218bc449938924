"""Planning a trip with all its parts in one call."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Unpack
from uuid import UUID

from crm.errors import N_
from crm.models import (
    Investor,
    LeaderRank,
    Leg,
    Member,
    PlannedVisit,
    Trip,
    TripUnit,
    VisitState,
)
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import counted
from crm.rules.trips import NewMember, TripOptions, TripPlan, is_abroad
from crm.services.investors.matching import match_investors
from crm.services.kernel.locks import share_rows
from crm.services.kernel.participants import match_staff, shown
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing, ensure_all_open, ensure_free, replayed
from crm.services.trips.arguments import (
    MOST_VISITS,
    LegPlan,
    MemberPlan,
    UnitPlan,
    VisitPlan,
    late_reason,
    leader_of,
    no_more,
    pair,
    stay,
    trip_days,
    visit,
)
from crm.services.trips.base import TripBase
from crm.services.trips.people import match_units
from crm.values.plain import plain
from crm.values.text import REASON


class TripPlanning(TripBase):
    """The plan: leader, stays, members, units, visits, and the notice."""

    @writes(Right.TRIP_PLAN)
    def plan(
        self,
        code: str,
        *,
        title: str,
        leader: str,
        rank: LeaderRank | str,
        starts: date | str,
        ends: date | str,
        members: Iterable[MemberPlan] = (),
        units: Iterable[UnitPlan] = (),
        legs: Iterable[LegPlan] = (),
        visits: Iterable[VisitPlan] = (),
        uid: UUID | str | None = None,
        **details: Unpack[TripOptions],
    ) -> Trip:
        """Plan a trip.

        Args:
            code: Short name people type, such as ``japan-2023``.
            title: What it is called.
            leader: The leader's office or name.
            rank: city, first (a unit's first person), deputy or other.
            starts: Day of departure.
            ends: Day of return.
            members: Staff, or (staff, duty).
            units: Units that take part, or (unit, leader, rank in the unit).
            legs: (place, country, zone, arrival, departure), within the trip; a day, or a local time there.
            visits: Investors, or (investor, day, purpose).
            uid: Makes the call safe to repeat.
            **details: What else can be said: :class:`crm.rules.trips.TripOptions`. Without an owner it is the actor's;
                without a day of announcement it is announced today. Why it is announced late is needed where the
                policy's days of notice are not kept.

        Raises:
            InvalidInput: Invalid arguments, all of them named; late notice without a reason.
            AccessDenied: Only a manager or an admin plans trips.
            Archived: An investor is archived.
            Conflict: The code, or the uid with other content, is in use.
        """
        context = self._context
        actor = context.acting()
        policy = context.policy()
        with Checks() as check:
            team = [pair(check, item, 2, "members") for item in check.items(members, "members")]
            sent = [pair(check, item, 3, "units") for item in check.items(units, "units")]
            goals = [pair(check, item, 3, "visits") for item in check.items(visits, "visits")]
            if len(goals) > MOST_VISITS:
                check.add(no_more("visits", MOST_VISITS))
                goals = []
            owner, announced = details.pop("owner", None), details.pop("announced", None)
            late = details.pop("late", None)
            days = trip_days(check, starts, ends, context.today)
            arguments = {
                "code": code,
                "title": title,
                "leader": leader,
                "rank": rank,
                "unit": None,
                "purpose": None,
                **details,
            }
            sender = self._sender(check, arguments["unit"])
            values = check.fields(TripPlan, arguments, unit=lambda _: sender and sender.id)
            values |= {"starts_on": days[0], "ends_on": days[1]}
            stays = [stay(check, leg, days) for leg in check.items(legs, "legs")]
            desk = actor.id if owner is None else owner
            people = match_staff(context.session, check, [who for who, _ in team], days[0], "members")
            hand = self._desk(check, desk)
            _once(check, [person.username for person in people.values()], "members")
            duties = {shown(who): check.fields(NewMember, {"duty": duty}) for who, duty in team}
            partners = self._partners(check, sent)
            stops = self._stops(check, goals, days)
            known = check.day(announced, "announced", not_after=context.today) or context.today
            why = check.text(late, "late_reason", REASON, required=False)
            due = policy.trips.notice_due(days[0], abroad=is_abroad([leg.get("country") for leg in stays], policy.home))
            late_reason(check, known, due, why)
        content = {
            **counted(TripPlan, values),
            "members": {who: role["duty"] for who, role in duties.items()},
            "owner": None if owner is None else shown(owner),
            "announced": None if announced is None else plain(known),
            "late": why,
            "legs": [{k: plain(v) for k, v in leg.items()} for leg in stays],
            "units": [{k: plain(v) for k, v in partner.items()} for partner in partners],
            "visits": [(stop["investor_id"], plain(stop["planned_on"]), stop["purpose"]) for _, stop in stops],
        }
        found, identity = replayed(context, Trip, uid, content)
        if found is not None:
            return found
        if stops:
            # One of them may have been merged since it was read; all are locked at once, in the order of a merge.
            share_rows(context.session, Investor, {investor.id for investor, _ in stops if investor is not None})
        ensure_all_open(sender, *(investor for investor, _ in stops))
        ensure_free(context, Trip.code, values["code"])
        with Writing(context, "trip.plan", whole=bool(identity)) as write:
            trip = Trip(
                **values,
                **identity,
                owner_id=hand,
                announced_on=known,
                notice_due_on=due,
                late_reason=why,
                report_due_on=policy.trips.report_due(days[1]),
                outcome_until=policy.trips.outcome_until(days[1]),
            )
            write.add(trip)
            write.flush()
            write.add(
                *(Leg(delegation_id=trip.id, number=number, **leg) for number, leg in enumerate(stays, 1)),
                *(Member(delegation_id=trip.id, staff_id=people[who].id, **role) for who, role in duties.items()),
                *(TripUnit(delegation_id=trip.id, **partner) for partner in partners),
                *(
                    PlannedVisit(delegation_id=trip.id, number=number, state=VisitState.PLANNED, **stop)
                    for number, (_, stop) in enumerate(stops, 1)
                ),
            )
        return trip

    def _partners(self, check: Checks, sent: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
        partners = [*sent]
        found = match_units(self._context.session, check, [unit for unit, *_ in partners])
        _once(check, [unit.code for unit in found if unit is not None], "units")
        return [
            {"unit_id": unit.id if unit else None, **leader_of(check, leader, rank)}
            for unit, (_, leader, rank) in zip(found, partners, strict=True)
        ]

    def _stops(
        self, check: Checks, goals: Iterable[tuple[Any, ...]], days: tuple[date, date]
    ) -> list[tuple[Investor | None, dict[str, Any]]]:
        visits = [*goals]
        known = match_investors(
            self._context.session, check, self._investors, [whom for whom, *_ in visits if _is_reference(whom)]
        )
        stops: list[tuple[Investor | None, dict[str, Any]]] = []
        for whom, on, purpose in visits:
            investor = known.get(whom) if _is_reference(whom) else self._nobody(check, whom)
            stops.append(
                (investor, {"investor_id": investor.id if investor else None, **visit(check, on, purpose, days)})
            )
        return stops

    def _nobody(self, check: Checks, whom: Any) -> Investor | None:
        """Note invalid references; they are not looked up."""
        found: Investor | None = check.take(lambda: self._investors.get(whom), "investor")
        return found


def _is_reference(whom: object) -> bool:
    return not isinstance(whom, bool) and isinstance(whom, Investor | int | str | UUID)


def _once(check: Checks, names: list[str], field: str) -> None:
    """Note repeated names."""
    if len(set(names)) < len(names):
        text = N_("A member is named twice.") if field == "members" else N_("A unit is named twice.")
        check.wrong(text, N_("Name each once."), field=field, code="twice")
