"""The ledger entries counted by a closed period, and those confirmed since.

The closing stores the entries themselves. A timestamp would not do: two events can have the same one, and entries
confirmed in a long transaction become visible later than they were signed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Integer, Select, exists, literal, select, union_all
from sqlalchemy.orm import Session

from crm.models import CapitalArrival, ClosedArrival, ClosedContract, ContractAmount, EntryState, Lead
from crm.models.binding import OURS
from crm.reads.figures.measured import facts
from crm.reads.kernel.rows import Entries
from crm.reads.kernel.visibility import visible
from crm.reads.ledgers.queries import day_of
from crm.rules.access import Actor
from crm.rules.figures.measures import MEASURES, Source
from crm.rules.stages import Pipeline
from crm.values.period import Period

#: Of each ledger: its entries, and those of them that were published.
LEDGERS: Mapping[Source, tuple[Any, Any]] = {
    Source.ARRIVAL: (CapitalArrival, ClosedArrival),
    Source.CONTRACT: (ContractAmount, ClosedContract),
}
_MEASURES = tuple(measure for measure in MEASURES.values() if measure.source in LEDGERS)


@frozen
class Since:
    """Visible ledger entries of a period that were confirmed after it was closed.

    Attributes:
        arrivals: Numbers of arrivals, of whatever kind and from wherever.
        contracts: The same of contract amounts.
        behind: By the code of a measure: those that it counts.
    """

    arrivals: Sequence[int]
    contracts: Sequence[int]
    behind: Mapping[str, Entries]


def confirmed(source: Source, period: Period) -> Select[int]:
    """Select the ids of the confirmed entries of a period."""
    entry = LEDGERS[source][0]
    day = day_of(entry)
    return select(entry.id).where(entry.state == EntryState.CONFIRMED, day >= period.start, day < period.end)


def later(source: Source, closing_id: int) -> ColumnElement[bool]:
    """Return the condition that an entry is not one of the published ones."""
    entry, published = LEDGERS[source]
    return ~exists().where(published.closing_id == closing_id, published.entry_id == entry.id)


def since(session: Session, actor: Actor | None, pipeline: Pipeline, period: Period, closing_id: int) -> Since:
    """Return the entries of a period confirmed since, with the measures that count them. One statement."""

    def seen(statement: Select[*tuple[object, ...]], source: Source, number: int) -> Select[int, int]:
        entry = LEDGERS[source][0]
        return statement.where(later(source, closing_id), visible(actor)).with_only_columns(
            literal(number, Integer).label("number"), entry.id.label("id")
        )

    whole = [confirmed(source, period).join(Lead, Lead.id == LEDGERS[source][0].lead_id) for source in LEDGERS]
    measured = [facts(measure, pipeline, {"lead"}) for measure in _MEASURES]
    counted = [fact.statement.where(fact.within(period.start, period.end)) for fact in measured]
    sources = (*LEDGERS, *(measure.source for measure in _MEASURES))
    parts = (
        seen(statement, source, at)
        for at, (statement, source) in enumerate(zip([*whole, *counted], sources, strict=True))
    )
    ids: list[list[int]] = [[] for _ in sources]
    for number, entry_id in session.execute(union_all(*parts), bind_arguments=OURS):
        ids[number].append(entry_id)
    arrivals, contracts, *behind = map(sorted, ids)
    by_measure = zip(_MEASURES, measured, behind, strict=True)
    return Since(
        arrivals,
        contracts,
        {measure.code: Entries(found.record, tuple(theirs)) for measure, found, theirs in by_measure},
    )
