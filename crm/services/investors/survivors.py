"""From a merged record to the one that survived."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import BigInteger, literal, select
from sqlalchemy.orm import Session

from crm.models import Contact, Investor, Lead, Merge
from crm.services.kernel.locks import share_rows, share_selected

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
