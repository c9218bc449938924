"""Referrals, for the law that a field is said once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm.cli.referrals.referral import command
from crm.models import Referral
from crm.rules.referrals import ReferralConfirmation, ReferralDetails, ReferralEnd
from tests.factories import ContactFactory, InvestorFactory, LeadFactory, World
from tests.laws.nouns.case import Case


class _Edited(ReferralConfirmation, ReferralEnd, total=False):
    """What is said when it is confirmed or ends; the rest is said when it is recorded."""


def _referral(world: World, **fields: Any) -> Referral:
    lead = LeadFactory.create(world=world)
    ContactFactory.create(world=world, investor=lead.investor, name="总经理")
    if "evidence" in fields:
        fields["evidence"] = world.tokyo.leads.add_evidence(lead, "photograph", dated=world.today, reference="1")
    return world.tokyo.referrals.add(lead, InvestorFactory.create(world=world), **fields)


def _edit(world: World, referral: Referral, **fields: Any) -> Referral:
    if "reason" in fields:
        return world.manager.referrals.withdraw(referral, **fields)
    return world.manager.referrals.confirm(referral, fields.pop("contact", "总经理"), **fields)


CASES: Mapping[str, Case] = {
    "referral": Case(
        make=_referral,
        edit=_edit,
        edited=_Edited,
        show=lambda world, record: world.tokyo.referrals.list(lead=record.lead_id, withdrawn=True)[0],
        examples={
            "channel": "chain",
            "introduced": "2023-02-01",
            "strength": "strong",
            "credit": "30",
            "evidence": True,
            "note": "商会年会上介绍",
            "on": "2023-02-18",
            "contact": "总经理",
            "reason": "登记有误",
        },
        stored={
            "credit": lambda _: 3000,
            "evidence": lambda world: world.tokyo.referrals.list()[0].evidence_id,
            "contact": lambda world: world.tokyo.contacts.get("总经理").id,
        },
        shown={
            "credit": 3000,
            "evidence": lambda record: record.evidence_id,
            "contact": lambda record: record.confirmed_contact_id,
        },
        exempt={
            "lead_id": "which lead, said when it is recorded",
            "referrer_investor_id": "who brought it, said when it is recorded, shown as its referrer; a merge moves it",
            "referrer_contact_id": "the same, of a person",
            "expires_on": "worked out from the day of the introduction by the policy, shown",
            "recorded_on": "the day of referrals.add",
            "recorded_at": "the moment of referrals.add",
            "recorded_by_id": "who recorded it, in the audit",
            "status": "written by its verbs, shown as its state",
            "confirmed_by_id": "who took the confirmation down, in the audit",
        },
        commands=(
            (command.commands["add"], ReferralDetails),
            (command.commands["confirm"], ReferralConfirmation),
            (command.commands["withdraw"], ReferralEnd),
        ),
    )
}
