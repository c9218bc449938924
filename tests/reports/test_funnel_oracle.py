"""The funnel against the plainest Python there is, on random histories moved through the front door."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from crm import CRM
from crm.models import Lead, Station
from crm.reports.sheet import Report
from crm.values.period import Period
from crm.values.sentences import Coded, Named
from tests.factories import LeadFactory, World
from tests.moves import carried_over, counted, moves_of, undone_gates
from tests.reports.histories import HISTORIES, STAGES, live, shown
from tests.tiers import examples


def test_the_funnel_is_what_a_slow_reader_counts(engine: Engine, pytestconfig: pytest.Config) -> None:
    """Each number of each table, for those who see all and for those who do not; by month, and by whatever leads are divided by."""
    doors: list[tuple[str, str | None]] = [
        ("manager", None),
        ("tokyo", "negotiating"),
        ("viewer", None),
        ("tokyo", "signed"),
    ]
    if pytestconfig.getoption("--tier") == "quick":
        del doors[2:]

    @examples(5)
    @given(HISTORIES)
    def holds(histories: list[Any]) -> None:
        with engine.connect() as connection:
            transaction = connection.begin()
            with Session(connection, join_transaction_mode="create_savepoint") as session:
                world = World(session)
                leads = [lead for lead in live(world, histories) if not carried_over(session, lead.id)]
                moves = {lead.id: moves_of(session, lead.id) for lead in leads}
                for door, entering in doors:
                    seen = {lead: moves[lead.id] for lead in leads if not lead.confidential or shown(door, lead, world)}
                    compare(getattr(world, door), Slow(session, seen, entering), entering)
            transaction.rollback()

    holds()


def compare(door: CRM, slow: Slow, entering: str | None) -> None:
    """Ask for every division."""
    for slow.by in (None, "station", "unit", "source", "country", "industry"):
        report = door.report.funnel("2023", each="month", by=slow.by, entering=entering)
        assert stages_of(report) == slow.stages()
        assert groups_of(report) == slow.groups()
        assert days_of(report) == slow.days()
        assert losses_of(report) == slow.losses()
    for figure in door.report.funnel("2023", entering=entering, explain=True).figures:
        ids = [number for found in figure.entries for number in found.ids]
        assert len(ids) == figure.value
        assert ids == sorted(set(ids))


class Slow:
    """Reads every transition and counts by hand."""

    def __init__(self, session: Session, leads: dict[Lead, list[Any]], entering: str | None) -> None:
        self.by: str | None = None
        self.moves = {lead.id: moves for lead, moves in leads.items()}
        self.counted = {lead.id: counted(moves, undone_gates(session, lead.id)) for lead, moves in leads.items()}
        self.stations = {row.id: row.code for row in session.execute(select(Station.id, Station.code))}
        self.leads: list[tuple[Lead, date]] = []
        for lead in leads:
            days = [lead.received_on]
            if entering is not None:
                days = [
                    move.occurred_on
                    for move in self.counted[lead.id]
                    if STAGES.index(move.to_stage) >= STAGES.index(entering)
                ]
            if days and min(days).year == 2023:
                self.leads.append((lead, min(days)))

    def furthest(self, lead: Lead) -> int:
        """Return the furthest stage a lead ever entered, and met its gates."""
        forward = [move for move in self.counted[lead.id] if move.kind == "advance"]
        return max((STAGES.index(move.to_stage) for move in forward), default=0)

    def group(self, lead: Lead, day: date) -> tuple[str, str | None]:
        """Return the month of a lead, and what it is divided by."""
        month = str(Period.holding(day, "month"))
        found = {
            None: None, "station": self.stations[lead.station_id or 0], "unit": "hitech",
            "country": lead.investor.country, "industry": lead.industry[0] if lead.industry else None, "source": lead.source_kind.value,
        }  # fmt: skip
        return month, found[self.by]

    def stays(self, lead: Lead) -> dict[str, int | None]:
        """Return the days in each stage, None where the lead stands now."""
        total: dict[str, int | None] = {}
        moves = [move for move in self.moves[lead.id] if move.kind.value not in {"hold", "resume"}]
        for number, move in enumerate(moves):
            if move.kind.value in {"lose", "abandon", "exit"}:
                continue
            before = total.get(move.to_stage, 0)
            if number + 1 == len(moves) or before is None:
                total[move.to_stage] = None
            else:
                total[move.to_stage] = before + (moves[number + 1].occurred_on - move.occurred_on).days
        return total

    def stages(self) -> list[Any]:
        """Return the first table."""
        rows = []
        for at, stage in enumerate(STAGES):
            reached = sum(self.furthest(lead) >= at for lead, _ in self.leads)
            here = Counter(lead.status.value for lead, _ in self.leads if self.furthest(lead) == at)
            days = [self.stays(lead)[stage] for lead, _ in self.leads if stage in self.stays(lead)]
            left = sorted(day for day in days if day is not None)
            rows.append((
                stage, reached, here["active"] + here["on_hold"], here["lost"], here["abandoned"], here["exited"],
                *quartiles(left), len(left), days.count(None),
            ))  # fmt: skip
        return rows

    def groups(self) -> list[Any]:
        """Return how far each group got."""
        found: dict[tuple[str, str | None], list[Lead]] = {}
        for lead, day in self.leads:
            found.setdefault(self.group(lead, day), []).append(lead)
        return sorted(
            (key, *(sum(self.furthest(lead) >= at for lead in leads) for at in range(len(STAGES)))) for key, leads in found.items()
        )  # fmt: skip

    def days(self) -> list[Any]:
        """Return how long each group stood."""
        found: dict[tuple[Any, str], list[int | None]] = {}
        for lead, day in self.leads:
            for stage, days in self.stays(lead).items():
                found.setdefault((self.group(lead, day), stage), []).append(days)
        return sorted(
            ((*key, *quartiles(left := sorted(day for day in days if day is not None)), len(left), days.count(None)) for key, days in found.items()),
            key=str,
        )  # fmt: skip

    def losses(self) -> list[Any]:
        """Return why leads were lost."""
        last = [(lead, self.moves[lead.id][-1]) for lead, _ in self.leads if lead.status.value in {"lost", "abandoned"}]
        found = Counter((move.to_stage, lead.status.value, move.competitor, move.reason) for lead, move in last)
        return sorted(((*key, count) for key, count in found.items()), key=str)


def quartiles(days: list[int]) -> tuple[Fraction | None, ...]:
    """Return median, first and third quartile as a spreadsheet finds them."""
    if not days:
        return None, None, None
    found = []
    for quarter in (2, 1, 3):
        place = Fraction(len(days) - 1) * quarter / 4
        low = int(place)
        high = min(low + 1, len(days) - 1)
        found.append(days[low] + (days[high] - days[low]) * (place - low))
    return tuple(found)


def code(cell: Any) -> Any:
    """Return the code behind a cell."""
    if isinstance(cell, Coded | Named):
        return cell.code
    return str(cell) if isinstance(cell, Period) else (cell if isinstance(cell, str) else None)


def stages_of(report: Report) -> list[Any]:
    """Return the first table as the slow reader writes it."""
    table = report.table("stages")
    keys = ("reached", "open", "lost", "abandoned", "exited", "median", "q1", "q3", "left", "staying")
    return [
        (code(row[0]), *(row[[column.key for column in table.columns].index(key)] for key in keys))
        for row in table.rows
    ]


def groups_of(report: Report) -> list[Any]:
    """Return how far each group got; its total is that of the stages."""
    table = report.table("groups")
    names = len(table.columns) - 3 - len(STAGES)
    assert table.total is not None
    assert table.total[names : names + len(STAGES)] == report.table("stages").column("reached")
    return sorted(
        ((code(row[0]), code(row[1]) if names > 1 else None), *row[names : names + len(STAGES)]) for row in table.rows
    )


def days_of(report: Report) -> list[Any]:
    """Return how long each group stood."""
    table = report.table("days")
    names = len(table.columns) - 6
    return sorted(
        (
            ((code(row[0]), code(row[1]) if names > 1 else None), code(row[names]), *row[names + 1 :])
            for row in table.rows
        ),
        key=str,
    )


def losses_of(report: Report) -> list[Any]:
    """Return why leads were lost."""
    if "losses" not in {table.key for table in report.tables}:
        return []
    return sorted(((code(row[0]), code(row[1]), *row[2:]) for row in report.table("losses").rows), key=str)


def test_who_may_not_see_a_lead_counts_none_and_learns_no_number(session: Session) -> None:
    """A hidden lead is in no figure, and what is left out is said without a number, whether there is one or not."""
    world = World(session)
    LeadFactory.create(world=world, secret=True)
    LeadFactory.create(world=world)
    everything, part = world.manager.report.funnel(2023), world.viewer.report.funnel(2023)
    assert (everything.figure("leads").value, part.figure("leads").value) == (2, 1)
    assert [omission.count for omission in part.left_out] == [None]
    assert everything.left_out == ()


def test_a_cohort_is_cut_at_midnight_of_its_period(session: Session) -> None:
    """A lead counts in the year of its day of receipt, or of its first entering."""
    world = World(session)
    LeadFactory.create(world=world, received="2022-12-31")
    lead = LeadFactory.create(world=world, received="2022-12-31", negotiating=True)
    assert world.manager.report.funnel(2022).figure("leads").value == 2
    assert world.manager.report.funnel(2023).figure("leads").value == 0
    explained = world.manager.report.funnel(2023, entering="negotiating", explain=True)
    assert [found.ids for found in explained.figure("leads").entries] == [(lead.id,)]
