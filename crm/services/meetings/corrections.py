"""Meetings corrected, withdrawn and restored; see :mod:`crm.services.kernel.corrections`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Unpack

from sqlalchemy import Select, and_, exists, or_, select

from crm.errors import N_
from crm.models import (
    AuditEntry,
    FollowUp,
    Lead,
    Meeting,
    MeetingKind,
    MinuteKind,
    PlannedVisit,
    Trip,
)
from crm.models.base import standing
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.meetings import MeetingChanges
from crm.services.kernel.corrections import RESTORED, correcting, ensure_standing, ensure_withdrawn, withdrawn
from crm.services.kernel.participants import Colleague, Person, match_contacts, match_staff
from crm.services.kernel.refs import ContactRef, LeadRef, StaffRef
from crm.services.kernel.twins import why_distinct, with_both
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing, ensure_all_open, ensure_open
from crm.services.leads.gates import ensure_kept, lacking
from crm.services.meetings.ahead import OPEN_AGAIN, made, made_by
from crm.services.meetings.base import (
    MeetingBase,
    MeetingRef,
    exchanged,
    read_minutes,
)
from crm.services.meetings.brands import brand_of
from crm.services.meetings.same import ensure_not_logged
from crm.services.meetings.trips import fulfilled_by, fulfilling, planned_of, released
from crm.values.moments import LocalTime, Which

RESTORE = "crm visit restore"
INSTEAD = N_("Withdraw the meeting instead, and log what took place: crm visit withdraw, crm visit log")


class MeetingCorrections(MeetingBase):
    """Meetings edited, withdrawn and restored."""

    @writes(Right.RECORD_CORRECT, by_record=True)
    def edit(
        self,
        ref: MeetingRef,
        *,
        zone: str | None = None,
        which: Which | None = None,
        contacts: Iterable[ContactRef] | None = None,
        staff: Iterable[StaffRef] | None = None,
        agreed: Iterable[str] | None = None,
        promised: Iterable[str] | None = None,
        next_steps: Iterable[str] | None = None,
        reason: str | None = None,
        distinct: str | None = None,
        version: int | None = None,
        **changes: Unpack[MeetingChanges],
    ) -> Meeting:
        """Correct a meeting; what is not passed stays as it is.

        Args:
            ref: The meeting.
            zone: IANA zone of the place; without *at* the local time stays and the instant moves.
            which: Of a local time that happens twice: first or second.
            contacts: All who took part, by record, id or any unique part of their name; an empty list: nobody.
            staff: All of ours who took part.
            agreed: All lines of the minutes of this kind; an empty list: none.
            promised: As above.
            next_steps: As above.
            reason: Why; required of those who correct what another recorded, or later than the policy's days.
            distinct: Why it is another meeting, where it becomes one with the same people about the same lead at the
                same minute; kept with the reason.
            version: The version the caller saw.
            **changes: The fields, as for :meth:`log`, and *lead*, a lead of the same investor; its follow-ups move to
                it too. None clears the lead, place, trip, station and brand.

        Raises:
            InvalidInput: Invalid arguments, all of them named; the reason is missing.
            NotFound: There is no such meeting, lead, trip or station.
            AccessDenied: Another recorded it, or too long ago; the lead belongs to another station or unit.
            Archived: The trip is closed or cancelled; the station is closed.
            LikelyDuplicate: As corrected it may be on record already.
            Conflict: It is withdrawn; a stage that its lead has passed depends on it as it was.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        meeting = self._shown(ref)
        why = correcting(context, meeting, reason).reason
        ensure_standing(meeting, RESTORE)
        self._investors.get(meeting.investor_id, keep=True)
        arguments: dict[str, Any] = dict(changes)
        with Checks() as check:
            apart = why_distinct(check, distinct)
            moment = self._corrected(check, meeting, arguments.get("at"), zone, which)
            day = moment.local.date()
            anew = day != meeting.at.local.date()
            values = check.fields(
                MeetingChanges,
                arguments,
                lead=lambda ref: self._about(check, meeting, ref),
                at=lambda _: moment,
                trip=lambda trip: self._trips.open_trip(trip, day, keep=True),
                station=self._stations.get,
                brand=lambda text: brand_of(context, check, text, day),
            ) | {"met_at": moment.utc, "zone": moment.zone}
            if anew and "trip" not in arguments:
                self._check_trip(check, meeting, day)
            people = self._people(check, meeting, contacts, day) if contacts is not None or anew else None
            ours = self._ours(check, meeting, staff, day) if staff is not None or anew else None
            lines = (agreed, promised, next_steps)
            minutes = None if lines == (None, None, None) else _minutes(check, meeting, lines)
        ensure_all_open(check.records.get("station"))
        if apart is None:
            self._ensure_other(meeting, moment, values.get("lead_id", meeting.lead_id), people)
        parts, added = exchanged(context.session, meeting, people, ours, minutes, now=context.now())
        visits = self._visits(meeting, **values)
        was = meeting.lead_id
        moved = [] if values.get("lead_id", was) == was else self._promises(meeting)
        # A stage that the lead has passed may depend on the participants, the kind and the lead of the meeting.
        before = () if was is None else lacking(context, was)
        with Writing(context, "meeting.edit", with_both(why, apart), whole=True) as write:
            write.change(meeting, version=version, even_unchanged=bool(added), parts=parts, **values)
            write.add(*added)
            write.change_all(visits)
            write.change_all([(record, {"lead_id": values["lead_id"]}) for record in moved])
            write.flush()
            if was is not None:
                ensure_kept(context, was, before, INSTEAD)
        context.session.expire(meeting, ["minutes", "contacts", "staff", "lead"])
        return meeting

    @writes(Right.RECORD_CORRECT, by_record=True)
    def withdraw(self, ref: MeetingRef, *, reason: str | None = None, version: int | None = None) -> Meeting:
        """Withdraw a meeting that should not have been logged.

        It stays readable, and leaves lists, counts, gates and reports. Its open follow-ups go with it. If a stage
        depended on it, the lead stays there, and its card names the missing gates. A planned visit that it fulfilled is
        planned again, or cancelled if the trip is closed; a planned visit that it made is due again.

        Args:
            ref: The meeting.
            reason: Why; required of those who withdraw what another recorded, or later than the policy's days.
            version: The version the caller saw.

        Raises:
            InvalidInput: The reason is missing.
            NotFound: There is no such meeting.
            AccessDenied: Another recorded it, or too long ago.
            Conflict: It is withdrawn already.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        meeting = self._shown(ref)
        why = correcting(context, meeting, reason).reason
        ensure_standing(meeting, RESTORE)
        followups = context.session.scalars(
            select(FollowUp)
            .where(
                or_(
                    and_(FollowUp.meeting_id == meeting.id, FollowUp.done_at.is_(None)), FollowUp.held_id == meeting.id
                ),
                standing(FollowUp),
            )
            .order_by(FollowUp.id)
        ).all()
        visit = fulfilled_by(context.session, meeting.id)
        with Writing(context, "meeting.withdraw", why, whole=True) as write:
            gone = withdrawn(context, why)
            write.change(meeting, version=version, **gone)
            write.change_all(
                [(followup, OPEN_AGAIN if followup.held_id == meeting.id else gone) for followup in followups]
            )
            if visit is not None:
                trip = context.session.get_one(Trip, visit.delegation_id)
                write.change_all([(visit, released(trip, why))])
        return meeting

    @writes(Right.RECORD_CORRECT, by_record=True)
    def restore(
        self, ref: MeetingRef, *, reason: str | None = None, distinct: str | None = None, version: int | None = None
    ) -> Meeting:
        """Restore a withdrawn meeting, if it could be logged again as it is; its follow-ups come back with it.

        Args:
            ref: The meeting.
            reason: Why; required of those who restore what another recorded, or later than the policy's days.
            distinct: Why it is another meeting than one that was logged since; kept with the reason.
            version: The version the caller saw.

        Raises:
            InvalidInput: The reason is missing; a contact is no person of the investor on that day.
            NotFound: There is no such meeting.
            AccessDenied: Another recorded it, or too long ago.
            Archived: The investor is archived; its trip is cancelled.
            LikelyDuplicate: It was logged again since.
            Conflict: It is not withdrawn; its day lies outside its trip.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        meeting = self._shown(ref)
        why = correcting(context, meeting, reason).reason
        ensure_withdrawn(meeting)
        investor = self._investors.get(meeting.investor_id, keep=True)
        ensure_open(investor)
        day = meeting.at.local.date()
        with Checks() as check:
            apart = why_distinct(check, distinct)
            people = self._people(check, meeting, None, day)
            self._ours(check, meeting, None, day)
            self._check_trip(check, meeting, day)
        if apart is None:
            present = (person.contact_id for person in people)
            ensure_not_logged(
                context.session, meeting.investor_id, meeting.lead_id, meeting.at, present, but=meeting.id
            )
        followups = context.session.scalars(_gone_with(meeting)).all()
        fulfils = meeting.kind is not MeetingKind.MESSAGE
        visit = planned_of(context.session, meeting.investor_id, meeting.delegation_id) if fulfils else None
        team = [participant.staff_id for participant in meeting.staff]
        ahead = made_by(context.session, meeting.kind, investor.id, meeting.lead_id, team, meeting.at)
        at_work = {person.contact_id: person.employment_id for person in people}
        # A withdrawn employment is replaced by the one recorded in its place.
        parts = [(row, {"employment_id": at_work[row.contact_id]}) for row in meeting.contacts]
        with Writing(context, "meeting.restore", with_both(why, apart), whole=True) as write:
            write.change(meeting, version=version, parts=parts, **RESTORED)
            write.change_all([(followup, RESTORED) for followup in followups])
            write.change_all(made(context, ahead, meeting))
            if visit is not None:
                write.change_all([(visit, fulfilling(meeting.id))])
        return meeting

    def _ensure_other(
        self, meeting: Meeting, moment: LocalTime, lead: int | None, people: Iterable[Person] | None
    ) -> None:
        """Refuse a correction after which the meeting may be one that is on record."""
        before = {participant.contact_id for participant in meeting.contacts}
        present = before if people is None else {person.contact_id for person in people}
        if (moment.utc, lead, present) != (meeting.met_at, meeting.lead_id, before):
            ensure_not_logged(self._context.session, meeting.investor_id, lead, moment, present, but=meeting.id)

    def _corrected(
        self, check: Checks, meeting: Meeting, at: datetime | str | None, zone: str | None, which: Which | None
    ) -> LocalTime:
        """Return when the meeting began, as corrected; a new zone alone keeps the local time."""
        if at is None and zone is None:
            return meeting.at
        written = meeting.at.local.replace(tzinfo=None).isoformat(" ") if at is None else at
        moment = self._moment(check, written, meeting.zone if zone is None else zone, which)
        if self._context.now() >= moment.utc > meeting.recorded_at:
            check.wrong(
                N_("The meeting was recorded at {recorded}; it cannot have begun at {time}."),
                N_("Withdraw it, and log the other one: crm visit withdraw"),
                field="at",
                code="future",
                recorded=str(LocalTime(meeting.recorded_at, moment.zone)),
                time=str(moment),
            )
        return moment

    def _about(self, check: Checks, meeting: Meeting, ref: LeadRef) -> Lead:
        """Return the lead that a meeting is about."""
        lead = self._leads.get(ref)
        self._context.require_on(Right.MEETING_LOG, lead)
        if lead.investor_id != meeting.investor_id:
            check.wrong(
                N_("Lead {id} is another investor's."),
                N_("Withdraw the meeting and log it on that lead: crm visit withdraw, crm visit log"),
                field="lead",
                code="investor",
                id=lead.id,
            )
        return lead

    def _check_trip(self, check: Checks, meeting: Meeting, day: date) -> None:
        """Note that the trip a meeting belongs to did not take place on a day."""
        trip = meeting.delegation_id
        if trip is not None:
            check.take(lambda: self._trips.open_trip(trip, day, keep=True, even_closed=True))

    def _people(
        self, check: Checks, meeting: Meeting, refs: Iterable[ContactRef] | None, day: date
    ) -> tuple[Person, ...]:
        """Return the contacts that *refs* name, or those who took part, with their employment of that day."""
        wanted = (
            [participant.contact_id for participant in meeting.contacts]
            if refs is None
            else check.items(refs, "contacts")
        )
        return match_contacts(self._context.session, check, meeting.investor, wanted, day)

    def _ours(
        self, check: Checks, meeting: Meeting, refs: Iterable[StaffRef] | None, day: date
    ) -> tuple[Colleague, ...]:
        """Return the staff that *refs* name, or those who took part, with their place of that day."""
        wanted = [participant.staff_id for participant in meeting.staff] if refs is None else check.items(refs, "staff")
        matched = match_staff(self._context.session, check, wanted, day)
        return tuple({person.id: person for person in matched.values()}.values())

    def _visits(self, meeting: Meeting, **values: Any) -> list[tuple[PlannedVisit, Mapping[str, object]]]:
        """Return what changes of planned visits where a meeting becomes part of another trip, or a mere message."""
        session, known = self._context.session, {"kind": meeting.kind, "delegation_id": meeting.delegation_id}
        then = {**known, **{name: value for name, value in values.items() if name in known}}
        if then == known:
            return []
        before = fulfilled_by(session, meeting.id)
        fulfils = then["kind"] is not MeetingKind.MESSAGE and then["delegation_id"] is not None
        if before is not None and fulfils and before.delegation_id == then["delegation_id"]:
            return []
        found: list[tuple[PlannedVisit, Mapping[str, object]]] = []
        if before is not None:
            found.append((before, released(session.get_one(Trip, before.delegation_id), None)))
        following = planned_of(session, meeting.investor_id, then["delegation_id"]) if fulfils else None
        if following is not None:
            found.append((following, fulfilling(meeting.id)))
        return found

    def _promises(self, meeting: Meeting) -> Sequence[FollowUp]:
        """Return the follow-ups of a meeting."""
        theirs = select(FollowUp).where(FollowUp.meeting_id == meeting.id, standing(FollowUp)).order_by(FollowUp.id)
        return self._context.session.scalars(theirs).all()


def _minutes(check: Checks, meeting: Meeting, lines: Sequence[Iterable[str] | None]) -> list[tuple[MinuteKind, str]]:
    """Return all lines of the minutes, with those of the kinds that are given."""
    return read_minutes(
        check,
        [
            (kind, [line.text for line in meeting.minutes if line.kind is kind] if texts is None else texts)
            for kind, texts in zip(MinuteKind, lines, strict=True)
        ],
    )


def _gone_with(meeting: Meeting) -> Select[FollowUp]:
    """Return the statement that finds the follow-ups that were withdrawn with a meeting, at the same instant.

    Times may be equal, so the entry decides: a follow-up withdrawn by itself has no such entry.
    """
    signed = exists().where(
        AuditEntry.record == "followup",
        AuditEntry.record_id == FollowUp.id,
        AuditEntry.verb == "meeting.withdraw",
    )
    return (
        select(FollowUp)
        .where(FollowUp.meeting_id == meeting.id, FollowUp.withdrawn_at == meeting.withdrawn_at, signed)
        .order_by(FollowUp.id)
    )
