"""The fields of a promotion event and of an attendee."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, TypedDict

from crm.errors import N_
from crm.rules.kernel.fields import Field, Ref, country, day, one_of, text, whole_number, zone
from crm.values.identifiers import as_code
from crm.values.text import NAME, REASON, TITLE

#: The maximum number of guests.
MOST_PEOPLE = 1_000_000


class EventKind(StrEnum):
    """The kind of an event."""

    MEETING = "meeting"
    FORUM = "forum"
    EXHIBITION = "exhibition"
    ROUNDTABLE = "roundtable"
    SIGNING = "signing"
    SALON = "salon"
    ONLINE = "online"
    OTHER = "other"


class EventDetails(TypedDict, total=False):
    """The fields of an event that can be edited."""

    title: Annotated[str, Field(N_("Event"), N_("The title."), text(TITLE), column=0, least=16)]
    place: Annotated[str, Field(N_("Place"), N_("The place."), text(NAME))]
    starts: Annotated[date | str, Field(N_("From"), N_("First day."), day, key="starts_on", metavar="DAY", column=0)]
    ends: Annotated[
        date | str,
        Field(N_("Until"), N_("Last day."), day, key="ends_on", metavar="DAY"),
    ]
    kind: Annotated[
        EventKind | str,
        Field(N_("Kind"), N_("The kind of event."), one_of(EventKind), words="event kind", column=4),
    ]
    country: Annotated[
        str,
        Field(N_("Country"), N_("Country, two letters; the policy says which are at home."), country, metavar="CODE"),
    ]
    zone: Annotated[
        str,
        Field(N_("Time zone"), N_("The time zone of the place, such as Asia/Tokyo."), zone, metavar="ZONE"),
    ]
    organiser: Annotated[str | None, Field(N_("Organiser"), N_("The co-organiser."), text(TITLE), counts_empty=True)]


class EventPlan(EventDetails, total=False):
    """The fields of a new event."""

    code: Annotated[
        str, Field(N_("Code"), N_("A short name to type, such as tokyo-2023."), as_code, metavar="CODE", column=0)
    ]
    unit: Annotated[
        Ref | None,
        Field(
            N_("Host"),
            N_("The host unit; default: the city."),
            kept=("unit_id",),
            metavar="UNIT",
            column=6,
            counts_empty=True,
        ),
    ]
    station: Annotated[
        Ref | None,
        Field(
            N_("Station"),
            N_("The station that holds it."),
            kept=("station_id",),
            metavar="STATION",
            column=5,
            counts_empty=True,
        ),
    ]


class EventEnd(TypedDict, total=False):
    """The outcome of an event."""

    outcome: Annotated[str | None, Field(N_("Outcome"), N_("The outcome, as reported."), text(REASON))]


class EventFields(EventPlan, EventEnd, total=False):
    """All fields of an event."""

    reason: Annotated[str | None, Field(N_("Cancelled"), N_("The reason for cancelling."), text(REASON))]


class Attendee(TypedDict, total=False):
    """Which company came."""

    investor: Annotated[
        Ref | None,
        Field(
            N_("Investor"),
            N_("Number, uid, identifier, a name, or a unique part of one: two characters, or the beginning of a word."),
            kept=("investor_id",),
            metavar="INVESTOR",
            column=0,
            least=10,
            counts_empty=True,
        ),
    ]


class AttendanceChanges(TypedDict, total=False):
    """What is corrected of an attendee; another investor is another attendee."""

    contact: Annotated[
        Ref | None,
        Field(
            N_("Contact"),
            N_("A contact of the investor."),
            kept=("contact_id",),
            metavar="NAME",
            column=1,
            counts_empty=True,
        ),
    ]
    people: Annotated[
        int,
        Field(N_("Attended"), N_("Number of guests."), whole_number, metavar="N", column=0, right=True),
    ]
    note: Annotated[
        str | None,
        Field(
            N_("Note"),
            N_("A note; for other guests, who they are."),
            text(TITLE),
            personal=True,
            column=2,
            least=12,
            counts_empty=True,
        ),
    ]


class AttendanceFields(Attendee, AttendanceChanges, total=False):
    """The fields of an attendee: an investor, one of its contacts, or a number of guests."""
