"""What a list of ledger entries, and their sums, can be narrowed to. Each filter is declared once."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypedDict

from crm.errors import N_
from crm.rules.kernel.fields import Field, Ref, one_of
from crm.rules.kernel.filters import INDUSTRY, SINCE, UNTIL, bound
from crm.rules.kernel.paging import Paging
from crm.rules.ledgers.entries import EntryState
from crm.values.money import Money


class EntryFilters(TypedDict, total=False):
    """Filters of ledger entries; None narrows nothing. Unit and station are those of the lead at the time."""

    state: Annotated[
        EntryState | str | None,
        Field(N_("State"), N_("Filter by state."), read=one_of(EntryState), words="arrival state"),
    ]
    kind: Annotated[str | None, Field(N_("Kind"), N_("Filter by kind."))]
    unit: Annotated[
        Ref | None,
        Field(
            N_("Unit"),
            N_("Filter by the unit responsible for the lead when the entry was recorded."),
            metavar="UNIT",
        ),
    ]
    station: Annotated[Ref | None, Field(N_("Station"), N_("Filter by the lead's station."), metavar="STATION")]
    owner: Annotated[Ref | None, Field(N_("Owner"), N_("Filter by the lead's owner."), metavar="USER")]
    investor: Annotated[Ref | None, Field(N_("Investor"), N_("Filter by investor."), metavar="INVESTOR")]
    country: Annotated[
        str | None,
        Field(
            N_("Country"),
            N_("Filter by immediate country, or by a group of the policy such as japan_korea."),
            metavar="CODE",
        ),
    ]
    industry: Annotated[str | None, INDUSTRY]
    at_least: Annotated[Money | str | None, bound("least", N_("At least"), N_("Amount from this on, in its currency."))]
    at_most: Annotated[Money | str | None, bound("most", N_("At most"), N_("Amount up to this, in its currency."))]
    since: Annotated[date | str | None, SINCE]
    until: Annotated[date | str | None, UNTIL]


class EntrySelection(EntryFilters, Paging, total=False):
    """Filters of a list of ledger entries, and the part that is read."""
