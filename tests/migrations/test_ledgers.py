"""Entries of the capital ledger survive the way down to the tables before rates, and the way up again."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from crm import schema
from tests.factories import ArrivalFactory, RateFactory, World

pytestmark = pytest.mark.portable

#: The revision before the two ledgers, rates and classes of industry.
BEFORE = "e1957bd4a036"


def test_an_old_entry_survives_down_and_up(migrated_engine: Engine) -> None:
    """Confirmed it is verified again down there; up again it says less, is confirmed anew, and what is missing is filled in."""
    with Session(migrated_engine) as session, session.begin():
        world = World(session)
        verified = ArrivalFactory.create(world=world, verified=True, reversed=True).id
        confirmed = ArrivalFactory.create(world=world, confirmed=True).id
    schema.downgrade(migrated_engine, BEFORE)
    with migrated_engine.connect() as connection:
        rows = connection.execute(text("SELECT id, state, amount_minor FROM crm_capital_arrival ORDER BY id")).all()
    assert [(row.state, row.amount_minor) for row in rows if row.id in {verified, confirmed}] == [
        ("verified", 500_000_000)
    ] * 2
    assert len(rows) == 3
    schema.upgrade(migrated_engine)
    assert schema.check(migrated_engine) == ()
    with Session(migrated_engine) as session, session.begin():
        world = World(session, found=False)
        entry = world.manager.capital.get(confirmed)
        assert (entry.state, entry.immediate_country, entry.industry, entry.method) == ("verified", None, None, None)
        RateFactory.create(world=world)
        world.second_verifier.capital.confirm(entry)
        assert (entry.immediate_country, entry.ultimate_country, entry.industry, entry.method) == (
            "JP",
            "JP",
            "C36",
            "default",
        )
        assert entry.unit_id is not None
        assert entry.usd_minor == 500_000_000
