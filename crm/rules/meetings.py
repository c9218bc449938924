"""The fields of a meeting, a line of its minutes and a follow-up."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, TypedDict

from crm.errors import N_
from crm.rules.kernel.fields import Field, Ref, day_or, one_of, text
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
    """What makes a follow-up a visit ahead."""

    at: Annotated[
        datetime | str,
        Field(
            N_("Hour of the visit"),
            N_('The start of a visit ahead, such as "2030-02-20 14:00" or "tomorrow 14:00".'),
            kept=("visit_at", "visit_zone"),
            metavar="TIME",
        ),
    ]


class FollowUpFields(FollowUpDetails, FollowUpEnd, VisitAhead, total=False):
    """All fields of a follow-up."""
