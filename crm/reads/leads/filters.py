"""The conditions of the filters of leads, and their orders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, case, select

from crm.models import Investor, Lead, Meeting, Tagging
from crm.reads.kernel.filters import Condition, between, met, mine, narrowing
from crm.reads.kernel.listing import Key
from crm.reads.kernel.visibility import visible
from crm.reads.tags import tagged
from crm.rules.access import Actor
from crm.rules.leads.filters import LeadOrder


def conditions(actor: Actor | None, values: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters that have a value.

    Args:
        actor: For whom: of what a row hides from them, no filter says anything.
        values: By column, as :meth:`crm.rules.kernel.checks.Checks.fields` reads :class:`LeadFilters`.
    """
    seen = visible(actor)
    where = [*narrowing(_SHOWN, values), *mine(actor, Lead.owner_id, values)]
    hidden = narrowing(_HIDDEN, values)
    hidden += tagged(Tagging.lead_id, Lead.id, values.get("tag", ()))
    hidden += between(Lead.expected_minor, Lead.expected_currency, values)
    return [*where, *([seen, *hidden] if hidden else [])]


#: Of what everybody sees, also of a lead that is hidden from them.
_SHOWN: Mapping[str, Condition] = {
    "stage": Lead.stage.in_,
    "status": lambda status: Lead.status == status,
    "station": lambda number: Lead.station_id == number,
    "unit": lambda number: Lead.unit_id == number,
    "owner": lambda number: Lead.owner_id == number,
    "confidential": lambda answer: Lead.confidential == answer,
}
#: Of what is hidden with a lead.
_HIDDEN: Mapping[str, Condition] = {
    "investor": lambda number: Lead.investor_id == number,
    "country": lambda code: Lead.investor_id.in_(select(Investor.id).where(Investor.country == code)),
    "industry": lambda code: Lead.industry.startswith(code, autoescape=True),
    "source": lambda kind: Lead.source_kind == kind,
    **met(Meeting.lead_id, Lead.id),
}


def order(actor: Actor | None, by: LeadOrder) -> tuple[Key, ...]:
    """Return what leads are ordered by; the title of a hidden one is its code name."""
    down = by in {LeadOrder.MOVED, LeadOrder.RECEIVED}
    first = {
        LeadOrder.MOVED: Key(Lead.moved_on, "moved_on", descending=True),
        LeadOrder.ENTERED: Key(Lead.entered_on, "entered_on"),
        LeadOrder.RECEIVED: Key(Lead.received_on, "received_on", descending=True),
        LeadOrder.TITLE: Key(case((visible(actor), Lead.title), else_=Lead.code_name), "title"),
    }
    return first[by], Key(Lead.id, "id", descending=down)
