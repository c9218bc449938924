"""Scores against the plainest Python there is, on random records, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm.reads.targets.rows import ScoreLine
from crm.rules.targets.codes import Standing
from tests.reads.targets.score_records import (
    DAYS,
    DISTRICTS,
    EVENTS,
    MONEY,
    PROJECTS,
    TRIPS,
    Event,
    Money,
    PlannedTrip,
    Project,
    Records,
)
from tests.tiers import examples


@pytest.fixture(scope="module")
def records(engine: Engine) -> Iterator[Records]:
    """The bureau, in a transaction that is rolled back after the module."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield Records(session)
        outer.rollback()


# --- the oracle -----------------------------------------------------------------------------------------------------


def places(trip: PlannedTrip) -> set[str]:
    """Return where a delegation led."""
    known = {country for country in trip.countries if country}
    return {"abroad"} if known - {"CN"} else {"home"} if known else set()


def parts(trip: PlannedTrip) -> dict[str, str | None]:
    """Return each unit of a delegation with the rank of the leader it sends."""
    mine = {unit: rank for unit, rank, left in trip.parts if not left}
    if trip.unit is not None and trip.unit not in mine:
        mine[trip.unit] = trip.rank
    return mine


def went(trips: list[PlannedTrip], first: date, last: date) -> list[PlannedTrip]:
    """Return the delegations that departed from a day to a day."""
    return [trip for trip in trips if not trip.cancelled and first <= trip.day <= last]


def spans_of(months: int) -> list[tuple[date, date]]:
    """Return the parts of 2023 of so many months."""
    firsts = [date(2023, month, 1) for month in range(1, 13, months)] + [date(2024, 1, 1)]
    return [(one, after - timedelta(days=1)) for one, after in pairwise(firsts)]


def standing(value: Fraction, threshold: Fraction, first: date, last: date, today: date, *, whole_things: bool) -> str:
    """Say how a figure stands that grows with time."""
    if today < first:
        return "not_begun"
    if value >= threshold:
        return "reached"
    if today >= last:
        return "missed"
    expected = threshold * ((today - first).days + 1) / ((last - first).days + 1)
    if whole_things:
        expected = Fraction(expected.numerator // expected.denominator)
    return "on_track" if value >= expected else "behind"


def lines(card: Any, code: str) -> dict[str | None, ScoreLine]:
    """Return the lines of a target by unit."""
    return {line.unit.code if line.unit else None: line for line in card.lines if line.target.code == code}


def check(
    line: ScoreLine, number: int, value: int, threshold: int, span: tuple[date, date], today: date, *, things: bool
) -> None:
    """Compare one cell."""
    score = line.cells[number].score
    assert (score.value, score.threshold) == (value, threshold)
    assert score.achieved == Fraction(value, threshold)
    assert score.missing == max(threshold - value, 0)
    assert score.standing.value == standing(Fraction(value), Fraction(threshold), *span, today, whole_things=things)


YEAR = (date(2023, 1, 1), date(2023, 12, 31))


@examples(25)
@given(TRIPS, DAYS.filter(lambda day: day.year == 2023))
def test_delegations(records: Records, trips: list[PlannedTrip], today: date) -> None:
    """By unit and quarter, once for the city, once for several jointly, and against the year before."""
    with records.session.begin_nested() as kept:
        for trip in trips:
            records.put_trip(trip)
        card = records.world.manager.targets.score(2023, as_of=today)
        kept.rollback()
    done = went(trips, YEAR[0], today)
    check(lines(card, "abroad")[None], 0, sum("abroad" in places(trip) for trip in done), 3, YEAR, today, things=True)
    joint = sum(bool({*DISTRICTS, "hitech"} & set(parts(trip))) for trip in done)
    check(lines(card, "together")[None], 0, joint, 4, YEAR, today, things=True)
    found = lines(card, "home")
    assert set(found) == {*DISTRICTS, "hitech"}
    for unit, line in found.items():
        for number, span in enumerate(spans_of(3)):
            mine = [
                trip for trip in went(trips, span[0], min(span[1], today))
                if "home" in places(trip) and unit is not None and parts(trip).get(unit) == "first"
            ]  # fmt: skip
            check(line, number, len(mine), 1, span, today, things=True)
    for unit, line in lines(card, "twice").items():
        led = [trip for trip in trips if unit is not None and parts(trip).get(unit) == "first"]
        before = len(went(led, date(2022, 1, 1), date(2022, 12, 31)))
        score = line.cells[0].score
        assert (score.value, score.whole or 0) == (len(went(led, YEAR[0], today)), before)
        if before:
            check(line, 0, len(went(led, YEAR[0], today)), -(-before * 3 // 2), YEAR, today, things=True)
        else:
            assert (score.standing, score.threshold, score.missing) == (Standing.NOT_AVAILABLE, None, None)


@examples(20)
@given(EVENTS, MONEY, DAYS.filter(lambda day: day.year == 2023))
def test_events_and_capital(records: Records, events: list[Event], money: list[Money], today: date) -> None:
    """Month by month, in dollars to the cent, by country group and half-year, and as a share."""
    with records.session.begin_nested() as kept:
        for event in events:
            records.put_event(event)
        for arrival in money:
            records.put_money(arrival)
        card = records.world.manager.targets.score(2023, as_of=today)
        kept.rollback()
    for number, span in enumerate(spans_of(1)):
        held = [
            event for event in events
            if event.state == "held" and event.country == "CN" and span[0] <= event.day <= min(span[1], today)
        ]  # fmt: skip
        check(lines(card, "events")[None], number, len(held), 1, span, today, things=True)
    counted = [
        arrival
        for arrival in money
        if arrival.confirmed and arrival.country != "CN" and YEAR[0] <= arrival.day <= today
    ]
    total = sum(arrival.usd for arrival in counted)
    check(lines(card, "fdi")[None], 0, total, 100_000, YEAR, today, things=False)
    assert lines(card, "fdi")[None].cells[0].score.tier.value == (
        "stretch" if total >= 300_000 else "base" if total >= 100_000 else "none"
    )
    for unit, line in lines(card, "japan").items():
        for number, span in enumerate(spans_of(6)):
            mine = sum(
                arrival.usd for arrival in counted if arrival.unit == unit and arrival.country == "JP" and span[0] <= arrival.day <= span[1]
            )  # fmt: skip
            check(line, number, mine, 10_000, span, today, things=False)
    part = sum(arrival.usd for arrival in counted if arrival.industry == "C36" and arrival.kind != "reinvestment")
    score = lines(card, "share")[None].cells[0].score
    assert (score.value, score.whole) == (part, total)
    if not total:
        assert score.standing is Standing.NOT_AVAILABLE
        return
    enough = Fraction(part, total) >= Fraction(2, 5)
    over = today == YEAR[1]
    assert score.standing.value == (("reached" if over else "on_track") if enough else ("missed" if over else "behind"))
    assert score.missing is not None
    more = score.missing
    assert Fraction(part + more, total + more) >= Fraction(2, 5)
    assert not more or Fraction(part + more - 1, total + more - 1) < Fraction(2, 5)


@examples(20)
@given(PROJECTS, DAYS.filter(lambda day: day.year == 2023))
def test_projects(records: Records, projects: list[Project], today: date) -> None:
    """Once, at their stage, by the latest agreed amount, for the unit that had them then; hidden ones for those who may see them.

    On the day as corrected, and not while what they were signed by is withdrawn, or before what was carried over is settled.
    """
    with records.session.begin_nested() as kept:
        for project in projects:
            records.put_project(project)
        cards = {
            True: records.world.manager.targets.score(2023, as_of=today),
            False: records.world.viewer.targets.score(2023, as_of=today),
        }
        kept.rollback()
    for sees_all, card in cards.items():
        seen = [
            project
            for project in projects
            if (sees_all or not project.secret)
            and project.status != "lost"
            and not project.undone
            and project.carried != "carried"
        ]
        for unit, line in lines(card, "projects").items():
            mine = [
                statement for statement in seen
                if statement.stage != "negotiating" and YEAR[0] <= statement.signed_on <= today and statement.foreign and statement.industry == "C36"
                and statement.currency == "USD" and statement.amount >= 10_000 and statement.then == unit
            ]  # fmt: skip
            check(line, 0, len(mine), 1, YEAR, today, things=True)
        registered = [
            statement for statement in seen
            if statement.stage == "registered" and YEAR[0] <= statement.day + timedelta(days=1) <= today and statement.now in {"west", "hitech"}
        ]  # fmt: skip
        check(lines(card, "all-projects")[None], 0, len(registered), 2, YEAR, today, things=True)
