"""The fields of the entries of the two ledgers: capital arrivals and contract amounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, TypedDict

from crm.errors import N_
from crm.rules.kernel.fields import Field, Ref, country, day_of_moment, day_or, one_of, positive, text
from crm.values.amount_units import AmountUnit
from crm.values.moments import LocalTime
from crm.values.money import Money
from crm.values.text import NAME, REASON, TITLE


class ArrivalKind(StrEnum):
    """The kind of capital."""

    NEW = "new"
    INCREASE = "increase"
    REINVESTMENT = "reinvestment"
    SHAREHOLDER_LOAN = "shareholder_loan"


class ContractKind(StrEnum):
    """The kind of a contract amount; the last two decrease the contract."""

    NEW = "new"
    INCREASE = "increase"
    DECREASE = "decrease"
    TERMINATION = "termination"


class EntryState(StrEnum):
    """The state of an entry; each step is signed by another person."""

    REPORTED = "reported"
    VERIFIED = "verified"
    CONFIRMED = "confirmed"


#: Kinds that decrease a contract.
TAKING_BACK = frozenset({ContractKind.DECREASE, ContractKind.TERMINATION})


def _amount(read: Callable[[object, str], object] | None = None) -> Field:
    return Field(
        N_("Amount"),
        N_('Amount and currency, such as "5000000 USD" or 500万美元.'),
        read,
        kept=("amount_minor", "currency"),
        metavar="AMOUNT",
    )


def _reference(what: str) -> Field:
    return Field(N_("Reference"), what, text(TITLE), column=9, least=10)


class EntryAbout(TypedDict, total=False):
    """What an entry is about: by default what is on record of its investor, lead and document."""

    evidence: Annotated[
        Ref,
        Field(
            N_("Evidence"),
            N_("The number of the evidence on record."),
            key="evidence_id",
            metavar="EVIDENCE",
        ),
    ]
    told_in: Annotated[
        AmountUnit | str | None,
        Field(
            N_("Told in"),
            N_("The unit in which the amount was told, such as 亿 or million; default: as the amount is written."),
            one_of(AmountUnit),
            words="amount unit",
            column=13,
        ),
    ]
    place: Annotated[
        str | None, Field(N_("Place"), N_("The bank, or the place of signing."), text(NAME), counts_empty=True)
    ]
    country: Annotated[
        str,
        Field(
            N_("Country"),
            N_("The immediate country of origin; default: the investor's country."),
            country,
            key="immediate_country",
            metavar="CODE",
            column=5,
        ),
    ]
    ultimate: Annotated[
        str,
        Field(
            N_("Ultimate country of origin"),
            N_("The ultimate country of origin; default: the same."),
            country,
            key="ultimate_country",
            metavar="CODE",
        ),
    ]
    industry: Annotated[
        str,
        Field(
            N_("Industry"),
            N_("The industry of GB/T 4754, such as C36; default: the lead's."),
            metavar="CODE",
            column=6,
        ),
    ]


class ArrivalTerms(TypedDict, total=False):
    """What an arrival always has."""

    amount: Annotated[
        Money | str,
        _amount(positive(N_("To correct an entry: crm capital correct ENTRY --amount AMOUNT --reason WHY"))),
    ]
    arrived: Annotated[
        date | datetime | LocalTime | str,
        Field(
            N_("Day"),
            N_(
                "The day on which the money arrived, in the bureau's zone (Asia/Shanghai); or a local time "
                'with its zone, such as "2025-12-31 23:30 Europe/Berlin", which is 1 January 2026 for the '
                "bureau."
            ),
            day_of_moment(
                N_("The day of arrival is missing."),
                N_("Add it: --arrived DAY"),
                ("arrived_on", "arrived_at", "arrived_zone"),
            ),
            key="arrived_on",
            kept=("arrived_on", "arrived_at", "arrived_zone"),
            metavar="DAY",
            past=True,
            column=0,
        ),
    ]
    kind: Annotated[
        ArrivalKind | str,
        Field(N_("Kind"), N_("The kind of capital."), one_of(ArrivalKind), words="arrival", column=2),
    ]
    reference: Annotated[
        str, _reference(N_("Number of the bank advice or capital verification report; default: that of the evidence."))
    ]


class ArrivalDetails(ArrivalTerms, EntryAbout, total=False):
    """The fields of an arrival that is recorded."""


class ArrivalFields(ArrivalDetails, total=False):
    """All fields of an arrival."""

    reason: Annotated[str, Field(N_("Why"), N_("The reason."), text(REASON))]


class ContractTerms(TypedDict, total=False):
    """What a contract amount always has."""

    amount: Annotated[Money | str, _amount()]
    agreed: Annotated[
        date | str,
        Field(
            N_("Day"),
            N_("The day of the contract."),
            day_or(N_("The day of the contract is missing."), N_("Add it: --agreed DAY")),
            key="agreed_on",
            metavar="DAY",
            past=True,
            column=0,
        ),
    ]
    kind: Annotated[
        ContractKind | str,
        Field(N_("Kind"), N_("The kind of contract."), one_of(ContractKind), words="contract", column=2),
    ]
    reference: Annotated[str, _reference(N_("Number or title of the contract; default: that of the evidence."))]


class ContractDetails(ContractTerms, EntryAbout, total=False):
    """What is corrected of a contract amount."""


class ContractFields(ContractDetails, total=False):
    """All fields of a contract amount; a reason, if it decreases the contract."""

    reason: Annotated[
        str | None,
        Field(N_("Why"), N_("The reason for a decrease or termination."), text(REASON), counts_empty=True),
    ]
