"""How claims stand, derived in SQL, against the rule for one claim; and two filings at once."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm.db import session_scope
from crm.errors import Conflict
from crm.models import Lead
from crm.reads.claims import queries as reports
from crm.rules.claims import ClaimPolicy, protection
from crm.rules.stages import DEFAULT
from crm.values.moments import bureau_day
from tests.factories import LeadFactory, World

#: Days between what happens, and what; drawn once, so that every run is the same.
HISTORIES = [
    [(5, "renew"), (5, "meet"), (9, "meet"), (0, "hold"), (3, "resume")],
    [(10, "meet"), (11, "meet"), (2, "meet")],
    [(11, "meet"), (1, "meet")],
    [(10, "hold"), (10, "resume"), (10, "meet"), (10, "wait")],
    [(10, "hold"), (10, "resume"), (10, "meet"), (11, "wait")],
    [(0, "meet"), (0, "meet"), (10, "wait")],
    [(10, "renew"), (10, "renew"), (10, "wait"), (1, "wait")],
    [(4, "wait")],
]


@pytest.mark.portable
@pytest.mark.parametrize("hour", [0, 15, 16, 23])
def test_sql_and_rule_agree(world: World, hour: int) -> None:
    """On any history, at any hour: a bureau's day begins at four in the afternoon UTC."""
    policy = ClaimPolicy(protection_days=10)
    pipeline = evolve(DEFAULT, claims=policy)
    zone, tokyo, manager = (world.door(f"{name}.desk", policy=pipeline) for name in ("zone", "tokyo", "manager"))
    for number, history in enumerate(HISTORIES):
        world.clock.instant = world.clock.instant.replace(hour=hour)
        lead = LeadFactory.create(world=world, title=f"{hour} {number}")
        zone.claims.file(lead)
        since, progress = bureau_day(world.clock()), list[date]()
        for days, what in history:
            world.clock.forward(days=days)
            acts: dict[str, Any] = {
                "meet": lambda lead=lead: tokyo.meetings.log(
                    lead, summary="talk", at=world.clock(), zone="Asia/Tokyo", kind="call", distinct="again"
                ),
                "hold": lambda lead=lead: tokyo.leads.hold(lead, reason="r", review=world.day(1)),
                "resume": lambda lead=lead: tokyo.leads.resume(lead),
                "renew": lambda lead=lead: zone.claims.renew(lead),
                "wait": lambda: None,
            }
            acts[what]()
            if what != "wait":
                progress.append(bureau_day(world.clock()))
        expected = protection(policy, since, progress, world.today)
        (row,) = manager.claims.list(lead=lead)
        assert (row.protected_until, row.state) == (expected.until, "lapsed" if expected.lapsed else "active"), history
        pooled = [row for row in manager.claims.pool() if row.id == lead.id]
        assert [row.since for row in pooled] == ([expected.until + timedelta(days=1)] if expected.lapsed else [])
        assert (lead.id in {claim.lead_id for claim in manager.claims.list(state="active")}) is not expected.lapsed
        assert stands(world, policy, lead) is not expected.lapsed
    standing = manager.claims.list(state="active", unit="hitech")
    hitech = manager.units.get("hitech")
    assert reports.holdings(world.session, policy, hitech.id, today=world.today) == len(standing) > 0


def stands(world: World, policy: ClaimPolicy, lead: Lead) -> bool:
    """Return whether a claim on the lead's company stands, as every list of investors tells."""
    told = reports.holders(world.session, None, policy, [lead.investor_id], today=world.today)
    return bool(told.get(lead.investor_id))


@pytest.mark.parametrize(
    ("filed", "looked", "stood"),
    [
        ("01-02T15:59:59.999999", "01-12T15:59:59.999999", True),
        ("01-02T15:59:59.999999", "01-12T16:00:00", False),
        ("01-02T16:00:00", "01-12T16:00:00", True),
        ("01-02T16:00:00", "01-13T15:59:59.999999", True),
        ("01-02T16:00:00", "01-13T16:00:00", False),
        ("01-02T00:00:00", "01-12T15:00:00", True),
    ],
)
def test_the_edges_of_the_bureaus_day(world: World, filed: str, looked: str, stood: bool) -> None:
    """A claim of ten days protects until midnight in the bureau, which is four in the afternoon UTC, to the microsecond."""
    policy = ClaimPolicy(protection_days=10)
    pipeline = evolve(DEFAULT, claims=policy)
    zone, manager = (world.door(f"{name}.desk", policy=pipeline) for name in ("zone", "manager"))
    lead = LeadFactory.create(world=world)
    year = world.today.year + 1
    world.clock.instant = datetime.fromisoformat(f"{year}-{filed}+00:00")
    zone.claims.file(lead)
    world.clock.instant = datetime.fromisoformat(f"{year}-{looked}+00:00")
    hitech = manager.units.get("hitech")
    assert reports.holdings(world.session, policy, hitech.id, today=world.today) == int(stood)
    assert stands(world, policy, lead) is stood
    assert [row.id for row in manager.claims.pool()] == ([] if stood else [lead.id])
    assert [claim.state for claim in manager.claims.list()] == ["active" if stood else "lapsed"]


def test_a_renewal_before_the_ruling_is_no_progress(world: World) -> None:
    """A claim that was renewed, contested, and ruled on long after protects from the ruling on: silence before it is the contest's."""
    world.zone.claims.file(lead := LeadFactory.create(world=world))
    world.zone.claims.renew(lead)
    world.manager.claims.file(lead, unit="bureau")
    world.clock.forward(days=200)
    world.admin.units.add("west", name="西区", name_en="West", kind="district")
    world.admin.staff.add("judge", "裁", role="admin", unit="west", since="2022-01-01")
    assert world.manager.claims.pool() == ()
    world.door("judge").claims.rule(lead, {"hitech": 100}, reason="first")
    until = world.day(90)
    for days, state in ((0, "active"), (90, "active"), (1, "lapsed")):
        world.clock.forward(days=days)
        (row,) = world.manager.claims.list(unit="hitech")
        assert (row.state, row.protected_until) == (state, until)
        assert stands(world, ClaimPolicy(), lead) is (state == "active")
        assert [row.id for row in world.manager.claims.pool()] == ([] if state == "active" else [lead.id])


def test_the_pool_counts_from_what_ended_last(world: World) -> None:
    """A lead nobody claimed lies since it came, one given up since that day, one that lapsed since the day after; the longest first."""
    never, given_up, gone, again, contested = (
        LeadFactory.create(world=world, title=f"{number}") for number in range(5)
    )
    came = world.today
    for lead in (given_up, gone, again, contested):
        world.zone.claims.file(lead)
    world.manager.claims.file(contested, unit="bureau")
    world.clock.forward(days=5)
    for lead in (given_up, again):
        world.zone.claims.release(lead, reason="no site")
    released = world.today
    world.clock.forward(days=6)
    world.manager.claims.file(again, unit="bureau")
    filed = world.today
    world.clock.forward(days=300)
    rows = world.manager.claims.pool()
    assert [(row.id, row.since, row.days, row.last_unit) for row in rows] == [
        (never.id, never.received_on, (world.today - never.received_on).days, None),
        (given_up.id, released, 306, "hitech"),
        (gone.id, came + timedelta(days=91), 311 - 91, "hitech"),
        (again.id, filed + timedelta(days=91), 300 - 91, "bureau"),
    ]
    assert world.manager.claims.pool(limit=2) == rows[:2]


def test_two_filings_at_once(migrated_engine: Engine, backend: str) -> None:
    """However the two meet, both are contested, or one is told to repeat; never are two active."""
    with Session(migrated_engine, expire_on_commit=False) as session, session.begin():
        lead: Lead = LeadFactory.create(world=World(session))
    start, outcomes = threading.Barrier(2), list[str]()

    def file(unit: str) -> None:
        with session_scope(migrated_engine) as session:  # on SQLite it waits for its turn before it reads
            world = World(session, found=False)
            world.manager.leads.get(lead.id)
            if backend == "postgresql":
                start.wait()
            try:
                outcomes.append(world.manager.claims.file(lead.id, unit=unit).state)
            except Conflict as refusal:  # pragma: no cover - where the database chose one
                outcomes.append(str(refusal.problems[0].code))

    threads = [threading.Thread(target=file, args=(unit,)) for unit in ("hitech", "bureau")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["active", "contested"]
    with Session(migrated_engine) as session:
        world = World(session, found=False)
        assert [row.state for row in world.manager.claims.list(lead=lead.id)] == ["contested", "contested"]
        assert world.manager.audit.verify() == ()
