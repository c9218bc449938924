"""New entries of the ledgers: recorded by hand, brought by a file, and those that reverse others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from crm.errors import N_, Conflict, problem
from crm.models import EntryState, Lead
from crm.rules.ledgers.entries import TAKING_BACK
from crm.rules.stages import Status
from crm.services.kernel.context import Context
from crm.services.ledgers.base import E

#: The columns that a reversal and a corrected entry copy from their entry.
COPIED = tuple("kind currency place immediate_country ultimate_country industry method unit_id evidence_id".split())


def origin(lead: Lead, home: str, values: Mapping[str, object]) -> dict[str, Any]:
    """Return origin and industry of an entry: as read, or from the country of the investor and from the lead."""
    immediate = values.get("immediate_country", home)
    return {"immediate_country": immediate, "ultimate_country": immediate, "industry": lead.industry, **values}


def ensure_takes(lead: Lead, kind: object, closed: str) -> None:
    """Refuse an entry of a lead that is lost or abandoned, unless it takes something back; *closed* says so.

    Raises:
        Conflict: It is.
    """
    if lead.status in {Status.LOST, Status.ABANDONED} and kind not in TAKING_BACK:
        raise Conflict(
            problem(
                closed,
                N_("Reopen it first: crm lead reopen LEAD --reason …"),
                code="status",
                status=lead.status.value,
            )
        )


def entry_of(context: Context, model: type[E], lead: Lead, values: Mapping[str, Any]) -> E:
    """Return a new entry of a lead, in state reported, under the method of the policy of its day."""
    made: E = model(
        **values,
        lead_id=lead.id,
        unit_id=lead.unit_id,
        method=context.policy(values[model.DAY]).capital.method,
        state=EntryState.REPORTED,
        submitted_by_id=context.acting().id,
        recorded_on=context.today,
        recorded_at=context.now(),
    )
    return made


def reversal_of(
    context: Context, entry: E, day: date, reference: str | None, why: str | None, **identity: UUID | str
) -> E:
    """Return the entry that reverses another."""
    made: E = type(entry)(
        **identity,
        **{name: getattr(entry, name) for name in COPIED},
        **{entry.DAY: day},
        lead_id=entry.lead_id,
        amount_minor=-entry.amount_minor,
        reference=reference,
        state=EntryState.REPORTED,
        submitted_by_id=context.acting().id,
        reverses_id=entry.id,
        reason=why,
        recorded_on=context.today,
        recorded_at=context.now(),
    )
    return made
