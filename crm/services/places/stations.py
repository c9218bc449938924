"""Stations: added, edited, and moved from exploring to operating."""

from __future__ import annotations

from datetime import date
from typing import Any, Unpack
from uuid import UUID

from sqlalchemy import select

from crm.errors import N_
from crm.models import Staff, Station, StationEvent
from crm.reads.kernel.listing import Known, Listing
from crm.reads.places import queries as places
from crm.reads.places import station_month
from crm.reads.places.activity import ActivityQuery
from crm.reads.places.activity_rows import StationMonthCard, StationMonthRow
from crm.reads.places.rows import StationCard, StationRow
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.paging import Paging
from crm.rules.places import StationChanges, StationDetails, StationEventFields, StationFields, StationStatus
from crm.services.kernel.context import Context
from crm.services.kernel.finding import containing, find, spelled
from crm.services.kernel.locks import lock_rows, lock_tables
from crm.services.kernel.periods import PeriodRef, month_of
from crm.services.kernel.refs import StationRef
from crm.services.kernel.verbs import lists, reads, writes
from crm.services.kernel.writing import Writing, ensure_free, replayed
from crm.services.places.open_work import Parting, hand_on
from crm.values.plain import plain


class Stations:
    """The liaison stations; handed out by :class:`crm.CRM`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @reads(Right.READ)
    def get(self, ref: Station | int | UUID | str) -> Station:
        """Return the station of this id, uid, code or name.

        Args:
            ref: The station: its id, uid, code or name.

        Raises:
            AccessDenied: There is no actor.
            NotFound: There is none.
            Ambiguous: Several names fit.
        """
        return find(
            self._context.session,
            Station,
            ref,
            what="station",
            codes=[Station.code],
            search=lambda text, whole: (
                select(Station.id, Station.name)
                .where(
                    containing(spelled(Station.name), text, whole=whole)
                    | containing(spelled(Station.name_en), text, whole=whole)
                )
                .order_by(Station.id)
            ),
        )

    @lists(Right.READ)
    def list(self, **paging: Unpack[Paging]) -> Listing[StationRow]:
        """Return all stations in the order of their codes. One statement."""
        return Known.of(self._context.session, places.stations(self._context.session, self._context.actor), paging)

    @reads(Right.READ)
    def show(self, ref: Station | int | UUID | str) -> StationCard:
        """Return a station with its history.

        Args:
            ref: The station: its id, uid, code or name.
        """
        return places.station_card(self._context.session, self._context.actor, self.get(ref).id)

    @reads(Right.READ)
    def month(self, ref: StationRef, period: PeriodRef | None = None) -> StationMonthCard:
        """Return the work of a station in a month of the bureau, with the records behind each figure.

        The number of statements is fixed.

        Args:
            ref: The station.
            period: A month such as ``2023-02``; by default this one.

        Raises:
            InvalidInput: It is not a month.
        """
        context = self._context
        station = self.get(ref)
        query = self._of_month(period)
        return station_month.card(context.session, query, station.id, home=context.policy(query.last).home)

    @reads(Right.READ)
    def months(self, period: PeriodRef | None = None) -> tuple[StationMonthRow, ...]:
        """Return the work of each station in a month of the bureau, by its code. One statement.

        Args:
            period: A month such as ``2023-02``; by default this one.

        Raises:
            InvalidInput: It is not a month.
        """
        return station_month.months(self._context.session, self._of_month(period))

    def _of_month(self, period: PeriodRef | None) -> ActivityQuery:
        with Checks() as check:
            month = month_of(check, period, self._context.today)
        context = self._context
        return ActivityQuery(context.actor, month.start, month.last, context.today, context.policy())

    @writes(Right.STATION_WRITE)
    def add(
        self,
        code: str,
        *,
        name: str,
        name_en: str,
        country: str,
        zone: str,
        status: StationStatus | str = StationStatus.PLANNED,
        since: date | str | None = None,
        note: str | None = None,
        uid: UUID | str | None = None,
        **details: Unpack[StationDetails],
    ) -> Station:
        """Add a station with the first entry of its history.

        Args:
            code: Short name people type, such as ``tokyo``.
            name: Chinese name.
            name_en: English name.
            country: ISO 3166-1 alpha-2.
            zone: IANA time zone.
            status: exploring, planned, operating or closed.
            since: The day the status began, by default today.
            note: What happened, or why.
            uid: Makes the call safe to repeat.
            **details: What else it may have: :class:`crm.rules.places.StationDetails`.

        Returns:
            The station, flushed.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: Only an admin adds stations.
            Conflict: The code, or the uid with other content, is in use.
        """
        context = self._context
        with Checks() as check:
            arguments = {
                "code": code,
                "name": name,
                "name_en": name_en,
                "country": country,
                "zone": zone,
                "status": status,
            }
            values = check.fields(StationFields, {**arguments, "languages": (), **details}, whole=True)
            entry = self._entry(check, status, since, note)
        content = {**values, "note": entry["note"], "since": None if since is None else plain(entry["since"])}
        found, identity = replayed(context, Station, uid, content)
        if found is not None:
            return found
        ensure_free(context, Station.code, values["code"])
        with Writing(context, "station.add", whole=bool(identity)) as write:
            station = Station(**values, **identity)
            write.add(station)
            write.flush()
            write.add(StationEvent(station_id=station.id, number=1, **entry))
        return station

    @writes(Right.STATION_STATUS)
    def set_status(
        self,
        ref: StationRef,
        status: StationStatus | str,
        *,
        since: date | str | None = None,
        note: str | None = None,
        to: StationRef | None = None,
        leave_open: str | None = None,
    ) -> Station:
        """Set the status of a station, as the next entry of its history.

        Args:
            ref: The station.
            status: The status from then on.
            since: The day it began, by default today; never before the last entry.
            note: What happened, or why.
            to: Of a station that closes: the one that takes over its open leads and its staff.
            leave_open: Why these stay with it, where no station takes over.

        Raises:
            InvalidInput: An unknown status, a day before the last entry, or a day in the future of an operating or
                closed station.
            AccessDenied: Only a manager or an admin does this; only an admin moves staff to another station.
            Conflict: A station that closes has open leads or staff, and neither *to* nor *leave_open* is given.
        """
        context = self._context
        if status == StationStatus.CLOSED:
            lock_tables(context.session, Staff)
        station = self.get(ref)
        last = context.session.execute(
            select(StationEvent.number, StationEvent.since)
            .where(StationEvent.station_id == station.id)
            .order_by(StationEvent.number.desc())
            .limit(1)
        ).one()
        with Checks() as check:
            entry = self._entry(check, status, since, note)
            if entry["since"] is not None and entry["since"] < last.since:
                check.wrong(
                    N_("{day} is before the station's last entry on {since}."),
                    N_("A history must be recorded in order."),
                    field="since",
                    code="order",
                    day=entry["since"],
                    since=last.since,
                )
            parting = Parting.read(check, station, self.get, to, leave_open)
            closes = entry["status"] is StationStatus.CLOSED and station.status is not StationStatus.CLOSED
            if not closes and (to is not None or leave_open is not None):
                check.wrong(
                    N_("Only a station that closes hands its work over."),
                    N_("Leave out --to and --leave-open."),
                    field="to",
                    code="open",
                )
        if closes:
            lock_rows(context.session, Station, [station.id], referred=True, anew=False)
            parting.settle(context.session, station, context.today)
            there = select(Staff.id).where(Staff.station_id == station.id, Staff.archived_at.is_(None))
            if parting.heir is not None and context.session.scalar(there.limit(1)) is not None:
                context.require(Right.STAFF_WRITE)
        why = parting.left or entry["note"]
        with Writing(context, "station.status", why, whole=parting.heir is not None) as write:
            write.change(station, status=entry["status"])
            write.add(StationEvent(station_id=station.id, number=last.number + 1, **entry))
            if closes and parting.heir is not None:
                hand_on(write, station, parting.heir, entry["note"] or station.code)
        context.session.expire(station, ["history"])
        return station

    @writes(Right.STATION_WRITE)
    def edit(self, ref: StationRef, *, version: int | None = None, **changes: Unpack[StationChanges]) -> Station:
        """Change the passed fields; None clears the host.

        Args:
            ref: The station, by code, name, id or uid.
            version: The version the caller saw.
            **changes: The fields of :class:`StationChanges`; an absent one stays.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: Only an admin does this.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        station = self.get(ref)
        with Checks() as check:
            values = check.fields(StationChanges, changes)
        with Writing(context, "station.edit") as write:
            write.change(station, version=version, **values)
        return station

    def _entry(
        self, check: Checks, status: StationStatus | str, since: date | str | None, note: str | None
    ) -> dict[str, Any]:
        """Return an entry of the history; only a planned status may have a future day."""
        today = self._context.today
        return check.fields(
            StationEventFields,
            {"status": status, "since": today if since is None else since, "note": note},
            today=today if str(status) in {StationStatus.OPERATING, StationStatus.CLOSED} else None,
        )
