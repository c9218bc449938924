"""Reads a frozen scorecard. Six statements."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from attrs import evolve
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.models import FrozenCell
from crm.reads.targets.counting import units_of
from crm.reads.targets.queries import versions
from crm.reads.targets.rows import FrozenScoreRow, Scorecard, ScoreCell, ScoreLine
from crm.reads.targets.scores import ranking
from crm.reads.targets.totals import restricted
from crm.rules.access import Actor
from crm.rules.targets.targets import Clock, line, score

_DAY = timedelta(days=1)


def frozen_card(session: Session, actor: Actor | None, edition: FrozenScoreRow) -> Scorecard:
    """Return a frozen scorecard with its original standings, whatever the current rules are.

    Readers who may not see confidential leads get the figures that were frozen without them.

    Args:
        session: The session.
        actor: The actor.
        edition: Which one.
    """
    cells = session.scalars(select(FrozenCell).where(FrozenCell.score_id == edition.id).order_by(FrozenCell.id)).all()
    known = versions(session, {cell.terms_id for cell in cells})
    units = {unit.id: unit for unit, _ in units_of(session)}
    veiled = restricted(actor)
    found: dict[tuple[int, int | None], list[ScoreCell]] = defaultdict(list)
    for cell in cells:
        terms = known[cell.terms_id][1].terms
        span = cell.period
        clock = Clock.of(span, edition.as_of)
        value, whole = (cell.open_value, cell.open_whole) if veiled else (cell.value, cell.whole)
        scored = score(terms.threshold, value, clock, whole=whole, countable=terms.counts == "count")
        stood = (cell.open_standing, cell.open_tier, cell.open_why) if veiled else (cell.standing, cell.tier, cell.why)
        found[cell.terms_id, cell.unit_id].append(
            ScoreCell(span=span, clock=clock, score=evolve(scored, standing=stood[0], tier=stood[1], reason=stood[2]))
        )
    lines = tuple(
        ScoreLine(
            target=known[terms_id][0],
            unit=None if unit_id is None else units[unit_id],
            cells=tuple(mine),
            line=line((cell.score, cell.clock) for cell in mine),
        )
        for (terms_id, unit_id), mine in found.items()
    )
    return Scorecard(
        period=edition.period, as_of=edition.as_of, lines=lines, ranking=ranking(lines), uncompared={}, edition=edition
    )
