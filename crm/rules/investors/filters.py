"""What a list of investors, and one of contacts, can be narrowed to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, TypedDict

from crm.errors import N_
from crm.rules.investors.fields import InvestorKind
from crm.rules.kernel.fields import Field, country, one_of, text, yes_no
from crm.rules.kernel.filters import MET_SINCE, MET_UNTIL
from crm.rules.kernel.paging import Paging
from crm.rules.tags import BY_TAG
from crm.values.text import TITLE


class InvestorFilters(TypedDict, total=False):
    """Filters of investors; None narrows nothing. Meetings on leads that the reader may not see count for none."""

    country: Annotated[str | None, Field(N_("Country"), N_("Filter by country."), read=country, metavar="CC")]
    kind: Annotated[
        InvestorKind | str | None,
        Field(N_("Kind"), N_("Filter by kind."), read=one_of(InvestorKind), words="investor kind"),
    ]
    tag: Annotated[Iterable[str] | None, BY_TAG]
    met_since: Annotated[date | str | None, MET_SINCE]
    met_until: Annotated[date | str | None, MET_UNTIL]


class InvestorSelection(InvestorFilters, Paging, total=False):
    """Filters of a list of investors, and the part that is read."""


class ContactFilters(TypedDict, total=False):
    """Filters of contacts; None narrows nothing. A contact with several employments has a row for each."""

    name: Annotated[
        str | None,
        Field(N_("Name"), N_("With this in one of their names."), read=text(TITLE), metavar="TEXT"),
    ]
    country: Annotated[
        str | None,
        Field(N_("Country"), N_("Filter by the investor's country, such as JP."), read=country, metavar="CC"),
    ]
    current: Annotated[
        bool | None,
        Field(
            N_("Current"),
            N_("Only those who work there now, or only former ones."),
            read=yes_no,
            flag="--current/--former",
        ),
    ]


class ContactSelection(ContactFilters, Paging, total=False):
    """Filters of a list of contacts, and the part that is read."""
