"""A report that has everything: every kind of value, hostile texts, amounts of several currencies, what is not available."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from attrs import evolve

from crm.errors import N_
from crm.exchange.reports.entries import ReportEntries
from crm.reads.kernel.rows import Entries
from crm.reads.ledgers.entries import UnderlyingRecord
from crm.reports.sheet import Chart, Column, Figure, LeftOut, Method, Report, Table
from crm.values.money import Money
from crm.values.period import Period
from crm.values.sentences import Coded, Named, NotAvailable, said

HOSTILE = '=HYPERLINK("http://evil.example","x")<script>alert(1)</script>&amp;'
_COLUMNS = (
    Column("name", said(N_("Stage"))), Column("count", said(N_("Leads")), "count"), Column("money", said(N_("Expected")), "money"),
    Column("share", said(N_("To next stage")), "share"), Column("growth", "Growth", "growth"), Column("points", "Points", "points"),
    Column("day", said(N_("Day")), "day"), Column("days", said(N_("Days, median")), "days"), Column("several", "Several", "money"),
)  # fmt: skip
_ROWS = (
    (
        Coded("stage", "contact"), 1_234_567, Money(313_700_000_000, "USD"), Fraction(34_450, 313_700), Fraction(7), Fraction(1002, 10_000),
        date(2022, 12, 31), Fraction(123, 2), (Money(100, "EUR"), Money(5, "JPY")),
    ),
    (HOSTILE, 0, Money(-150, "USD"), NotAvailable(said(N_("the denominator is zero"))), Fraction(-1, 3), 0, None, None, ()),
    (Named("东京投资促进联络站", "Tokyo station", "tokyo"), 3, None, 1, 0, Fraction(-5, 1000), None, 12, (Money(7, "USD"),)),
    (Period.quarter(2022, 4), 2, Money(50_000_000, "JPY"), Fraction(1, 3), Fraction(1, 200_000), 0, date(2023, 1, 1), Fraction(1, 4), ()),
)  # fmt: skip


def everything(**changes: Any) -> Report:
    """Return it."""
    values = Table(
        key="values", title=said(N_("Stage by stage")), columns=_COLUMNS, rows=_ROWS, adds_up=True, note=said(N_("By the stage at that time.")),
        total=("∑", 1_234_572, None, None, None, None, None, None, None),
    )  # fmt: skip
    parts = Table(
        key="parts",
        title=HOSTILE,
        columns=(Column("name", "Name"), Column("one", "One", "count"), Column("two", "Two", "count")),
        rows=tuple((f"第{number}组", number * 7 % 13, number) for number in range(1, 16)),
        adds_up=False,
    )
    charts = tuple(
        Chart(key=kind, title=said(N_("Stages reached")), kind=kind, table="parts", labels="name", values=("one", "two")[: 1 + (kind != "funnel")])
        for kind in ("bar", "stacked", "line", "funnel")
    )  # fmt: skip
    return evolve(
        Report(
            name="everything",
            title=said(N_("The funnel")),
            period=Period.year(2022),
            as_of=datetime(2023, 2, 18, 2, tzinfo=UTC),
            method=Method((said(N_("Leads received in {period}."), period=Period.year(2022)), HOSTILE), "everything-1"),
            denominators=(said(N_("Each share is of the leads that reached the stage in its row.")),),
            left_out=(LeftOut(said(N_("Lost, abandoned and exited leads.")), 3), LeftOut(HOSTILE)),
            figures=(
                Figure(key="money", label=said(N_("Expected")), value=Money(313_700_000_000, "USD"), kind="money",
                       beside=((said(N_("of the leads")), "share", Fraction(34_450, 313_700)), ("", "growth", Fraction(1802, 10_000))),
                       entries=(Entries("lead", (1, 2)),)),
                Figure(key="days", label=HOSTILE, value=Fraction(123, 2), kind="days"),
                Figure(key="none", label="N", value=NotAvailable("unknown"), kind="count"),
            ),
            tables=(values, parts),
            charts=charts,
        ),
        **changes,
    )  # fmt: skip


def behind() -> ReportEntries:
    """Return the records behind its figures."""
    at = datetime(2022, 12, 31, 16, 30, tzinfo=UTC)
    row = UnderlyingRecord(
        record="lead", id=1, what=HOSTILE, on=date(2022, 12, 31), amount=Money(100, "USD"), by="tokyo.desk", at=at, document="文件"
    )  # fmt: skip
    return ReportEntries({"money": (row, evolve(row, id=2, amount=None, on=None, document=None)), "days": ()})
