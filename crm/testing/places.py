"""Stations, units and staff."""

# ruff: noqa: D106 - Meta and Params are words of factory-boy
from __future__ import annotations

from typing import Any

from crm import CRM
from crm.models import Staff, Station, Unit
from crm.testing.door import DoorFactory, Sequence, Trait
from crm.testing.world import World


class StationFactory(DoorFactory[Station]):
    """A planned station; traits: operating."""

    class Meta:
        model = Station

    class Params:
        operating = Trait(status="operating")

    by = "admin"
    code = Sequence(lambda n: f"station-{n}")
    name = "首尔联络站"
    name_en = "Seoul liaison station"
    country = "KR"
    zone = "Asia/Seoul"

    @classmethod
    def through(cls, door: CRM, world: World, **kwargs: Any) -> Station:
        """Add it."""
        _ = world
        return door.stations.add(kwargs.pop("code"), **kwargs)


class UnitFactory(DoorFactory[Unit]):
    """A district; traits: archived."""

    class Meta:
        model = Unit

    class Params:
        archived = Trait(archive=True)

    by = "admin"
    archive = False
    code = Sequence(lambda n: f"unit-{n}")
    name = Sequence(lambda n: f"第{n}区")
    name_en = Sequence(lambda n: f"District {n}")
    kind = "district"

    @classmethod
    def through(cls, door: CRM, world: World, **kwargs: Any) -> Unit:
        """Add it."""
        _ = world
        archive = kwargs.pop("archive")
        unit = door.units.add(kwargs.pop("code"), **kwargs)
        return door.units.archive(unit, reason="merged into another") if archive else unit


class StaffFactory(DoorFactory[Staff]):
    """An ambassador in Tokyo; traits: manager, verifier, left."""

    class Meta:
        model = Staff

    class Params:
        manager = Trait(role="manager", station=None, unit="bureau")
        verifier = Trait(role="verifier", station=None, unit="bureau")
        left = Trait(archive=True)

    by = "admin"
    archive = False
    username = Sequence(lambda n: f"desk.{n}")
    name = Sequence(lambda n: f"Desk {n}")
    role = "ambassador"
    station: str | None = "tokyo"

    @classmethod
    def through(cls, door: CRM, world: World, **kwargs: Any) -> Staff:
        """Add them."""
        _ = world
        archive = kwargs.pop("archive")
        staff = door.staff.add(kwargs.pop("username"), kwargs.pop("name"), **kwargs)
        return door.staff.archive(staff, reason="left the bureau") if archive else staff
