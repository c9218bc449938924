"""The data of persons: all that is held on one, and whose must be erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from crm.models import Contact, Employment, Investor, Lead, Meeting, MeetingContact, Merge, Referral
from crm.models.base import standing
from crm.reads.investors.rows import DueRow
from crm.reads.kernel.fields import described, row_of
from crm.reads.kernel.visibility import meeting_visible
from crm.reads.referrals.queries import STANDING
from crm.rules.access import Actor
from crm.rules.investors.contacts import ContactFields
from crm.rules.kernel.fields import declared
from crm.rules.stages import OPEN

_PERSON = tuple(declared(ContactFields))


def due(session: Session, day: date, landed: Sequence[str]) -> tuple[DueRow, ...]:
    """Return the persons whose day of retention has passed, without those under hold or with a live lead. One statement.

    Args:
        session: Whose transaction is read.
        day: As of this day.
        landed: The last stages of the policies.
    """
    works = (
        select(Employment.contact_id, Employment.investor_id)
        .where(Employment.contact_id == Contact.id, or_(Employment.until.is_(None), Employment.until >= day))
        .correlate(Contact)
    )
    at = works.with_only_columns(Employment.investor_id)
    met = (
        select(Meeting.lead_id)
        .join(MeetingContact, MeetingContact.meeting_id == Meeting.id)
        .where(MeetingContact.contact_id == Contact.id, standing(Meeting, MeetingContact), Meeting.lead_id.is_not(None))
        .correlate(Contact)
    )
    referred = (
        select(Referral.lead_id)
        .where(
            or_(Referral.referrer_contact_id == Contact.id, Referral.confirmed_contact_id == Contact.id),
            Referral.status.in_(STANDING),
        )
        .correlate(Contact)
    )
    live = exists().where(
        Lead.status.in_(OPEN),
        Lead.stage.not_in(landed),
        or_(Lead.investor_id.in_(at), Lead.id.in_(met), Lead.id.in_(referred)),
    )
    absorbed = exists().where(Merge.absorbed_contact_id == Contact.id, Merge.undone_at.is_(None))
    rows = session.execute(
        select(Contact)
        .where(
            Contact.retain_until < day,
            Contact.legal_hold.is_(None),
            Contact.erased_at.is_(None),
            ~absorbed,
            ~live,
        )
        .order_by(Contact.retain_until, Contact.id)
    ).scalars()
    return tuple(
        row_of(
            DueRow,
            ContactFields,
            person,
            id=person.id,
            uid=person.uid,
            archived=person.archived_at is not None,
            days_left=(person.retain_until - day).days if person.retain_until is not None else None,
        )
        for person in rows
    )


def contact_export(session: Session, actor: Actor | None, contact_id: int) -> dict[str, object]:
    """Return all data about a person, with the column names as keys. Three statements."""
    contact = session.get_one(Contact, contact_id)
    employments = session.execute(
        select(Investor.name, Employment.title, Employment.since, Employment.until)
        .join(Investor, Investor.id == Employment.investor_id)
        .where(Employment.contact_id == contact_id)
        .order_by(Employment.id)
    )
    met = session.execute(
        select(Meeting.met_at, Meeting.zone, Meeting.place, Meeting.summary, Investor.name)
        .join(MeetingContact, MeetingContact.meeting_id == Meeting.id)
        .join(Investor, Investor.id == Meeting.investor_id)
        .outerjoin(Lead, Lead.id == Meeting.lead_id)
        .where(MeetingContact.contact_id == contact_id, standing(Meeting, MeetingContact), meeting_visible(actor))
        .order_by(Meeting.met_at, Meeting.id)
    )
    return {
        "id": contact.id,
        "uid": contact.uid,
        **described(contact, _PERSON),
        "erased_at": contact.erased_at,
        "archived_at": contact.archived_at,
        "employments": [{"investor": n, "title": t, "since": s, "until": u} for n, t, s, u in employments],
        "meetings": [
            {"met_at": at, "zone": zone, "place": place, "summary": text, "investor": n}
            for at, zone, place, text, n in met
        ],
    }
