"""The board as a report: number and amounts of leads at each stage, in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from attrs import frozen
from sqlalchemy import ColumnElement, Row, case, func, null, select
from sqlalchemy.orm import Session

from crm.errors import N_
from crm.models import Lead
from crm.reads.kernel.moves import stage_now
from crm.reads.kernel.rows import Entries
from crm.reads.kernel.visibility import visible
from crm.reads.leads.staleness import standing_too_long
from crm.reports.shared import stage_words
from crm.reports.sheet import Chart, Column, Figure, LeftOut, Method, Report, Table, sum_of
from crm.rules.access import Actor, Right, Scope, scope
from crm.rules.stages import OPEN, Pipeline, Status
from crm.values.moments import bureau_day
from crm.values.money import Money
from crm.values.sentences import Words, said


@frozen
class StageTotals:
    """The totals of one stage.

    Attributes:
        stage: The stage.
        active: Leads that move.
        on_hold: Leads that wait.
        stale: How many of both have stood too long.
        since: The day since which the oldest has stood, or None.
        amounts: What is expected, by currency, of the leads that are seen.
    """

    stage: str
    active: int
    on_hold: int
    stale: int
    since: date | None
    amounts: tuple[Money, ...]


def stage_totals(
    session: Session, actor: Actor | None, pipeline: Pipeline, *, today: date, where: Iterable[ColumnElement[bool]] = ()
) -> tuple[StageTotals, ...]:
    """Return the totals of each stage, those of an older policy last. One statement."""
    seen = visible(actor)
    currency = case((seen, Lead.expected_currency), else_=null())
    stage = stage_now(pipeline, Lead.stage).label("stage")
    rows = session.execute(
        select(
            stage,
            Lead.status,
            currency.label("currency"),
            func.count().label("leads"),
            func.min(Lead.entered_on).label("since"),
            func.sum(case((seen, Lead.expected_minor), else_=null())).label("minor"),
            func.sum(case((standing_too_long(actor, pipeline, today), 1), else_=0)).label("stale"),
        )
        .where(Lead.status.in_(OPEN), *where)
        .group_by(stage, Lead.status, currency)
    )
    by_stage: dict[str, list[Row[*tuple[object, ...]]]] = defaultdict(list)
    for row in rows:
        by_stage[row.stage].append(row)
    known = [stage.code for stage in pipeline.stages]
    return tuple(_standing(code, by_stage[code]) for code in [*known, *sorted(set(by_stage) - set(known))])


def _standing(stage: str, rows: Sequence[Row[*tuple[object, ...]]]) -> StageTotals:
    return StageTotals(
        stage=stage,
        active=sum(row.leads for row in rows if row.status is Status.ACTIVE),
        on_hold=sum(row.leads for row in rows if row.status is Status.ON_HOLD),
        stale=sum(int(row.stale) for row in rows),
        since=min((row.since for row in rows), default=None),
        amounts=sum_of(Money(int(row.minor), row.currency) for row in rows if row.minor is not None),
    )


def report(
    session: Session,
    actor: Actor | None,
    pipeline: Pipeline,
    *,
    as_of: datetime,
    where: Iterable[ColumnElement[bool]] = (),
    explain: bool = False,
) -> Report:
    """Return the board. One statement, and one more to explain it.

    Args:
        session: The session.
        actor: For whom; a confidential lead that is hidden from them counts, as it stands on the board under its code
            name, without its amount.
        pipeline: The stages, in order.
        as_of: The instant that is now.
        where: Further conditions on Lead.
        explain: Name the leads behind each figure.
    """
    today, conditions = bureau_day(as_of), tuple(where)
    rows = stage_totals(session, actor, pipeline, today=today, where=conditions)
    known: Mapping[str, Words] = {stage.code: stage_words(stage) for stage in pipeline.stages}
    numbers = _entries(session, actor, pipeline, today, conditions) if explain else {}
    active, held, stale = (sum(getattr(row, name) for row in rows) for name in ("active", "on_hold", "stale"))
    figures = tuple(
        Figure(key=key, label=label, value=value, entries=numbers.get(key, ()))
        for key, label, value in (
            ("leads", said(N_("In the pipeline")), active + held),
            ("active", said(N_("Active")), active),
            ("on_hold", said(N_("On hold")), held),
            ("stale", said(N_("Too long without a move")), stale),
        )
    )
    columns = (
        Column("stage", said(N_("Stage"))),
        Column("leads", said(N_("Leads")), "count"),
        Column("active", said(N_("Active")), "count"),
        Column("on_hold", said(N_("On hold")), "count"),
        Column("stale", said(N_("Too long without a move")), "count"),
        Column("oldest", said(N_("Longest, days")), "days", drops=1),
        Column("expected", said(N_("Expected")), "money"),
    )
    table = Table(
        key="stages",
        title=said(N_("Stage by stage")),
        columns=columns,
        adds_up=True,
        rows=tuple(
            (
                known.get(row.stage, row.stage),
                row.active + row.on_hold,
                row.active,
                row.on_hold,
                row.stale,
                None if row.since is None else max((today - row.since).days, 0),
                row.amounts,
            )
            for row in rows
        ),
        total=(
            said(N_("All")),
            active + held,
            active,
            held,
            stale,
            None,
            sum_of(amount for row in rows for amount in row.amounts),
        ),
    )
    return Report(
        name="board",
        title=said(N_("The board")),
        period=None,
        as_of=as_of,
        method=Method(
            (
                said(N_("Active leads and leads on hold, by stage.")),
                said(N_("Expected amounts are as entered; those of different currencies are not added up.")),
                said(
                    N_("Stale: without a move for more days than the stage allows, or on hold past the day of review.")
                ),
            ),
            "board-1",
        ),
        left_out=tuple(_left_out(actor)),
        figures=figures,
        tables=(table,),
        charts=(
            Chart(
                key="stages",
                title=said(N_("Leads in each stage")),
                kind="stacked",
                table="stages",
                labels="stage",
                values=("active", "on_hold"),
            ),
        ),
    )


def _left_out(actor: Actor | None) -> Iterable[LeftOut]:
    yield LeftOut(said(N_("Lost, abandoned and exited leads.")))
    if scope(actor, Right.CONFIDENTIAL_READ) is not Scope.ALL:
        yield LeftOut(
            said(
                N_(
                    "The amounts of confidential leads that you may not see, and whether their day of review "
                    "has passed."
                )
            )
        )


def _entries(
    session: Session, actor: Actor | None, pipeline: Pipeline, today: date, where: tuple[ColumnElement[bool], ...]
) -> dict[str, tuple[Entries, ...]]:
    rows = session.execute(
        select(Lead.id, Lead.status, case((standing_too_long(actor, pipeline, today), 1), else_=0).label("stale"))
        .where(Lead.status.in_(OPEN), visible(actor), *where)
        .order_by(Lead.id)
    ).all()
    found = {
        "leads": [row.id for row in rows],
        "active": [row.id for row in rows if row.status is Status.ACTIVE],
        "on_hold": [row.id for row in rows if row.status is Status.ON_HOLD],
        "stale": [row.id for row in rows if row.stale],
    }
    return {key: (Entries("lead", tuple(numbers)),) for key, numbers in found.items()}
