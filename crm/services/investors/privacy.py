"""The rights of a person: a copy of their data, and its erasure; and whose data is due to be erased."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from crm.errors import N_, Conflict, problem
from crm.models import Attendance, Contact, Employment, Merge
from crm.models.audited import record_name
from crm.models.base import Identified
from crm.reads.investors import held
from crm.reads.investors import people as reports
from crm.reads.investors.mentions import mentions
from crm.reads.investors.rows import DueRow, MentionRow
from crm.reads.merges import queries as merges
from crm.rules.access import Right
from crm.rules.investors.contacts import ContactFields, EmploymentFields
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import personal
from crm.services.investors.people import ContactBase
from crm.services.kernel.auditing.emptying import empty_mentions
from crm.services.kernel.auditing.keys import destroy_keys
from crm.services.kernel.conflicts import archived
from crm.services.kernel.locks import share_rows
from crm.services.kernel.refs import ContactRef
from crm.services.kernel.verbs import reads, writes
from crm.services.kernel.writing import Writing
from crm.values.identifiers import as_uid
from crm.values.text import REASON


class ContactPrivacy(ContactBase):
    """The part of the contacts' service for the rights of the persons."""

    @writes(Right.CONTACT_ERASE, dangerous=True)
    def erase(self, ref: ContactRef, *, reason: str) -> Contact:
        """Erase a person's data on request (GDPR art. 17, PIPL art. 47); the record stays without them.

        Contacts merged into it are erased too, and so are their positions and the notes on their attendance of events.
        The audit has only digests of the values, and their keys are destroyed. So are the keys and the wordings of
        free texts that mention the name, but for what records still hold: :meth:`mentions` lists that.

        Args:
            ref: The contact: their id, uid or name.
            reason: Why.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Only a manager or an admin does this.
            Archived: They are erased already.
            Conflict: They are under legal hold.
        """
        # A concurrent merge may add another record of the same person, which has to be erased too.
        contact = self.get(ref, keep=True)
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
        if contact.erased_at is not None:
            raise archived(contact)
        if contact.legal_hold is not None:
            raise Conflict(
                problem(
                    N_('The data of "{name}" is under legal hold: {hold}'),
                    N_('Lift the hold first, if it has ended: crm contact edit {id} --legal-hold ""'),
                    code="held",
                    name=contact.name,
                    hold=contact.legal_hold,
                    id=contact.id,
                )
            )
        self._erase([contact], why)
        return contact

    @reads(Right.CONTACT_ERASE)
    def due(self, *, on: date | str | None = None) -> tuple[DueRow, ...]:
        """Return the persons whose data must be erased: their day of retention has passed. One statement.

        Those under legal hold are left out, and those with a live lead: one that is open and not landed, of a company
        where they work, of a meeting they took part in, or that they referred.

        Args:
            on: As of this day; today if None. A later day lists who will be due then.

        Raises:
            InvalidInput: Not a day.
            AccessDenied: The role may not erase.
        """
        with Checks() as check:
            day = check.day(self._context.today if on is None else on, "on")
        return self._due(day)

    @writes(Right.CONTACT_ERASE, dangerous=True)
    def erase_due(
        self, *, reason: str, on: date | str | None = None, only: Iterable[int] | None = None
    ) -> tuple[DueRow, ...]:
        """Erase the data of all that :meth:`due` returns, and return them as they were.

        Args:
            reason: Why.
            on: As of this day, not after today; today if None.
            only: The numbers of those that were shown: nobody else is erased.

        Raises:
            InvalidInput: The reason is missing, or the day lies in the future.
            AccessDenied: Only a manager or an admin does this.
        """
        context = self._context
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
            day = check.day(context.today if on is None else on, "on", not_after=context.today)
            chosen = None if only is None else check.items(only, "only")
        # Locked first: a hold or a merge that another transaction writes meanwhile counts.
        share_rows(context.session, Contact, [row.id for row in self._due(day)])
        rows = tuple(row for row in self._due(day) if chosen is None or row.id in chosen)
        if rows:
            due = select(Contact).where(Contact.id.in_([row.id for row in rows]))
            self._erase(context.session.scalars(due).all(), why)
        return rows

    @reads(Right.READ)
    def erased(self) -> tuple[UUID, ...]:
        """Return the uids of the erased persons, to be kept beside backups for :meth:`erase_again`. One statement."""
        gone = select(Contact.uid).where(Contact.erased_at.is_not(None)).order_by(Contact.id)
        return tuple(self._context.session.scalars(gone))

    @writes(Right.CONTACT_ERASE, dangerous=True)
    def erase_again(self, uids: Iterable[UUID | str], *, reason: str) -> tuple[int, ...]:
        """Erase those of a list who are not erased: an older backup was restored. Return their numbers.

        A legal hold of the backup's time does not stop it: it had ended when they were erased.

        Args:
            uids: What :meth:`erased` returned before the restore; unknown ones are passed over.
            reason: Why.

        Raises:
            InvalidInput: Something is no uid; the reason is missing.
            AccessDenied: Only a manager or an admin does this.
        """
        session = self._context.session
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
            known = [check.take(partial(as_uid, uid), "uids") for uid in check.items(uids, "uids")]
        again = select(Contact).where(Contact.uid.in_(known), Contact.erased_at.is_(None)).order_by(Contact.id)
        contacts = session.scalars(again).all()
        if contacts:
            share_rows(session, Contact, [contact.id for contact in contacts])
            self._erase(contacts, why)
        return tuple(contact.id for contact in contacts)

    @reads(Right.CONTACT_WRITE, dangerous=True)
    def export(self, ref: ContactRef) -> dict[str, object]:
        """Return all data about a person (GDPR art. 15, PIPL art. 45).

        The person with the grounds on which the data is held; employments; meetings with minutes and follow-ups;
        events; referrals; merges; free texts that mention the name; and who recorded what and when, with earlier
        wordings. Of confidential leads that the actor may not see there is nothing. ``mentions`` is None for those
        who may not see every lead, ``history`` for those who may not read the audit.

        Args:
            ref: The contact: their id, uid or name.
        """
        session, contact = self._context.session, self.get(ref)
        return held.export(session, self._context.actor, contact, self._names(contact))

    @reads(Right.CONTACT_ERASE)
    def mentions(self, *refs: ContactRef) -> tuple[MentionRow, ...]:
        """Return the free texts that mention persons: minutes, notes, follow-ups, requests and others.

        Erasing does not change them. Read them before, and redact them by hand: each row has the command, where there
        is one. A name of one letter is not looked for.

        Args:
            refs: The contacts: their ids, uids or names.

        Raises:
            AccessDenied: The role may not erase.
        """
        return mentions(self._context.session, self._names(*map(self.get, refs)))

    def _names(self, *contacts: Contact) -> tuple[str, ...]:
        """Return the names of persons who are not erased, with those of contacts merged into theirs."""
        living = [contact for contact in contacts if contact.erased_at is None]
        merged = merges.absorbed_contacts(self._context.session, *(contact.id for contact in living))
        return _called((*living, *(record for record, _ in merged)))

    def _due(self, day: date) -> tuple[DueRow, ...]:
        context = self._context
        return reports.due(context.session, day, [code for policy in context.policies for code in policy.landed])

    def _erase(self, contacts: Sequence[Contact], why: str) -> None:
        """Erase contacts, and those merged into them: they are the same persons. A fixed number of statements."""
        context = self._context
        session, now = context.session, context.now()
        merged = merges.absorbed_contacts(session, *(contact.id for contact in contacts))
        copies = list(dict.fromkeys((*contacts, *(record for record, _ in merged))))
        ids, names = [copy.id for copy in copies], _called(copies)
        posts = session.scalars(select(Employment).where(Employment.contact_id.in_(ids))).all()
        # Also of an undone merge, which still has the values from before.
        joined = session.scalars(select(Merge).where(Merge.survivor_contact_id.in_(ids))).all()
        visits = session.scalars(select(Attendance).where(Attendance.contact_id.in_(ids))).all()
        emptied: dict[str, Any] = dict.fromkeys(personal(ContactFields))
        with Writing(context, "contact.erase", why, whole=True) as write:
            write.change_all(
                (
                    copy,
                    emptied
                    | {
                        "name": f"#{copy.id}",
                        "digest": None,
                        "erased_at": now,
                        "archived_at": copy.archived_at or now,
                    },
                )
                for copy in copies
            )
            write.change_all((post, dict.fromkeys(personal(EmploymentFields)) | {"digest": None}) for post in posts)
            write.change_all((merge, {"before": {}}) for merge in joined)
            write.change_all((visit, {"note": None, "digest": None}) for visit in visits)
            write.sign_rows(empty_mentions(session, names).signed)
        known: tuple[Identified, ...] = (*copies, *posts, *joined, *visits)
        destroy_keys(session, [(record_name(type(record)), record.id) for record in known])


def _called(people: Iterable[Contact]) -> tuple[str, ...]:
    """Return the names that free texts may mention persons by; none for erased persons."""
    living = [person for person in people if person.erased_at is None]
    names = [name for person in living for name in (person.name, person.other_name) if name and len(name) > 1]
    return tuple(dict.fromkeys(names))
