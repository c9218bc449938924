"""Rows, cards, reports and errors as JSON: the fields' own names, untranslated codes, days and times in ISO 8601."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any
from uuid import UUID

import attrs
from attrs import frozen

from crm.cli.printing.language import Language
from crm.cli.printing.refusals import listed_apart, sentences, way_in_python
from crm.cli.printing.widths import printable
from crm.errors import CRMError, Problem
from crm.models.base import Base, record_name
from crm.reads.kernel.listing import Page
from crm.reads.kernel.rows import BESIDE
from crm.reports.sheet import Report
from crm.rules.stages import Missing
from crm.values.moments import LocalTime
from crm.values.money import Money
from crm.values.period import Period
from crm.values.sentences import Coded


@frozen
class Form:
    """How values become JSON.

    Attributes:
        language: In which language sentences are: those of errors, of reports, and of what is missing for a stage.
        text: What is done with a text. For a terminal, :func:`crm.cli.printing.widths.printable`.
    """

    language: Language
    text: Callable[[str], str] = printable


def plain(value: object, form: Form) -> Any:
    """Return *value* as dictionaries, lists, texts, numbers, truth values and None.

    What has no form of its own, such as the value of an error that a host made, is its text.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value, form)
    if attrs.has(type(value)):
        return dict(_items(value, form))
    return form.text(str(value))


def error_document(
    name: str, problems: Sequence[Problem], matches: Sequence[tuple[int, str]], form: Form
) -> dict[str, object]:
    """Return an error as JSON.

    Args:
        name: The name of its class.
        problems: What is wrong.
        matches: The records that fit, where several do.
        form: The language of the sentences.
    """
    document: dict[str, object] = {
        "error": name,
        "problems": [_problem(listed_apart(flaw, matches), form) for flaw in problems],
    }
    if matches:
        document["matches"] = [{"id": number, "label": form.text(label)} for number, label in matches]
    return document


def _items(row: Any, form: Form) -> Iterator[tuple[str, object]]:
    """Yield the keys of a row; declared fields are beside its own."""
    for field in attrs.fields(type(row)):
        if field.name.startswith("_"):
            continue
        value = plain(getattr(row, field.name), form)
        if field.metadata == BESIDE:
            yield from value.items()
        else:
            yield field.name, value


def _problem(value: Problem, form: Form) -> dict[str, object]:
    text, way_out = sentences(form.language, value)
    return {
        "code": value.code,
        "field": value.field,
        "stage": value.params.get("stage"),
        "values": plain(value.params, form),
        "text": form.text(text),
        "way_out": form.text(way_out),
        "in_python": form.text(way_in_python(form.language, value)),
    }


def _missing(value: Missing, form: Form) -> dict[str, str]:
    return {
        "stage": value.stage,
        "gate": value.gate,
        "text": form.language.say(value.text),
        "way_out": form.language.say(value.way_out),
    }


def _report(value: Report, form: Form) -> object:
    from crm.exchange.reports.json_file import tree
    from crm.exchange.writing import Writer

    return tree(value, Writer(form.language))


def _record(value: Base, form: Form) -> dict[str, object]:
    """Return what a record is known by; its values are those of its card."""
    known = ((name, getattr(value, name, None)) for name in ("id", "uid", "version"))
    return {"record": record_name(value.__tablename__)} | {
        name: plain(number, form) for name, number in known if number is not None
    }


def _page(value: Page[object], form: Form) -> dict[str, object]:
    return {"rows": _listed(value, form), "total": value.total, "more": value.more, "after": value.after}


def _listed(values: Any, form: Form) -> list[object]:
    return [plain(item, form) for item in values]


#: How each sort of value is written; the first that fits counts.
_WRITERS: tuple[tuple[type | tuple[type, ...], Callable[[Any, Form], Any]], ...] = (
    (Money, lambda value, _: {"minor": value.minor, "currency": value.currency, "text": str(value)}),
    (LocalTime, lambda value, _: {"utc": value.utc.isoformat(), "zone": value.zone, "local": value.local.isoformat()}),
    (Missing, _missing),
    (Problem, _problem),
    (CRMError, lambda value, form: error_document(type(value).__name__, value.problems, value.matches, form)),
    (Report, _report),
    (Base, _record),
    (Period, lambda value, _: str(value)),
    (Coded, lambda value, _: value.code),
    (Enum, lambda value, _: value.value),
    ((Fraction, Decimal), lambda value, _: str(value)),
    (date, lambda value, _: value.isoformat()),
    (UUID, lambda value, _: str(value)),
    (str, lambda value, form: form.text(value)),
    (Mapping, lambda value, form: {str(key): plain(item, form) for key, item in value.items()}),
    (Page, _page),
    ((list, tuple, set, frozenset), _listed),
)
