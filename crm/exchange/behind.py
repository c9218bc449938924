"""The records behind the figures of a report, for those formats that can show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from crm.errors import N_
from crm.reports.entries import EntryRow
from crm.reports.sheet import Coded, Column, Report, Table, said
from crm.values.moments import bureau_day


@frozen
class Behind:
    """Records by the key of the figure they stand behind; the first of many.

    Attributes:
        rows: The records.
    """

    rows: Mapping[str, tuple[EntryRow, ...]]

    def tree(self) -> dict[str, list[dict[str, Any]]]:
        """Return them as JSON has them."""
        return {key: [_plain(row) for row in rows] for key, rows in self.rows.items()}

    def tables(self, report: Report) -> tuple[Table, ...]:
        """Return them as tables, one for each figure, in the order of the report."""
        return tuple(
            Table(
                key=f"entries_{figure.key}",
                title=said(
                    N_("Behind the figure: {label}, {shown} of {all}"), label=figure.label,
                    shown=len(self.rows[figure.key]), all=sum(len(each.ids) for each in figure.entries),
                ),
                columns=COLUMNS,
                rows=tuple(
                    (Coded("record", row.record), row.id, row.what, row.on, row.amount, row.by, _day(row), row.document)
                    for row in self.rows[figure.key]
                ),
                adds_up=False,
            )
            for figure in report.figures
            if self.rows.get(figure.key)
        )  # fmt: skip


COLUMNS = (
    Column("record", said(N_("Record"))),
    Column("id", said(N_("No.")), "count"),
    Column("what", said(N_("What"))),
    Column("on", said(N_("Day")), "day", drops=1),
    Column("amount", said(N_("Amount")), "money", drops=3),
    Column("by", said(N_("Recorded by"))),
    Column("at", said(N_("Recorded on")), "day"),
    Column("document", said(N_("Document")), drops=2),
)


def _day(row: EntryRow) -> Any:
    return None if row.at is None else bureau_day(row.at)


def _plain(row: EntryRow) -> dict[str, Any]:
    amount = row.amount
    return {
        "record": row.record,
        "id": row.id,
        "what": row.what,
        "on": None if row.on is None else row.on.isoformat(),
        "amount": None if amount is None else {"minor": amount.minor, "currency": amount.currency, "text": str(amount)},
        "by": row.by,
        "at": None if row.at is None else row.at.isoformat(),
        "document": row.document,
    }
