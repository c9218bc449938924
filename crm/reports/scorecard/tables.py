"""The tables of a scorecard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from crm.errors import N_
from crm.reads.places.rows import UnitRow
from crm.reads.targets.rows import Basis, Rank, Scorecard, ScoreLine
from crm.reports.scorecard.words import (
    REASONS,
    achieved_of,
    amount_cell,
    concerns,
    figure_key,
    forecast_of,
    kind_of,
    missing_of,
    named,
    number_of,
    short_of_all,
    standing_of,
    threshold_of,
    title_of,
    value_of,
    words_of,
)
from crm.reports.shared import stage_words
from crm.reports.sheet import Cell, Column, Table
from crm.rules.stages import Pipeline
from crm.rules.targets.codes import ThresholdKind
from crm.rules.targets.forecasts import NoForecast
from crm.values.period import Period
from crm.values.sentences import Coded, NotAvailable, Words, said


def by_target(lines: Iterable[ScoreLine]) -> Iterable[list[ScoreLine]]:
    """Return the lines of units, target by target."""
    found: dict[int, list[ScoreLine]] = defaultdict(list)
    for line in lines:
        if line.unit is not None:
            found[line.target.id].append(line)
    return found.values()


def city(lines: Sequence[ScoreLine]) -> Table:
    """Return the lines of the city, and joint ones."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            title_of(line.terms, line.target.code),
            cell.span,
            threshold_of(line, cell.score.threshold),
            value_of(line, cell),
            achieved_of(cell),
            cell.clock.elapsed,
            standing_of(cell.score.standing),
            amount_cell(line.terms, cell.score.missing),
            number_of(forecast_of(line), kind_of(line.terms)),
        )
        for line in lines
        for cell in line.cells
    )
    return Table(
        key="city",
        title=said(N_("City and joint targets")),
        columns=(
            Column("target", said(N_("Target"))),
            Column("span", said(N_("Period")), drops=4),
            Column("threshold", said(N_("At least")), "mixed"),
            Column("value", said(N_("So far")), "mixed"),
            Column("achieved", said(N_("Achieved")), "share"),
            Column("elapsed", said(N_("Elapsed")), "share", drops=3),
            Column("standing", said(N_("Standing"))),
            Column("missing", said(N_("Missing")), "mixed", drops=1),
            Column("forecast", said(N_("Forecast")), "mixed", drops=2),
        ),
        rows=rows,
        adds_up=False,
        note=said(N_("A forecast is the current figure plus what may still come; it is not a figure.")),
    )


def none(period: Period) -> Table:
    """Return what stands for the tables where there are no targets."""
    return Table(
        key="none",
        title=said(N_("No targets")),
        columns=(Column("target", said(N_("Target"))),),
        rows=(),
        adds_up=False,
        note=said(N_("There are no targets in {period}. Add them: crm target set, or crm target load"), period=period),
    )


def by_unit(lines: Sequence[ScoreLine]) -> Table:
    """Return the lines of one target, a row for each unit."""
    first = lines[0]
    terms, kind = first.terms, kind_of(first.terms)
    several = len(first.cells) > 1
    columns = [Column("unit", said(N_("Unit")))]
    for cell in first.cells:
        key = str(cell.span).lower().replace("..", "_")
        columns.append(Column(f"value_{key}", _span(cell.span) if several else said(N_("So far")), kind))
        stands = said(N_("{span} standing"), span=_span(cell.span)) if several else said(N_("Standing"))
        # If the columns do not fit, their combined standing is shown alone.
        columns.append(Column(f"standing_{key}", stands, drops=10 if several else 0))
    multiple = terms.threshold.kind is ThresholdKind.MULTIPLE
    if multiple:
        columns.append(Column("threshold", said(N_("At least")), kind))
    columns += [
        Column("achieved", said(N_("Achieved")), "share", drops=2),
        *([Column("standing", said(N_("Together")))] if several else []),
        Column("missing", said(N_("Missing")), "count" if terms.counts == "count" else "money"),
        *(
            [Column("lost", said(N_("Missed")), "count" if terms.counts == "count" else "money", drops=1)]
            if several
            else []
        ),
        Column("forecast", said(N_("Forecast")), "number" if kind == "count" else kind, drops=4),
    ]
    rows: list[tuple[Cell, ...]] = []
    for line in lines:
        row: list[Cell] = [named(line.unit) if line.unit else ""]
        for cell in line.cells:
            row += [value_of(line, cell), standing_of(cell.score.standing)]
        if multiple:
            row.append(threshold_of(line, line.cells[0].score.threshold))
        row.append(short_of_all(line.line.achieved) if several else achieved_of(line.cells[0]))
        if several:
            row.append(standing_of(line.line.standing))
        row.append(missing_of(line))
        if several:
            row.append(amount_cell(terms, line.line.lost))
        row.append(forecast_of(line))
        rows.append(tuple(row))
    return Table(
        key=first.target.code,
        title=title_of(terms, first.target.code),
        columns=tuple(columns),
        rows=tuple(rows),
        adds_up=False,
        note=_threshold_words(first),
    )


def _threshold_words(line: ScoreLine) -> Words:
    """Return the words for the threshold and the cadence."""
    terms = line.terms
    text = terms.threshold.text()
    if len(line.cells) > 1:
        return said(
            N_("At least {threshold} each, in each of {count} spans of {period}. {note}"),
            threshold=text,
            count=len(line.cells),
            period=line.target.period,
            note=terms.note,
        )
    return said(
        N_("At least {threshold} each in {period}. {note}"), threshold=text, period=line.target.period, note=terms.note
    )


def _span(span: Period) -> Words:
    """Return a short name of a span for a heading."""
    return said(N_("Q{number}"), number=span.number) if span.kind == "quarter" else span


def places(ranks: Sequence[Rank]) -> Table:
    """Return the ranks of the units."""
    return Table(
        key="ranking",
        title=said(N_("Places")),
        columns=(
            Column("unit", said(N_("Unit"))),
            Column("kind", said(N_("Kind"))),
            Column("place", said(N_("Ranked")), "count"),
            Column("merit", said(N_("Achieved")), "share"),
            Column("reached", said(N_("Targets reached")), "count", drops=1),
            Column("targets", said(N_("Targets")), "count", drops=2),
        ),
        rows=tuple(
            (
                named(rank.unit),
                Coded("unit kind", rank.unit.kind),
                rank.place,
                short_of_all(rank.merit),
                rank.reached,
                rank.targets,
            )
            for rank in ranks
        ),
        adds_up=False,
    )


def conversions(basis: Basis, pipeline: Pipeline) -> Table:
    """Return the past rates of progress, the basis of the forecasts."""
    rows: list[tuple[Cell, ...]] = []
    for goal, stages in sorted(basis.conversions.items()):
        words = said(N_("first arrival")) if not goal else stage_words(pipeline.stages[pipeline.position(goal)])
        for stage in pipeline.stages:
            found = stages.get(stage.code)
            if found is None:
                continue
            share = found.share(basis.history.least)
            rows.append(
                (
                    stage_words(stage),
                    words,
                    found.entered,
                    found.went,
                    NotAvailable(REASONS[NoForecast.TOO_FEW]) if share is None else share,
                )
            )
    return Table(
        key="conversions",
        title=said(N_("Basis of the forecast")),
        columns=(
            Column("stage", said(N_("Entered"))),
            Column("goal", said(N_("Target stage"))),
            Column("entered", said(N_("Leads")), "count"),
            Column("went", said(N_("Reached")), "count"),
            Column("share", said(N_("Conversion rate")), "share"),
        ),
        rows=tuple(rows),
        adds_up=False,
        note=said(
            N_(
                "Leads that entered a stage from {first} to {last}, and those that reached the target stage "
                "within {days} days."
            ),
            first=basis.history.first,
            last=basis.history.last,
            days=basis.history.days,
        ),
    )


def changes(card: Scorecard, live: Scorecard, unit: UnitRow | None) -> Table:
    """Return where the current records for the frozen day differ from the frozen figures."""
    now = {figure_key(line, cell): (line, cell) for line in live.lines for cell in line.cells}
    rows: list[tuple[Cell, ...]] = []
    for line in card.lines:
        if not concerns(line, unit):
            continue
        kind = kind_of(line.terms)
        for cell in line.cells:
            key = figure_key(line, cell)
            other = now.get(key)
            if other is not None and (other[1].score.value, other[1].score.whole) == (
                cell.score.value,
                cell.score.whole,
            ):
                continue
            today: Cell = said(N_("ended"))
            if other is not None:
                today = words_of(value_of(*other), kind)
            rows.append(
                (
                    title_of(line.terms, line.target.code),
                    named(line.unit) if line.unit else said(N_("together")),
                    cell.span,
                    words_of(value_of(line, cell), kind),
                    today,
                )
            )
    return Table(
        key="changes",
        title=said(N_("Changes since the freeze")),
        columns=(
            Column("target", said(N_("Target"))),
            Column("unit", said(N_("Unit"))),
            Column("span", said(N_("Period")), drops=1),
            Column("frozen", said(N_("Frozen"))),
            Column("live", said(N_("By the records of today"))),
        ),
        rows=tuple(rows),
        adds_up=False,
        note=said(N_("Both as of {day}."), day=card.as_of),
    )
