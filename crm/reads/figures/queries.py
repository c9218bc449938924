"""The figures of a measure in several periods, with breakdowns. One statement for each measure.

The periods are cut at each other's ends into spans that do not overlap, so that a year and its months are read once.
The statement adds up within each span and each combination of breakdowns, then rolls these sums up for each breakdown;
groups of countries are added up from countries here.

If a claim on a lead is shared on an entry's day, each unit gets its part to the cent; the statement follows
:func:`crm.values.shares.apportion`.

For confidential leads see :mod:`crm.reads.figures.confidentiality`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from attrs import evolve, field, frozen
from sqlalchemy import (
    CTE,
    BigInteger,
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
from crm.reads.figures.confidentiality import Parts, Shield
from crm.reads.figures.measured import Facts, facts
from crm.reads.kernel.visibility import is_own, sees_all, visible
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
        value: Cents, fen or a number; of the whole. None if it is withheld.
        by: The parts of each breakdown asked for, by their code: ``JP``, ``japan_korea``, ``C``, ``C36``, a unit's
            code, a kind; None is what has none. Every part is another's to none but groups, which may overlap. The value
            of a part that is withheld is None; the parts make the whole.
        shielded: Whether confidential leads that the actor may not see are left out, if there are any.
        guarded: Whether sums of few leads are withheld; see :mod:`crm.reads.figures.confidentiality`.
        others: The leads of others behind the whole, where sums are guarded.
    """

    measure: Measure
    period: Period
    value: int | None
    by: Mapping[str, Mapping[str | None, int | None]]
    shielded: bool = False
    guarded: bool = False
    others: frozenset[int] = field(default=frozenset(), repr=False, eq=False)

    def part(self, dimension: str, code: str | None) -> int | None:
        """Return one part; without records zero, or None if sums of few leads are withheld."""
        return self.by[dimension].get(code, None if self.guarded else 0)

    @property
    def withheld(self) -> dict[str, tuple[str | None, ...]]:
        """The parts of each breakdown that are withheld."""
        found = {name: tuple(code for code, value in parts.items() if value is None) for name, parts in self.by.items()}
        return {name: codes for name, codes in found.items() if codes}


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
    shield = Shield(guards=shielded and what.source in LEDGERS)
    rows = session.execute(
        _statement(
            actor, pipeline, what, spans, wanted, only or {}, today=today, shielded=shielded, guarded=shield.guards
        ),
        bind_arguments=OURS,
    )
    found: dict[tuple[str, int], Parts] = defaultdict(Parts)
    for dimension, span, code, other, value in rows:
        if value is not None:
            found[dimension, span].add(code, other, int(value))
    return tuple(
        evolve(_folded(found, spans, pipeline, what, period, wanted, shield), shielded=shielded) for period in periods
    )


def _folded(
    found: Mapping[tuple[str, int], Parts],
    spans: Sequence[Period],
    pipeline: Pipeline,
    measure: Measure,
    period: Period,
    wanted: Sequence[str],
    shield: Shield,
) -> Counted:
    """Add up the spans of a period."""
    mine = [number for number, span in enumerate(spans) if period.start <= span.start and span.end <= period.end]

    def parts(dimension: str) -> Parts:
        return Parts.joined(found[dimension, number] for number in mine if (dimension, number) in found)

    whole = parts(_WHOLE)
    value = shield.part(whole)
    by: dict[str, Mapping[str | None, int | None]] = {}
    for dimension in wanted:
        if dimension == "group":
            groups = {group.code: group.countries for group in pipeline.capital.groups}
            by[dimension] = shield.groups(parts("country"), groups, whole=value is not None)
        else:
            by[dimension] = shield.parts(parts(dimension), whole=value is not None)
    return Counted(measure=measure, period=period, value=value, by=by, guarded=shield.guards, others=whole.leads())


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
    guarded: bool,
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
        _other(actor, found, guarded=guarded).label("other"),
        *(found.columns[dimension].label(dimension) for dimension in dimensions),
    )
    listed = records.subquery("records")
    # What has parameters of its own is grouped by its name: two parameters are two expressions to PostgreSQL.
    grouped = [
        listed.c.span,
        *(listed.c[dimension] for dimension in dimensions),
        *([listed.c.other] if guarded else []),
    ]
    nobody = [] if guarded else [cast(null(), BigInteger).label("other")]
    value = cast(func.sum(listed.c.value), BigInteger).label("value")
    cells = select(*grouped, *nobody, value).group_by(*grouped).cte("cells")
    rolled = [_rolled(cells, _WHOLE, cast(null(), String), guarded=guarded)]
    for dimension in dimensions:
        if dimension == "unit":
            rolled.append(_units(cells, measure, records, pipeline, today=today, guarded=guarded))
        else:
            rolled.append(_rolled(cells, dimension, cast(cells.c[dimension], String), guarded=guarded))
    return rolled[0] if len(rolled) == 1 else union_all(*rolled)


def _other(actor: Actor | None, found: Facts, *, guarded: bool) -> ColumnElement[int | None]:
    """Return the lead of a record if it is another's."""
    if not guarded:
        return cast(null(), BigInteger)
    if actor is None:
        return cast(found.lead_id, BigInteger)
    return case((is_own(actor), null()), else_=found.lead_id)


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


def _rolled(cells: CTE, dimension: str, code: ColumnElement[str], *, guarded: bool) -> Select[*tuple[object, ...]]:
    other = cells.c.other if guarded else cast(null(), BigInteger)
    grouped = [cells.c.span, *([] if dimension == _WHOLE else [code]), *([other] if guarded else [])]
    return select(
        literal(dimension, String).label("dimension"),
        cells.c.span,
        code.label("code"),
        other.label("other"),
        cast(func.sum(cells.c.value), BigInteger).label("value"),
    ).group_by(*grouped)


def _units(
    cells: CTE,
    measure: Measure,
    records: Select[*tuple[object, ...]],
    pipeline: Pipeline,
    *,
    today: date,
    guarded: bool,
) -> Select[*tuple[object, ...]]:
    """Roll up by unit: the sums of the entries' units, corrected for shared claims."""
    own = select(cells.c.unit, cells.c.value, cells.c.span, cells.c.other)
    split_up = split(records, pipeline.claims, today=today) if measure.source in LEDGERS else ()
    rows = (union_all(own, *split_up) if split_up else own).subquery("units")
    grouped = [rows.c.span, Unit.code, *([rows.c.other] if guarded else [])]
    return (
        select(
            literal("unit", String).label("dimension"),
            rows.c.span,
            Unit.code,
            rows.c.other if guarded else cast(null(), BigInteger),
            cast(func.sum(rows.c.value), BigInteger),
        )
        .outerjoin(Unit, Unit.id == rows.c.unit)
        .group_by(*grouped)
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
