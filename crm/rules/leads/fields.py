"""The fields of a lead, of a document and of a project company."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, TypedDict

from crm.errors import N_
from crm.rules.kernel.fields import Field, Ref, day, day_or, one_of, positive, text, yes_no
from crm.values.identifiers import as_sha256
from crm.values.money import Money
from crm.values.text import NOTE, TITLE


class SourceKind(StrEnum):
    """The kind of source of a lead."""

    STATION = "station"
    UNIT = "unit"
    EVENT = "event"
    REFERRAL = "referral"


class EvidenceKind(StrEnum):
    """The kind of document. Only an agreement is binding."""

    MEMORANDUM = "memorandum"
    LETTER_OF_INTENT = "letter_of_intent"
    AGREEMENT = "agreement"
    LICENCE = "licence"
    FILING = "filing"
    CAPITAL_VERIFICATION = "capital_verification"
    CONSTRUCTION_PERMIT = "construction_permit"
    CONSTRUCTION_START = "construction_start"
    OPERATION_START = "operation_start"
    PHOTOGRAPH = "photograph"
    OTHER = "other"


class LeadDetails(TypedDict, total=False):
    """The fields of a lead that can be edited."""

    title: Annotated[str, Field(N_("Project"), N_("The title of the project."), text(TITLE), column=0, least=16)]
    expected: Annotated[
        Money | str | None,
        Field(
            N_("Expected"),
            N_('The expected amount, such as "20000000 USD" or 2000万美元.'),
            positive(N_("The expected amount must be positive.")),
            kept=("expected_minor", "expected_currency"),
            metavar="AMOUNT",
            gate="expected",
            column=4,
            right=True,
            counts_empty=True,
        ),
    ]
    industry: Annotated[
        str | None,
        Field(
            N_("Industry"),
            N_("The industry of GB/T 4754, such as C36."),
            metavar="CODE",
            gate="industry",
            column=8,
            counts_empty=True,
        ),
    ]
    source: Annotated[
        Ref,
        Field(
            N_("Source"),
            N_("station:CODE, unit:CODE, event:NAME or referral:INVESTOR."),
            kept=(
                "source_kind",
                "source_station_id",
                "source_unit_id",
                "source_event",
                "source_event_id",
                "source_investor_id",
            ),
            metavar="SOURCE",
            words="source",
            counts_empty=True,
        ),
    ]
    foreign: Annotated[
        bool,
        Field(
            N_("Foreign capital"),
            N_("Foreign or domestic capital."),
            yes_no,
            kept=("foreign_capital",),
            flag="--foreign/--domestic",
            counts_empty=True,
        ),
    ]
    confidential: Annotated[
        bool,
        Field(
            N_("Confidential"),
            N_("Whether the lead is confidential: others see its code name only."),
            yes_no,
            flag="--confidential/--open",
            masked=False,
        ),
    ]
    code_name: Annotated[
        str | None,
        Field(
            N_("Code name"),
            N_("The code name of a confidential lead, shown to others."),
            text(80),
            masked=False,
            counts_empty=True,
        ),
    ]
    note: Annotated[str | None, Field(N_("Note"), N_("A note."), text(NOTE), counts_empty=True)]


class LeadHands(TypedDict, total=False):
    """The owner, unit and station of a lead; changed by handover."""

    owner: Annotated[
        Ref | None,
        Field(
            N_("Owner"),
            N_("The owner."),
            kept=("owner_id",),
            metavar="USER",
            masked=False,
            column=5,
            counts_empty=True,
        ),
    ]
    unit: Annotated[
        Ref | None,
        Field(
            N_("Unit"),
            N_("The responsible unit."),
            kept=("unit_id",),
            metavar="UNIT",
            gate="unit",
            masked=False,
            column=7,
            counts_empty=True,
        ),
    ]
    station: Annotated[
        Ref | None,
        Field(
            N_("Station"),
            N_("The station that serves it."),
            kept=("station_id",),
            metavar="STATION",
            masked=False,
            column=6,
            counts_empty=True,
        ),
    ]


class LeadOrigin(TypedDict, total=False):
    """The fields of a lead that never change."""

    received: Annotated[
        date | str,
        Field(
            N_("Received"),
            N_("The day it was received; default: today."),
            day,
            key="received_on",
            metavar="DAY",
            past=True,
            masked=False,
            counts_empty=True,
        ),
    ]
    parent: Annotated[
        Ref | None,
        Field(
            N_("Expands lead"),
            N_("The lead that this one expands."),
            key="parent_id",
            metavar="LEAD",
            counts_empty=True,
        ),
    ]


class LeadFields(LeadDetails, LeadHands, LeadOrigin, total=False):
    """All fields of a lead."""


class EvidenceFields(TypedDict, total=False):
    """The fields of a document."""

    kind: Annotated[
        EvidenceKind | str,
        Field(
            N_("Kind"),
            N_("The kind of document; only an agreement is binding."),
            one_of(EvidenceKind),
            words="evidence",
            column=0,
        ),
    ]
    dated: Annotated[
        date | str,
        Field(
            N_("Day"),
            N_("The day on the document."),
            day_or(N_("The day on the document is missing."), N_("Add it: --dated DAY")),
            key="dated_on",
            metavar="DAY",
            past=True,
            column=0,
        ),
    ]
    reference: Annotated[
        str, Field(N_("Reference"), N_("Number or title of the document."), text(TITLE), column=0, least=14)
    ]
    amount: Annotated[
        Money | str | None,
        Field(
            N_("Amount"),
            N_('The amount in it, such as "20000000 USD"; required for an agreement.'),
            positive(N_("The amount of an agreement must be positive.")),
            kept=("amount_minor", "amount_currency"),
            metavar="AMOUNT",
            column=2,
            right=True,
            counts_empty=True,
        ),
    ]
    sha256: Annotated[
        str | None,
        Field(
            "SHA-256",
            N_("The SHA-256 of the file, 64 hex digits."),
            lambda value, _: as_sha256(value),
            metavar="HEX",
            counts_empty=True,
        ),
    ]


class EnterpriseFields(TypedDict, total=False):
    """The fields of the project company of a lead."""

    name: Annotated[str, Field(N_("Project company"), N_("As on the licence; required the first time."), text(TITLE))]
    credit_code: Annotated[
        str | None,
        Field(
            N_("Credit code"),
            N_("Unified social credit code, 18 characters."),
            metavar="CODE",
            gate="credit_code",
        ),
    ]
    licensed: Annotated[
        date | str | None,
        Field(
            N_("Licensed"),
            N_("The day of the licence."),
            day,
            key="licensed_on",
            metavar="DAY",
            past=True,
            gate="licence",
        ),
    ]
    filing: Annotated[
        str | None, Field(N_("Filing"), N_("Reference of the foreign investment filing."), text(80), gate="filing")
    ]
