"""The fields of a request and of its steps."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, TypedDict

from crm.errors import N_, InvalidInput, problem
from crm.rules.kernel.fields import Field, Ref, day, one_of, text, whole_number
from crm.values.text import REASON

#: The best satisfaction.
BEST = 5


class RequestKind(StrEnum):
    """The subject of a request."""

    LAND = "land"
    UTILITIES = "utilities"
    PERMITS = "permits"
    TAX = "tax"
    FINANCE = "finance"
    CUSTOMS = "customs"
    LABOUR = "labour"
    RESIDENCE = "residence"
    ENVIRONMENT = "environment"
    LOGISTICS = "logistics"
    PROPERTY = "property"
    OTHER = "other"


class RequestChannel(StrEnum):
    """The channel of a request."""

    VISIT = "visit"
    SESSION = "session"
    TELEPHONE = "telephone"
    ONLINE = "online"
    LETTER = "letter"
    OTHER = "other"


def as_satisfaction(value: object, field: str) -> object:
    """Return the satisfaction of an enterprise, 1 to 5.

    Raises:
        InvalidInput: It is not such a number.
    """
    number = whole_number(value, field)
    if not 1 <= number <= BEST:
        raise InvalidInput(
            problem(
                N_("Satisfaction must be a number from 1 to {best}, not {number}."),
                N_("5 is very satisfied, 1 is very dissatisfied."),
                field=field,
                code="range",
                best=BEST,
                number=number,
            )
        )
    return number


class RequestHands(TypedDict, total=False):
    """The people and units in charge of a request."""

    unit: Annotated[
        Ref | None,
        Field(
            N_("Unit"),
            N_("The unit in charge."),
            kept=("unit_id",),
            metavar="UNIT",
            column=3,
            counts_empty=True,
        ),
    ]
    assignee: Annotated[
        Ref | None,
        Field(
            N_("Person"),
            N_("The person in charge."),
            kept=("assignee_id",),
            metavar="USER",
            column=5,
            counts_empty=True,
        ),
    ]


class RequestChanges(TypedDict, total=False):
    """What is corrected in a request."""

    text: Annotated[str, Field(N_("Request"), N_("The request."), text(REASON), column=0, least=18)]
    kind: Annotated[
        RequestKind | str,
        Field(N_("Kind"), N_("The subject."), one_of(RequestKind), words="request kind", column=6),
    ]
    channel: Annotated[
        RequestChannel | str,
        Field(N_("Channel"), N_("The channel."), one_of(RequestChannel), words="request channel"),
    ]
    brand: Annotated[
        str | None,
        Field(N_("Brand"), N_("The service brand."), words="brand", column=8, counts_empty=True),
    ]
    ambassador: Annotated[
        Ref | None,
        Field(
            N_("Ambassador"),
            N_("The ambassador of the enterprise; default: you."),
            kept=("ambassador_id",),
            metavar="USER",
            column=4,
        ),
    ]
    answer_due: Annotated[
        date | str,
        Field(
            N_("Answer due"),
            N_("The deadline of the answer; default: by the policy."),
            day,
            key="answer_due_on",
            metavar="DAY",
        ),
    ]


class RequestDetails(RequestChanges, RequestHands, total=False):
    """The fields of a new request."""

    accepted: Annotated[
        date | str,
        Field(
            N_("Accepted"),
            N_("The day it was accepted; default: today."),
            day,
            key="accepted_on",
            metavar="DAY",
            past=True,
        ),
    ]
    due: Annotated[
        date | str,
        Field(
            N_("Solution due"),
            N_("The deadline of the solution; default: by the policy."),
            day,
            key="due_on",
            metavar="DAY",
        ),
    ]


class RequestEnd(TypedDict, total=False):
    """The fields of a closed request."""

    outcome: Annotated[str, Field(N_("Outcome"), N_("The solution, or why it cannot be solved."), text(REASON))]
    satisfaction: Annotated[
        int | None,
        Field(N_("Satisfaction"), N_("The satisfaction of the enterprise: 1 to 5."), as_satisfaction, metavar="N"),
    ]


class RequestFields(RequestDetails, RequestEnd, total=False):
    """All fields of a request."""


class RequestStepFields(RequestHands, total=False):
    """The fields of a step of a request."""

    occurred: Annotated[
        date | str,
        Field(N_("Day"), N_("The day; default: today."), day, key="occurred_on", metavar="DAY", past=True, column=0),
    ]
    step: Annotated[str, Field(N_("Step"), N_("The step."), words="request step", column=0)]
    state: Annotated[str, Field(N_("State"), N_("The state from then on."), words="request state")]
    note: Annotated[str | None, Field(N_("Note"), N_("The note."), text(REASON), column=0, least=16)]
    due: Annotated[
        date | str, Field(N_("Solution due"), N_("The deadline of the solution."), day, key="due_on", column=3)
    ]
