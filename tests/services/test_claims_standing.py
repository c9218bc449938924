"""How claims stand, derived in SQL, against the rule for one claim; and two filings at once."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm.errors import Conflict
from crm.models import Lead
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
                    lead, summary="talk", at=world.clock(), zone="Asia/Tokyo", kind="call"
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
        pooled = [each for each in manager.claims.pool() if each.id == lead.id]
        assert [each.since for each in pooled] == ([expected.until + timedelta(days=1)] if expected.lapsed else [])
        assert (lead.id in {each.lead_id for each in manager.claims.list(state="active")}) is not expected.lapsed


def test_two_filings_at_once(migrated_engine: Engine, backend: str) -> None:
    """However the two meet, both are contested, or one is told to repeat; never are two active."""
    with Session(migrated_engine, expire_on_commit=False) as session, session.begin():
        lead: Lead = LeadFactory.create(world=World(session))
    start, outcomes = threading.Barrier(2), list[str]()

    def file(unit: str) -> None:
        with Session(migrated_engine) as session, session.begin():
            world = World(session, found=False)
            world.manager.leads.get(lead.id)
            if backend == "postgresql":  # SQLite lets one writer in at a time already
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
