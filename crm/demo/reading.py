"""From TOML tables to attrs records: every field checked, everything wrong named at once, with file and place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from importlib.resources.abc import Traversable
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs

from crm.errors import N_, InvalidInput, Problem
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.toml import as_toml

#: Chooses the class of a table by what the table says, for fields that hold records of several classes.
Chooser = Callable[[Mapping[str, Any]], "type | Problem"]

_NAMES = {
    str: "text",
    bool: "true or false",
    date: "a day",
    datetime: "a day and time with its offset",
    int: "a number",
}


class Reader(Checks):
    """Reads tables and collects what is wrong with them: each problem names the file, the record and the field."""

    def __init__(self, choosers: Mapping[type, Chooser] | None = None) -> None:
        super().__init__()
        self._choosers = choosers or {}

    def tables(self, file: Traversable, **kinds: type) -> dict[str, tuple[Any, ...]]:
        """Return the records of a file, by the names of its arrays of tables.

        Args:
            file: A TOML file.
            kinds: The class of each array the file may hold.
        """
        try:
            data = as_toml(file.read_text(encoding="utf-8"), "")
        except (InvalidInput, UnicodeDecodeError, OSError) as error:
            self.wrong(N_("{file} cannot be read: {why}"), code="toml", file=file.name, why=str(error))
            return {}
        self._unknown(data, kinds, file.name)
        return {
            name: tuple(self._list(kind, data.get(name, []), f"{file.name}: {name}")) for name, kind in kinds.items()
        }

    def record(self, kind: type, table: object, where: str) -> Any:
        """Return one record, or None when it was noted as wrong."""
        if not isinstance(table, dict):
            self._misfit(where, "table", table)
            return None
        chosen: Any = self._choosers[kind](table) if kind in self._choosers else kind
        if isinstance(chosen, Problem):
            self.add(replace(chosen, params={**chosen.params, "where": where}))
            return None
        before = len(self.problems)
        fields, hints = {field.name: field for field in attrs.fields(chosen)}, _hints(chosen)
        self._unknown(table, fields, where)
        for name, attribute in fields.items():
            if attribute.default is attrs.NOTHING and name not in table:
                self.wrong(N_("{where} lacks {field}."), N_("Add it."), field=name, code="missing", where=where)
        values = {name: self._value(hints[name], table[name], f"{where}.{name}") for name in fields if name in table}
        if len(self.problems) > before:
            return None
        try:
            return chosen(**values)
        except ValueError as error:
            self.wrong(N_("{where}: {why}"), code="value", where=where, why=str(error))
            return None

    def _list(self, kind: type, items: object, where: str) -> Iterable[Any]:
        if not isinstance(items, list):
            self._misfit(where, "list of tables", items)
            return
        for number, item in enumerate(items, 1):
            label = next(
                (item[key] for key in ("key", "code", "username") if isinstance(item, dict) and key in item), number
            )
            record = self.record(kind, item, f"{where} {label}")
            if record is not None:
                yield record

    def _value(self, hint: Any, value: Any, where: str) -> Any:
        origin = get_origin(hint)
        if origin in (Union, UnionType):
            options = [part for part in get_args(hint) if part is not type(None)]
            fitting = [option for option in options if (get_origin(option) is tuple) == isinstance(value, list)]
            return self._value((fitting or options)[0], value, where)
        if origin is tuple:
            inner = get_args(hint)[0]
            if not isinstance(value, list):
                self._misfit(where, "list", value)
                return ()
            if attrs.has(inner):
                return tuple(self._list(inner, value, where))
            return tuple(self._value(inner, item, where) for item in value)
        if attrs.has(hint):
            return self.record(hint, value, where)
        fits = type(value) is hint and not (hint is datetime and value.tzinfo is None)
        if not fits:
            self._misfit(where, _NAMES.get(hint, str(hint)), value)
        return value

    def _unknown(self, table: Mapping[str, object], known: Iterable[str], where: str) -> None:
        names = list(known)
        for key in table:
            if key not in names:
                self.wrong(
                    N_("{where} has the unknown key {field}."),
                    N_("Known keys: {known}."),
                    field=key,
                    code="unknown",
                    where=where,
                    known=", ".join(names),
                )

    def _misfit(self, where: str, expected: str, value: object) -> None:
        self.wrong(
            N_("{where} should be {expected}, not {value}."),
            code="type",
            where=where,
            expected=expected,
            value=repr(value)[:60],
        )


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
