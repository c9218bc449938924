"""What the verbs on investors share, and what other services need of them: finding an investor by any of its names."""

from __future__ import annotations

from functools import cached_property
from typing import TypeVar

from sqlalchemy import BigInteger, Select, literal, select
from sqlalchemy.orm import Session

from crm.models import Contact, Investor, InvestorIdentifier, Lead, Merge
from crm.models.binding import dialect_of
from crm.reads.investors.identifiers import holding
from crm.reads.names import search as name_search
from crm.rules.access import Right
from crm.services.kernel.context import Context
from crm.services.kernel.finding import LISTED, Named, find, missing
from crm.services.kernel.locks import share_rows, share_selected
from crm.services.kernel.refs import InvestorRef
from crm.services.kernel.verbs import reads
from crm.values.naming.spelling import query
from crm.values.registers.schemes import named

R = TypeVar("R", Investor, Contact)


def survivor_of(session: Session, record: R, *, keeping: bool = False) -> R:
    """Return the surviving record of a merged one, over any number of merges; other records are returned.

    One statement, for archived records only. With *keeping* the survivor is locked, like
    :func:`crm.services.kernel.locks.share_rows`, and followed if it was merged meanwhile.
    """
    if record.archived_at is None:
        return record
    sides = (Merge.survivor_investor_id, Merge.absorbed_investor_id)
    if isinstance(record, Contact):
        sides = (Merge.survivor_contact_id, Merge.absorbed_contact_id)
    survivor, absorbed = sides
    chain = select(literal(record.id, BigInteger).label("id")).cte("chain", recursive=True)
    chain = chain.union(
        select(survivor).select_from(Merge).join(chain, absorbed == chain.c.id).where(Merge.undone_at.is_(None))
    )
    onward = select(Merge.id).where(absorbed == chain.c.id, Merge.undone_at.is_(None)).exists()
    last = select(chain.c.id).where(~onward)
    model = type(record)
    survivors = select(model).where(model.id.in_(last))
    found = next(iter(share_selected(session, model, survivors)), None) if keeping else session.scalar(survivors)
    if found is None or found is record:
        return record
    return survivor_of(session, found, keeping=True) if keeping else found


def investor_of(session: Session, lead: Lead, *, keeping: bool = False) -> Investor:
    """Return the investor of a lead, with *keeping* like :func:`survivor_of`; a lead moved by a merge is read again."""
    if not keeping:
        return session.get_one(Investor, lead.investor_id)
    investor = survivor_of(session, *share_rows(session, Investor, [lead.investor_id]), keeping=True)
    if investor.id != lead.investor_id:
        session.refresh(lead)
    return investor


class InvestorBase:
    """Finds investors."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @reads(Right.READ)
    def get(self, ref: InvestorRef, *, keep: bool = False) -> Investor:
        """Return the investor with this id, uid, identifier, name, or unique part of a name.

        An identifier is ``scheme:number``, or a number that is valid in exactly one scheme. With *keep* the investor is
        read again and locked against archiving and merging until this transaction ends; use this before recording
        something on it.

        Args:
            ref: The investor: its id, uid, identifier, name, or a unique part of a name.
            keep: Whether to lock the row until the transaction ends, so that it is not archived or merged meanwhile.

        Raises:
            AccessDenied: There is no actor.
            NotFound: There is none.
            Ambiguous: Several match; they are listed.
        """
        return survivor_of(self._context.session, self.exactly(ref, keep=keep), keeping=keep)

    @reads(Right.READ)
    def exactly(self, ref: InvestorRef, *, keep: bool = False) -> Investor:
        """Return the investor itself, even if merged; :meth:`get` returns the surviving investor.

        Args:
            ref: The investor: its id, uid, identifier, name, or a unique part of a name.
            keep: Whether to lock the row until the transaction ends, so that it is not archived or merged meanwhile.
        """
        dialect = dialect_of(self._context.session).name

        def search(text: str, whole: bool) -> Named:  # noqa: FBT001 - the shape of finding.Search
            name_query = query(text)
            return name_search.whole(name_query, text) if whole else name_search.part(dialect, name_query, LISTED + 1)

        known = self._identified(ref)
        if known is not None and not keep:
            return known
        session = self._context.session
        gone = self._archived_search
        return find(session, Investor, known or ref, what="investor", search=search, further=gone, keeping=keep)

    def _archived_search(self, text: str, whole: bool) -> Select[int, str]:  # noqa: FBT001 - the shape of finding.Search
        return name_search.archived(dialect_of(self._context.session).name, query(text), whole=whole)

    def _identified(self, ref: object) -> Investor | None:
        """Return the investor that an identifier names, if *ref* is one. One statement, none for other references.

        Raises:
            InvalidInput: It names a scheme, and its number is wrong.
            NotFound: It names a scheme, and nobody has the number.
        """
        identifier = named(ref) if isinstance(ref, str) else None
        if identifier is None or not isinstance(ref, str):
            return None
        found = self._context.session.scalar(
            select(Investor)
            .join(InvestorIdentifier, InvestorIdentifier.investor_id == Investor.id)
            .where(holding([identifier]))
        )
        if found is None and ":" in ref:
            raise missing("investor", ref)
        return found


class FindsInvestors:
    """A service that finds investors for its verbs."""

    _context: Context

    @cached_property
    def _investors(self) -> InvestorBase:
        return InvestorBase(self._context)
