"""The funnel as a report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from attrs import frozen
from sqlalchemy.orm import Session

from crm.errors import N_
from crm.reads.kernel.records import Entries
from crm.reports import funnel
from crm.reports.funnel import Cohort, Days, Group, Loss, Reached
from crm.reports.sheet import Cell, Chart, Column, Figure, LeftOut, Method, Report, Table
from crm.rules.access import Actor, Right, Scope, scope
from crm.rules.stages import DEFAULT, OPEN, Pipeline, Stage, Status
from crm.values.ratios import share
from crm.values.sentences import Coded, Named, Words, said

#: So many reasons are listed; the rest is said to be left out.
LOSSES = 50

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
_METHOD = (
    said(N_(
        "A lead counts once, however often it was reopened, with its whole history up to the day of the "
        "report."
    )),
    said(N_(
        "A lead has reached a stage if it ever entered it or a later one; a lead that skipped a stage met "
        "its gates."
    )),
    said(N_("Conversion is the share of the leads that reached a stage; open leads may still advance.")),
    said(N_(
        "Days in a stage are those of the leads that have left it, including days on hold; several stays are "
        "added up."
    )),
    said(N_("Quartiles are interpolated as in a spreadsheet (QUARTILE.INC).")),
)  # fmt: skip


@frozen
class _Counts:
    """The number of leads of a group at each stage, and the statuses of those that got no further."""

    reached: tuple[int, ...]
    stopped: tuple[dict[Status, int], ...]
    reopened: int

    @classmethod
    def of(cls, rows: Iterable[Reached], stages: int) -> _Counts:
        stopped: list[dict[Status, int]] = [defaultdict(int) for _ in range(stages)]
        reopened = 0
        for row in rows:
            stopped[row.furthest][row.status] += row.leads
            reopened += row.reopened
        # Whoever got further has been here, too.
        alone = [sum(statuses.values()) for statuses in stopped]
        return cls(tuple(sum(alone[at:]) for at in range(stages)), tuple(stopped), reopened)

    def now(self, *status: Status) -> int:
        return sum(statuses[one] for statuses in self.stopped for one in status)


def report(
    session: Session, actor: Actor | None, pipeline: Pipeline, cohort: Cohort, *, as_of: datetime, explain: bool = False
) -> Report:
    """Return the funnel of a cohort. Three statements; one more by station or unit, and one more to explain it.

    Args:
        session: The session.
        actor: For whom; confidential leads that are hidden from them do not count.
        pipeline: The stages, in order.
        cohort: Which leads.
        as_of: The instant that is now.
        explain: Name the leads behind each figure.
    """
    rows = funnel.reached(session, actor, pipeline, cohort)
    stays = funnel.days(session, actor, pipeline, cohort)
    lost = funnel.losses(session, actor, pipeline, cohort, limit=LOSSES)
    named = funnel.places(session, cohort.by) if cohort.by in {"station", "unit"} and cohort.by else {}
    counts = _Counts.of(rows, len(pipeline.stages))
    whole = {stay.stage: stay for stay in stays if stay.group is None}
    tables = [_stages(pipeline, counts, whole)]
    charts = [
        Chart(
            key="funnel",
            title=said(N_("Stages reached")),
            kind="funnel",
            table="stages",
            labels="stage",
            values=("reached",),
        ),
        Chart(
            key="outcome",
            title=said(N_("Status at the furthest stage")),
            kind="stacked",
            table="stages",
            labels="stage",
            values=("open", "lost", "abandoned", "exited"),
        ),
    ]
    if any(stay.quartiles for stay in whole.values()):
        charts.append(
            Chart(
                key="days",
                title=said(N_("Days in each stage, median")),
                kind="bar",
                table="stages",
                labels="stage",
                values=("median",),
            )
        )
    if cohort.divided:
        groups = _Groups(pipeline, cohort, named)
        tables += [groups.counted(rows, counts), groups.stood(stays)]
        charts += groups.charts()
    if lost:
        tables.append(_lost(lost, pipeline))
    entries = _entries(funnel.members(session, actor, pipeline, cohort), pipeline) if explain else {}
    return Report(
        name="funnel",
        title=said(N_("The funnel")),
        period=cohort.period,
        as_of=as_of,
        method=Method((_which(pipeline, cohort), *_METHOD), "funnel-1"),
        denominators=(said(N_("Each share is of the leads that reached the stage in its row.")),),
        left_out=tuple(_left_out(actor, counts, lost)),
        figures=_figures(pipeline, counts, entries),
        tables=tuple(tables),
        charts=tuple(charts),
    )


def stage_words(stage: Stage) -> Words:
    """Return the word for a stage; a stage of another city has its own label."""
    known = {known_stage.code: known_stage.label for known_stage in DEFAULT.stages}
    if known.get(stage.code) == stage.label and not stage.label_zh:
        return Coded("stage", stage.code)
    return Named(stage.label_zh or stage.label, stage.label, stage.code)


def _which(pipeline: Pipeline, cohort: Cohort) -> Words:
    if cohort.entering is None:
        return said(N_("Leads received in {period}."), period=cohort.period)
    stage = pipeline.stages[pipeline.position(cohort.entering)]
    return said(N_("Leads that first entered {stage} in {period}."), stage=stage_words(stage), period=cohort.period)


def _figures(pipeline: Pipeline, counts: _Counts, entries: dict[str, tuple[Entries, ...]]) -> tuple[Figure, ...]:
    leads, landed = counts.reached[0], counts.reached[-1]
    of = said(N_("of the leads"))
    found: list[tuple[str, Words, int, bool]] = [
        ("leads", said(N_("Leads")), leads, False),
        *(
            (f"reached_{stage.code}", said(N_("Reached {stage}"), stage=stage_words(stage)), number, True)
            for stage, number in zip(pipeline.stages[1:-1], counts.reached[1:-1], strict=True)
        ),
        ("landed", said(N_("Reached {stage}"), stage=stage_words(pipeline.last)), landed, True),
        ("open", said(N_("Still open")), counts.now(*OPEN), True),
        ("lost", said(N_("Lost or abandoned")), counts.now(Status.LOST, Status.ABANDONED), True),
        ("reopened", said(N_("Reopened on the way")), counts.reopened, True),
    ]
    return tuple(
        Figure(
            key=key,
            label=label,
            value=number,
            beside=((of, "share", share(number, leads)),) if part else (),
            entries=entries.get(key, ()),
        )
        for key, label, number, part in found
    )


def _entries(members: Sequence[tuple[int, int, Status, bool]], pipeline: Pipeline) -> dict[str, tuple[Entries, ...]]:
    found: dict[str, list[int]] = defaultdict(list)
    last = len(pipeline.stages) - 1
    for number, furthest, status, reopened in members:
        keys = ["leads", *(f"reached_{stage.code}" for stage in pipeline.stages[1 : min(furthest + 1, last)])]
        keys += ["landed"] if furthest == last else []
        keys += ["open"] if status in OPEN else []
        keys += ["lost"] if status in {Status.LOST, Status.ABANDONED} else []
        keys += ["reopened"] if reopened else []
        for key in keys:
            found[key].append(number)
    return {key: (Entries("lead", tuple(numbers)),) for key, numbers in found.items()}


def _stages(pipeline: Pipeline, counts: _Counts, whole: dict[str, Days]) -> Table:
    columns = (
        Column("stage", said(N_("Stage"))),
        Column("reached", said(N_("Reached")), "count"),
        Column("to_next", said(N_("To next stage")), "share"),
        Column("to_last", said(N_("To {stage}"), stage=stage_words(pipeline.last)), "share"),
        Column("open", said(N_("Still open")), "count"),
        Column("lost", said(N_("Lost")), "count"),
        Column("abandoned", said(N_("Abandoned")), "count", drops=1),
        Column("exited", said(N_("Exited")), "count", drops=2),
        Column("median", said(N_("Days, median")), "days"),
        Column("q1", said(N_("First quartile")), "days", drops=4),
        Column("q3", said(N_("Third quartile")), "days", drops=3),
        Column("left", said(N_("Left the stage")), "count", drops=6),
        Column("staying", said(N_("Now at the stage")), "count", drops=5),
    )
    rows = []
    for at, stage in enumerate(pipeline.stages):
        here, stood = counts.stopped[at], whole.get(stage.code)
        last = at == len(pipeline.stages) - 1
        rows.append(
            (
                stage_words(stage),
                counts.reached[at],
                None if last else share(counts.reached[at + 1], counts.reached[at]),
                None if last else share(counts.reached[-1], counts.reached[at]),
                sum(here[status] for status in OPEN),
                here[Status.LOST],
                here[Status.ABANDONED],
                here[Status.EXITED],
                *_quartiles(stood),
                stood.left if stood else 0,
                stood.staying if stood else 0,
            )
        )
    return Table(
        key="stages",
        title=said(N_("Stage by stage")),
        columns=columns,
        rows=tuple(rows),
        adds_up=False,
        note=said(N_("Open, lost, abandoned, exited: the leads whose furthest stage is this one.")),
    )


def _quartiles(stood: Days | None) -> tuple[Cell, Cell, Cell]:
    """Return median, first and third quartile."""
    if stood is None or stood.quartiles is None:
        return None, None, None
    return stood.quartiles[1], stood.quartiles[0], stood.quartiles[2]


@frozen
class _Groups:
    """The tables of a split cohort."""

    pipeline: Pipeline
    cohort: Cohort
    named: dict[int, tuple[str, str, str]]

    @property
    def title(self) -> Words:
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
        columns: tuple[Column, ...] = ()
        if self.cohort.each is not None:
            columns = (Column("cohort", said(N_("Cohort"))),)
        if self.cohort.by is not None:
            columns += (Column(self.cohort.by, said(_LABELS[self.cohort.by])),)
        return columns

    def cells(self, group: Group) -> tuple[Cell, ...]:
        found: tuple[Cell, ...] = (group.cohort or "",) if self.cohort.each is not None else ()
        return (*found, self.word(group.key)) if self.cohort.by is not None else found

    def word(self, key: Any) -> Words:
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

    def counted(self, rows: Sequence[Reached], whole: _Counts) -> Table:
        parts: dict[Group, list[Reached]] = defaultdict(list)
        for row in rows:
            parts[row.group].append(row)
        counts = {group: _Counts.of(mine, len(self.pipeline.stages)) for group, mine in parts.items()}
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

        def line(cells: tuple[Cell, ...], group_counts: _Counts) -> tuple[Cell, ...]:
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
            (*self.cells(group), known.get(stay.stage, stay.stage), *_quartiles(stay), stay.left, stay.staying)
            for group, stay in mine
        )
        return Table(key="days", title=said(N_("Days in each stage")), columns=columns, rows=rows, adds_up=False)


def _lost(rows: Sequence[Loss], pipeline: Pipeline) -> Table:
    known = {stage.code: stage_words(stage) for stage in pipeline.stages}
    return Table(
        key="losses",
        title=said(N_("Reasons for losses")),
        columns=(
            Column("stage", said(N_("Stage"))),
            Column("status", said(N_("Status"))),
            Column("competitor", said(N_("Competing place"))),
            Column("reason", said(N_("Reason"))),
            Column("leads", said(N_("Leads")), "count"),
        ),
        rows=tuple(
            (known.get(row.stage, row.stage), Coded("status", row.status.value), row.competitor, row.reason, row.leads)
            for row in rows
        ),
        adds_up=True,
        note=said(N_("By the stage at that time.")),
    )


def _left_out(actor: Actor | None, counts: _Counts, lost: Sequence[Loss]) -> Iterable[LeftOut]:
    yield from hidden(actor)
    if counts.reopened:
        yield LeftOut(said(N_("Further cycles of reopened leads: each lead counts once.")), counts.reopened)
    rest = counts.now(Status.LOST, Status.ABANDONED) - sum(row.leads for row in lost)
    if rest:
        yield LeftOut(said(N_("Lost and abandoned leads with less frequent reasons.")), rest)


def hidden(actor: Actor | None) -> tuple[LeftOut, ...]:
    """Return the note of every report for those who may not see all leads, without a number, which would disclose."""
    if scope(actor, Right.CONFIDENTIAL_READ) is Scope.ALL:
        return ()
    return (LeftOut(said(N_("Confidential leads that you may not see."))),)
