"""The conditions of the filters of meetings and of follow-ups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, false, select

from crm.models import FollowUp, Meeting, MeetingStaff, Staff
from crm.models.base import standing
from crm.reads.kernel.filters import Condition, mine, narrowing
from crm.rules.access import Actor
from crm.values.moments import BUREAU_ZONE, end_of, local_time


def _attended(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a member of staff who meets a condition was at a meeting."""
    return Meeting.id.in_(select(MeetingStaff.meeting_id).where(condition, standing(MeetingStaff)))


_MEETINGS: Mapping[str, Condition] = {
    "investor": lambda number: Meeting.investor_id == number,
    "lead": lambda number: Meeting.lead_id == number,
    "station": lambda number: Meeting.station_id == number,
    "unit": lambda number: _attended(MeetingStaff.unit_id == number),
    "person": lambda number: _attended(MeetingStaff.staff_id == number),
    "kind": lambda kind: Meeting.kind == kind,
    "trip": lambda number: Meeting.delegation_id == number,
    "brand": lambda code: Meeting.brand == code.lower(),
    "since": lambda day: Meeting.met_at >= local_time(f"{day} 00:00", BUREAU_ZONE).utc,
    "until": lambda day: Meeting.met_at < end_of(day),
}
_FOLLOW_UPS: Mapping[str, Condition] = {
    "investor": lambda number: FollowUp.investor_id == number,
    "lead": lambda number: FollowUp.lead_id == number,
    "owner": lambda number: FollowUp.owner_id == number,
    "unit": lambda number: FollowUp.owner_id.in_(select(Staff.id).where(Staff.unit_id == number)),
    "station": lambda number: FollowUp.owner_id.in_(select(Staff.id).where(Staff.station_id == number)),
    "due_since": lambda day: FollowUp.due_on >= day,
    "due_until": lambda day: FollowUp.due_on <= day,
}


def of_meetings(actor: Actor | None, values: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters of meetings that have a value.

    Args:
        actor: For whom.
        values: By filter, as :class:`crm.rules.meetings.MeetingFilters` is read.
    """
    where = narrowing(_MEETINGS, values)
    if values.get("mine"):
        where.append(false() if actor is None else _attended(MeetingStaff.staff_id == actor.id))
    return where


def of_followups(actor: Actor | None, values: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters of follow-ups that have a value.

    Args:
        actor: For whom.
        values: By filter, as :class:`crm.rules.meetings.FollowUpFilters` is read.
    """
    return [*narrowing(_FOLLOW_UPS, values), *mine(actor, FollowUp.owner_id, values)]
