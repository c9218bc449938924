"""The records behind the figures of a report, for formats that can show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from attrs import frozen

from crm.errors import N_
from crm.reads.ledgers.entries import UnderlyingRecord
from crm.reports.sheet import Cell, Column, Report, Table
from crm.values.moments import bureau_day
from crm.values.money import Money
from crm.values.rates import written
from crm.values.sentences import Coded, Words, said


@frozen
class ReportEntries:
    """The first records behind each figure, by its key.

    Attributes:
        rows: The records.
    """

    rows: Mapping[str, tuple[UnderlyingRecord, ...]]

    def tree(self) -> dict[str, list[dict[str, object]]]:
        """Return them as JSON."""
        return {key: [_plain(row) for row in rows] for key, rows in self.rows.items()}

    def tables(self, report: Report) -> tuple[Table, ...]:
        """Return them as tables, one for each figure, in the order of the report."""
        return tuple(
            Table(
                key=f"entries_{figure.key}",
                title=said(
                    N_("Records behind {label}: {shown} of {all}"),
                    label=figure.label,
                    shown=len(rows),
                    all=sum(len(entry.ids) for entry in figure.entries),
                ),
                columns=columns,
                rows=tuple(tuple(_cell(row, column.key) for column in columns) for row in rows),
                adds_up=False,
            )
            for figure in report.explained
            if (rows := self.rows.get(figure.key))
            for columns in [_columns(rows)]
        )

    def nothing(self, report: Report) -> tuple[Words, ...]:
        """Return the names of the requested figures without visible records."""
        return tuple(figure.label for figure in report.explained if self.rows.get(figure.key) == ())


#: What is said of every record; on a narrow page what is less needed to find it again leaves first.
_ALL = (
    Column("record", said(N_("Record"))),
    Column("id", said(N_("No.")), "count"),
    Column("what", said(N_("What"))),
    Column("on", said(N_("Day")), "day", drops=1),
    Column("amount", said(N_("Amount")), "exact", drops=3),
    Column("by", said(N_("Recorded by")), whole=True),
    Column("at", said(N_("Recorded on")), "day"),
    Column("document", said(N_("Document")), drops=2),
)
#: What is said of entries of a ledger: what each adds to the figure, and the three who signed it, stay on the narrowest
#: page.
_LEDGER = (
    Column("record", said(N_("Record")), drops=12),
    Column("id", said(N_("No.")), "count"),
    Column("what", said(N_("What")), drops=3),
    Column("on", said(N_("Day")), "day", drops=1),
    Column("amount", said(N_("Amount")), "exact", drops=4),
    Column("usd", said(N_("In US dollars")), "exact"),
    Column("usd_rate", said(N_("Rate")), drops=9),
    Column("rate_on", said(N_("Day of the rate")), "day", drops=8),
    Column("rate_source", said(N_("Of the table")), drops=11),
    Column("by", said(N_("Recorded by")), whole=True),
    Column("at", said(N_("Recorded on")), "day", drops=5),
    Column("verified_by", said(N_("Verified by")), whole=True),
    Column("verified_at", said(N_("Verified on")), "day", drops=7),
    Column("confirmed_by", said(N_("Confirmed by")), whole=True),
    Column("confirmed_at", said(N_("Confirmed on")), "day", drops=6),
    Column("document", said(N_("Document")), drops=2),
)
_MOMENTS = {"at", "verified_at", "confirmed_at"}


def _columns(rows: Sequence[UnderlyingRecord]) -> tuple[Column, ...]:
    return _LEDGER if any(row.usd is not None for row in rows) else _ALL


def _cell(row: UnderlyingRecord, key: str) -> Cell:
    value = getattr(row, key)
    if value is None:
        return None
    if key == "record":
        return Coded("record", value)
    if key == "usd_rate":
        return written(value)
    return bureau_day(value) if key in _MOMENTS else value


def _plain(row: UnderlyingRecord) -> dict[str, object]:
    return {
        "record": row.record,
        "id": row.id,
        "what": row.what,
        "on": _day(row.on),
        "amount": _money(row.amount),
        "by": row.by,
        "at": _day(row.at),
        "document": row.document,
        "verified_by": row.verified_by,
        "verified_at": _day(row.verified_at),
        "confirmed_by": row.confirmed_by,
        "confirmed_at": _day(row.confirmed_at),
        "usd": _money(row.usd),
        "usd_rate": None if row.usd_rate is None else written(row.usd_rate),
        "rate_source": row.rate_source,
        "rate_on": _day(row.rate_on),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _money(amount: Money | None) -> dict[str, object] | None:
    return None if amount is None else {"minor": amount.minor, "currency": amount.currency, "text": str(amount)}
