"""Whose a list is: a person's, a station's or a unit's."""

from __future__ import annotations

from crm.errors import N_
from crm.models import Staff, Station, Unit
from crm.reads.calendar import Whose
from crm.rules.kernel.checks import Checks
from crm.services.kernel.context import Context
from crm.services.kernel.refs import StaffRef, StationRef, UnitRef
from crm.services.places.loading import LoadsPlaces


class NamesOwners(LoadsPlaces):
    """A service whose verbs are about a person, a station or a unit; by default about the actor."""

    _context: Context

    def _owner(
        self, check: Checks, person: StaffRef | None, station: StationRef | None, unit: UnitRef | None
    ) -> tuple[Whose, Staff | Station | Unit | None]:
        """Return whose a list is, and the record of them; None: the actor's, or an argument was wrong."""
        named = {"person": person, "station": station, "unit": unit}
        given = [name for name, value in named.items() if value is not None]
        if len(given) > 1:
            check.wrong(
                N_("Several are named: {names}."),
                N_("Name one: a person, a station or a unit."),
                field=given[1],
                code="several",
                names=", ".join(given),
            )
        if person is not None and (staff := check.take(lambda: self._staff.get(person), "person")):
            return Whose(person_id=staff.id), staff
        if station is not None and (place := check.take(lambda: self._stations.get(station), "station")):
            return Whose(station_id=place.id), place
        if unit is not None and (home := check.take(lambda: self._units.get(unit), "unit")):
            return Whose(unit_id=home.id), home
        return Whose(person_id=self._context.acting().id), None
