"""Contacts that may be one person, in one company or in several."""

from __future__ import annotations

from attrs import frozen
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from crm.models import Contact, Employment, Investor
from crm.rules.investors.same_people import Known, pairs
from crm.values.registers.telephones import numbers_of


@frozen(kw_only=True)
class SamePersonRow:
    """A pair of contacts that may be one person, smaller id first.

    Attributes:
        one: Number of the first.
        one_name: Its name.
        one_investors: Where they work now.
        other: Number of the second.
        other_name: Its name.
        other_investors: Where they work now.
        reasons: What they share: email, phone, name.
    """

    one: int
    one_name: str
    one_investors: tuple[str, ...]
    other: int
    other_name: str
    other_investors: tuple[str, ...]
    reasons: tuple[str, ...]


def same_people(session: Session, *, investor_id: int | None, limit: int | None) -> tuple[SamePersonRow, ...]:
    """Return the pairs of contacts that may be one person. One statement.

    Args:
        session: Whose transaction is read.
        investor_id: Only pairs of which one works there.
        limit: The maximum number.
    """
    rows = session.execute(
        select(
            Contact.id,
            Contact.name,
            Contact.other_name,
            Contact.email,
            Contact.phone,
            Contact.phones,
            Employment.investor_id,
            Investor.name.label("investor"),
        )
        .outerjoin(Employment, and_(Employment.contact_id == Contact.id, Employment.until.is_(None)))
        .outerjoin(Investor, Investor.id == Employment.investor_id)
        .where(Contact.archived_at.is_(None), Contact.erased_at.is_(None))
        .order_by(Contact.id, Employment.id)
    ).all()
    names = {row.id: row.name for row in rows}
    work: dict[int, dict[int, str]] = {row.id: {} for row in rows}
    for row in rows:
        if row.investor_id is not None:
            work[row.id][row.investor_id] = row.investor
    people = {
        row.id: Known(
            row.id,
            tuple(name for name in (row.name, row.other_name) if name),
            row.email,
            numbers_of(row.phone, row.phones),
        )
        for row in rows
    }
    found = (
        SamePersonRow(
            one=one,
            one_name=names[one],
            one_investors=tuple(work[one].values()),
            other=other,
            other_name=names[other],
            other_investors=tuple(work[other].values()),
            reasons=tuple(reason.value for reason in reasons),
        )
        for one, other, reasons in pairs(people.values())
        if investor_id is None or investor_id in work[one] or investor_id in work[other]
    )
    return tuple(found)[:limit]
