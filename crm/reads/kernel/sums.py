"""Sums in SQL, exact on both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from crm.models.base import BigInt


class exact(FunctionElement[int]):  # noqa: N801 - it reads as the SQL function it is
    """A sum, or what is computed of one, as a whole number; a stored text or fraction in it is named when it is read.

    PostgreSQL adds up BIGINT as NUMERIC, which is cast back. SQLite adds up a text as 0, but then as a floating-point
    number, also in sums of sums. A cast would hide that; without one, :class:`crm.models.base.Whole` refuses the sum.
    """

    type = BigInt
    inherit_cache = True
    name = "exact"


@compiles(exact)
def _exact(element: FunctionElement[Any], compiler: SQLCompiler, **kw: object) -> str:
    return f"({compiler.process(element.clauses, **kw)})"


@compiles(exact, "postgresql")
def _exact_on_postgresql(element: FunctionElement[Any], compiler: SQLCompiler, **kw: object) -> str:
    return f"CAST({compiler.process(element.clauses, **kw)} AS BIGINT)"
