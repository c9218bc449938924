"""The numbers, names and periods of a report in a language. Rounding, half up, happens only here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, Protocol

from attrs import frozen
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, get_currency_name, get_currency_symbol

from crm.errors import N_
from crm.reports.sheet import Cell, Kind, kind_in
from crm.values.moments import BUREAU_ZONE, zone_of
from crm.values.money import Money, exponent
from crm.values.period import Period
from crm.values.ratios import rounded
from crm.values.sentences import Coded, Named, NotAvailable, Said, Words

#: For each language: the smallest amount, in whole units, of each scale, and its maximum digits.
_SCALES: Mapping[str, tuple[tuple[int, int, str, int], ...]] = {
    "zh": ((10**8, 10**8, "亿", 2), (10**4, 10**4, "万", 2)),
    "en": (
        (10**9, 10**9, "bn", 3),
        (10**8, 10**6, "m", 0),
        (10**7, 10**6, "m", 1),
        (10**6, 10**6, "m", 2),
    ),
}
_DAYS = {"zh": "yyyy年M月d日", "en": "d MMMM yyyy"}
_SHORT_DAYS = {"zh": "yyyy-MM-dd", "en": "d MMM yyyy"}
_MONTHS = {"zh": "yyyy年M月", "en": "MMMM yyyy"}
_QUARTERS = {"zh": "yyyy年QQQQ", "en": "QQQ yyyy"}
_NOTHING = "–"
#: A range of whole ones is named by them.
_UNITS: tuple[Literal["year", "month"], ...] = ("year", "month")
#: As the bureau's statistics call them.
_REGIONS = {
    "zh": {"HK": "中国香港", "MO": "中国澳门", "TW": "中国台湾"},
    "en": {"HK": "Hong Kong, China", "MO": "Macao, China", "TW": "Taiwan, China"},
}


class Language(Protocol):
    """The interface of a language; :class:`crm.cli.printing.language.Language` implements it.

    Attributes:
        code: ``zh`` or ``en``.
        locale: The same as Babel calls it.
    """

    @property
    def code(self) -> Any:
        """``zh`` or ``en``."""

    @property
    def locale(self) -> str:
        """The same as a Babel locale."""

    def read(self, text: str) -> str:
        """Return a text of the catalogues."""

    def word(self, context: str, code: object) -> str:
        """Return the word for a code."""


@frozen
class Writer:
    """Writes the content of a report.

    Attributes:
        language: In which language.
    """

    language: Language

    def say(self, template: str, /, **values: object) -> str:
        """Return a sentence with its values written out."""
        return self.language.read(template).format(**{name: self.value(value) for name, value in values.items()})

    def words(self, text: Words) -> str:
        """Return a text in the language."""
        match text:
            case Said():
                return self.say(text.template, **text.values)
            case Coded("country"):
                return self.country(text.code)
            case Coded():
                return self.language.word(text.context, text.code)
            case Named():
                return text.zh if self.language.code == "zh" else text.en
            case Period():
                return self.period(text)
        return text

    def country(self, code: str) -> str:
        """Return the name of a country or region by its ISO 3166-1 code."""
        own = _REGIONS[self.language.code].get(code)
        return own or Locale.parse(self.language.locale).territories.get(code, code)

    def value(self, value: object) -> str:
        """Return a value inside a sentence."""
        for kind, write in self._writers:
            if isinstance(value, kind):
                return write(value)
        return str(value)

    def left_out(self, what: object, count: int | None) -> str:
        """Return what a report leaves out, with its number if known."""
        text = self.value(what)
        return text if count is None else self.say(N_("{what} ({count})"), what=text, count=count)

    @property
    def _writers(self) -> tuple[tuple[Any, Callable[[Any], str]], ...]:
        return (
            ((Said, Coded, Named, Period, str), self.words),
            (Money, self.money),
            (datetime, self.moment),
            (date, self.day),
            ((int, Decimal, Fraction), self.number),
            (tuple, lambda several: self.say(N_(", ")).join(map(self.value, several))),
        )

    # --- what stands in a cell --------------------------------------------------------------------------------------

    def cell(self, kind: Kind, value: Cell) -> str:
        """Return the text of a cell; a missing value gives its reason, an empty one is empty."""
        if value is None or isinstance(value, NotAvailable):
            return "" if value is None else self.say(N_("n/a"))
        if isinstance(value, tuple):
            return "\n".join(map(self.money, value)) or _NOTHING
        write = self._kinds.get(kind_in(kind, value), self.value)
        return write(value)

    @property
    def _kinds(self) -> Mapping[str, Callable[[object], str]]:
        return {
            "share": lambda value: self.percent(Fraction(value)),
            "growth": lambda value: self.percent(Fraction(value), signed=True),
            "points": lambda value: self._signed(rounded(Fraction(value) * 100, 2)),
            "day": lambda value: self.day(value, short=True),
            "exact": lambda value: self.money(value, exact=True),
            "due": self.due,
        }

    def figure(self, kind: Kind, value: Cell) -> str:
        """Return a main figure with its unit."""
        text = self.cell(kind, value)
        if value is None or isinstance(value, NotAvailable):
            return text
        match kind:
            case "days":
                return self.say(N_("{number} days"), number=text)
            case "points":
                return self.say(N_("{number} percentage points"), number=text)
            case "times" if self.language.code == "zh":  # "8 times the year before" has the word in its label
                return f"{text} 倍"
        return text

    # --- numbers ----------------------------------------------------------------------------------------------------

    def beside(self, label: Words, kind: Kind, value: Cell) -> tuple[str, str, bool]:
        """Return label and value of a number beside a figure, and whether the label comes first.

        A heading comes first: "Rank: deputy". A phrase follows its value: "+18.02% growth"; but not in Chinese.
        """
        text = self.words(label)
        return text, self.figure(kind, value), bool(text) and (self.language.code == "zh" or text[:1].isupper())

    def number(self, value: Fraction | Decimal | int) -> str:
        """Return a number with thousands separators, and two decimals if it is not whole."""
        return self._decimal(rounded(value, 2) if not isinstance(value, int) else Decimal(value))

    def percent(self, value: Fraction, *, signed: bool = False) -> str:
        """Return a fraction as a percentage, rounded half up to two digits: ``10.98%``; a growth with its sign."""
        points = rounded(value * 100, 2)
        return (self._signed(points) if signed else self._two(points)) + "%"

    def money(self, value: Money, *, exact: bool = False) -> str:
        """Return an amount in common units, ``31.37亿美元`` or ``US$3.137bn``, rounded half up.

        With *exact* it has every digit.
        """
        zh = self.language.code == "zh"
        amount, scale, digits = (self._exact(value), "", None) if exact else self._scaled(value)
        if zh:
            name = "元" if value.currency == "CNY" else get_currency_name(value.currency, locale="zh_CN")
            return f"{amount}{scale}{name}" if digits is not None else f"{amount}{name}"
        symbol = get_currency_symbol(value.currency, locale="en_GB")
        sign = "-" if amount.startswith("-") else ""
        gap = " " if symbol[-1].isalpha() else ""
        return f"{sign}{symbol}{gap}{amount.removeprefix('-')}{scale}"

    def _scaled(self, value: Money) -> tuple[str, str, int | None]:
        scales = _SCALES[self.language.code]
        for least, unit, name, digits in scales if abs(value.major) >= scales[-1][0] else ():
            scaled = rounded(Fraction(value.major) / unit, digits)
            # Rounding may lift an amount into the next scale: 99,999,999 is one hundred million.
            if abs(scaled) * unit >= least:
                return self._decimal(scaled, at_most=digits), name, digits
        return self._exact(value), "", None

    def _exact(self, value: Money) -> str:
        minor = exponent(value.currency)
        whole = value.minor % 10**minor == 0
        pattern = "#,##0" if whole else "#,##0." + "0" * minor
        return format_decimal(value.major, pattern, locale=self.language.locale)

    def _decimal(self, value: Decimal, at_most: int = 2) -> str:
        pattern = "#,##0" + ("." + "#" * at_most if at_most else "")
        return format_decimal(value, pattern, locale=self.language.locale)

    def _two(self, value: Decimal) -> str:
        whole = value == value.to_integral_value()
        return format_decimal(value, "#,##0" if whole else "#,##0.00", locale=self.language.locale)

    def _signed(self, value: Decimal) -> str:
        return ("+" if value > 0 else "") + self._two(value)

    # --- days -------------------------------------------------------------------------------------------------------

    def day(self, value: date, *, short: bool = False) -> str:
        """Return a day."""
        return format_date(value, (_SHORT_DAYS if short else _DAYS)[self.language.code], locale=self.language.locale)

    def due(self, days: int) -> str:
        """Return the days until a day; a negative number means overdue."""
        if days == 0:
            return self.say("today")
        late = N_("{number} day overdue") if days == -1 else N_("{number} days overdue")
        left = N_("in {number} day") if days == 1 else N_("in {number} days")
        number = str(abs(days)) if self.language.code == "zh" else self.number(abs(days))
        return self.say(late if days < 0 else left, number=number)

    def moment(self, value: datetime) -> str:
        """Return an instant in the bureau's local time."""
        local = value.astimezone(zone_of(BUREAU_ZONE))
        return f"{self.day(local.date())} {local:%H:%M}"

    def period(self, period: Period) -> str:
        """Return the name of a period: 2022年第四季度, Q4 2022."""
        code, locale = self.language.code, self.language.locale
        match period.kind:
            case "year":
                return f"{period.start.year}年" if code == "zh" else f"{period.start.year}"
            case "half":
                half = N_("H1 {year}") if period.number == 1 else N_("H2 {year}")
                return self.say(half, year=str(period.start.year))
            case "quarter":
                return format_date(period.start, _QUARTERS[code], locale=locale)
            case "month":
                return format_date(period.start, _MONTHS[code], locale=locale)
        if period.days == 1:
            return self.day(period.start)
        first: date | Period = period.start
        last: date | Period = period.last
        for kind in _UNITS:
            if (
                Period.holding(period.start, kind).start == period.start
                and Period.holding(period.last, kind).end == period.end
            ):
                first, last = Period.holding(period.start, kind), Period.holding(period.last, kind)
                break
        return self.say(N_("{first} to {last}"), first=first, last=last)
