"""Loads the services of stations, units and staff for other services."""

from __future__ import annotations

from collections.abc import Container
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crm.services.kernel.context import Context
    from crm.services.places.staff import StaffService
    from crm.services.places.stations import Stations
    from crm.services.places.units import Units


class LoadsPlaces:
    """A service that loads those of stations, units and staff when a verb first needs them."""

    _context: Context

    def _place_readers(self, chosen: Container[str]) -> dict[str, Any]:
        """Return what reads each of the filters that were given and name a station, a unit or a member of staff.

        The services of the others are not loaded: they load much that a list without these filters does not need.
        """
        services = {"station": "_stations", "unit": "_units", "owner": "_staff", "person": "_staff"}
        return {name: getattr(self, service).get for name, service in services.items() if name in chosen}

    @cached_property
    def _stations(self) -> Stations:
        from crm.services.places.stations import Stations

        return Stations(self._context)

    @cached_property
    def _units(self) -> Units:
        from crm.services.places.units import Units

        return Units(self._context)

    @cached_property
    def _staff(self) -> StaffService:
        from crm.services.places.staff import StaffService

        return StaffService(self._context)
