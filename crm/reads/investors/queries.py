"""Investors and their contacts as rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from sqlalchemy import BigInteger, ColumnElement, Row, Select, case, func, literal, null, or_, select, true
from sqlalchemy.orm import Session, aliased

from crm.models import (
    Contact,
    Employment,
    Investor,
    InvestorIdentifier,
    InvestorName,
    Lead,
    Ownership,
    Staff,
    Tagging,
)
from crm.models.base import lasting, standing
from crm.models.binding import dialect_of
from crm.reads.claims import queries as claims
from crm.reads.investors import identifiers
from crm.reads.investors.rows import (
    ContactCard,
    ContactRow,
    GroupRow,
    IdentifierRow,
    InvestorCard,
    InvestorRow,
    MembershipRow,
    NameRow,
)
from crm.reads.kernel.listing import Key, Listing, Selected
from crm.reads.kernel.rows import beside, columns, described, row_of, withdrawal
from crm.reads.kernel.visibility import visible
from crm.reads.leads import queries as lead_reports
from crm.reads.meetings import queries as meeting_reports
from crm.reads.names import search as name_search
from crm.reads.tags import as_read, tags_of
from crm.rules.access import Actor
from crm.rules.claims import ClaimPolicy
from crm.rules.investors.contacts import ContactFields, EmploymentFields
from crm.rules.investors.fields import InvestorFields
from crm.rules.kernel.fields import declared, listed, unlisted
from crm.rules.kernel.paging import Window
from crm.rules.stages import OPEN, Pipeline
from crm.values.naming.spelling import Query
from crm.values.registers.schemes import SCHEMES, Identifier

_SEPARATOR = "\x1f"
_PERSON = tuple(declared(ContactFields))


def investors(
    session: Session,
    actor: Actor | None,
    policy: ClaimPolicy,
    *,
    today: date,
    where: Iterable[ColumnElement[bool]] = (),
    archived: bool = False,
    investor_id: int | None = None,
    identifier: Identifier | None = None,
    among: Select[int, str] | None = None,
) -> Listing[InvestorRow]:
    """Return investors by name, with all their names, and the units that have claimed their leads.

    One statement, and one for the claims of each 500.

    Args:
        session: The session.
        actor: For whom; leads they may not see are not counted, nor claims on them told.
        policy: How long a claim protects.
        today: The reference day.
        where: Further conditions on Investor.
        archived: With the archived ones.
        investor_id: One investor.
        identifier: The investor that has this one.
        among: Those of a SELECT of (id, name).
    """
    statement = _statement(actor).add_columns(null().label("text"))
    if investor_id is not None:
        statement = statement.where(Investor.id == investor_id)
    elif not archived:
        statement = statement.where(Investor.archived_at.is_(None))
    if identifier is not None:
        statement = statement.where(
            Investor.id.in_(select(InvestorIdentifier.investor_id).where(identifiers.holding([identifier])))
        )
    if among is not None:
        statement = statement.where(Investor.id.in_(select(among.subquery().c.id)))
    statement = statement.where(*where)
    return Selected(
        session=session,
        statement=statement,
        make=lambda rows: _as_rows(session, actor, policy, rows, today=today),
        keys=(Key(Investor.name, "name"), Key(Investor.id, "id")),
    )


def found(
    session: Session, actor: Actor | None, policy: ClaimPolicy, query: Query, *, today: date, limit: int | None
) -> tuple[InvestorRow, ...]:
    """Return the investors that match the typed text, see :mod:`crm.reads.names.search`. Two statements.

    Args:
        session: The session.
        actor: As for :func:`investors`.
        policy: How long a claim protects.
        query: What one of the names is found by; the name that fits best is told.
        today: The reference day.
        limit: The maximum number.
    """
    dialect = dialect_of(session).name
    statement = _found(actor, name_search.shape(dialect, query, limit))
    rows = session.execute(statement, name_search.parameters(dialect, query, limit)).all()
    return _as_rows(session, actor, policy, rows, today=today)


def _statement(actor: Actor | None) -> Select[*tuple[object, ...]]:
    names = func.aggregate_strings(InvestorName.text, _SEPARATOR)
    count = (
        select(func.count())
        .select_from(Lead)
        .where(Lead.investor_id == Investor.id, visible(actor))
        .correlate(Investor)
        .scalar_subquery()
    )
    every = select(names).where(InvestorName.investor_id == Investor.id).correlate(Investor).scalar_subquery()
    return select(
        Investor.id,
        Investor.uid,
        *columns(Investor, listed(InvestorFields)),
        Investor.archived_at,
        every.label("names"),
        count.label("leads"),
        tags_of(Tagging.investor_id, Investor.id).label("tags"),
    )


@lru_cache(maxsize=128)
def _found(actor: Actor | None, form: name_search.Shape) -> Select[*tuple[object, ...]]:
    """Return the statement of a search, cached on first use, because building it takes longer than running it."""
    best = name_search.ranked(form)
    return (
        _statement(actor)
        .add_columns(InvestorName.text)
        .join(best, best.c.investor_id == Investor.id)
        .join(InvestorName, InvestorName.id == best.c.name_id)
        .where(Investor.archived_at.is_(None))
        .order_by(*name_search.order(best))
    )


def _as_rows(
    session: Session, actor: Actor | None, policy: ClaimPolicy, rows: Sequence[Row[*tuple[object, ...]]], *, today: date
) -> tuple[InvestorRow, ...]:
    claimed = claims.holders(session, actor, policy, [row.id for row in rows], today=today)
    return tuple(
        InvestorRow(
            id=row.id,
            uid=row.uid,
            described=described(row, listed(InvestorFields)),
            names=tuple((row.names or "").split(_SEPARATOR)),
            leads=row.leads,
            tags=as_read(row.tags),
            claimed_by=claimed.get(row.id, ()),
            archived=row.archived_at is not None,
            matching=None if row.text == row.name else row.text,
        )
        for row in rows
    )


def card(session: Session, actor: Actor | None, investor_id: int, pipeline: Pipeline, *, today: date) -> InvestorCard:
    """Return an investor with names, contacts, leads and its latest ten meetings. A fixed number of statements."""
    row = investors(session, actor, pipeline.claims, today=today, investor_id=investor_id).all()[0]
    further = session.execute(
        select(*columns(Investor, unlisted(InvestorFields))).where(Investor.id == investor_id)
    ).one()
    names = session.execute(
        select(InvestorName.text, InvestorName.language, InvestorName.kind)
        .where(InvestorName.investor_id == investor_id)
        .order_by(InvestorName.id)
    )
    return InvestorCard(
        row=row,
        described=described(further, unlisted(InvestorFields)),
        names=tuple(NameRow(text=text, language=language, kind=kind.value) for text, language, kind in names),
        identifiers=_identifiers(session, investor_id),
        contacts=contacts(session, [Employment.investor_id == investor_id]).all(),
        leads=lead_reports.leads(session, actor, pipeline, today=today, investor_id=investor_id).all(),
        claims=claims.on_investor(session, actor, pipeline.claims, investor_id, today=today),
        meetings=meeting_reports.meetings(session, actor, investor_id=investor_id).within(Window(limit=10)).all(),
    )


def _contacts(*, withdrawn: bool) -> Select[Contact, Employment, str, str]:
    return (
        select(Contact, Employment, Investor.name, Staff.username)
        .join(Employment, Employment.contact_id == Contact.id)
        .join(Investor, Investor.id == Employment.investor_id)
        .outerjoin(Staff, Staff.id == Employment.withdrawn_by_id)
        .where(true() if withdrawn else standing(Employment))
    )


def _contact(row: Row[Contact, Employment, str, str]) -> ContactRow:
    person, work, investor, by = row
    return row_of(
        ContactRow,
        ContactFields,
        person,
        only=listed(ContactFields),
        id=person.id,
        investor=investor,
        employment_id=work.id,
        withdrawn=withdrawal(work, by),
        **beside(EmploymentFields, work),
    )


def contacts(session: Session, where: Iterable[ColumnElement[bool]], *, withdrawn: bool = False) -> Listing[ContactRow]:
    """Return contacts that are not archived, by investor, former ones last. One statement.

    Args:
        session: The session.
        where: Further conditions on Contact, Employment and Investor.
        withdrawn: Withdrawn employments too.
    """
    statement = _contacts(withdrawn=withdrawn).where(Contact.archived_at.is_(None), *where)
    order = (Investor.name, Investor.id, Employment.until.is_not(None), Contact.id, Employment.id)
    return Selected(session=session, statement=statement.order_by(*order), make=lambda rows: map(_contact, rows))


def employments(session: Session, contact_id: int, *, withdrawn: bool = False) -> tuple[ContactRow, ...]:
    """Return a contact's employments, *withdrawn* ones too, current ones first, then latest first. One statement."""
    statement = _contacts(withdrawn=withdrawn).where(Contact.id == contact_id)
    rows = session.execute(
        statement.order_by(Employment.until.is_not(None), Employment.until.desc(), Employment.id.desc())
    )
    return tuple(_contact(row) for row in rows)


def contact_card(session: Session, contact: Contact, *, withdrawn: bool = False) -> ContactCard:
    """Return a contact with all employments, *withdrawn* ones too. One statement."""
    return ContactCard(
        id=contact.id,
        uid=contact.uid,
        described=described(contact, _PERSON),
        archived=contact.archived_at is not None,
        employments=employments(session, contact.id, withdrawn=withdrawn),
    )


def moving_leads(session: Session, investor_id: int, landed: Iterable[str]) -> list[int]:
    """Return the ids of an investor's open leads that have not landed. One statement."""
    return list(
        session.scalars(
            select(Lead.id)
            .where(Lead.investor_id == investor_id, Lead.status.in_(OPEN), Lead.stage.not_in(landed))
            .order_by(Lead.id)
        )
    )


def _identifiers(session: Session, investor_id: int) -> tuple[IdentifierRow, ...]:
    """Return the identifiers of an investor, without withdrawn ones, former ones last. One statement."""
    rows = session.scalars(
        select(InvestorIdentifier)
        .where(InvestorIdentifier.investor_id == investor_id, identifiers.STANDS)
        .order_by(InvestorIdentifier.former_since.is_not(None), InvestorIdentifier.id)
    )
    return tuple(
        IdentifierRow(
            scheme=row.scheme.value,
            value=row.value,
            shown=SCHEMES[row.scheme].show(row.value),
            country=SCHEMES[row.scheme].country,
            former_since=row.former_since,
        )
        for row in rows
    )


def memberships(session: Session, investor_id: int, *, withdrawn: bool = False) -> tuple[MembershipRow, ...]:
    """Return the memberships of an investor in groups, and those in its own; *withdrawn* ones too. One statement.

    Those that last come first, then the latest.
    """
    child, parent = aliased(Investor), aliased(Investor)
    rows = session.execute(
        select(Ownership, child.name, parent.name, Staff.username)
        .join(child, child.id == Ownership.child_id)
        .join(parent, parent.id == Ownership.parent_id)
        .outerjoin(Staff, Staff.id == Ownership.withdrawn_by_id)
        .where(or_(Ownership.child_id == investor_id, Ownership.parent_id == investor_id))
        .where(true() if withdrawn else standing(Ownership))
        .order_by(Ownership.until.is_not(None), Ownership.until.desc(), Ownership.id.desc())
    )
    return tuple(
        MembershipRow(
            id=record.id,
            child_id=record.child_id,
            child=below,
            parent_id=record.parent_id,
            parent=above,
            since=record.since,
            until=record.until,
            reason=record.reason,
            withdrawn=withdrawal(record, by),
            version=record.version,
        )
        for record, below, above, by in rows
    )


def group(session: Session, investor_id: int) -> tuple[GroupRow, ...]:
    """Return the whole group of an investor from its top parent, children after parents. One recursive statement."""
    reach = select(literal(investor_id, BigInteger).label("id")).cte("reach", recursive=True)
    other = case((Ownership.child_id == reach.c.id, Ownership.parent_id), else_=Ownership.child_id)
    reach = reach.union(
        select(other).where(
            (Ownership.child_id == reach.c.id) | (Ownership.parent_id == reach.c.id), lasting(Ownership)
        )
    )
    rows = {
        row.id: row
        for row in session.execute(
            select(Investor.id, Investor.name, Investor.country, Ownership.parent_id, Ownership.since)
            .join(reach, reach.c.id == Investor.id)
            .outerjoin(Ownership, (Ownership.child_id == Investor.id) & lasting(Ownership))
            .order_by(Investor.name, Investor.id)
        )
    }
    children: dict[int | None, list[int]] = {}
    for row in rows.values():
        children.setdefault(row.parent_id if row.parent_id in rows else None, []).append(row.id)
    found: list[GroupRow] = []
    waiting = [(number, 0) for number in reversed(children.get(None, []))]
    while waiting:
        number, depth = waiting.pop()
        row = rows[number]
        found.append(
            GroupRow(
                id=row.id, name=row.name, country=row.country, parent_id=row.parent_id, depth=depth, since=row.since
            )
        )
        waiting += [(child, depth + 1) for child in reversed(children.get(number, []))]
    return tuple(found)
