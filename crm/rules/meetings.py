"""The fields of a meeting, a line of its minutes and a follow-up."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, TypedDict

from crm.errors import N_
from crm.rules.kernel.fields import Field, Ref, day, day_or, one_of, text, yes_no
from crm.rules.kernel.filters import SINCE, UNTIL
from crm.rules.kernel.paging import Paging
from crm.values.text import NOTE, REASON, TITLE


class MeetingKind(StrEnum):
    """The kind of meeting; a message is one-way."""

    VISIT = "visit"
    RECEPTION = "reception"
    VIDEO = "video"
    CALL = "call"
    MESSAGE = "message"


class MinuteKind(StrEnum):
    """The kind of a line of the minutes."""

    AGREED = "agreed"
    PROMISED = "promised"
    NEXT = "next"


class MeetingFields(TypedDict, total=False):
    """The fields of a meeting."""

    summary: Annotated[
        str,
        Field(N_("Summary"), N_("A short summary."), text(NOTE), option="note", column=0, least=18),
    ]
    at: Annotated[
        datetime | str,
        Field(
            N_("Time"),
            N_('The start, such as "2023-02-08 14:00", "14:00" or "yesterday 14:00"; default: now.'),
            kept=("met_at", "zone"),
            metavar="TIME",
            column=0,
        ),
    ]
    kind: Annotated[
        MeetingKind | str,
        Field(N_("Kind"), N_("The kind of meeting."), one_of(MeetingKind), words="meeting", column=4),
    ]
    place: Annotated[str | None, Field(N_("Place"), N_("The place."), text(TITLE), counts_empty=True)]
    trip: Annotated[
        Ref | None, Field(N_("Trip"), N_("The trip it belongs to."), kept=("delegation_id",), metavar="TRIP")
    ]
    station: Annotated[
        Ref | None,
        Field(
            N_("Station"),
            N_("The station it counts for; default: yours."),
            kept=("station_id",),
            metavar="STATION",
            column=7,
        ),
    ]
    brand: Annotated[str | None, Field(N_("Service brand"), N_("The service brand."), words="brand")]


class MeetingChanges(MeetingFields, total=False):
    """The fields of a corrected meeting."""

    lead: Annotated[
        Ref | None,
        Field(
            N_("Project"),
            N_("The lead it was about, one of the same investor; an empty text: none."),
            kept=("lead_id",),
            metavar="LEAD",
        ),
    ]


class MinuteFields(TypedDict, total=False):
    """The fields of a line of the minutes."""

    kind: Annotated[MinuteKind | str, Field(N_("Kind"), N_("The kind."), one_of(MinuteKind), words="minutes")]
    text: Annotated[str, Field(N_("Text"), N_("The text."), text(REASON))]


class FollowUpDetails(TypedDict, total=False):
    """The fields of a new follow-up."""

    text: Annotated[str, Field(N_("What"), N_("What has to be done."), text(REASON), column=0, least=18)]
    due: Annotated[
        date | str,
        Field(
            N_("Due"),
            N_("The due day."),
            day_or(N_("The due day is missing."), N_("Add it: --due DAY")),
            key="due_on",
            metavar="DAY",
            column=0,
        ),
    ]
    owner: Annotated[
        Ref | None,
        Field(N_("Owner"), N_("The owner; default: you."), kept=("owner_id",), metavar="USER", column=2),
    ]


class FollowUpEnd(TypedDict, total=False):
    """The fields of a closed follow-up."""

    result: Annotated[str, Field(N_("Result"), N_("The outcome."), text(REASON), column=3, least=12)]


class VisitAhead(TypedDict, total=False):
    """What makes a follow-up a planned visit."""

    at: Annotated[
        datetime | str,
        Field(
            N_("Time of the visit"),
            N_('The start of a planned visit, such as "2030-02-20 14:00" or "tomorrow 14:00".'),
            kept=("visit_at", "visit_zone"),
            metavar="TIME",
        ),
    ]


class FollowUpFields(FollowUpDetails, FollowUpEnd, VisitAhead, total=False):
    """All fields of a follow-up."""


class MeetingFilters(TypedDict, total=False):
    """Filters of meetings; None narrows nothing."""

    investor: Annotated[Ref | None, Field(N_("Investor"), N_("Filter by investor."), metavar="INVESTOR")]
    lead: Annotated[Ref | None, Field(N_("Lead"), N_("Filter by lead."), metavar="LEAD")]
    station: Annotated[Ref | None, Field(N_("Station"), N_("Filter by station."), metavar="STATION")]
    unit: Annotated[Ref | None, Field(N_("Unit"), N_("With somebody of this unit."), metavar="UNIT")]
    person: Annotated[Ref | None, Field(N_("Member of staff"), N_("With this member of staff."), metavar="USER")]
    kind: Annotated[
        MeetingKind | str | None,
        Field(N_("Kind"), N_("Filter by kind."), read=one_of(MeetingKind), words="meeting"),
    ]
    trip: Annotated[Ref | None, Field(N_("Trip"), N_("Filter by trip."), metavar="TRIP")]
    brand: Annotated[
        str | None, Field(N_("Brand"), N_("Filter by service brand, by its code."), read=text(24), words="brand")
    ]
    since: Annotated[date | str | None, SINCE]
    until: Annotated[date | str | None, UNTIL]
    mine: Annotated[bool | None, Field(N_("Mine"), N_("Only those that you were at."), read=yes_no, flag="--mine")]


class MeetingSelection(MeetingFilters, Paging, total=False):
    """Filters of a list of meetings, and the part that is read."""


class FollowUpFilters(TypedDict, total=False):
    """Filters of follow-ups; None narrows nothing."""

    investor: Annotated[Ref | None, Field(N_("Investor"), N_("Filter by investor."), metavar="INVESTOR")]
    lead: Annotated[Ref | None, Field(N_("Lead"), N_("Filter by lead."), metavar="LEAD")]
    owner: Annotated[Ref | None, Field(N_("Owner"), N_("Filter by owner."), metavar="USER")]
    unit: Annotated[Ref | None, Field(N_("Unit"), N_("Filter by the owner's unit."), metavar="UNIT")]
    station: Annotated[Ref | None, Field(N_("Station"), N_("Filter by the owner's station."), metavar="STATION")]
    due_since: Annotated[
        date | str | None,
        Field(N_("Due since"), N_("Due from this day on."), read=day, option="since", metavar="DAY"),
    ]
    due_until: Annotated[
        date | str | None, Field(N_("Due until"), N_("Due until this day."), read=day, option="until", metavar="DAY")
    ]
    mine: Annotated[bool | None, Field(N_("Mine"), N_("Only those that you own."), read=yes_no, flag="--mine")]


class FollowUpSelection(FollowUpFilters, Paging, total=False):
    """Filters of a list of follow-ups, and the part that is read."""
