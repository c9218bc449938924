"""Claims as rows, their protection, and the pool of unclaimed leads (公海).

A lapse is derived from the records, never stored: a claim lapses at the first gap between two days of progress that is
longer than the policy's days. Progress is the first day of the claim, a renewal, a transition, or a meeting.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from crm.models import (
    Claim,
    ClaimEvent,
    ClaimShare,
    ClaimState,
    Investor,
    Lead,
    Staff,
    Unit,
)
from crm.reads.claims.protection import days_held, lapsed_days
from crm.reads.claims.rows import ClaimEventRow, ClaimRow, PoolRow, ShareRow
from crm.reads.kernel.days import day_of, days_between
from crm.reads.kernel.listing import Gathered, Key, Listing
from crm.reads.kernel.moves import stage_now
from crm.reads.kernel.visibility import visible
from crm.rules.access import Actor
from crm.rules.claims import ClaimPolicy
from crm.rules.stages import OPEN, Pipeline
from crm.values.money import Money
from crm.values.shares import WHOLE

#: Claims whose unit has no part by them: not decided yet, refused, or with a part in the claim of another.
_NOBODYS = (ClaimState.CONTESTED, ClaimState.SHARED, ClaimState.REFUSED)
STANDING = (ClaimState.ACTIVE, ClaimState.CONTESTED)
#: The maximum number of ids in a statement, which every database accepts.
_PAGE = 500


def claims(
    session: Session,
    actor: Actor | None,
    policy: ClaimPolicy,
    *,
    today: date,
    of: Iterable[ColumnElement[bool]] = (),
    state: ClaimState | None = None,
    lapsing_within: int | None = None,
    every: bool = False,
) -> Listing[ClaimRow]:
    """Return claims on the leads that the actor may see, latest first. One statement.

    Args:
        session: The session.
        actor: The actor.
        policy: The days of protection.
        today: The reference day.
        of: Further conditions on Claim; they bound the derivation too, so that one lead's claim costs one lead's days.
        state: Those in this state alone; the days decide between active and lapsed.
        lapsing_within: Active ones that lapse within so many days without progress.
        every: Whatever the actor may see: a rule about claims looks at all of them.
    """
    conditions = [*of]
    held = days_held(policy, today, *conditions)
    lapsed = held.c.gap.is_not(None)
    if state is ClaimState.LAPSED:
        conditions.append(or_(Claim.state == state, lapsed))
    elif state is ClaimState.ACTIVE:
        conditions += [Claim.state == state, held.c.gap.is_(None)]
    elif state is not None:
        conditions.append(Claim.state == state)
    if lapsing_within is not None:
        conditions += [
            Claim.state == ClaimState.ACTIVE,
            held.c.gap.is_(None),
            Lead.landed_on.is_(None),
            days_between(held.c.last, literal(today)) >= policy.protection_days - lapsing_within,
        ]
    chosen = (
        select(Claim.id, held.c.gap, held.c.last)
        .join(Lead, Lead.id == Claim.lead_id)
        .outerjoin(held, held.c.claim_id == Claim.id)
        .where(true() if every else visible(actor), *conditions)
    )
    return Gathered(
        session=session,
        statement=chosen,
        gather=partial(_gathered, session, policy),
        keys=(Key(Claim.id, "id", descending=True),),
    )


def _gathered(session: Session, policy: ClaimPolicy, statement: Select[*tuple[Any, ...]]) -> tuple[ClaimRow, ...]:
    """Return the claims that a statement chooses. One statement."""
    chosen = statement.cte("chosen")
    owner = aliased(Unit)
    rows = session.execute(
        select(
            Claim,
            chosen.c.gap,
            chosen.c.last,
            Lead.title.label("lead"),
            Investor.name.label("investor"),
            Unit.code.label("unit"),
            Unit.name.label("unit_name"),
            Staff.username,
            owner.code.label("owner"),
            owner.name.label("owner_name"),
            ClaimShare.points,
        )
        .join(chosen, chosen.c.id == Claim.id)
        .join(Lead, Lead.id == Claim.lead_id)
        .join(Investor, Investor.id == Lead.investor_id)
        .join(Unit, Unit.id == Claim.unit_id)
        .join(Staff, Staff.id == Claim.filed_by_id)
        .outerjoin(ClaimShare, ClaimShare.claim_id == Claim.id)
        .outerjoin(owner, owner.id == ClaimShare.unit_id)
        .order_by(Claim.id.desc(), ClaimShare.points.desc(), ClaimShare.id)
    )
    shares: dict[int, list[ShareRow]] = {}
    first: dict[int, Row[*tuple[object, ...]]] = {}
    for row in rows:
        first.setdefault(row.Claim.id, row)
        parts = shares.setdefault(row.Claim.id, [])
        if row.points is not None:
            parts.append(ShareRow(unit=row.owner, unit_name=row.owner_name, points=row.points))
    return tuple(_row(row, policy, tuple(shares[number])) for number, row in first.items())


def _row(row: Row[*tuple[object, ...]], policy: ClaimPolicy, shares: tuple[ShareRow, ...]) -> ClaimRow:
    claim, progress = row.Claim, row.gap or row.last
    whole = () if claim.state in _NOBODYS else (ShareRow(unit=row.unit, unit_name=row.unit_name, points=WHOLE),)
    until = policy.protected_until(progress) if progress is not None else None
    # If somebody acted on a lapse, its moment is in the end of the claim.
    return ClaimRow(
        id=claim.id,
        uid=claim.uid,
        lead_id=claim.lead_id,
        lead=row.lead,
        investor=row.investor,
        unit=row.unit,
        unit_name=row.unit_name,
        state=ClaimState.LAPSED.value if row.gap is not None else claim.state.value,
        filed_at=claim.filed_at,
        filed_by=row.username,
        protected_until=until,
        ended_at=claim.ended_at,
        shares=shares or whole,
        note=claim.note,
        version=claim.version,
    )


def holdings(session: Session, policy: ClaimPolicy, unit_id: int, *, today: date) -> int:
    """Return the number of leads a unit holds or contests: unlapsed active claims and contested ones. One statement."""
    gone = lapsed_days(policy, today, Claim.unit_id == unit_id, landed=False)
    counted = (
        select(func.count())
        .select_from(Claim)
        .join(Lead, Lead.id == Claim.lead_id)
        .outerjoin(gone, gone.c.claim_id == Claim.id)
        # Landed leads do not count: a quota is for leads that a unit keeps from others.
        .where(Claim.unit_id == unit_id, Claim.state.in_(STANDING), gone.c.gap.is_(None), Lead.landed_on.is_(None))
    )
    return session.execute(counted).scalar_one()


def events(session: Session, lead_id: int) -> tuple[ClaimEventRow, ...]:
    """Return the steps of every claim on a lead, in order. One statement."""
    rows = session.execute(
        select(ClaimEvent, Unit.code, Staff.username)
        .join(Claim, Claim.id == ClaimEvent.claim_id)
        .join(Unit, Unit.id == Claim.unit_id)
        .join(Staff, Staff.id == ClaimEvent.actor_id)
        .where(Claim.lead_id == lead_id)
        .order_by(ClaimEvent.at, ClaimEvent.id)
    )
    return tuple(
        ClaimEventRow(
            claim_id=event.claim_id, unit=unit, kind=event.kind.value, at=event.at, actor=actor, reason=event.reason
        )
        for event, unit, actor in rows
    )


def pool(
    session: Session,
    actor: Actor | None,
    pipeline: Pipeline,
    *,
    today: date,
    where: Iterable[ColumnElement[bool]] = (),
) -> Listing[PoolRow]:
    """Return the leads in the pipeline that no unit holds or contests, longest in the pool first. One statement.

    Args:
        session: The session.
        actor: For whom; leads they may not see are not among them.
        pipeline: Its stages, and the days of protection.
        today: The reference day.
        where: Further conditions on Lead.
    """
    policy = pipeline.claims
    gone = lapsed_days(policy, today, landed=False)
    active, contested = aliased(Claim), aliased(Claim)
    ended = (
        select(Claim.lead_id, func.max(day_of(Claim.ended_at)).label("day"))
        .where(Claim.ended_at.is_not(None))
        .group_by(Claim.lead_id)
        .subquery("ended")
    )
    days = days_between(func.coalesce(gone.c.gap, ended.c.day, Lead.received_on), literal(today)) - case(
        (gone.c.gap.is_not(None), policy.protection_days + 1), else_=0
    )
    # What is shown of a lead is read for those that are listed alone.
    listed = (
        select(Lead.id, days.label("days"))
        .outerjoin(active, and_(active.lead_id == Lead.id, active.state == ClaimState.ACTIVE))
        .outerjoin(gone, gone.c.claim_id == active.id)
        .outerjoin(ended, ended.c.lead_id == Lead.id)
        .where(
            visible(actor),
            Lead.status.in_(OPEN),
            Lead.landed_on.is_(None),
            or_(active.id.is_(None), gone.c.gap.is_not(None)),
            ~exists().where(contested.lead_id == Lead.id, contested.state == ClaimState.CONTESTED),
            *where,
        )
    )
    return Gathered(
        session=session,
        statement=listed,
        gather=partial(_pooled, session, pipeline, today),
        keys=(Key(days, "days", descending=True), Key(Lead.id, "id")),
    )


def _pooled(
    session: Session, pipeline: Pipeline, today: date, statement: Select[*tuple[Any, ...]]
) -> tuple[PoolRow, ...]:
    """Return the leads of the pool that a statement chooses. One statement."""
    listed, other = statement.subquery("listed"), aliased(Claim)
    last_unit = (
        select(Unit.code)
        .join(other, other.unit_id == Unit.id)
        .where(other.lead_id == Lead.id)
        .order_by(other.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Lead.id,
            Lead.title,
            Investor.name.label("investor"),
            Investor.country,
            stage_now(pipeline, Lead.stage).label("stage"),
            Lead.industry,
            Lead.expected_minor.label("minor"),
            Lead.expected_currency.label("currency"),
            listed.c.days,
            last_unit.label("last_unit"),
        )
        .join(listed, listed.c.id == Lead.id)
        .join(Investor, Investor.id == Lead.investor_id)
        .order_by(listed.c.days.desc(), Lead.id)
    )
    return tuple(
        PoolRow(
            id=row.id,
            title=row.title,
            investor=row.investor,
            country=row.country,
            stage=row.stage,
            industry=row.industry,
            expected=None if row.minor is None else Money(row.minor, row.currency),
            since=today - timedelta(days=row.days),
            days=row.days,
            last_unit=row.last_unit,
        )
        for row in rows
    )


def holders(
    session: Session, actor: Actor | None, policy: ClaimPolicy, investors: Sequence[int], *, today: date
) -> dict[int, tuple[str, ...]]:
    """Return by investor the codes of the units with active claims on its leads that the actor may see. One statement.

    Args:
        session: The session.
        actor: For whom; a claim on a lead they may not see is not among them.
        policy: The days of protection.
        investors: Ids. Beyond a page of them the claims of all are derived, and those of others come with them.
        today: The reference day.
    """
    if not investors:
        return {}
    some = len(investors) <= _PAGE
    statement = _holders(actor, policy.protection_days, today, some=some)
    rows = session.execute(statement, {"theirs": list(investors)} if some else {})
    found: dict[int, tuple[str, ...]] = {}
    for investor_id, unit in rows:
        found[investor_id] = (*found.get(investor_id, ()), unit)
    return found


@lru_cache(maxsize=128)
def _holders(actor: Actor | None, protection_days: int, today: date, *, some: bool) -> Select[int, str]:
    """Return the statement of :func:`holders`, built once per day, because every list of investors uses it."""
    ids = bindparam("theirs", expanding=True, type_=BigInteger())
    where = [Claim.lead_id.in_(select(Lead.id).where(Lead.investor_id.in_(ids)))] if some else []
    gone = lapsed_days(ClaimPolicy(protection_days=protection_days), today, *where)
    return (
        select(Lead.investor_id, Unit.code)
        .join(Claim, Claim.lead_id == Lead.id)
        .join(Unit, Unit.id == Claim.unit_id)
        .outerjoin(gone, gone.c.claim_id == Claim.id)
        .where(visible(actor), Claim.state.in_(STANDING), gone.c.gap.is_(None), *where)
        .distinct()
        .order_by(Lead.investor_id, Unit.code)
    )


def on_investor(
    session: Session, actor: Actor | None, policy: ClaimPolicy, investor_id: int, *, today: date
) -> tuple[ClaimRow, ...]:
    """Return the active and contested claims on an investor's leads that the actor may see. One statement."""
    theirs = Claim.lead_id.in_(select(Lead.id).where(Lead.investor_id == investor_id))
    rows = claims(session, actor, policy, today=today, of=[theirs, Claim.state.in_(STANDING)]).all()
    return tuple(row for row in rows if row.state != ClaimState.LAPSED)
