"""Leads and their documents, for the law that a field is said once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from crm.cli.leads.lead import command
from crm.models import Enterprise, Evidence, Lead
from crm.rules.kernel.fields import declared
from crm.rules.leads.fields import EnterpriseFields, EvidenceFields, LeadDetails, LeadFields, LeadHands
from crm.services.leads.service import Leads
from crm.values.identifiers import with_check_digit
from tests.factories import LeadFactory, World
from tests.laws.nouns.case import WITHDRAWN, Case

_MONEY = {"minor": 2500000000, "currency": "EUR", "text": "25,000,000.00 EUR"}
_MOVE = "a copy of its last transition, written by the moves and shown on its card"


class _Edited(LeadDetails, LeadHands, total=False):
    """What is edited or handed over; the rest stays as it was when the lead was opened."""


def _lead(world: World, **fields: Any) -> Lead:
    investor = world.tokyo.investors.add("甲方实业", country="JP")
    LeadFactory.create(world=world, investor=investor, title="一期")
    return LeadFactory.create(world=world, investor=investor, title="氢能", **fields)


def _edit(world: World, lead: Lead, **fields: Any) -> Any:
    if fields.keys() <= declared(LeadHands).keys():
        return world.manager.leads.handover(lead, **fields)
    return world.manager.leads.edit(lead, **fields | ({"code_name": "白鹤"} if "confidential" in fields else {}))


def _evidence(world: World, **fields: Any) -> Evidence:
    told = {"kind": "photograph", "dated": world.today, "reference": "1", **fields}
    return world.tokyo.leads.add_evidence(LeadFactory.create(world=world), told.pop("kind"), **told)


def _company(world: World, **fields: Any) -> Enterprise:
    return world.tokyo.leads.register(LeadFactory.create(world=world), name="丸红氢能（济南）有限公司", **fields)


def _lead_of(world: World, company: Enterprise) -> Lead:
    return world.session.scalars(select(Lead).where(Lead.enterprise_id == company.id)).one()


CASES: Mapping[str, Case] = {
    "lead": Case(
        make=_lead,
        edit=_edit,
        edited=_Edited,
        show=lambda world, record: world.manager.leads.show(record),
        examples={
            "title": "二期",
            "expected": "25000000 EUR",
            "industry": "C34",
            "source": "event:进博会",
            "foreign": False,
            "confidential": True,
            "code_name": "白鹤",
            "note": "见面前先看",
            "owner": "manager.desk",
            "unit": "bureau",
            "station": "frankfurt",
            "received": "2023-01-31",
            "parent": "一期",
        },
        stored={
            "expected": lambda _: [2500000000, "EUR"],
            "source": lambda _: ["event", None, None, "进博会", None, None],
            "parent": lambda world: world.tokyo.leads.get("一期").id,
            "owner": lambda world: world.manager.actor.id if world.manager.actor else None,
            "unit": lambda world: world.admin.units.get("bureau").id,
            "station": lambda world: world.admin.stations.get("frankfurt").id,
        },
        shown={
            "expected": _MONEY,
            "parent": lambda lead: lead.parent_id,
            "industry": {
                "code": "C34",
                "level": "division",
                "name": "通用设备制造业",
                "name_en": "Manufacture of general-purpose machinery",
            },
        },
        exempt={
            "investor_id": "whose it is, said when it is opened; a merge moves it, and no edit gives it to another",
            "enterprise_id": "set by leads.register, shown as its company",
            "recorded_on": "the day of leads.open",
            "stage": _MOVE,
            "status": _MOVE,
            "cycle": _MOVE,
            "last_transition": _MOVE,
            "moved_on": _MOVE,
            "entered_on": _MOVE,
            "landed_on": _MOVE,
        },
        verbs=((Leads.edit, LeadDetails), (Leads.handover, LeadHands)),
        commands=(
            (command.commands["open"], LeadFields),
            (command.commands["edit"], LeadDetails),
            (command.commands["handover"], LeadHands),
        ),
    ),
    "evidence": Case(
        make=_evidence,
        show=lambda world, record: next(
            paper for paper in world.tokyo.leads.evidence(record.lead_id) if paper.id == record.id
        ),
        examples={
            "kind": "licence",
            "dated": "2023-01-31",
            "reference": "JN-1",
            "amount": "25000000 EUR",
            "sha256": "0" * 64,
        },
        stored={"amount": lambda _: [2500000000, "EUR"]},
        shown={"amount": _MONEY},
        exempt={
            "lead_id": "of which lead, said when it is put on record",
            "submitted_by_id": "who put it on record, shown",
            "confirmed_by_id": "set by leads.confirm, shown",
            "confirmed_at": "the moment of leads.confirm",
            "recorded_on": "the day of leads.add_evidence",
            "file_size": "of the file that leads.add_evidence kept, shown",
            **WITHDRAWN,
        },
        verbs=((Leads.edit_evidence, EvidenceFields),),
        commands=(
            (command.commands["evidence"], EvidenceFields),
            (command.commands["edit-evidence"], EvidenceFields),
        ),
    ),
    "enterprise": Case(
        make=_company,
        edit=lambda world, record, **fields: world.tokyo.leads.register(_lead_of(world, record), **fields),
        show=lambda world, record: world.tokyo.leads.show(_lead_of(world, record)).enterprise,
        examples={
            "name": "示例氢能（济南）有限公司",
            "credit_code": with_check_digit("91370100MA3CRMDM2"),
            "licensed": "2023-02-01",
            "filing": "鲁外资备202300001",
        },
        exempt={"recorded_on": "the day of the last leads.register"},
        verbs=((Leads.register, EnterpriseFields),),
        commands=((command.commands["register"], EnterpriseFields),),
    ),
}
