"""The data of persons: all that is held on one, and whose must be erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from crm.models import Contact, Employment, Lead, Meeting, MeetingContact, Merge, Referral
from crm.models.base import standing
from crm.reads.investors.rows import DueRow
from crm.reads.kernel.rows import row_of
from crm.reads.referrals.edges import STANDING
from crm.rules.investors.contacts import ContactFields
from crm.rules.stages import OPEN


def due(session: Session, day: date, landed: Sequence[str]) -> tuple[DueRow, ...]:
    """Return the persons past their day of retention, without those under hold or with a live lead. One statement.

    Args:
        session: Whose transaction is read.
        day: As of this day.
        landed: The last stages of the policies.
    """
    works = (
        select(Employment.contact_id, Employment.investor_id)
        .where(Employment.contact_id == Contact.id, standing(Employment))
        .where(or_(Employment.until.is_(None), Employment.until >= day))
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
