"""The conditions of the filters of investors and of contacts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, false, or_

from crm.models import Contact, Employment, Investor, Meeting, Tagging
from crm.reads.kernel.filters import Condition, met, narrowing
from crm.reads.tags import tagged
from crm.rules.access import Actor
from crm.values.text import comparison_key

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


def of_contacts(values: Mapping[str, Any], today: date) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters of contacts that have a value.

    Args:
        values: By filter, as :class:`crm.rules.investors.filters.ContactFilters` is read.
        today: The day on which a current contact works there.
    """
    now = or_(Employment.until.is_(None), Employment.until >= today)
    known: Mapping[str, Condition] = {
        "name": _named,
        "country": lambda code: Investor.country == code,
        "current": lambda current: now if current else ~now,
    }
    return narrowing(known, values)


def _named(text: str) -> ColumnElement[bool]:
    key = comparison_key(text)
    return or_(*(name.contains(key, autoescape=True) for name in (Contact.key, Contact.other_key))) if key else false()
