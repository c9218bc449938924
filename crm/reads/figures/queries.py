"""The figures of a measure in several periods, with breakdowns. One statement for each measure.

The periods are cut at each other's ends into spans that do not overlap, so that a year and its months are read once.
The statement adds up within each span and each combination of breakdowns, then rolls these sums up for each breakdown;
groups of countries are added up from countries here.

If a claim on a lead is shared on an entry's day, each unit gets its part to the cent; the statement follows
:func:`crm.values.shares.apportion`.

Nothing is in a figure but what the actor may see one by one: docs/figures.md, "Confidential leads".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from attrs import frozen
from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from crm.models import Unit
from crm.models.binding import OURS
from crm.reads.claims.splits import parts_of, split
from crm.reads.figures.measured import Facts, facts
from crm.reads.kernel.sums import exact
from crm.reads.kernel.visibility import sees_all, visible
from crm.rules.access import Actor
from crm.rules.figures.measures import LEDGERS, FigureKey, Measure, as_measure, require_dimensions
from crm.rules.stages import Pipeline
from crm.values.period import Period

#: The breakdown that is none.
_WHOLE = ""


@frozen(kw_only=True)
class Counted:
    """The figures of a measure in a period.

    Attributes:
        measure: The measure.
        period: The period.
        value: Cents, fen or a number; of the whole.
        by: The parts of each breakdown asked for, by their code: ``JP``, ``japan_korea``, ``C``, ``C36``, a unit's
            code, a kind; None is what has none. The parts add up to the whole, but groups, which may overlap.
        shielded: Whether confidential leads that the actor may not see are left out, if there are any.
    """

    measure: Measure
    period: Period
    value: int
    by: Mapping[str, Mapping[str | None, int]]
    shielded: bool = False

    def part(self, dimension: str, code: str | None) -> int:
        """Return one part; without records zero."""
        return self.by[dimension].get(code, 0)


def counted(
    session: Session,
    actor: Actor | None,
    pipeline: Pipeline,
    measure: Measure | str,
    periods: Sequence[Period],
    *,
    today: date,
    by: Iterable[str] = (),
    only: Mapping[str, str] | None = None,
    every: bool = False,
) -> tuple[Counted, ...]:
    """Return the figures of a measure in each period. One statement.

    Args:
        session: The session.
        actor: The actor.
        pipeline: The policy: which kinds and which country count, and which countries form a group.
        measure: The measure or its code.
        periods: Which periods; they may overlap.
        today: The day to look from: a claim that has lapsed by then is split no more.
        by: Breakdowns, of those that the measure has.
        only: Count only what has these codes, by breakdown other than unit: ``{"section": "C"}``. For one unit ask for
            the breakdown by unit.
        every: Whatever the actor may see: a rule about figures looks at all of them.

    Raises:
        InvalidInput: There is no such measure, or it has no such breakdown.
    """
    what, wanted = as_measure(measure), tuple(dict.fromkeys(by))
    require_dimensions(what, wanted)
    require_dimensions(what, only or (), "only", but=("unit",))
    spans = _spans(periods)
    if not spans:
        return ()
    shielded = not every and not sees_all(actor)
    rows = session.execute(
        _statement(actor, pipeline, what, spans, wanted, only or {}, today=today, shielded=shielded),
        bind_arguments=OURS,
    )
    found: dict[tuple[str, int], dict[str | None, int]] = defaultdict(dict)
    for dimension, span, code, value in rows:
        if value is not None:
            found[dimension, span][code] = int(value)
    return tuple(_folded(found, spans, pipeline, what, period, wanted, shielded=shielded) for period in periods)


def _folded(
    found: Mapping[tuple[str, int], Mapping[str | None, int]],
    spans: Sequence[Period],
    pipeline: Pipeline,
    measure: Measure,
    period: Period,
    wanted: Sequence[str],
    *,
    shielded: bool,
) -> Counted:
    """Add up the spans of a period."""
    mine = [number for number, span in enumerate(spans) if period.start <= span.start and span.end <= period.end]

    def parts(dimension: str) -> Mapping[str | None, int]:
        sums: dict[str | None, int] = defaultdict(int)
        for number in mine:
            for code, value in found.get((dimension, number), {}).items():
                sums[code] += value
        return dict(sums)

    by: dict[str, Mapping[str | None, int]] = {}
    for dimension in wanted:
        if dimension == "group":
            countries = parts("country")
            by[dimension] = {
                group.code: sum(value for code, value in countries.items() if code in group.countries)
                for group in pipeline.capital.groups
            }
        else:
            by[dimension] = parts(dimension)
    return Counted(measure=measure, period=period, value=parts(_WHOLE).get(None, 0), by=by, shielded=shielded)


def _spans(periods: Sequence[Period]) -> list[Period]:
    """Return the spans between all bounds of the periods, without the gaps that lie in no period."""
    ends = sorted({day for period in periods for day in (period.start, period.end)})
    spans = (Period(first, second) for first, second in pairwise(ends))
    return [span for span in spans if any(whole.start <= span.start and span.end <= whole.end for whole in periods)]


def _statement(
    actor: Actor | None,
    pipeline: Pipeline,
    measure: Measure,
    spans: Sequence[Period],
    wanted: Sequence[str],
    only: Mapping[str, str],
    *,
    today: date,
    shielded: bool,
) -> Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]:
    dimensions = tuple(dict.fromkeys("country" if dimension == "group" else dimension for dimension in wanted))
    needed = {*dimensions, *("country" if dimension == "group" else dimension for dimension in only)}
    found = facts(measure, pipeline, {*needed, "lead"} if shielded else needed)
    number, source = _placed(found, spans)
    if shielded:
        source = source.where(or_(found.lead_id.is_(None), visible(actor)))
    records = source.where(*(_has(found, pipeline, dimension, code) for dimension, code in only.items())).add_columns(
        found.id.label("id"),
        found.lead_id.label("lead_id"),
        found.day.label("day"),
        found.value.label("value"),
        number.label("span"),
        *(found.columns[dimension].label(dimension) for dimension in dimensions),
    )
    listed = records.subquery("records")
    # What has parameters of its own is grouped by its name: two parameters are two expressions to PostgreSQL.
    grouped = [listed.c.span, *(listed.c[dimension] for dimension in dimensions)]
    value = exact(func.sum(listed.c.value)).label("value")
    cells = select(*grouped, value).group_by(*grouped).cte("cells")
    rolled = [_rolled(cells, _WHOLE, cast(null(), String))]
    for dimension in dimensions:
        if dimension == "unit":
            rolled.append(_units(cells, measure, records, pipeline, today=today))
        else:
            rolled.append(_rolled(cells, dimension, cast(cells.c[dimension], String)))
    return rolled[0] if len(rolled) == 1 else union_all(*rolled)


def _placed(found: Facts, spans: Sequence[Period]) -> tuple[ColumnElement[int], Select[*tuple[object, ...]]]:
    """Return the number of the span of a record, and the records of all spans."""
    # Runs of spans are ranges that an index on the day serves; within them the day alone says which span it is.
    runs: list[list[Period]] = [[spans[0]]]
    for span in spans[1:]:
        if span.start == runs[-1][-1].end:
            runs[-1].append(span)
        else:
            runs.append([span])
    records = found.statement.where(or_(*(found.within(run[0].start, run[-1].end) for run in runs)))
    if len(spans) == 1:
        return literal(0, Integer), records
    before_each = [(found.day < span.end, literal(number, Integer)) for number, span in enumerate(spans[:-1])]
    return case(*before_each, else_=literal(len(spans) - 1, Integer)), records


def _has(found: Facts, pipeline: Pipeline, dimension: str, code: str) -> ColumnElement[bool]:
    """Return the condition that a record belongs to one part of a breakdown."""
    if dimension == "group":
        group = pipeline.capital.group(code)
        return found.columns["country"].in_(sorted(group.countries) if group else [])
    if dimension == "unit":
        return found.columns["unit"].in_(select(Unit.id).where(Unit.code == code))
    return cast(found.columns[dimension], String) == code


def _rolled(cells: CTE, dimension: str, code: ColumnElement[str]) -> Select[*tuple[object, ...]]:
    grouped = [cells.c.span, *([] if dimension == _WHOLE else [code])]
    return select(
        literal(dimension, String).label("dimension"),
        cells.c.span,
        code.label("code"),
        exact(func.sum(cells.c.value)).label("value"),
    ).group_by(*grouped)


def _units(
    cells: CTE,
    measure: Measure,
    records: Select[*tuple[object, ...]],
    pipeline: Pipeline,
    *,
    today: date,
) -> Select[*tuple[object, ...]]:
    """Roll up by unit: the sums of the entries' units, corrected for shared claims."""
    own = select(cells.c.unit, cells.c.value, cells.c.span)
    split_up = split(records, pipeline.claims, today=today) if measure.source in LEDGERS else ()
    rows = (union_all(own, *split_up) if split_up else own).subquery("units")
    return (
        select(
            literal("unit", String).label("dimension"),
            rows.c.span,
            Unit.code,
            exact(func.sum(rows.c.value)),
        )
        .outerjoin(Unit, Unit.id == rows.c.unit)
        .group_by(rows.c.span, Unit.code)
    )


# --- what stands behind a figure ------------------------------------------------------------------------------------


def shown(found: Facts, actor: Actor | None, period: Period) -> Select[*tuple[object, ...]]:
    """Select the records of a period that the actor may see; they must be joined with their leads."""
    statement = found.statement.where(found.within(period.start, period.end))
    if sees_all(actor):
        return statement
    return statement.where(or_(found.lead_id.is_(None), visible(actor)))


def entry_ids(
    session: Session,
    actor: Actor | None,
    pipeline: Pipeline,
    key: FigureKey,
    period: Period,
    *,
    today: date,
    limit: int | None = None,
) -> tuple[str, tuple[int, ...]]:
    """Return the kind and the ids of the records behind a figure that the actor may see. One statement.

    An entry that is shared between units is behind the figures of each of them.

    Args:
        session: The session.
        actor: The actor.
        pipeline: The policy.
        key: Which figure; what is derived from a figure has the same records behind it.
        period: The period.
        today: The reference day.
        limit: The maximum number, by their day.
    """
    found = facts(key.measure, pipeline, {"lead", *([key.dimension] if key.dimension else [])} | {"country"})
    statement = shown(found, actor, period)
    if key.dimension == "unit" and key.measure.source in LEDGERS:
        whose = select(Unit.id).where(Unit.code == str(key.code))
        parts = parts_of(found, pipeline.claims, today=today)
        of_unit = parts.where(parts.selected_columns.unit.in_(whose)).with_only_columns(found.id)
        own = and_(found.columns["unit"].in_(whose), found.id.not_in(parts.with_only_columns(found.id)))
        statement = statement.where(or_(own, found.id.in_(of_unit)))
    elif key.dimension is not None:
        statement = statement.where(_has(found, pipeline, key.dimension, str(key.code)))
    rows = session.execute(statement.add_columns(found.id).order_by(found.day, found.id).limit(limit))
    return found.record, tuple(rows.scalars())
