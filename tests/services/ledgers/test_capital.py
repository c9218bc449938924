"""The capital ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crm.errors import AccessDenied, Conflict, InvalidInput, Refused, StaleRecord
from tests.factories import ArrivalFactory, LeadFactory, RateFactory, World
from tests.services.refusals import (
    LONE_SURROGATE,
    LONG,
    MANAGERS,
    NO_AMOUNT,
    NO_DAY,
    NO_REFERENCE,
    NO_TEXT,
    allows,
    refused,
)

NEW: dict[str, Any] = {"amount": "5000000 USD", "arrived": "2023-02-18", "reference": "bank advice"}


def test_an_arrival_counts_once_another_has_verified_it(world: World) -> None:
    """Reported it opens no gate; verified it does; reversed it does no more."""
    lead = LeadFactory.create(world=world, registered=True)
    arrival = world.tokyo.capital.record(lead, **NEW)
    assert [requirement.gate for requirement in world.tokyo.leads.missing(lead)] == ["arrival_or_construction"]
    world.verifier.capital.verify(arrival)
    assert world.tokyo.leads.missing(lead) == ()
    reversal = world.manager.capital.reverse(arrival, reason="counted twice")
    assert (reversal.amount_minor, reversal.reverses_id, arrival.amount_minor) == (
        -500_000_000,
        arrival.id,
        500_000_000,
    )
    assert [requirement.gate for requirement in world.tokyo.leads.missing(lead)] == ["arrival_or_construction"]
    assert world.manager.audit.verify() == ()


@pytest.mark.parametrize(("value", "code"), NO_AMOUNT)
def test_an_amount_has_to_be_one(world: World, value: Any, code: str) -> None:
    """An amount that is none is refused."""
    lead = LeadFactory.create(world=world)
    with refused(world, InvalidInput, code):
        world.tokyo.capital.record(lead, **(NEW | {"amount": value}))


@pytest.mark.parametrize(("value", "code"), NO_DAY)
def test_a_day_has_to_be_one(world: World, value: Any, code: str) -> None:
    """A day that is none is refused."""
    arrival = ArrivalFactory.create(world=world)
    with refused(world, InvalidInput, code):
        world.tokyo.capital.record(arrival.lead_id, **(NEW | {"arrived": value}))
    with refused(world, InvalidInput, code):
        world.manager.capital.reverse(arrival, reason="x", arrived=value)


@pytest.mark.parametrize(("value", "code"), NO_TEXT)
def test_a_reference_and_a_reason_have_to_be_texts(world: World, value: Any, code: str) -> None:
    """A text that is none is refused."""
    arrival = ArrivalFactory.create(world=world)
    with refused(world, InvalidInput, code):
        world.tokyo.capital.record(arrival.lead_id, **(NEW | {"reference": value}))
    with refused(world, InvalidInput, code):
        world.manager.capital.reverse(arrival, reason=value)


@pytest.mark.parametrize("ref", NO_REFERENCE)
def test_an_entry_is_named_by_something_that_is_there(world: World, ref: Any) -> None:
    """Unknown and malformed references are refused."""
    verb: Callable[[], object]
    for verb in (
        lambda: world.tokyo.capital.record(ref, **NEW),
        lambda: world.verifier.capital.verify(ref),
        lambda: world.manager.capital.reverse(ref, reason="x"),
    ):
        with refused(world, Refused):
            verb()


def test_everything_wrong_is_named_at_once(world: World) -> None:
    """One refusal names all the arguments."""
    lead = LeadFactory.create(world=world)
    with refused(world, InvalidInput, "negative", "missing", "choice", "encoding"):
        world.tokyo.capital.record(lead, "-5 USD", arrived=None, reference=LONE_SURROGATE, kind="gift")


@pytest.mark.parametrize("status", ["lost", "abandoned"])
def test_no_capital_arrives_for_a_closed_lead(world: World, status: str) -> None:
    """A lost or abandoned lead is reopened first."""
    lead = LeadFactory.create(world=world, **{status: True})
    with refused(world, Conflict, "status"):
        world.tokyo.capital.record(lead, **NEW)


def test_an_entry_is_verified_once_and_reversed_once(world: World) -> None:
    """Again, in whatever order, conflicts; a reversal is not reversed."""
    arrival = ArrivalFactory.create(world=world, verified=True)
    with refused(world, Conflict, "verified"):
        world.second_verifier.capital.verify(arrival)
    reversal = world.manager.capital.reverse(arrival, reason="counted twice")
    with refused(world, Conflict, "reversed"):
        world.manager.capital.reverse(arrival, reason="counted twice")
    with refused(world, Conflict, "reversal"):
        world.manager.capital.reverse(reversal, reason="counted twice")
    gone = ArrivalFactory.create(world=world, reversed=True)
    with refused(world, Conflict, "reversed"):
        world.verifier.capital.verify(gone)


def test_a_reversal_is_no_earlier_and_not_ahead(world: World) -> None:
    """Before the arrival and in the future is refused; its submitter does not verify it."""
    arrival = ArrivalFactory.create(world=world, arrived="2023-02-10")
    world.second_verifier.capital.verify(arrival)
    with refused(world, InvalidInput, "order"):
        world.manager.capital.reverse(arrival, reason="x", arrived="2023-02-09")
    with refused(world, InvalidInput, "future", "too_long"):
        world.manager.capital.reverse(arrival, reason="x", arrived="2023-02-19", reference=LONG)
    reversal = world.verifier.capital.reverse(arrival, reason="x")
    with refused(world, AccessDenied, "own_figure"):
        world.verifier.capital.verify(reversal)
    assert world.second_verifier.capital.verify(reversal).state == "verified"


def test_a_repeated_uid_is_the_same_entry(world: World) -> None:
    """The same content returns the first entry; other content conflicts."""
    lead, uid = LeadFactory.create(world=world), "01860000-0000-7000-8000-000000000051"
    first = world.tokyo.capital.record(lead, **NEW, uid=uid)
    assert world.tokyo.capital.record(lead, **NEW, uid=uid) is first
    with refused(world, Conflict, "uid"):
        world.tokyo.capital.record(lead, **(NEW | {"amount": "6 USD"}), uid=uid)
    other = "01860000-0000-7000-8000-000000000052"
    back = world.manager.capital.reverse(first, reason="x", uid=other)
    assert world.manager.capital.reverse(first, reason="x", uid=other) is back


def test_who_comes_second_is_told(world: World) -> None:
    """A verification with another version is refused."""
    arrival = ArrivalFactory.create(world=world)
    with refused(world, StaleRecord, "stale"):
        world.verifier.capital.verify(arrival, version=7)


def test_who_may_write_the_ledger(world: World) -> None:
    """Ambassadors record on their own leads; verifiers verify; managers and verifiers reverse."""
    lead = LeadFactory.create(world=world, unit=None)
    arrival = ArrivalFactory.create(world=world, lead=lead)
    assert allows(world, lambda door: door.capital.record(lead, **NEW)) == {"tokyo"} | MANAGERS
    assert allows(world, lambda door: door.capital.verify(arrival)) == {"verifier", "admin"}
    assert allows(world, lambda door: door.capital.reverse(arrival, reason="x")) == {"verifier"} | MANAGERS


def test_what_was_reversed_unverified_leaves_nothing_to_verify(world: World) -> None:
    """Neither entry counts; the sum of the verified ones never turns negative."""
    arrival = ArrivalFactory.create(world=world)
    reversal = world.manager.capital.reverse(arrival, reason="x")
    with refused(world, Conflict, "reversed"):
        world.verifier.capital.verify(reversal)
    with refused(world, Conflict, "reversed"):
        world.verifier.capital.verify(arrival)


def test_a_third_person_confirms_and_the_value_is_fixed(world: World) -> None:
    """Reported, verified, confirmed, each by another; then it has its value, its rates, their day and their table."""
    RateFactory.create(world=world)
    arrival = ArrivalFactory.create(world=world, amount="100000000 JPY", verified=True)
    with refused(world, AccessDenied, "own_figure"):
        world.verifier.capital.confirm(arrival)
    world.second_verifier.capital.confirm(arrival)
    assert (arrival.cny_minor, arrival.usd_minor) == (511_690_000, 74_727_634)
    assert (arrival.cny_rate, arrival.usd_rate) == (511_690_000, 74_727_634)
    assert (arrival.rate_source, arrival.rate_on) == ("safe", world.day(-1))
    assert world.manager.audit.verify() == ()
    with refused(world, Conflict, "confirmed"):
        world.admin.capital.confirm(arrival)
    reversal = world.manager.capital.reverse(arrival, reason="counted twice")
    world.verifier.capital.verify(reversal)
    world.second_verifier.capital.confirm(reversal)
    assert (reversal.cny_minor, reversal.usd_minor) == (-511_690_000, -74_727_634)
    assert [(row.entries, row.usd.minor) for row in world.viewer.capital.sums()] == [(2, 0)]


def test_a_missing_rate_is_named(world: World) -> None:
    """Currency, day, table and the command that loads it."""
    arrival = ArrivalFactory.create(world=world, verified=True)
    with refused(world, InvalidInput, "rate") as caught:
        world.second_verifier.capital.confirm(arrival)
    assert "crm rate load FILE --source safe" in str(caught.value)
    RateFactory.create(world=world, until=world.day(-3))
    with refused(world, InvalidInput, "rate_to_come") as caught:
        world.second_verifier.capital.confirm(arrival)
    RateFactory.create(world=world)
    assert world.second_verifier.capital.confirm(arrival).state == "confirmed"


def test_contracts_promise_and_take_back(world: World) -> None:
    """A lead's only agreement gives amount, day and reference; a decrease is negative, with its reason."""
    RateFactory.create(world=world)
    lead = LeadFactory.create(world=world, signed=True)
    first = world.tokyo.contracts.record(lead)
    assert (first.amount_minor, first.reference, first.agreed_on) == (
        2_000_000_000,
        f"agreement of {lead.id}",
        world.today,
    )
    with refused(world, InvalidInput, "empty"):
        world.tokyo.contracts.record(lead, "5 USD", agreed=world.today, reference="r", kind="decrease", reason="")
    back = world.tokyo.contracts.record(lead, "5 USD", agreed=world.today, reference="r", kind="decrease", reason="cut")
    assert back.amount_minor == -500
    world.verifier.contracts.verify(back)
    assert world.second_verifier.contracts.confirm(back).usd_minor == -500
