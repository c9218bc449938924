"""The weekly report of a station or a unit: new leads, moves, visits, arrivals, overdue."""

from __future__ import annotations

from datetime import datetime

from crm.errors import N_
from crm.reads.kernel.rows import Entries
from crm.reads.places.week import Week
from crm.reports.shared import arrivals_table, due_table, hidden, meetings_table, moves_table
from crm.reports.sheet import Column, Figure, Method, Report, Table, sum_of
from crm.rules.access import Actor
from crm.values.period import Period
from crm.values.sentences import Words, said

_METHOD = (
    said(N_("Leads count for the station and the unit that have them now.")),
    said(N_("Meetings have people on both sides; messages do not count.")),
    said(N_("Arrivals are all entries of these days, verified or not; reversals are deducted.")),
    said(N_("Overdue is what is overdue on the day of the report.")),
)


def report(
    found: Week, place: Words, actor: Actor | None, period: Period, *, as_of: datetime, explain: bool = False
) -> Report:
    """Return the weekly.

    Args:
        found: What happened.
        place: The name of the station or the unit.
        actor: For whom.
        period: The days.
        as_of: The instant that is now.
        explain: Name the records behind the figures.
    """

    def behind(record: str, ids: tuple[int, ...]) -> tuple[Entries, ...]:
        return (Entries(record, ids),) if explain and ids else ()

    received, met = tuple(row.id for row in found.received), tuple(row.id for row in found.meetings)
    advanced = tuple(dict.fromkeys(move.lead_id for move in found.moves if move.kind == "advance"))
    arrived = tuple(row.id for row in found.arrivals)
    counted = (
        ("received", said(N_("New leads")), received, "lead"),
        ("advanced", said(N_("Leads advanced")), advanced, "lead"),
        ("meetings", said(N_("Meetings")), met, "meeting"),
    )
    figures = (
        *(Figure(key=key, label=label, value=len(ids), entries=behind(kind, ids)) for key, label, ids, kind in counted),
        Figure(
            key="arrived",
            label=said(N_("Capital arrived")),
            value=sum_of(row.amount for row in found.arrivals),
            kind="money",
            entries=behind("capital_arrival", arrived),
        ),
        Figure(key="overdue", label=said(N_("Overdue")), value=len(found.overdue)),
    )
    tables = (
        _received(found),
        moves_table(found.moves),
        meetings_table("meetings", found.meetings),
        arrivals_table(found.arrivals),
        due_table("overdue", said(N_("Overdue")), found.overdue),
    )
    return Report(
        name="weekly",
        title=said(N_("Weekly: {place}"), place=place),
        period=period,
        as_of=as_of,
        method=Method(_METHOD, "weekly-1"),
        left_out=hidden(actor),
        figures=figures,
        tables=tuple(table for table in tables if table.rows),
    )


def _received(found: Week) -> Table:
    return Table(
        key="received",
        title=said(N_("New leads")),
        adds_up=True,
        columns=(
            Column("on", said(N_("Received")), "day"),
            Column("lead", said(N_("Lead"))),
            Column("investor", said(N_("Investor"))),
            Column("expected", said(N_("Expected")), "money", drops=1),
            Column("owner", said(N_("Owner")), drops=2),
        ),
        rows=tuple((row.received_on, row.title, row.investor, row.expected, row.owner) for row in found.received),
    )
