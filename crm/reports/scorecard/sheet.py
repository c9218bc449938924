"""The scorecard as a report: the line of the city, each target by unit, and the ranks of the units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from crm.errors import N_
from crm.reads.figures.rounding import Rounding
from crm.reads.kernel.rows import Entries
from crm.reads.places.rows import UnitRow
from crm.reads.targets.rows import Basis, Rank, Scorecard, ScoreLine
from crm.reads.targets.scores import METHOD
from crm.reports.scorecard.rounded import rests_on_rounding, rounding_note
from crm.reports.scorecard.tables import by_target, by_unit, changes, city, conversions, none, places
from crm.reports.scorecard.words import (
    achieved_of,
    amount_cell,
    concerns,
    figure_key,
    kind_of,
    named,
    standing_of,
    threshold_of,
    title_of,
    value_of,
)
from crm.reports.sheet import Chart, Figure, Kind, LeftOut, Method, Report
from crm.rules.stages import Pipeline
from crm.values.moments import bureau_day
from crm.values.sentences import Words, said

_METHOD = (
    said(N_("Each target is scored from the records alone; its note and docs/targets.md say which day counts.")),
    said(N_(
        "A count is on track if it reaches its pro-rata target, rounded down; an amount is compared to the "
        "cent."
    )),
    said(N_("A share is on track while it is high enough, and reached if it is at the end of its period.")),
    said(N_("A span that has not begun is not behind; a missed span cannot be made up later.")),
    said(N_(
        "Units are ranked within their kind by their mean achievement over all targets, each capped at 100 "
        "%; equal units share a rank."
    )),
)  # fmt: skip


def report(
    card: Scorecard,
    *,
    as_of: datetime,
    pipeline: Pipeline,
    restricted: bool,
    unit: UnitRow | None = None,
    live: Scorecard | None = None,
    behind: Mapping[str, tuple[Entries, ...]] | None = None,
    rounded: Rounding | None = None,
) -> Report:
    """Return a scorecard as a report.

    Args:
        card: What was scored, live or frozen.
        as_of: The instant it was read.
        pipeline: The policy, for the words of its stages.
        restricted: Whether confidential leads are hidden from the reader.
        unit: Tell of this unit alone, and of what it answers for jointly.
        live: Beside a frozen one what is scored of the same day by now.
        behind: The records behind each figure, where they were asked for.
        rounded: The rounded entries behind the figures of the period.
    """
    rounded = rounded or Rounding()
    lines = [line for line in card.lines if concerns(line, unit)]
    together = [line for line in lines if line.unit is None]
    tables = [city(together)] if together else []
    tables += [by_unit(mine) for mine in by_target(lines)]
    ranking = [rank for rank in card.ranking if unit is None or rank.unit == unit]
    if ranking:
        tables.append(places(ranking))
    if card.basis is not None and any(card.basis.conversions.values()):
        tables.append(conversions(card.basis, pipeline))
    if live is not None:
        tables.append(changes(card, live, unit))
    if not lines:
        tables.append(none(card.period))
    return Report(
        name="scorecard",
        title=said(N_("Scorecard of targets"))
        if card.as_of == bureau_day(as_of)
        else said(N_("Scorecard of targets, as of {day}"), day=card.as_of),
        period=card.period,
        as_of=as_of,
        method=Method(
            (*_frozen(card), *_METHOD, *_basis(card.basis), *rounding_note(lines, rounded)),
            METHOD if card.edition is None else card.edition.method,
        ),
        denominators=(
            said(N_("Achieved is the reached part of the threshold; elapsed is the elapsed part of the days.")),
        ),
        left_out=tuple(_left_out(card, restricted=restricted)),
        figures=tuple(
            figure
            for line in lines
            # Numbers for each unit and quarter are not headlines; they are there for --explain.
            if line.unit is None or behind is not None
            for figure in _figures(line, behind or {}, rounded)
        ),
        tables=tuple(tables),
        charts=tuple(_charts(together, ranking)),
    )


# --- the method and its basis ----------------------------------------------------------------------------------------


def _frozen(card: Scorecard) -> tuple[Words, ...]:
    edition = card.edition
    if edition is None:
        return ()
    return (
        said(
            N_("Frozen by {who} at {when}, edition {number}; later data does not change it. {reason}"),
            who=edition.frozen_by,
            when=edition.frozen_at,
            number=edition.edition,
            reason=edition.reason or "",
        ),
    )


def _basis(basis: Basis | None) -> tuple[Words, ...]:
    if basis is None:
        return ()
    return (
        said(
            N_(
                "A forecast adds the pipeline to the current figure: each lead times the share of leads "
                "that got there within {days} days from the same stage, among those that entered it from "
                "{first} to {last}. With fewer than {least} such leads there is no forecast. For "
                "capital, the whole expected amount of leads without any arrival counts."
            ),
            days=basis.history.days,
            first=basis.history.first,
            last=basis.history.last,
            least=basis.history.least,
        ),
        said(N_("For trips and events the planned ones are added.")),
        said(N_("Expected amounts are converted at the rates of {day}."), day=basis.rates_on)
        if basis.rates_on is not None
        else said(N_("There are no rates; amounts in other currencies cannot be compared.")),
    )


def _left_out(card: Scorecard, *, restricted: bool) -> Iterable[LeftOut]:
    for code, count in sorted(card.uncompared.items()):
        yield LeftOut(said(N_("{target}: projects whose agreed amount cannot be converted"), target=code), count)
    if restricted:
        yield LeftOut(said(N_("Confidential leads that you may not see.")))


def _figures(line: ScoreLine, behind: Mapping[str, tuple[Entries, ...]], rounded: Rounding) -> Iterable[Figure]:
    kind = kind_of(line.terms)
    plain: Kind = "count" if line.terms.counts == "count" else "money"
    achieved = N_("Achieved, from rounded amounts") if rests_on_rounding(line.terms, rounded) else N_("Achieved")
    for cell in line.cells:
        key = figure_key(line, cell)
        label = (
            title_of(line.terms)
            if line.unit is None and len(line.cells) == 1
            else said(
                N_("{target}: {unit}, {span}"),
                target=title_of(line.terms),
                unit=said(N_("together")) if line.unit is None else named(line.unit),
                span=cell.span,
            )
        )
        yield Figure(
            key=key,
            label=label,
            value=value_of(line, cell),
            kind=kind,
            beside=tuple(
                fact
                for fact in (
                    (said(N_("At least")), kind, threshold_of(line, cell.score.threshold)),
                    (said(achieved), "share", achieved_of(cell)),
                    (said(N_("Elapsed")), "share", cell.clock.elapsed),
                    (said(N_("Standing")), "text", standing_of(cell.score.standing)),
                    (said(N_("Missing")), plain, amount_cell(line.terms, cell.score.missing)),
                )
                if fact[2] is not None
            ),
            entries=behind.get(key, ()),
        )


def _charts(city: Sequence[ScoreLine], ranking: Sequence[Rank]) -> Iterable[Chart]:
    if city:
        yield Chart(
            key="city",
            title=said(N_("Achievement and elapsed time")),
            kind="bar",
            table="city",
            labels="target",
            values=("achieved", "elapsed"),
        )
    if any(rank.merit is not None for rank in ranking):
        yield Chart(
            key="ranking",
            title=said(N_("Achievement of units")),
            kind="bar",
            table="ranking",
            labels="unit",
            values=("merit",),
        )
