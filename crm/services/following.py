"""From a record that was taken into another to the one that stands for it now."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import BigInteger, literal, select
from sqlalchemy.orm import Session

from crm.models import Contact, Investor, Merge

R = TypeVar("R", Investor, Contact)


def follow(session: Session, record: R) -> R:
    """Return the survivor of a merged record, however often it was merged on; any other record itself.

    One statement, and only for a record that is archived.
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
    found = session.scalar(select(model).where(model.id.in_(last)))
    return record if found is None else found
