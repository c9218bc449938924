"""Targets (目标任务): measures, filters, scopes and thresholds. Data, no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Literal, cast

from attrs import Factory, field, fields, frozen

from crm.rules.figures.measures import TARGETED
from crm.rules.targets.codes import Cadence, ScopeKind, ThresholdKind
from crm.values.identifiers import as_industry
from crm.values.money import Money
from crm.values.period import Period
from crm.values.shares import percent

#: 100 % of a share, and 1 x of a multiple.
WHOLE, ONCE = 10_000, 100
#: The maximum number of values of one kind in a target.
MOST = 400


_LISTS = ("countries", "groups", "industry", "kinds")


def _sorted(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(codes)))


@frozen(kw_only=True)
class Filter:
    """The filters of a measure. Missing ones have no effect.

    Attributes:
        countries: Capital from these, ISO 3166-1 alpha-2.
        groups: Capital from these groups of countries of the policy.
        industry: Industries of GB/T 4754: sections such as ``C``, or longer codes; each holds all below it.
        kinds: Kinds of the record.
        stage: A project counts once it has entered this stage of the pipeline, or a later one.
        capital: ``foreign`` or ``domestic`` projects.
        min_amount: Only projects of which so much or more is agreed.
        place: ``home`` or ``abroad``.
        led_by: ``first``: led by the first person of the unit, of the city's by its own leader too; ``city``: by the
            city's.
    """

    countries: tuple[str, ...] = field(default=(), converter=_sorted)
    groups: tuple[str, ...] = field(default=(), converter=_sorted)
    industry: tuple[str, ...] = field(default=(), converter=_sorted)
    kinds: tuple[str, ...] = field(default=(), converter=_sorted)
    stage: str | None = None
    capital: str | None = None
    min_amount: Money | None = None
    place: str | None = None
    led_by: str | None = None

    @property
    def stated(self) -> dict[str, Any]:
        """What narrows, in the types of the arguments."""
        found = {attribute.name: getattr(self, attribute.name) for attribute in fields(Filter)}
        return {key: value for key, value in found.items() if value}

    @property
    def plain(self) -> dict[str, Any]:
        """What narrows, as JSON has it."""
        return {
            key: [value.minor, value.currency]
            if isinstance(value, Money)
            else list(value)
            if isinstance(value, tuple)
            else value
            for key, value in self.stated.items()
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Filter:
        """Return the filters stored as :attr:`plain`."""
        values = dict(stored)
        if "min_amount" in values:
            minor, currency = values["min_amount"]
            values["min_amount"] = Money(minor, currency)
        return cls(**values)


NO_FILTER = Filter()


@frozen
class Threshold:
    """The threshold of a target.

    Attributes:
        kind: How it is stated.
        base: What must be reached: a number, minor units of *currency*, basis points of a share, or hundredths of a
            multiple.
        stretch: What one would like to reach, or None.
        currency: Of a sum: its currency.
    """

    kind: ThresholdKind
    base: int
    stretch: int | None = None
    currency: str | None = None

    def stated(self, number: int) -> Money | str:
        """Return a threshold as an argument, such as a sum that no language reads in two ways."""
        return self.text(number) if self.currency is None else Money(number, self.currency)

    def text(self, number: int | None = None) -> str:
        """Return a threshold as text, by default the base: ``20``, ``3,200,000,000.00 USD``, ``15%``, ``2x``."""
        value = self.base if number is None else number
        match self.kind:
            case ThresholdKind.SUM:
                return str(Money(value, cast("str", self.currency)))
            case ThresholdKind.SHARE:
                return percent(value)
            case ThresholdKind.MULTIPLE:
                return _times(value)
            case _:
                return str(value)


def _times(hundredths: int) -> str:
    whole, rest = divmod(hundredths, ONCE)
    return f"{whole}.{rest:02d}".rstrip("0") + "x" if rest else f"{whole}x"


@frozen(kw_only=True)
class Terms:
    """The terms of a target.

    Attributes:
        title: Its name in Chinese.
        title_en: Its name in English, or empty.
        measure: A code of :data:`crm.rules.figures.measures.TARGETED`.
        filter: What the measure is narrowed to.
        scope: Of whom it is asked.
        kinds: The kinds of unit it is asked of.
        units: Codes of units it is asked of, beside those of the kinds.
        cadence: How often.
        threshold: How much.
        of: Of a share: the measure it is a share of.
        of_filter: What that one is narrowed to.
        baseline: Of a multiple: the period whose own figure is multiplied.
        baselines: Of a multiple: figures that were entered, by the code of the unit; ``city`` for one that is not asked
            of each.
        source: Its source, such as a publication.
        note: How it is counted, in a sentence.
    """

    title: str
    title_en: str = ""
    measure: str
    filter: Filter = NO_FILTER
    scope: ScopeKind = ScopeKind.CITY
    kinds: tuple[str, ...] = field(default=(), converter=_sorted)
    units: tuple[str, ...] = field(default=(), converter=_sorted)
    cadence: Cadence = Cadence.WHOLE
    threshold: Threshold
    of: str | None = None
    of_filter: Filter = NO_FILTER
    baseline: Period | None = None
    baselines: Mapping[str, int] = Factory(dict)
    source: str
    note: str = ""

    @cached_property
    def counts(self) -> str:
        """``count``, or the currency of its figures."""
        return TARGETED[self.measure].counts

    def parts(self, period: Period) -> tuple[Period, ...]:
        """Return the spans of a period by the cadence."""
        if self.cadence is Cadence.WHOLE:
            return (period,)
        return period.parts(cast("Literal['half', 'quarter', 'month']", self.cadence.value))

    @property
    def stated(self) -> dict[str, Any]:
        """All of it that was given, by the names of the arguments and in their types."""
        threshold = self.threshold
        entered = (
            self.baselines
            if self.counts == "count"
            else {unit: Money(value, self.counts) for unit, value in self.baselines.items()}
        )
        found = {
            "title": self.title,
            "title_en": self.title_en,
            "measure": self.measure,
            "filter": self.filter.stated,
            "scope": self.scope,
            "kinds": self.kinds,
            "units": self.units,
            "cadence": self.cadence,
            "at_least": threshold.stated(threshold.base),
            "stretch": None if threshold.stretch is None else threshold.stated(threshold.stretch),
            "of": self.of,
            "of_filter": self.of_filter.stated,
            "baseline": self.baseline,
            "baselines": entered,
            "source": self.source,
            "note": self.note,
        }
        return {name: value for name, value in found.items() if value}

    @property
    def plain(self) -> dict[str, Any]:
        """All of it, as JSON has it: what two versions are compared by."""
        return {
            "title": self.title,
            "title_en": self.title_en,
            "measure": self.measure,
            "filter": self.filter.plain,
            "scope": self.scope.value,
            "kinds": list(self.kinds),
            "units": list(self.units),
            "cadence": self.cadence.value,
            "threshold": [
                self.threshold.kind.value,
                self.threshold.base,
                self.threshold.stretch,
                self.threshold.currency,
            ],
            "of": self.of,
            "of_filter": self.of_filter.plain,
            "baseline": None if self.baseline is None else str(self.baseline),
            "baselines": dict(sorted(self.baselines.items())),
            "source": self.source,
            "note": self.note,
        }


#: The key of an entered baseline of a target that is not for each unit.
TOGETHER = "city"


def filter_names() -> tuple[str, ...]:
    """Return the names of all filters."""
    return tuple(attribute.name for attribute in fields(Filter))


def is_list(name: str) -> bool:
    """Return whether a filter takes several values."""
    return name in _LISTS


def industries(codes: Iterable[object]) -> tuple[str, ...]:
    """Return industries as the tables have them.

    Raises:
        InvalidInput: One is no code of GB/T 4754.
    """
    return tuple(as_industry(text) for text in codes)
