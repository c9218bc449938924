"""Meetings, their minutes and follow-ups, for the law that a field is said once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm.cli.meetings import todo, visit
from crm.models import Meeting, Minute
from crm.rules.meetings import FollowUpDetails, FollowUpEnd, FollowUpFields, MeetingChanges, MeetingFields, VisitAhead
from crm.services.meetings.followups import FollowUps
from crm.services.meetings.service import Meetings
from tests.factories import InvestorFactory, TripFactory, World
from tests.laws.nouns.case import WITHDRAWN, Case


def _meeting(world: World, **fields: Any) -> Meeting:
    if "trip" in fields:
        TripFactory.create(world=world, code=fields["trip"], starts=world.today, ends=world.today)
    summary = fields.pop("summary", "谈到二期厂房")
    return world.manager.meetings.log(InvestorFactory.create(world=world), summary=summary, **fields)


def _minute(world: World, **fields: Any) -> Minute:
    lines: dict[str, Any] = {"agreed" if "kind" in fields else "promised": [fields.get("text", "三月互访")]}
    return world.tokyo.meetings.log(InvestorFactory.create(world=world), summary="x", **lines).minutes[0]


def _line(world: World, minute: Minute) -> dict[str, str]:
    ((kind, text),) = world.tokyo.meetings.show(minute.meeting_id).minutes
    return {"kind": kind, "text": text}


def _followup(world: World, **fields: Any) -> Any:
    given = fields if "at" in fields else {"due": world.day(3), **fields}
    return world.tokyo.followups.add(InvestorFactory.create(world=world), given.pop("text", "寄送资料"), **given)


CASES: Mapping[str, Case] = {
    "meeting": Case(
        make=_meeting,
        show=lambda world, record: world.tokyo.meetings.show(record),
        examples={
            "summary": "见面前先看",
            "at": "2023-02-08 09:00",
            "kind": "call",
            "place": "东京",
            "trip": "jp-2023",
            "station": "frankfurt",
            "brand": "through_train",
        },
        stored={
            "at": lambda _: ["2023-02-08T01:00:00+00:00", "Asia/Shanghai"],
            "trip": lambda world: world.tokyo.trips.get("jp-2023").id,
            "station": lambda world: world.admin.stations.get("frankfurt").id,
        },
        shown={
            "at": {
                "utc": "2023-02-08T01:00:00+00:00",
                "zone": "Asia/Shanghai",
                "local": "2023-02-08T09:00:00+08:00",
            },
        },
        exempt={
            "investor_id": "whom we met, said when it is logged; a merge moves it",
            "lead_id": "about which lead, said when it is logged",
            "logged_by_id": "who logged it, in the audit",
            "recorded_at": "the moment of meetings.log",
            **WITHDRAWN,
        },
        verbs=((Meetings.edit, MeetingChanges),),
        commands=((visit.command.commands["log"], MeetingFields), (visit.command.commands["edit"], MeetingChanges)),
    ),
    "minute": Case(
        make=_minute,
        show=_line,
        examples={"kind": "agreed", "text": "寄送资料"},
        exempt={
            "meeting_id": "of which meeting",
            "number": "its place among the lines",
            "withdrawn_at": "a line that a correction took out",
        },
    ),
    "followup": Case(
        make=_followup,
        edit=lambda world, record, **fields: world.tokyo.followups.done(record, **fields),
        edited=FollowUpEnd,
        show=lambda world, record: next(
            followup for followup in world.tokyo.followups.list(open_only=False) if followup.id == record.id
        ),
        examples={
            "text": "安排考察",
            "due": "2030-03-01",
            "owner": "manager.desk",
            "result": "已寄出",
            "at": "2030-02-20 14:00",
        },
        stored={
            "owner": lambda world: world.admin.staff.get("manager.desk").id,
            "at": lambda _: ["2030-02-20T05:00:00+00:00", "Asia/Tokyo"],
        },
        shown={
            "at": {
                "utc": "2030-02-20T05:00:00+00:00",
                "zone": "Asia/Tokyo",
                "local": "2030-02-20T14:00:00+09:00",
            },
        },
        exempt={
            "meeting_id": "the meeting that it was promised at; its card lists it",
            "investor_id": "to whom, said when it is added; a merge moves it",
            "lead_id": "about which lead, said when it is added",
            "done_at": "the moment of followups.done, shown",
            "done_by_id": "who closed it, in the audit",
            "held_id": "the meeting of meetings.log that a visit ahead became; its result names it",
            **WITHDRAWN,
        },
        verbs=((FollowUps.edit, FollowUpFields),),
        commands=(
            (todo.command.commands["add"], FollowUpDetails),
            (todo.command.commands["done"], FollowUpEnd),
            (todo.command.commands["edit"], FollowUpFields),
            (visit.command.commands["plan"], VisitAhead),
        ),
    ),
}
