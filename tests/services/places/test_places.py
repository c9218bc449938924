"""Stations and units: added, edited, closed; refused in words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from crm.errors import Archived, Conflict, InvalidInput, Refused, StaleRecord
from tests.factories import StationFactory, UnitFactory, World
from tests.services.refusals import LONE_SURROGATE, LONG, MANAGERS, NO_DAY, NO_REFERENCE, NO_TEXT, allows, refused

pytestmark = pytest.mark.portable

STATION: dict[str, Any] = {
    "code": "seoul",
    "name": "首尔联络站",
    "name_en": "Seoul station",
    "country": "KR",
    "zone": "Asia/Seoul",
    "uid": "01860000-0000-7000-8000-000000000001",
}
UNIT: dict[str, Any] = {
    "code": "north",
    "name": "北区",
    "name_en": "North",
    "kind": "district",
    "uid": "01860000-0000-7000-8000-000000000002",
}


def test_the_first_four_stations_are_there(world: World) -> None:
    """The migration brings Tokyo, Frankfurt, Hong Kong and Hangzhou."""
    assert {"tokyo", "frankfurt", "hongkong", "hangzhou"} <= {station.code for station in world.viewer.stations.list()}


def test_a_station_is_added_with_the_first_entry_of_its_history(world: World) -> None:
    """A new station has a status since a day."""
    station = world.admin.stations.add(**STATION, languages=["ko", "zh"], since="2023-01-05", note="agreed")
    card = world.viewer.stations.show(station)
    assert (card.row.code, card.row.languages, card.row.status) == ("seoul", ("ko", "zh"), "planned")
    assert [(move.number, move.status, str(move.since)) for move in card.history] == [(1, "planned", "2023-01-05")]


def test_a_status_is_the_next_entry_of_the_history(world: World) -> None:
    """A new status is added to the history, and earlier ones stay."""
    station = StationFactory.create(world=world, since="2023-01-05")
    world.manager.stations.set_status(station, "operating", since="2023-02-01", note="opened")
    assert station.status == "operating"
    assert [move.status for move in world.viewer.stations.show(station).history] == ["planned", "operating"]


def test_a_station_is_edited_and_its_host_cleared(world: World) -> None:
    """What is passed changes, None clears the host, and the version grows."""
    station = StationFactory.create(world=world, host="a chamber")
    world.admin.stations.edit(station, name_en="Busan", host=None, zone="Asia/Tokyo", languages=["ko"])
    assert (station.name_en, station.host, station.zone, station.languages) == ("Busan", None, "Asia/Tokyo", ["ko"])
    assert station.version == 2


def test_a_unit_is_added_and_archived(world: World) -> None:
    """An archived unit leaves the list."""
    unit = world.admin.units.add(**UNIT)
    assert "north" in {unit.code for unit in world.viewer.units.list()}
    world.admin.units.archive(unit, reason="merged")
    assert "north" not in {unit.code for unit in world.viewer.units.list()}


@pytest.mark.parametrize("field", ["name", "name_en"])
@pytest.mark.parametrize(("value", "code"), NO_TEXT)
def test_names_have_to_be_texts(world: World, field: str, value: Any, code: str) -> None:
    """Stations and units refuse a name that is none."""
    for add, valid in ((world.admin.stations.add, STATION), (world.admin.units.add, UNIT)):
        with refused(world, InvalidInput, code):
            add(**(valid | {field: value}))
    with refused(world, InvalidInput, code):
        world.admin.stations.edit("tokyo", **{field: value})


@pytest.mark.parametrize(
    ("field", "code", "values"),
    [
        ("code", "code", ["", "two words", "长", "x" * 41, 7, None, LONE_SURROGATE]),
        ("country", "country", ["", "XX", "ATLANTIS", 7, None, LONE_SURROGATE]),
        ("zone", "zone", ["", "Tokyo", "../etc/passwd", 7, None, LONE_SURROGATE]),
        ("status", "choice", ["", "open", 7, None, LONE_SURROGATE]),
        ("host", "too_long", [LONG]),
        ("host", "encoding", [LONE_SURROGATE]),
        ("note", "too_long", [LONG]),
        ("since", "date", ["tomorrow", "2023-02-30", 7, LONE_SURROGATE]),
        ("languages", "too_long", [["a very long language"]]),
        ("languages", "type", [[7]]),
        ("uid", "uid", ["", "x", 7, LONE_SURROGATE]),
    ],
)
def test_a_station_refuses_what_cannot_be_meant(world: World, field: str, code: str, values: list[Any]) -> None:
    """Each argument is refused for itself."""
    for value in values:
        with refused(world, InvalidInput, code):
            world.admin.stations.add(**(STATION | {field: value}))


@pytest.mark.parametrize(
    ("field", "code", "values"),
    [
        ("code", "code", ["", "two words", "x" * 41, 7, None, LONE_SURROGATE]),
        ("kind", "choice", ["", "city", 7, None, LONE_SURROGATE]),
        ("uid", "uid", ["", "x", 7]),
    ],
)
def test_a_unit_refuses_what_cannot_be_meant(world: World, field: str, code: str, values: list[Any]) -> None:
    """Each argument is refused for itself."""
    for value in values:
        with refused(world, InvalidInput, code):
            world.admin.units.add(**(UNIT | {field: value}))


def test_everything_wrong_is_named_at_once(world: World) -> None:
    """One refusal names all the arguments."""
    with refused(world, InvalidInput) as caught:
        world.admin.stations.add("two words", name="", name_en=7, country="XX", zone="Tokyo", status="open")  # type: ignore[arg-type]
    assert {problem.field for problem in caught.value.problems} == {
        "code",
        "name",
        "name_en",
        "country",
        "zone",
        "status",
    }


def test_a_repeated_uid_is_the_same_record(world: World) -> None:
    """The same content returns the first record and writes nothing; other content conflicts."""
    for add, valid in ((world.admin.stations.add, STATION), (world.admin.units.add, UNIT)):
        first = add(**valid)
        assert add(**valid) is first
        assert first.uid == UUID(valid["uid"])
        with refused(world, Conflict, "uid"):
            add(**(valid | {"name": "another"}))
        with refused(world, Conflict, "taken"):
            add(**(valid | {"uid": None}))


@pytest.mark.parametrize(("value", "code"), NO_DAY)
def test_a_status_needs_a_day_that_is_one(world: World, value: Any, code: str) -> None:
    """A day that is none is refused."""
    with refused(world, InvalidInput, code):
        world.manager.stations.set_status("tokyo", "closed", since=value)


def test_a_history_is_written_in_its_order_and_not_ahead(world: World) -> None:
    """A day before the last entry, and one in the future of an operating station, are refused."""
    station = StationFactory.create(world=world, since="2023-02-01")
    with refused(world, InvalidInput, "order"):
        world.manager.stations.set_status(station, "operating", since="2023-01-31")
    with refused(world, InvalidInput, "future"):
        world.manager.stations.set_status(station, "operating", since=world.day(1))
    with refused(world, InvalidInput, "choice"):
        world.manager.stations.set_status(station, "open")


@pytest.mark.parametrize("ref", NO_REFERENCE)
def test_a_place_is_named_by_something_that_is_there(world: World, ref: Any) -> None:
    """An unknown reference is not found, a malformed one is refused."""
    with refused(world, Refused):
        world.manager.stations.set_status(ref, "closed")
    with refused(world, Refused):
        world.admin.units.archive(ref, reason="merged")


def test_an_archived_unit_takes_no_more_changes(world: World) -> None:
    """Archiving twice is refused."""
    unit = UnitFactory.create(world=world, archived=True)
    world.clock.forward(1)
    with refused(world, Archived, "archived"):
        world.admin.units.archive(unit, reason="again")


def test_who_comes_second_is_told(world: World) -> None:
    """An edit with the version before the last is stale."""
    station = StationFactory.create(world=world)
    world.admin.stations.edit(station, host="a chamber")
    with refused(world, StaleRecord, "stale") as caught:
        world.admin.stations.edit(station, host="another", version=1)
    assert isinstance(caught.value, StaleRecord)
    assert (caught.value.yours, caught.value.current) == (1, 2)


def test_who_may_write_places(world: World) -> None:
    """Admins write stations and units; managers write a station's status too."""
    unit = UnitFactory.create(world=world)
    assert allows(world, lambda door: door.stations.add(**STATION)) == {"admin"}
    assert allows(world, lambda door: door.stations.edit("tokyo", name="x")) == {"admin"}
    assert allows(world, lambda door: door.stations.set_status("tokyo", "closed", leave_open="r")) == MANAGERS
    assert allows(world, lambda door: door.units.add(**UNIT)) == {"admin"}
    assert allows(world, lambda door: door.units.archive(unit, reason="x")) == {"admin"}
