"""A stored value that is none of its column's type is named by every read that meets it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from attrs import frozen
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Enum,
    Index,
    Integer,
    SmallInteger,
    String,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from crm import CRM
from crm.db import make_engine
from crm.errors import CRMError, DamagedRecord
from crm.models import Base
from crm.models.base import Currency
from tests.databases import Databases
from tests.laws.hidden.answers import READS, told
from tests.laws.hidden.bureau import Bureau, build
from tests.laws.hidden.changing import unlocked

pytestmark = pytest.mark.whole

#: The first call of each read.
CALLS = {name: calls[0] for name, calls in READS.items()}
#: Verifying reads these value by value, and tests/laws/test_forging.py tries each column of them.
LOG = ("crm_audit_entry", "crm_audit_seal", "crm_audit_sealed")

#: Numbers that reads compare and do not return: the reads. Days, states and flags are compared by most.
COMPARED: Mapping[str, tuple[str, ...]] = {
    "crm_lead.expected_minor": ("targets.score", "report.scorecard"),  # of the least amount of a target
    "crm_lead.cycle": ("report.funnel", "report.entries"),
}

#: Numbers that every count of moves compares.
COUNTED = ("crm_transition.number", "crm_transition.to_position", "crm_transition.last_position")


def typed() -> list[Column[Any]]:
    """Return every column whose values are more than text, but keys and the log of the audit."""
    return [
        column
        for table in Base.metadata.sorted_tables
        if table.name not in LOG
        for column in table.columns
        if not column.primary_key and not column.foreign_keys and _is_typed(column.type)
    ]


def _is_typed(kind: TypeEngine[Any]) -> bool:
    return isinstance(kind, Enum | Currency) or not isinstance(kind, String)


def _wrong(column: Column[Any]) -> list[object]:
    """Return values that are none of a column's type."""
    if isinstance(column.type, Integer | SmallInteger):
        return ["garbage", 1.5]
    return ["ZZZ" if isinstance(column.type, Currency) else 7 if isinstance(column.type, Boolean) else "garbage"]


@frozen
class Read:
    """A bureau, what each read answers, and the statements that it sends."""

    connection: Connection
    bureau: Bureau
    before: Mapping[str, str]
    statements: Mapping[str, str]

    def of(self, column: Column[Any]) -> list[str]:
        """Return the reads whose statements name a column."""
        named = re.compile(rf"\b{column.table.name}(_\d+)?\.{column.name}\b")
        return [name for name, sent in self.statements.items() if named.search(sent)]


def answer(connection: Connection, bureau: Bureau, name: str) -> str:
    """Return what a read answers, or what is damaged; errors that are no refusals are raised."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        try:
            return told(CALLS[name](CRM(session, "manager.desk", clock=bureau.clock), bureau))
        except DamagedRecord as error:
            return f"damaged: {sorted({(str(flaw.params['table']), str(flaw.params['column'])) for flaw in error.problems})}"
        except CRMError as error:
            return f"{type(error).__name__}: {error}"
        finally:
            session.rollback()


@pytest.fixture(scope="module")
def read(databases: Databases, template_url: str) -> Iterator[Read]:
    """A bureau on SQLite, where anything can be stored in it."""
    url = databases.create(template_url)
    engine = make_engine(url)
    with engine.connect() as connection:
        transaction = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            bureau = build(session)
            session.commit()
        unlocked(connection)
        sent: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *passed: sent.append(passed[2]))
        before, statements = {}, {}
        for name in CALLS:
            sent.clear()
            before[name] = answer(connection, bureau, name)
            statements[name] = "\n".join(sent)
        yield Read(connection, bureau, before, statements)
        transaction.rollback()
    engine.dispose()
    databases.drop(url)


def damaged(read: Read, column: Column[Any], value: object) -> dict[str, str]:
    """Return the answers that differ from those before, with a value in a column of every row that has one."""
    nested = read.connection.begin_nested()
    table = column.table
    keys = [rule.columns for rule in (*table.constraints, *table.indexes) if isinstance(rule, UniqueConstraint | Index)]
    wrong = ":value || rowid" if column.unique or any(column.name in key for key in keys) else ":value"
    statement = f"UPDATE {table.name} SET {column.name} = {wrong} WHERE {column.name} IS NOT NULL"
    read.connection.execute(text(statement), {"value": value})
    answers = {name: answer(read.connection, read.bureau, name) for name in read.of(column)}
    nested.rollback()
    return {name: found for name, found in answers.items() if found != read.before[name]}


def _cases() -> Iterator[object]:
    """Yield the columns; the one of money that arrived in the quick tier too."""
    for column in typed():
        money = str(column) == "crm_capital_arrival.amount_minor"
        yield pytest.param(column, id=str(column), marks=() if money else pytest.mark.whole)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("column", [*_cases()])
def test_a_damaged_value_is_named(read: Read, column: Column[Any]) -> None:
    """Table and column, by every read that returns it or adds it up; no refusal that blames an argument, no other error."""
    for value in _wrong(column):
        for name, found in damaged(read, column, value).items():
            if found == f"damaged: {[(column.table.name, column.name)]}":
                continue
            compared = str(column) in COUNTED or name in COMPARED.get(str(column), ())
            assert compared or not isinstance(column.type, Integer), (name, found[:200])
            assert not found.startswith(("damaged", "InvalidInput")), (name, found[:200])
