"""Sealing beside writers: nothing is left out, and nothing is read that is sealed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from crm.models.sealing import ENTRIES, SEALED, SEALS
from tests.factories import LeadFactory, World
from tests.services.at_once.test_concurrency import at_work


def seal(engine: Engine) -> int:
    """Seal in a transaction of its own; return how many entries that were."""
    with at_work(engine) as world:
        return world.manager.audit.seal().entries


def opens(engine: Engine) -> None:
    """Open a lead in a transaction of its own."""
    with at_work(engine) as world:
        LeadFactory.create(world=world)


def test_an_entry_that_is_committed_late_is_sealed_the_next_time(migrated_engine: Engine) -> None:
    """Its number is lower than those that were sealed while its transaction ran, however often others sealed."""
    if migrated_engine.dialect.name != "postgresql":
        pytest.skip("on SQLite writers commit one after another")
    with at_work(migrated_engine) as early:
        LeadFactory.create(world=early)
        early.session.flush()
        for _ in range(3):
            opens(migrated_engine)
            assert seal(migrated_engine) > 0
        assert seal(migrated_engine) == 0
    assert seal(migrated_engine) > 0
    opens(migrated_engine)
    assert seal(migrated_engine) > 0
    with at_work(migrated_engine) as world:
        assert world.manager.audit.standing().unsealed == 0
        assert world.manager.audit.verify() == ()


def test_who_seals_after_writing_leaves_nothing_out(migrated_engine: Engine) -> None:
    """A transaction that wrote, waited and then seals has an older number than the writers that it did not wait for."""
    if migrated_engine.dialect.name != "postgresql":
        pytest.skip("on SQLite writers commit one after another")
    with ExitStack() as late:
        with at_work(migrated_engine) as sealing:
            LeadFactory.create(world=sealing)
            sealing.session.flush()
            running = late.enter_context(at_work(migrated_engine))
            LeadFactory.create(world=running)
            running.session.flush()
            opens(migrated_engine)
            assert sealing.manager.audit.seal().entries > 0
        assert seal(migrated_engine) == 0
    assert seal(migrated_engine) > 0
    with at_work(migrated_engine) as world:
        assert world.manager.audit.standing().unsealed == 0


def test_sealing_reads_only_what_is_not_sealed(migrated_engine: Engine) -> None:
    """Every statement finds its rows by an index, above what is settled."""
    for _ in range(3):
        opens(migrated_engine)
        seal(migrated_engine)
    opens(migrated_engine)
    with at_work(migrated_engine) as world:
        below = world.session.scalars(select(SEALS.c.settled).order_by(SEALS.c.number.desc())).first()
        if migrated_engine.dialect.name == "sqlite":
            assert below == world.session.scalar(select(func.max(SEALED.c.entry_id)))
        above = len(world.session.execute(select(ENTRIES.c.id).where(ENTRIES.c.id > below)).all())
        plans = list(explained(world))
    assert len(plans) >= 4
    for statement, plan in plans:
        if isinstance(plan, str):
            assert not {"SCAN crm_audit_entry", "SCAN crm_sealed_entry"} & set(plan.splitlines()), (statement, plan)
        else:
            assert all(rows <= above for rows in plan), (statement, plan)


def explained(world: World) -> Iterator[tuple[str, Any]]:
    """Seal; yield each SELECT with its plan: text on SQLite, on PostgreSQL how many rows each scan read."""
    found: list[tuple[str, Any]] = []
    sqlite = world.session.get_bind().dialect.name == "sqlite"

    def explain(connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if not statement.startswith("SELECT") or "crm_staff" in statement:
            return
        cursor = connection.connection.cursor()
        if sqlite:
            rows = cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            found.append((statement, "\n".join(row[3] for row in rows)))
            return
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
        ((plan,),) = cursor.fetchall()
        found.append(
            (statement, list(read(plan[0]["Plan"] if isinstance(plan, list) else json.loads(plan)[0]["Plan"])))
        )

    manager, engine = world.manager, world.session.get_bind()
    event.listen(engine, "before_cursor_execute", explain)
    try:
        manager.audit.seal()
    finally:
        event.remove(engine, "before_cursor_execute", explain)
    yield from found


def read(plan: dict[str, Any]) -> Iterator[int]:
    """Yield how many rows each scan of a plan read."""
    if "Scan" in plan["Node Type"] and "Subquery" not in plan["Node Type"]:
        yield (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    for part in plan.get("Plans", ()):
        yield from read(part)


def test_sealing_says_what_it_did(migrated_engine: Engine) -> None:
    """How many entries, in how many seals, and the last one; where nothing is new the last one stays."""
    opens(migrated_engine)
    with Session(migrated_engine) as session, session.begin():
        audit = World(session, found=False).manager.audit
        first, second = audit.seal(), audit.seal()
        assert (first.seals, second.seals, second.entries) == (1, 0, 0)
        assert (second.number, second.head) == (first.number, first.head) == (audit.head().seal, audit.head().hash)
