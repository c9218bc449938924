"""How each record of the files is written by the verbs; each call can be repeated."""

from __future__ import annotations

from typing import Any

from crm.demo.book import ADMIN, Book
from crm.demo.kinds.nouns import (
    Cancelled,
    Close,
    Contact,
    Cost,
    Investor,
    Lead,
    Meeting,
    Staff,
    Station,
    StationStep,
    Trip,
    Unit,
)
from crm.demo.kinds.steps import FollowUp
from crm.demo.marks import mark, uid


def add_unit(unit: Unit, book: Book) -> None:
    """Add a unit; a shared one is used as it is in the database."""
    units = book.crm(ADMIN).units
    if unit.shared and unit.code in {row.code for row in units.list()}:
        book.put("unit", unit.code, units.get(unit.code))
        return
    book.put(
        "unit",
        unit.code,
        units.add(
            unit.code,
            name=unit.named(unit.name),
            name_en=unit.named(unit.name_en, "en"),
            kind=unit.kind,
            uid=uid("unit", unit.code),
        ),
    )


def add_station(station: Station, book: Book) -> None:
    """Add a station with the first entry of its history; for a seeded one only set its host."""
    stations = book.crm(ADMIN).stations
    if station.seeded:
        record = stations.get(station.code)
        if record.host is None and station.host is not None:
            stations.edit(record, host=station.host)
    else:
        first = station.history[0]
        record = stations.add(
            station.code,
            name=station.named(station.name),
            name_en=station.named(station.name_en, "en"),
            country=station.country,
            zone=station.zone,
            host=station.host,
            languages=station.languages,
            status=first.status,
            since=first.since,
            note=first.noted(first.note),
            uid=uid("station", station.code),
        )
    book.put("station", station.code, record)


def set_station(station: Station, step: StationStep, book: Book) -> None:
    """Set the status of a station, unless it is set."""
    stations, record = book.crm(ADMIN).stations, book.get("station", station.code)
    if any((row.status, row.since) == (step.status, step.since) for row in stations.show(record).history):
        return
    stations.set_status(record, step.status, since=step.since, note=step.noted(step.note))


def add_staff(desk: Staff, book: Book) -> None:
    """Add a desk, unless it is the founder and already there."""
    if desk.founder:
        return
    place = (
        {"station": book.get("station", desk.station)} if desk.station else {"unit": book.get("unit", str(desk.unit))}
    )
    record = book.crm(ADMIN).staff.add(
        desk.username,
        desk.named(desk.name, desk.language),
        role=desk.role,
        since=book.today,
        uid=uid("staff", desk.username),
        **place,
    )
    book.put("staff", desk.username, record)


def add_investor(investor: Investor, book: Book) -> None:
    """Add an investor with all its names."""
    record = book.crm(investor.by).investors.add(
        investor.named(investor.name, investor.language),
        country=investor.country,
        kind=investor.kind,
        language=investor.language,
        aliases=[(investor.named(name.text, name.language), name.language, name.kind) for name in investor.names],
        identifiers=investor.identifiers,
        note=investor.noted(investor.note),
        uid=uid("investor", investor.key),
    )
    book.put("investor", investor.key, record)


def add_contact(investor: Investor, contact: Contact, book: Book) -> None:
    """Add an office at an investor as a contact."""
    record = book.crm(investor.by).contacts.add(
        book.get("investor", investor.key),
        mark(contact.name, contact.language),
        title=contact.title,
        uid=uid("contact", contact.key),
    )
    book.put("contact", contact.key, record)


def open_lead(lead: Lead, book: Book) -> None:
    """Open a lead."""
    kind, _, name = lead.came_from.partition(":")
    source = lead.came_from if kind == "event" else book.get("investor" if kind == "referral" else kind, name)
    record = book.crm(lead.by).leads.open(
        book.get("investor", lead.investor),
        title=lead.named(lead.title),
        source=source,
        received=lead.received,
        station=None if lead.station is None else book.get("station", lead.station),
        unit=None if lead.unit is None else book.get("unit", lead.unit),
        owner=book.get("staff", lead.by),
        expected=lead.expected,
        industry=lead.industry,
        foreign=lead.foreign,
        confidential=lead.code_name is not None,
        code_name=lead.code_name,
        parent=None if lead.parent is None else book.get("lead", lead.parent),
        note=lead.noted(lead.note),
        uid=uid("lead", lead.key),
    )
    book.put("lead", lead.key, record)


def plan_trip(trip: Trip, book: Book) -> None:
    """Plan a trip."""
    record = book.crm(trip.by).trips.plan(
        trip.code,
        title=trip.title,
        leader=trip.leader,
        rank=trip.rank,
        starts=trip.starts,
        ends=trip.ends,
        unit=None if trip.unit is None else book.get("unit", trip.unit),
        purpose=trip.noted(trip.purpose),
        members=[(book.get("staff", member.staff), member.duty) for member in trip.members],
        announced=trip.announced,
        units=[(book.get("unit", unit.unit), unit.leader, unit.rank) for unit in trip.units],
        legs=[
            (leg.place, leg.country, leg.zone, leg.arrives_at or leg.arrives, leg.leaves_at or leg.leaves)
            for leg in trip.legs
        ],
        visits=[(book.get("investor", visit.investor), visit.on, visit.noted(visit.purpose)) for visit in trip.visits],
        uid=uid("trip", trip.code),
    )
    book.put("trip", trip.code, record)


def cancel_visit(trip: Trip, number: int, cancelled: Cancelled, book: Book) -> None:
    """Cancel a planned visit, unless it was made or cancelled."""
    trips, record = book.crm(trip.by).trips, book.get("trip", trip.code)
    if any(visit.number == number and visit.state == "planned" for visit in trips.show(record).visits):
        trips.cancel_visit((record, number), reason=mark(cancelled.reason))


def add_cost(trip: Trip, number: int, cost: Cost, book: Book) -> None:
    """Record a cost of a trip once, unless the trip is closed."""
    record = book.get("trip", trip.code)
    if record.closed_at is None:
        book.crm(trip.by).trips.add_cost(
            record,
            cost.amount,
            item=mark(cost.item),
            kind=cost.kind,
            spent=cost.spent,
            reference=mark(cost.reference) if cost.reference else None,
            uid=uid("cost", trip.code, number),
        )


def close_trip(trip: Trip, close: Close, book: Book) -> None:
    """Close a trip, unless it is closed."""
    record = book.get("trip", trip.code)
    if record.closed_at is None:
        book.crm(trip.by).trips.close(record, outcome=mark(close.outcome))


def log_meeting(meeting: Meeting, book: Book) -> None:
    """Log a meeting outside of a lead's steps, unless its trip is closed."""
    more: dict[str, Any] = {}
    if meeting.trip is not None:
        more["trip"] = book.get("trip", meeting.trip)
        if more["trip"].closed_at is not None:
            return
    if meeting.station is not None:
        more["station"] = book.get("station", meeting.station)
    about = book.get("lead", meeting.lead) if meeting.lead else book.get("investor", meeting.investor)
    meeting.log(book, about, (meeting.key,), **more)


def keep_followup(investor: str, followup: FollowUp, book: Book) -> None:
    """Mark a follow-up of an investor as done, unless it is."""
    followups, whom = book.crm(followup.owner).followups, book.get("investor", investor)
    for row in followups.list(open_only=True, owner=book.get("staff", followup.owner)):
        if row.text == mark(followup.text) and row.investor == whom.name:
            followups.done(row.id, result=mark(str(followup.result)))
