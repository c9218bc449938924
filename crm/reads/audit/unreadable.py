"""Finds stored values that do not have the type of their column, only after a verb has failed."""

from __future__ import annotations

from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.errors import N_, DamagedRecord, problem
from crm.models import Base
from crm.models.base import Currency
from crm.models.binding import dialect_of
from crm.reads.audit.raw import Readable, Unreadable, readable, stream

#: The number of problems that are named.
_NAMED = 5


@cache
def _tables(*, anything: bool) -> tuple[tuple[str, int, list[str], Readable], ...]:
    """Return each table to read: its name, the number of its keys, the names of its other columns, and the SELECT."""
    tables = []
    for table in Base.metadata.sorted_tables:
        keys = list(table.primary_key.columns)
        columns = [column for column in table.columns if anything or isinstance(column.type, Currency)]
        if columns:
            names = [column.name for column in columns]
            tables.append((table.name, len(keys), names, readable(select(*keys, *columns))))
    return tuple(tables)


def damage(session: Session) -> DamagedRecord | None:
    """Return the error that names unreadable values by table, column and record, or None if there are none.

    Reads every table on SQLite, which stores anything in any column; on PostgreSQL those with a currency.
    """
    found: list[tuple[str, str, str]] = []
    for table, keys, columns, statement in _tables(anything=dialect_of(session).name == "sqlite"):
        for row in stream(session, statement):
            if not any(isinstance(value, Unreadable) for value in row):
                continue
            record = "/".join(str(value) for value in row[:keys])
            found += [
                (table, column, record)
                for column, value in zip(columns, row[keys:], strict=True)
                if isinstance(value, Unreadable)
            ]
            if len(found) >= _NAMED:
                break
    if not found:
        return None
    return DamagedRecord(
        *(
            problem(
                N_("{table}, record {id}: what is stored in {column} cannot be read."),
                N_("It was changed outside this program: run `crm audit verify`, and restore a backup or that value."),
                field=column,
                code="damaged",
                table=table,
                column=column,
                id=number,
            )
            for table, column, number in found[:_NAMED]
        )
    )
