"""Days in SQL, the same on both databases: the bureau's day of an instant, and the days between two days."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class day_of(FunctionElement[date]):  # noqa: N801 - it reads as the SQL function it is
    """The bureau's day of an instant. Asia/Shanghai has had no summer time since 1991: always eight hours ahead."""

    type = Date()
    inherit_cache = True
    name = "day_of"


class days_between(FunctionElement[int]):  # noqa: N801 - it reads as the SQL function it is
    """The days from one day to a later one."""

    type = Integer()
    inherit_cache = True
    name = "days_between"


@compiles(day_of)
def _day_of(element: FunctionElement[date], compiler: SQLCompiler, **kw: object) -> str:
    # Whole seconds alone: SQLite rounds to thousandths, and the last of a day would be the next day's.
    return f"date(substr({compiler.process(element.clauses, **kw)}, 1, 19), '+8 hours')"


@compiles(day_of, "postgresql")
def _day_of_on_postgresql(element: FunctionElement[date], compiler: SQLCompiler, **kw: object) -> str:
    return f"CAST(({compiler.process(element.clauses, **kw)}) AT TIME ZONE 'Asia/Shanghai' AS DATE)"


@compiles(days_between)
def _days_between(element: FunctionElement[int], compiler: SQLCompiler, **kw: object) -> str:
    first, second = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CAST(julianday({second}) - julianday({first}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _days_between_on_postgresql(element: FunctionElement[int], compiler: SQLCompiler, **kw: object) -> str:
    first, second = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"(CAST({second} AS DATE) - CAST({first} AS DATE))"
