"""Two at once on one record: one wins, the other is told, nothing is lost. Nobody sleeps, nobody races."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm import CRM
from crm.errors import Conflict, StaleLead, StaleRecord
from crm.models import CapitalArrival, Lead
from tests.factories import ArrivalFactory, ContractFactory, LeadFactory, RateFactory, World
from tests.services.refusals import rows

UID = "01860000-0000-7000-8000-00000000000c"


@contextmanager
def at_work(engine: Engine) -> Iterator[World]:
    """Yield the bureau in a session and a transaction of its own, committed at the end."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield World(session, found=False)


@pytest.fixture
def lead(migrated_engine: Engine) -> Lead:
    """A lead ready for its next stage, committed; detached, as somebody's screen shows it."""
    with Session(migrated_engine, expire_on_commit=False) as session, session.begin():
        made: Lead = LeadFactory.create(world=World(session), ready=True)
        session.refresh(made)
    return made


@pytest.mark.parametrize(
    "verb",
    [
        pytest.param(lambda crm, lead, version: crm.leads.advance(lead, version=version), id="advance"),
        pytest.param(
            lambda crm, lead, version: crm.leads.hold(lead, reason="x", review="2023-03-01", version=version), id="hold"
        ),
        pytest.param(lambda crm, lead, version: crm.leads.lose(lead, reason="x", version=version), id="lose"),
        pytest.param(lambda crm, lead, version: crm.leads.abandon(lead, reason="x", version=version), id="abandon"),
        pytest.param(lambda crm, lead, version: crm.leads.edit(lead, title="another", version=version), id="edit"),
        pytest.param(
            lambda crm, lead, version: crm.leads.handover(lead, unit="bureau", version=version), id="handover"
        ),
        pytest.param(
            lambda crm, lead, version: crm.leads.register(lead, name="a company", version=version),
            id="register",
        ),
    ],
)
def test_who_comes_second_is_told_both_versions(
    migrated_engine: Engine, lead: Lead, verb: Callable[[CRM, Lead, int], object]
) -> None:
    """Both read version 1; the first moves, the second is refused by version, and writes nothing even if they commit."""
    seen = lead.version
    with at_work(migrated_engine) as first:
        first.tokyo.leads.advance(lead.id, version=seen)
    with at_work(migrated_engine) as second:
        before = rows(second.session)
        with pytest.raises(StaleLead) as caught:
            verb(second.tokyo, lead, seen)
        assert (caught.value.yours, caught.value.current) == (seen, seen + 1)
    with at_work(migrated_engine) as after:
        assert rows(after.session) == before
        assert after.tokyo.leads.get(lead.id).stage == "negotiating"
        assert after.manager.audit.verify() == ()


@pytest.mark.parametrize("verb", ["advance", "edit", "handover", "register", "set_status"])
def test_a_lead_loaded_before_is_not_overwritten(migrated_engine: Engine, lead: Lead, verb: str) -> None:
    """A second writer whose session read the lead before the first one's commit loses, without passing a version."""
    act: dict[str, Callable[[World], object]] = {
        "advance": lambda world: world.tokyo.leads.advance(lead.id),
        "edit": lambda world: world.tokyo.leads.edit(lead.id, title="another"),
        "handover": lambda world: world.tokyo.leads.handover(lead.id, unit="bureau"),
        "register": lambda world: world.tokyo.leads.register(lead.id, name="a company"),
        "set_status": lambda world: world.manager.stations.set_status("tokyo", "closed", leave_open="r"),
    }
    with Session(migrated_engine, expire_on_commit=False) as session:
        with session.begin():
            second = World(session, found=False)
            held = [second.tokyo.leads.get(lead.id), second.manager.stations.get("tokyo")]
        with at_work(migrated_engine) as first:
            first.tokyo.leads.advance(lead.id)
            first.manager.stations.set_status("tokyo", "exploring")
        with session.begin():
            before = rows(session)
            with pytest.raises(StaleRecord) as caught:
                act[verb](second)
            assert caught.value.current == caught.value.yours + 1
        assert len(held) == 2
    with at_work(migrated_engine) as after:
        assert rows(after.session) == before
        assert not [discrepancy for discrepancy in after.manager.audit.verify() if discrepancy.record != "station"]


def test_the_same_uid_from_two_sessions_is_one_record(migrated_engine: Engine, lead: Lead) -> None:
    """A retry from another session finds the first one's record; other content conflicts."""
    with at_work(migrated_engine) as first:
        made = first.tokyo.investors.add("双方会社", country="JP", uid=UID).id
        moved = first.tokyo.leads.advance(lead.id, uid=lead.uid).id
    with at_work(migrated_engine) as second:
        before = rows(second.session)
        assert second.tokyo.investors.add("双方会社", country="JP", uid=UID).id == made
        assert second.tokyo.leads.advance(lead.id, uid=lead.uid).id == moved
        with pytest.raises(Conflict):
            second.tokyo.investors.add("另一会社", country="JP", uid=UID)
        assert rows(second.session) == before


def test_the_same_uid_at_the_same_moment_is_one_record(
    migrated_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where neither saw the other's record, the unique key lets one in; the other is told to repeat, and then finds it."""
    with Session(migrated_engine) as session, session.begin():
        World(session)
    with at_work(migrated_engine) as first:
        made = first.tokyo.investors.add("双方会社", country="JP", uid=UID).id
    with Session(migrated_engine) as session:
        late = World(session, found=False)
        with monkeypatch.context() as patch:
            # The look before the write, from the moment before the first one's commit: there was nothing.
            patch.setattr(
                "crm.services.investors.service.replayed", lambda *_: (None, {"uid": UUID(UID), "digest": "0" * 64})
            )
            patch.setattr(type(late.tokyo.investors), "_ensure_new", lambda *_, **__: ())
            with pytest.raises(Conflict), session.begin():
                late.tokyo.investors.add("双方会社", country="JP", uid=UID)
        with session.begin():
            assert late.tokyo.investors.add("双方会社", country="JP", uid=UID).id == made


def test_of_two_verifiers_one_signs(migrated_engine: Engine) -> None:
    """The second verifier of a figure is told that it is verified, or, having read it before, that it changed."""
    with Session(migrated_engine) as session, session.begin():
        number = ArrivalFactory.create(world=World(session)).id
    with Session(migrated_engine, expire_on_commit=False) as session:
        with session.begin():
            second = World(session, found=False)
            held = second.second_verifier.capital.get(number)
        with at_work(migrated_engine) as first:
            first.verifier.capital.verify(number)
        with session.begin(), pytest.raises(StaleRecord):
            second.second_verifier.capital.verify(held)
    with at_work(migrated_engine) as third:
        with pytest.raises(Conflict):
            third.second_verifier.capital.verify(number)
        arrival = third.session.get_one(CapitalArrival, number)
        assert arrival.verified_by_id == third.admin.staff.get("verifier.desk").id
        assert third.manager.audit.verify() == ()


@pytest.mark.parametrize("service", ["capital", "contracts"])
def test_of_two_confirmers_one_signs(migrated_engine: Engine, service: str) -> None:
    """The second is told that it is confirmed, or, having read it before, that it changed."""
    factory = ArrivalFactory if service == "capital" else ContractFactory
    with Session(migrated_engine) as session, session.begin():
        world = World(session)
        RateFactory.create(world=world)
        number = factory.create(world=world, verified=True).id
    with Session(migrated_engine, expire_on_commit=False) as session:
        with session.begin():
            second = World(session, found=False)
            held = getattr(second.admin, service).get(number)
        with at_work(migrated_engine) as first:
            getattr(first.second_verifier, service).confirm(number)
        with session.begin(), pytest.raises(StaleRecord):
            getattr(second.admin, service).confirm(held)
    with at_work(migrated_engine) as third:
        with pytest.raises(Conflict):
            getattr(third.admin, service).confirm(number)
        assert third.manager.audit.verify() == ()


def test_a_confirmation_and_a_reversal_at_once_leave_a_ledger_that_adds_up(migrated_engine: Engine) -> None:
    """Whichever was first: what was reversed unconfirmed is not confirmed; what was confirmed counts until its reversal is."""
    with Session(migrated_engine) as session, session.begin():
        world = World(session)
        RateFactory.create(world=world)
        one, other = (ArrivalFactory.create(world=world, verified=True).id for _ in range(2))
    with Session(migrated_engine, expire_on_commit=False) as session:
        with session.begin():
            late = World(session, found=False)
            held = late.second_verifier.capital.get(one)
            seen = late.manager.capital.get(other)
        with at_work(migrated_engine) as first:
            first.manager.capital.reverse(one, reason="x")
            first.second_verifier.capital.confirm(other)
        with session.begin(), pytest.raises(Conflict):
            late.second_verifier.capital.confirm(held)
        with session.begin():
            back = late.manager.capital.reverse(seen, reason="x")
            late.verifier.capital.verify(back)
            late.second_verifier.capital.confirm(back)
    with at_work(migrated_engine) as after:
        assert [(row.entries, row.usd.minor) for row in after.viewer.capital.sums(state="confirmed")] == [(2, 0)]
        assert after.manager.audit.verify() == ()


def test_two_loads_of_one_day_at_the_same_moment(migrated_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where neither saw the other's rates, the key lets one in; the other is told to repeat, and nothing of it stays."""
    with Session(migrated_engine) as session, session.begin():
        RateFactory.create(world=World(session), days=1)
    with Session(migrated_engine) as session:
        late = World(session, found=False)
        with session.begin():
            before = rows(session)
        with monkeypatch.context() as patch:
            patch.setattr("crm.reads.ledgers.rates.known", lambda *_: {})
            with pytest.raises(Conflict), session.begin():
                RateFactory.create(world=late, days=2)
        with session.begin():
            assert rows(session) == before
            loaded: Any = RateFactory.create(world=late, days=2)
            assert loaded.added == 5
            assert late.manager.audit.verify() == ()
