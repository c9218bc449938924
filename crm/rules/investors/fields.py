"""The fields of an investor."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, TypedDict

from crm.errors import N_, InvalidInput, problem
from crm.rules.kernel.fields import Field, country, one_of, text
from crm.values.text import NOTE, TITLE, comparison_key, require_text
from crm.values.web import as_web_address


class InvestorKind(StrEnum):
    """The kind of an investor; the last five refer others rather than invest."""

    ENTERPRISE = "enterprise"
    FUND = "fund"
    CLUSTER = "cluster"
    CHAMBER = "chamber"
    ASSOCIATION = "association"
    AGENCY = "agency"
    PLATFORM = "platform"


def as_investor_name(value: object, field: str) -> str:
    """Return a name with at least one letter or digit.

    Raises:
        InvalidInput: It is not a text, empty, too long, or has no letter or digit.
    """
    cleaned = require_text(value, field, limit=TITLE)
    if not comparison_key(cleaned):
        raise InvalidInput(
            problem(
                N_('"{text}" has no letter or digit.'),
                N_("Give it a name people can type."),
                field=field,
                code="empty",
                text=cleaned[:60],
            )
        )
    return cleaned


class InvestorIdentity(TypedDict, total=False):
    """The required fields of an investor."""

    name: Annotated[
        str,
        Field(
            N_("Name"),
            N_("A new displayed name; the old one stays among the names."),
            as_investor_name,
            column=0,
            least=14,
        ),
    ]
    country: Annotated[
        str,
        Field(
            N_("Country"),
            N_("Country, two letters of ISO 3166."),
            country,
            metavar="CC",
            column=0,
        ),
    ]
    kind: Annotated[
        InvestorKind | str,
        Field(N_("Kind"), N_("The kind of unit."), one_of(InvestorKind), words="investor kind", column=2),
    ]


class InvestorDetails(TypedDict, total=False):
    """The optional fields of an investor; None clears."""

    note: Annotated[str | None, Field(N_("Note"), N_("A note."), text(NOTE), counts_empty=True)]
    website: Annotated[
        str | None,
        Field(
            N_("Website"),
            N_("Address of its website; https:// is added where it is missing."),
            as_web_address,
            metavar="URL",
            column=4,
        ),
    ]
    address: Annotated[str | None, Field(N_("Address"), N_("The postal address."), text(TITLE))]


class InvestorFields(InvestorIdentity, InvestorDetails, total=False):
    """All fields of an investor."""
