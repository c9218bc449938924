"""Capital: which kinds count (口径), at which rate, and the groups of countries. Data of the policy."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from attrs import frozen

from crm.errors import N_, Problem
from crm.refusals import SEE_POLICY
from crm.rules.kernel.checks import Checks
from crm.rules.ledgers.entries import ArrivalKind
from crm.values.identifiers import COUNTRIES

#: The length of the columns and keys that store them.
METHOD_LENGTH, GROUP_LENGTH = 40, 24
_MOST_DAYS = 366
#: Every kind of arrival.
KINDS = tuple(kind.value for kind in ArrivalKind)


class RateDay(StrEnum):
    """The day of the rate for a conversion: the entry's own, or the first or last of its month."""

    DAY = "day"
    MONTH_START = "month_start"
    MONTH_END = "month_end"


@frozen
class CountryGroup:
    """A group of countries in figures. Groups may overlap, so they are never added up.

    Attributes:
        code: The word in files and in the keys of figures.
        label: What people read.
        label_zh: The same in Chinese.
        countries: ISO 3166-1 alpha-2.
    """

    code: str
    label: str
    label_zh: str
    countries: frozenset[str]


#: Europe by the United Nations' geoscheme (M49) with the islands of its west and north, the United States and Canada.
#: The islands of the Caribbean are not part of 欧美.
_EUROPE_AMERICA = (
    "AD AL AT AX BA BE BG BY CH CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT "
    "NL NO PL PT RO RS RU SE SI SJ SK SM UA VA US CA"
).split()

DEFAULT_GROUPS = (
    CountryGroup("japan_korea", N_("Japan and Korea"), "日韩", frozenset({"JP", "KR"})),
    CountryGroup("europe_america", N_("Europe and America"), "欧美", frozenset(_EUROPE_AMERICA)),
)


@frozen
class CapitalPolicy:
    """How capital is counted.

    Attributes:
        method: The name of the statistical method (口径), kept with every entry.
        home: ISO 3166-1 alpha-2 of the country whose own capital is domestic; capital from anywhere else is foreign.
            Hong Kong, Macao and Taiwan have codes of their own, and count as foreign (《外商投资统计调查制度》).
        counted: The kinds of arrival that actual FDI counts.
        rate_source: The table of rates that amounts are converted with.
        rate_day: Which day's rate.
        rate_age_days: So many days back a rate may lie, over weekends and holidays.
        groups: Countries told together.
    """

    method: str = "default"
    home: str = "CN"
    counted: tuple[str, ...] = KINDS
    rate_source: str = "safe"
    rate_day: RateDay = RateDay.DAY
    rate_age_days: int = 10
    groups: tuple[CountryGroup, ...] = DEFAULT_GROUPS

    def rate_day_of(self, day: date) -> date:
        """Return the day whose rate an amount of *day* is converted at."""
        if self.rate_day is RateDay.MONTH_START:
            return day.replace(day=1)
        if self.rate_day is RateDay.MONTH_END:
            return day.replace(day=monthrange(day.year, day.month)[1])
        return day

    def group(self, code: str) -> CountryGroup | None:
        """Return the group of this code, or None."""
        return next((group for group in self.groups if group.code == code), None)

    def problems(self) -> tuple[Problem, ...]:
        """Return all contradictions in it."""
        codes, check = [group.code for group in self.groups], Checks()
        for name, text, limit in (
            ("method", self.method, METHOD_LENGTH),
            ("rate_source", self.rate_source, GROUP_LENGTH),
            *(("groups", code, GROUP_LENGTH) for code in codes),
        ):
            if not 1 <= len(text.strip()) <= limit:
                check.wrong(
                    N_("capital: {field} must have 1 to {limit} characters."),
                    SEE_POLICY,
                    field=name,
                    code="length",
                    limit=limit,
                )
        if type(self.rate_age_days) is not int or not 0 <= self.rate_age_days <= _MOST_DAYS:
            check.wrong(
                N_("capital: {field} must be a number of days from 0 to {most}, not {days}."),
                SEE_POLICY,
                field="rate_age_days",
                code="days",
                days=str(self.rate_age_days)[:40],
                most=_MOST_DAYS,
            )
        for kind in self.counted:
            if kind not in KINDS:
                check.wrong(
                    N_('capital: "{kind}" is not a kind of arrival.'),
                    N_("Kinds: {known}."),
                    field="counted",
                    code="kind",
                    kind=str(kind)[:40],
                    known=", ".join(KINDS),
                )
        for code in dict.fromkeys(codes):
            if codes.count(code) > 1:
                check.wrong(
                    N_('capital: the group "{group}" occurs twice.'),
                    SEE_POLICY,
                    field="groups",
                    code="group",
                    group=code[:40],
                )
        for country in _unknown(
            [self.home, *(country for group in self.groups for country in sorted(group.countries))]
        ):
            check.wrong(
                N_('capital: "{country}" is not a country.'),
                N_("Write two letters of ISO 3166, such as JP, DE, HK, CN."),
                field="groups",
                code="country",
                country=str(country)[:40],
            )
        return check.problems


def _unknown(countries: Iterable[str]) -> list[str]:
    return [country for country in dict.fromkeys(countries) if country not in COUNTRIES]
