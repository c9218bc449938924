"""Requests and their steps, for the law that a field is said once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm.cli.requests.request import command
from crm.models import Request, RequestEvent
from crm.rules.requests import RequestDetails, RequestEnd, RequestHands
from tests.factories import LeadFactory, RequestFactory, World
from tests.laws.nouns.case import WITHDRAWN, Case


def _request(world: World, **fields: Any) -> Request:
    about = LeadFactory.create(world=world)
    return world.tokyo.requests.open(about, fields.pop("text", "厂房用电增容"), **fields)


def _edit(world: World, request: Request, **fields: Any) -> Request:
    if request.outcome is None:
        world.tokyo.requests.resolve(request, fields.pop("outcome", "变压器已增容"))
    return world.tokyo.requests.rate(request, **fields) if fields else request


def _step(world: World, **fields: Any) -> RequestEvent:
    """Write a step: each field by a verb that says it."""
    asked = RequestFactory.create(world=world, **({"due": fields["due"]} if "due" in fields else {}))
    if fields.keys() & {"step", "state"}:
        world.tokyo.requests.answer(asked, "已受理")
    elif "occurred" in fields:
        world.tokyo.requests.answer(asked, "已受理", on=fields["occurred"])
    elif "due" not in fields:
        world.tokyo.requests.assign(asked, **({"unit": "hitech"} | fields))
    return asked.steps[-1]


_UNIT = {"unit": lambda world: world.admin.units.get("hitech").id}
_PERSON = {"assignee": lambda world: world.admin.staff.get("manager.desk").id}


CASES: Mapping[str, Case] = {
    "request": Case(
        make=_request,
        edit=_edit,
        edited=RequestEnd,
        show=lambda world, record: world.tokyo.requests.show(record),
        examples={
            "text": "外籍高管居留许可",
            "kind": "land",
            "channel": "online",
            "accepted": "2023-02-16",
            "brand": "through_train",
            "ambassador": "manager.desk",
            "unit": "hitech",
            "assignee": "manager.desk",
            "answer_due": "2023-02-20",
            "due": "2023-03-31",
            "outcome": "已办结",
            "satisfaction": 5,
        },
        stored={
            "ambassador": lambda world: world.admin.staff.get("manager.desk").id,
            **_UNIT,
            **_PERSON,
        },
        exempt={
            "investor_id": "whose request, said when it is accepted; a merge moves it",
            "lead_id": "the lead it belongs to, said when it is accepted",
            "recorded_on": "the day of requests.open",
            "answered_on": "the day of requests.answer, shown",
            "resolved_on": "the day of requests.resolve, shown",
            "state": "that of its last step, shown",
            **WITHDRAWN,
        },
        commands=(
            (command.commands["open"], RequestDetails),
            (command.commands["assign"], RequestHands),
            (command.commands["resolve"], RequestEnd),
        ),
    ),
    "request_event": Case(
        make=_step,
        show=lambda world, record: world.tokyo.requests.show(record.request_id).steps[-1],
        examples={
            "unit": "hitech",
            "assignee": "manager.desk",
            "occurred": "2023-02-18",
            "step": "answer",
            "state": "answered",
            "note": "请尽快",
            "due": "2023-03-31",
        },
        stored={**_UNIT, **_PERSON},
        exempt={
            "request_id": "of which request",
            "number": "its place among the steps",
            "recorded_at": "the moment of the verb",
            "actor_id": "who did it, shown",
        },
    ),
}
