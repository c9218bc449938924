"""The records of the case's data files."""

from __future__ import annotations

from datetime import date, datetime

from attrs import field, frozen

from crm.demo.kinds.steps import FollowUp, Step, Talk
from crm.demo.marks import mark, remark


def _not_empty(_: object, __: object, value: object) -> None:
    """Refuse an empty list of invented parts."""
    if value == ():
        message = "invented is true, false, or a list of what is invented"
        raise ValueError(message)


@frozen(kw_only=True, slots=False)
class Sourced:
    """The provenance of a record: its source, and which parts are invented.

    Attributes:
        source: The key of a source in sources.toml, of a record that is real.
        invented: True when all of it is, or a list of what is, in words a reader understands.
    """

    source: str | None = None
    invented: bool | tuple[str, ...] = field(default=False, validator=_not_empty)

    def __attrs_post_init__(self) -> None:
        """Refuse a record without either."""
        if self.source is None and self.invented is False:
            message = "it needs a source, or a mark that it is invented"
            raise ValueError(message)
        if self.source is not None and self.invented is True:
            message = "it has a source and is wholly invented; list what is invented"
            raise ValueError(message)

    def named(self, text: str, language: str = "zh") -> str:
        """Return a name, marked when the whole record is invented."""
        return mark(text, language) if self.invented is True else text

    def noted(self, note: str | None) -> str | None:
        """Return a note that names what is invented."""
        if isinstance(self.invented, tuple):
            return remark(note, self.invented)
        return mark(note) if note and self.invented else note


@frozen(kw_only=True)
class Source:
    """A source to cite."""

    key: str
    title: str


@frozen(kw_only=True)
class StationStep(Sourced):
    """One dated step of a station."""

    status: str
    since: date
    at: datetime
    note: str


@frozen(kw_only=True)
class Station(Sourced):
    """A station. A *seeded* one is in every database; only its status and host are set."""

    code: str
    seeded: bool = False
    name: str = ""
    name_en: str = ""
    country: str = ""
    zone: str = ""
    host: str | None = None
    languages: tuple[str, ...] = ()
    history: tuple[StationStep, ...] = ()


@frozen(kw_only=True)
class Unit(Sourced):
    """A unit. A *shared* one is used as it is if the database has it."""

    code: str
    name: str
    name_en: str
    kind: str
    shared: bool = False


@frozen(kw_only=True)
class Staff(Sourced):
    """A desk that acts; never a person's name."""

    username: str
    name: str
    role: str
    station: str | None = None
    unit: str | None = None
    founder: bool = False
    language: str = "zh"


@frozen(kw_only=True)
class Name:
    """A further name of an investor."""

    text: str
    language: str
    kind: str = "trading"


@frozen(kw_only=True)
class Contact:
    """An office at an investor, named by the office alone; always invented."""

    key: str
    name: str
    title: str
    language: str = "zh"


@frozen(kw_only=True)
class Investor(Sourced):
    """An organisation with its names and offices."""

    key: str
    at: datetime
    name: str
    language: str
    country: str
    kind: str = "enterprise"
    by: str = "bureau.overseas"
    note: str | None = None
    names: tuple[Name, ...] = ()
    identifiers: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()


@frozen(kw_only=True)
class Member:
    """A member of a trip."""

    staff: str
    duty: str


@frozen(kw_only=True)
class Leg:
    """A stay of a trip; its times are given if known."""

    place: str
    country: str
    zone: str
    arrives: date
    leaves: date
    arrives_at: datetime | None = None
    leaves_at: datetime | None = None


@frozen(kw_only=True)
class Partner:
    """A unit that takes part in a trip, with the leader it sends."""

    unit: str
    leader: str | None = None
    rank: str | None = None


@frozen(kw_only=True)
class Cost:
    """Budget or spending of a trip; always invented."""

    at: datetime
    amount: str
    item: str
    kind: str = "actual"
    spent: date | None = None
    reference: str | None = None


@frozen(kw_only=True)
class Cancelled:
    """The cancellation of a planned visit."""

    at: datetime
    reason: str


@frozen(kw_only=True)
class Visit(Sourced):
    """A planned visit."""

    investor: str
    on: date
    purpose: str
    cancelled: Cancelled | None = None


@frozen(kw_only=True)
class Close:
    """The end of a trip with its outcome."""

    at: datetime
    outcome: str


@frozen(kw_only=True)
class Trip(Sourced):
    """A trip with its plan."""

    code: str
    at: datetime
    by: str
    title: str
    leader: str
    rank: str
    starts: date
    ends: date
    purpose: str
    unit: str | None = None
    announced: date | None = None
    members: tuple[Member, ...]
    units: tuple[Partner, ...] = ()
    legs: tuple[Leg, ...]
    visits: tuple[Visit, ...]
    costs: tuple[Cost, ...] = ()
    close: Close | None = None


@frozen(kw_only=True)
class Lead(Sourced):
    """A lead as it was opened, and its steps from there."""

    key: str
    investor: str
    at: datetime
    by: str
    title: str
    came_from: str
    received: date
    station: str | None = None
    unit: str | None = None
    expected: str | None = None
    industry: str | None = None
    foreign: bool = True
    code_name: str | None = None
    parent: str | None = None
    note: str | None = None
    step: tuple[Step, ...] = ()


@frozen(kw_only=True)
class Meeting(Talk, Sourced):
    """A meeting outside of a lead's steps: on a trip, or as aftercare."""

    key: str
    investor: str
    lead: str | None = None
    trip: str | None = None
    station: str | None = None


__all__ = [
    "Cancelled",
    "Close",
    "Contact",
    "FollowUp",
    "Investor",
    "Lead",
    "Leg",
    "Meeting",
    "Member",
    "Name",
    "Source",
    "Sourced",
    "Staff",
    "Station",
    "StationStep",
    "Step",
    "Trip",
    "Unit",
    "Visit",
]  # fmt: skip
