"""The whole case: reads its files and resolves every name in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from attrs import frozen

from crm.demo.kinds.aftercare import Event, Request
from crm.demo.kinds.nouns import Investor, Lead, Meeting, Source, Sourced, Staff, Station, Trip, Unit
from crm.demo.kinds.relations import Family, Pair, Same, Two
from crm.demo.kinds.sourcing import Brought, Refer, choose
from crm.demo.kinds.steps import Confirm, Handover, Paper, Step, Talk, Verify
from crm.demo.reading import Reader
from crm.demo.year import Founded, Many, Mark, Rates, Solved
from crm.errors import N_, Problem, problem


@frozen(kw_only=True)
class Case:
    """The content of the demo."""

    sources: tuple[Source, ...]
    stations: tuple[Station, ...]
    units: tuple[Unit, ...]
    staff: tuple[Staff, ...]
    investors: tuple[Investor, ...]
    trips: tuple[Trip, ...]
    leads: tuple[Lead, ...]
    meetings: tuple[Meeting, ...]
    events: tuple[Event, ...] = ()
    requests: tuple[Request, ...] = ()
    families: tuple[Family, ...] = ()
    twos: tuple[Two, ...] = ()
    sames: tuple[Same, ...] = ()
    targets: str = ""
    rates: tuple[Rates, ...] = ()
    marks: tuple[Mark, ...] = ()
    founded: tuple[Founded, ...] = ()
    solved: tuple[Solved, ...] = ()

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The relations between two investors."""
        return (*self.families, *self.twos, *self.sames)

    @property
    def many(self) -> tuple[Many, ...]:
        """The records generated in numbers."""
        return (*self.founded, *self.solved)

    @property
    def founder(self) -> Staff:
        """The first admin of a database without staff."""
        return next(person for person in self.staff if person.founder)


def read(folder: Traversable | None = None) -> Case:
    """Return the case from its data files.

    Args:
        folder: Where they lie; by default inside the package.

    Raises:
        InvalidInput: Everything wrong with the files, each with its file and place.
    """
    data = folder or files("crm.demo") / "data"
    reader = Reader({Step: choose})
    found = {
        **reader.tables(data / "sources.toml", sources=Source),
        **reader.tables(data / "stations.toml", stations=Station),
        **reader.tables(data / "people.toml", units=Unit, staff=Staff),
        **reader.tables(data / "investors.toml", investors=Investor),
        **reader.tables(data / "trips.toml", trips=Trip),
        **reader.tables(data / "meetings.toml", meetings=Meeting),
        **reader.tables(data / "aftercare.toml", events=Event, requests=Request),
        **reader.tables(data / "standing.toml", families=Family, twos=Two, sames=Same),
        **reader.tables(data / "year.toml", rates=Rates, marks=Mark, founded=Founded, solved=Solved),
    }
    stories = [
        reader.tables(path, leads=Lead) for path in sorted((data / "leads").iterdir(), key=lambda path: path.name)
    ]
    reader.settle()
    goals = data / "targets.toml"
    targets = goals.read_text(encoding="utf-8") if goals.is_file() else ""
    case = Case(**found, targets=targets, leads=tuple(lead for story in stories for lead in story["leads"]))
    reader.add(*_loose_ends(case))
    reader.settle()
    return case


def _loose_ends(case: Case) -> Iterator[Problem]:
    known: dict[str, set[str]] = {
        "source": {source.key for source in case.sources},
        "station": {station.code for station in case.stations},
        "unit": {unit.code for unit in case.units},
        "staff": {person.username for person in case.staff},
        "investor": {investor.key for investor in case.investors},
        "contact": {contact.key for investor in case.investors for contact in investor.contacts},
        "trip": {trip.code for trip in case.trips},
        "lead": {lead.key for lead in case.leads},
    }
    for where, kind, name in _references(case):
        if name is not None and name not in known[kind]:
            yield problem(
                N_('{where} names the {kind} "{name}", which no file has.'),
                code="reference",
                where=where,
                kind=kind,
                name=name,
            )
    yield from _twice(case)
    if sum(person.founder for person in case.staff) != 1:
        yield problem(N_("Exactly one user in people.toml must be the founder."), code="founder")
    for lead in case.leads:
        yield from _loose_steps(lead)


def _twice(case: Case) -> Iterator[Problem]:
    kinds: dict[str, Iterable[str]] = {
        "station": (station.code for station in case.stations),
        "unit": (unit.code for unit in case.units),
        "staff": (person.username for person in case.staff),
        "investor": (investor.key for investor in case.investors),
        "contact": (contact.key for investor in case.investors for contact in investor.contacts),
        "trip": (trip.code for trip in case.trips),
        "lead": (lead.key for lead in case.leads),
        "meeting": (meeting.key for meeting in case.meetings),
        "event": (event.code for event in case.events),
        "request": (request.key for request in case.requests),
    }
    for kind, names in kinds.items():
        seen: set[str] = set()
        for name in names:
            if name in seen:
                yield problem(N_('The {kind} "{name}" occurs twice.'), code="twice", kind=kind, name=name)
            seen.add(name)


def _loose_steps(lead: Lead) -> Iterator[Problem]:
    for number, step in enumerate(lead.step, 1):
        if isinstance(step, Confirm | Verify):
            wanted = Paper if isinstance(step, Confirm) else None
            target = lead.step[step.step - 1] if 0 < step.step < number else None
            right = target is not None and (isinstance(target, wanted) if wanted else target.do == "arrive")
            if not right:
                yield problem(
                    N_("Step {number} of lead {lead} refers to step {step}, which does not fit {do}."),
                    code="step",
                    number=number,
                    lead=lead.key,
                    step=step.step,
                    do=step.do,
                )


def _references(case: Case) -> Iterator[tuple[str, str, str | None]]:
    records: list[tuple[str, Sourced]] = [(station.code, station) for station in case.stations]
    records += [(unit.code, unit) for unit in case.units]
    records += [(trip.code, trip) for trip in case.trips]
    records += [(person.username, person) for person in case.staff]
    records += [(investor.key, investor) for investor in case.investors]
    records += [(lead.key, lead) for lead in case.leads]
    records += [(meeting.key, meeting) for meeting in case.meetings]
    records += [(event.code, event) for event in case.events]
    records += [(request.key, request) for request in case.requests]
    records += [(pair.key, pair) for pair in case.pairs]
    records += [(rate.key, rate) for rate in case.rates]
    records += [(mark.key, mark) for mark in case.marks]
    records += [(batch.key, batch) for batch in case.many]
    records += [(station.code, step) for station in case.stations for step in station.history]
    records += [(trip.code, visit) for trip in case.trips for visit in trip.visits]
    yield from ((where, "source", record.source) for where, record in records)
    for event in case.events:
        yield from event.references()
    for request in case.requests:
        yield from request.references()
    for pair in case.pairs:
        yield from pair.references()
    for sort in case.many:
        yield from ((sort.key, "unit", sort.unit), (sort.key, "staff", sort.by))
    for desk in case.staff:
        yield from ((desk.username, "station", desk.station), (desk.username, "unit", desk.unit))
    for investor in case.investors:
        yield investor.key, "staff", investor.by
    for trip in case.trips:
        yield from ((trip.code, "staff", trip.by), (trip.code, "unit", trip.unit))
        yield from ((trip.code, "staff", member.staff) for member in trip.members)
        yield from ((trip.code, "unit", partner.unit) for partner in trip.units)
        yield from ((trip.code, "investor", visit.investor) for visit in trip.visits)
    for meeting in case.meetings:
        yield from (
            (meeting.key, "investor", meeting.investor),
            (meeting.key, "lead", meeting.lead),
            (meeting.key, "trip", meeting.trip),
        )
        yield meeting.key, "station", meeting.station
        yield from _talk(meeting.key, meeting)
    for lead in case.leads:
        yield from _lead(lead)


def _lead(lead: Lead) -> Iterator[tuple[str, str, str | None]]:
    yield from ((lead.key, "investor", lead.investor), (lead.key, "staff", lead.by), (lead.key, "lead", lead.parent))
    yield from ((lead.key, "station", lead.station), (lead.key, "unit", lead.unit))
    kind, _, name = lead.came_from.partition(":")
    if kind != "event":
        yield (
            lead.key,
            {"referral": "investor"}.get(kind, kind if kind in {"station", "unit"} else "source"),
            name or kind,
        )
    for number, step in enumerate(lead.step, 1):
        where = f"{lead.key} step {number}"
        yield where, "staff", step.by
        if isinstance(step, Talk):
            yield from _talk(where, step)
        if isinstance(step, Refer):
            yield where, "investor", step.referrer
        if isinstance(step, Brought):
            yield where, "contact", step.contact
        if isinstance(step, Handover):
            yield from ((where, "staff", step.owner), (where, "unit", step.unit), (where, "station", step.station))


def _talk(where: str, talk: Any) -> Iterator[tuple[str, str, str | None]]:
    yield where, "staff", talk.by
    yield from ((where, "staff", username) for username in talk.staff)
    yield from ((where, "contact", contact) for contact in talk.contacts)
    yield from ((where, "staff", promise.owner) for promise in talk.promises)
