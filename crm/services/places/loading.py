"""Loads the services of stations, units and staff for other services."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm.services.kernel.context import Context
    from crm.services.places.staff import StaffService
    from crm.services.places.stations import Stations
    from crm.services.places.units import Units


class LoadsPlaces:
    """A service that loads those of stations, units and staff when a verb first needs them."""

    _context: Context

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
