"""The conditions of the filters of investors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement

from crm.models import Investor, Meeting, Tagging
from crm.reads.kernel.filters import Condition, met, narrowing
from crm.reads.tags import tagged
from crm.rules.access import Actor

_KNOWN: Mapping[str, Condition] = {
    "country": lambda code: Investor.country == code,
    "kind": lambda kind: Investor.kind == kind,
}


def conditions(actor: Actor | None, values: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters that have a value.

    Args:
        actor: For whom.
        values: By filter, as :class:`crm.rules.investors.filters.InvestorFilters` is read.
    """
    known = {**_KNOWN, **met(Meeting.investor_id, Investor.id, actor, hides=True)}
    return [*narrowing(known, values), *tagged(Tagging.investor_id, Investor.id, values.get("tag", ()))]
