"""Employments corrected, withdrawn and restored; see :mod:`crm.services.kernel.corrections`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Unpack

from sqlalchemy import select

from crm.errors import N_, Conflict, NotFound, problem
from crm.models import (
    Attendance,
    Contact,
    Employment,
    Investor,
    Lead,
    Meeting,
    MeetingContact,
    PromotionEvent,
    Referral,
)
from crm.models.base import standing
from crm.reads.kernel.visibility import meeting_visible, visible
from crm.reads.referrals.edges import STANDING
from crm.rules.access import Right
from crm.rules.investors.contacts import EmploymentChanges
from crm.rules.investors.spans import Span, overlap
from crm.rules.kernel.checks import Checks
from crm.services.investors.base import survivor_of
from crm.services.investors.colleagues import ensure_nobody_else, known_of
from crm.services.investors.people import ContactBase, search_for
from crm.services.kernel.corrections import (
    RESTORED,
    correcting,
    ensure_standing,
    ensure_withdrawn,
    in_order,
    withdraw,
)
from crm.services.kernel.finding import find
from crm.services.kernel.locks import lock_rows
from crm.services.kernel.refs import ContactRef, InvestorRef
from crm.services.kernel.twins import why_distinct, with_both
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing, ensure_open
from crm.values.moments import LocalTime
from crm.values.numbers import lettered

RESTORE = "crm contact restore-employment"


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


def named(employment: Employment) -> str:
    """Return what names an employment in a command."""
    began = f" --began {employment.since}" if employment.since else ""
    return f"{lettered('contact', employment.contact_id)} {lettered('investor', employment.investor_id)}{began}"


class EmploymentCorrections(ContactBase):
    """Employments edited, withdrawn and restored."""

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
            Conflict: It is withdrawn, would overlap another employment there, or leave out a meeting or an event.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        contact, place, record, others = self._employment(ref, investor, began)
        why = correcting(context, record, reason).reason
        ensure_standing(record, RESTORE, named(record))
        with Checks() as check:
            values = check.fields(EmploymentChanges, dict(changes), today=context.today)
            since, until = values.get("since", record.since), values.get("until", record.until)
            note_order(check, since, until)
        _ensure_apart(contact, place, others, (since, until), unknown=True)
        self._ensure_there(
            record,
            lambda day: (since is not None and day < since) or (until is not None and day > until),
            N_("Name days that include it, or correct the meeting first: crm visit edit"),
        )
        with Writing(context, "contact.edit_employment", why) as write:
            write.change(record, version=version, **values)
        context.session.expire(contact, ["employments"])
        return record

    @writes(Right.RECORD_CORRECT, by_record=True)
    def withdraw_employment(
        self,
        ref: ContactRef,
        investor: InvestorRef,
        *,
        began: date | str | None = None,
        reason: str | None = None,
        version: int | None = None,
    ) -> Employment:
        """Withdraw an employment that should not have been recorded; it stays readable, and leaves lists and checks.

        Args:
            ref: The contact.
            investor: Where they never worked.
            began: As for :meth:`edit_employment`.
            reason: Why; required of those who withdraw what another recorded, or later than the policy's days.
            version: The version the caller saw.

        Raises:
            InvalidInput: The reason is missing.
            NotFound: No such employment is on record.
            AccessDenied: Another recorded it, or too long ago.
            Archived: The contact is archived.
            Conflict: It is withdrawn already; they were at a meeting or an event, or confirmed a referral, for the
                investor.
            StaleRecord: Somebody else changed it first.
        """
        contact, _, record, others = self._employment(ref, investor, began)

        def ensure(employment: Employment) -> None:
            way_out = N_(
                "Correct or withdraw it first: crm visit edit, crm visit withdraw, crm event withdraw-attendance"
            )
            self._ensure_there(employment, lambda _: True, way_out)
            if not others:
                self._ensure_none_confirmed(employment)

        withdraw(
            self._context,
            record,
            "contact.withdraw_employment",
            RESTORE,
            reason,
            version,
            ensure=ensure,
            named=named(record),
        )
        self._context.session.expire(contact, ["employments"])
        return record

    @writes(Right.RECORD_CORRECT, by_record=True)
    def restore_employment(
        self,
        ref: ContactRef,
        investor: InvestorRef,
        *,
        began: date | str | None = None,
        reason: str | None = None,
        distinct: str | None = None,
        version: int | None = None,
    ) -> Employment:
        """Restore a withdrawn employment, if it could be recorded again as it is.

        Args:
            ref: The contact.
            investor: Where they work or worked.
            began: The first day of the employment; by default the one that was withdrawn last.
            reason: Why; required of those who restore what another recorded, or later than the policy's days.
            distinct: Why they are somebody else than a contact of that investor; kept with the reason.
            version: The version the caller saw.

        Raises:
            InvalidInput: The reason is missing.
            NotFound: No such employment is on record.
            AccessDenied: Another recorded it, or too long ago.
            Archived: The contact or the investor is archived.
            LikelyDuplicate: A contact of that investor is the same by name, e-mail address or telephone number.
            Conflict: It is not withdrawn, or would overlap another employment there.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        contact, place, record, others = self._employment(ref, investor, began, withdrawn=True)
        why = correcting(context, record, reason).reason
        ensure_withdrawn(record)
        with Checks() as check:
            apart = why_distinct(check, distinct)
        ensure_open(place)
        _ensure_apart(contact, place, others, (record.since, record.until), unknown=False)
        if apart is None:
            ensure_nobody_else(context.session, [place.id], known_of(contact), but=contact.id)
        with Writing(context, "contact.restore_employment", with_both(why, apart)) as write:
            write.change(record, version=version, **RESTORED)
        context.session.expire(contact, ["employments"])
        return record

    def _employment(
        self, ref: ContactRef, investor: InvestorRef, began: date | str | None, *, withdrawn: bool = False
    ) -> tuple[Contact, Investor, Employment, list[Employment]]:
        """Return a contact, an investor, an employment of the pair, and the others of the pair that stand.

        The contact is locked. Of several employments the one is returned that began on that day, or else the first by
        :func:`in_order`.
        """
        context = self._context
        with Checks() as check:
            place = check.take(lambda: self._investors.get(investor, keep=withdrawn), "investor")
            contact = check.take(lambda: self._of_pair(ref, place), "contact")
            first = check.day(began, "began")
        # Wait for transactions that record a meeting with them.
        lock_rows(context.session, Contact, [contact.id], referred=True)
        ensure_open(contact)
        theirs = select(Employment).where(Employment.contact_id == contact.id, Employment.investor_id == place.id)
        everything = context.session.scalars(theirs.order_by(*in_order(Employment, withdrawn=withdrawn))).all()
        record = next((one for one in everything if began is None or one.since == first), None)
        if record is None:
            raise not_employed(contact, place)
        if not withdrawn:
            # A meeting that is recorded at this moment reads the employment again.
            lock_rows(context.session, Employment, [record.id], referred=True)
        others = [one for one in everything if one is not record and one.withdrawn_at is None]
        return contact, place, record, others

    def _of_pair(self, ref: ContactRef, place: Investor | None) -> Contact:
        """Return a contact; a name is looked for among the employments at the investor, withdrawn ones too."""
        if not isinstance(ref, str) or place is None:
            return self.get(ref)
        session = self._context.session
        search, gone = search_for(place.id, withdrawn=True), search_for(place.id, archived=True)
        return survivor_of(session, find(session, Contact, ref, what="contact", search=search, further=gone))

    def _ensure_there(self, record: Employment, outside: Callable[[date], bool], way_out: str) -> None:
        """Refuse to leave out a meeting or event that the person attended for this investor. Two statements.

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
        days = sorted({LocalTime(row.met_at, row.zone).local.date() for row in met} | set(came))
        if left := [day for day in days if outside(day)]:
            raise Conflict(
                problem(
                    N_("They were at a meeting or an event for this investor on {days}."),
                    way_out,
                    code="met",
                    days=", ".join(map(str, left)),
                )
            )

    def _ensure_none_confirmed(self, record: Employment) -> None:
        """Refuse to withdraw the only employment of a person who confirmed a referral for the investor. One statement.

        Leads that the actor may not see do not count.
        """
        confirmed = (
            select(Referral.id)
            .join(Lead, Lead.id == Referral.lead_id)
            .where(Referral.confirmed_contact_id == record.contact_id, Lead.investor_id == record.investor_id)
            .where(Referral.status.in_(STANDING), visible(self._context.actor))
            .order_by(Referral.id)
        )
        numbers = self._context.session.scalars(confirmed).all()
        if numbers:
            raise Conflict(
                problem(
                    N_("They confirmed these referrals for this investor: {referrals}."),
                    N_("Withdraw them first: crm referral withdraw"),
                    code="confirmed",
                    referrals=", ".join(lettered("referral", number) for number in numbers),
                )
            )


def _ensure_apart(
    contact: Contact, place: Investor, others: Sequence[Employment], span: Span, *, unknown: bool
) -> None:
    """Refuse days that overlap another employment at the same investor; *unknown* as for :func:`overlap`."""
    for other in others:
        if overlap(span, (other.since, other.until), unknown=unknown):
            raise Conflict(
                problem(
                    N_(
                        '"{name}" worked at "{investor}" from {since} to {until} too; employments there do not overlap.'
                    ),
                    N_("Name other days, or correct that employment first."),
                    code="employed",
                    name=contact.name,
                    investor=place.name,
                    since=other.since or "–",
                    until=other.until or "–",
                )
            )
