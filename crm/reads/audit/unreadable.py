"""Where a stored value is none of its column's type: looked for only after a verb has failed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.errors import N_, DamagedRecord, problem
from crm.models import Base
from crm.models.base import Currency
from crm.models.binding import dialect_of
from crm.reads.audit.raw import Unreadable, stream

#: So many are named.
_NAMED = 5


def damage(session: Session) -> DamagedRecord | None:
    """Return the error that names unreadable values by table, column and record, or None if there are none.

    Reads every table on SQLite, which stores anything in any column; on PostgreSQL those with a currency.
    """
    anything = dialect_of(session).name == "sqlite"
    found: list[tuple[str, str, str]] = []
    for table in Base.metadata.sorted_tables:
        keys = list(table.primary_key.columns)
        columns = [column for column in table.columns if anything or isinstance(column.type, Currency)]
        for row in stream(session, select(*keys, *columns)) if columns else ():
            record = "/".join(str(value) for value in row[: len(keys)])
            found += [
                (table.name, column.name, record)
                for column, value in zip(columns, row[len(keys) :], strict=True)
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
