"""Pairs of investors declared distinct, in a merge: those of the absorbed record are carried over.

A pair has the smaller id first, so a move may change both columns. The rule works in both directions: remove one id,
insert the other, sort; so an undo works even if the third investor was merged meanwhile.
"""

from __future__ import annotations

from typing import cast

from sqlalchemy import Case, ColumnElement, Table, case

from crm.models import Distinct

TABLE = cast("Table", Distinct.__table__)


def fields(source: int, target: int) -> dict[str, ColumnElement[int]]:
    """Return the columns of a pair that has *source*, with *target* in its place."""
    first, second = _sorted(TABLE, source, target)
    return {"one_id": first, "other_id": second}


def free(source: int, target: int) -> ColumnElement[bool]:
    """Return the condition that such a pair does not exist yet, and has two different investors."""
    first, second = _sorted(TABLE, source, target)
    twin = TABLE.alias()
    there = twin.select().where(twin.c.one_id == first, twin.c.other_id == second).exists()
    return (_third(TABLE, source) != target) & ~there


def _third(table: Table, one: int) -> Case[int]:
    return case((table.c.one_id == one, table.c.other_id), else_=table.c.one_id)


def _sorted(table: Table, source: int, target: int) -> tuple[Case[int], Case[int]]:
    third = _third(table, source)
    return case((third < target, third), else_=target), case((third < target, target), else_=third)
