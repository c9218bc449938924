"""The visibility of confidential leads: one condition, used by every list, count and search."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, not_, or_, true

from crm.models import Lead, Meeting
from crm.models.base import second
from crm.rules.access import Actor, Right, Scope, scope


def visible(actor: Actor | None, lead: type[Lead] = Lead) -> ColumnElement[bool]:
    """Return the condition that *actor* may see a lead, or an alias of it."""
    reach = scope(actor, Right.CONFIDENTIAL_READ)
    if reach is Scope.ALL:
        return true()
    if actor is None or reach is Scope.NONE:
        return not_(lead.confidential)
    return or_(not_(lead.confidential), is_own(actor, lead))


def is_own(actor: Actor, lead: type[Lead] = Lead) -> ColumnElement[bool]:
    """Return the condition that a lead is *actor*'s own, or their station's or unit's."""
    hands = [lead.owner_id == actor.id]
    if actor.station_id is not None:
        hands.append(lead.station_id == actor.station_id)
    if actor.unit_id is not None:
        hands.append(lead.unit_id == actor.unit_id)
    return or_(*hands)


def sees_all(actor: Actor | None) -> bool:
    """Return whether *actor* may see every lead."""
    return scope(actor, Right.CONFIDENTIAL_READ) is Scope.ALL


def parent_shown(actor: Actor | None) -> ColumnElement[bool]:
    """Return the condition that *actor* may see the lead that a lead expands, if it expands one."""
    if sees_all(actor):
        return true()
    parent = second(Lead)
    return ~exists().where(parent.id == Lead.parent_id, ~visible(actor, parent)).correlate(Lead)


def company_shown(actor: Actor | None) -> ColumnElement[bool]:
    """Return the condition that *actor* may see the company of a lead: it is not that of a hidden lead it expands."""
    if sees_all(actor):
        return true()
    parent = second(Lead)
    return ~exists().where(
        parent.id == Lead.parent_id, parent.enterprise_id == Lead.enterprise_id, ~visible(actor, parent)
    ).correlate(Lead)


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

    The meetings of hidden leads are hidden; whether it is withdrawn is a condition of its own:
    :func:`crm.models.base.standing`.
    """
    return or_(Meeting.lead_id.is_(None), visible(actor))
