"""The members of a trip, and the units that take part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.errors import N_, Conflict, problem
from crm.models import LeaderRank, Member, Staff, Trip, TripUnit, Unit
from crm.refusals import not_found
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.trips import NewMember
from crm.services.kernel.participants import is_there
from crm.services.kernel.refs import StaffRef, TripRef, UnitRef
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing, ensure_open
from crm.services.trips.arguments import leader_of
from crm.services.trips.base import TripBase
from crm.values.text import REASON, comparison_key


class TripPeople(TripBase):
    """Members and units join, leave, and return."""

    @writes(Right.TRIP_PLAN)
    def add_member(self, ref: TripRef, staff: StaffRef, *, duty: str | None = None) -> Member:
        """Add a member; one who left returns.

        Args:
            ref: The trip.
            staff: The new member.
            duty: What they do on it, such as interpreter.

        Raises:
            AccessDenied: Only a manager or an admin plans trips.
            Archived: The trip is closed or cancelled.
            Conflict: They are on it already.
        """
        context = self._context
        trip = self._open(ref)
        with Checks() as check:
            person = self._person(check, trip, staff)
            values = check.fields(NewMember, {"duty": duty})
        known = self._member(trip, person.id)
        if known is not None and known.left_on is None:
            raise Conflict(
                problem(
                    N_("{name} is already on this trip."), N_("See: crm trip show"), code="member", name=person.username
                )
            )
        with Writing(context, "trip.add_member") as write:
            if known is not None:
                write.change(known, left_on=None, left_reason=None, duty=values["duty"] or known.duty)
                return known
            member = Member(delegation_id=trip.id, staff_id=person.id, **values)
            write.add(member)
        context.session.expire(trip, ["members"])
        return member

    @writes(Right.TRIP_PLAN)
    def remove_member(self, ref: TripRef, staff: StaffRef, *, reason: str, on: date | str | None = None) -> Member:
        """Remove a member from a trip: they stay on its list, with day and reason.

        Args:
            ref: The trip.
            staff: The member.
            reason: Why.
            on: The last day on the trip, by default today.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Only a manager or an admin plans trips.
            Archived: The trip is closed or cancelled.
            Conflict: They are not on it.
        """
        context = self._context
        trip = self._open(ref)
        with Checks() as check:
            person = self._person(check, trip, staff)
            why = check.text(reason, "reason", REASON)
            day = check.day(context.today if on is None else on, "on", not_after=context.today)
        member = self._member(trip, person.id)
        if member is None or member.left_on is not None:
            raise Conflict(
                problem(
                    N_("{name} is not on this trip."), N_("See: crm trip show"), code="member", name=person.username
                )
            )
        with Writing(context, "trip.remove_member", why) as write:
            write.change(member, left_on=day, left_reason=why)
        return member

    @writes(Right.TRIP_PLAN)
    def set_unit(
        self, ref: TripRef, unit: UnitRef, *, leader: str | None = None, rank: LeaderRank | str | None = None
    ) -> TripUnit:
        """Add a unit to a trip, or change its leader; a unit that left returns. The same call again changes nothing.

        The trip counts once for the city, and for each participating unit; if the unit's first person leads, it is that
        unit's leader-led promotion (一把手招商). The sending unit takes part without this call, led by the trip's leader; a
        leader given here replaces that one.

        Args:
            ref: The trip.
            unit: Which unit.
            leader: Who leads its people: office or name; None: nobody in particular.
            rank: That leader's rank in the unit: first, deputy or other.

        Raises:
            InvalidInput: Leader and rank do not come together, or other invalid arguments.
            AccessDenied: Only a manager or an admin plans trips.
            Archived: The trip is closed or cancelled, or the unit is archived.
        """
        context = self._context
        trip = self._open(ref)
        with Checks() as check:
            home = check.take(lambda: self._units.get(unit), "unit")
            values = leader_of(check, leader, rank)
        ensure_open(home)
        known = self._partner(trip, home)
        with Writing(context, "trip.set_unit") as write:
            if known is not None:
                write.change(known, left_on=None, left_reason=None, **values)
                return known
            partner = TripUnit(delegation_id=trip.id, unit_id=home.id, **values)
            write.add(partner)
        context.session.expire(trip, ["units"])
        return partner

    @writes(Right.TRIP_PLAN)
    def remove_unit(self, ref: TripRef, unit: UnitRef, *, reason: str, on: date | str | None = None) -> TripUnit:
        """Remove a unit from a trip: it stays on its list, with day and reason, and no longer counts the trip.

        Args:
            ref: The trip.
            unit: The unit.
            reason: Why.
            on: The last day on the trip, by default today.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Only a manager or an admin plans trips.
            Archived: The trip is closed or cancelled.
            Conflict: It does not take part.
        """
        context = self._context
        trip = self._open(ref)
        with Checks() as check:
            home = check.take(lambda: self._units.get(unit), "unit")
            why = check.text(reason, "reason", REASON)
            day = check.day(context.today if on is None else on, "on", not_after=context.today)
        partner = self._partner(trip, home)
        if partner is None or partner.left_on is not None:
            raise Conflict(
                problem(
                    N_("{name} does not take part in this trip."),
                    N_("See: crm trip show"),
                    code="unit",
                    name=home.name,
                )
            )
        with Writing(context, "trip.remove_unit", why) as write:
            write.change(partner, left_on=day, left_reason=why)
        return partner

    def _person(self, check: Checks, trip: Trip, ref: StaffRef) -> Staff:
        """Return a member of staff who is there on the first day of a trip."""
        person: Staff | None = check.take(lambda: self._staff.get(ref), "staff")
        return person if person is not None and is_there(check, person, trip.starts_on, "staff") else Staff()

    def _member(self, trip: Trip, staff_id: int) -> Member | None:
        return self._context.session.scalar(
            select(Member).where(Member.delegation_id == trip.id, Member.staff_id == staff_id)
        )

    def _partner(self, trip: Trip, unit: Unit) -> TripUnit | None:
        return self._context.session.scalar(
            select(TripUnit).where(TripUnit.delegation_id == trip.id, TripUnit.unit_id == unit.id)
        )


def match_units(session: Session, check: Checks, refs: Sequence[UnitRef]) -> list[Unit | None]:
    """Return the units that *refs* name, by record, id, uid, code or whole name; unknown ones are noted.

    One statement, none without refs.
    """
    if not refs:
        return []
    known: dict[str | tuple[str, int], Unit] = {}
    for unit in session.scalars(select(Unit).where(Unit.archived_at.is_(None)).order_by(Unit.id.desc())):
        names = (comparison_key(unit.name), comparison_key(unit.name_en), str(unit.id), f"#{unit.id}")
        known |= dict.fromkeys((*names, str(unit.uid), unit.code, ("id", unit.id)), unit)
    return [_unit(check, known, ref) for ref in refs]


def _unit(check: Checks, known: Mapping[str | tuple[str, int], Unit], ref: object) -> Unit | None:
    key: str | tuple[str, int] = ""
    if isinstance(ref, Unit):
        key = ("id", ref.id)
    elif isinstance(ref, int) and not isinstance(ref, bool):
        key = ("id", ref)
    elif isinstance(ref, UUID):
        key = str(ref)
    elif isinstance(ref, str):
        key = ref.strip().lower() if ref.strip().lower() in known else comparison_key(ref)
    found = known.get(key)
    if found is None:
        check.add(
            not_found("unit", str(getattr(ref, "code", ref))[:60], N_("Name it by its code: crm unit list"), "units")
        )
    return found
