"""Promotion events and who came, for the law that a field is said once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm.cli.events.event import command
from crm.models import Attendance, PromotionEvent
from crm.rules.events import AttendanceChanges, AttendanceFields, EventDetails, EventEnd, EventPlan
from crm.services.events.service import Events
from tests.factories import ContactFactory, World
from tests.laws.nouns.case import WITHDRAWN, Case


def _event(world: World, **fields: Any) -> PromotionEvent:
    outcome, reason = fields.pop("outcome", None), fields.pop("reason", None)
    given = {"title": "投资推介会", "place": "济南", "starts": "2023-02-08", "country": "CN", **fields}
    event = world.manager.events.add(given.pop("code", "autumn"), **given)
    if reason:
        return world.manager.events.cancel(event, reason=reason)
    return world.manager.events.hold(event, outcome=outcome) if outcome else event


def _attendance(world: World, **fields: Any) -> Attendance:
    investor = world.tokyo.investors.add(fields.pop("investor", "甲方实业"), country="JP")
    if "contact" in fields:
        ContactFactory.create(world=world, investor=investor, name=fields["contact"])
    return world.tokyo.events.attend(_event(world), investor, **fields)


def _corrected(world: World, record: Attendance, **fields: Any) -> Attendance:
    if fields.get("contact") is not None:
        ContactFactory.create(
            world=world, investor=world.viewer.investors.get(record.investor_id or 0), name=fields["contact"]
        )
    return world.tokyo.events.edit_attendance(record, **fields)


CASES: Mapping[str, Case] = {
    "event": Case(
        make=_event,
        edit=lambda world, record, **fields: world.manager.events.edit(record, **fields),
        edited=EventDetails,
        show=lambda world, record: world.viewer.events.show(record),
        examples={
            "title": "产业链论坛",
            "place": "东京",
            "starts": "2023-02-07",
            "ends": "2023-02-09",
            "kind": "forum",
            "country": "JP",
            "zone": "Asia/Tokyo",
            "organiser": "JETRO",
            "code": "tokyo-2023",
            "unit": "hitech",
            "station": "tokyo",
            "outcome": "签约2个项目",
            "reason": "场地改建",
        },
        stored={
            "unit": lambda world: world.viewer.units.get("hitech").id,
            "station": lambda world: world.viewer.stations.get("tokyo").id,
        },
        exempt={"state": "moves with events.hold and events.cancel; shown"},
        verbs=((Events.edit, EventDetails),),
        commands=(
            (command.commands["add"], EventPlan),
            (command.commands["edit"], EventDetails),
            (command.commands["hold"], EventEnd),
        ),
    ),
    "event_attendance": Case(
        make=_attendance,
        edit=_corrected,
        edited=AttendanceChanges,
        show=lambda world, record: world.viewer.events.show(record.event_id).attendance[0],
        examples={"investor": "乙方贸易", "contact": "田中健一", "people": 5, "note": "日方企业代表"},
        stored={
            "investor": lambda world: world.viewer.investors.get("乙方贸易").id,
            "contact": lambda world: world.viewer.contacts.get("田中健一").id,
        },
        exempt={
            "event_id": "which event",
            **WITHDRAWN,
            "employment_id": "the employment of the contact on the day of the event, found by events.attend",
        },
        verbs=((Events.edit_attendance, AttendanceChanges),),
        commands=(
            (command.commands["attend"], AttendanceFields),
            (command.commands["edit-attendance"], AttendanceChanges),
        ),
    ),
}
