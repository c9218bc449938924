"""The funnel as a report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from crm.errors import N_
from crm.reads.kernel.rows import Entries
from crm.reports import funnel
from crm.reports.funnel import Cohort, Days, Loss
from crm.reports.funnel_groups import Counts, Groups, quartiles
from crm.reports.shared import hidden, stage_words
from crm.reports.sheet import Chart, Column, Figure, LeftOut, Method, Report, Table
from crm.rules.access import Actor
from crm.rules.stages import OPEN, Pipeline, Status
from crm.values.ratios import share
from crm.values.sentences import Coded, Words, said

#: The number of reasons listed; the report counts the rest as left out.
LOSSES = 50

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
    counts = Counts.of(rows, len(pipeline.stages))
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
        groups = Groups(pipeline, cohort, named)
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


def _which(pipeline: Pipeline, cohort: Cohort) -> Words:
    if cohort.entering is None:
        return said(N_("Leads received in {period}."), period=cohort.period)
    stage = pipeline.stages[pipeline.position(cohort.entering)]
    return said(N_("Leads that first entered {stage} in {period}."), stage=stage_words(stage), period=cohort.period)


def _figures(pipeline: Pipeline, counts: Counts, entries: dict[str, tuple[Entries, ...]]) -> tuple[Figure, ...]:
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


def _stages(pipeline: Pipeline, counts: Counts, whole: dict[str, Days]) -> Table:
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
                *quartiles(stood),
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


def _left_out(actor: Actor | None, counts: Counts, lost: Sequence[Loss]) -> Iterable[LeftOut]:
    yield from hidden(actor)
    if counts.reopened:
        yield LeftOut(said(N_("Further cycles of reopened leads: each lead counts once.")), counts.reopened)
    rest = counts.now(Status.LOST, Status.ABANDONED) - sum(row.leads for row in lost)
    if rest:
        yield LeftOut(said(N_("Lost and abandoned leads with less frequent reasons.")), rest)
