"""Every row of every table, streamed: what an export of the whole database is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen
from sqlalchemy import Table, func, literal, select, union_all
from sqlalchemy.orm import Session

from crm.models import Base
from crm.models.binding import OURS
from crm.reads.audit.raw import stream


@frozen
class TableRows:
    """The rows of a table, to be read once.

    Attributes:
        table: The table.
        rows: Its rows by primary key, each with the values of all columns; a value that cannot be read is an
            :class:`crm.reads.audit.raw.Unreadable`.
    """

    table: Table
    rows: Iterator[tuple[Any, ...]]


def counts(session: Session) -> Mapping[str, int]:
    """Return the number of rows of each table, parents before children where there is no circle. One statement."""
    tables = Base.metadata.sorted_tables
    counted = (select(literal(table.name), func.count()).select_from(table) for table in tables)
    rows = session.execute(union_all(*counted), bind_arguments=OURS)
    found = {name: count for name, count in rows}  # noqa: C416 - rows are no pairs to mypy
    return {table.name: found[table.name] for table in tables}


def tables(session: Session) -> Iterator[TableRows]:
    """Yield the tables in the order of :func:`counts`. One statement for each; memory does not grow with the rows."""
    for table in Base.metadata.sorted_tables:
        rows = select(*table.c).order_by(*table.primary_key.columns)
        yield TableRows(table, stream(session, rows))
