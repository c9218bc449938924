"""The steps of a lead after it is opened: each step of the files is one verb of the library.

A step has a moment, a desk and its arguments. Its ``act`` can be repeated: verbs with a uid pass one, the others first
check whether they have been done.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from attrs import frozen

from crm.demo.book import Book
from crm.demo.marks import mark, uid
from crm.models import Investor, Lead
from crm.values.moments import bureau_day

#: A meeting is written down so long after it began.
_MINUTES_WRITTEN = timedelta(hours=3)


@frozen(kw_only=True)
class Step:
    """One dated step of a lead.

    Attributes:
        do: The word for the step in the files.
        at: The moment it is written down.
        by: The desk that does it.
    """

    do: str
    at: datetime
    by: str

    @property
    def day(self) -> date:
        """The bureau's day of it."""
        return bureau_day(self.at)

    @property
    def recorded(self) -> datetime:
        """The moment it is written down."""
        return self.at

    def act(self, book: Book, lead: str, number: int) -> None:
        """Do it to the lead with this key, as its step of this number."""
        raise NotImplementedError


@frozen(kw_only=True)
class FollowUp:
    """A follow-up of a meeting, with its result if *done_at* is given."""

    text: str
    due: date
    owner: str
    done_at: datetime | None = None
    result: str | None = None


@frozen(kw_only=True, slots=False)
class Talk:
    """The data of a meeting.

    Attributes:
        at: When it began, with the offset of the place.
        zone: IANA zone of the place.
        contacts: Keys of those who took part.
        staff: Desks that took part, besides the one that logs it.
    """

    at: datetime
    by: str
    zone: str = "Asia/Shanghai"
    kind: str = "visit"
    place: str | None = None
    contacts: tuple[str, ...]
    staff: tuple[str, ...] = ()
    summary: str
    agreed: tuple[str, ...] = ()
    promised: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    promises: tuple[FollowUp, ...] = ()

    @property
    def recorded(self) -> datetime:
        """The moment the minutes were written."""
        return self.at + _MINUTES_WRITTEN

    def log(self, book: Book, about: Lead | Investor, key: tuple[object, ...], **more: Any) -> None:
        """Log it once."""
        book.crm(self.by).meetings.log(
            about,
            at=self.at,
            zone=self.zone,
            kind=self.kind,
            place=self.place,
            summary=mark(self.summary),
            contacts=[book.get("contact", contact) for contact in self.contacts],
            staff=[book.get("staff", username) for username in dict.fromkeys((self.by, *self.staff))],
            agreed=self.agreed,
            promised=self.promised,
            next_steps=self.next,
            followups=[
                (mark(promise.text), promise.due, book.get("staff", promise.owner)) for promise in self.promises
            ],
            uid=uid("meeting", *key),
            **more,
        )


@frozen(kw_only=True)
class Meet(Talk, Step):
    """A meeting about the lead."""

    def act(self, book: Book, lead: str, number: int) -> None:
        """Log it."""
        self.log(book, book.get("lead", lead), (lead, number))


@frozen(kw_only=True)
class Complete(Step):
    """Fill in missing fields of the lead; values that somebody has entered since stay."""

    expected: str | None = None
    industry: str | None = None

    def act(self, book: Book, lead: str, number: int) -> None:  # noqa: ARG002 - every step takes its number
        """Write what is still empty."""
        record = book.get("lead", lead)
        empty: dict[str, Any] = {}
        if self.expected is not None and record.expected_minor is None:
            empty["expected"] = self.expected
        if self.industry is not None and record.industry is None:
            empty["industry"] = self.industry
        if empty:
            book.crm(self.by).leads.edit(record, **empty)


@frozen(kw_only=True)
class Handover(Step):
    """Hand the lead over."""

    unit: str | None = None
    station: str | None = None
    owner: str
    reason: str

    def act(self, book: Book, lead: str, number: int) -> None:  # noqa: ARG002 - every step takes its number
        """Hand it over, unless its owner, unit and station show that it was."""
        crm, record = book.crm(self.by), book.get("lead", lead)
        reason = mark(self.reason)
        if any(row.reason == reason and row.owner == self.owner for row in crm.leads.assignments(record)):
            return
        to: dict[str, Any] = {"owner": book.get("staff", self.owner)}
        if self.unit is not None:
            to["unit"] = book.get("unit", self.unit)
        if self.station is not None:
            to["station"] = book.get("station", self.station)
        crm.leads.handover(record, reason=reason, **to)


@frozen(kw_only=True)
class Paper(Step):
    """Record a document, submitted by the desk."""

    kind: str
    dated: date
    reference: str
    amount: str | None = None

    def act(self, book: Book, lead: str, number: int) -> None:
        """Put it on record once."""
        document = book.crm(self.by).leads.add_evidence(
            book.get("lead", lead),
            self.kind,
            dated=self.dated,
            reference=mark(self.reference),
            amount=self.amount,
            uid=uid("paper", lead, number),
        )
        book.put("paper", f"{lead}/{number}", document)


@frozen(kw_only=True)
class Confirm(Step):
    """Confirm the document of an earlier step; never by the desk that submitted it."""

    step: int

    def act(self, book: Book, lead: str, number: int) -> None:  # noqa: ARG002 - every step takes its number
        """Confirm it, unless it is confirmed."""
        document = book.get("paper", f"{lead}/{self.step}")
        if document.confirmed_by_id is None:
            book.crm(self.by).leads.confirm(document)


@frozen(kw_only=True)
class Register(Step):
    """Record the project company."""

    name: str
    credit_code: str
    licensed: date
    filing: str | None = None

    def act(self, book: Book, lead: str, number: int) -> None:  # noqa: ARG002 - every step takes its number
        """Record it, unless the lead has one."""
        record = book.get("lead", lead)
        if record.enterprise_id is not None:
            return
        filing: dict[str, Any] = {} if self.filing is None else {"filing": mark(self.filing)}
        book.crm(self.by).leads.register(
            record, name=mark(self.name), credit_code=self.credit_code, licensed=self.licensed, **filing
        )


@frozen(kw_only=True)
class Arrive(Step):
    """Record a capital arrival."""

    amount: str
    arrived: date
    reference: str
    kind: str = "new"

    def act(self, book: Book, lead: str, number: int) -> None:
        """Record it once."""
        arrival = book.crm(self.by).capital.record(
            book.get("lead", lead),
            self.amount,
            arrived=self.arrived,
            reference=mark(self.reference),
            kind=self.kind,
            uid=uid("arrival", lead, number),
        )
        book.put("arrival", f"{lead}/{number}", arrival)


@frozen(kw_only=True)
class Verify(Step):
    """Verify the arrival of an earlier step; never by the desk that recorded it."""

    step: int

    def act(self, book: Book, lead: str, number: int) -> None:  # noqa: ARG002 - every step takes its number
        """Verify it, unless it is verified."""
        arrival = book.get("arrival", f"{lead}/{self.step}")
        if arrival.verified_by_id is None:
            book.crm(self.by).capital.verify(arrival)


@frozen(kw_only=True)
class Move(Step):
    """A step that moves the lead: by one stage, or from status to status."""

    reason: str | None = None
    to: str | None = None
    review: date | None = None
    competitor: str | None = None

    #: What each verb takes beside the lead, the day and the uid.
    TAKES: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "advance": ("to", "reason"),
        "back": ("to", "reason"),
        "hold": ("reason", "review"),
        "resume": ("reason",),
        "lose": ("reason", "competitor"),
        "abandon": ("reason",),
        "reopen": ("to", "reason"),
        "exit": ("reason",),
    }

    def __attrs_post_init__(self) -> None:
        """Refuse what the verb does not take."""
        present = {name for name in ("reason", "to", "review", "competitor") if getattr(self, name) is not None}
        extra = present - set(self.TAKES[self.do])
        if extra:
            message = f"{self.do} takes no {', '.join(sorted(extra))}"
            raise ValueError(message)

    def act(self, book: Book, lead: str, number: int) -> None:
        """Move it once."""
        values: dict[str, Any] = {
            name: getattr(self, name) for name in self.TAKES[self.do] if getattr(self, name) is not None
        }
        if "reason" in values:
            values["reason"] = mark(values["reason"])
        if "competitor" in values:
            values["competitor"] = mark(values["competitor"])
        verb = getattr(book.crm(self.by).leads, self.do)
        verb(book.get("lead", lead), on=self.day, uid=uid("move", lead, number), **values)


#: The words of the steps; those of :mod:`crm.demo.kinds.sourcing` come beside them.
KINDS: Mapping[str, type[Step]] = {
    "meet": Meet, "complete": Complete, "handover": Handover, "paper": Paper, "confirm": Confirm, "register": Register,
    "arrive": Arrive, "verify": Verify, **dict.fromkeys(Move.TAKES, Move),
}  # fmt: skip
