"""A contact among the others of the same companies: looked at before one is added, changed, employed or restored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from crm.errors import N_, problem
from crm.models import Contact, Employment, Investor
from crm.models.base import lasting, standing
from crm.services.kernel.locks import lock_keys
from crm.services.kernel.twins import refuse_twins
from crm.services.kernel.writing import ensure_all_open
from crm.values.numbers import lettered
from crm.values.registers.telephones import is_same_telephone, numbers_of

#: What the names of a person are compared by.
_KEYS = ("key", "other_key")
#: What two contacts of one company are taken for one by.
ALIKE = (*_KEYS, "email", "phone", "phones")


def known_of(contact: Contact) -> dict[str, Any]:
    """Return what a contact is compared with others of a company by, by column."""
    return {name: getattr(contact, name) for name in ALIKE}


def present_places(session: Session, contact: Contact) -> tuple[int, ...]:
    """Return the investors that a contact works at. One statement."""
    at = select(Employment.investor_id).where(Employment.contact_id == contact.id, lasting(Employment))
    return tuple(session.scalars(at.order_by(Employment.investor_id)))


def ensure_work_open(session: Session, contact: Contact) -> None:
    """Refuse a contact each of whose present companies is archived. One statement.

    Raises:
        Archived: They are; all are named.
    """
    at = select(Employment.investor_id).where(Employment.contact_id == contact.id, lasting(Employment))
    companies = session.scalars(select(Investor).where(Investor.id.in_(at)).order_by(Investor.id)).all()
    if all(company.archived_at is not None for company in companies):
        ensure_all_open(*companies)


def ensure_nobody_else(
    session: Session, investors: Iterable[int], known: Mapping[str, Any], *, but: int | None = None
) -> None:
    """Refuse a person whose name, e-mail address or telephone number another contact of the same company has.

    Concurrent changes of the contacts of one company are serialised until the transaction ends. Two statements.

    Args:
        session: The session.
        investors: The companies.
        known: The values of the person, by column; what is absent is not compared.
        but: The contact that the person is.

    Raises:
        LikelyDuplicate: There is such a contact; all are named.
    """
    places = sorted(investors)
    lock_keys(session, *(f"contacts of {number}" for number in places))
    keys = [known[name] for name in _KEYS if known.get(name)]
    same: list[ColumnElement[bool]] = [column.in_(keys) for column in (Contact.key, Contact.other_key)] if keys else []
    same += [func.lower(Contact.email) == known["email"].lower()] if known.get("email") else []
    if numbers_of(known.get("phone"), known.get("phones")):
        same += [or_(Contact.phone.is_not(None), Contact.phones.is_not(None))]
    if not same or not places:
        return
    twins = session.execute(
        select(Contact, Investor.name)
        .join(Employment, Employment.contact_id == Contact.id)
        .join(Investor, Investor.id == Employment.investor_id)
        .where(Employment.investor_id.in_(places), standing(Employment), Contact.id != (but or 0))
        .where(Contact.archived_at.is_(None), or_(*same))
        .order_by(Contact.id)
    ).all()
    refuse_twins(
        (
            twin.id,
            twin.name,
            problem(
                N_('"{name}", number {id}, of "{investor}", may be the same person.'),
                N_("Use that record, or say why they are different people: --distinct WHY"),
                field="name",
                code="known",
                name=twin.name,
                id=lettered("contact", twin.id),
                investor=investor,
            ),
        )
        for twin, investor in {twin.id: (twin, investor) for twin, investor in twins}.values()
        if _alike(known, twin)
    )


def _alike(known: Mapping[str, Any], twin: Contact) -> bool:
    """Return whether a contact has one of the values, telephone numbers as they are dialled."""
    numbers = numbers_of(known.get("phone"), known.get("phones"))
    return (
        bool({known.get(name) for name in _KEYS} & {twin.key, twin.other_key} - {None})
        or bool(twin.email and known.get("email") and known["email"].lower() == twin.email.lower())
        or any(is_same_telephone(one, other) for one in numbers for other in numbers_of(twin.phone, twin.phones))
    )
