"""Loads the service of trips for other services."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm.services.kernel.context import Context
    from crm.services.trips.service import Trips


class LoadsTrips:
    """A service that loads the one of trips when a verb first needs it."""

    _context: Context

    @cached_property
    def _trips(self) -> Trips:
        from crm.services.trips.service import Trips

        return Trips(self._context)
