"""The visibility of confidential leads: one condition, used by every list, count and search."""

from __future__ import annotations

from sqlalchemy import ColumnElement, not_, or_, true

from crm.models import Lead, Meeting
from crm.rules.access import Actor, Right, Scope, scope


def visible(actor: Actor | None) -> ColumnElement[bool]:
    """Return the condition that *actor* may see a lead."""
    reach = scope(actor, Right.CONFIDENTIAL_READ)
    if reach is Scope.ALL:
        return true()
    if actor is None or reach is Scope.NONE:
        return not_(Lead.confidential)
    own = [Lead.owner_id == actor.id]
    if actor.station_id is not None:
        own.append(Lead.station_id == actor.station_id)
    if actor.unit_id is not None:
        own.append(Lead.unit_id == actor.unit_id)
    return or_(not_(Lead.confidential), *own)


def may_see(actor: Actor | None, lead: Lead) -> bool:
    """Return whether an actor may see a loaded lead."""
    if not lead.confidential:
        return True
    reach = scope(actor, Right.CONFIDENTIAL_READ)
    if reach is not Scope.OWN or actor is None:
        return reach is Scope.ALL
    return actor.owns(station_id=lead.station_id, unit_id=lead.unit_id, owner_id=lead.owner_id)


def meeting_visible(actor: Actor | None) -> ColumnElement[bool]:
    """Return the condition that *actor* may see a meeting, outer-joined with its lead.

    The meetings of hidden leads are hidden; whether it is withdrawn is asked apart: :func:`crm.models.base.standing`.
    """
    return or_(Meeting.lead_id.is_(None), visible(actor))
