"""Promotion events: planned, held or cancelled, with attendance."""

from __future__ import annotations

from datetime import date
from typing import Unpack
from uuid import UUID

from crm.errors import N_, Conflict, problem
from crm.models import EventKind, EventState, PromotionEvent
from crm.reads.events import queries as reports
from crm.reads.events.rows import EventCard, EventFigures, EventRow
from crm.reads.kernel.listing import Listing
from crm.rules.access import Right
from crm.rules.events import EventDetails, EventEnd, EventPlan
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import counted
from crm.rules.kernel.paging import Paging
from crm.services.events.arguments import (
    ensure_not_cancelled,
    in_order,
    not_over,
)
from crm.services.events.attendance import AttendanceVerbs
from crm.services.kernel.periods import PeriodRef, period_of
from crm.services.kernel.refs import EventRef, StationRef, UnitRef
from crm.services.kernel.verbs import lists, reads, writes
from crm.services.kernel.writing import Writing, ensure_all_open, ensure_free, replayed
from crm.services.leads.arguments import Conditions
from crm.values.moments import BUREAU_ZONE
from crm.values.text import REASON


class Events(AttendanceVerbs):
    """Promotion events; handed out by :class:`crm.CRM`."""

    @writes(Right.EVENT_WRITE, by_record=True)
    def add(
        self,
        code: str,
        *,
        title: str,
        place: str,
        starts: date | str,
        ends: date | str | None = None,
        kind: EventKind | str = EventKind.MEETING,
        country: str = "CN",
        zone: str = BUREAU_ZONE,
        unit: UnitRef | None = None,
        station: StationRef | None = None,
        organiser: str | None = None,
        uid: UUID | str | None = None,
    ) -> PromotionEvent:
        """Add an event; :meth:`hold` marks it as held.

        Args:
            code: Short name people type, such as ``tokyo-2023-02``; leads name it as their source: ``event:CODE``.
            title: What it is called.
            place: Where.
            starts: First day, at the place.
            ends: Last day, by default the first.
            kind: meeting, forum, exhibition, roundtable, signing, salon, online or other.
            country: ISO 3166-1 alpha-2; the policy says what is at home.
            zone: IANA zone of the place.
            unit: The host unit; None: the city.
            station: The station that holds it.
            organiser: Who organises it with us.
            uid: Makes the call safe to repeat.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: It is neither the actor's unit's nor their station's.
            Archived: The unit or the station is archived.
            Conflict: The code, or the uid with other content, is in use.
        """
        context = self._context
        arguments = {
            "code": code,
            "title": title,
            "place": place,
            "starts": starts,
            "kind": kind,
            "country": country,
            "zone": zone,
            "organiser": organiser,
            "unit": unit,
            "station": station,
        } | ({} if ends is None else {"ends": ends})
        with Checks() as check:
            values = check.fields(EventPlan, arguments, unit=self._units.get, station=self._stations.get)
            values.setdefault("ends_on", values["starts_on"])
            in_order(check, values["starts_on"], values["ends_on"])
        context.require_at(Right.EVENT_WRITE, unit_id=values["unit_id"], station_id=values["station_id"])
        found, identity = replayed(context, PromotionEvent, uid, counted(EventPlan, values))
        if found is not None:
            return found
        ensure_all_open(*check.records.values())
        ensure_free(context, PromotionEvent.code, values["code"])
        with Writing(context, "event.add", whole=bool(identity)) as write:
            event = PromotionEvent(**values, **identity, state=EventState.PLANNED)
            write.add(event)
        return event

    @writes(Right.EVENT_WRITE, by_record=True)
    def edit(self, ref: EventRef, *, version: int | None = None, **changes: Unpack[EventDetails]) -> PromotionEvent:
        """Change the given fields, as for :meth:`add`; None clears the organiser.

        Args:
            ref: The event.
            version: The version the caller saw.
            **changes: The fields of :class:`EventDetails`; an absent one stays.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: It is neither the actor's unit's nor their station's.
            Conflict: It is cancelled.
            StaleRecord: Somebody else changed it first.
        """
        event = self._authorised(ref)
        with Checks() as check:
            values = check.fields(EventDetails, changes)
            last = values.get("ends_on", event.ends_on)
            in_order(check, values.get("starts_on", event.starts_on), last)
            if event.state is EventState.HELD and last is not None and last > self._context.today:
                check.add(not_over(last))
        with Writing(self._context, "event.edit") as write:
            write.change(event, version=version, **values)
        return event

    @writes(Right.EVENT_WRITE, by_record=True)
    def hold(self, ref: EventRef, *, outcome: str | None = None, version: int | None = None) -> PromotionEvent:
        """Mark an event as held, with its outcome; a further call corrects the outcome.

        Args:
            ref: The event.
            outcome: What came of it.
            version: The version the caller saw.

        Raises:
            InvalidInput: It is not over yet.
            AccessDenied: It is neither the actor's unit's nor their station's.
            Conflict: It is cancelled.
            StaleRecord: Somebody else changed it first.
        """
        event = self._authorised(ref)
        with Checks() as check:
            said = check.fields(EventEnd, {"outcome": outcome})["outcome"]
            if event.ends_on > self._context.today:
                check.add(not_over(event.ends_on))
        with Writing(self._context, "event.hold") as write:
            write.change(event, version=version, state=EventState.HELD, outcome=said or event.outcome)
        return event

    @writes(Right.EVENT_WRITE, by_record=True)
    def cancel(self, ref: EventRef, *, reason: str, version: int | None = None) -> PromotionEvent:
        """Cancel an event; it stays on the list, with the reason.

        Args:
            ref: The event.
            reason: Why.
            version: The version the caller saw.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: It is neither the actor's unit's nor their station's.
            Conflict: It was held, or is cancelled already.
            StaleRecord: Somebody else changed it first.
        """
        event = self._authorised(ref)
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
        if event.state is EventState.HELD:
            raise Conflict(
                problem(
                    N_("Event {event} was held; it cannot be cancelled."),
                    N_("Correct it: crm event edit"),
                    code="held",
                    event=event.code,
                )
            )
        with Writing(self._context, "event.cancel", why) as write:
            write.change(event, version=version, state=EventState.CANCELLED, reason=why)
        return event

    @lists(Right.READ)
    def list(
        self,
        *,
        since: date | str | None = None,
        until: date | str | None = None,
        unit: UnitRef | None = None,
        station: StationRef | None = None,
        state: EventState | str | None = None,
        abroad: bool | None = None,
        **paging: Unpack[Paging],
    ) -> Listing[EventRow]:
        """Return events, latest first; *since* and *until* limit their first day. One statement.

        Args:
            since: The earliest first day.
            until: The latest first day.
            unit: Of this unit.
            station: Of this station.
            state: planned, held or cancelled.
            abroad: True for events abroad, False for events at home; by default both.
        """
        where: Conditions = []
        with Checks() as check:
            window = check.window(paging)
            if since is not None and (first := check.day(since, "since")):
                where.append(PromotionEvent.starts_on >= first)
            if until is not None and (last := check.day(until, "until")):
                where.append(PromotionEvent.starts_on <= last)
            where += self._places(check, unit, station)
            if state is not None:
                where.append(PromotionEvent.state == check.choice(EventState, state, "state"))
            if abroad is not None:
                here = PromotionEvent.country.in_(self._context.policy().home)
                where.append(~here if check.flag(abroad, "abroad") else here)
        context = self._context
        return reports.events(context.session, context.actor, where, home=context.policy().home).within(window)

    @reads(Right.READ)
    def show(self, ref: EventRef, *, withdrawn: bool = False) -> EventCard:
        """Return an event with its attendance, withdrawn ones too if asked for, and the leads it started.

        A fixed number of statements.

        Args:
            ref: The event: its id, uid, code, or a unique part of its title.
            withdrawn: Whether withdrawn ones are included.
        """
        context = self._context
        with Checks() as check:
            everything = check.flag(withdrawn, "withdrawn")
        number = self.get(ref).id
        return reports.card(
            context.session, context.actor, number, context.policy(), today=context.today, withdrawn=everything
        )

    @reads(Right.READ)
    def figures(
        self,
        period: PeriodRef | None = None,
        *,
        unit: UnitRef | None = None,
        station: StationRef | None = None,
    ) -> EventFigures:
        """Return how many events began in a period, at home and abroad, with people and leads. One statement.

        Args:
            period: A year, text such as ``2023Q1``, or this year.
            unit: Events of this unit alone.
            station: Events of this station alone.

        Raises:
            InvalidInput: It is not a period; there is no such unit or station.
        """
        context = self._context
        with Checks() as check:
            span = period_of(check, period, context.today)
            where = self._places(check, unit, station)
        home = context.policy(span.last).home
        return reports.figures(context.session, context.actor, span.start, span.last, where, home=home)

    def _places(self, check: Checks, unit: UnitRef | None, station: StationRef | None) -> Conditions:
        where: Conditions = []
        if unit is not None and (home := check.take(lambda: self._units.get(unit), "unit")):
            where.append(PromotionEvent.unit_id == home.id)
        if station is not None and (base := check.take(lambda: self._stations.get(station), "station")):
            where.append(PromotionEvent.station_id == base.id)
        return where

    def _authorised(self, ref: EventRef) -> PromotionEvent:
        event = self.get(ref)
        self._context.require(Right.EVENT_WRITE, unit_id=event.unit_id, station_id=event.station_id)
        ensure_not_cancelled(event)
        return event
