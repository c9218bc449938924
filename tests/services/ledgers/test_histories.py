"""A ledger after random histories, against a plain model; and the fixed values against the rates they were taken from."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from crm.errors import CRMError
from crm.models import CapitalArrival, ContractAmount, Rate
from crm.values.money import Money, exponent
from crm.values.rates import RATE_SCALE
from tests.factories import LeadFactory, RateFactory, World
from tests.tiers import examples

DESKS = ("tokyo", "manager", "verifier", "second_verifier", "admin")
SIGNERS = {"verifier", "second_verifier", "admin"}
REVERSERS = {"manager", "verifier", "second_verifier", "admin"}
CORRECTORS = {"manager", "admin"}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("record"), st.sampled_from(DESKS), st.integers(1, 10**9), st.sampled_from(["USD", "JPY", "CNY", "KRW"])),
        st.tuples(st.sampled_from(["verify", "confirm", "reverse", "correct"]), st.sampled_from(DESKS), st.integers(0, 7)),
    ),
    max_size=14,
)  # fmt: skip


class Plain:
    """What a ledger is, in a page of Python: entries by number, each with its state and its hands."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []

    def reversed(self, index: int) -> bool:
        """Say whether another entry reverses one."""
        return any(entry["reverses"] == index for entry in self.entries)

    def allows(self, verb: str, desk: str, index: int) -> bool:
        """Say whether a desk may do this to an entry as it stands."""
        entry = self.entries[index]
        if verb in {"reverse", "correct"}:
            hands = REVERSERS if verb == "reverse" else CORRECTORS | ({entry["by"]} - SIGNERS)
            return desk in hands and entry["reverses"] is None and not self.reversed(index)
        original = None if entry["reverses"] is None else self.entries[entry["reverses"]]
        hands = {entry["by"], entry.get("verified"), original and original["by"]}
        before, base = ("reported", {"verified", "confirmed"}) if verb == "verify" else ("verified", {"confirmed"})
        stands = not self.reversed(index) if original is None else original["state"] in base
        return desk in SIGNERS and desk not in hands and entry["state"] == before and stands

    def do(self, verb: str, desk: str, index: int) -> None:
        """Do it."""
        entry = self.entries[index]
        if verb == "correct":
            self.do("reverse", desk, index)
            anew = {"by": desk, "verified": None, "state": "reported", "reverses": None}
            self.entries.append({**entry, **anew, "minor": entry["minor"] + 1})
        elif verb == "reverse":
            self.entries.append(
                {
                    **entry,
                    "minor": -entry["minor"],
                    "by": desk,
                    "verified": None,
                    "state": "reported",
                    "reverses": index,
                }
            )
        elif verb == "verify":
            entry |= {"state": "verified", "verified": desk}
        else:
            entry["state"] = "confirmed"

    def sums(self, *, confirmed: bool) -> dict[str, int]:
        """Return the sum by currency."""
        found: dict[str, int] = defaultdict(int)
        for entry in self.entries:
            if not confirmed or entry["state"] == "confirmed":
                found[entry["currency"]] += entry["minor"]
        return dict(found)


@pytest.mark.parametrize("service", ["capital", "contracts"])
@examples(20)
@given(steps=STEPS)
def test_a_ledger_is_what_its_history_makes_it(world: World, service: str, steps: list[Any]) -> None:
    """Each verb passes exactly where the model lets it, and the sums are the model's; confirmed values are the rates'."""
    nested = world.session.begin_nested()
    RateFactory.create(world=world)
    lead, plain, ids = LeadFactory.create(world=world, signed=True), Plain(), list[int]()
    for step in steps:
        verb, desk = step[0], step[1]
        ledger = getattr(getattr(world, desk), service)
        if verb == "record":
            day = {"arrived" if service == "capital" else "agreed": world.today}
            if desk not in SIGNERS - {"admin"}:
                ids.append(ledger.record(lead, Money(step[2], step[3]), reference=f"r{len(ids)}", **day).id)
                plain.entries.append(
                    {"minor": step[2], "currency": step[3], "by": desk, "state": "reported", "reverses": None}
                )
            continue
        if step[2] >= len(ids):
            continue
        more: dict[str, Any] = {"reason": "x"} if verb in {"reverse", "correct"} else {}
        if verb == "correct":
            known = plain.entries[step[2]]
            more["amount"] = Money(abs(known["minor"]) + 1, known["currency"])
        if not plain.allows(verb, desk, step[2]):
            with pytest.raises(CRMError):
                getattr(ledger, verb)(ids[step[2]], **more)
            continue
        done = getattr(ledger, verb)(ids[step[2]], **more)
        plain.do(verb, desk, step[2])
        ids += [done.id - 1] if verb == "correct" else []
        ids += [done.id] if verb in {"reverse", "correct"} else []
    read = getattr(world.viewer, service)
    assert {row.currency: row.amount.minor for row in read.sums()} == plain.sums(confirmed=False)
    assert {row.currency: row.amount.minor for row in read.sums(state="confirmed")} == plain.sums(confirmed=True)
    assert [row.state for row in sorted(read.list(), key=lambda row: row.id)] == [
        entry["state"] for entry in plain.entries
    ]
    check_values(world, CapitalArrival if service == "capital" else ContractAmount)
    nested.rollback()


def check_values(world: World, model: Any) -> None:
    """Hold every fixed value against one computed anew from the rates of its day, in fractions."""
    rates = {
        (row.published_on, row.base, row.quote): Fraction(row.rate, RATE_SCALE)
        for row in world.session.scalars(select(Rate).where(Rate.source == "safe"))
    }

    def in_yuan(currency: str, on: Any) -> Fraction:
        if currency == "CNY":
            return Fraction(1)
        direct = rates.get((on, currency, "CNY"))
        return direct if direct is not None else 1 / rates[on, "CNY", currency]

    for entry in world.session.scalars(select(model)):
        if entry.state != "confirmed":
            assert entry.usd_minor is entry.cny_minor is entry.rate_on is None
            continue
        yuan = in_yuan(entry.currency, entry.rate_on)
        for code, minor, kept in (("CNY", entry.cny_minor, entry.cny_rate), ("USD", entry.usd_minor, entry.usd_rate)):
            rate = yuan / in_yuan(code, entry.rate_on)
            exact = entry.amount_minor * rate * Fraction(10) ** (exponent(code) - exponent(entry.currency))
            assert minor == (1 if exact > 0 else -1) * int(abs(exact) + Fraction(1, 2))
            assert abs(kept - rate * RATE_SCALE) <= Fraction(1, 2)
