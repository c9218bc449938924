"""Which figures are computed from rounded amounts, such as 3.45亿美元."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen
from sqlalchemy import Integer, String, case, cast, exists, literal, or_, union_all
from sqlalchemy.orm import Session

from crm.models import CapitalArrival, ContractAmount, EntryState
from crm.models.base import second
from crm.models.binding import OURS
from crm.models.ledger import is_rounded
from crm.reads.figures.measured import facts
from crm.reads.kernel.visibility import sees_all, visible
from crm.rules.access import Actor
from crm.rules.figures.measures import LEDGERS, FigureKey, Measure, Source
from crm.rules.stages import Pipeline
from crm.values.period import Period

#: What the rounded entries of a figure are told apart by.
_BY = ("country", "section", "division", "kind")


@frozen
class _Kind:
    """Rounded entries that are alike.

    Attributes:
        measure: The measure that counts them.
        now: Whether in the period; otherwise in the year before.
        codes: Their code in each breakdown.
    """

    measure: str
    now: bool
    codes: Mapping[str, str | None]


@frozen
class Rounding:
    """The rounded entries behind the figures of a period and of the year before.

    Attributes:
        kinds: What there is of them.
        groups: The countries of each group.
    """

    kinds: tuple[_Kind, ...] = ()
    groups: Mapping[str, frozenset[str]] = {}

    def __bool__(self) -> bool:
        """Return whether there are any."""
        return bool(self.kinds)

    def touches(self, key: FigureKey, *, before: bool = False) -> bool:
        """Return whether a figure of the period is computed from some; with *before*, it or that of the year before."""
        return any(
            kind.measure == key.measure.code and (kind.now or before) and self._has(kind, key) for kind in self.kinds
        )

    def _has(self, kind: _Kind, key: FigureKey) -> bool:
        if key.dimension is None:
            return True
        if key.dimension == "group":
            return kind.codes["country"] in self.groups.get(str(key.code), frozenset())
        return kind.codes.get(key.dimension) == key.code


def rounding(
    session: Session, actor: Actor | None, pipeline: Pipeline, period: Period, measures: Iterable[Measure]
) -> Rounding:
    """Return the figures of a period computed from rounded amounts that the actor may see. One statement, or none.

    An entry whose reversal is confirmed is in no figure.

    Args:
        session: The session.
        actor: The actor.
        pipeline: The policy: what counts, and which countries form a group.
        period: The period; the year before it is looked at too.
        measures: The measures; those that count no amounts are left out.
    """
    earlier = period.year_before()
    selected = []
    for measure in measures:
        if measure.source not in LEDGERS:
            continue
        model: type[CapitalArrival | ContractAmount] = (
            CapitalArrival if measure.source is Source.ARRIVAL else ContractAmount
        )
        found = facts(measure, pipeline, {"lead"})
        reversal = second(model)
        undone = exists().where(reversal.reverses_id == model.id, reversal.state == EntryState.CONFIRMED)
        within = or_(*(found.within(span.start, span.end) for span in (period, earlier)))
        statement = found.statement.where(within, is_rounded(model), ~undone)
        if not sees_all(actor):
            statement = statement.where(visible(actor))
        now = case((found.day >= period.start, literal(1, Integer)), else_=literal(0, Integer))
        codes = (cast(found.columns[name], String).label(name) for name in _BY)
        selected.append(
            statement.add_columns(literal(measure.code, String).label("measure"), now.label("now"), *codes).distinct()
        )
    if not selected:
        return Rounding()
    rows = session.execute(union_all(*selected) if len(selected) > 1 else selected[0], bind_arguments=OURS)
    return Rounding(
        tuple(_Kind(code, bool(now), dict(zip(_BY, codes, strict=True))) for code, now, *codes in rows),
        {group.code: group.countries for group in pipeline.capital.groups},
    )
