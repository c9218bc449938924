"""Trips with their stays, members, units, visits and costs, for the law that a field is said once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm.cli.trips.trip import command
from crm.rules.trips import (
    Leaving,
    LegFields,
    NewCost,
    NewVisit,
    PartnerFields,
    TripChanges,
    TripOptions,
    TripPlan,
    TripReport,
)
from crm.services.trips.service import Trips
from tests.factories import World
from tests.laws.nouns.case import Case

_TIMES = {"closed_at": "the moment of trips.close, shown as state", "cancelled_at": "the moment of trips.cancel"}
_DEADLINE = "the policy's, of the days and the announcement; shown"
_TRIP = "which trip"


def _trip(world: World, **fields: Any) -> Any:
    outcome, reason = fields.pop("outcome", None), fields.pop("reason", None)
    given = {"title": "赴日经贸团", "leader": "局长", "rank": "deputy", "announced": "2023-01-10"}
    days = {"starts": "2023-02-15", "ends": "2023-02-17" if outcome else "2023-02-20"}
    door = world.manager.trips
    trip = door.plan(fields.pop("code", "japan"), **(given | days | fields))
    if outcome:
        return door.close(trip, outcome=outcome)
    return door.cancel(trip, reason=reason) if reason else trip


def _card(world: World, record: Any) -> Any:
    return world.manager.trips.show(record.delegation_id)


def _leg(world: World, **fields: Any) -> Any:
    given = {"country": "JP", "zone": "Asia/Tokyo", "arrives": "2023-02-16", "leaves": "2023-02-19"}
    return world.manager.trips.add_leg(_trip(world), fields.pop("place", "东京"), **(given | fields))


def _leaving(fields: dict[str, Any]) -> dict[str, Any]:
    leaving: dict[str, Any] = {name: fields.pop(name) for name in ("on", "reason") if name in fields}
    return {"reason": "另有任务", **leaving} if leaving else {}


def _member(world: World, **fields: Any) -> Any:
    trip, who, leaving = _trip(world), fields.pop("staff", "tokyo.desk"), _leaving(fields)
    member = world.manager.trips.add_member(trip, who, **fields)
    return world.manager.trips.remove_member(trip, who, **leaving) if leaving else member


def _partner(world: World, **fields: Any) -> Any:
    trip, unit, leaving = _trip(world), fields.pop("unit", "hitech"), _leaving(fields)
    given = {"leader": "主任", "rank": "deputy"}
    partner = world.manager.trips.set_unit(trip, unit, **(given | fields))
    return world.manager.trips.remove_unit(trip, unit, **leaving) if leaving else partner


def _visit(world: World, **fields: Any) -> Any:
    investor, reason = fields.pop("investor", "甲方实业"), fields.pop("reason", None)
    world.tokyo.investors.add(investor, country="JP")
    visit = world.manager.trips.add_visit(_trip(world), investor, **fields)
    return world.manager.trips.cancel_visit(visit, reason=reason) if reason else visit


def _cost(world: World, **fields: Any) -> Any:
    reason = fields.pop("reason", None)
    given = {"item": "机票", "reference": "发票1"}
    trip = _trip(world, **({"starts": "2023-02-20", "ends": "2023-02-25"} if fields.get("kind") == "budget" else {}))
    cost = world.manager.trips.add_cost(trip, fields.pop("amount", "100 CNY"), **(given | fields))
    return world.manager.trips.withdraw_cost(cost, reason=reason) if reason else cost


CASES: Mapping[str, Case] = {
    "delegation": Case(
        make=_trip,
        edit=lambda world, record, **fields: world.manager.trips.edit(record, **fields),
        edited=TripChanges,
        show=lambda world, record: world.manager.trips.show(record),
        examples={
            "code": "korea",
            "title": "赴韩经贸团",
            "leader": "副市长",
            "rank": "city",
            "starts": "2023-02-16",
            "ends": "2023-02-21",
            "unit": "hitech",
            "purpose": "拜访企业",
            "owner": "tokyo.desk",
            "announced": "2023-01-11",
            "late": "临时邀请",
            "outcome": "走访11家机构",
            "reason": "对方改期",
        },
        stored={
            "unit": lambda world: world.viewer.units.get("hitech").id,
            "owner": lambda world: world.viewer.staff.get("tokyo.desk").id,
        },
        lasting={
            "owner": "somebody reports",
            "announced": "None leaves it as it is; it is empty for trips planned before it was kept",
            "late": "None leaves it as it is; it goes when the trip is in time again",
        },
        exempt={
            **_TIMES,
            "notice_due_on": _DEADLINE,
            "report_due_on": _DEADLINE,
            "outcome_until": _DEADLINE,
        },
        verbs=((Trips.plan, TripOptions), (Trips.edit, TripChanges)),
        commands=(
            (command.commands["plan"], TripPlan),
            (command.commands["edit"], TripChanges),
            (command.commands["close"], TripReport),
        ),
    ),
    "delegation_leg": Case(
        make=_leg,
        show=lambda world, record: _card(world, record).legs[0],
        examples={
            "place": "大阪",
            "country": "KR",
            "zone": "Asia/Seoul",
            "arrives": "2023-02-17",
            "leaves": "2023-02-18",
        },
        stored={"arrives": lambda _: ["2023-02-17", None], "leaves": lambda _: ["2023-02-18", None]},
        exempt={"delegation_id": _TRIP, "number": "counted by the verb"},
        commands=((command.commands["leg"], LegFields),),
    ),
    "delegation_member": Case(
        make=_member,
        show=lambda world, record: _card(world, record).members[0],
        examples={"staff": "frankfurt.desk", "duty": "翻译", "on": "2023-02-17", "reason": "生病"},
        stored={"staff": lambda world: world.viewer.staff.get("frankfurt.desk").id},
        exempt={"delegation_id": _TRIP},
        commands=((command.commands["member"], Leaving),),
    ),
    "delegation_unit": Case(
        make=_partner,
        show=lambda world, record: _card(world, record).units[0],
        examples={"unit": "bureau", "leader": "书记", "rank": "first", "on": "2023-02-17", "reason": "另行组团"},
        stored={"unit": lambda world: world.viewer.units.get("bureau").id},
        exempt={"delegation_id": _TRIP},
        commands=((command.commands["unit"], PartnerFields),),
    ),
    "planned_visit": Case(
        make=_visit,
        show=lambda world, record: _card(world, record).visits[0],
        examples={"investor": "乙方贸易", "on": "2023-02-17", "purpose": "推进在谈项目", "reason": "对方改期"},
        stored={"investor": lambda world: world.viewer.investors.get("乙方贸易").id},
        exempt={
            "delegation_id": _TRIP,
            "number": "counted by the verb",
            "state": "moves with trips.cancel_visit and meetings.log; shown",
            "meeting_id": "the meeting that fulfilled it, by meetings.log; shown",
        },
        commands=((command.commands["visit"], NewVisit),),
    ),
    "delegation_cost": Case(
        make=_cost,
        show=lambda world, record: _card(world, record).costs[0],
        examples={
            "amount": "12000 CNY",
            "item": "总预算",
            "kind": "budget",
            "spent": "2023-02-16",
            "reference": "发票0231",
            "reason": "重复登记",
        },
        stored={"amount": lambda _: [1_200_000, "CNY"]},
        shown={"amount": {"minor": 1_200_000, "currency": "CNY", "text": "12,000.00 CNY"}},
        exempt={
            "delegation_id": _TRIP,
            "recorded_by_id": "who called the verb; shown",
            "recorded_on": "the day of the verb; shown",
            "withdrawn_on": "the day of trips.withdraw_cost; shown",
        },
        commands=((command.commands["cost"], NewCost),),
    ),
}
