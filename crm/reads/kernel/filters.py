"""Filters of lists as conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, select
from sqlalchemy.orm import InstrumentedAttribute

from crm.models import Lead, Meeting
from crm.models.base import standing
from crm.reads.kernel.visibility import meeting_visible
from crm.rules.access import Actor
from crm.values.moments import end_of

#: Returns the condition of a filter by its value.
Condition = Callable[[Any], ColumnElement[bool]]


def narrowing(known: Mapping[str, Condition], values: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters that have a value.

    Args:
        known: The condition of each filter.
        values: By filter, as :meth:`crm.rules.kernel.checks.Checks.fields` reads them.
    """
    return [of(values[name]) for name, of in known.items() if values.get(name) is not None]


def between(
    minor: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
    currency: InstrumentedAttribute[str] | InstrumentedAttribute[str | None],
    values: Mapping[str, Any],
) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters ``at_least`` and ``at_most``: an amount in the currency of the bound."""
    least, most = values.get("least_currency"), values.get("most_currency")
    return [
        *([] if least is None else [and_(currency == least, minor >= values["least_minor"])]),
        *([] if most is None else [and_(currency == most, minor <= values["most_minor"])]),
    ]


def mine(
    actor: Actor | None,
    owner: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
    values: Mapping[str, Any],
) -> list[ColumnElement[bool]]:
    """Return the condition of the filter ``mine``: the actor is the owner."""
    if not values.get("mine"):
        return []
    return [false() if actor is None else owner == actor.id]


def met(
    link: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
    number: InstrumentedAttribute[int],
    actor: Actor | None = None,
    *,
    hides: bool = False,
) -> Mapping[str, Condition]:
    """Return the filters by the last visit: ``met_since`` and ``met_until``.

    Args:
        link: The column of Meeting that names the record.
        number: The number of the record.
        actor: For whom.
        hides: Leave out meetings on leads that the actor may not see.
    """

    def after(day: date) -> ColumnElement[bool]:
        visit = select(Meeting.id).where(link == number, standing(Meeting), Meeting.met_at >= end_of(day))
        if hides:
            visit = visit.outerjoin(Lead, Lead.id == Meeting.lead_id).where(meeting_visible(actor))
        return visit.correlate(number.class_).exists()

    return {"met_since": lambda day: after(day - timedelta(days=1)), "met_until": lambda day: ~after(day)}
