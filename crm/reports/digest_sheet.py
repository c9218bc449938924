"""The digest of a person, a station or a unit: overdue, due soon, stale, arrived."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from crm.errors import N_
from crm.reads.deadlines import DueRow
from crm.reads.leads.rows import LeadRow
from crm.reads.ledgers.rows import ArrivalRow
from crm.reports.shared import arrivals_table, due_table, hidden
from crm.reports.sheet import Column, Figure, Method, Report, Table, sum_of
from crm.rules.access import Actor
from crm.values.period import Period
from crm.values.sentences import Coded, Words, said


def report(
    due: Sequence[DueRow],
    stale: Sequence[LeadRow],
    arrivals: Sequence[ArrivalRow],
    whose: Words,
    actor: Actor | None,
    period: Period,
    *,
    as_of: datetime,
) -> Report:
    """Return the digest.

    Args:
        due: What is overdue, or due until the last day of the period.
        stale: Leads without activity.
        arrivals: Entries of the ledger of capital since the first day of the period.
        whose: The name of the person, the station or the unit.
        actor: For whom.
        period: From the first day that arrivals count to the last day that deadlines do.
        as_of: The instant that is now.
    """
    overdue = [row for row in due if row.overdue]
    soon = [row for row in due if not row.overdue]
    figures = (
        Figure(key="overdue", label=said(N_("Overdue")), value=len(overdue)),
        Figure(key="due", label=said(N_("Due soon")), value=len(soon)),
        Figure(key="stale", label=said(N_("Stale leads")), value=len(stale)),
        Figure(
            key="arrived", label=said(N_("Capital arrived")), value=sum_of(row.amount for row in arrivals), kind="money"
        ),
    )
    tables = (
        due_table("overdue", said(N_("Overdue")), overdue),
        due_table("due", said(N_("Due soon")), soon),
        _stale(stale),
        arrivals_table(arrivals),
    )
    return Report(
        name="digest",
        title=said(N_("Digest: {whose}"), whose=whose),
        period=period,
        as_of=as_of,
        method=Method(
            (said(N_("A lead is stale if nothing is recorded of it for as long as its stage allows.")),), "digest-1"
        ),
        left_out=hidden(actor),
        figures=figures,
        tables=tuple(table for table in tables if table.rows),
    )


def _stale(rows: Sequence[LeadRow]) -> Table:
    return Table(
        key="stale",
        title=said(N_("Stale leads")),
        adds_up=True,
        columns=(
            Column("lead", said(N_("Lead"))),
            Column("investor", said(N_("Investor"))),
            Column("stage", said(N_("Stage"))),
            Column("days", said(N_("Days at stage")), "count"),
            Column("owner", said(N_("Owner")), drops=1),
        ),
        rows=tuple((row.title, row.investor, Coded("stage", row.stage), row.days_in_stage, row.owner) for row in rows),
    )
