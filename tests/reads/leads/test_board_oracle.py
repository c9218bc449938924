"""The board against the plainest Python there is, on random histories moved through the front door."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from crm.models import Lead, Transition
from crm.rules.stages import DEFAULT
from crm.values.money import Money
from crm.values.sentences import Coded
from tests.factories import World
from tests.moves import moves_of
from tests.reports.histories import HISTORIES, STAGES, live, shown
from tests.tiers import examples

OPEN = {"active", "on_hold"}
#: A hold, its end and a closing leave the stage as old as it was.
ENTERS = {"open", "advance", "back", "reopen"}


def test_the_board_is_what_a_slow_reader_counts(engine: Engine) -> None:
    """Each stage, its oldest lead, what stood too long and what is expected, for those who see all and for those who do not."""

    @examples(12)
    @given(HISTORIES, st.integers(0, 150))
    def holds(histories: list[Any], later: int) -> None:
        with engine.connect() as connection:
            transaction = connection.begin()
            with Session(connection, join_transaction_mode="create_savepoint") as session:
                world = World(session)
                leads = live(world, histories)
                moments = select(Transition.recorded_at).order_by(Transition.recorded_at.desc()).limit(1)
                world.clock.instant = session.scalars(moments).one()
                world.clock.forward(days=later)
                slow = [Slow(session, lead, world) for lead in leads]
                for door in ("manager", "tokyo", "viewer"):
                    compare(world, door, slow)
                    compare(
                        world,
                        door,
                        [board_lead for board_lead in slow if board_lead.station == "tokyo"],
                        station="tokyo",
                    )
            transaction.rollback()

    holds()


class Slow:
    """Reads every transition of one lead."""

    def __init__(self, session: Session, lead: Lead, world: World) -> None:
        moves = moves_of(session, lead.id)
        last = moves[-1]
        self.lead, self.station = lead, "tokyo" if lead.station_id == _station(world) else "elsewhere"
        self.stage, self.status = last.to_stage, last.to_status.value
        self.since = [move for move in moves if move.kind.value in ENTERS][-1].occurred_on
        limit = DEFAULT.stages[STAGES.index(self.stage)].stale_days
        if self.status == "on_hold":
            self.stale = last.review_on is not None and last.review_on < world.today
        else:
            self.stale = limit is not None and last.occurred_on < world.today - timedelta(days=limit)


def _station(world: World) -> int | None:
    assert world.tokyo.actor is not None
    return world.tokyo.actor.station_id


def compare(world: World, door: str, leads: list[Slow], *, station: str | None = None) -> None:
    """Ask for the board."""
    report = getattr(world, door).report.board(station=station, explain=True)
    table = report.table("stages")
    here = [lead for lead in leads if lead.status in OPEN]
    expected: list[Any] = []
    for stage in STAGES:
        mine = [board_lead for board_lead in here if board_lead.stage == stage]
        since = min((board_lead.since for board_lead in mine), default=None)
        expected.append((
            stage, len(mine), sum(board_lead.status == "active" for board_lead in mine), sum(board_lead.status == "on_hold" for board_lead in mine),
            sum(late(world, door, board_lead) for board_lead in mine), None if since is None else (world.today - since).days, amounts(world, door, mine),
        ))  # fmt: skip
    assert [(code(row[0]), *row[1:]) for row in table.rows] == expected
    assert table.total is not None
    assert table.total[1:5] == tuple(sum(row[at] for row in expected) for at in range(1, 5))
    assert table.total[6] == amounts(world, door, here)
    named = [board_lead for board_lead in here if seen(world, door, board_lead.lead)]
    ids = {
        "leads": named,
        "active": [board_lead for board_lead in named if board_lead.status == "active"],
        "on_hold": [board_lead for board_lead in named if board_lead.status == "on_hold"],
        "stale": [board_lead for board_lead in named if late(world, door, board_lead)],
    }
    for figure, count in zip(report.figures, table.total[1:5], strict=True):
        assert figure.value == count
        assert [number for found in figure.entries for number in found.ids] == [
            board_lead.lead.id for board_lead in ids[figure.key]
        ]


def late(world: World, door: str, board_lead: Slow) -> bool:
    """Say whether somebody is told that a lead stands too long; that its review is overdue only who sees the lead."""
    return board_lead.stale and (board_lead.status != "on_hold" or seen(world, door, board_lead.lead))


def seen(world: World, door: str, lead: Lead) -> bool:
    """Say whether somebody sees a lead by its name."""
    return not lead.confidential or shown(door, lead, world)


def amounts(world: World, door: str, leads: list[Slow]) -> tuple[Money, ...]:
    """Return what is expected by currency, of the leads that are seen."""
    sums: Counter[str] = Counter()
    for lead in leads:
        if lead.lead.expected is not None and seen(world, door, lead.lead):
            sums[lead.lead.expected.currency] += lead.lead.expected.minor
    return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()))


def code(cell: Any) -> str:
    """Return the stage of a row."""
    assert isinstance(cell, Coded)
    return cell.code
