"""Rows as JSON: the fields' own names, untranslated codes, days and times in ISO 8601."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any
from uuid import UUID

import attrs

from crm.cli.printing.formatting import Coded
from crm.cli.printing.language import Language
from crm.cli.printing.widths import printable
from crm.errors import Problem
from crm.reads.kernel.rows import BESIDE
from crm.reports.sheet import Report
from crm.rules.stages import Missing
from crm.values.moments import LocalTime
from crm.values.money import Money
from crm.values.period import Period


def plain(value: object, language: Language) -> Any:
    """Return *value* as JSON. Only what is missing for a stage is a sentence, in the caller's language."""
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value, language)
    if attrs.has(type(value)):
        return dict(_items(value, language))
    return value


def _items(row: Any, language: Language) -> Iterator[tuple[str, object]]:
    """Yield the keys of a row; declared fields are beside its own."""
    for field in attrs.fields(type(row)):
        value = plain(getattr(row, field.name), language)
        if field.metadata == BESIDE:
            yield from value.items()
        else:
            yield field.name, value


def _missing(value: Missing, language: Language) -> dict[str, str]:
    return {
        "stage": value.stage,
        "gate": value.gate,
        "text": language.say(value.text),
        "way_out": language.say(value.way_out),
    }


def _report(value: Report, language: Language) -> object:
    from crm.exchange.reports.json_file import tree
    from crm.exchange.writing import Writer

    return tree(value, Writer(language))


#: How each sort of value is written; the first that fits counts.
_WRITERS: tuple[tuple[type | tuple[type, ...], Callable[[Any, Language], Any]], ...] = (
    (Money, lambda value, _: {"minor": value.minor, "currency": value.currency, "text": str(value)}),
    (LocalTime, lambda value, _: {"utc": value.utc.isoformat(), "zone": value.zone, "local": value.local.isoformat()}),
    (Missing, _missing),
    (
        Problem,
        lambda value, language: {field.name: plain(getattr(value, field.name), language) for field in fields(value)},
    ),
    (Report, _report),
    (Period, lambda value, _: str(value)),
    (Coded, lambda value, _: value.code),
    (Enum, lambda value, _: value.value),
    ((Fraction, Decimal), lambda value, _: str(value)),
    (date, lambda value, _: value.isoformat()),
    (UUID, lambda value, _: str(value)),
    (str, lambda value, _: printable(value)),
    (Mapping, lambda value, language: {str(key): plain(item, language) for key, item in value.items()}),
    ((list, tuple, set, frozenset), lambda value, language: [plain(item, language) for item in value]),
)
