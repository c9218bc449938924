"""Who came to an event: recorded, corrected, withdrawn and restored; see :mod:`crm.services.kernel.corrections`."""

from __future__ import annotations

from typing import Any, Unpack
from uuid import UUID

from sqlalchemy import select

from crm.errors import N_, Conflict, problem
from crm.models import Attendance, Investor, PromotionEvent
from crm.models.base import standing
from crm.rules.access import Right
from crm.rules.events import MOST_PEOPLE, AttendanceChanges, AttendanceFields
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import counted
from crm.services.events.arguments import ensure_not_cancelled, missing_part, not_over
from crm.services.events.base import EventBase
from crm.services.kernel.corrections import RESTORED, correcting, ensure_standing, ensure_withdrawn, withdraw
from crm.services.kernel.finding import find
from crm.services.kernel.locks import lock_rows
from crm.services.kernel.participants import Person, match_contacts
from crm.services.kernel.refs import ContactRef, EventRef, InvestorRef
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing, ensure_all_open, replayed

AttendanceRef = Attendance | int | UUID | str
RESTORE = "crm event restore-attendance"


class AttendanceVerbs(EventBase):
    """The verbs on who came to an event."""

    @writes(Right.EVENT_ATTEND)
    def attend(
        self,
        ref: EventRef,
        investor: InvestorRef | None = None,
        *,
        contact: ContactRef | None = None,
        people: int = 1,
        note: str | None = None,
        uid: UUID | str | None = None,
    ) -> Attendance:
        """Record attendance: an investor, one of its contacts, or other guests.

        Args:
            ref: The event; it has begun.
            investor: Who came; None: other guests, and then *note* says who.
            contact: A person of the investor on the first day of the event; counts as one.
            people: How many came.
            note: A note on them.
            uid: Makes the call safe to repeat.

        Raises:
            InvalidInput: Invalid arguments, all of them named; the event has not begun.
            AccessDenied: The role may not.
            Conflict: The event is cancelled, the investor or the person is noted already, or the uid is in use with
                other content.
        """
        context = self._context
        event = self.get(ref)
        arguments = {"investor": investor, "contact": contact, "people": people, "note": note}
        values, whom = self._came(event, None, arguments)
        found, identity = replayed(context, Attendance, uid, counted(AttendanceFields, values))
        if found is not None:
            return found
        lock_rows(context.session, PromotionEvent, [event.id])
        ensure_not_cancelled(event)
        ensure_all_open(whom)
        if whom is not None:
            self._ensure_new(event, whom.name, values)
        with Writing(context, "event.attend", whole=bool(identity)) as write:
            attendance = Attendance(**values, **identity)
            write.add(attendance)
        return attendance

    @writes(Right.RECORD_CORRECT, by_record=True)
    def edit_attendance(
        self,
        ref: AttendanceRef,
        *,
        reason: str | None = None,
        version: int | None = None,
        **changes: Unpack[AttendanceChanges],
    ) -> Attendance:
        """Correct an attendance; what is not passed stays as it is.

        Args:
            ref: The attendance.
            reason: Why; required of those who correct what another recorded, or later than the policy's days.
            version: The version the caller saw.
            **changes: contact, a person of the same investor, people and note. None clears contact and note.

        Raises:
            InvalidInput: Invalid arguments, all of them named; the reason is missing.
            AccessDenied: Another recorded it, or too long ago.
            Conflict: It is withdrawn; the event is cancelled, or the person is noted already.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        record, event = self._noted(ref)
        why = correcting(context, record, reason).reason
        ensure_standing(record, RESTORE)
        values, whom = self._came(event, record, dict(changes))
        lock_rows(context.session, PromotionEvent, [event.id])
        ensure_not_cancelled(event)
        if whom is not None and values.get("contact_id", record.contact_id) != record.contact_id:
            self._ensure_new(event, whom.name, {"investor_id": whom.id, **values})
        with Writing(context, "event.edit_attendance", why) as write:
            write.change(record, version=version, **values)
        return record

    @writes(Right.RECORD_CORRECT, by_record=True)
    def withdraw_attendance(
        self, ref: AttendanceRef, *, reason: str | None = None, version: int | None = None
    ) -> Attendance:
        """Withdraw an attendance that should not have been recorded; it stays readable, and leaves the counts.

        Args:
            ref: The attendance.
            reason: Why; required of those who withdraw what another recorded, or later than the policy's days.
            version: The version the caller saw.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Another recorded it, or too long ago.
            Conflict: It is withdrawn already.
            StaleRecord: Somebody else changed it first.
        """
        record, _ = self._noted(ref)
        return withdraw(self._context, record, "event.withdraw_attendance", RESTORE, reason, version)

    @writes(Right.RECORD_CORRECT, by_record=True)
    def restore_attendance(
        self, ref: AttendanceRef, *, reason: str | None = None, version: int | None = None
    ) -> Attendance:
        """Restore a withdrawn attendance, if it could be recorded again as it is.

        Args:
            ref: The attendance.
            reason: Why; required of those who restore what another recorded, or later than the policy's days.
            version: The version the caller saw.

        Raises:
            InvalidInput: The reason is missing; the contact is no person of the investor on that day.
            AccessDenied: Another recorded it, or too long ago.
            Archived: The investor is archived.
            Conflict: It is not withdrawn; the event is cancelled; it was recorded again since.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        record, event = self._noted(ref)
        why = correcting(context, record, reason).reason
        ensure_withdrawn(record)
        whom = None if record.investor_id is None else self._investors.get(record.investor_id, keep=True)
        at_work: dict[str, Any] = {}
        if whom is not None and record.contact_id is not None:
            with Checks() as check:
                people = match_contacts(context.session, check, whom, [record.contact_id], event.starts_on)
            # A withdrawn employment is replaced by the one recorded in its place.
            at_work = {"employment_id": people[0].employment_id}
        lock_rows(context.session, PromotionEvent, [event.id])
        ensure_not_cancelled(event)
        ensure_all_open(whom)
        if whom is not None:
            self._ensure_new(event, whom.name, {"investor_id": whom.id, "contact_id": record.contact_id})
        with Writing(context, "event.restore_attendance", why) as write:
            write.change(record, version=version, **RESTORED, **at_work)
        return record

    def _noted(self, ref: AttendanceRef) -> tuple[Attendance, PromotionEvent]:
        """Return an attendance and its event."""
        record = find(self._context.session, Attendance, ref, what="attendance")
        return record, self._context.session.get_one(PromotionEvent, record.event_id)

    def _came(
        self, event: PromotionEvent, record: Attendance | None, arguments: dict[str, Any]
    ) -> tuple[dict[str, Any], Investor | None]:
        """Read who came, for a new attendance or what changes of one, and return the columns and the investor."""
        context, persons = self._context, list[Person]()
        known = None if record is None else record.investor_id
        whom = None if known is None else context.session.get_one(Investor, known)

        def company(ref: InvestorRef) -> Investor:
            nonlocal whom
            whom = self._investors.get(ref, keep=True)
            return whom

        def person(ref: ContactRef) -> int | None:
            if whom is not None:
                persons.extend(match_contacts(context.session, check, whom, [ref], event.starts_on))
            return persons[0].contact_id if persons else None

        with Checks() as check:
            values = check.fields(AttendanceFields, arguments, investor=company, contact=person)
            named = arguments.get("contact", None if record is None else record.contact_id) is not None
            number = values.get("people", 1 if record is None else record.people)
            note = values.get("note", None if record is None else record.note)
            if number is not None and not 1 <= number <= (1 if named else MOST_PEOPLE):
                check.wrong(
                    N_("{people} is not a valid number of people."),
                    N_("A contact counts as one; a group has 1 to {most} people."),
                    field="people",
                    code="range",
                    people=number,
                    most=MOST_PEOPLE,
                )
            if known is None and arguments.get("investor") is None:
                if named:
                    check.add(
                        missing_part(N_("A contact needs its investor."), N_("Name the investor too."), "investor")
                    )
                elif note is None:
                    check.add(
                        missing_part(
                            N_("The attendee is missing."),
                            N_("Name an investor, or describe the guests in a note."),
                            "note",
                        )
                    )
            if record is None and event.starts_on > context.today:
                check.add(not_over(event.starts_on))
        if "contact_id" in values:
            values["employment_id"] = persons[0].employment_id if persons else None
        return (values if record is not None else values | {"event_id": event.id}), whom

    def _ensure_new(self, event: PromotionEvent, name: str, values: dict[str, Any]) -> None:
        """Refuse to record the same investor or contact twice."""
        same = select(Attendance.id).where(
            Attendance.event_id == event.id,
            standing(Attendance),
            Attendance.investor_id == values["investor_id"],
            Attendance.contact_id.is_(None)
            if values["contact_id"] is None
            else Attendance.contact_id == values["contact_id"],
        )
        if self._context.session.scalar(same.limit(1)) is not None:
            raise Conflict(
                problem(
                    N_("{name} is already recorded for this event."),
                    N_("See: crm event show"),
                    field="contact" if values["contact_id"] is not None else "investor",
                    code="twice",
                    name=name,
                )
            )
