"""The condition for a host's own statements: what an actor may see of the leads, and of what belongs to a lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import ColumnElement, exists, inspect, or_
from sqlalchemy.orm import InstrumentedAttribute

from crm.errors import N_, InvalidInput, problem
from crm.models import Lead
from crm.models.base import second
from crm.reads.kernel import visibility

if TYPE_CHECKING:
    from crm.rules.access import Actor

#: By this column a record says which lead it belongs to.
LINK = "lead_id"


def visible(actor: Actor | None, record: type[object] = Lead) -> ColumnElement[bool]:
    """Return the condition that an actor may see a record, for your own SELECT; the reads use the same one.

    ``select(Booking).join(Lead).where(visible(crm.actor))``. Confidential leads are left out, unless they are the
    actor's own, their station's or their unit's, or the role sees all. What belongs to a lead is seen with its lead;
    what belongs to none is seen by everybody. Withdrawn records are not left out.

    Args:
        actor: :attr:`crm.CRM.actor`. None: somebody who may see no confidential lead.
        record: ``Lead``, a model with a ``lead_id``, ours or yours, or an alias of one: what the SELECT has in FROM.

    Raises:
        InvalidInput: The model is none of these.
    """
    mapped = inspect(record, raiseerr=False)
    mapper = getattr(mapped, "mapper", None)
    if mapper is not None and mapper.class_ is Lead:
        return visibility.visible(actor, cast("type[Lead]", record))
    if mapper is None or LINK not in mapper.column_attrs:
        raise InvalidInput(
            problem(
                N_("{value} is neither the lead nor a model with a lead_id."),
                N_("Join what it belongs to, and pass that: Lead, Meeting, Request, …"),
                field="record",
                code="record",
                value=getattr(record, "__name__", str(record)),
            )
        )
    link: InstrumentedAttribute[int | None] = getattr(record, LINK)
    lead = second(Lead)
    of_it = exists().where(lead.id == link, visibility.visible(actor, lead)).correlate_except(lead)
    return or_(link.is_(None), of_it)
