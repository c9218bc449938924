"""The entries of the two ledgers, for the law that a field is said once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm.cli.ledgers import capital, contract
from crm.models import CapitalArrival, ContractAmount
from crm.rules.ledgers.entries import ArrivalDetails, ContractFields
from tests.factories import LeadFactory, World
from tests.laws.nouns.case import Case

_SIGNED = "signed by capital.verify and confirm, shown"
_WORTH = "worked out at the rates of its day when it is confirmed, shown"
_EXEMPT = {
    "lead_id": "whose it is, said when it is recorded",
    "unit_id": "that of the lead when it was recorded, shown",
    "method": "of the policy on its day, shown",
    "state": "moves with its signatures, shown",
    "submitted_by_id": "who recorded it, shown",
    "verified_by_id": _SIGNED,
    "verified_at": _SIGNED,
    "confirmed_by_id": _SIGNED,
    "confirmed_at": _SIGNED,
    "usd_minor": _WORTH,
    "cny_minor": _WORTH,
    "usd_rate": _WORTH,
    "cny_rate": _WORTH,
    "rate_source": _WORTH,
    "rate_on": _WORTH,
    "reverses_id": "set by capital.reverse and contracts.reverse, shown",
    "replaces_id": "set by capital.correct and contracts.correct, shown",
    "recorded_on": "the day of the verb, shown",
    "recorded_at": "the moment of the verb, shown with the signatures",
}
_EXAMPLES = {
    "amount": "25000000 EUR",
    "kind": "increase",
    "reference": "JN-1",
    "evidence": "7",
    "place": "中国银行",
    "told_in": "hundred_million",
    "country": "HK",
    "ultimate": "DE",
    "industry": "C34",
    "reason": "缩减规模",
}
_AMOUNT = {"minor": 2500000000, "currency": "EUR", "text": "25,000,000.00 EUR"}


def _arrival(world: World, **fields: Any) -> CapitalArrival:
    reason = fields.pop("reason", None)
    lead = LeadFactory.create(world=world, signed=True)
    if "evidence" in fields:
        fields["evidence"] = world.tokyo.leads.evidence(lead)[0].id
    given = {"arrived": "2023-02-10", "reference": "验资报告", **fields}
    entry = world.tokyo.capital.record(lead, given.pop("amount", "5000000 USD"), **given)
    return world.manager.capital.reverse(entry, reason=reason) if reason else entry


def _contract(world: World, **fields: Any) -> ContractAmount:
    lead = LeadFactory.create(world=world, signed=True)
    if "evidence" in fields:
        fields["evidence"] = world.tokyo.leads.evidence(lead)[0].id
    given = {"agreed": "2023-02-10", "reference": "协议", "kind": "decrease" if "reason" in fields else "new", **fields}
    amount = given.pop("amount", "5000000 USD")
    if given["kind"] in {"decrease", "termination"}:
        world.tokyo.contracts.record(lead, amount, agreed=given["agreed"], reference="原协议")
    return world.tokyo.contracts.record(lead, amount, **given)


CASES: Mapping[str, Case] = {
    "capital_arrival": Case(
        make=_arrival,
        show=lambda world, record: world.tokyo.capital.show(record).row,
        examples={**_EXAMPLES, "arrived": "2023-02-09"},
        stored={
            "arrived": lambda _: ["2023-02-09", None, None],
            "amount": lambda _: [2500000000, "EUR"],
            "evidence": lambda world: world.tokyo.capital.list()[0].evidence_id,
        },
        shown={"amount": _AMOUNT, "evidence": lambda record: record.evidence_id},
        exempt=_EXEMPT,
        commands=((capital.command.commands["record"], ArrivalDetails),),
    ),
    "contract_amount": Case(
        make=_contract,
        show=lambda world, record: world.tokyo.contracts.show(record).row,
        examples={**_EXAMPLES, "agreed": "2023-02-09"},
        stored={
            "amount": lambda _: [2500000000, "EUR"],
            "evidence": lambda world: world.tokyo.contracts.list()[0].evidence_id,
        },
        shown={"amount": _AMOUNT, "evidence": lambda record: record.evidence_id},
        exempt=_EXEMPT,
        commands=((contract.command.commands["record"], ContractFields),),
    ),
}
