"""The month of a station, and the work of ambassadors, as reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from crm.errors import N_
from crm.reads.kernel.rows import Entries
from crm.reads.places.activity_rows import Activity, AmbassadorRow, StationMonthCard
from crm.reports.shared import hidden, meetings_table, moves_table
from crm.reports.sheet import Cell, Chart, Column, Figure, Method, Report, Table
from crm.rules.access import Actor
from crm.values.period import Period
from crm.values.sentences import Coded, Named, Words, said

#: What both reports count, in the order of the work: the field, its name, and which leave first on a narrow page.
_COUNTED: tuple[tuple[str, str, int], ...] = (
    ("visits", N_("Meetings"), 0), ("investors", N_("Investors met"), 1), ("leads_opened", N_("Leads opened"), 0),
    ("leads_moved", N_("Leads advanced"), 0), ("leads_landed", N_("Landed"), 2), ("leads_lost", N_("Lost"), 4),
    ("leads_abandoned", N_("Abandoned"), 8), ("followups_kept", N_("Follow-ups done in time"), 3),
    ("followups_late", N_("Follow-ups done late"), 6), ("followups_open", N_("Follow-ups open"), 7),
    ("followups_overdue", N_("Follow-ups overdue"), 2), ("requests_accepted", N_("Requests accepted"), 9),
    ("requests_solved", N_("Requests solved"), 3), ("requests_unsolvable", N_("Requests unsolvable"), 10),
    ("requests_open", N_("Requests open"), 9),
)  # fmt: skip
_EVENTS: tuple[tuple[str, str, int], ...] = (
    ("events_held", N_("Events held"), 0),
    ("events_planned", N_("Events planned"), 0),
)
_METHOD = (
    said(N_("Meetings have people on both sides; messages do not count.")),
    said(N_("A lead counts once in each column, however often it applies.")),
    said(N_(
        "A follow-up is in time if done by its due day. Open ones are those at the end of the period, or "
        "today if it is not over."
    )),
)  # fmt: skip


def ambassadors(rows: Sequence[AmbassadorRow], actor: Actor | None, period: Period, *, as_of: datetime) -> Report:
    """Return the work of each ambassador in a period, and of others who did something.

    Args:
        rows: What each did, by username.
        actor: The actor.
        period: The period.
        as_of: The instant that is now.
    """
    columns = (
        Column("username", said(N_("Staff member"))),
        Column("place", said(N_("Station or unit")), drops=5),
        *(Column(field, said(heading), "count", drops=drops) for field, heading, drops in _COUNTED),
    )
    table = Table(
        key="ambassadors",
        title=said(N_("Work of each person")),
        columns=columns,
        adds_up=False,
        rows=tuple((row.username, row.station or row.unit, *_counts(row, _COUNTED)) for row in rows),
        note=said(N_("If several people take part in a meeting or work on a lead, it counts for each of them.")),
    )
    charts = (
        Chart(
            key="visits",
            title=said(N_("Meetings")),
            kind="bar",
            table="ambassadors",
            labels="username",
            values=("visits",),
        ),
        Chart(
            key="leads",
            title=said(N_("Leads")),
            kind="bar",
            table="ambassadors",
            labels="username",
            values=("leads_opened", "leads_moved"),
        ),
    )
    return Report(
        name="ambassadors",
        title=said(N_("Ambassadors")),
        period=period,
        as_of=as_of,
        method=Method(_METHOD, "work-1"),
        left_out=hidden(actor),
        figures=(Figure(key="people", label=said(N_("Staff")), value=len(rows)),),
        tables=(table,),
        charts=charts if rows else (),
    )


def station(
    card: StationMonthCard, actor: Actor | None, period: Period, *, as_of: datetime, explain: bool = False
) -> Report:
    """Return the work of a station in a month.

    Args:
        card: Its figures, and the records behind them.
        actor: The actor.
        period: The month.
        as_of: The instant that is now.
        explain: Name the meetings, leads and events behind the figures.
    """
    row = card.row
    talks, moves = meetings_table("talks", card.meetings), moves_table(card.moves)
    owed = Table(
        key="followups",
        title=said(N_("Open follow-ups of its staff today")),
        adds_up=True,
        columns=(
            Column("due_on", said(N_("Due")), "day"),
            Column("text", said(N_("What"))),
            Column("investor", said(N_("Investor")), drops=1),
            Column("owner", said(N_("Owner"))),
            Column("days_left", said(N_("Days left")), "due", drops=2),
        ),
        rows=tuple(
            (followup.due_on, followup.text, followup.investor, followup.owner, followup.days_left)
            for followup in card.followups
            if followup.done_at is None
        ),
    )
    held = Table(
        key="events",
        title=said(N_("Events")),
        adds_up=True,
        columns=(
            Column("on", said(N_("Day")), "day"),
            Column("title", said(N_("Event"))),
            Column("state", said(N_("State"))),
            Column("people", said(N_("Attended")), "count"),
            Column("leads", said(N_("Leads")), "count"),
        ),
        rows=tuple(
            (event.starts_on, event.title, Coded("event state", event.state), event.people, event.leads)
            for event in card.events
        ),
    )
    behind = {
        "visits": Entries("meeting", tuple(meeting.id for meeting in card.meetings)),
        "leads_opened": _leads(card, "open"),
        "leads_moved": _leads(card, "advance"),
        "leads_lost": _leads(card, "lose"),
        "leads_abandoned": _leads(card, "abandon"),
        "events_held": Entries("event", tuple(event.id for event in card.events if event.state == "held")),
        "events_planned": Entries("event", tuple(event.id for event in card.events if event.state == "planned")),
    }
    figures = tuple(
        Figure(
            key=field,
            label=said(heading),
            value=getattr(row, field),
            entries=(behind[field],) if explain and field in behind and behind[field].ids else (),
        )
        for field, heading, _ in (*_COUNTED, *_EVENTS)
    )
    title: Words = Named(row.name, row.name_en, row.station)
    return Report(
        name="station",
        title=title,
        period=period,
        as_of=as_of,
        method=Method(
            (*_METHOD, said(N_("A lead counts for the station it had when the move was recorded."))), "work-1"
        ),
        left_out=hidden(actor),
        figures=figures,
        tables=tuple(table for table in (talks, moves, owed, held) if table.rows),
    )


def _leads(card: StationMonthCard, kind: str) -> Entries:
    return Entries("lead", tuple(dict.fromkeys(move.lead_id for move in card.moves if move.kind == kind)))


def _counts(row: Activity, fields: Iterable[tuple[str, str, int]]) -> tuple[Cell, ...]:
    return tuple(getattr(row, field) for field, _, _ in fields)
