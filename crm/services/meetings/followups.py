"""Follow-ups: task, owner, due day and result."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Unpack
from uuid import UUID

from crm.errors import N_, Conflict, Problem, problem
from crm.models import FollowUp, Lead, Meeting, Staff
from crm.reads import deadlines
from crm.reads.deadlines import DueRow
from crm.reads.kernel.listing import Listing
from crm.reads.meetings import queries as reports
from crm.reads.meetings.filters import of_followups
from crm.reads.meetings.rows import FollowUpRow
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.corrections import Recorded
from crm.rules.kernel.fields import counted, given
from crm.rules.kernel.paging import Paging
from crm.rules.meetings import FollowUpFields, FollowUpFilters, FollowUpSelection
from crm.services.investors.base import FindsInvestors
from crm.services.kernel.context import Context
from crm.services.kernel.corrections import RESTORED, correcting, ensure_standing, ensure_withdrawn, withdraw
from crm.services.kernel.finding import find
from crm.services.kernel.refs import StaffRef, StationRef, UnitRef
from crm.services.kernel.sight import ensure_hands_may, ensure_hands_see
from crm.services.kernel.verbs import lists, reads, writes
from crm.services.kernel.writing import Writing, ensure_all_open, replayed
from crm.services.leads.base import FindsLeads, ensure_shown
from crm.services.meetings.about import require_one_lead, subject_of
from crm.services.meetings.ahead import as_read, is_done, read_hour, read_move
from crm.services.places.loading import LoadsPlaces
from crm.values.moments import Which, bureau_day
from crm.values.text import REASON

if TYPE_CHECKING:
    from crm.services.meetings.base import About

FollowUpRef = FollowUp | int | UUID | str
RESTORE = "crm todo restore"


class FollowUps(FindsInvestors, FindsLeads, LoadsPlaces):
    """Follow-ups with owner and due day; handed out by :class:`crm.CRM`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @reads(Right.READ)
    def get(self, ref: FollowUpRef) -> FollowUp:
        """Return the follow-up of this id or uid.

        Args:
            ref: The follow-up: its id or uid.

        Raises:
            NotFound: There is none, or it belongs to a confidential lead that is not the actor's.
        """
        return self._found(ref)[0]

    def _found(self, ref: FollowUpRef) -> tuple[FollowUp, Lead | None]:
        """Return a follow-up that the actor may see, and its lead."""
        found = find(self._context.session, FollowUp, ref, what="follow-up")
        if found.lead_id is None:
            return found, None
        return found, ensure_shown(self._context, found.lead_id, "follow-up", ref)

    @writes(Right.MEETING_LOG, by_record=True)
    def add(
        self,
        about: About,
        text: str,
        *,
        due: date | str | None = None,
        at: datetime | str | None = None,
        zone: str | None = None,
        which: Which | None = None,
        owner: StaffRef | None = None,
        uid: UUID | str | None = None,
    ) -> FollowUp:
        """Add a follow-up without a meeting, or with *at* plan a planned visit.

        Args:
            about: A lead or an investor, as for :meth:`Meetings.log`.
            text: What was promised.
            due: Until when; a day that has passed makes it overdue. Of a planned visit it is the day of *at*.
            at: When a planned visit begins: an aware datetime, or text read in *zone*. The meeting that the owner logs
                with the investor on that day makes it done.
            zone: IANA zone of the place, by default that of the actor's station, or else the bureau's.
            which: Of a local time that happens twice: first or second.
            owner: The owner, by default the actor.
            uid: Makes the call safe to repeat.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: The lead belongs to another station or unit.
        """
        context = self._context
        actor = context.acting()
        subject = subject_of(context, about, keep=True)
        investor, lead = subject.investor, subject.lead
        if lead is not None:
            context.require_on(Right.MEETING_LOG, lead)
        with Checks() as check:
            arguments: dict[str, object] = {"text": text, "due": due, "owner": actor.id if owner is None else owner}
            if at is not None:
                base = None if actor.station_id is None else self._stations.get(actor.station_id)
                place = base.zone if zone is None and base is not None else zone
                read_hour(context, check, arguments, at, place, which)
            values = check.fields(FollowUpFields, arguments, owner=self._staff.get, at=as_read)
        values |= {"investor_id": investor.id, "lead_id": lead.id if lead else None}
        found, identity = replayed(context, FollowUp, uid, counted(FollowUpFields, values))
        if found is not None:
            return found
        require_one_lead(subject)
        ensure_all_open(investor, check.records["owner"])
        ensure_hands_may(Right.FOLLOWUP_DONE, check.records["owner"])
        ensure_hands_see(context, lead, [values["owner_id"]])
        with Writing(context, "followup.add", whole=bool(identity)) as write:
            followup = FollowUp(**values, **identity)
            write.add(followup)
        return followup

    @writes(Right.FOLLOWUP_DONE, by_record=True)
    def done(self, ref: FollowUpRef, *, result: str, version: int | None = None) -> FollowUp:
        """Close a follow-up with its result.

        Args:
            ref: The follow-up, by id or uid.
            result: What was done.
            version: The version the caller saw.

        Raises:
            InvalidInput: The result is missing.
            AccessDenied: It is somebody else's, and its lead another station's or unit's.
            Conflict: It is done already, or withdrawn.
            StaleRecord: Somebody else closed it first.
        """
        context = self._context
        followup, lead = self._found(ref)
        actor = context.require(
            Right.FOLLOWUP_DONE,
            owner_id=followup.owner_id,
            station_id=lead.station_id if lead else None,
            unit_id=lead.unit_id if lead else None,
        )
        with Checks() as check:
            values = check.fields(FollowUpFields, {"result": result})
        ensure_standing(followup, RESTORE)
        if followup.done_at is not None:
            raise Conflict(is_done(followup))
        with Writing(context, "followup.done") as write:
            write.change(followup, version=version, done_at=context.now(), done_by_id=actor.id, **values)
        return followup

    @writes(Right.RECORD_CORRECT, by_record=True)
    def edit(
        self,
        ref: FollowUpRef,
        *,
        zone: str | None = None,
        which: Which | None = None,
        reason: str | None = None,
        version: int | None = None,
        **changes: Unpack[FollowUpFields],
    ) -> FollowUp:
        """Correct a follow-up; what is not passed stays as it is.

        Args:
            ref: The follow-up.
            zone: IANA zone of *at*; alone, the local time of a planned visit stays.
            which: Of a local time that happens twice: first or second.
            reason: Why; required of those who correct what another recorded, or later than the policy's days.
            version: The version the caller saw.
            **changes: text, due, owner; result, if it is done; at, of a planned visit or to make it one. The due day is
                not before the meeting, or without one not before the day of recording.

        Raises:
            InvalidInput: Invalid arguments, all of them named; the reason is missing.
            AccessDenied: Another recorded it, or too long ago.
            Conflict: It is withdrawn.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        followup, lead = self._found(ref)
        correction = correcting(context, followup, reason)
        ensure_standing(followup, RESTORE)
        meeting = None if followup.meeting_id is None else context.session.get_one(Meeting, followup.meeting_id)
        first = correction.recorded.on if meeting is None else meeting.at.local.date()
        arguments: dict[str, object] = dict(changes)
        if "owner" in arguments and arguments["owner"] is None:
            arguments["owner"] = context.acting().id
        with Checks() as check:
            read_move(context, check, followup, arguments, zone, which)
            values = check.fields(FollowUpFields, arguments, owner=self._staff.get, at=as_read)
            due = values.get("due_on")
            if due is not None and first is not None and due < first:
                check.wrong(
                    N_("{day} is before {first}, the day it was promised."),
                    N_("Name that day or a later one."),
                    field="due",
                    code="past",
                    day=due,
                    first=first,
                )
            if "result" in values and followup.done_at is None:
                check.add(_not_done(followup, "result"))
        ensure_all_open(check.records.get("owner"))
        ensure_hands_may(Right.FOLLOWUP_DONE, check.records.get("owner"))
        ensure_hands_see(context, lead, [values.get("owner_id")])
        with Writing(context, "followup.edit", correction.reason) as write:
            write.change(followup, version=version, **values)
        return followup

    @writes(Right.RECORD_CORRECT, by_record=True)
    def cancel(self, ref: FollowUpRef, *, reason: str | None = None, version: int | None = None) -> FollowUp:
        """Withdraw a follow-up that is no longer needed; it stays readable, and leaves lists and counts.

        Args:
            ref: The follow-up.
            reason: Why; required of those who withdraw what another recorded, or later than the policy's days.
            version: The version the caller saw.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Another recorded it, or too long ago.
            Conflict: It is withdrawn already.
            StaleRecord: Somebody else changed it first.
        """
        return withdraw(self._context, self.get(ref), "followup.cancel", RESTORE, reason, version)

    @writes(Right.RECORD_CORRECT, by_record=True)
    def restore(self, ref: FollowUpRef, *, reason: str | None = None, version: int | None = None) -> FollowUp:
        """Restore a withdrawn follow-up, if it could be added again as it is.

        Args:
            ref: The follow-up.
            reason: Why; required of those who restore what another recorded, or later than the policy's days.
            version: The version the caller saw.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Another recorded it, or too long ago.
            Archived: The investor or the owner is archived.
            Conflict: It is not withdrawn; its meeting is.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        followup, lead = self._found(ref)
        why = correcting(context, followup, reason).reason
        ensure_withdrawn(followup)
        if followup.meeting_id is not None:
            ensure_standing(context.session.get_one(Meeting, followup.meeting_id), "crm visit restore")
        investor = self._investors.get(followup.investor_id, keep=True)
        ensure_all_open(investor, context.session.get_one(Staff, followup.owner_id))
        ensure_hands_see(context, lead, [followup.owner_id])
        with Writing(context, "followup.restore", why) as write:
            write.change(followup, version=version, **RESTORED)
        return followup

    @writes(Right.RECORD_CORRECT, by_record=True)
    def reopen(self, ref: FollowUpRef, *, reason: str | None = None, version: int | None = None) -> FollowUp:
        """Open a follow-up again that was closed by mistake; its result is removed, and stays in the audit.

        Args:
            ref: The follow-up.
            reason: Why; required of those who reopen what another closed, or later than the policy's days.
            version: The version the caller saw.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Another closed it, or too long ago.
            Archived: The owner is archived.
            Conflict: It is open or withdrawn.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        followup, lead = self._found(ref)
        with Checks() as check:
            why = check.text(reason, "reason", REASON, required=False)
        ensure_standing(followup, RESTORE)
        if followup.done_at is None or followup.done_by_id is None:
            raise Conflict(_not_done(followup))
        closer = context.session.get_one(Staff, followup.done_by_id)
        closed = Recorded(closer.id, closer.username, bureau_day(followup.done_at))
        context.require_recorded(Right.RECORD_CORRECT, closed, why)
        owner = context.session.get_one(Staff, followup.owner_id)
        ensure_all_open(owner)
        ensure_hands_see(context, lead, [owner.id])
        with Writing(context, "followup.reopen", why) as write:
            write.change(followup, version=version, done_at=None, done_by_id=None, result=None, held_id=None)
        return followup

    @lists(Right.READ)
    def list(
        self,
        *,
        open_only: bool = True,
        withdrawn: bool = False,
        today: date | None = None,
        **selection: Unpack[FollowUpSelection],
    ) -> Listing[FollowUpRow]:
        """Return follow-ups by due day; *unit* and *station* are their owner's. *withdrawn* ones too, if asked for.

        Args:
            open_only: Whether those that are done are left out.
            withdrawn: Whether withdrawn ones are included.
            today: The day up to which days overdue are counted, by default today.
            **selection: Filters (:class:`crm.rules.meetings.FollowUpFilters`), and the part that is read
                (:class:`crm.rules.kernel.paging.Paging`).
        """
        typed = given(FollowUpFilters, selection, Paging)
        with Checks() as check:
            values = check.fields(
                FollowUpFilters,
                typed,
                investor=self._investors.get,
                lead=self._leads.get,
                **self._place_readers(typed),
            )
            everything, window = check.flag(withdrawn, "withdrawn"), check.window(selection, among=FollowUpSelection)
        context = self._context
        return reports.followups(
            context.session,
            context.actor,
            today=context.on(today),
            where=of_followups(context.actor, values),
            open_only=open_only,
            withdrawn=everything,
        ).within(window)

    @lists(Right.READ)
    def due(
        self,
        *,
        person: StaffRef | None = None,
        unit: UnitRef | None = None,
        station: StationRef | None = None,
        until: date | str | None = None,
        today: date | None = None,
        **paging: Unpack[Paging],
    ) -> Listing[DueRow]:
        """Return what is overdue or soon due: follow-ups, requests, leads on hold, trip reports. One statement.

        A reversal that will change a published figure is due until it is confirmed: the owner of the lead and those who
        signed the reversed entry see it.

        Args:
            person: Filter by owner, or serves as the ambassador.
            unit: The tasks of one unit; a task without a unit belongs to its owner's unit.
            station: The tasks of the people of one station, and its leads.
            until: Due up to this day; by default the policy's number of days ahead (`soon_days`).
            today: The reference day.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
        """
        context = self._context
        now = context.on(today)
        with Checks() as check:
            hand = None if person is None else check.take(lambda: self._staff.get(person), "person")
            home = None if unit is None else check.take(lambda: self._units.get(unit), "unit")
            base = None if station is None else check.take(lambda: self._stations.get(station), "station")
            last, window = check.day(until, "until"), check.window(paging)
        soon = now + timedelta(days=context.policy(now).aftercare.soon_days)
        return deadlines.due(
            context.session,
            context.actor,
            today=now,
            until=soon if last is None else last,
            person_id=hand.id if hand else None,
            unit_id=home.id if home else None,
            station_id=base.id if base else None,
        ).within(window)


def _not_done(followup: FollowUp, field: str | None = None) -> Problem:
    """Return the problem of a follow-up that is still open."""
    text = N_("Follow-up {id} is not done yet.")
    return problem(text, N_("Close it with its result: crm todo done"), field=field, code="open", id=followup.id)
