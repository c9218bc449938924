"""The year report: foreign capital of a period compared with the year before, published figures and benchmarks.

Money is counted once and broken down by country, group of countries, industry and kind. These breakdowns overlap and
are never added up; only a table whose rows add up has a total.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from fractions import Fraction
from itertools import accumulate

from attrs import evolve, frozen
from sqlalchemy.orm import Session

from crm.errors import N_
from crm.reads.figures.published import OWN, published
from crm.reads.figures.queries import Counted
from crm.reads.figures.rounding import rounding
from crm.reads.figures.year_on_year import Gathered, gathered
from crm.reports.sheet import Cell, Chart, ChartKind, Column, Kind, Report, Table
from crm.reports.year.entries import behind_line, behind_parts
from crm.reports.year.lines import LineFigure, figure_of, line_figure_of, lines, results
from crm.reports.year.method import TOLD, WHOLE, left_out, method, waiting_arrivals
from crm.reports.year.words import part_words
from crm.rules.access import Actor
from crm.rules.figures.measures import FigureKey, as_measure
from crm.rules.stages import Pipeline
from crm.values.money import Money
from crm.values.period import Period
from crm.values.ratios import share
from crm.values.sentences import Coded, NotAvailable, Words, said


def report(
    session: Session,
    actor: Actor | None,
    pipeline: Pipeline,
    period: Period,
    *,
    as_of: datetime,
    today: date,
    explain: bool = False,
) -> Report:
    """Return the year report of a period.

    The number of statements is fixed; *explain* adds one for each line, and one for its parts.

    Args:
        session: The session.
        actor: The actor.
        pipeline: The policy: what counts, and which countries form a group.
        period: Usually a year; any other does.
        as_of: The instant that is now.
        today: The bureau's day of it.
        explain: Name the records behind each figure.
    """
    months = _months(period)
    found = gathered(session, actor, pipeline, period, TOLD, today=today, months=months)
    before = published(session, period)
    rounded = rounding(session, actor, pipeline, period, map(as_measure, TOLD))
    line_figures = [
        line_figure
        for line in lines(pipeline)
        if (line_figure := line_figure_of(found, line, pipeline, before, rounded)).shown
    ]
    waiting = waiting_arrivals(session, actor, period)
    head = line_figures[0]
    compared = _others(found, head)
    figures = [figure_of(line_figure) for line_figure in line_figures]
    figures[0] = evolve(figures[0], beside=(*figures[0].beside, *_ahead(compared)))
    if explain:
        figures = [
            evolve(line_figure, entries=behind_line(session, actor, pipeline, line.line.key, period, today))
            for line_figure, line in zip(figures, line_figures, strict=True)
        ]
    tables = [*results(line_figures), *_compared_table(compared), *_parts(found, pipeline), *_by_month(found.parts)]
    known = {table.key for table in tables}
    return Report(
        name="year",
        title=said(N_("Use of foreign capital")),
        period=period,
        as_of=as_of,
        method=method(
            pipeline,
            period,
            published_before=any(line_figure.figure.origin == "own" for line_figure in line_figures),
            rounded=any(line_figure.rounded_growth or line_figure.rounded_share for line_figure in line_figures),
        ),
        denominators=(said(N_("Shares are of the actual FDI of the period: {amount}."), amount=head.figure.now),),
        left_out=tuple(left_out(actor, waiting)),
        figures=tuple(figures),
        tables=tuple(tables),
        charts=tuple(chart for chart in _CHARTS if chart.table in known),
        parts=behind_parts(session, actor, pipeline, found, WHOLE) if explain else (),
    )


# --- beside others --------------------------------------------------------------------------------------------------


@frozen
class _Other:
    """The growth of others, and the lead of ours in percentage points."""

    scope: str
    growth: Fraction
    ahead: Fraction | NotAvailable
    source: str


def _others(found: Gathered, head: LineFigure) -> tuple[_Other, ...]:
    ours = head.figure.growth
    return tuple(
        _Other(mark.scope, mark.value, ours if isinstance(ours, NotAvailable) else ours - mark.value, mark.source)
        for mark in found.marks
        if mark.key == f"{WHOLE}.growth"
        and mark.scope != OWN
        and mark.period == found.period
        and isinstance(mark.value, Fraction)
    )


def _ahead(others: Iterable[_Other]) -> Iterable[tuple[Words, Kind, Cell]]:
    for other in others:
        yield said(N_("ahead of {scope}"), scope=Coded("scope", other.scope)), "points", other.ahead


def _compared_table(others: Sequence[_Other]) -> Iterable[Table]:
    if not others:
        return
    yield Table(
        key="others",
        title=said(N_("Growth of actual FDI compared")),
        adds_up=False,
        columns=(
            Column("scope", said(N_("Scope"))),
            Column("growth", said(N_("Their growth")), "growth"),
            Column("ahead", said(N_("Percentage points ahead")), "points"),
            Column("source", said(N_("Source")), drops=1),
        ),
        rows=tuple((Coded("scope", other.scope), other.growth, other.ahead, other.source) for other in others),
    )


# --- breakdowns -----------------------------------------------------------------------------------------------------


def _parts(found: Gathered, pipeline: Pipeline) -> Iterable[Table]:
    counted = found.now[WHOLE]
    titles = {
        "group": (N_("By group of countries"), N_("Group")),
        "country": (N_("By country"), N_("Country")),
        "section": (N_("By section of industry"), N_("Section")),
        "kind": (N_("By kind"), N_("Kind")),
    }
    for dimension, (title, heading) in titles.items():
        parts = [(code, value) for code, value in counted.by[dimension].items() if value != 0 or dimension == "group"]
        if not parts:
            continue
        parts.sort(key=lambda part: (-part[1], str(part[0])))
        adds = dimension != "group"
        rows = [_part(found, pipeline, dimension, code) for code, _ in parts]
        whole = found.compared(WHOLE)
        total: tuple[Cell, ...] = (said(N_("All")), whole.now, whole.before, whole.growth, None)
        yield Table(
            key={"country": "countries", "group": "groups", "section": "sections", "kind": "kinds"}[dimension],
            title=said(title),
            columns=(
                Column(dimension, said(heading)),
                Column("now", said(N_("Actual FDI")), "money"),
                Column("before", said(N_("Year before")), "money", drops=2),
                Column("growth", said(N_("Growth")), "growth", drops=1),
                Column("share", said(N_("Share of total")), "share"),
            ),
            rows=tuple(rows),
            adds_up=adds,
            total=total if adds else None,
            note=None if adds else said(N_("Groups may overlap, and not every country is in one.")),
        )


def _part(found: Gathered, pipeline: Pipeline, dimension: str, code: str | None) -> tuple[Cell, ...]:
    if code is None:
        value = _usd(found.now[WHOLE].part(dimension, None))
        return said(N_("(none)")), value, None, None, share(value, _usd(found.now[WHOLE].value))
    key = FigureKey.parse(f"{WHOLE}:{dimension}={code}")
    figure = found.compared(key, WHOLE)
    return part_words(key, pipeline.capital), figure.now, figure.before, figure.growth, figure.share


def _by_month(parts: Sequence[Counted]) -> Iterable[Table]:
    if len(parts) < 2:  # noqa: PLR2004 - one month is the period
        return
    sums = accumulate(part.value for part in parts)
    yield Table(
        key="months",
        title=said(N_("Month by month")),
        columns=(
            Column("month", said(N_("Month"))),
            Column("value", said(N_("Actual FDI")), "money"),
            Column("sum", said(N_("So far")), "money"),
        ),
        rows=tuple((part.period, _usd(part.value), _usd(so_far)) for part, so_far in zip(parts, sums, strict=True)),
        adds_up=True,
        total=None,
    )


def _usd(value: int) -> Money:
    return Money(value, "USD")


_DRAWN: tuple[tuple[str, str, str, ChartKind, str], ...] = (
    ("months", "month", "value", "line", N_("Actual FDI month by month")),
    ("groups", "group", "now", "bar", N_("Actual FDI by group of countries")),
    ("sections", "section", "now", "bar", N_("Actual FDI by section of industry")),
)
_CHARTS = tuple(
    Chart(key=table, title=said(title), kind=kind, table=table, labels=labels, values=(value,))
    for table, labels, value, kind, title in _DRAWN
)


def _months(period: Period) -> tuple[Period, ...]:
    """Return the months of a period; those at its ends may be partial."""
    if period.kind == "month":
        return ()
    return tuple(Period(max(part.start, period.start), min(part.end, period.end)) for part in period.parts("month"))
