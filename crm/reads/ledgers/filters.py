"""The conditions of the filters of ledger entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement

from crm.models import CapitalArrival, ContractAmount, Lead
from crm.reads.kernel.filters import Condition, between, narrowing


def conditions(model: type[CapitalArrival | ContractAmount], values: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters that have a value, on entries with their leads.

    Args:
        model: The ledger.
        values: By filter, as :class:`crm.rules.ledgers.filters.EntryFilters` is read.
    """
    day = model.arrived_on if issubclass(model, CapitalArrival) else model.agreed_on
    known: Mapping[str, Condition] = {
        "lead": lambda number: model.lead_id == number,
        "state": lambda state: model.state == state,
        "kind": lambda kind: model.kind == kind,
        "unit": lambda number: model.unit_id == number,
        "station": lambda number: Lead.station_id == number,
        "owner": lambda number: Lead.owner_id == number,
        "investor": lambda number: Lead.investor_id == number,
        "country": model.immediate_country.in_,
        "industry": lambda code: model.industry.startswith(code, autoescape=True),
        "since": lambda first: day >= first,
        "until": lambda last: day <= last,
    }
    return [*narrowing(known, values), *between(model.amount_minor, model.currency, values)]
