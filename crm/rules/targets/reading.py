"""A target as people write it, in a file or as arguments: every word read, everything wrong named with its key."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from attrs import evolve, frozen

from crm.errors import N_, Problem, Refused, problem
from crm.rules.targets.checks import problems
from crm.rules.targets.codes import Cadence, ScopeKind, ThresholdKind
from crm.rules.targets.terms import (
    MEASURES,
    MOST,
    ONCE,
    TOGETHER,
    Filter,
    Terms,
    Threshold,
    filter_names,
    industries,
    is_list,
)
from crm.values.identifiers import as_code, as_country
from crm.values.money import MAX_MINOR, Money, as_money
from crm.values.period import Period, as_period
from crm.values.shares import as_share
from crm.values.text import clean, text_problem

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

#: What a target may say. ``code`` names it, ``period`` says when.
KEYS = (
    "code",
    "period",
    "title",
    "title_en",
    "measure",
    "filter",
    "scope",
    "kinds",
    "units",
    "cadence",
    "at_least",
    "stretch",
    "of",
    "of_filter",
    "baseline",
    "baselines",
    "source",
    "note",
)
#: The longest texts.
TITLE, SOURCE, NOTE = 200, 500, 1000
#: The kinds of unit, as the tables have them.
UNIT_KINDS = ("district", "zone", "department", "enterprise")

_TIMES = re.compile(r"(?P<number>\d{1,6}(?:\.\d{1,2})?)\s*(?:x|×|倍|times)", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,12}")
_LONGEST = 60


@frozen
class Definition:
    """A target as it was written.

    Attributes:
        code: Its short name.
        period: When.
        terms: What it asks.
    """

    code: str
    period: Period
    terms: Terms


class _Reading:
    """Reads keys one by one, and keeps everything that is wrong."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self.table = table
        self.problems: list[Problem] = []

    def wrong(self, text: str, way_out: str, field: str, code: str, **values: Any) -> None:
        self.problems.append(problem(text, way_out, field=field, code=code, **values))

    def take(self, read: Callable[[], T], field: str) -> T | None:
        try:
            return read()
        except Refused as refusal:
            self.problems += [replace(each, field=field) for each in refusal.problems]
            return None

    def needed(self, key: str, read: Callable[[Any], T]) -> T | None:
        """Return what *read* makes of a value that must be there."""
        value = self.table.get(key)
        if value is None or value == "":
            self.wrong(N_("A target lacks {field}."), N_("See docs/targets.md."), key, "missing")
            return None
        return self.take(lambda: read(value), key)

    def text(self, key: str, limit: int, *, required: bool) -> str:
        value = self.table.get(key)
        found = text_problem(value, key, limit=limit, required=required)
        if found is not None:
            self.problems.append(found)
            return ""
        return clean(value) if isinstance(value, str) else ""

    def choice(self, key: str, kind: type[E], default: E) -> E:
        value = self.table.get(key)
        if value is None:
            return default
        if isinstance(value, str) and value in set(kind):
            return kind(value)
        self.unknown(key, value, [each.value for each in kind])
        return default

    def unknown(self, field: str, value: object, known: Iterable[str]) -> None:
        self.wrong(
            N_('{field}: "{value}" is unknown.'),
            N_("Choose one of: {known}."),
            field,
            "choice",
            value=str(value)[:40],
            known=", ".join(known),
        )

    def words(self, given: object, field: str) -> tuple[str, ...]:
        """Return a list of words; a text alone is one word."""
        found = [given] if isinstance(given, str) else given
        if found is None:
            return ()
        if (
            isinstance(found, list | tuple | set | frozenset)
            and len(found) <= MOST
            and all(isinstance(each, str) and 0 < len(each.strip()) <= _LONGEST for each in found)
        ):
            return tuple(each.strip() for each in found)
        self.wrong(
            N_("{field} is a list of at most {most} words."),
            N_('Write it like ["district", "zone"].'),
            field,
            "type",
            most=MOST,
        )
        return ()


def read(
    table: object, *, groups: Collection[str], stages: Collection[str]
) -> tuple[Definition | None, tuple[Problem, ...]]:
    """Return the target that a table of plain values describes, or everything that is wrong with it.

    Args:
        table: What was written; see :data:`KEYS`.
        groups: The groups of countries of the policy.
        stages: The stages of the pipeline.
    """
    if not isinstance(table, Mapping):
        return None, (
            problem(N_("A target is a table of keys."), N_("See docs/targets.md."), field="target", code="type"),
        )
    reading = _Reading(table)
    for key in table:
        if key not in KEYS:
            reading.unknown(str(key)[:40], key, KEYS)
    code = reading.needed("code", lambda value: as_code(value, "code"))
    period = reading.needed("period", as_period)
    measure = reading.needed("measure", str)
    if measure is not None and measure not in MEASURES:
        reading.unknown("measure", measure, MEASURES)
    threshold = _threshold(reading)
    title, title_en = (
        reading.text("title", TITLE, required=True),
        reading.text("title_en", TITLE, required=False),
    )
    source, note = reading.text("source", SOURCE, required=True), reading.text("note", NOTE, required=False)
    kinds = reading.words(table.get("kinds"), "kinds")
    for kind in kinds:
        if kind not in UNIT_KINDS:
            reading.unknown("kinds", kind, UNIT_KINDS)
    units = tuple(each.lower() for each in reading.words(table.get("units"), "units"))
    scope, cadence = (
        reading.choice("scope", ScopeKind, ScopeKind.CITY),
        reading.choice("cadence", Cadence, Cadence.WHOLE),
    )
    chosen, of_filter = (_filter(reading, key) for key in ("filter", "of_filter"))
    given = table.get("baseline")
    baseline = None if given is None else reading.take(lambda: as_period(given, "baseline"), "baseline")
    of = table.get("of")
    if of is not None and not isinstance(of, str):
        reading.unknown("of", of, MEASURES)
    counts = MEASURES[measure].counts if measure is not None and measure in MEASURES else None
    baselines = _baselines(reading, counts) if counts else {}
    if code is None or period is None or measure is None or threshold is None or reading.problems:
        return None, tuple(reading.problems)
    terms = Terms(
        title=title,
        title_en=title_en,
        measure=measure,
        filter=chosen,
        scope=scope,
        kinds=kinds,
        units=units,
        cadence=cadence,
        threshold=threshold,
        of=of,
        of_filter=of_filter,
        baseline=baseline,
        baselines=baselines,
        source=source,
        note=note,
    )
    found = problems(terms, period, groups=groups, stages=stages)
    return (None, found) if found else (Definition(code, period, terms), ())


def _threshold(reading: _Reading) -> Threshold | None:
    base = _amount(reading, "at_least")
    if base is None:
        reading.needed("at_least", str)
        return None
    if reading.table.get("stretch") is None:
        return base
    stretch = _amount(reading, "stretch")
    if stretch is None:
        return None
    if (stretch.kind, stretch.currency) != (base.kind, base.currency):
        reading.wrong(
            N_("The stretch is stated otherwise than the base."),
            N_("State both as a number, an amount in one currency, a share, or a multiple."),
            "stretch",
            "threshold",
        )
        return None
    return evolve(base, stretch=stretch.base)


def _amount(reading: _Reading, key: str) -> Threshold | None:
    """Read ``20``, ``"3.2bn USD"``, ``"15 %"`` or ``"2 x"``."""
    value = reading.table.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return _count(reading, key, value)
    if isinstance(value, Money):
        return Threshold(ThresholdKind.SUM, value.minor, currency=value.currency)
    if isinstance(value, str) and 0 < len(value.strip()) <= _LONGEST:
        return _typed(reading, key, unicodedata.normalize("NFKC", value).strip())
    if value is not None:
        reading.wrong(
            N_("{field} is a number, an amount, a share or a multiple."),
            N_('Write it like 20, "3.2bn USD", "15 %" or "2 x".'),
            key,
            "threshold",
        )
    return None


def _typed(reading: _Reading, key: str, text: str) -> Threshold | None:
    if _NUMBER.fullmatch(text):
        return _count(reading, key, int(text))
    if text.endswith("%"):
        points = reading.take(lambda: as_share(text, key), key)
        return None if points is None else Threshold(ThresholdKind.SHARE, points)
    if times := _TIMES.fullmatch(text):
        return Threshold(ThresholdKind.MULTIPLE, int(Decimal(times["number"]) * ONCE))
    money = reading.take(lambda: as_money(text), key)
    return None if money is None else Threshold(ThresholdKind.SUM, money.minor, currency=money.currency)


def _count(reading: _Reading, key: str, value: int) -> Threshold | None:
    if 0 < value <= MAX_MINOR:
        return Threshold(ThresholdKind.COUNT, value)
    reading.wrong(
        N_("{field} is a number from {lowest} to {highest}, not {value}."),
        N_("Check it."),
        key,
        "number",
        lowest=1,
        highest=MAX_MINOR,
        value=str(value)[:40],
    )
    return None


def _filter(reading: _Reading, key: str) -> Filter:
    given = reading.table.get(key)
    if given is None:
        return Filter()
    if not isinstance(given, Mapping):
        reading.wrong(N_("{field} is a table of keys."), N_("See docs/targets.md."), key, "type")
        return Filter()
    found: dict[str, Any] = {}
    for name, value in given.items():
        where = f"{key}.{str(name)[:40]}"
        if name not in filter_names():
            reading.unknown(where, name, filter_names())
        elif is_list(name):
            words = reading.words(value, where)
            if name == "industry":
                found[name] = reading.take(lambda words=words: industries(words), where) or ()  # type: ignore[misc]  # bound at once
            elif name == "countries":
                found[name] = reading.take(lambda words=words: tuple(map(as_country, words)), where) or ()  # type: ignore[misc]  # bound at once
            else:
                found[name] = words
        elif name == "min_amount":
            found[name] = reading.take(lambda value=value: as_money(value), where)  # type: ignore[misc]  # bound at once
        elif isinstance(value, str) and 0 < len(value) <= _LONGEST:
            found[name] = value
        else:
            reading.wrong(N_("{field} is one word."), N_("See docs/targets.md."), where, "type")
    return Filter(**found)


def _baselines(reading: _Reading, counts: str) -> dict[str, int]:
    given = reading.table.get("baselines")
    if given is None:
        return {}
    if not isinstance(given, Mapping) or len(given) > MOST:
        reading.wrong(N_("{field} is a table of keys."), N_("See docs/targets.md."), "baselines", "type")
        return {}
    found = {}
    for unit, value in given.items():
        where = f"baselines.{str(unit)[:40]}"
        if not isinstance(unit, str) or len(unit) > _LONGEST:
            reading.unknown("baselines", unit, [TOGETHER])
        elif counts == "count":
            if isinstance(value, int) and not isinstance(value, bool) and value <= MAX_MINOR:
                found[unit] = value
            else:
                reading.wrong(N_("{field} is a whole number."), N_("Check it."), where, "number")
        else:
            money = reading.take(lambda value=value: as_money(value), where)  # type: ignore[misc]  # bound at once
            if money is not None and money.currency != counts:
                reading.wrong(
                    N_("{field} is counted in {counts}."),
                    N_("Convert it first."),
                    where,
                    "currency",
                    counts=counts,
                )
            elif money is not None:
                found[unit] = money.minor
    return found
