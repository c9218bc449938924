"""Conflicts of the demo with other records of a database, checked before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

from crm.crm import CRM
from crm.demo.case import Case
from crm.demo.marks import uid
from crm.errors import N_, Conflict, Problem, problem
from crm.values.text import comparison_key


def ensure_room(crm: CRM, case: Case) -> None:
    """Refuse to load the case if other records have its codes or names.

    Raises:
        Conflict: Every code and name in use is named.
    """
    problems = [*_codes(crm, case), *_names(crm, case), *_histories(crm, case)]
    if problems:
        raise Conflict(*problems)


def _codes(crm: CRM, case: Case) -> Iterator[Problem]:
    stations, units = {row.code for row in crm.stations.list()}, {row.code for row in crm.units.list()}
    staff, trips = {row.username for row in crm.staff.list(archived=True)}, {row.code for row in crm.trips.list()}
    taken = [
        *(
            ("station", station.code, crm.stations.get(station.code).uid)
            for station in case.stations
            if station.code in stations and not station.seeded
        ),
        *(
            ("unit", unit.code, crm.units.get(unit.code).uid)
            for unit in case.units
            if unit.code in units and not unit.shared
        ),
        *(
            ("staff", person.username, crm.staff.get(person.username).uid)
            for person in case.staff
            if person.username in staff and not person.founder
        ),
        *(("trip", trip.code, crm.trips.get(trip.code).uid) for trip in case.trips if trip.code in trips),
    ]
    for kind, code, found in taken:
        if found != uid(kind, code):
            yield problem(
                N_('The demo\'s {kind} "{value}" is another record here.'),
                N_("Load the demo into a database of its own: crm demo"),
                field=kind,
                code="taken",
                kind=kind,
                value=code,
            )


def _names(crm: CRM, case: Case) -> Iterator[Problem]:
    known = {
        (row.country, comparison_key(name)): (row.id, row.uid) for row in crm.investors.list() for name in row.names
    }
    for investor in case.investors:
        name = investor.named(investor.name, investor.language)
        number, found = known.get((investor.country, comparison_key(name)), (0, None))
        if found is not None and found != uid("investor", investor.key):
            yield problem(
                N_('The demo\'s investor "{name}" is already on record, as number {id}.'),
                N_("Load the demo into a database of its own: crm demo"),
                field="investor",
                code="known",
                name=name,
                id=number,
            )


def _histories(crm: CRM, case: Case) -> Iterator[Problem]:
    for station in case.stations:
        if not station.seeded or not station.history:
            continue
        steps = {(step.status, step.since) for step in station.history}
        written = [(row.status, row.since) for row in crm.stations.show(station.code).history[1:]]
        if any(step not in steps for step in written):
            yield problem(
                N_('The station "{value}" already has a different history here.'),
                N_("Load the demo into a database of its own: crm demo"),
                field="station",
                code="history",
                value=station.code,
            )
