"""Where a stored value is none of its column's type: looked for only after a verb has failed."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Integer, Table, select
from sqlalchemy.orm import Session

from crm.errors import N_, DamagedRecord, problem
from crm.models import Base
from crm.models.base import Identified
from crm.models.binding import dialect_of
from crm.reads.audit.raw import Unreadable, stream

#: So many are named.
_NAMED = 5


def damage(session: Session) -> DamagedRecord | None:
    """Return the error that names unreadable values by table, column and record, or None if there are none.

    Reads every table. PostgreSQL stores no such value.
    """
    if dialect_of(session).name != "sqlite":
        return None
    tables = [
        cast("Table", mapper.local_table) for mapper in Base.registry.mappers if issubclass(mapper.class_, Identified)
    ]
    found: list[tuple[str, str, int]] = []
    for table in sorted(tables, key=lambda table: table.name):
        columns = list(table.columns)
        for row in stream(session, select(*columns)):
            found += [
                (table.name, column.name, row[columns.index(table.c.id)])
                for column, value in zip(columns, row, strict=True)
                if isinstance(value, Unreadable)
                or (isinstance(column.type, Integer) and isinstance(value, str | float))
            ]
            if len(found) >= _NAMED:
                break
    if not found:
        return None
    return DamagedRecord(
        *(
            problem(
                N_("{table}, record {id}: what is stored in {column} cannot be read."),
                N_("Somebody changed it past the program: see `crm audit verify`, and restore a backup or that value."),
                field=column,
                code="damaged",
                table=table,
                column=column,
                id=number,
            )
            for table, column, number in found[:_NAMED]
        )
    )
