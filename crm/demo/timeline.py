"""The case as a list of facts in the order they happened, each a verb of the library."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

from attrs import frozen

from crm.demo import acts, year
from crm.demo.book import Act
from crm.demo.case import Case
from crm.demo.kinds import goals
from crm.demo.kinds.nouns import Investor, Lead, Trip
from crm.demo.kinds.steps import Talk

#: The day the bureau began to keep its records here.
FOUNDED = datetime(2022, 1, 4, 1, 0, tzinfo=UTC)


@frozen
class Fact:
    """One thing that happened.

    Attributes:
        at: The moment it was written down.
        text: What it is, for a progress bar.
        act: Writes it once.
    """

    at: datetime
    text: str
    act: Act


def timeline(case: Case) -> tuple[Fact, ...]:
    """Return the facts of a case in the order of their moments; those of one moment in the order of the files."""
    return tuple(sorted(_facts(case), key=lambda fact: fact.at))


def multitude(case: Case) -> tuple[Fact, ...]:
    """Return the facts of those that come in numbers, in the order of their moments."""
    facts = (Fact(at, text, act) for at, text, act in year.many(case.many))
    return tuple(sorted(facts, key=lambda fact: fact.at))


def _facts(case: Case) -> Iterator[Fact]:
    yield from (Fact(FOUNDED, unit.name, partial(acts.add_unit, unit)) for unit in case.units)
    yield from (
        Fact(FOUNDED, station.name or station.code, partial(acts.add_station, station)) for station in case.stations
    )
    yield from (Fact(FOUNDED, person.name, partial(acts.add_staff, person)) for person in case.staff)
    for station in case.stations:
        later = station.history if station.seeded else station.history[1:]
        yield from (Fact(change.at, change.note, partial(acts.set_station, station, change)) for change in later)
    for investor in case.investors:
        yield from _investor(investor)
    for trip in case.trips:
        yield from _trip(trip)
    for facts in (
        *(event.facts() for event in case.events),
        *(request.facts() for request in case.requests),
        *(pair.facts() for pair in case.pairs),
        goals.facts(case.targets),
        year.facts(case.rates, case.marks),
    ):
        yield from (Fact(at, text, act) for at, text, act in facts)
    for lead in case.leads:
        yield from _lead(lead)
    for meeting in case.meetings:
        yield Fact(meeting.recorded, meeting.summary, partial(acts.log_meeting, meeting))
        yield from _followups(meeting, meeting.investor)


def _lead(lead: Lead) -> Iterator[Fact]:
    yield Fact(lead.at, lead.title, partial(acts.open_lead, lead))
    for number, step in enumerate(lead.step, 1):
        yield Fact(step.recorded, lead.title, partial(step.act, lead=lead.key, number=number))
        if isinstance(step, Talk):
            yield from _followups(step, lead.investor)


def _investor(investor: Investor) -> Iterator[Fact]:
    yield Fact(investor.at, investor.name, partial(acts.add_investor, investor))
    for contact in investor.contacts:
        yield Fact(investor.at, contact.name, partial(acts.add_contact, investor, contact))


def _trip(trip: Trip) -> Iterator[Fact]:
    yield Fact(trip.at, trip.title, partial(acts.plan_trip, trip))
    for number, visit in enumerate(trip.visits, 1):
        if visit.cancelled is not None:
            yield Fact(
                visit.cancelled.at, visit.cancelled.reason, partial(acts.cancel_visit, trip, number, visit.cancelled)
            )
    for number, cost in enumerate(trip.costs, 1):
        yield Fact(cost.at, cost.item, partial(acts.add_cost, trip, number, cost))
    if trip.close is not None:
        yield Fact(trip.close.at, trip.close.outcome, partial(acts.close_trip, trip, trip.close))


def _followups(talk: Talk, investor: str) -> Iterator[Fact]:
    for promise in talk.promises:
        if promise.done_at is not None and promise.result is not None:
            yield Fact(promise.done_at, promise.text, partial(acts.keep_followup, investor, promise))
