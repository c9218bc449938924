"""Contacts that may be one person, in one company or in several."""

from __future__ import annotations

from attrs import frozen
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from crm.models import AuditEntry, Contact, Employment, Investor
from crm.models.base import lasting, standing
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


#: The verbs that give a reason only where somebody said that a contact is another person than a colleague.
_SAID = ("contact.add", "contact.edit", "contact.employ")


def same_people(
    session: Session, *, investor_id: int | None, limit: int | None, every: bool = False
) -> tuple[SamePersonRow, ...]:
    """Return the pairs of contacts that may be one person. Two statements, or one for every pair.

    Args:
        session: Whose transaction is read.
        investor_id: Only pairs of which one works there.
        limit: The maximum number.
        every: Pairs of one company, too, of which somebody said that they are two people.
    """
    said = set[int]() if every else _said_to_be_others(session)
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
        .outerjoin(Employment, and_(Employment.contact_id == Contact.id, lasting(Employment)))
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
        if said.isdisjoint((one, other)) or work[one].keys().isdisjoint(work[other])
    )
    return tuple(found)[:limit]


def _said_to_be_others(session: Session) -> set[int]:
    """Return the contacts recorded as different people in spite of equal data; the audit has the reason."""
    employed = and_(AuditEntry.record == "employment", Employment.id == AuditEntry.record_id)
    found = session.scalars(
        select(func.coalesce(Employment.contact_id, AuditEntry.record_id))
        .select_from(AuditEntry)
        .outerjoin(Employment, employed)
        .where(
            AuditEntry.record.in_(("contact", "employment")),
            AuditEntry.verb.in_(_SAID),
            AuditEntry.reason.is_not(None),
            standing(Employment),
        )
    )
    return set(found)
