"""The conditions of the filters of leads, and their orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, select

from crm.models import Investor, Lead, Meeting, Tagging
from crm.models.base import standing
from crm.reads.kernel.listing import Key
from crm.reads.kernel.visibility import visible
from crm.reads.tags import tagged
from crm.rules.access import Actor
from crm.rules.leads.filters import LeadOrder
from crm.values.moments import end_of

Condition = Callable[[Any], ColumnElement[bool]]


def conditions(actor: Actor | None, values: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters that have a value.

    Args:
        actor: For whom: of what a row hides from them, no filter says anything.
        values: By column, as :meth:`crm.rules.kernel.checks.Checks.fields` reads :class:`LeadFilters`.
    """
    seen = visible(actor)
    where = [shown(values[name]) for name, shown in _SHOWN.items() if values.get(name) is not None]
    if values.get("mine"):
        where.append(false() if actor is None else Lead.owner_id == actor.id)
    hidden = [of(values[name]) for name, of in _HIDDEN.items() if values.get(name) is not None]
    hidden += tagged(Tagging.lead_id, Lead.id, values.get("tag", ()))
    for side, currency in (("least", "least_currency"), ("most", "most_currency")):
        if values.get(currency) is not None:
            minor = values[f"{side}_minor"]
            bound = Lead.expected_minor >= minor if side == "least" else Lead.expected_minor <= minor
            hidden.append(and_(bound, Lead.expected_currency == values[currency]))
    return [*where, *([seen, *hidden] if hidden else [])]


def _met_after(day: date) -> ColumnElement[bool]:
    """Return the condition that a visit stands on a lead after a day."""
    return (
        select(Meeting.id).where(Meeting.lead_id == Lead.id, standing(Meeting), Meeting.met_at >= end_of(day)).exists()
    )


#: Of what everybody sees, also of a lead that is hidden from them.
_SHOWN: Mapping[str, Condition] = {
    "stage": lambda stage: Lead.stage == stage,
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
    "met_since": lambda day: _met_after(day - timedelta(days=1)),
    "met_until": lambda day: ~_met_after(day),
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
