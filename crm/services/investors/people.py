"""What the verbs on contacts share: finding one by name, at one company or anywhere."""

from __future__ import annotations

from sqlalchemy import Select, case, or_, select, true

from crm.models import Contact, Employment, Merge
from crm.models.base import standing
from crm.rules.access import Right
from crm.services.investors.base import InvestorBase, survivor_of
from crm.services.kernel.context import Context
from crm.services.kernel.finding import Search, containing, find
from crm.services.kernel.refs import ContactRef, InvestorRef
from crm.services.kernel.verbs import reads


class ContactBase:
    """Finds contacts."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._investors = InvestorBase(context)

    @reads(Right.READ)
    def get(self, ref: ContactRef, *, investor: InvestorRef | None = None, keep: bool = False) -> Contact:
        """Return the contact with this id, uid, name or unique part of a name; only of *investor* if given.

        A merged contact gives the one it was merged into. With *keep* the contact is read again and locked against
        archiving and merging until this transaction ends.

        Args:
            ref: The contact.
            investor: Only a contact of this investor.
            keep: Whether it is read again and locked.

        Raises:
            AccessDenied: There is no actor.
            NotFound: There is none.
            Ambiguous: Several match; they are listed.
        """
        return survivor_of(self._context.session, self.exactly(ref, investor=investor, keep=keep), keeping=keep)

    @reads(Right.READ)
    def exactly(self, ref: ContactRef, *, investor: InvestorRef | None = None, keep: bool = False) -> Contact:
        """Return the contact itself, even if merged; :meth:`get` returns the surviving contact.

        Args:
            ref: The contact, by id, uid, name or a unique part of a name.
            investor: Only a contact of this investor.
            keep: Whether it is read again and locked against archiving and merging until the transaction
                ends.
        """
        at = None if investor is None else self._investors.get(investor).id
        search, gone = search_for(at), search_for(at, archived=True)
        return find(self._context.session, Contact, ref, what="contact", search=search, further=gone, keeping=keep)


def search_for(at: int | None, *, archived: bool = False, withdrawn: bool = False) -> Search:
    """Return the search for contacts by name, or for archived ones that were not merged.

    Args:
        at: Of one investor.
        archived: Archived ones alone.
        withdrawn: Those too whose employment at that investor was withdrawn.
    """

    def search(text: str, whole: bool) -> Select[int, str, str | None]:  # noqa: FBT001 - the shape of finding.Search
        named = or_(*(containing(key, text, whole=whole) for key in (Contact.key, Contact.other_key)))
        written = case((Contact.other_name == text, Contact.other_name), else_=Contact.name)
        found = select(Contact.id, Contact.name, written).where(named)
        if archived:
            absorbed = select(Merge.id).where(Merge.absorbed_contact_id == Contact.id, Merge.undone_at.is_(None))
            found = found.where(Contact.archived_at.is_not(None), Contact.erased_at.is_(None), ~absorbed.exists())
        else:
            found = found.where(Contact.archived_at.is_(None))
        if at is not None:
            there = select(Employment.id).where(Employment.contact_id == Contact.id, Employment.investor_id == at)
            found = found.where(there.where(true() if withdrawn else standing(Employment)).exists())
        return found.order_by(Contact.id)

    return search
