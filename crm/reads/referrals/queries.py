"""Referrals as rows, as a tree, and as credit. One statement each, recursive if needed.

A party is one number: an investor's id, or a contact's negative id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain
from typing import Any

from attrs import evolve
from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    String,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased

from crm.models import CapitalArrival, Contact, EntryState, Investor, Lead, Referral
from crm.models.binding import OURS
from crm.reads.kernel.listing import Gathered, Key, Listing
from crm.reads.kernel.moves import stage_now
from crm.reads.kernel.visibility import visible
from crm.reads.referrals.edges import STANDING, signed_by
from crm.reads.referrals.rows import ReferralRow, ReferralTree
from crm.rules.access import Actor
from crm.rules.stages import Pipeline
from crm.values.money import Money
from crm.values.period import Period

PARTY = func.coalesce(Referral.referrer_investor_id, -Referral.referrer_contact_id)


def earned(pipeline: Pipeline, today: date) -> ColumnElement[bool]:
    """Return the condition that a referral is active and not expired, or its lead was signed before it expired."""
    return and_(
        Referral.status.in_(STANDING),
        or_(Referral.expires_on >= today, signed_by(pipeline, Referral.expires_on)),
    )


def _rows(pipeline: Pipeline, today: date, chosen: CTE) -> Select[*tuple[Any, ...]]:
    """Select the chosen referrals with the fields of ReferralRow, but currency and sum of arrivals last.

    Arrivals are summed in a subquery for these leads only; grouping the wide rows would sort all of them.
    """
    referrer = aliased(Investor)
    arrived = (
        select(CapitalArrival.lead_id, CapitalArrival.currency, func.sum(CapitalArrival.amount_minor).label("minor"))
        .where(CapitalArrival.state != EntryState.REPORTED, CapitalArrival.lead_id.in_(select(chosen.c.lead_id)))
        .group_by(CapitalArrival.lead_id, CapitalArrival.currency)
        .cte("arrived")
    )
    standing = Referral.status.in_(STANDING)

    def plain(column: object) -> ColumnElement[str]:
        """Read a code as the stored text; an enum member for each of many rows is slow."""
        return type_coerce(column, String)

    return (
        select(
            Referral.id,
            Referral.uid,
            func.coalesce(referrer.name, Contact.name).label("referrer"),
            PARTY.label("party"),
            Investor.name.label("brought"),
            Lead.investor_id,
            Referral.lead_id,
            Lead.title,
            stage_now(pipeline, Lead.stage).label("stage"),
            plain(Lead.status),
            Lead.landed_on,
            plain(Referral.channel),
            plain(Referral.strength),
            Referral.points,
            Referral.introduced_on,
            Referral.expires_on,
            case((and_(standing, ~earned(pipeline, today)), literal("expired")), else_=plain(Referral.status)).label(
                "state"
            ),
            Referral.confirmed_on,
            Referral.version,
            Referral.confirmed_contact_id,
            Referral.evidence_id,
            Referral.note,
            Referral.reason,
            arrived.c.currency,
            arrived.c.minor,
        )
        .join(chosen, chosen.c.id == Referral.id)
        .join(Lead, Lead.id == Referral.lead_id)
        .join(Investor, Investor.id == Lead.investor_id)
        .outerjoin(referrer, referrer.id == Referral.referrer_investor_id)
        .outerjoin(Contact, Contact.id == Referral.referrer_contact_id)
        .outerjoin(arrived, arrived.c.lead_id == Referral.lead_id)
        .order_by(Referral.introduced_on, Referral.id, arrived.c.currency)
    )


#: Where the fields before what arrived end, where those behind it end, and where currency and sum stand.
_ARRIVED, _END = 11, 23
_CURRENCY, _MINOR = 23, 24
#: The number of rows fetched at a time.
_PAGE = 1_000


def _gathered(rows: Iterable[Sequence[Any]]) -> tuple[ReferralRow, ...]:
    """Build the rows in one pass: the rows of one referral, one for each currency, are adjacent."""
    found: list[ReferralRow] = []
    build: Any = ReferralRow  # by position: names for each of two dozen fields of each of many rows take time
    for row in rows:
        money = (Money(int(row[_MINOR]), row[_CURRENCY]),) if row[_MINOR] else ()
        if found and found[-1].id == row[0]:
            found[-1] = evolve(found[-1], arrived=(*found[-1].arrived, *money))
        else:
            found.append(build(*row[:_ARRIVED], money, *row[_ARRIVED:_END]))
    return tuple(found)


def referrals(
    session: Session,
    actor: Actor | None,
    pipeline: Pipeline,
    *,
    today: date,
    where: Iterable[ColumnElement[bool]] = (),
) -> Listing[ReferralRow]:
    """Return referrals of leads that the actor may see, in the order of their introduction. One statement."""
    chosen = select(Referral.id, Referral.lead_id).join(Lead, Lead.id == Referral.lead_id).where(visible(actor), *where)
    return Gathered(
        session=session,
        statement=chosen,
        gather=lambda statement: _gathered(session.execute(_rows(pipeline, today, statement.cte("chosen")))),
        keys=(Key(Referral.introduced_on, "introduced_on"), Key(Referral.id, "id")),
    )


def _reach(actor: Actor | None, party: int, *, down: bool) -> CTE:
    """Return the investors that can be reached from a party, each once.

    Contacts refer but are never referred, so they are only at an end.
    """
    step: SQLColumnExpression[int | None] = Lead.investor_id if down else Referral.referrer_investor_id
    edges = select(step).select_from(Referral).join(Lead, Lead.id == Referral.lead_id)
    edges = edges.where(Referral.status.in_(STANDING), visible(actor))
    if party > 0:
        first: Select[int] = select(literal(party, BigInteger).label("party"))
    elif down:
        first = edges.where(Referral.referrer_contact_id == -party).with_only_columns(Lead.investor_id.label("party"))
    else:
        first = select(literal(0, BigInteger).label("party"))
    reach = first.cte("down" if down else "up", recursive=True)
    if down:
        return reach.union(edges.join(reach, reach.c.party == Referral.referrer_investor_id))
    return reach.union(
        edges.join(reach, reach.c.party == Lead.investor_id).where(Referral.referrer_investor_id.is_not(None))
    )


def tree(
    session: Session,
    actor: Actor | None,
    pipeline: Pipeline,
    party: int,
    *,
    today: date,
    down: bool = True,
    up: bool = True,
) -> ReferralTree:
    """Return who referred whom around a party, through leads that the actor may see. One recursive statement.

    Args:
        session: The session.
        actor: The actor.
        pipeline: Says by when a lead must have been signed.
        party: An investor's id, or a contact's below zero.
        today: The reference day.
        down: Whom it brought.
        up: Who brought it.
    """
    below, above = _reach(actor, party, down=True), _reach(actor, party, down=False)
    theirs = Referral.referrer_investor_id.in_(select(below.c.party))
    of_down = (theirs if party > 0 else or_(theirs, Referral.referrer_contact_id == -party)) if down else false()
    of_up = Lead.investor_id.in_(select(above.c.party)) if up else false()
    name = (
        select(Investor.name).where(Investor.id == party)
        if party > 0
        else select(Contact.name).where(Contact.id == -party)
    ).scalar_subquery()
    both = down and up

    def flag(wanted: ColumnElement[bool], *, alone: bool) -> ColumnElement[int]:
        """Return 1 if a row belongs to a side; if only one side is requested, every row does."""
        return case((wanted, 1), else_=0) if both else literal(int(alone), Integer)

    chosen = (
        select(
            Referral.id, Referral.lead_id, flag(of_down, alone=down).label("down"), flag(of_up, alone=up).label("up")
        )
        .join(Lead, Lead.id == Referral.lead_id)
        .where(Referral.status.in_(STANDING), visible(actor), or_(of_down, of_up))
        .cte("chosen")
    )
    statement = _rows(pipeline, today, chosen).add_columns(chosen.c.down, chosen.c.up, name.label("name"))
    # Columns alone, past the session's own loading, and in pages: many rows that wait at once cost the collector's
    # time.
    pages = session.connection({**OURS}).execute(statement).partitions(_PAGE)
    first = next(pages, ())
    title = first[0][-1] if first else session.scalar(select(name))
    rows: Iterable[Sequence[object]] = chain(first, chain.from_iterable(pages))
    if both:
        rows = list(rows)
    return ReferralTree(
        party=party,
        name=title or "",
        down=_gathered(row for row in rows if row[_MINOR + 1]) if down else (),
        up=_gathered(row for row in rows if row[_MINOR + 2]) if up else (),
    )


def introduced(
    session: Session, actor: Actor | None, pipeline: Pipeline, period: Period, *, today: date
) -> tuple[int, ...]:
    """Return the active referrals of a period, on leads that the actor may see, by id. One statement."""
    return tuple(
        session.scalars(
            select(Referral.id)
            .join(Lead, Lead.id == Referral.lead_id)
            .where(
                earned(pipeline, today),
                visible(actor),
                Referral.introduced_on >= period.start,
                Referral.introduced_on < period.end,
            )
            .order_by(Referral.id)
        )
    )
