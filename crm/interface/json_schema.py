"""JSON Schema of what methods take and return, as :func:`crm.to_dict` writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin
from uuid import UUID

import attrs

from crm.interface.docstrings import docstring_of
from crm.interface.hints import hints_of
from crm.interface.methods import Argument, Method
from crm.models.base import Base
from crm.reads.kernel.listing import Page
from crm.reads.kernel.rows import BESIDE
from crm.reports.sheet import Report
from crm.values.moments import LocalTime
from crm.values.money import Money
from crm.values.period import Period

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
#: How each type is written, the first that fits counts; a datetime is a date too.
_WRITTEN: tuple[tuple[type, Schema], ...] = (
    (
        Money,
        {
            "type": "object",
            "description": "An amount: whole minor units, exact.",
            "properties": {"minor": {"type": "integer"}, "currency": _TEXT, "text": _TEXT},
            "required": ["minor", "currency", "text"],
        },
    ),
    (
        LocalTime,
        {
            "type": "object",
            "description": "A time of day where it took place.",
            "properties": {
                "utc": {"type": "string", "format": "date-time"},
                "zone": _TEXT,
                "local": {"type": "string", "format": "date-time"},
            },
            "required": ["utc", "zone", "local"],
        },
    ),
    (Report, {"type": "object", "description": "A report: its figures and tables."}),
    (Period, {"type": "string", "description": "A period, such as 2023Q1."}),
    (datetime, {"type": "string", "format": "date-time"}),
    (date, {"type": "string", "format": "date"}),
    (UUID, {"type": "string", "format": "uuid"}),
    (bool, {"type": "boolean"}),
    (int, {"type": "integer"}),
    (float, {"type": "number"}),
    (Decimal, _TEXT),
    (Fraction, _TEXT),
    (str, _TEXT),
    (NoneType, {"type": "null"}),
)
#: What a record that a verb returned is known by.
_RECORD: Schema = {
    "type": "object",
    "properties": {
        "record": _TEXT,
        "id": {"type": "integer"},
        "uid": {"type": "string", "format": "uuid"},
        "version": {"type": "integer"},
    },
    "required": ["record"],
}


class Schemas:
    """Schemas that refer to one another.

    Attributes:
        definitions: The schema of each row, by the name of its class, for ``$defs``.
    """

    def __init__(self) -> None:
        """Begin without definitions."""
        self.definitions: dict[str, Schema] = {}

    def of(self, kind: Any) -> Schema:
        """Return the schema of a type; of a row, a reference to its definition."""
        origin, inner = get_origin(kind), get_args(kind)
        if isinstance(kind, TypeVar) or kind in {Any, object}:
            return {}
        return self._plain(kind) if origin is None else self._composed(origin, inner)

    def _composed(self, origin: Any, inner: tuple[Any, ...]) -> Schema:
        if origin in {Union, UnionType}:
            return _any_of([self.of(part) for part in inner])
        if origin is Literal:
            return {"enum": list(inner)}
        if origin is Page:
            return self._page(inner[0])
        if issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(inner[1])}
        return self._listed(origin, inner)

    def _plain(self, kind: Any) -> Schema:
        if issubclass(kind, Enum):
            return {"enum": [member.value for member in kind]}
        if issubclass(kind, Base):
            return _RECORD
        if attrs.has(kind) and not issubclass(kind, (Money, LocalTime, Report, Period)):
            return self._row(kind)
        return next((dict(schema) for known, schema in _WRITTEN if issubclass(kind, known)), {})

    def _listed(self, origin: type, inner: tuple[Any, ...]) -> Schema:
        if issubclass(origin, tuple) and Ellipsis not in inner:
            return {
                "type": "array",
                "prefixItems": [self.of(part) for part in inner],
                "minItems": len(inner),
                "maxItems": len(inner),
            }
        return {"type": "array", "items": self.of(inner[0])}

    def _page(self, row: Any) -> Schema:
        return {
            "type": "object",
            "properties": {
                "rows": {"type": "array", "items": self.of(row)},
                "total": {"type": "integer"},
                "more": {"type": "boolean"},
                "after": _any_of([_TEXT, {"type": "null"}]),
            },
            "required": ["rows", "total", "more", "after"],
        }

    def _row(self, kind: Any) -> Schema:
        name = kind.__name__
        if name not in self.definitions:
            self.definitions[name] = {}  # a row may hold rows of its own kind
            self.definitions[name] = dict(self._definition(kind))
        return {"$ref": f"#/$defs/{name}"}

    def _definition(self, kind: Any) -> Iterator[tuple[str, Any]]:
        docstring, hints = docstring_of(kind), hints_of(kind)
        shown = [field for field in attrs.fields(kind) if not field.name.startswith("_")]
        own = [field for field in shown if field.metadata != BESIDE]
        yield "type", "object"
        yield "description", docstring.summary
        yield (
            "properties",
            {field.name: _explained(self.of(hints[field.name]), docstring.arguments.get(field.name)) for field in own},
        )
        yield "required", [field.name for field in own]
        # Declared fields stand beside them, of this version and of later ones.
        yield "additionalProperties", len(own) < len(shown)


def arguments(method: Method) -> Schema:
    """Return the schema of a method's arguments, as an object by name.

    A record is passed by its number, its uid, its code or any unique part of its name; an amount, a day and a period
    as text. What only Python has, such as a function that is called back, is left out.
    """
    taken = [argument for argument in method.arguments if _travels(argument.kind)]
    return {
        "type": "object",
        "properties": {argument.name: _explained(_taken(argument), argument.text) for argument in taken},
        "required": [argument.name for argument in taken if argument.required],
        "additionalProperties": False,
    }


def result(method: Method) -> Schema:
    """Return the schema of a method's result, as :func:`crm.to_dict` writes it, with its definitions."""
    schemas = Schemas()
    schema = _explained(schemas.of(method.returns), method.docstring.returns)
    return {**schema, "$defs": schemas.definitions} if schemas.definitions else schema


def error() -> Schema:
    """Return the schema of an error, as :func:`crm.to_dict` writes it: the same for every class of errors."""
    text, number = {"type": "string"}, {"type": "integer"}
    maybe = {"anyOf": [text, {"type": "null"}]}
    flaw = {
        "code": {**text, "description": "A stable word for programs."},
        "field": {**maybe, "description": "The argument that is wrong; null where it is none."},
        "stage": {**maybe, "description": "The stage whose gate is not met."},
        "values": {"type": "object", "description": "What the sentence has in its braces."},
        "text": {**text, "description": "What is wrong, in a sentence."},
        "way_out": {**text, "description": "What to do on the command line."},
        "in_python": {**text, "description": "What to do in a program."},
    }
    return _object(
        {
            "error": {**text, "description": "The name of its class."},
            "problems": {"type": "array", "items": _object(flaw), "description": "All that is wrong."},
            "matches": {
                "type": "array",
                "items": _object({"id": number, "label": text}),
                "description": "The records that fit, where several do.",
            },
        },
        absent=("matches",),
    )


def _object(properties: Schema, *, absent: Sequence[str] = ()) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in absent],
        "additionalProperties": False,
    }


def _taken(argument: Argument) -> Schema:
    return Schemas().of(_without_python(argument.kind))


def _travels(kind: Any) -> bool:
    """Say whether a value of this type can be written as JSON."""
    return not any(part is bytes or get_origin(part) is Callable for part in (kind, *get_args(kind)))


def _without_python(kind: Any) -> Any:
    """Return the type of an argument without what text stands for as well: records, amounts, periods, uids."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        kept = [part for part in inner if not _is_text_too(part, inner)]
        return Union[tuple(_without_python(part) for part in kept)]  # noqa: UP007 - of parts found here
    if inner and isinstance(origin, type):
        return origin[tuple(part if part is Ellipsis else _without_python(part) for part in inner)]  # type: ignore[index]
    return kind


def _is_text_too(part: Any, parts: tuple[Any, ...]) -> bool:
    known = isinstance(part, type) and issubclass(part, (Base, Money, Period, UUID, date))
    return (known and str in parts) or isinstance(part, TypeVar)


def _any_of(schemas: list[Schema]) -> Schema:
    different = [schema for place, schema in enumerate(schemas) if schema not in schemas[:place]]
    if len(different) == 1:
        return different[0]
    if all(schema.keys() == {"type"} for schema in different):
        return {"type": [schema["type"] for schema in different]}
    return {"anyOf": different}


def _explained(schema: Schema, text: str | None) -> Schema:
    return {**schema, "description": text} if text else schema
