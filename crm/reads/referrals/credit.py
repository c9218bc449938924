"""The credit of referrers in a period: direct credit is an amount, indirect credit is only shown. One statement.

The statement is recursive and adds up what it can; the parts of amounts are divided here, to the last unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import IntEnum
from typing import Any

from attrs import define, field
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    exists,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from crm.models import CapitalArrival, Contact, EntryState, Investor, Lead, Referral, ReferralStatus
from crm.models.binding import OURS
from crm.reads.kernel.undone import carried_over, not_counted
from crm.reads.kernel.visibility import visible
from crm.reads.referrals.edges import signed_by
from crm.reads.referrals.queries import PARTY, earned
from crm.reads.referrals.rows import CreditRow
from crm.rules.access import Actor
from crm.rules.stages import Pipeline
from crm.values.money import Money
from crm.values.period import Period
from crm.values.shares import apportion


class _Of(IntEnum):
    """The row of a party."""

    #: A referral of its own to a lead with capital: lead, share, whether confirmed, currency, sum, referral.
    PART = 0
    #: The leads it brought: how many are new, signed, landed.
    DIRECT = 1
    #: How many leads are behind these.
    CHAIN = 2
    #: What arrived on them: currency, sum.
    BEYOND = 3


def credit(
    session: Session, actor: Actor | None, pipeline: Pipeline, period: Period, *, today: date, limit: int | None = None
) -> tuple[CreditRow, ...]:
    """Return the credit of referrers in a period, most landed leads first. One recursive statement.

    Direct credit is the share of verified capital on the leads that a referrer itself referred, by confirmed referrals.
    The capital of a lead in one currency is divided to the last unit: its parts and the remainder add up to it.
    Indirect credit, from referrals by referred parties, is a separate column.

    Args:
        session: The session.
        actor: For whom; leads that they may not see do not count.
        pipeline: Says what signed is.
        period: Leads introduced, and capital arrived, from its first day to its last.
        today: What has expired by then earns nothing.
        limit: The maximum number.
    """
    rows = session.connection({**OURS}).execute(_statement(actor, pipeline, period, today))
    parties = _earnings(rows)
    result = sorted((mine.row(party) for party, mine in parties.items()), key=_rank)
    return tuple(row for row in result if row.leads or row.capital or row.chain_leads or row.chain_capital)[:limit]


def _statement(actor: Actor | None, pipeline: Pipeline, period: Period, today: date) -> Select[*tuple[Any, ...]]:
    introduced = and_(Referral.introduced_on >= period.start, Referral.introduced_on < period.end)
    undone = not_counted(Lead.id, pipeline.gates_until(len(pipeline.stages) - 1))
    # Every referral that counts, looked at once: who can be reached is found among these.
    edges = (
        select(
            PARTY.label("root"),
            Referral.referrer_investor_id.label("company"),
            Referral.id.label("referral"),
            Referral.lead_id,
            Lead.investor_id.label("brought"),
            Referral.points,
            _flag(Referral.status == ReferralStatus.CONFIRMED).label("confirmed"),
            _flag(introduced).label("fresh"),
            _flag(and_(introduced, signed_by(pipeline, today))).label("signed"),
            _flag(and_(introduced, Lead.landed_on.is_not(None), ~undone)).label("landed"),
        )
        .join(Lead, Lead.id == Referral.lead_id)
        .where(earned(pipeline, today), visible(actor), ~carried_over(Lead.id))
        .cte("edges")
    )
    money = (
        select(CapitalArrival.lead_id, CapitalArrival.currency, func.sum(CapitalArrival.amount_minor).label("minor"))
        .where(
            CapitalArrival.state != EntryState.REPORTED,
            CapitalArrival.arrived_on >= period.start,
            CapitalArrival.arrived_on < period.end,
        )
        .group_by(CapitalArrival.lead_id, CapitalArrival.currency)
        .cte("money")
    )
    # By the column itself, not by the party made of two: SQLite makes an index only for what has a type.
    pairs = select(edges.c.root, edges.c.brought.label("node")).cte("pairs", recursive=True)
    pairs = pairs.union(select(pairs.c.root, edges.c.brought).join(edges, edges.c.company == pairs.c.node))
    own = edges.alias("own")
    # A lead reached by several referrers or paths counts once in the chain; leads that the party itself brought
    # do not count.
    reached = (
        select(pairs.c.root, edges.c.lead_id, func.max(edges.c.fresh).label("fresh"))
        .join(edges, edges.c.company == pairs.c.node)
        .where(pairs.c.node != pairs.c.root)
        .group_by(pairs.c.root, edges.c.lead_id)
        .subquery("reached")
    )
    chain = (
        select(reached)
        .where(~exists().where(own.c.root == reached.c.root, own.c.lead_id == reached.c.lead_id))
        .cte("chain")
    )
    found = union_all(
        _row(
            _Of.PART,
            edges.c.root,
            edges.c.lead_id,
            edges.c.points,
            edges.c.confirmed,
            money.c.currency,
            money.c.minor,
            edges.c.referral,
        ).join(money, money.c.lead_id == edges.c.lead_id),
        _row(
            _Of.DIRECT, edges.c.root, *(func.sum(column) for column in (edges.c.fresh, edges.c.signed, edges.c.landed))
        )
        .group_by(edges.c.root)
        .having(func.sum(edges.c.fresh) > 0),
        _row(_Of.CHAIN, chain.c.root, func.sum(chain.c.fresh))
        .group_by(chain.c.root)
        .having(func.sum(chain.c.fresh) > 0),
        _row(_Of.BEYOND, chain.c.root, None, None, None, money.c.currency, func.sum(money.c.minor))
        .join(money, money.c.lead_id == chain.c.lead_id)
        .group_by(chain.c.root, money.c.currency),
    ).subquery("found")
    return (
        select(found, func.coalesce(Investor.name, Contact.name).label("name"))
        .outerjoin(Investor, Investor.id == found.c.root)
        .outerjoin(Contact, Contact.id == -found.c.root)
    )


#: The columns of a row after its kind and party; null where they do not apply.
_COLUMNS = {
    "one": BigInteger, "two": BigInteger, "three": BigInteger, "currency": String, "minor": BigInteger, "referral": BigInteger
}  # fmt: skip


def _row(of: _Of, root: ColumnElement[int], *values: ColumnElement[int] | None) -> Select[*tuple[object, ...]]:
    by_column = dict(zip(_COLUMNS, values, strict=False))
    return select(
        literal(int(of), Integer).label("of"),
        root.label("root"),
        *((null() if (value := by_column.get(name)) is None else value).label(name) for name in _COLUMNS),
    )


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


@define
class _Earned:
    """The credit of one party, while rows are collected."""

    name: str
    direct: tuple[int, int, int] = (0, 0, 0)
    capital: dict[str, int] = field(factory=lambda: defaultdict(int))
    chain: int = 0
    beyond: dict[str, int] = field(factory=lambda: defaultdict(int))

    def row(self, party: int) -> CreditRow:
        """Return it as a row."""
        leads, signed, landed = self.direct
        return CreditRow(
            party=party,
            referrer=self.name,
            leads=leads,
            signed=signed,
            landed=landed,
            capital=_amounts(self.capital),
            chain_leads=self.chain,
            chain_capital=_amounts(self.beyond),
        )


def _earnings(rows: Iterable[Sequence[Any]]) -> dict[int, _Earned]:
    """Collect the credit of each party: its parts of the capital on the leads it referred, and the indirect leads."""
    parties: dict[int, _Earned] = {}
    amounts: dict[tuple[int, str, int], dict[int, int]] = defaultdict(dict)
    earning: dict[int, _Earned] = {}
    for of, root, one, two, three, currency, minor, referral, name in rows:
        mine = parties.get(root) or parties.setdefault(root, _Earned(name))
        if of == _Of.PART:
            # Unconfirmed referrals have a part too, so that no part changes on confirmation.
            amounts[one, currency, int(minor)][referral] = two
            if three:
                earning[referral] = mine
        elif of == _Of.DIRECT:
            mine.direct = (int(one), int(two), int(three))
        elif of == _Of.CHAIN:
            mine.chain = int(one)
        else:
            mine.beyond[currency] = int(minor)
    _divide(amounts, earning)
    return parties


def _divide(amounts: Mapping[tuple[int, str, int], Mapping[int, int]], earning: Mapping[int, _Earned]) -> None:
    """Give each earning referral its part of each amount."""
    for (_, currency, minor), parts in amounts.items():
        for referral, part in apportion(minor, parts).items():
            if referral in earning:
                earning[referral].capital[currency] += part


def _amounts(sums: dict[str, int]) -> tuple[Money, ...]:
    return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()) if minor)


def _rank(row: CreditRow) -> tuple[object, ...]:
    """Rank by leads landed, then signed, then referred; amounts of several currencies cannot be compared.

    Equals are in the order of their numbers, companies before persons, because names change and can be erased.
    """
    equals = (row.party < 0, abs(row.party))
    return (-row.landed, -row.signed, -row.leads, -sum(money.minor for money in row.capital), *equals)
