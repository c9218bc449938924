"""The rows of trips. Their field names are the keys of ``--json``."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from crm.reads.kernel.rows import Described
from crm.reads.meetings.rows import FollowUpRow, MeetingRow
from crm.values.moments import LocalTime
from crm.values.money import Money


@frozen(kw_only=True)
class VisitRow(Described):
    """A planned visit, and when it was made."""

    id: int
    number: int
    investor: str
    investor_id: int
    planned_on: date | None
    purpose: str | None
    state: str
    meeting_id: int | None
    at: LocalTime | None
    reason: str | None


@frozen(kw_only=True)
class LegRow(Described):
    """A stay of a trip.

    Attributes:
        country: ISO 3166-1 alpha-2, or None where it was not kept.
        abroad: Whether the policy counts that country as abroad.
        arrives_at: The local time of arrival, where it is known; its day is *arrives_on*.
        leaves_at: The local time of departure, where it is known; its day is *leaves_on*.
    """

    number: int
    place: str
    country: str | None
    abroad: bool | None
    zone: str
    arrives_on: date
    leaves_on: date
    arrives_at: LocalTime | None
    leaves_at: LocalTime | None


@frozen(kw_only=True)
class MemberRow(Described):
    """A member of a trip, also a former one."""

    username: str
    name: str
    duty: str | None
    left_on: date | None
    left_reason: str | None


@frozen(kw_only=True)
class PartnerRow(Described):
    """A unit that takes part in a trip beside the sending unit, also a former one.

    Attributes:
        unit: Its code.
        leader: Who leads its people, or None.
        rank: That leader's rank in the unit: first, deputy or other.
    """

    unit: str
    name: str
    leader: str | None
    rank: str | None
    left_on: date | None
    left_reason: str | None


@frozen(kw_only=True)
class MinuteRow:
    """One line of the minutes of one of a trip's meetings."""

    meeting_id: int
    investor: str
    kind: str
    text: str


@frozen(kw_only=True)
class OutcomeRow:
    """A lead that a trip started or advanced.

    Attributes:
        started: It was opened on or after the day its investor was met.
        steps: So many stages forward, on or after the day of a meeting about it.
        from_stage: Where it stood before the first of these steps; None when there is none.
        to_stage: Where the last of them led; of a lead that was started alone, the first stage.
        on: The day of the last of them.
    """

    lead_id: int
    lead: str
    investor: str
    started: bool
    steps: int
    from_stage: str | None
    to_stage: str
    on: date


@frozen(kw_only=True)
class CostRow(Described):
    """A cost of a trip, also a withdrawn one."""

    id: int
    kind: str
    item: str
    amount: Money
    spent_on: date | None
    reference: str | None
    recorded_by: str
    recorded_on: date
    withdrawn_on: date | None
    withdrawn_reason: str | None


@frozen(kw_only=True)
class CostSum:
    """Budget and spending of a trip in one currency; currencies are never added up.

    Attributes:
        left: What is left of the budget; negative when more was spent.
    """

    budget: Money
    actual: Money
    left: Money


@frozen(kw_only=True)
class TripRow(Described):
    """A trip with the numbers of its plan; *members* are the current ones.

    Attributes:
        state: planned, under_way, returned, closed or cancelled.
        abroad: Whether a stay leads abroad; None while no country is known.
        units: How many units take part, the one that sends it among them.
        owner: The desk that sees to it and reports.
        announced_on: The day it was announced; *notice_due_on* is the last day in time, *late* says that it was late.
        report_due_on: Until when it reports; *report_days_left* and *report_overdue* are of one that has returned and
            is not closed.
    """

    id: int
    code: str
    title: str
    leader: str
    rank: str
    starts_on: date
    ends_on: date
    unit: str | None
    owner: str | None
    state: str
    abroad: bool | None
    units: int
    members: int
    planned: int
    done: int
    cancelled: int
    announced_on: date | None
    notice_due_on: date | None
    late: bool
    late_reason: str | None
    report_due_on: date | None
    report_days_left: int | None
    report_overdue: bool
    closed: bool
    version: int


@frozen(kw_only=True)
class TripCard:
    """The report on a trip: planned and made visits, and the outcome.

    Attributes:
        unplanned: Meetings of the trip that no planned visit asked for.
        minutes: The minutes of its meetings, in the order they were held.
        followups: The follow-ups of its meetings, by due day.
        leads: What its meetings started or moved forward, until *outcome_until*; hidden leads are left out.
        costs: None for a reader without the right to see them.
        sums: Budget and spending, one for each currency; None for a reader without the right.
    """

    row: TripRow
    purpose: str | None
    outcome: str | None
    cancel_reason: str | None
    outcome_until: date | None
    legs: tuple[LegRow, ...]
    units: tuple[PartnerRow, ...]
    members: tuple[MemberRow, ...]
    visits: tuple[VisitRow, ...]
    unplanned: tuple[MeetingRow, ...]
    minutes: tuple[MinuteRow, ...]
    followups: tuple[FollowUpRow, ...]
    leads: tuple[OutcomeRow, ...]
    costs: tuple[CostRow, ...] | None
    sums: tuple[CostSum, ...] | None


@frozen(kw_only=True)
class TripFigures:
    """The totals of the trips that departed in a period. A trip of several units counts once.

    Attributes:
        trips: Those that departed and were not cancelled.
        abroad: Those with a stay abroad; *home* those with stays at home alone, *unplaced* those without any.
        led_by_city: Those that a leader of the city leads.
        led_by_first: Those that a unit's first person leads.
        late: Those announced late.
        visits: Their meetings, messages left out, of those the reader may see.
        investors: The different investors they met there.
        leads_started: The leads they started, of those the reader may see by name; *leads_moved* those they moved
            forward.
    """

    since: date
    until: date
    delegations: int
    abroad: int
    home: int
    unplaced: int
    led_by_city: int
    led_by_first: int
    late: int
    visits: int
    investors: int
    leads_started: int
    leads_moved: int


@frozen(kw_only=True)
class UnitTripFigures:
    """The trips of a period that one unit sent or took part in.

    A trip counts for each such unit, and once for the city.

    Attributes:
        led: Those that the unit's first person led for it (一把手招商); *led_abroad* and *led_home* of them.
    """

    unit_id: int
    unit: str
    name: str
    kind: str
    delegations: int
    abroad: int
    home: int
    led: int
    led_abroad: int
    led_home: int
