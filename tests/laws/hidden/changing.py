"""Changes everything that hangs on hidden leads, column by column, past every rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Boolean, Column, Connection, DateTime, Table, delete, func, select, text, update
from sqlalchemy.exc import IntegrityError

from crm.models import Base, Enterprise, Lead, PlannedVisit
from tests.laws.hidden.bureau import Bureau

#: Tables whose rows are public, or shown to auditors alone, though they name what is hidden.
APART = {
    "crm_lead": "the hidden leads are named; a public expansion of one is no hidden lead",
    "crm_planned_visit": "the plan of a trip is public; only that a hidden meeting made the visit is not",
    "crm_closed_arrival": "what was published stays published",
    "crm_closed_contract": "what was published stays published",
}
#: Another value for text that a reader has to understand.
_OTHER: dict[str, Sequence[Any]] = {
    "currency": ("EUR",), "amount_currency": ("EUR",), "expected_currency": ("EUR",), "agreed_currency": ("EUR",),
    "immediate_country": ("FR",), "ultimate_country": ("FR",), "industry": ("A01",), "zone": ("Europe/Berlin",), "stage": ("signed", "contact"),
    "to_stage": ("signed",), "from_stage": ("contact",), "policy": ("other",), "credit_code": ("91110000600037341L",),
    "brand": ("other",),
}  # fmt: skip


def hanging(connection: Connection, bureau: Bureau) -> dict[Table, list[int]]:
    """Return the rows that are the hidden leads, or hang on them directly or through another row, by table."""
    leads = _table(Lead)
    found: dict[Table, list[int]] = {leads: list(bureau.hidden)}
    firms = select(leads.c.enterprise_id).where(leads.c.id.in_(bureau.hidden), leads.c.enterprise_id.is_not(None))
    found[_table(Enterprise)] = list(connection.scalars(firms))
    tables = [table for table in Base.metadata.tables.values() if "id" in table.c and table.name not in APART]
    grown = True
    while grown:
        grown = False
        for table in tables:
            if table in found:
                continue
            keys = [
                key.parent.in_(found[key.column.table])
                for key in table.foreign_keys
                if key.column.name == "id" and key.column.table in found and key.column.table is not _table(Enterprise)
            ]
            for condition in keys:
                numbers = list(connection.scalars(select(table.c.id).where(condition)))
                if numbers:
                    found[table], grown = numbers, True
    return found


def columns(table: Table, tables: Collection[Table]) -> Iterator[Column[Any]]:
    """Yield the columns that can be changed without hanging a row of some *tables* on another one."""
    for column in table.columns:
        other = referenced(column)
        if not column.primary_key and (other is None or other.table not in tables):
            yield column


def referenced(column: Column[Any]) -> Column[Any] | None:
    """Return the number that a column refers to, if it refers to one."""
    return next((key.column for key in column.foreign_keys if key.column.name == "id"), None)


def is_value(column: Column[Any]) -> bool:
    """Return whether a column has a value, such as a text or an amount, and not a state, a day or a person."""
    kind = _python(column)
    return referenced(column) is None and not issubclass(kind, Enum | bool | date)


def change(connection: Connection, table: Table, numbers: Sequence[int], names: Iterable[Column[Any]]) -> list[str]:
    """Change columns of rows, each to the first other value that the database takes; return those it does not take."""
    left = []
    for column in names:
        changed = False
        for number in numbers:
            for value in list(_others(connection, column, number)):
                nested = connection.begin_nested()
                try:
                    connection.execute(update(table).where(table.c.id == number).values({column.name: value}))
                except IntegrityError:
                    nested.rollback()
                else:
                    nested.commit()
                    changed = True
                    break
        if not changed:
            left.append(f"{table.name}.{column.name}")
    return left


def take_away(connection: Connection, table: Table, numbers: Sequence[int]) -> None:
    """Take rows away, and the visits that rest on them."""
    if table.name == "crm_meeting":
        visits = _table(PlannedVisit)
        connection.execute(
            update(visits)
            .where(visits.c.meeting_id.in_(numbers))
            .values(meeting_id=None, state="planned", version=visits.c.version - 1)
        )
    connection.execute(delete(table).where(table.c.id.in_(numbers)))


def unlocked(connection: Connection) -> None:
    """Let anything be written until the transaction is rolled back."""
    connection.execute(text("PRAGMA defer_foreign_keys=ON"))
    connection.execute(text("PRAGMA ignore_check_constraints=ON"))
    for name in connection.scalars(
        text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'crm_guard%'")
    ):
        connection.execute(text(f"DROP TRIGGER {name}"))


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _python(column: Column[Any]) -> type:
    if isinstance(column.type, Boolean):
        return bool
    return datetime if isinstance(getattr(column.type, "impl", None), DateTime) else column.type.python_type


def _others(connection: Connection, column: Column[Any], number: int) -> Iterator[Any]:
    """Yield other values for a column of a row."""
    table = column.table
    held = connection.scalar(select(column).where(table.c.id == number))
    other = referenced(column)
    if other is not None:
        rows = select(other).where(other != held if held is not None else other.is_not(None)).distinct().limit(5)
        yield from connection.scalars(rows).all()
    else:
        yield from (value for value in _OTHER.get(column.name, _other_than(held, column)) if value != held)
        if issubclass(_python(column), int):
            # What is unique has to be new; what counts rows up does not.
            yield (connection.scalar(select(func.max(column))) or 0) + 1
    if column.nullable and held is not None:
        yield None


def _other_than(held: Any, column: Column[Any]) -> Sequence[Any]:
    """Return other values of a type."""
    kind = _python(column)
    if kind is int:
        return [(held or 0) + 1_234_567, 1, 2, 3]
    if issubclass(kind, Enum):
        return list(kind)
    if issubclass(kind, datetime):
        return [(held or datetime(2023, 2, 10, 3, tzinfo=UTC)) - timedelta(days=12)]
    if issubclass(kind, date):
        return [(held or date(2023, 2, 20)) - timedelta(days=12)]
    if issubclass(kind, str):
        return [f"{held or ''}另"[-(getattr(column.type, "length", None) or 99) :]]
    known: dict[type, Sequence[Any]] = {bool: [not held], UUID: [uuid4()], bytes: [b"0" * 32]}
    return known[kind]
