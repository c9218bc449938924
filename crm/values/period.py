"""Periods: years, half-years, quarters, months, and days from one to another, cut in the bureau's zone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import Literal

from attrs import frozen

from crm.errors import N_, InvalidInput, Problem, problem
from crm.values.dates import ENGLISH_MONTH, ENGLISH_MONTHS, HAN, in_digits, plain_text, written_day
from crm.values.moments import FIRST_YEAR, LAST_YEAR, end_of

Kind = Literal["year", "half", "quarter", "month", "range"]
#: What a period can be cut into, with its months.
MONTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}

_WORDS = {**HAN, **ENGLISH_MONTHS, "上": 1, "下": 2}
_DAY = timedelta(days=1)
_LONGEST = 60
_DASH = "(?:[-~至到]|—+|–)"
_MONTH = "0?[1-9]|1[0-2]|十[一二]?|[一二两三四五六七八九]"
_QUARTER = "[1-4一二两三四]"
#: 2022, 2022年, 2022年度, 2022Q4, 2022年二季度, 2022H1, 2022年上半年, 2022-02, 2022年2月, 2022年1-9月, 2022年前三季度.
_FORMS: tuple[tuple[Literal["year", "half", "quarter", "month"], str], ...] = (
    ("year", r"(?P<year>\d{4})(?:年度?|年?全年)?"),
    ("quarter", r"(?P<year>\d{4})[-年]?(?:q(?P<number>[1-4])|第?(?P<word>[一二三四1-4])季度?)"),
    ("quarter", r"q(?P<number>[1-4])(?P<year>\d{4})"),
    ("half", r"(?P<year>\d{4})[-年]?(?:h(?P<number>[12])|(?P<word>[上下])半年)"),
    ("half", r"h(?P<number>[12])(?P<year>\d{4})"),
    ("month", r"(?P<year>\d{4})[-/.年](?P<number>0?[1-9]|1[0-2])月?"),
    ("month", r"(?P<year>\d{4})(?P<number>0[1-9]|1[0-2])"),
    ("month", rf"(?P<year>\d{{4}})年(?P<word>{_MONTH})月份?"),
    ("month", rf"(?P<year>\d{{4}})年(?P<first>{_MONTH})月?{_DASH}(?P<last>{_MONTH})月份?"),
    (
        "quarter",
        rf"(?P<year>\d{{4}})年第?(?P<first>{_QUARTER})(?:季度?)?{_DASH}第?(?P<last>{_QUARTER})季度?",
    ),
    ("quarter", rf"(?P<year>\d{{4}})q(?P<first>[1-4]){_DASH}q?(?P<last>[1-4])"),
    ("month", rf"(?P<year>\d{{4}})年?前(?P<last>{_MONTH})个?月"),
    ("quarter", rf"(?P<year>\d{{4}})年?前(?P<last>{_QUARTER})个?季度?"),
    ("half", r"(?P<year>\d{4})年?前(?P<last>半)年"),
    ("month", rf"(?P<word>{ENGLISH_MONTH})\.?,?(?P<year>\d{{4}})"),
    (
        "month",
        rf"(?P<first>{ENGLISH_MONTH})\.?(?:{_DASH}|to)(?P<last>{ENGLISH_MONTH})\.?,?(?P<year>\d{{4}})",
    ),
)


@cache
def _forms() -> tuple[tuple[Literal["year", "half", "quarter", "month"], re.Pattern[str]], ...]:
    """Return the forms, compiled when a period is first read: most commands read none."""
    return tuple((kind, re.compile(form)) for kind, form in _FORMS)


#: Since the beginning of the year: 2022年截至9月, 截至2022年9月底.
_UNTIL = re.compile(r"(?P<year>\d{4}年)?(?:截至|截止至|截止到|截止)(?P<rest>.+?)[底末止]?")
#: 2022-1-9: a day, or the months from one to another; 2022-01-09 is a day.
_EITHER = re.compile(r"(?!\d{4}-\d\d-\d\d)(\d{4})[-./年](\d{1,2})-(\d{1,2})")
_YEAR_AT_START = re.compile(r"\d{4}")
#: What belongs to a year: 9月, 三季度, 上半年.
_NO_YEAR = re.compile("[月季]|半年")
#: A dash stands between two periods where a year follows it: 2024年12月-2025年1月.
_BETWEEN = re.compile(r"\.\.|[至到~]|—+|–|-(?=\d{4}(?!\d))")
#: From the beginning of a year to today: 2025年以来, 今年至今.
_SO_FAR = re.compile(r"(?P<year>\d{4})年?(?:以来|至今|迄今)")
#: Words that count from today, and how many they are away from the year, quarter, month or week that it is in.
_COUNTED: tuple[tuple[Literal["year", "quarter", "month"], int, str], ...] = (
    ("year", 0, "今年度?|本年度?|thisyear"),
    ("year", -1, "去年|上年度?|lastyear"),
    ("year", -2, "前年"),
    ("year", 1, "明年|下年度?|nextyear"),
    ("quarter", 0, "(?:本|这个?)季度?|thisquarter"),
    ("quarter", -1, "上个?季度?|lastquarter"),
    ("month", 0, "本月份?|这个?月|thismonth"),
    ("month", -1, "上个?月份?|lastmonth"),
)
_WEEKS = {**dict.fromkeys(("本周", "这周", "thisweek"), 0), **dict.fromkeys(("上周", "lastweek"), -1)}


@frozen
class Period:
    """Days from *start* up to, but not including, *end*, in the bureau's zone.

    Its kind follows from its days: from 1 January to the next 1 January is a year, however it was written.

    Attributes:
        start: The first day.
        end: The day after the last.
    """

    start: date
    end: date

    def __attrs_post_init__(self) -> None:
        """Refuse a period that ends before it starts."""
        if self.end <= self.start:
            raise InvalidInput(problem(N_("A period must end after it starts."), N_("Check both days."), code="period"))

    @classmethod
    def year(cls, year: int) -> Period:
        """Return a calendar year."""
        return cls._of(year, 1, 12)

    @classmethod
    def quarter(cls, year: int, number: int) -> Period:
        """Return a quarter, 1 to 4."""
        return cls._of(year, 3 * number - 2, 3)

    @classmethod
    def month(cls, year: int, number: int) -> Period:
        """Return a month, 1 to 12."""
        return cls._of(year, number, 1)

    @classmethod
    def through(cls, first: date, last: date) -> Period:
        """Return the period from a first to a last day, both included."""
        return cls(first, last + _DAY)

    @classmethod
    def holding(cls, day: date, kind: Literal["year", "half", "quarter", "month"]) -> Period:
        """Return the year, half-year, quarter or month that contains a day."""
        months = MONTHS[kind]
        return cls._of(day.year, (day.month - 1) // months * months + 1, months)

    @classmethod
    def _of(cls, year: int, month: int, months: int) -> Period:
        """Return a number of months from one on; the number may lie outside of the year."""
        return cls(_first(year, month), _first(year, month + months))

    @classmethod
    def parse(cls, text: object, field: str = "period", *, today: date | None = None) -> Period:
        """Read a period: ``2022``, ``2022Q4``, ``2022H1``, ``2022-02``, ``FROM..TO``, ``2022年二季度``, ``2022年1-9月``.

        Also ``2022年上半年``, ``2022年前三季度``, ``截至2022年9月``, ``May 2022``, ``Jan-Sep 2022``.
        The ends of a range belong to it, and each may be a day or a period: ``2022-03..2022-05`` is March to May.
        Where *today* is given also words that count from it: ``今年``, ``去年前三季度``, ``上个月``, ``last year``, ``今年以来``.

        Raises:
            InvalidInput: It is not a period, has no year, or can be read in two ways.
        """
        if not isinstance(text, str) or len(text) > _LONGEST:
            raise InvalidInput(_no_period(text, field))
        plain = in_digits("".join(plain_text(text).split()))
        if today is not None:
            plain = _counted(plain, today)
        found = _read(plain)
        if found is None:
            _require_year(plain, text, field, 2023 if today is None else today.year)
            _require_one_reading(plain, text, field)
            raise InvalidInput(_no_period(text, field))
        return cls(*found)

    # --- what it is -------------------------------------------------------------------------------------------------

    @property
    def kind(self) -> Kind:
        """The kind of its days."""
        for kind in ("month", "quarter", "half", "year"):
            if Period.holding(self.start, kind) == self:
                return kind
        return "range"

    @property
    def last(self) -> date:
        """The last day."""
        return self.end - _DAY

    @property
    def days(self) -> int:
        """The number of days."""
        return (self.end - self.start) // _DAY

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """The first instant and the first one after it, in UTC: midnights of the bureau."""
        return end_of(self.start - _DAY), end_of(self.last)

    @property
    def number(self) -> int:
        """Its number in its year: 2 for 2022Q2; 1 for a year and for a range."""
        return (self.start.month - 1) // MONTHS.get(self.kind, 12) + 1

    def __contains__(self, day: date) -> bool:
        """Return whether *day* is in it."""
        return self.start <= day < self.end

    def __str__(self) -> str:
        """Return it in a form that :meth:`parse` reads.

        Such as ``2022``, ``2022H1``, ``2022Q4``, ``2022-02``, ``2022-02-06..2022-03-01``.
        """
        match self.kind:
            case "year":
                return f"{self.start.year}"
            case "half":
                return f"{self.start.year}H{self.number}"
            case "quarter":
                return f"{self.start.year}Q{self.number}"
            case "month":
                return f"{self.start:%Y-%m}"
        return f"{self.start}..{self.last}"

    # --- other periods ----------------------------------------------------------------------------------------------

    @property
    def months(self) -> int | None:
        """The number of months if it consists of whole months, otherwise None."""
        if self.start.day != 1 or self.end.day != 1:
            return None
        return 12 * (self.end.year - self.start.year) + self.end.month - self.start.month

    def previous(self) -> Period:
        """Return the period before: as many months if it consists of whole months, otherwise as many days."""
        if self.months is None:
            return Period(self.start - (self.end - self.start), self.start)
        return self._of(self.start.year, self.start.month - self.months, self.months)

    def year_before(self) -> Period:
        """Return the same months or days of the year before (上年同期); 29 February counts as the 28th."""
        if self.months is not None:
            return self._of(self.start.year - 1, self.start.month, self.months)
        return Period(_earlier(self.start), _earlier(self.last) + _DAY)

    def parts(self, kind: Literal["year", "half", "quarter", "month"]) -> tuple[Period, ...]:
        """Return the whole years, half-years, quarters or months that it touches, in order."""
        return tuple(self._touched(kind))

    def _touched(self, kind: Literal["year", "half", "quarter", "month"]) -> Iterator[Period]:
        part = Period.holding(self.start, kind)
        while part.start < self.end:
            yield part
            part = Period.holding(part.end, kind)

    def elapsed(self, day: date) -> Fraction:
        """Return the elapsed share of its days at the end of *day* (序时进度), from 0 to 1."""
        over = ((day - self.start) // _DAY) + 1
        return Fraction(min(max(over, 0), self.days), self.days)


def as_period(value: object, field: str = "period", *, today: date | None = None) -> Period:
    """Return *value* as a period, reading text, and a number as a year.

    Words such as ``今年`` are read where *today* is given.

    Raises:
        InvalidInput: It is not a period.
    """
    if isinstance(value, Period):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and FIRST_YEAR <= value <= LAST_YEAR:
        return Period.year(value)
    return Period.parse(value, field, today=today)


def _counted(plain: str, today: date) -> str:
    """Return a text in which words that count from today are written out: 2025年前三季度 for 去年前三季度."""
    for kind, away, words in _COUNTED:
        part = Period.holding(today, kind)
        for _ in range(abs(away)):
            part = part.previous() if away < 0 else Period.holding(part.end, kind)
        ending = {"year": "", "quarter": f"{part.number}季度", "month": f"{part.start.month}月"}[kind]
        plain = re.sub(words, f"{part.start.year}年{ending}", plain)
    if plain in _WEEKS:
        monday = today + timedelta(days=7 * _WEEKS[plain] - today.weekday())
        return f"{monday}..{monday + timedelta(days=6)}"
    if so_far := _SO_FAR.fullmatch(plain):
        return f"{so_far['year']}-01-01..{today}"
    return plain


def _read(plain: str) -> tuple[date, date] | None:
    """Return the first day and the day after the last of a period without spaces, or None if it is none."""
    if until := _UNTIL.fullmatch(plain):
        whole = _read((until["year"] or "") + until["rest"])
        return whole and (date((whole[1] - _DAY).year, 1, 1), whole[1])
    one = _one(plain)
    if one is not None:
        return one
    match _BETWEEN.split(plain):
        case [first, last]:
            start = _one(first)
            short = start is not None and _NO_YEAR.search(last) and not _YEAR_AT_START.match(last)
            end = _one(f"{start[0].year}年{last}" if start and short else last)
            return (start[0], end[1]) if start and end else None
    return None


def _one(plain: str) -> tuple[date, date] | None:
    """Return what a period that is no range between two others covers."""
    for kind, form in _forms():
        match = form.fullmatch(plain)
        if match is None:
            continue
        year = int(match["year"])
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return None
        found = match.groupdict()
        numbers = [
            _WORDS.get(part) or int(part)
            for part in (found.get(name) for name in ("first", "word", "number", "last"))
            if part and part != "半"
        ]
        size = MONTHS[kind]
        first = 1 if "last" in found and "first" not in found else min(numbers[:1], default=1)
        return _first(year, size * (first - 1) + 1), _first(year, size * max(numbers[-1:], default=1) + 1)
    start = None if _EITHER.fullmatch(plain) else written_day(plain, field="period")
    return (start, start + _DAY) if start and FIRST_YEAR <= start.year <= LAST_YEAR else None


def _require_year(plain: str, text: str, field: str, year: int) -> None:
    """Refuse a period that lacks its year and nothing else."""
    if _NO_YEAR.search(plain) and not _YEAR_AT_START.match(plain) and _read(f"{FIRST_YEAR}年{plain}"):
        raise InvalidInput(
            problem(
                N_('"{text}" has no year.'),
                N_("Put the year first, such as {example}."),
                field=field,
                code="no_year",
                text=text,
                example=f"{year}年{text.strip()}",
            )
        )


def _require_one_reading(plain: str, text: str, field: str) -> None:
    """Refuse what is a day to one reader and a number of months to another."""
    if either := _EITHER.fullmatch(plain):
        day = _one(f"{either[1]}年{either[2]}月{either[3]}日")
        months = _one(f"{either[1]}年{either[2]}-{either[3]}月")
        if day and months and months[0] < months[1]:
            raise InvalidInput(
                problem(
                    N_('"{text}" may be the day {day} or the months {months}.'),
                    N_("Write one of the two."),
                    field=field,
                    code="readings",
                    text=text,
                    day=day[0].isoformat(),
                    months=str(Period(*months)),
                )
            )


def _no_period(text: object, field: str) -> Problem:
    return problem(
        N_('"{text}" is not a period.'),
        N_("Write it like 2022, 2022H1, 2022Q4, 2022-02 or 2022-02-06..2022-03-01."),
        field=field,
        code="period",
        text=str(text)[:40],
    )


def _first(year: int, month: int) -> date:
    more, month = divmod(month - 1, 12)
    return date(year + more, month + 1, 1)


def _earlier(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return date(day.year - 1, 2, 28)
