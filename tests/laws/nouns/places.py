"""Stations, units and staff, for the law that a field is said once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from crm.cli.places import staff, station, unit
from crm.models import Posting
from crm.rules.places import (
    PostingFields,
    StaffChanges,
    StaffFields,
    StationChanges,
    StationDetails,
    StationEventFields,
    StationFields,
    UnitChanges,
    UnitFields,
)
from crm.services.places.staff import StaffService
from crm.services.places.stations import Stations
from crm.services.places.units import Units
from tests.factories import World
from tests.laws.nouns.case import Case


def _station(world: World, **fields: Any) -> Any:
    given = {"name": "首尔联络站", "name_en": "Seoul", "country": "KR", "zone": "Asia/Seoul"}
    return world.admin.stations.add(fields.pop("code", "seoul"), **(given | fields))


def _station_event(world: World, **fields: Any) -> Any:
    found = world.manager.stations.set_status("hongkong", fields.pop("status", "operating"), **fields)
    return found.history[-1]


def _unit(world: World, **fields: Any) -> Any:
    given = {"name": "北区", "name_en": "North", "kind": "district"}
    return world.admin.units.add(fields.pop("code", "north"), **(given | fields))


def _staff(world: World, **fields: Any) -> Any:
    place = {} if "unit" in fields else {"station": "tokyo"}
    given = {"role": "viewer", **place}
    return world.admin.staff.add(fields.pop("username", "li.na"), fields.pop("name", "李娜"), **(given | fields))


def _posting(world: World, **fields: Any) -> Any:
    person = world.admin.staff.move("tokyo.desk", unit="hitech", **fields)
    return world.session.scalars(select(Posting).where(Posting.staff_id == person.id, Posting.number == 2)).one()


CASES: Mapping[str, Case] = {
    "station": Case(
        make=_station,
        edit=lambda world, record, **fields: world.admin.stations.edit(record, **fields),
        edited=StationChanges,
        show=lambda world, record: world.viewer.stations.show(record),
        examples={
            "code": "busan",
            "name": "釜山联络站",
            "name_en": "Busan",
            "country": "HK",
            "zone": "Asia/Tokyo",
            "host": "某商会",
            "languages": ["ko", "zh"],
            "status": "operating",
        },
        exempt={"archived_at": "no verb archives a station: its status is closed"},
        verbs=((Stations.add, StationDetails), (Stations.edit, StationChanges)),
        commands=((station.command.commands["add"], StationFields), (station.command.commands["edit"], StationChanges)),
    ),
    "station_event": Case(
        make=_station_event,
        show=lambda world, record: world.viewer.stations.show(record.station_id).history[-1],
        examples={"since": "2023-02-03", "status": "closed", "note": "撤销"},
        exempt={"station_id": "whose history", "number": "counted by the verb"},
        commands=tuple((station.command.commands[verb], StationEventFields) for verb in ("add", "status")),
    ),
    "unit": Case(
        make=_unit,
        show=lambda world, record: next(row for row in world.viewer.units.list() if row.id == record.id),
        examples={"code": "south", "name": "南区", "name_en": "South", "kind": "enterprise"},
        edit=lambda world, record, **fields: world.admin.units.edit(record, **fields),
        edited=UnitChanges,
        exempt={"archived_at": "the moment of units.archive, shown as archived"},
        verbs=((Units.edit, UnitChanges),),
        commands=((unit.command.commands["add"], UnitFields), (unit.command.commands["edit"], UnitChanges)),
    ),
    "staff": Case(
        make=_staff,
        show=lambda world, record: next(person for person in world.viewer.staff.list() if person.id == record.id),
        examples={"username": "wang", "name": "王", "role": "verifier", "station": "frankfurt", "unit": "hitech"},
        stored={
            "station": lambda world: world.viewer.stations.get("frankfurt").id,
            "unit": lambda world: world.viewer.units.get("hitech").id,
        },
        edit=lambda world, record, **fields: world.admin.staff.edit(record, **fields),
        edited=StaffChanges,
        exempt={"archived_at": "the moment of staff.archive, shown as archived"},
        verbs=((StaffService.edit, StaffChanges),),
        commands=((staff.command.commands["add"], StaffFields), (staff.command.commands["edit"], StaffChanges)),
    ),
    "posting": Case(
        make=_posting,
        show=lambda world, record: next(person for person in world.viewer.staff.list() if person.id == record.staff_id),
        examples={"since": "2023-02-03"},
        exempt={
            "staff_id": "who",
            "number": "counted by the verb",
            "role": "that of the member of staff from then on",
            "station_id": "that of the member of staff from then on",
            "unit_id": "that of the member of staff from then on",
            "recorded_at": "the moment of the verb",
        },
        commands=tuple((staff.command.commands[verb], PostingFields) for verb in ("add", "move")),
    ),
}
