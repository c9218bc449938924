"""Merges as rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, SQLColumnExpression, or_, select
from sqlalchemy.orm import Session, aliased

from crm.models import Contact, Investor, Merge, Staff
from crm.reads.kernel.listing import Key, Listing, Selected
from crm.reads.merges.rows import MergeRow


def _sides(kind: type[Investor | Contact]) -> tuple[SQLColumnExpression[int | None], SQLColumnExpression[int | None]]:
    if kind is Investor:
        return Merge.survivor_investor_id, Merge.absorbed_investor_id
    return Merge.survivor_contact_id, Merge.absorbed_contact_id


def merges(session: Session, kind: type[Investor | Contact], *, undone: bool = False) -> Listing[MergeRow]:
    """Return merges of a kind, latest first. One statement."""
    survivor, absorbed = _sides(kind)
    stays, goes = aliased(kind), aliased(kind)
    statement = (
        select(Merge, stays.id, stays.name, goes.id, goes.name, Staff.username)
        .join(stays, stays.id == survivor)
        .join(goes, goes.id == absorbed)
        .join(Staff, Staff.id == Merge.actor_id)
    )
    if not undone:
        statement = statement.where(Merge.undone_at.is_(None))
    return Selected(session=session, statement=statement, make=_rows, keys=(Key(Merge.id, "id", descending=True),))


def _rows(found: Sequence[Row[*tuple[Any, ...]]]) -> Iterator[MergeRow]:
    return (
        MergeRow(
            id=merge.id,
            uid=merge.uid,
            survivor_id=stays_id,
            survivor=stays_name,
            absorbed_id=goes_id,
            absorbed=goes_name,
            merged_at=merge.merged_at,
            actor=username,
            reason=merge.reason,
            undone_at=merge.undone_at,
            undone_reason=merge.undone_reason,
        )
        for merge, stays_id, stays_name, goes_id, goes_name, username in found
    )


def later(session: Session, merge: Merge, kind: type[Investor | Contact]) -> list[int]:
    """Return the later merges, not undone, that involve one of its two records. One statement."""
    survivor, absorbed = _sides(kind)
    ids = [
        merge.survivor_investor_id or merge.survivor_contact_id,
        merge.absorbed_investor_id or merge.absorbed_contact_id,
    ]
    return list(
        session.scalars(
            select(Merge.id)
            .where(Merge.id > merge.id, Merge.undone_at.is_(None), or_(survivor.in_(ids), absorbed.in_(ids)))
            .order_by(Merge.id)
        )
    )


def absorbed_contacts(session: Session, *contacts: int) -> tuple[tuple[Contact, Merge], ...]:
    """Return the contacts merged into some, directly or not, each with its merge. One recursive statement."""
    below = select(Contact.id).where(Contact.id.in_(contacts)).cte("below", recursive=True)
    below = below.union(
        select(Merge.absorbed_contact_id)
        .select_from(Merge)
        .join(below, Merge.survivor_contact_id == below.c.id)
        .where(Merge.undone_at.is_(None))
    )
    rows = session.execute(
        select(Contact, Merge)
        .join(Merge, Merge.absorbed_contact_id == Contact.id)
        .where(Merge.survivor_contact_id.in_(select(below.c.id)), Merge.undone_at.is_(None))
        .order_by(Merge.id)
    )
    return tuple((contact, merge) for contact, merge in rows)
