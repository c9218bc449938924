"""The ranking of referrers as a report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from crm.errors import N_
from crm.reads.kernel.rows import Entries
from crm.reads.referrals.rows import CreditRow
from crm.reports.shared import hidden
from crm.reports.sheet import Chart, Column, Figure, Method, Report, Table
from crm.rules.access import Actor
from crm.values.period import Period
from crm.values.sentences import said


def report(
    rows: Sequence[CreditRow],
    introduced: Sequence[int],
    actor: Actor | None,
    period: Period,
    *,
    as_of: datetime,
    explain: bool = False,
) -> Report:
    """Return the ranking of referrers in a period.

    Args:
        rows: What each has earned, in the order of the ranking.
        introduced: The referrals of the period that stand.
        actor: The actor.
        period: In which leads were introduced and capital arrived.
        as_of: The instant that is now.
        explain: Name the referrals behind their number.
    """
    columns = (
        Column("referrer", said(N_("Referrer"))),
        Column("rank", said(N_("Ranked")), "count", drops=1),
        Column("leads", said(N_("Leads")), "count"),
        Column("signed", said(N_("Signed")), "count"),
        Column("landed", said(N_("Landed")), "count"),
        Column("capital", said(N_("Capital")), "money"),
        Column("chain_leads", said(N_("Indirect leads")), "count", drops=2),
        Column("chain_capital", said(N_("Indirect capital")), "money", drops=3),
    )
    table = Table(
        key="referrers",
        title=said(N_("Leads by referrer")),
        columns=columns,
        adds_up=False,
        rows=tuple(
            (row.referrer, rank, row.leads, row.signed, row.landed, row.capital, row.chain_leads, row.chain_capital)
            for rank, row in enumerate(rows, 1)
        ),
        note=said(
            N_(
                "A lead with several referrers counts for each of them; its capital is shared. Indirect "
                "referrals are separate columns."
            )
        ),
    )
    charts = (
        Chart(
            key="referrers",
            title=said(N_("Leads brought")),
            kind="bar",
            table="referrers",
            labels="referrer",
            values=("leads", "landed"),
        ),
    )
    return Report(
        name="referrals",
        title=said(N_("Referrals")),
        period=period,
        as_of=as_of,
        method=Method(
            (
                said(N_("Leads introduced in {period}, and verified capital that arrived in it."), period=period),
                said(N_("Capital counts by the shares of referrals that the referred party has confirmed.")),
                said(N_("Ranked by leads landed, then signed, then brought.")),
            ),
            "referrals-1",
        ),
        left_out=hidden(actor),
        figures=(
            Figure(key="referrers", label=said(N_("Referrers")), value=len(rows)),
            Figure(
                key="introduced",
                label=said(N_("Referrals")),
                value=len(introduced),
                entries=(Entries("referral", tuple(introduced)),) if explain else (),
            ),
            Figure(
                key="first", label=said(N_("First referrer")), value=rows[0].referrer if rows else None, kind="text"
            ),
        ),
        tables=(table,),
        charts=charts if rows else (),
    )
