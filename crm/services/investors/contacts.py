"""Contacts: people, and their employments from a day to a day."""

from __future__ import annotations

from datetime import date
from typing import Unpack
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from crm.errors import N_, Conflict, NotFound, problem
from crm.models import Contact, Employment
from crm.models.base import lasting, standing
from crm.models.derived import derived
from crm.reads.investors import queries as reports
from crm.reads.investors.filters import of_contacts
from crm.reads.investors.rows import ContactCard, ContactRow
from crm.reads.investors.same_people import SamePersonRow, same_people
from crm.reads.kernel.listing import Listing
from crm.rules.access import Right, permit
from crm.rules.investors.contacts import ContactFields, EmploymentDetails, EmploymentEnd, NewContact
from crm.rules.investors.filters import ContactFilters, ContactSelection
from crm.rules.investors.spans import overlap
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import by_column, counted, given
from crm.rules.kernel.paging import Paging
from crm.services.investors.base import survivor_of
from crm.services.investors.colleagues import ALIKE, ensure_nobody_else, ensure_work_open, known_of, present_places
from crm.services.investors.employments import EmploymentCorrections, not_employed, note_order
from crm.services.investors.people import search_for
from crm.services.investors.privacy import ContactPrivacy
from crm.services.kernel.archiving import ensure_restorable
from crm.services.kernel.finding import find
from crm.services.kernel.locks import lock_rows
from crm.services.kernel.refs import ContactRef, InvestorRef
from crm.services.kernel.twins import why_distinct
from crm.services.kernel.verbs import lists, reads, writes
from crm.services.kernel.writing import Writing, ensure_open, replayed
from crm.values.text import REASON


class Contacts(ContactPrivacy, EmploymentCorrections):
    """The contacts at investors; handed out by :class:`crm.CRM`."""

    @reads(Right.READ)
    def show(self, ref: ContactRef, *, withdrawn: bool = False) -> tuple[ContactRow, ...]:
        """Return a contact as one row for each employment, latest first.

        Args:
            ref: The contact: their id, uid or name.
            withdrawn: Withdrawn employments too.

        Raises:
            NotFound: There is none.
            Ambiguous: Several match; they are listed.
        """
        with Checks() as check:
            everything = check.flag(withdrawn, "withdrawn")
        return reports.employments(self._context.session, self.get(ref).id, withdrawn=everything)

    @reads(Right.READ)
    def card(self, ref: ContactRef, *, investor: InvestorRef | None = None, withdrawn: bool = False) -> ContactCard:
        """Return a contact with its employments.

        Args:
            ref: The contact: their id, uid or name.
            investor: Only a contact of this investor.
            withdrawn: Withdrawn employments too.
        """
        with Checks() as check:
            everything = check.flag(withdrawn, "withdrawn")
        return reports.contact_card(self._context.session, self.get(ref, investor=investor), withdrawn=everything)

    @lists(Right.READ)
    def list(
        self,
        investor: InvestorRef | None = None,
        *,
        withdrawn: bool = False,
        **selection: Unpack[ContactSelection],
    ) -> Listing[ContactRow]:
        """Return contacts by investor, former ones last. One statement, and one for the name of the investor.

        Args:
            investor: Only those who work or worked there.
            withdrawn: Those too whose employment was withdrawn.
            **selection: Filters (:class:`crm.rules.investors.filters.ContactFilters`), and the part that is read
                (:class:`crm.rules.kernel.paging.Paging`).

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            NotFound: There is no such investor.
            Ambiguous: Several investors match.
        """
        context = self._context
        with Checks() as check:
            everything = check.flag(withdrawn, "withdrawn")
            values = check.fields(ContactFilters, given(ContactFilters, selection, Paging))
            window = check.window(selection, among=ContactSelection)
        where = of_contacts(values, context.today)
        if investor is not None:
            where.append(Employment.investor_id == self._investors.get(investor).id)
        return reports.contacts(context.session, where, withdrawn=everything).within(window)

    @reads(Right.READ)
    def duplicates(
        self, *, investor: InvestorRef | None = None, limit: int | None = None, every: bool = False
    ) -> tuple[SamePersonRow, ...]:
        """Return the pairs of contacts that may be one person, with the reasons, best first.

        They share an e-mail address, a telephone number or a name, in one company or in several. Archived contacts are
        left out; what more than 30 contacts share is no reason. Two statements, and one for the name of the investor.

        Args:
            investor: Only pairs of which one works there now.
            limit: The maximum number.
            every: Also pairs at one company that were recorded as different people, by ``distinct``.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            NotFound: There is no such investor.
        """
        with Checks() as check:
            at = None if investor is None else check.take(lambda: self._investors.get(investor), "investor")
            most = check.count(limit, "limit")
            everything = check.flag(every, "every")
        found = None if at is None else at.id
        return same_people(self._context.session, investor_id=found, limit=most, every=everything)

    @writes(Right.CONTACT_WRITE)
    def add(
        self,
        investor: InvestorRef,
        name: str,
        *,
        distinct: str | None = None,
        uid: UUID | str | None = None,
        **details: Unpack[NewContact],
    ) -> Contact:
        """Add a person who works at an investor.

        Args:
            investor: Where they work.
            name: As they write it, in any script.
            distinct: Why they are somebody else, where a contact of the same company has their name, e-mail address or
                telephone number; kept in the audit.
            uid: Makes the call safe to repeat.
            **details: What else is known of them and of their post: :class:`crm.rules.investors.contacts.NewContact`.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: The role may not write contacts.
            Archived: The investor is archived.
            LikelyDuplicate: A contact of the same company is the same by name, e-mail address or telephone number.
            Conflict: The uid is in use with other content.
        """
        context = self._context
        with Checks() as check:
            place = check.take(lambda: self._investors.get(investor, keep=True), "investor")
            apart = why_distinct(check, distinct)
            values = check.fields(ContactFields, {"name": name})
            values |= check.fields(NewContact, details, whole=True, today=context.today)
        content = counted(NewContact, values) | {"investor": str(place.uid)}
        found, identity = replayed(context, Contact, uid, content)
        if found is not None:
            return found
        ensure_open(place)
        if apart is None:
            ensure_nobody_else(context.session, [place.id], values | derived(Contact, values))
        post = {column: values.pop(column) for column in by_column(EmploymentDetails)}
        with Writing(context, "contact.add", apart, whole=bool(identity)) as write:
            contact = Contact(**values, **identity)
            write.add(contact)
            write.flush()
            write.add(Employment(contact_id=contact.id, investor_id=place.id, **post))
        return contact

    @writes(Right.CONTACT_WRITE)
    def edit(
        self,
        ref: ContactRef,
        *,
        distinct: str | None = None,
        version: int | None = None,
        **changes: Unpack[ContactFields],
    ) -> Contact:
        """Change the passed fields; None clears all but the name.

        Args:
            ref: The contact.
            distinct: Why they are somebody else; see :meth:`add`.
            version: The version that the caller saw.
            **changes: The fields.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: The role may not write contacts, or lifts a legal hold and may not erase.
            Archived: The contact is archived or erased.
            LikelyDuplicate: The change makes them the same as a contact of the same company.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        contact = self.get(ref)
        with Checks() as check:
            apart = why_distinct(check, distinct)
            values = check.fields(ContactFields, changes, today=context.today)
        if contact.legal_hold is not None and values.get("legal_hold", contact.legal_hold) != contact.legal_hold:
            permit(context.actor, Right.CONTACT_ERASE)
        differing = {key: value for key, value in values.items() if getattr(contact, key) != value}
        differing |= derived(Contact, differing)
        if apart is None and differing.keys() & {*ALIKE}:
            ensure_nobody_else(context.session, present_places(context.session, contact), differing, but=contact.id)
        with Writing(context, "contact.edit", apart) as write:
            write.change(contact, version=version, **values)
        return contact

    @writes(Right.CONTACT_WRITE)
    def employ(
        self,
        ref: ContactRef,
        investor: InvestorRef,
        *,
        distinct: str | None = None,
        uid: UUID | str | None = None,
        **details: Unpack[EmploymentDetails],
    ) -> Employment:
        """Record that a contact works at an investor from a day, in addition to other employments.

        Args:
            ref: The contact.
            investor: Where they work from then on.
            distinct: Why they are somebody else than a contact of that investor; see :meth:`add`.
            uid: Makes the call safe to repeat.
            **details: Position and first day.

        Raises:
            InvalidInput: Invalid arguments.
            AccessDenied: The role may not write contacts.
            Archived: The contact or the investor is archived.
            LikelyDuplicate: A contact of that investor is the same by name, e-mail address or telephone number.
            Conflict: They work there already, or did on that first day.
        """
        context = self._context
        with Checks() as check:
            contact = check.take(lambda: self.get(ref, keep=True), "contact")
            place = check.take(lambda: self._investors.get(investor, keep=True), "investor")
            apart = why_distinct(check, distinct)
            values = check.fields(EmploymentDetails, details, whole=True, today=context.today)
        content = {
            **counted(EmploymentDetails, values),
            "contact": str(contact.uid),
            "investor": str(place.uid),
        }
        found, identity = replayed(context, Employment, uid, content)
        if found is not None:
            return found
        ensure_open(contact)
        ensure_open(place)
        lock_rows(context.session, Contact, [contact.id])
        there = context.session.execute(
            select(Employment.since, Employment.until).where(
                Employment.contact_id == contact.id, Employment.investor_id == place.id, standing(Employment)
            )
        )
        span = (values["since"], None)
        days = [until for since, until in there if overlap(span, (since, until), unknown=False)]
        if days:
            ended = max((day for day in days if day is not None), default=None) if None not in days else None
            sentence, way_out = N_('"{name}" already works at "{investor}".'), N_("End it first: crm contact leave")
            if ended is not None:
                sentence = N_('"{name}" worked at "{investor}" until {until}; employments there do not overlap.')
                way_out = N_("Name a later first day.")
            raise Conflict(
                problem(sentence, way_out, code="employed", name=contact.name, investor=place.name, until=ended)
            )
        if apart is None:
            ensure_nobody_else(context.session, [place.id], known_of(contact), but=contact.id)
        with Writing(context, "contact.employ", apart, whole=bool(identity)) as write:
            employment = Employment(contact_id=contact.id, investor_id=place.id, **values, **identity)
            write.add(employment)
        set_committed_value(employment, "contact", contact)
        set_committed_value(employment, "investor", place)
        context.session.expire(contact, ["employments"])
        return employment

    @writes(Right.CONTACT_WRITE)
    def leave(self, ref: ContactRef, investor: InvestorRef, *, until: date | str | None) -> Employment:
        """Record a contact's last day at an investor.

        Args:
            ref: The contact.
            investor: The employer.
            until: The last day there; today or earlier.

        Raises:
            InvalidInput: No day, or one before the first or after today.
            AccessDenied: The role may not write contacts.
            NotFound: They do not work there.
        """
        context = self._context
        with Checks() as check:
            place = check.take(lambda: self._investors.get(investor), "investor")
            contact = check.take(lambda: self._of_pair(ref, place), "contact")
            values = check.fields(EmploymentEnd, {"until": until}, today=context.today)
        ensure_open(contact)
        employment = context.session.scalar(
            select(Employment).where(
                Employment.contact_id == contact.id, Employment.investor_id == place.id, lasting(Employment)
            )
        )
        if employment is None:
            raise not_employed(contact, place)
        with Checks() as check:
            note_order(check, employment.since, values["until"])
        with Writing(context, "contact.leave") as write:
            write.change(employment, **values)
        return employment

    @writes(Right.CONTACT_WRITE)
    def archive(self, ref: ContactRef, *, reason: str) -> Contact:
        """Archive a contact: past meetings keep it, new ones refuse it.

        Args:
            ref: The contact: their id, uid or name.
            reason: Why.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: The role may not write contacts.
            Archived: They are archived already.
        """
        context = self._context
        contact = self.get(ref)
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
        lock_rows(context.session, Contact, [contact.id], referred=True)
        with Writing(context, "contact.archive", why) as write:
            write.change(contact, archived_at=context.now())
        return contact

    @writes(Right.CONTACT_WRITE)
    def restore(self, ref: ContactRef, *, reason: str, distinct: str | None = None) -> Contact:
        """Restore an archived contact, with their employments and meetings.

        Args:
            ref: The contact; an archived one is meant where a name fits several.
            reason: Why they are back.
            distinct: Why they are somebody else, where a contact of the same company has their name, e-mail address or
                telephone number by now; kept with the reason.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: The role may not write contacts.
            Archived: They were erased, or each company they work at is archived.
            LikelyDuplicate: A colleague is the same by name, e-mail address or telephone number.
            Conflict: They are not archived, or were merged into another.
        """
        context = self._context
        session = context.session
        try:
            contact = find(session, Contact, ref, what="contact", search=search_for(None, archived=True))
        except NotFound:
            contact = self.exactly(ref)
        with Checks() as check:
            apart = why_distinct(check, distinct)
            why = check.text(reason if apart is None else f"{reason}; {apart}", "reason", REASON)
        lock_rows(session, Contact, [contact.id], referred=True)
        ensure_restorable(contact, survivor_of(session, contact))
        ensure_work_open(session, contact)
        if apart is None:
            ensure_nobody_else(session, present_places(session, contact), known_of(contact), but=contact.id)
        with Writing(context, "contact.restore", why) as write:
            write.change(contact, even_archived=True, archived_at=None)
        return contact
