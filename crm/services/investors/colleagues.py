"""A contact among the others of the same companies: looked at before an archived one is restored."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from crm.errors import N_, LikelyDuplicate, problem
from crm.models import Contact, Employment, Investor
from crm.services.kernel.writing import ensure_all_open


def ensure_work_open(session: Session, contact: Contact) -> None:
    """Refuse a contact each of whose present companies is archived. One statement.

    Raises:
        Archived: They are; all are named.
    """
    at = select(Employment.investor_id).where(Employment.contact_id == contact.id, Employment.until.is_(None))
    companies = session.scalars(select(Investor).where(Investor.id.in_(at)).order_by(Investor.id)).all()
    if all(company.archived_at is not None for company in companies):
        ensure_all_open(*companies)


def ensure_nobody_else(session: Session, contact: Contact) -> None:
    """Refuse a contact who has the name, e-mail address or telephone number of a present colleague. One statement.

    Raises:
        LikelyDuplicate: There is such a colleague; all are named.
    """
    theirs, own = aliased(Employment), aliased(Employment)
    same = [Contact.key == contact.key]
    same += [getattr(Contact, key) == value for key in ("email", "phone") if (value := getattr(contact, key))]
    twins = session.execute(
        select(Contact.id, Contact.name, Investor.name)
        .join(theirs, theirs.contact_id == Contact.id)
        .join(own, own.investor_id == theirs.investor_id)
        .join(Investor, Investor.id == theirs.investor_id)
        .where(own.contact_id == contact.id, own.until.is_(None), theirs.until.is_(None))
        .where(Contact.id != contact.id, Contact.archived_at.is_(None), or_(*same))
        .order_by(Contact.id)
    ).all()
    if twins:
        raise LikelyDuplicate(
            *(
                problem(
                    N_('"{name}", number {id}, works at "{investor}" and may be the same person.'),
                    N_("Use that record, or say why they are different people: --distinct WHY"),
                    field="name",
                    code="known",
                    name=name,
                    id=number,
                    investor=investor,
                )
                for number, name, investor in twins
            ),
            matches=[(number, name) for number, name, _ in twins],
        )
