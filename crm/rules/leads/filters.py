"""What a list of leads, the board and the list of stale leads can be narrowed to. Each filter is declared once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, TypedDict

from crm.errors import N_
from crm.rules.kernel.fields import Field, Ref, country, one_of, yes_no
from crm.rules.kernel.filters import INDUSTRY, MET_SINCE, MET_UNTIL, bound
from crm.rules.kernel.paging import Paging
from crm.rules.leads.fields import SourceKind
from crm.rules.pipeline.terms import Status
from crm.rules.tags import BY_TAG
from crm.values.money import Money


class LeadOrder(StrEnum):
    """What leads are ordered by."""

    MOVED = "moved"
    ENTERED = "entered"
    RECEIVED = "received"
    TITLE = "title"


class LeadFilters(TypedDict, total=False):
    """Filters of leads; None narrows nothing.

    Of a confidential lead that the reader may not see, only what its row shows is compared: stage, status, station,
    unit, owner and that it is confidential. No other filter finds it.
    """

    stage: Annotated[str | None, Field(N_("Stage"), N_("Filter by stage."), words="stage")]
    status: Annotated[
        Status | str | None, Field(N_("Status"), N_("Filter by status."), read=one_of(Status), words="status")
    ]
    station: Annotated[Ref | None, Field(N_("Station"), N_("Filter by station."), metavar="STATION")]
    unit: Annotated[Ref | None, Field(N_("Unit"), N_("Filter by unit."), metavar="UNIT")]
    owner: Annotated[Ref | None, Field(N_("Owner"), N_("Filter by owner."), metavar="USER")]
    investor: Annotated[Ref | None, Field(N_("Investor"), N_("Filter by investor."), metavar="INVESTOR")]
    country: Annotated[
        str | None,
        Field(N_("Country"), N_("Filter by the investor's country, such as JP."), read=country, metavar="CODE"),
    ]
    industry: Annotated[str | None, INDUSTRY]
    source: Annotated[
        SourceKind | str | None,
        Field(N_("Source"), N_("Filter by the kind of source."), read=one_of(SourceKind), words="source"),
    ]
    at_least: Annotated[
        Money | str | None, bound("least", N_("At least"), N_("Expected amount from this on, in its currency."))
    ]
    at_most: Annotated[
        Money | str | None, bound("most", N_("At most"), N_("Expected amount up to this, in its currency."))
    ]
    met_since: Annotated[date | str | None, MET_SINCE]
    met_until: Annotated[date | str | None, MET_UNTIL]
    confidential: Annotated[
        bool | None,
        Field(
            N_("Confidential"),
            N_("Only confidential leads, or only others."),
            read=yes_no,
            flag="--confidential/--not-confidential",
        ),
    ]
    tag: Annotated[Iterable[str] | None, BY_TAG]
    mine: Annotated[bool | None, Field(N_("Mine"), N_("Only leads that you own."), read=yes_no, flag="--mine")]


class LeadSelection(LeadFilters, Paging, total=False):
    """Filters of a list of leads, its order, and the part that is read."""

    sort: Annotated[
        LeadOrder | str | None,
        Field(
            N_("Sort"),
            N_("Order: latest move first, longest at its stage first, latest received first, or by title."),
            read=one_of(LeadOrder),
            words="lead order",
        ),
    ]
