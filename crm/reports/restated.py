"""What came to a period's ledger after its figures were made public, and what the figures come to by now."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from attrs import frozen
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.errors import N_
from crm.models import CapitalArrival, ContractAmount, EntryState, FigureUnit, Lead
from crm.reports.compared import Gathered, to_publish
from crm.reports.published import Published, as_value
from crm.reports.sheet import Column, Entries, Figure, Kind, Method, Report, Table, said
from crm.reports.visibility import visible
from crm.reports.year_words import figure_words
from crm.rules.access import Actor
from crm.rules.capital import CapitalPolicy
from crm.rules.measures import FigureKey
from crm.values.money import Money
from crm.values.period import Period

KINDS: dict[FigureUnit, Kind] = {
    FigureUnit.USD: "money", FigureUnit.CNY: "money", FigureUnit.COUNT: "count", FigureUnit.BASIS_POINTS: "share",
}  # fmt: skip

_TABLES: tuple[tuple[str, str, Kind], ...] = (
    ("amounts", N_("Amounts that have changed"), "money"),
    ("counts", N_("Numbers that have changed"), "count"),
    ("rates", N_("Growth and shares that have changed"), "share"),
)


@frozen
class Since:
    """Ledger entries of a period that were confirmed after it was closed.

    Attributes:
        arrivals: Numbers of arrivals, and what they add in US dollars.
        contracts: The same of contract amounts.
        usd: What the arrivals add up to, in US cents.
    """

    arrivals: tuple[int, ...]
    contracts: tuple[int, ...]
    usd: int


def since(session: Session, actor: Actor | None, period: Period, closed_at: datetime) -> Since:
    """Return the entries of a period that were confirmed later, as far as the actor may see them. Two statements."""

    def entries(model: Any, day: Any) -> list[tuple[int, int]]:
        rows = session.execute(
            select(model.id, model.usd_minor)
            .join(Lead, Lead.id == model.lead_id)
            .where(
                model.state == EntryState.CONFIRMED, day >= period.start, day < period.end, model.confirmed_at > closed_at, visible(actor)
            )
            .order_by(model.id)
        )  # fmt: skip
        return [(row[0], row[1]) for row in rows]

    arrivals = entries(CapitalArrival, CapitalArrival.arrived_on)
    contracts = entries(ContractAmount, ContractAmount.agreed_on)
    return Since(tuple(row[0] for row in arrivals), tuple(row[0] for row in contracts), sum(row[1] for row in arrivals))


def report(
    published: Published, found: Gathered, later: Since, policy: CapitalPolicy, *, as_of: datetime, explain: bool = False
) -> Report:  # fmt: skip
    """Return a period's figures as they were made public, beside what they come to by now."""
    current = {key: (unit, value) for key, unit, value in to_publish(found)}
    rows = []
    for key in sorted({*current, *published.figures}):
        unit, now = current.get(key, (None, None))
        was_unit, was = published.figures.get(key, (unit, None))
        kind = KINDS[was_unit or unit]  # type: ignore[index]  # a key of either has a unit
        if now == was:
            continue
        rows.append((key, kind, _told(was_unit, was), _told(unit, now), was, now))
    figures = [
        Figure(
            key=key.replace(":", "_").replace("=", "_").replace(".", "_"), label=figure_words(FigureKey.parse(key), policy), value=now, kind=kind,
            beside=((said(N_("as published")), kind, was),),
            entries=_behind(FigureKey.parse(key), later) if explain else (),
        )
        for key, kind, was, now, _, _ in rows
        if "." not in key.partition(":")[0] and ":" not in key
    ]  # fmt: skip
    tables = tuple(
        Table(
            key=name, title=said(title), adds_up=False,
            columns=(
                Column("figure", said(N_("Figure"))), Column("published", said(N_("Published")), kind), Column("now", said(N_("By now")), kind),
            ),
            rows=tuple((figure_words(FigureKey.parse(key), policy), was, now) for key, mine, was, now, _, _ in rows if mine == kind),
        )
        for name, title, kind in _TABLES
        if any(mine == kind for _, mine, *_ in rows)
    )  # fmt: skip
    return Report(
        name="restatement", title=said(N_("Restatement")), period=found.period, as_of=as_of,
        method=Method(
            (
                said(N_("Figures as they were made public on {day}, edition {edition}, beside what ledger and records come to by now."),
                     day=published.closed_on, edition=published.edition),
                said(N_("{arrivals} arrivals and {contracts} contract amounts of the period were confirmed since."),
                     arrivals=len(later.arrivals), contracts=len(later.contracts)),
            ),
            policy.method,
        ),
        figures=tuple(figures), tables=tables,
    )  # fmt: skip


def _told(unit: FigureUnit | None, value: int | None) -> Money | Fraction | int | None:
    return None if unit is None or value is None else as_value(unit, value)


def _behind(key: FigureKey, later: Since) -> tuple[Entries, ...]:
    match key.measure.source.value:
        case "arrival":
            return (Entries("capital_arrival", later.arrivals),) if later.arrivals else ()
        case "contract":
            return (Entries("contract_amount", later.contracts),) if later.contracts else ()
    return ()
