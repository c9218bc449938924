"""What the verbs on trips share: finding a trip, and refusing changes of a closed one."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from crm.errors import N_, Archived, Conflict, problem
from crm.models import Trip, Unit
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.services.investors.base import FindsInvestors
from crm.services.kernel.context import Context
from crm.services.kernel.finding import containing, find, spelled
from crm.services.kernel.locks import lock_rows
from crm.services.kernel.participants import match_staff, note_archived, shown
from crm.services.kernel.refs import TripRef
from crm.services.kernel.verbs import reads
from crm.services.places.loading import LoadsPlaces
from crm.values.moments import as_date


class TripBase(FindsInvestors, LoadsPlaces):
    """Finds a trip and checks that it is open."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @reads(Right.READ)
    def get(self, ref: TripRef, *, keep: bool = False) -> Trip:
        """Return the trip with this id, uid, code or unique part of its title.

        With *keep* it is read again and locked against editing, closing and cancelling until this transaction ends; use
        this before recording something that belongs to it.

        Args:
            ref: The trip: its id, uid, code, or a unique part of its title.
            keep: Whether to lock the row until the transaction ends.

        Raises:
            AccessDenied: There is no actor.
            NotFound: There is none.
            Ambiguous: Several match.
        """
        return find(
            self._context.session,
            Trip,
            ref,
            what="trip",
            codes=[Trip.code],
            search=lambda text, whole: (
                select(Trip.id, Trip.title).where(containing(spelled(Trip.title), text, whole=whole)).order_by(Trip.id)
            ),
            keeping=keep,
        )

    @reads(Right.READ)
    def open_trip(self, ref: TripRef, day: date, *, keep: bool = False, even_closed: bool = False) -> Trip:
        """Return a trip that is neither closed nor cancelled, and under way on *day*; kept if *keep*, see :meth:`get`.

        With *even_closed* it may be closed: a meeting that was part of it is corrected or restored.

        Args:
            ref: The trip.
            day: A day of the trip.
            keep: Whether it is read again and locked, as in :meth:`get`.
            even_closed: Whether it may be closed.

        Raises:
            InvalidInput: *day* is no day.
            Archived: It is closed or cancelled.
            Conflict: *day* lies outside it.
        """
        day = as_date(day, "day")
        trip = self._open(ref, keep=keep, even_closed=even_closed)
        if not trip.starts_on <= day <= trip.ends_on:
            raise Conflict(
                problem(
                    N_("{day} is outside the trip, {starts} to {ends}."),
                    N_("Check the day, or log it without the trip."),
                    field="trip",
                    code="outside",
                    day=day,
                    starts=trip.starts_on,
                    ends=trip.ends_on,
                )
            )
        return trip

    def _open(
        self, ref: TripRef, *, even_cancelled: bool = False, even_closed: bool = False, keep: bool = False
    ) -> Trip:
        trip = self.get(ref, keep=keep)
        if trip.closed_at is not None and not even_closed:
            raise Archived(
                problem(
                    N_("The trip {trip} is closed and takes no more changes."),
                    N_("Plan another one."),
                    code="closed",
                    trip=trip.code,
                )
            )
        if trip.cancelled_at is not None and not even_cancelled:
            raise Archived(
                problem(
                    N_("The trip {trip} is cancelled: {reason}"),
                    N_("Plan another one."),
                    code="cancelled",
                    trip=trip.code,
                    reason=trip.cancel_reason,
                )
            )
        return trip

    def _open_alone(self, ref: TripRef) -> Trip:
        """Return an open trip, locked against those who record something that belongs to it: see *keep* of :meth:`get`.

        It is not read again, so that its version shows whether somebody else changed it first.
        """
        trip = self._open(ref)
        lock_rows(self._context.session, Trip, [trip.id], referred=True, anew=False)
        return trip

    def _sender(self, check: Checks, unit: Any) -> Unit | None:
        """Return the unit that sends a trip; None: the city."""
        found: Unit | None = None if unit is None else check.take(lambda: self._units.get(unit), "unit")
        return found

    def _desk(self, check: Checks, owner: Any) -> int | None:
        """Return the number of the owner of a trip; an unknown owner is noted."""
        desk = match_staff(self._context.session, check, [owner], self._context.today, "owner").get(shown(owner))
        if desk is not None and desk.archived:
            note_archived(check, desk.username, "owner")
        return None if desk is None else desk.id
