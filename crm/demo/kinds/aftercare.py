"""Promotion events and requests of enterprises: the records of their file, and how each is written once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from attrs import frozen

from crm.demo.book import Act, Book
from crm.demo.kinds.nouns import Sourced
from crm.demo.marks import mark, uid


@frozen(kw_only=True)
class Guests:
    """Attendance of an event: an investor, or others with a note."""

    investor: str | None = None
    people: int = 1
    note: str | None = None


@frozen(kw_only=True)
class Event(Sourced):
    """A promotion event with its outcome."""

    code: str
    at: datetime
    by: str
    title: str
    place: str
    starts: date
    ends: date | None = None
    kind: str = "meeting"
    country: str = "CN"
    zone: str = "Asia/Shanghai"
    unit: str | None = None
    station: str | None = None
    organiser: str | None = None
    held_at: datetime | None = None
    outcome: str | None = None
    cancelled_at: datetime | None = None
    reason: str | None = None
    guests: tuple[Guests, ...] = ()

    def facts(self) -> Iterator[tuple[datetime, str, Act]]:
        """Yield what happened: moment, text, and the act that writes it."""
        yield self.at, self.title, self._add
        if self.held_at is not None:
            yield self.held_at, self.title, self._hold
        if self.cancelled_at is not None:
            yield self.cancelled_at, self.title, self._cancel

    def references(self) -> Iterator[tuple[str, str, str | None]]:
        """Yield the records it names: where, kind, key."""
        yield from ((self.code, "staff", self.by), (self.code, "unit", self.unit), (self.code, "station", self.station))
        yield from ((self.code, "investor", guests.investor) for guests in self.guests)

    def _add(self, book: Book) -> None:
        record = book.crm(self.by).events.add(
            self.code,
            title=self.named(self.title),
            place=self.place,
            starts=self.starts,
            ends=self.ends,
            kind=self.kind,
            country=self.country,
            zone=self.zone,
            organiser=self.organiser,
            unit=None if self.unit is None else book.get("unit", self.unit),
            station=None if self.station is None else book.get("station", self.station),
            uid=uid("event", self.code),
        )
        book.put("event", self.code, record)

    def _hold(self, book: Book) -> None:
        events, record = book.crm(self.by).events, book.get("event", self.code)
        for number, guests in enumerate(self.guests, 1):
            events.attend(
                record,
                None if guests.investor is None else book.get("investor", guests.investor),
                people=guests.people,
                note=None if guests.note is None else mark(guests.note),
                uid=uid("attendance", self.code, number),
            )
        if record.state == "planned":
            events.hold(record, outcome=None if self.outcome is None else mark(self.outcome))

    def _cancel(self, book: Book) -> None:
        record = book.get("event", self.code)
        if record.state == "planned":
            book.crm(self.by).events.cancel(record, reason=mark(str(self.reason)))


@frozen(kw_only=True)
class Request(Sourced):
    """A request of an enterprise, its answer and its solution."""

    key: str
    lead: str
    at: datetime
    by: str
    text: str
    kind: str
    channel: str = "visit"
    brand: str | None = None
    unit: str | None = None
    assignee: str | None = None
    answered_at: datetime | None = None
    answer: str | None = None
    resolved_at: datetime | None = None
    outcome: str | None = None
    unsolvable: bool = False
    satisfaction: int | None = None

    def facts(self) -> Iterator[tuple[datetime, str, Act]]:
        """Yield what happened: moment, text, and the act that writes it."""
        yield self.at, self.text, self._open
        if self.answered_at is not None:
            yield self.answered_at, self.text, self._answer
        if self.resolved_at is not None:
            yield self.resolved_at, self.text, self._resolve

    def references(self) -> Iterator[tuple[str, str, str | None]]:
        """Yield the records it names: where, kind, key."""
        yield from ((self.key, "staff", self.by), (self.key, "lead", self.lead), (self.key, "unit", self.unit))
        yield self.key, "staff", self.assignee

    def _open(self, book: Book) -> None:
        record = book.crm(self.by).requests.open(
            book.get("lead", self.lead),
            mark(self.text),
            kind=self.kind,
            channel=self.channel,
            brand=self.brand,
            unit=None if self.unit is None else book.get("unit", self.unit),
            assignee=None if self.assignee is None else book.get("staff", self.assignee),
            uid=uid("request", self.key),
        )
        book.put("request", self.key, record)

    def _answer(self, book: Book) -> None:
        record = book.get("request", self.key)
        if record.answered_on is None:
            book.crm(self.by).requests.answer(record, mark(str(self.answer)))

    def _resolve(self, book: Book) -> None:
        record = book.get("request", self.key)
        if record.resolved_on is None and record.state in {"accepted", "assigned", "answered"}:
            book.crm(self.by).requests.resolve(
                record, mark(str(self.outcome)), unsolvable=self.unsolvable, satisfaction=self.satisfaction
            )
