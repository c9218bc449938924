"""The report on a trip: planned and made visits, and the outcome."""

from __future__ import annotations

from datetime import datetime

from crm.errors import N_
from crm.reads.kernel.rows import Entries
from crm.reads.trips.rows import TripCard
from crm.reports.shared import hidden
from crm.reports.sheet import Column, Figure, Method, Report, Table
from crm.rules.access import Actor
from crm.values.period import Period
from crm.values.sentences import Coded, said


def report(card: TripCard, actor: Actor | None, *, as_of: datetime, explain: bool = False) -> Report:
    """Return the report on a trip.

    Args:
        card: The trip, with what belongs to it.
        actor: For whom; costs show to those who may see them.
        as_of: The instant that is now.
        explain: Name the meetings and leads behind the figures.
    """
    row = card.row
    met = tuple(visit.meeting_id for visit in card.visits if visit.meeting_id is not None)
    unplanned = tuple(meeting.id for meeting in card.unplanned)
    started = tuple(lead.lead_id for lead in card.leads if lead.started)
    moved = tuple(lead.lead_id for lead in card.leads if lead.steps)

    def behind(record: str, ids: tuple[int, ...]) -> tuple[Entries, ...]:
        return (Entries(record, ids),) if explain and ids else ()

    figures = (
        Figure(key="state", label=said(N_("State")), value=Coded("trip state", row.state), kind="text"),
        Figure(
            key="leader",
            label=said(N_("Leader")),
            value=row.leader,
            kind="text",
            beside=((said(N_("Rank")), "text", Coded("rank", row.rank)),),
        ),
        Figure(key="members", label=said(N_("Members")), value=row.members),
        Figure(key="units", label=said(N_("Units that take part")), value=row.units),
        Figure(key="planned", label=said(N_("Visits planned")), value=len(card.visits)),
        Figure(key="done", label=said(N_("Visits done")), value=row.done, entries=behind("meeting", met)),
        Figure(key="cancelled", label=said(N_("Visits cancelled")), value=row.cancelled),
        Figure(
            key="unplanned",
            label=said(N_("Meetings outside the plan")),
            value=len(unplanned),
            entries=behind("meeting", unplanned),
        ),
        Figure(
            key="leads_started", label=said(N_("Leads started")), value=len(started), entries=behind("lead", started)
        ),
        Figure(key="leads_moved", label=said(N_("Leads advanced")), value=len(moved), entries=behind("lead", moved)),
        Figure(key="report_due_on", label=said(N_("Report due")), value=row.report_due_on, kind="day"),
    )
    return Report(
        name="trip",
        title=row.title,
        period=Period.through(row.starts_on, row.ends_on),
        as_of=as_of,
        method=Method(
            (
                said(N_("A lead was started if it was opened on or after the day of a meeting with its investor.")),
                said(N_("A lead was advanced if it moved forward on or after the day of a meeting about it.")),
                *(
                    (said(N_("Leads count until {day}."), day=card.outcome_until),)
                    if card.outcome_until is not None
                    else ()
                ),
            ),
            "trip-1",
        ),
        left_out=hidden(actor),
        figures=figures,
        tables=tuple(table for table in _tables(card) if table.rows),
    )


def _tables(card: TripCard) -> tuple[Table, ...]:
    return (_stays(card), _units(card), _visits(card), _leads(card), _minutes(card), _promises(card), _costs(card))


def _stays(card: TripCard) -> Table:
    return Table(
        key="stays",
        title=said(N_("Stays of the trip")),
        adds_up=False,
        columns=(
            Column("place", said(N_("Place"))),
            Column("country", said(N_("Country")), drops=1),
            Column("arrives_on", said(N_("Arrives")), "day"),
            Column("leaves_on", said(N_("Leaves")), "day"),
        ),
        rows=tuple((leg.place, leg.country, leg.arrives_on, leg.leaves_on) for leg in card.legs),
    )


def _units(card: TripCard) -> Table:
    return Table(
        key="units",
        title=said(N_("Units that take part")),
        adds_up=False,
        columns=(
            Column("unit", said(N_("Unit"))),
            Column("leader", said(N_("Leader"))),
            Column("rank", said(N_("Rank"))),
            Column("left_on", said(N_("Left on")), "day", drops=1),
        ),
        rows=tuple(
            (unit.name, unit.leader, Coded("rank", unit.rank) if unit.rank else None, unit.left_on)
            for unit in card.units
        ),
        note=said(N_("The trip counts for each participating unit, and once for the city.")),
    )


def _visits(card: TripCard) -> Table:
    return Table(
        key="visits",
        title=said(N_("Planned and made visits")),
        adds_up=True,
        columns=(
            Column("investor", said(N_("Investor"))),
            Column("planned_on", said(N_("Planned for")), "day", drops=2),
            Column("state", said(N_("State"))),
            Column("on", said(N_("Met")), "day"),
            Column("about", said(N_("Subject")), drops=1),
        ),
        rows=(
            *(
                (
                    visit.investor,
                    visit.planned_on,
                    Coded("planned visit", visit.state),
                    visit.at.local.date() if visit.at else None,
                    visit.reason or visit.purpose,
                )
                for visit in card.visits
            ),
            *(
                (meeting.investor, None, said(N_("outside the plan")), meeting.at.local.date(), meeting.summary)
                for meeting in card.unplanned
            ),
        ),
    )


def _leads(card: TripCard) -> Table:
    return Table(
        key="leads",
        title=said(N_("Outcome")),
        adds_up=False,
        columns=(
            Column("lead", said(N_("Lead"))),
            Column("investor", said(N_("Investor")), drops=1),
            Column("how", said(N_("How"))),
            Column("from", said(N_("From stage")), drops=2),
            Column("to", said(N_("To stage"))),
            Column("on", said(N_("Day")), "day"),
        ),
        rows=tuple(
            (
                lead.lead,
                lead.investor,
                said(N_("started")) if lead.started else said(N_("advanced")),
                Coded("stage", lead.from_stage) if lead.from_stage else None,
                Coded("stage", lead.to_stage),
                lead.on,
            )
            for lead in card.leads
        ),
    )


def _minutes(card: TripCard) -> Table:
    return Table(
        key="minutes",
        title=said(N_("Minutes")),
        adds_up=False,
        columns=(
            Column("investor", said(N_("Investor"))),
            Column("kind", said(N_("Kind"))),
            Column("text", said(N_("What"))),
        ),
        rows=tuple((minute.investor, Coded("minutes", minute.kind), minute.text) for minute in card.minutes),
    )


def _promises(card: TripCard) -> Table:
    return Table(
        key="followups",
        title=said(N_("Follow-ups")),
        adds_up=True,
        columns=(
            Column("due_on", said(N_("Due")), "day"),
            Column("text", said(N_("What"))),
            Column("owner", said(N_("Owner"))),
            Column("state", said(N_("State"))),
            Column("investor", said(N_("Investor")), drops=1),
        ),
        rows=tuple(
            (
                followup.due_on,
                followup.text,
                followup.owner,
                said(N_("done"))
                if followup.done_at is not None
                else said(N_("overdue"))
                if followup.overdue
                else said(N_("open")),
                followup.investor,
            )
            for followup in card.followups
        ),
    )


def _costs(card: TripCard) -> Table:
    return Table(
        key="costs",
        title=said(N_("Budget and spending")),
        adds_up=False,
        columns=(
            Column("currency", said(N_("Currency"))),
            Column("budget", said(N_("Budget")), "money"),
            Column("actual", said(N_("Spent")), "money"),
            Column("left", said(N_("Remaining budget")), "money"),
        ),
        rows=tuple((row.budget.currency, row.budget, row.actual, row.left) for row in card.sums or ()),
    )
