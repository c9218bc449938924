"""What a trip is described by, its notice, report and outcome deadlines, and what counts as at home."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, TypedDict

from attrs import frozen

from crm.errors import N_, InvalidInput, problem
from crm.refusals import out_of_range
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import Field, Ref, country, day, one_of, text, zone
from crm.values.identifiers import as_code
from crm.values.money import Money, as_money
from crm.values.text import NAME, REASON, TITLE

#: Only the mainland is at home: Hong Kong, Macao and Taiwan are abroad (境外).
HOME = ("CN",)
#: The maximum: about two years.
_MOST = 730
#: The maximum cost, in minor units; a hundred such entries still add up to a valid amount.
_MOST_MINOR = 10**13


@frozen
class TripPolicy:
    """The deadlines of a trip, in calendar days.

    Attributes:
        notice_days_abroad: A trip abroad is announced so many days before it departs.
        notice_days_home: One that stays at home so many.
        report_days: It reports within so many days after its return.
        outcome_days: For so many days after its return, a step of a lead that it met about counts as its outcome.
    """

    notice_days_abroad: int = 15
    notice_days_home: int = 3
    report_days: int = 15
    outcome_days: int = 90

    def __attrs_post_init__(self) -> None:
        """Refuse invalid numbers, naming all of them."""
        check = Checks()
        for name, days in (
            ("notice_days_abroad", self.notice_days_abroad),
            ("notice_days_home", self.notice_days_home),
            ("report_days", self.report_days),
            ("outcome_days", self.outcome_days),
        ):
            if type(days) is not int or not 0 <= days <= _MOST:
                check.add(out_of_range(days, 0, _MOST, f"trips.{name}"))
        check.settle()

    def notice_due(self, starts: date, *, abroad: bool | None) -> date:
        """Return the last day on which a trip can be announced in time; a trip without stays counts as abroad."""
        return starts - timedelta(self.notice_days_home if abroad is False else self.notice_days_abroad)

    def report_due(self, ends: date) -> date:
        """Return the last day on which a trip reports in time."""
        return ends + timedelta(self.report_days)

    def outcome_until(self, ends: date) -> date:
        """Return the last day on which a move of a lead counts as a trip's outcome."""
        return ends + timedelta(self.outcome_days)


def is_abroad(countries: Iterable[str | None], home: Iterable[str] = HOME) -> bool | None:
    """Return whether a trip leads abroad: one stay there is enough; None when no country is known.

    >>> is_abroad(["CN", "HK"]), is_abroad(["CN"]), is_abroad([])
    (True, False, None)
    """
    known = {country for country in countries if country is not None}
    return bool(known - set(home)) if known else None


class LeaderRank(StrEnum):
    """The rank of the leader; leader-led promotion is a trip led by a first person."""

    CITY = "city"
    FIRST = "first"
    DEPUTY = "deputy"
    OTHER = "other"


class VisitState(StrEnum):
    """The state of a planned visit."""

    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


class CostKind(StrEnum):
    """Budget or spending."""

    BUDGET = "budget"
    ACTUAL = "actual"


class TripIdentity(TypedDict, total=False):
    """What every trip has."""

    title: Annotated[str, Field(N_("Title"), N_("The title."), text(TITLE), column=0, least=14)]
    leader: Annotated[str, Field(N_("Leader"), N_("The leader's office or name."), text(NAME), column=6, least=8)]
    rank: Annotated[
        LeaderRank | str, Field(N_("Rank"), N_("The leader's rank."), one_of(LeaderRank), words="rank", column=7)
    ]
    starts: Annotated[
        date | str,
        Field(N_("From"), N_("The day of departure."), day, key="starts_on", metavar="DAY", column=0),
    ]
    ends: Annotated[
        date | str, Field(N_("Until"), N_("The day of return."), day, key="ends_on", metavar="DAY", column=4)
    ]


class TripDetails(TypedDict, total=False):
    """What a trip may have."""

    unit: Annotated[
        Ref | None,
        Field(
            N_("Unit"),
            N_("The unit that sends the trip; empty: the city."),
            kept=("unit_id",),
            metavar="UNIT",
            column=8,
            counts_empty=True,
        ),
    ]
    purpose: Annotated[str | None, Field(N_("Purpose"), N_("The purpose."), text(REASON), counts_empty=True)]


class TripNotice(TypedDict, total=False):
    """Owner and notice of a trip; by default the planner and the day of planning."""

    owner: Annotated[
        Ref | None,
        Field(
            N_("Owner"),
            N_("The owner, who reports; of a new trip by default you."),
            kept=("owner_id",),
            metavar="USER",
        ),
    ]
    announced: Annotated[
        date | str | None,
        Field(
            N_("Announced"),
            N_("The day of the notice, or of the new notice; of a new trip by default today."),
            day,
            key="announced_on",
            metavar="DAY",
            past=True,
        ),
    ]
    late: Annotated[
        str | None,
        Field(
            N_("Announced late"),
            N_("The reason for late notice, if any."),
            text(REASON),
            key="late_reason",
            option="late-reason",
        ),
    ]


class TripOptions(TripDetails, TripNotice, total=False):
    """The optional fields of a new trip."""


class TripChanges(TripIdentity, TripOptions, total=False):
    """What of a trip can be changed."""


class TripPlan(TripChanges, total=False):
    """The fields of a new trip."""

    code: Annotated[str, Field(N_("Code"), N_("A short name to type, such as japan-2023."), as_code, column=0)]


class TripReport(TypedDict, total=False):
    """What is reported of a trip when it is closed."""

    outcome: Annotated[str, Field(N_("Outcome"), N_("The outcome, as reported."), text(2000))]


class TripFields(TripPlan, TripReport, total=False):
    """What a trip is described by, all of it."""

    reason: Annotated[
        str | None, Field(N_("Cancelled"), N_("The reason for cancelling."), text(REASON), key="cancel_reason")
    ]


class LegFields(TypedDict, total=False):
    """What a stay is described by. It begins and ends on a day, or at a local time there."""

    place: Annotated[str, Field(N_("Place"), N_("The place."), text(NAME), metavar="PLACE")]
    country: Annotated[
        str,
        Field(N_("Country"), N_("Country, two letters; the policy says which are at home."), country, metavar="CODE"),
    ]
    zone: Annotated[
        str,
        Field(N_("Time zone"), N_("IANA time zone of the place, such as Asia/Tokyo."), zone, metavar="ZONE"),
    ]
    arrives: Annotated[
        date | datetime | str,
        Field(
            N_("Arrival"),
            N_("First day there, or local time of arrival."),
            key="arrives_on",
            kept=("arrives_on", "arrives_at"),
            metavar="WHEN",
        ),
    ]
    leaves: Annotated[
        date | datetime | str,
        Field(
            N_("Departure"),
            N_("Last day there, or local time of departure."),
            key="leaves_on",
            kept=("leaves_on", "leaves_at"),
            metavar="WHEN",
        ),
    ]


class Leaving(TypedDict, total=False):
    """When and why somebody left a trip; it stays on its list."""

    on: Annotated[
        date | str | None,
        Field(N_("Left on"), N_("The day they leave; default: today."), day, key="left_on", metavar="DAY", past=True),
    ]
    reason: Annotated[
        str | None,
        Field(
            N_("Reason for leaving"),
            N_("The reason for leaving; required with --leave."),
            text(REASON),
            key="left_reason",
        ),
    ]


class NewMember(TypedDict, total=False):
    """The fields of a new member of a trip."""

    staff: Annotated[
        Ref,
        Field(
            N_("Member"),
            N_("User name, number or name of the person."),
            key="username",
            kept=("staff_id",),
            metavar="USER",
        ),
    ]
    duty: Annotated[str | None, Field(N_("Duty"), N_("The duty."), text(NAME))]


class MemberFields(NewMember, Leaving, total=False):
    """What a member of a trip is described by."""


class NewPartner(TypedDict, total=False):
    """The fields of a unit that takes part in a trip; a leader needs a rank."""

    unit: Annotated[Ref, Field(N_("Unit"), N_("Code, number or name of the unit."), kept=("unit_id",), metavar="UNIT")]
    leader: Annotated[str | None, Field(N_("Leader"), N_("The leader of the unit: office or name."), text(NAME))]
    rank: Annotated[
        LeaderRank | str | None,
        Field(
            N_("Rank"), N_("That leader's rank in the unit: first, deputy or other."), one_of(LeaderRank), words="rank"
        ),
    ]


class PartnerFields(NewPartner, Leaving, total=False):
    """What a unit that takes part in a trip is described by."""


class NewVisit(TypedDict, total=False):
    """The fields of a planned visit."""

    investor: Annotated[
        Ref, Field(N_("Investor"), N_("The investor to visit."), kept=("investor_id",), metavar="INVESTOR")
    ]
    on: Annotated[date | str | None, Field(N_("Day"), N_("The planned day."), day, key="planned_on", metavar="DAY")]
    purpose: Annotated[str | None, Field(N_("Purpose"), N_("The purpose."), text(500))]


class VisitFields(NewVisit, total=False):
    """What a planned visit is described by."""

    reason: Annotated[str | None, Field(N_("Cancelled"), N_("The reason for cancelling."), text(500))]


class NewCost(TypedDict, total=False):
    """The fields of a budget or of spending."""

    amount: Annotated[
        Money | str,
        Field(
            N_("Amount"),
            N_("Amount and currency, such as '12000 CNY'."),
            lambda value, _: _cost(value),
            kept=("amount_minor", "currency"),
            metavar="AMOUNT",
            column=0,
            right=True,
        ),
    ]
    item: Annotated[str, Field(N_("Purpose"), N_("The purpose."), text(NAME), column=0, least=12)]
    kind: Annotated[
        CostKind | str,
        Field(N_("Kind"), N_("Budget or spending."), one_of(CostKind), words="cost kind", column=0),
    ]
    spent: Annotated[
        date | str | None,
        Field(
            N_("Day"),
            N_("The day of spending; default: today."),
            day,
            key="spent_on",
            metavar="DAY",
            past=True,
            column=2,
        ),
    ]
    reference: Annotated[
        str | None,
        Field(
            N_("Reference"),
            N_("Number of the invoice or voucher; required for spending."),
            text(TITLE),
            column=3,
            least=10,
        ),
    ]


class CostFields(NewCost, total=False):
    """What a cost of a trip is described by."""

    reason: Annotated[
        str | None,
        Field(N_("Withdrawn"), N_("The reason for withdrawing."), text(REASON), key="withdrawn_reason", column=1),
    ]


def _cost(value: object) -> Money:
    money = as_money(value)
    if not 0 < money.minor <= _MOST_MINOR:
        raise InvalidInput(
            problem(
                N_("{amount} is not a valid cost."),
                N_("A cost must be positive; withdraw a wrong one: crm trip withdraw-cost"),
                field="amount",
                code="negative" if money.minor <= 0 else "too_large",
                amount=money,
            )
        )
    return money
