"""The records of each measure, as one SELECT: a row for each entry, company, lead or request, with day and value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from typing import Any

from attrs import frozen
from sqlalchemy import BigInteger, ColumnElement, Select, SQLColumnExpression, and_, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from crm.models import (
    CapitalArrival,
    ContractAmount,
    Enterprise,
    EntryState,
    Investor,
    Lead,
    Request,
    RequestState,
    Transition,
)
from crm.models.base import standing
from crm.reads.kernel.moves import day_of_move, first_into, moved_between
from crm.reads.kernel.undone import carried_over, not_counted
from crm.rules.figures.measures import Measure, Source
from crm.rules.ledgers.capital import CapitalPolicy
from crm.rules.stages import Pipeline


@frozen(kw_only=True)
class Dated:
    """Records with the day that decides the period.

    Attributes:
        day: It.
        moves: Whether it is the day of a move, which may have been corrected.
    """

    day: SQLColumnExpression[date | None]
    moves: bool = False

    def within(self, first: date, after: date) -> ColumnElement[bool]:
        """Return the condition that the day is *first* or later, and before *after*."""
        if self.moves:
            return moved_between(first, after - timedelta(days=1))
        return and_(self.day >= first, self.day < after)


@frozen(kw_only=True)
class Facts(Dated):
    """The records that a measure counts.

    Attributes:
        record: What they are, as the audit calls them.
        id: Their number.
        lead_id: The lead that each belongs to, which decides who may see it.
        value: What each adds to the figure.
        columns: What the figure can be broken down by, but the groups, which are made of countries.
        statement: Selects from them, with everything that does not count left out; columns are added to it.
    """

    record: str
    id: SQLColumnExpression[int]
    lead_id: SQLColumnExpression[int | None]
    value: SQLColumnExpression[int | None]
    columns: Mapping[str, SQLColumnExpression[Any]]
    statement: Select[*tuple[object, ...]]


def facts(measure: Measure, pipeline: Pipeline, needed: Collection[str]) -> Facts:
    """Return the records that a measure counts; only the columns in *needed* are joined."""
    return _MADE[measure.source](measure, pipeline, needed)


def section_of(industry: object) -> ColumnElement[str]:
    """Return the section of an industry, a letter."""
    return func.substr(industry, 1, 1)


def division_of(industry: object) -> ColumnElement[str | None]:
    """Return the division of an industry with its section, such as C36; null if only the section is known."""
    return func.nullif(func.substr(industry, 1, 3), func.substr(industry, 1, 1))


def _ledger(measure: Measure, pipeline: Pipeline, needed: Collection[str]) -> Facts:
    policy: CapitalPolicy = pipeline.capital
    entry: type[CapitalArrival | ContractAmount] = (
        CapitalArrival if measure.source is Source.ARRIVAL else ContractAmount
    )
    where: list[ColumnElement[bool]] = [entry.state == EntryState.CONFIRMED]
    if measure.origin is not None:
        home = entry.immediate_country == policy.home
        where.append(home if measure.origin == "home" else ~home)
    kinds = measure.counted(policy)
    if kinds is not None:
        where.append(entry.kind.in_(kinds))
    statement = select().select_from(entry).where(*where)
    if "lead" in needed:
        statement = statement.join(Lead, Lead.id == entry.lead_id)
    return Facts(
        record="capital_arrival" if entry is CapitalArrival else "contract_amount",
        id=entry.id,
        lead_id=entry.lead_id,
        day=CapitalArrival.arrived_on if measure.source is Source.ARRIVAL else ContractAmount.agreed_on,
        value=entry.usd_minor if measure.unit == "usd" else entry.cny_minor,
        columns={
            "country": entry.immediate_country,
            "section": section_of(entry.industry),
            "division": division_of(entry.industry),
            "industry": entry.industry,
            "unit": entry.unit_id,
            "kind": entry.kind,
        },
        statement=statement,
    )


def _enterprises(measure: Measure, pipeline: Pipeline, needed: Collection[str]) -> Facts:
    _ = measure, pipeline
    other = aliased(Lead)
    # The company counts with its first lead; an expansion founds none.
    first = (
        select(func.min(other.id))
        .where(other.enterprise_id == Enterprise.id, other.parent_id.is_(None), other.foreign_capital)
        .correlate(Enterprise)
        .scalar_subquery()
    )
    statement = select().select_from(Enterprise).join(Lead, Lead.id == first)
    return _of_leads("enterprise", Enterprise.id, Enterprise.licensed_on, statement, needed)


def _received(measure: Measure, pipeline: Pipeline, needed: Collection[str]) -> Facts:
    _ = measure, pipeline
    return _of_leads("lead", Lead.id, Lead.received_on, select().select_from(Lead), needed)


def _signed(measure: Measure, pipeline: Pipeline, needed: Collection[str]) -> Facts:
    _ = measure
    binding = next(
        (at for at, stage in enumerate(pipeline.stages) if "agreement" in stage.gates), len(pipeline.stages) - 1
    )
    reached = pipeline.codes_from(binding)
    statement = (
        select()
        .select_from(Transition)
        .join(Lead, Lead.id == Transition.lead_id)
        .where(first_into(reached), ~not_counted(Lead.id, pipeline.gates_until(binding)))
    )
    return _of_leads("lead", Lead.id, day_of_move(), statement, needed, moves=True)


def _landed(measure: Measure, pipeline: Pipeline, needed: Collection[str]) -> Facts:
    _ = measure
    gates = pipeline.gates_until(len(pipeline.stages) - 1)
    statement = select().select_from(Lead).where(~not_counted(Lead.id, gates))
    return _of_leads("lead", Lead.id, Lead.landed_on, statement, needed)


def _of_leads(
    record: str,
    number: InstrumentedAttribute[int],
    day: SQLColumnExpression[date | None],
    statement: Select[*tuple[object, ...]],
    needed: Collection[str],
    *,
    moves: bool = False,
) -> Facts:
    statement = statement.where(~carried_over(Lead.id))
    if "country" in needed:
        statement = statement.join(Investor, Investor.id == Lead.investor_id)
    return Facts(
        record=record,
        id=number,
        lead_id=Lead.id,
        day=day,
        moves=moves,
        value=literal(1, BigInteger),
        columns={
            "country": Investor.country,
            "section": section_of(Lead.industry),
            "division": division_of(Lead.industry),
            "industry": Lead.industry,
            "unit": Lead.unit_id,
            "kind": Lead.source_kind,
        },
        statement=statement,
    )


def _requests(measure: Measure, pipeline: Pipeline, needed: Collection[str]) -> Facts:
    _ = measure, pipeline
    statement = select().select_from(Request).where(Request.state == RequestState.SOLVED, standing(Request))
    if "lead" in needed:
        statement = statement.outerjoin(Lead, Lead.id == Request.lead_id)
    if "country" in needed:
        statement = statement.join(Investor, Investor.id == Request.investor_id)
    return Facts(
        record="request",
        id=Request.id,
        lead_id=Request.lead_id,
        day=Request.resolved_on,
        value=literal(1, BigInteger),
        columns={"country": Investor.country, "unit": Request.unit_id, "kind": Request.kind},
        statement=statement,
    )


_MADE: Mapping[Source, Callable[[Measure, Pipeline, Collection[str]], Facts]] = {
    Source.ARRIVAL: _ledger,
    Source.CONTRACT: _ledger,
    Source.ENTERPRISE: _enterprises,
    Source.RECEIVED: _received,
    Source.SIGNED: _signed,
    Source.LANDED: _landed,
    Source.REQUEST: _requests,
}
