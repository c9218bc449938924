"""The records that the rows of a file name, a set of them in one statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.models import (
    AuditEntry,
    CapitalArrival,
    Contact,
    Employment,
    FollowUp,
    Import,
    ImportRow,
    Investor,
    InvestorIdentifier,
    InvestorName,
    Lead,
    Meeting,
    Referral,
    ReferralStatus,
    Request,
)
from crm.models.base import standing
from crm.models.ledger import is_reversed, stands
from crm.reads.imports.built import taken_back
from crm.reads.investors.identifiers import holding
from crm.reads.kernel.visibility import visible
from crm.reads.names.search import absorbed
from crm.rules.access import Actor
from crm.rules.stages import Status
from crm.values.registers.schemes import Identifier

#: The verbs of imports, whose changes are no changes by people.
VERBS = ("import.apply",)


def by_uid(session: Session, uids: Collection[UUID]) -> dict[UUID, Investor]:
    """Return the investors with these uids, archived ones too. One statement; none for none."""
    if not uids:
        return {}
    return {found.uid: found for found in session.scalars(select(Investor).where(Investor.uid.in_(uids)))}


def by_identifier(session: Session, identifiers: Collection[Identifier]) -> dict[Identifier, Investor]:
    """Return the investors that have these identifiers. One statement; none for none."""
    if not identifiers:
        return {}
    rows = session.execute(
        select(InvestorIdentifier.scheme, InvestorIdentifier.value, Investor)
        .join(Investor, Investor.id == InvestorIdentifier.investor_id)
        .where(holding(identifiers))
    )
    return {Identifier(scheme, value): investor for scheme, value, investor in rows}


def by_key(session: Session, keys: Collection[str]) -> dict[str, list[tuple[str | None, str, Investor]]]:
    """Return the investors whose names have these keys: legal form, name, investor. One statement; none for none.

    Archived ones too, but not those that were merged into others.
    """
    found: dict[str, list[tuple[str | None, str, Investor]]] = {}
    if keys:
        rows = session.execute(
            select(InvestorName.key, InvestorName.form, InvestorName.text, Investor)
            .join(Investor, Investor.id == InvestorName.investor_id)
            .where(InvestorName.key.in_(keys), ~absorbed(), ~taken_back(Investor, Investor.archived_at.is_not(None)))
            .order_by(Investor.id, InvestorName.id)
        )
        for key, form, text, investor in rows:
            found.setdefault(key, []).append((form, text, investor))
    return found


def names_of(session: Session, investors: Collection[int]) -> dict[int, set[str]]:
    """Return the names of investors, as they are written. One statement; none for none."""
    found: dict[int, set[str]] = {number: set() for number in investors}
    if investors:
        names = select(InvestorName.investor_id, InvestorName.text).where(InvestorName.investor_id.in_(investors))
        for number, text in session.execute(names):
            found[number].add(text)
    return found


def people_of(session: Session, investors: Collection[int]) -> list[tuple[Contact, Employment]]:
    """Return the contacts who work at investors, with their posts, archived ones too. One statement; none for none.

    Without a valid post of a contact at an investor a withdrawn one is returned, so that a file does not record it
    again.
    """
    if not investors:
        return []
    rows = session.execute(
        select(Contact, Employment)
        .join(Employment, Employment.contact_id == Contact.id)
        .where(Employment.investor_id.in_(investors), Employment.until.is_(None), Contact.erased_at.is_(None))
        .where(~taken_back(Contact, Contact.archived_at.is_not(None)))
        .order_by(Contact.id, Employment.withdrawn_at.is_not(None), Employment.id)
    )
    found: dict[tuple[int, int], list[tuple[Contact, Employment]]] = {}
    for contact, post in rows:
        posts = found.setdefault((contact.id, post.investor_id), [])
        if post.withdrawn_at is None or not posts:
            posts.append((contact, post))
    return [pair for posts in found.values() for pair in posts]


def leads_of(session: Session, actor: Actor | None, investors: Collection[int], keys: Collection[str]) -> list[Lead]:
    """Return the leads of investors with these titles, as far as the actor may see them. At most one statement."""
    if not investors or not keys:
        return []
    gone = taken_back(Lead, Lead.status == Status.ABANDONED)
    fits = (Lead.investor_id.in_(investors), Lead.key.in_(keys), visible(actor), ~gone)
    return list(session.scalars(select(Lead).where(*fits).order_by(Lead.id)))


def meetings_of(session: Session, investors: Collection[int], times: Collection[datetime]) -> list[Meeting]:
    """Return the meetings with investors that began then, withdrawn ones too. One statement; none for none."""
    if not investors or not times:
        return []
    then = select(Meeting).where(Meeting.investor_id.in_(investors), Meeting.met_at.in_(times)).order_by(Meeting.id)
    return list(session.scalars(then.where(~taken_back(Meeting, ~standing(Meeting)))))


def followups_of(session: Session, investors: Collection[int], texts: Collection[str]) -> list[FollowUp]:
    """Return the follow-ups with these texts, done and withdrawn ones too. One statement; none for none."""
    if not investors or not texts:
        return []
    theirs = select(FollowUp).where(FollowUp.investor_id.in_(investors), FollowUp.text.in_(texts)).order_by(FollowUp.id)
    return list(session.scalars(theirs.where(~taken_back(FollowUp, ~standing(FollowUp)))))


def arrivals_of(
    session: Session, actor: Actor | None, references: Collection[str]
) -> list[tuple[CapitalArrival, bool, bool]]:
    """Return the arrivals of bank advice, by its keys: each with whether the actor may see it, and whether it stands.

    Reversed ones too, but no reversals. One statement; none for none.
    """
    if not references:
        return []
    rows = session.execute(
        select(CapitalArrival, visible(actor), stands(CapitalArrival))
        .join(Lead, Lead.id == CapitalArrival.lead_id)
        .where(CapitalArrival.reference_key.in_(references), CapitalArrival.reverses_id.is_(None))
        .where(~taken_back(CapitalArrival, is_reversed(CapitalArrival)))
        .order_by(CapitalArrival.id)
    )
    return [(entry, bool(seen), bool(standing_)) for entry, seen, standing_ in rows]


def requests_of(
    session: Session, actor: Actor | None, investors: Collection[int], texts: Collection[str]
) -> list[Request]:
    """Return the requests with these texts that the actor may see, solved and withdrawn ones too.

    One statement; none for none.
    """
    if not investors or not texts:
        return []
    theirs = select(Request).outerjoin(Lead, Lead.id == Request.lead_id).order_by(Request.id)
    shown = Request.lead_id.is_(None) | visible(actor)
    fits = (Request.investor_id.in_(investors), Request.text.in_(texts), shown)
    return list(session.scalars(theirs.where(*fits, ~taken_back(Request, ~standing(Request)))))


def referrals_of(session: Session, leads: Collection[int]) -> list[Referral]:
    """Return the referrals of leads, ended ones too. One statement; none for none."""
    if not leads:
        return []
    gone = taken_back(Referral, Referral.status == ReferralStatus.WITHDRAWN)
    return list(session.scalars(select(Referral).where(Referral.lead_id.in_(leads), ~gone).order_by(Referral.id)))


def changed_since(session: Session, records: Iterable[tuple[str, int]]) -> dict[tuple[str, int], set[str]]:
    """Return which columns of records people changed since the last import that made or changed them.

    Two statements; none for none.
    """
    wanted = set(records)
    if not wanted:
        return {}
    ids = {number for _, number in wanted}
    names = {name for name, _ in wanted}
    last: dict[tuple[str, int], int] = {}
    rows = select(ImportRow.record, ImportRow.record_id, ImportRow.version).join(
        Import, Import.id == ImportRow.import_id
    )
    for name, number, version in session.execute(
        rows.where(ImportRow.record.in_(names), ImportRow.record_id.in_(ids)).order_by(Import.id)
    ):
        last[name, number] = version
    found: dict[tuple[str, int], set[str]] = {}
    if last:
        entries = select(AuditEntry.record, AuditEntry.record_id, AuditEntry.version, AuditEntry.changes).where(
            AuditEntry.record.in_(names), AuditEntry.record_id.in_(ids), AuditEntry.verb.not_in(VERBS)
        )
        for name, number, version, changes in session.execute(entries):
            if (name, number) in wanted and version is not None and version > last.get((name, number), version):
                found.setdefault((name, number), set()).update(changes)
    return found
