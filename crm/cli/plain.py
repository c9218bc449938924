"""What rows look like as JSON: the fields' own names, codes untranslated, days and times in ISO 8601."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import attrs

from crm.cli.language import Language
from crm.cli.shown import Coded
from crm.cli.widths import printable
from crm.rules.stages import Missing
from crm.values.moments import LocalTime
from crm.values.money import Money


def plain(value: Any, language: Language) -> Any:
    """Return *value* as JSON has it. Only what is missing for a stage is a sentence, and in the caller's language."""
    special = _special(value, language)
    if special is not NotImplemented:
        return special
    if attrs.has(type(value)):
        return {field.name: plain(getattr(value, field.name), language) for field in attrs.fields(type(value))}
    if isinstance(value, Mapping):
        return {str(key): plain(each, language) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(each, language) for each in value]
    return printable(value) if isinstance(value, str) else value


def _special(value: Any, language: Language) -> Any:
    match value:
        case Money():
            return {"minor": value.minor, "currency": value.currency, "text": str(value)}
        case LocalTime():
            return {"utc": value.utc.isoformat(), "zone": value.zone, "local": value.local.isoformat()}
        case Missing():
            return {
                "stage": value.stage, "gate": value.gate, "text": language.say(value.text), "way_out": language.say(value.way_out),
            }  # fmt: skip
        case Coded():
            return value.code
        case Enum():
            return value.value
        case date() | datetime():
            return value.isoformat()
        case UUID():
            return str(value)
        case _:
            return NotImplemented
