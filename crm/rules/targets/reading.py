"""Reading a target from a file or arguments, with all problems by key."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from attrs import evolve, frozen

from crm.errors import N_, Problem, problem
from crm.refusals import SEE_TARGETS, not_one_of, out_of_range
from crm.rules.figures.measures import TARGETED
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import declared
from crm.rules.targets.checks import problems
from crm.rules.targets.codes import Cadence, ScopeKind, ThresholdKind
from crm.rules.targets.fields import NewTarget, TermsFields
from crm.rules.targets.terms import (
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
from crm.values.text import text_problem

T = TypeVar("T")

#: The keys of a target.
KEYS = tuple(declared(NewTarget))
#: Those that have a reader of their own; a target always has a title and a source.
_SIMPLE, _STATED = ("title", "title_en", "source", "note", "scope", "cadence"), ("title", "source")
#: The kinds of unit, as the tables have them.
UNIT_KINDS = ("district", "zone", "department", "enterprise")

_TIMES = re.compile(r"(?P<number>\d{1,6}(?:\.\d{1,2})?)\s*(?:x|×|倍|times)", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,12}")
_LONGEST = 60


@frozen
class Definition:
    """A target as it was given.

    Attributes:
        code: Its short name.
        period: When.
        terms: What it asks.
    """

    code: str
    period: Period
    terms: Terms


class _Reading(Checks):
    """Reads the keys of a target one by one."""

    def __init__(self, table: Mapping[str, object]) -> None:
        super().__init__()
        self.table = table

    def needed(self, key: str, read: Callable[[Any], T]) -> T | None:
        """Return the result of *read* for a required value."""
        value = self.table.get(key)
        if value is None or value == "":
            self.wrong(N_("A target lacks {field}."), SEE_TARGETS, field=key, code="missing")
            return None
        return self.take(lambda: read(value), key, renamed=True)

    def words(self, value: object, field: str) -> tuple[str, ...]:
        """Return a list of words; a text is one word."""
        found = [value] if isinstance(value, str) else value
        if found is None:
            return ()
        if (
            isinstance(found, list | tuple | set | frozenset)
            and len(found) <= MOST
            and all(text_problem(text, field, limit=_LONGEST) is None for text in found)
        ):
            return tuple(text.strip() for text in found)
        self.wrong(
            N_("{field} must be a list of at most {most} words."),
            N_('Write it like ["district", "zone"].'),
            field=field,
            code="type",
            most=MOST,
        )
        return ()


def read(
    table: object, *, groups: Collection[str], stages: Collection[str]
) -> tuple[Definition | None, tuple[Problem, ...]]:
    """Return the target in a table of plain values, or all its problems.

    Args:
        table: What was written; see :data:`KEYS`.
        groups: The groups of countries of the policy.
        stages: The stages of the pipeline.
    """
    if not isinstance(table, Mapping):
        return None, (problem(N_("A target must be a table of keys."), SEE_TARGETS, field="target", code="type"),)
    reading = _Reading(table)
    for key in table:
        if key not in KEYS:
            reading.add(not_one_of(key, KEYS, str(key)[:40]))
    code = reading.needed("code", lambda value: as_code(value, "code"))
    period = reading.needed("period", as_period)
    measure = reading.needed("measure", str)
    if measure is not None and measure not in TARGETED:
        reading.add(not_one_of(measure, TARGETED, "measure"))
    threshold = _threshold(reading)
    stated = {key: table.get(key) for key in _SIMPLE if key in _STATED or table.get(key) is not None}
    simple = reading.fields(TermsFields, stated)
    kinds = reading.words(table.get("kinds"), "kinds")
    for kind in kinds:
        if kind not in UNIT_KINDS:
            reading.add(not_one_of(kind, UNIT_KINDS, "kinds"))
    units = tuple(word.lower() for word in reading.words(table.get("units"), "units"))
    chosen, of_filter = (_filter(reading, key) for key in ("filter", "of_filter"))
    entered = table.get("baseline")
    baseline = (
        None if entered is None else reading.take(lambda: as_period(entered, "baseline"), "baseline", renamed=True)
    )
    of = table.get("of")
    if of is not None and not isinstance(of, str):
        reading.add(not_one_of(of, TARGETED, "of"))
    counts = TARGETED[measure].counts if measure is not None and measure in TARGETED else None
    baselines = _baselines(reading, counts) if counts else {}
    if code is None or period is None or measure is None or threshold is None or reading.problems:
        return None, reading.problems
    terms = Terms(
        title=simple["title"],
        title_en=simple.get("title_en") or "",
        measure=measure,
        filter=chosen,
        scope=simple.get("scope", ScopeKind.CITY),
        kinds=kinds,
        units=units,
        cadence=simple.get("cadence", Cadence.WHOLE),
        threshold=threshold,
        of=of,
        of_filter=of_filter,
        baseline=baseline,
        baselines=baselines,
        source=simple["source"],
        note=simple.get("note") or "",
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
            N_("The stretch and the threshold are of different kinds."),
            N_("Give both as a number, an amount in one currency, a share, or a multiple."),
            field="stretch",
            code="threshold",
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
        return _read_threshold(reading, key, unicodedata.normalize("NFKC", value).strip())
    if value is not None:
        reading.wrong(
            N_("{field} must be a number, an amount, a share or a multiple."),
            N_('Write it like 20, "3.2bn USD", "15 %" or "2 x".'),
            field=key,
            code="threshold",
        )
    return None


def _read_threshold(reading: _Reading, key: str, text: str) -> Threshold | None:
    if _NUMBER.fullmatch(text):
        return _count(reading, key, int(text))
    if text.endswith("%"):
        points = reading.take(lambda: as_share(text, key), key, renamed=True)
        return None if points is None else Threshold(ThresholdKind.SHARE, points)
    if times := _TIMES.fullmatch(text):
        return Threshold(ThresholdKind.MULTIPLE, int(Decimal(times["number"]) * ONCE))
    money = reading.take(lambda: as_money(text), key, renamed=True)
    return None if money is None else Threshold(ThresholdKind.SUM, money.minor, currency=money.currency)


def _count(reading: _Reading, key: str, value: int) -> Threshold | None:
    if 0 < value <= MAX_MINOR:
        return Threshold(ThresholdKind.COUNT, value)
    reading.add(out_of_range(value, 1, MAX_MINOR, key, N_("Check it.")))
    return None


def _filter(reading: _Reading, key: str) -> Filter:
    entered = reading.table.get(key)
    if entered is None:
        return Filter()
    if not isinstance(entered, Mapping):
        reading.wrong(N_("{field} must be a table of keys."), SEE_TARGETS, field=key, code="type")
        return Filter()
    found: dict[str, Any] = {}
    for name, value in entered.items():
        where = f"{key}.{str(name)[:40]}"
        if name not in filter_names():
            reading.add(not_one_of(name, filter_names(), where))
        elif is_list(name):
            words = reading.words(value, where)
            if name == "industry":
                found[name] = reading.take(partial(industries, words), where, renamed=True) or ()
            elif name == "countries":
                found[name] = reading.take(partial(_countries, words), where, renamed=True) or ()
            else:
                found[name] = words
        elif name == "min_amount":
            found[name] = reading.take(partial(as_money, value), where, renamed=True)
        elif isinstance(value, str) and 0 < len(value) <= _LONGEST:
            found[name] = value
        else:
            reading.wrong(N_("{field} must be one word."), SEE_TARGETS, field=where, code="type")
    return Filter(**found)


def _countries(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(as_country, words))


def _baselines(reading: _Reading, counts: str) -> dict[str, int]:
    entered = reading.table.get("baselines")
    if entered is None:
        return {}
    if not isinstance(entered, Mapping) or len(entered) > MOST:
        reading.wrong(N_("{field} must be a table of keys."), SEE_TARGETS, field="baselines", code="type")
        return {}
    found = {}
    for unit, value in entered.items():
        where = f"baselines.{str(unit)[:40]}"
        if not isinstance(unit, str) or len(unit) > _LONGEST:
            reading.add(not_one_of(unit, [TOGETHER], "baselines"))
        elif counts == "count":
            if isinstance(value, int) and not isinstance(value, bool) and value <= MAX_MINOR:
                found[unit] = value
            else:
                reading.wrong(N_("{field} must be a whole number."), N_("Check it."), field=where, code="number")
        else:
            money = reading.take(partial(as_money, value), where, renamed=True)
            if money is not None and money.currency != counts:
                reading.wrong(
                    N_("{field} is counted in {counts}."),
                    N_("Convert it first."),
                    field=where,
                    code="currency",
                    counts=counts,
                )
            elif money is not None:
                found[unit] = money.minor
    return found
