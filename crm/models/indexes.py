"""Indexes of the rows that meet a condition, for both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Index, TextClause

if TYPE_CHECKING:
    from sqlalchemy.sql.base import _DialectArgDict, _DialectArgView


class PartialIndex(Index):
    """An index of the rows that meet a condition.

    PostgreSQL learns of the condition when its dialect first asks. An ordinary argument, ``postgresql_where``, would
    load that dialect at import, with its drivers, in a program that has SQLite alone.
    """

    def __init__(self, name: str | None, *columns: str, where: TextClause, unique: bool = False) -> None:
        """Take the name, the columns and the condition.

        Args:
            name: The name; None: the one that the naming of the metadata makes.
            *columns: The names of the columns.
            where: The condition, in the SQL of both databases.
            unique: Whether no two of these rows may be equal.
        """
        super().__init__(name, *columns, unique=unique, sqlite_where=where)
        options = self.dialect_options
        create = options.creator

        def with_condition(dialect: str) -> _DialectArgDict:
            made = create(dialect)
            if dialect == "postgresql":
                made["where"] = where
            return made

        options.creator = with_condition

    @property
    def dialect_kwargs(self) -> _DialectArgView:
        """The options of all dialects, with which a copy of the table is made."""
        _ = self.dialect_options["postgresql"]
        return super().dialect_kwargs
