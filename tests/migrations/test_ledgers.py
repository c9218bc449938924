"""Entries of the capital ledger survive the way down to the tables before rates, and the way up again."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from crm import schema
from crm.errors import LikelyDuplicate
from tests.factories import ArrivalFactory, RateFactory, World

pytestmark = [pytest.mark.portable, pytest.mark.whole]

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


def test_what_was_told_goes_and_keys_are_derived_again(migrated_engine: Engine) -> None:
    """Down there amounts and days stay; up again entries and documents are compared by their references."""
    (before,) = schema.revisions()["9a41c7e05b38"]
    with Session(migrated_engine) as session, session.begin():
        world = World(session)
        entry = ArrivalFactory.create(
            world=world, amount="3.45亿美元", arrived="2022-12-31 23:30 Europe/Berlin", reference="Ａdvice 1"
        )
        world.tokyo.leads.add_evidence(entry.lead_id, "other", dated="2023-02-01", reference="Ａ 7")
        number, lead = entry.id, entry.lead_id
    schema.downgrade(migrated_engine, before)
    schema.upgrade(migrated_engine)
    assert schema.check(migrated_engine) == ()
    with Session(migrated_engine) as session, session.begin():
        world = World(session, found=False)
        entry = world.manager.capital.get(number)
        assert (str(entry.amount), str(entry.arrived_on)) == ("345,000,000.00 USD", "2023-01-01")
        assert (entry.told_in, entry.moment, entry.reference_key) == (None, None, "advice1")
        with pytest.raises(LikelyDuplicate):
            world.tokyo.leads.add_evidence(lead, "other", dated="2023-02-01", reference="a7")
        with pytest.raises(LikelyDuplicate):
            world.manager.capital.record(lead, "1 USD", arrived="2023-02-01", reference="advice1")
