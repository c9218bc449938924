"""Employments corrected: title, first and last day; see :mod:`crm.services.kernel.corrections`."""

from __future__ import annotations

from datetime import date
from typing import Unpack

from sqlalchemy import select

from crm.errors import N_, Conflict, NotFound, problem
from crm.models import Attendance, Contact, Employment, Investor, Lead, Meeting, MeetingContact, PromotionEvent
from crm.models.base import standing
from crm.reads.kernel.visibility import meeting_visible
from crm.rules.access import Right
from crm.rules.investors.contacts import EmploymentChanges
from crm.rules.kernel.checks import Checks
from crm.services.investors.people import ContactBase
from crm.services.kernel.corrections import correcting
from crm.services.kernel.locks import lock_rows
from crm.services.kernel.refs import ContactRef, InvestorRef
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing, ensure_open
from crm.values.moments import LocalTime


def not_employed(contact: Contact, place: Investor) -> NotFound:
    """Return the refusal of an employment that is not on record."""
    return NotFound(
        problem(
            N_('"{name}" does not work at "{investor}".'),
            N_("See: crm contact show"),
            code="not_found",
            name=contact.name,
            investor=place.name,
        )
    )


def note_order(check: Checks, since: date | None, until: date | None) -> None:
    """Note a last day of an employment that lies before its first."""
    if since is not None and until is not None and until < since:
        check.wrong(
            N_("{day} is before the first day {since}."),
            N_("Check both days."),
            field="until",
            code="order",
            day=until,
            since=since,
        )


class EmploymentCorrections(ContactBase):
    """Employments edited."""

    @writes(Right.RECORD_CORRECT, by_record=True)
    def edit_employment(
        self,
        ref: ContactRef,
        investor: InvestorRef,
        *,
        began: date | str | None = None,
        reason: str | None = None,
        version: int | None = None,
        **changes: Unpack[EmploymentChanges],
    ) -> Employment:
        """Correct an employment; what is not passed stays as it is.

        Args:
            ref: The contact.
            investor: Where they work or worked.
            began: The first day of the employment, where there were several; by default the one that lasts, or else
                the last one.
            reason: Why; required of those who correct what another recorded, or later than the policy's days.
            version: The version the caller saw.
            **changes: title, since and until; without a last day it lasts.

        Raises:
            InvalidInput: Invalid arguments, all of them named; the reason is missing.
            NotFound: They never worked there.
            AccessDenied: Another recorded it, or too long ago.
            Archived: The contact is archived.
            Conflict: It would overlap another employment there, or leave out a meeting or an event.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        with Checks() as check:
            contact = check.take(lambda: self.get(ref, keep=True), "contact")
            place = check.take(lambda: self._investors.get(investor), "investor")
            first = check.day(began, "began")
        ensure_open(contact)
        lock_rows(context.session, Contact, [contact.id])
        # The one that lasts first, then the latest.
        everything = context.session.scalars(
            select(Employment)
            .where(Employment.contact_id == contact.id, Employment.investor_id == place.id)
            .order_by(Employment.until.is_(None).desc(), Employment.until.desc(), Employment.id.desc())
        ).all()
        record = next((one for one in everything if began is None or one.since == first), None)
        if record is None:
            raise not_employed(contact, place)
        why = correcting(context, record, reason).reason
        with Checks() as check:
            values = check.fields(EmploymentChanges, dict(changes), today=context.today)
            since, until = values.get("since", record.since), values.get("until", record.until)
            note_order(check, since, until)
        self._ensure_apart(contact, place, [one for one in everything if one is not record], since, until)
        self._ensure_there(record, since, until)
        with Writing(context, "contact.edit_employment", why) as write:
            write.change(record, version=version, **values)
        context.session.expire(contact, ["employments"])
        return record

    def _ensure_apart(
        self, contact: Contact, place: Investor, others: list[Employment], since: date | None, until: date | None
    ) -> None:
        """Refuse days that overlap another employment at the same investor."""
        for other in others:
            before = other.until is not None and since is not None and other.until < since
            after = until is not None and other.since is not None and until < other.since
            if not before and not after:
                raise Conflict(
                    problem(
                        N_(
                            '"{name}" worked at "{investor}" from {since} to {until} too; employments there do '
                            "not overlap."
                        ),
                        N_("Name other days, or correct that employment first."),
                        code="employed",
                        name=contact.name,
                        investor=place.name,
                        since=other.since or "–",
                        until=other.until or "–",
                    )
                )

    def _ensure_there(self, record: Employment, since: date | None, until: date | None) -> None:
        """Refuse days that leave out a meeting or event that the person attended for this investor. Two statements.

        Meetings that the actor may not see do not count: whether there are any must not show.
        """
        session = self._context.session
        met = session.execute(
            select(Meeting.met_at, Meeting.zone)
            .join(MeetingContact, MeetingContact.meeting_id == Meeting.id)
            .outerjoin(Lead, Lead.id == Meeting.lead_id)
            .where(MeetingContact.employment_id == record.id, standing(Meeting, MeetingContact))
            .where(meeting_visible(self._context.actor))
        )
        came = session.scalars(
            select(PromotionEvent.starts_on)
            .join(Attendance, Attendance.event_id == PromotionEvent.id)
            .where(Attendance.employment_id == record.id, standing(Attendance))
        )
        outside = [
            day
            for day in sorted({LocalTime(row.met_at, row.zone).local.date() for row in met} | set(came))
            if (since is not None and day < since) or (until is not None and day > until)
        ]
        if outside:
            raise Conflict(
                problem(
                    N_("They were at a meeting or an event for this investor on {days}."),
                    N_("Name days that include it, or correct the meeting first: crm visit edit"),
                    code="met",
                    days=", ".join(map(str, outside)),
                )
            )
