"""All that is held on a person, for whoever asks for it (GDPR art. 15, PIPL art. 45)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from crm.models import (
    Attendance,
    AuditEntry,
    Contact,
    Employment,
    FollowUp,
    Investor,
    Lead,
    Meeting,
    MeetingContact,
    Merge,
    Minute,
    PromotionEvent,
    Referral,
    Staff,
)
from crm.models.audited import record_name as audited_name
from crm.models.audited import veiled_columns, veiled_models
from crm.models.wordings import changes_of, is_digest, reason_of
from crm.reads.investors.mentions import mentions
from crm.reads.kernel.rows import described
from crm.reads.kernel.visibility import meeting_visible, sees_all, visible
from crm.rules.access import Actor, Right, Scope, scope
from crm.rules.investors.contacts import ContactFields
from crm.rules.kernel.fields import declared
from crm.values.plain import plain

_PERSON = tuple(declared(ContactFields))
#: Where the export has what refers to a contact, by table and column; a further column fails a test until it stands
#: here.
HELD: Mapping[tuple[str, str], str] = {
    ("crm_employment", "contact_id"): "employments",
    ("crm_meeting_contact", "contact_id"): "meetings",
    ("crm_event_attendance", "contact_id"): "events",
    ("crm_referral", "referrer_contact_id"): "referrals",
    ("crm_referral", "confirmed_contact_id"): "referrals",
    ("crm_merge", "survivor_contact_id"): "merges",
    ("crm_merge", "absorbed_contact_id"): "merges",
}


def export(session: Session, actor: Actor | None, contact: Contact, names: tuple[str, ...]) -> dict[str, object]:
    """Return all data about a person, as far as the actor may see it. A fixed number of statements.

    Args:
        session: Whose transaction is read.
        actor: Of a confidential lead that they may not see, nothing is told. Earlier wordings, and texts that mention
            the person, are for those who may read the audit, and every lead.
        contact: The person.
        names: Under which free texts mention them.
    """
    number = contact.id
    met = _rows(session, _meetings(actor, number))
    meetings = [row["id"] for row in met]
    parts = {
        "employments": _rows(session, _employments(number)),
        "meetings": met,
        "followups": _rows(session, _followups(meetings)),
        "events": _rows(session, _events(number)),
        "referrals": _rows(session, _referrals(actor, number)),
        "merges": _rows(session, _merges(number)),
    }
    lines = _rows(session, _minutes(meetings))
    for row in met:
        row["minutes"] = [
            {"kind": line["kind"], "text": line["text"]} for line in lines if line["meeting_id"] == row["id"]
        ]
    history = _history(session, number, parts, lines) if scope(actor, Right.AUDIT_READ) is not Scope.NONE else None
    return {
        "id": number,
        "uid": contact.uid,
        **described(contact, _PERSON),
        "erased_at": contact.erased_at,
        "archived_at": contact.archived_at,
        **parts,
        "mentions": [*mentions(session, names)] if sees_all(actor) else None,
        "history": history,
    }


def _rows(session: Session, statement: Select[*tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [
        {key: plain(value) if key == "kind" else value for key, value in row.items()}
        for row in session.execute(statement).mappings()
    ]


def _employments(number: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Employment.id,
            Investor.name.label("investor"),
            Employment.title,
            Employment.department,
            Employment.since,
            Employment.until,
            Employment.withdrawn_at.is_not(None).label("withdrawn"),
        )
        .join(Investor, Investor.id == Employment.investor_id)
        .where(Employment.contact_id == number)
        .order_by(Employment.id)
    )


def _meetings(actor: Actor | None, number: int) -> Select[*tuple[Any, ...]]:
    withdrawn = or_(Meeting.withdrawn_at.is_not(None), MeetingContact.withdrawn_at.is_not(None)).label("withdrawn")
    return (
        select(
            Meeting.id,
            Meeting.kind,
            Meeting.met_at,
            Meeting.zone,
            Meeting.place,
            Meeting.summary,
            Investor.name.label("investor"),
            Staff.username.label("logged_by"),
            Meeting.recorded_at,
            withdrawn,
        )
        .join(MeetingContact, MeetingContact.meeting_id == Meeting.id)
        .join(Investor, Investor.id == Meeting.investor_id)
        .join(Staff, Staff.id == Meeting.logged_by_id)
        .outerjoin(Lead, Lead.id == Meeting.lead_id)
        .where(MeetingContact.contact_id == number, meeting_visible(actor))
        .order_by(Meeting.met_at, Meeting.id)
    )


def _minutes(meetings: Sequence[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(Minute.id, Minute.meeting_id, Minute.kind, Minute.text)
        .where(Minute.meeting_id.in_(meetings))
        .order_by(Minute.meeting_id, Minute.number)
    )


def _followups(meetings: Sequence[int]) -> Select[*tuple[Any, ...]]:
    withdrawn = FollowUp.withdrawn_at.is_not(None).label("withdrawn")
    return (
        select(
            FollowUp.id,
            FollowUp.meeting_id,
            FollowUp.text,
            FollowUp.due_on,
            FollowUp.done_at,
            FollowUp.result,
            withdrawn,
        )
        .where(FollowUp.meeting_id.in_(meetings))
        .order_by(FollowUp.id)
    )


def _events(number: int) -> Select[*tuple[Any, ...]]:
    event = PromotionEvent
    return (
        select(
            Attendance.id,
            event.code,
            event.title,
            event.starts_on,
            event.ends_on,
            Investor.name.label("investor"),
            Attendance.note,
            Attendance.withdrawn_at.is_not(None).label("withdrawn"),
        )
        .join(event, event.id == Attendance.event_id)
        .outerjoin(Investor, Investor.id == Attendance.investor_id)
        .where(Attendance.contact_id == number)
        .order_by(event.starts_on, Attendance.id)
    )


def _referrals(actor: Actor | None, number: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Referral.id,
            Lead.title.label("lead"),
            (Referral.referrer_contact_id == number).label("referred"),
            (Referral.confirmed_contact_id == number).label("confirmed"),
            Referral.channel,
            Referral.introduced_on,
            Referral.status,
            Referral.note,
            Referral.confirmed_on,
            Referral.recorded_at,
        )
        .join(Lead, Lead.id == Referral.lead_id)
        .where(or_(Referral.referrer_contact_id == number, Referral.confirmed_contact_id == number), visible(actor))
        .order_by(Referral.introduced_on, Referral.id)
    )


def _merges(number: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Merge.id,
            Merge.survivor_contact_id,
            Merge.absorbed_contact_id,
            Merge.merged_at,
            Merge.reason,
            Merge.before,
            Merge.undone_at,
            Merge.undone_reason,
        )
        .where(or_(Merge.survivor_contact_id == number, Merge.absorbed_contact_id == number))
        .order_by(Merge.id)
    )


def _history(
    session: Session, number: int, parts: Mapping[str, Sequence[Mapping[str, Any]]], lines: Sequence[Mapping[str, Any]]
) -> list[dict[str, object]]:
    """Return who recorded what and when, with the wordings before; of personal columns the audit has digests alone."""
    about = {
        "contact": [number],
        "employment": [row["id"] for row in parts["employments"]],
        "event_attendance": [row["id"] for row in parts["events"]],
        "referral": [row["id"] for row in parts["referrals"]],
        "merge": [row["id"] for row in parts["merges"]],
        "meeting": [row["id"] for row in parts["meetings"]],
        "followup": [row["id"] for row in parts["followups"]],
        "minute": [row["id"] for row in lines],
    }
    theirs: list[ColumnElement[bool]] = [
        and_(AuditEntry.record == record, AuditEntry.record_id.in_(ids)) for record, ids in about.items() if ids
    ]
    veiled = {audited_name(model): veiled_columns(model) for model in veiled_models()}
    rows = session.execute(
        select(AuditEntry, Staff.username)
        .join(Staff, Staff.id == AuditEntry.actor_id)
        .where(or_(*theirs))
        .order_by(AuditEntry.id)
    )
    return [
        {
            "at": entry.at,
            "by": by,
            "verb": entry.verb,
            "record": entry.record,
            "id": entry.record_id,
            "reason": reason_of(entry),
            "fields": sorted(entry.changes),
            "before": {
                key: pair[0]
                for key, pair in changes_of(entry).items()
                if pair[0] is not None and not is_digest(pair[0]) and key not in veiled.get(entry.record, ())
            },
        }
        for entry, by in rows
    ]
