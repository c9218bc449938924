"""The funnel by groups: counts of leads, and the tables of a cohort that is split."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import frozen

from crm.errors import N_
from crm.reports.funnel import Cohort, Days, Group, Reached
from crm.reports.shared import stage_words
from crm.reports.sheet import Cell, Chart, Column, Table
from crm.rules.stages import OPEN, Pipeline, Status
from crm.values.ratios import share
from crm.values.sentences import Coded, Named, Words, said

_LABELS = {
    "station": N_("Station"),
    "unit": N_("Unit"),
    "source": N_("Source"),
    "country": N_("Country"),
    "industry": N_("Industry"),
}
_TITLES = {
    "station": N_("By station"),
    "unit": N_("By unit"),
    "source": N_("By source"),
    "country": N_("By country"),
    "industry": N_("By industry"),
}


@frozen
class Counts:
    """The number of leads of a group at each stage, and the statuses of those that got no further."""

    reached: tuple[int, ...]
    stopped: tuple[dict[Status, int], ...]
    reopened: int

    @classmethod
    def of(cls, rows: Iterable[Reached], stages: int) -> Counts:
        """Count leads by the furthest of so many stages."""
        stopped: list[dict[Status, int]] = [defaultdict(int) for _ in range(stages)]
        reopened = 0
        for row in rows:
            stopped[row.furthest][row.status] += row.leads
            reopened += row.reopened
        # Leads at later stages have reached this one too.
        alone = [sum(statuses.values()) for statuses in stopped]
        return cls(tuple(sum(alone[at:]) for at in range(stages)), tuple(stopped), reopened)

    def now(self, *status: Status) -> int:
        """Return how many leads have one of these statuses now."""
        return sum(statuses[one] for statuses in self.stopped for one in status)


def quartiles(stood: Days | None) -> tuple[Cell, Cell, Cell]:
    """Return median, first and third quartile."""
    if stood is None or stood.quartiles is None:
        return None, None, None
    return stood.quartiles[1], stood.quartiles[0], stood.quartiles[2]


@frozen
class Groups:
    """The tables of a split cohort."""

    pipeline: Pipeline
    cohort: Cohort
    named: dict[int, tuple[str, str, str]]

    @property
    def title(self) -> Words:
        """What the leads are split by."""
        by = None if self.cohort.by is None else said(_TITLES[self.cohort.by])
        if self.cohort.each is None:
            return by or said(N_("By time"))
        return said(N_("By time · {by}"), by=by) if by else said(N_("By time"))

    def charts(self) -> tuple[Chart, ...]:
        """Return the chart of one breakdown; two at once are shown as a table only."""
        if len(self.columns) != 1:
            return ()
        return (
            Chart(
                key="groups",
                title=self.title,
                kind="bar" if self.cohort.by else "line",
                table="groups",
                labels=self.columns[0].key,
                values=tuple(f"reached_{stage.code}" for stage in (self.pipeline.first, self.pipeline.last)),
            ),
        )

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that name a group."""
        columns: tuple[Column, ...] = ()
        if self.cohort.each is not None:
            columns = (Column("cohort", said(N_("Cohort"))),)
        if self.cohort.by is not None:
            columns += (Column(self.cohort.by, said(_LABELS[self.cohort.by])),)
        return columns

    def cells(self, group: Group) -> tuple[Cell, ...]:
        """Return the cells that name a group."""
        found: tuple[Cell, ...] = (group.cohort or "",) if self.cohort.each is not None else ()
        return (*found, self.word(group.key)) if self.cohort.by is not None else found

    def word(self, key: Any) -> Words:
        """Return the name of a group: a station, unit, source, country or industry."""
        if key is None:
            return said(N_("(none)"))
        match self.cohort.by:
            case "station" | "unit":
                code, zh, en = self.named[key]
                return Named(zh, en, code)
            case "source":
                return Coded("source", key.value)
            case "country":
                return Coded("country", key)
        return str(key)

    def order(self, group: Group, leads: int) -> tuple[object, ...]:
        """Sort by time, then larger groups first; groups without a value last."""
        return (
            group.cohort.start if group.cohort else self.cohort.period.start,
            group.key is None,
            -leads,
            str(self.named.get(group.key, group.key) if isinstance(group.key, int) else group.key),
        )

    def counted(self, rows: Sequence[Reached], whole: Counts) -> Table:
        """Return how many leads of each group reached each stage."""
        parts: dict[Group, list[Reached]] = defaultdict(list)
        for row in rows:
            parts[row.group].append(row)
        counts = {group: Counts.of(mine, len(self.pipeline.stages)) for group, mine in parts.items()}
        ordered = sorted(counts, key=lambda group: self.order(group, counts[group].reached[0]))
        columns = (
            *self.columns,
            *(
                Column(
                    f"reached_{stage.code}",
                    stage_words(stage),
                    "count",
                    drops=0 if at in {0, len(self.pipeline.stages) - 1} else 2 + at,
                )
                for at, stage in enumerate(self.pipeline.stages)
            ),
            Column("to_last", said(N_("To {stage}"), stage=stage_words(self.pipeline.last)), "share"),
            Column("open", said(N_("Still open")), "count", drops=1),
            Column("lost", said(N_("Lost or abandoned")), "count", drops=2),
        )

        def line(cells: tuple[Cell, ...], group_counts: Counts) -> tuple[Cell, ...]:
            return (
                *cells,
                *group_counts.reached,
                share(group_counts.reached[-1], group_counts.reached[0]),
                group_counts.now(*OPEN),
                group_counts.now(Status.LOST, Status.ABANDONED),
            )

        total = (said(N_("All")), *(None,) * (len(self.columns) - 1))
        return Table(
            key="groups",
            title=self.title,
            columns=columns,
            rows=tuple(line(self.cells(group), counts[group]) for group in ordered),
            adds_up=True,
            total=line(total, whole),
        )

    def stood(self, stays: Sequence[Days]) -> Table:
        """Return the days of each group in each stage."""
        places = {stage.code: at for at, stage in enumerate(self.pipeline.stages)}
        known = {stage.code: stage_words(stage) for stage in self.pipeline.stages}
        mine = [(stay.group, stay) for stay in stays if stay.group is not None]
        sizes: dict[Group, int] = defaultdict(int)
        for group, stay in mine:
            sizes[group] = max(sizes[group], stay.left + stay.staying)
        mine.sort(
            key=lambda pair: (
                *self.order(pair[0], sizes[pair[0]]),
                places.get(pair[1].stage, len(places)),
                pair[1].stage,
            )
        )
        columns = (
            *self.columns,
            Column("stage", said(N_("Stage"))),
            Column("median", said(N_("Days, median")), "days"),
            Column("q1", said(N_("First quartile")), "days", drops=2),
            Column("q3", said(N_("Third quartile")), "days", drops=1),
            Column("left", said(N_("Left the stage")), "count"),
            Column("staying", said(N_("Now at the stage")), "count"),
        )
        rows = tuple(
            (*self.cells(group), known.get(stay.stage, stay.stage), *quartiles(stay), stay.left, stay.staying)
            for group, stay in mine
        )
        return Table(key="days", title=said(N_("Days in each stage")), columns=columns, rows=rows, adds_up=False)
