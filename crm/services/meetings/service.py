"""Meetings: logged for a lead, an investor or both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Unpack
from uuid import UUID

from attrs import frozen
from sqlalchemy.orm.attributes import set_committed_value

from crm.errors import N_
from crm.models import (
    FollowUp,
    Investor,
    Lead,
    Meeting,
    MeetingKind,
    MinuteKind,
)
from crm.reads.kernel.listing import Listing
from crm.reads.meetings import queries as reports
from crm.reads.meetings.filters import of_meetings
from crm.reads.meetings.rows import MeetingCard, MeetingRow
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import counted, given
from crm.rules.kernel.paging import Paging
from crm.rules.meetings import FollowUpFields, MeetingFields, MeetingFilters, MeetingSelection
from crm.services.kernel.archiving import ensure_open_on
from crm.services.kernel.finding import find, missing
from crm.services.kernel.participants import Colleague, match_contacts, match_staff, note_archived, shown
from crm.services.kernel.refs import ContactRef, StaffRef, StationRef, TripRef
from crm.services.kernel.sight import ensure_hands_may, ensure_hands_see
from crm.services.kernel.twins import why_distinct
from crm.services.kernel.verbs import lists, reads, writes
from crm.services.kernel.writing import Writing, ensure_open, replayed
from crm.services.meetings.about import require_one_lead, subject_of
from crm.services.meetings.ahead import made, made_by
from crm.services.meetings.base import About, MeetingRef, parts_of, read_minutes
from crm.services.meetings.brands import brand_of
from crm.services.meetings.corrections import MeetingCorrections
from crm.services.meetings.same import ensure_not_logged
from crm.services.meetings.trips import fulfilling, part_of
from crm.values.moments import BUREAU_ZONE, Which
from crm.values.plain import plain
from crm.values.text import REASON


@frozen
class NewFollowUp:
    """A follow-up of a new meeting.

    Attributes:
        text: What.
        due: Until when; not before the meeting.
        owner: The owner; by default who logs the meeting.
    """

    text: str
    due: date | str
    owner: StaffRef | None = None


class Meetings(MeetingCorrections):
    """Meetings with people on both sides; handed out by :class:`crm.CRM`."""

    @writes(Right.MEETING_LOG, by_record=True)
    def log(
        self,
        about: About,
        *,
        summary: str,
        at: datetime | str | None = None,
        zone: str | None = None,
        which: Which | None = None,
        kind: MeetingKind | str = MeetingKind.VISIT,
        place: str | None = None,
        contacts: Iterable[ContactRef] = (),
        staff: Iterable[StaffRef] | None = None,
        agreed: Iterable[str] = (),
        promised: Iterable[str] = (),
        next_steps: Iterable[str] = (),
        followups: Iterable[NewFollowUp | Sequence[object]] = (),
        trip: TripRef | None = None,
        station: StationRef | None = None,
        brand: str | None = None,
        distinct: str | None = None,
        uid: UUID | str | None = None,
    ) -> Meeting:
        """Log a meeting that has taken place.

        A planned visit of one of the staff to that investor on that day is done by it.

        Args:
            about: A lead, or an investor. A name is looked for among investors first; where the investor has exactly
                one lead in the pipeline that the actor may see, the meeting is about that lead too; of several, one
                has to be named. An int is the id of a lead; in a text, a number has the letter of its noun, such as
                L12 or I7. An :class:`Investor` stands for itself, without a lead.
            summary: What was said, in short.
            at: When it began: an aware datetime, or text read in *zone*; by default now.
            zone: IANA zone of the place, by default the station's, or else the bureau's.
            which: Of a local time that happens twice: first or second.
            kind: visit, reception, video, call, or message, which goes one way only.
            place: Where.
            contacts: Persons of the investor on that day, by record, id or any unique part of their name.
            staff: Ours who took part, by default the actor; their station and unit are kept as they were that day.
            agreed: Lines of the minutes.
            promised: Lines of the minutes.
            next_steps: Lines of the minutes.
            followups: Each with a due day: :class:`NewFollowUp` or (text, due[, owner]).
            trip: The trip it was part of. Without one it is part of the trip that one of the staff is on that day
                and that has a planned visit for it, or else that stays in *zone*, if there is just one. A visit in its
                plan is marked as made.
            station: The station it counts for, by default the actor's.
            brand: Code of a service brand of the policy, for a visit under it.
            distinct: Why it is another meeting, where one with the same people about the same lead began at the same
                minute; kept in the audit.
            uid: Makes the call safe to repeat.

        Returns:
            The meeting, flushed.

        Raises:
            InvalidInput: Invalid arguments, a time in the future, a contact who is no person of the
                investor on that day: all named.
            NotFound: There is no such lead or investor.
            Ambiguous: Several match, or the investor has several open leads.
            AccessDenied: The lead belongs to another station or unit.
            Archived: The investor is archived.
            LikelyDuplicate: It may be on record already.
            Conflict: The uid is in use with other content.
        """
        context = self._context
        actor = context.acting()
        subject = subject_of(context, about, keep=True)
        investor, lead = subject.investor, subject.lead
        if lead is not None:
            context.require_on(Right.MEETING_LOG, lead)
        with Checks() as check:
            apart = why_distinct(check, distinct)
            base = self._station(check, station)
            moment = self._moment(check, at, zone if zone is not None else base.zone if base else BUREAU_ZONE, which)
            day = moment.local.date()
            details = {"summary": summary, "kind": kind, "place": place} | ({} if brand is None else {"brand": brand})
            values = check.fields(MeetingFields, details, brand=lambda word: brand_of(context, check, word, day))
            people = match_contacts(context.session, check, investor, check.items(contacts, "contacts"), day)
            new_followups = [_new_followup(check, followup, day) for followup in check.items(followups, "followups")]
            names = None if staff is None else check.items(staff, "staff")
            team = [actor.username] if names is None else [shown(name) for name in names]
            owners = [followup.owner if followup.owner is not None else actor.username for followup in new_followups]
            colleagues = match_staff(
                context.session, check, [*(names if names is not None else [actor.username]), *owners], day
            )
            _note_owners(
                check, [colleagues[owner] for owner in dict.fromkeys(map(shown, owners)) if owner in colleagues]
            )
            minutes = read_minutes(check, zip(MinuteKind, (agreed, promised, next_steps), strict=True))
            its_trip = None if trip is None else check.take(lambda: self._trips.get(trip), "trip")
        # The reference as given, not the record: another lead may be open when the call is repeated.
        named = about.strip() if isinstance(about, str) else str(lead.uid) if lead else None
        content = {
            **counted(MeetingFields, values),
            "investor": str(investor.uid),
            "about": named,
            "at": None if at is None else plain(moment.utc),
            "zone": moment.zone,
            "contacts": [person.contact_id for person in people],
            "staff": team,
            "minutes": minutes,
            "followups": [
                (followup.text, plain(followup.due), shown(owner))
                for followup, owner in zip(new_followups, owners, strict=True)
            ],
        }
        found, identity = replayed(context, Meeting, uid, content)
        if found is not None:
            return found
        require_one_lead(subject)
        ensure_open(investor)
        if base is not None:
            ensure_open_on(context.session, base, day)
        if its_trip is not None:
            self._trips.open_trip(its_trip, day, keep=True)
        ensure_hands_see(context, lead, [colleagues[shown(owner)].id for owner in owners])
        if apart is None:
            about_lead = None if lead is None else lead.id
            ensure_not_logged(
                context.session, investor.id, about_lead, moment, (person.contact_id for person in people)
            )
        ours = list({person.id: person for person in (colleagues[name] for name in team)}.values())
        # A message is one-way and fulfils no visit.
        fulfils = values["kind"] is not MeetingKind.MESSAGE
        part, visit = part_of(context.session, investor.id, ours, moment, its_trip, fulfils=fulfils)
        ahead = made_by(context.session, values["kind"], investor.id, lead.id if lead else None, ours, moment)
        with Writing(context, "meeting.log", apart, whole=bool(identity or visit or ahead)) as write:
            meeting = Meeting(
                **values,
                **identity,
                investor_id=investor.id,
                lead_id=lead.id if lead else None,
                met_at=moment.utc,
                zone=moment.zone,
                station_id=base.id if base else None,
                logged_by_id=actor.id,
                recorded_at=context.now(),
                delegation_id=part,
            )
            write.add(meeting)
            write.flush()
            write.add(*parts_of(meeting, people, ours, minutes))
            write.add(
                *(
                    FollowUp(
                        meeting_id=meeting.id,
                        investor_id=investor.id,
                        lead_id=meeting.lead_id,
                        text=followup.text,
                        due_on=followup.due,
                        owner_id=colleagues[shown(owner)].id,
                    )
                    for followup, owner in zip(new_followups, owners, strict=True)
                )
            )
            write.change_all(
                [
                    *([] if visit is None else [(visit, fulfilling(meeting.id))]),
                    *made(context, ahead, meeting),
                ]
            )
        set_committed_value(meeting, "investor", investor)
        return meeting

    @lists(Right.READ)
    def list(self, *, withdrawn: bool = False, **selection: Unpack[MeetingSelection]) -> Listing[MeetingRow]:
        """Return meetings the actor may see, latest first; *withdrawn* ones too, if asked for.

        Args:
            withdrawn: Whether withdrawn ones are included.
            **selection: Filters (:class:`crm.rules.meetings.MeetingFilters`; *since* and *until* are days of the
                bureau, both included), and the part that is read (:class:`crm.rules.kernel.paging.Paging`).
        """
        typed = given(MeetingFilters, selection, Paging)
        with Checks() as check:
            values = check.fields(
                MeetingFilters,
                typed,
                investor=self._investors.get,
                lead=self._leads.get,
                trip=self._trips.get if "trip" in typed else None,
                **self._place_readers(typed),
            )
            everything, window = check.flag(withdrawn, "withdrawn"), check.window(selection, among=MeetingSelection)
        context = self._context
        where = of_meetings(context.actor, values)
        return reports.meetings(context.session, context.actor, where=where, withdrawn=everything).within(window)

    @reads(Right.READ)
    def show(self, ref: MeetingRef) -> MeetingCard:
        """Return a meeting with minutes and follow-ups, a withdrawn one too.

        Args:
            ref: The meeting: its id or uid.

        Raises:
            NotFound: There is none that the actor may see.
        """
        meeting = find(self._context.session, Meeting, ref, what="meeting")
        card = reports.card(self._context.session, self._context.actor, meeting.id, today=self._context.today)
        if card is None:
            raise missing("meeting", str(ref))
        return card

    @reads(Right.READ)
    def resolve(self, about: About, *, keep: bool = False) -> tuple[Investor, Lead | None]:
        """Return the investor, locked if *keep*, and the lead if any, that *about* names; see :meth:`log`.

        Args:
            about: A lead or an investor, by what either is named by.
            keep: Whether to lock the row until the transaction ends, so that it is not archived or merged meanwhile.
        """
        subject = subject_of(self._context, about, keep=keep)
        return subject.investor, subject.lead


def _as_new_followup(check: Checks, item: object) -> NewFollowUp | None:
    if isinstance(item, list | tuple) and len(item) in {2, 3}:
        return NewFollowUp(*item)
    check.wrong(
        N_("A follow-up needs a text and a due day, and may have an owner."),
        N_("Write (text, due, owner)."),
        field="followups",
        code="type",
    )
    return None


def _new_followup(check: Checks, item: NewFollowUp | Sequence[object], day: date) -> NewFollowUp:
    followup = item if isinstance(item, NewFollowUp) else _as_new_followup(check, item)
    if followup is None:
        return NewFollowUp("", day)
    text = check.text(followup.text, "followups", REASON)
    due = check.fields(FollowUpFields, {"due": followup.due})["due_on"]
    if due is not None and due < day:
        check.wrong(
            N_("{day} is before the meeting."),
            N_("The due day of a follow-up must be after the meeting."),
            field="due",
            code="past",
            day=due,
        )
    return NewFollowUp(text, due, followup.owner)


def _note_owners(check: Checks, owners: Iterable[Colleague]) -> None:
    """Note owners of new follow-ups who are archived, and those whose role cannot do one."""
    for owner in owners:
        if owner.archived:
            note_archived(check, owner.username, "followups")
        check.take(partial(ensure_hands_may, Right.FOLLOWUP_DONE, owner, field="followups"))
