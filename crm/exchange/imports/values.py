"""Cells as the values of fields: amounts in whole units, days, yes and no, digits as text. Open values are None."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from attrs import field, frozen

from crm.errors import N_, InvalidInput, Problem, problem
from crm.exchange.imports.bounds import spoiled_digits
from crm.exchange.imports.cells import Raw, Spoiled, shown
from crm.exchange.imports.headings import Unit, is_amount
from crm.rules.imports.fields import IMPORTABLE
from crm.rules.imports.rows import Cell
from crm.values.dates import plain_text, written_day
from crm.values.money import Money
from crm.values.written.numbers import NUMBER, pointed, with_digits

#: Words for a value that is not known yet. 约… is any cell that begins with 约, …左右 any cell that ends so.
OPEN_VALUES = (
    "待定", "未定", "待确认", "待核实", "不详", "未知", "面议", "暂无", "暂未确定", "无", "空", "/", "\\", "-", "--", "—", "——", "–", "？", "?",
    "tbd", "tba", "tbc", "n/a", "na", "unknown", "none", "未確定", "調整中", "なし", "不明", "미정", "미확정", "없음", "해당없음",
    "约…", "約…", "大约…", "近…", "约为…", "…左右", "…上下", "…余", "approx…", "about…", "ca.…", "~…", "약…", "…程度", "…前後", "…정도",
)  # fmt: skip
_YES = frozenset("是 有 对 y yes true √ ✓ ✔ 1 はい 有り ○ 예 네 o".split())
_NO = frozenset("否 无 不 n no false × ✗ x 0 いいえ 無し 아니오 아니요".split())
#: The serial numbers of days from 1954 to 2119; other numbers in a column of days are mistakes.
_SERIALS = range(20_000, 80_500)
#: Kinds of values that may be estimates, such as 约500.
_MEASURED = frozenset({"amount", "day", "moment"})
#: Excel counts a 29 February 1900, so from March 1900 on its days count from here; those of old Macs from 1904.
_FIRST_DAY, _FIRST_DAY_1904 = date(1899, 12, 30), date(1904, 1, 1)
_WITHOUT_YEAR = re.compile(r"(\d{1,2})(?:月|월 ?|[-/.])(\d{1,2})(?:[日号일]?)")
_SERIAL = re.compile("[0-9]{5}")
_YEAR_LAST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_PACKED = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_KOREAN_DAY = re.compile(r"(\d{4})년 ?(\d{1,2})월 ?(\d{1,2})일")
_WEEKDAY = re.compile(r"\s*[(（](?:周|週|星期)?[一二三四五六日天月火水木金土월화수목금토일][)）]")
_DROPPED = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]{2}", re.IGNORECASE)
_AMOUNT = re.compile(rf"([-+]?)\s*({NUMBER})")


@frozen
class Column:
    """How the cells of a column are read.

    Attributes:
        path: The field.
        header: The heading.
        unit: Of its numbers.
        is_1904: Whether serial numbers count from 1904.
        year: Of days without one.
        day_first: Whether 05/06/2026 is the 5th of June.
        open_words: Words that mean "not known yet", in lower case.
        open_starts: How a cell of an amount or a day begins that is not known yet.
        open_ends: How such a cell ends.
        readings: What a word is read as, by the word in lower case.
        kind: text, flag, amount, day or moment.
        longest: The length of the longest of these words.
    """

    path: str
    header: str
    unit: Unit | None = None
    is_1904: bool = False
    year: int | None = None
    day_first: bool | None = None
    open_words: frozenset[str] = frozenset()
    open_starts: tuple[str, ...] = ()
    open_ends: tuple[str, ...] = ()
    readings: Mapping[str, str] = field(factory=dict)
    kind: str = field(init=False)
    longest: int = field(init=False)

    @kind.default
    def _kind_of_path(self) -> str:
        return _kind(self.path)

    @longest.default
    def _longest_word(self) -> int:
        return max(map(len, self.open_words), default=0)

    def value(self, raw: Raw) -> Cell | Problem:
        """Return the value of a cell, or what is wrong with it."""
        if raw is None:
            return None
        if isinstance(raw, Spoiled):
            return raw.problem
        if self.readings and isinstance(raw, str):
            raw = self.readings.get(plain_text(raw), raw)
        if isinstance(raw, str) and (not raw or self._is_open(raw)):
            return None
        try:
            return _READERS[self.kind](self, raw)
        except InvalidInput as error:
            return error.problems[0]

    def _is_open(self, text: str) -> bool:
        is_measured = self.kind in _MEASURED
        if not is_measured and len(text) > self.longest:
            return False
        plain = plain_text(text[:40])
        if plain in self.open_words:
            return self.kind != "flag"
        return is_measured and (plain.startswith(self.open_starts) or plain.endswith(self.open_ends))


def open_words(words: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    """Return the words for open values that are whole cells, those that begin one, and those that end one."""
    plain = [plain_text(word).replace("...", "…") for word in words]
    return (
        frozenset(word for word in plain if "…" not in word),
        tuple(word[:-1] for word in plain if word.endswith("…") and len(word) > 1),
        tuple(word[1:] for word in plain if word.startswith("…") and len(word) > 1),
    )


def _kind(path: str) -> str:
    found = IMPORTABLE[path]
    if is_amount(found):
        return "amount"
    if found.field is None:
        return "text"
    return "flag" if found.field.flag else {"DAY": "day", "TIME": "moment"}.get(found.field.metavar, "text")


def _text(_: Column, raw: Raw) -> Cell:
    if isinstance(raw, str) and _DROPPED.fullmatch(raw):
        raise InvalidInput(spoiled_digits(raw))
    return raw if isinstance(raw, bool) else shown(raw)


def _flag(_: Column, raw: Raw) -> Cell:
    if isinstance(raw, bool):
        return raw
    plain = plain_text(shown(raw))
    return True if plain in _YES else False if plain in _NO else shown(raw)


def _amount(column: Column, raw: Raw) -> Cell:
    unit = column.unit
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        return _in_whole_units(Decimal(raw), unit)
    text = plain_text(shown(raw))
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return _with_own_unit(shown(raw), unit)
    number = pointed(match[2], doubtful="" if unit is not None and unit.factor > 1 else ".")
    if number is None:
        return shown(raw)
    return _in_whole_units(Decimal(match[1] + number), unit)


def _in_whole_units(number: Decimal, unit: Unit | None) -> Cell:
    amount = number * (1 if unit is None else unit.factor)
    if unit is not None and unit.currency is not None:
        return f"{amount.normalize():f} {unit.currency}"
    return int(amount) if amount == amount.to_integral_value() else amount


def _with_own_unit(text: str, unit: Unit | None) -> Cell:
    """Return an amount that says its own unit; where it says no currency, with that of the column."""
    if unit is None or unit.currency is None:
        return text
    try:
        Money.parse(text)
    except InvalidInput as error:
        try:
            amount = Money.parse(f"{with_digits(text)} {unit.currency}").major
            return f"{amount.normalize():f} {unit.currency}"
        except InvalidInput:
            raise error from None
    return text


def _day(column: Column, raw: Raw) -> Cell:
    moment = _moment(column, raw)
    return moment.date() if isinstance(moment, datetime) else moment


def _moment(column: Column, raw: Raw) -> Cell:
    if isinstance(raw, date | bool):
        return raw
    text = _WEEKDAY.sub("", plain_text(shown(raw)))
    if _PACKED.fullmatch(text):
        return written_day(f"{text[:4]}-{text[4:6]}-{text[6:]}") or text
    if isinstance(raw, int | Decimal) or _SERIAL.fullmatch(text):
        return _of_serial(Decimal(text), text, is_1904=column.is_1904)
    if match := _KOREAN_DAY.fullmatch(text):
        text = f"{match[1]}-{match[2]}-{match[3]}"
    if match := _WITHOUT_YEAR.fullmatch(text):
        text = f"{_year(column, text)}-{match[1]}-{match[2]}"
    if (match := _YEAR_LAST.fullmatch(text)) and column.day_first is not None:
        day, month = (match[1], match[2]) if column.day_first else (match[2], match[1])
        text = f"{match[3]}-{month}-{day}"
    return written_day(text) or shown(raw)


def _year(column: Column, text: str) -> int:
    if column.year is None:
        raise InvalidInput(
            problem(
                N_('"{text}" has no year.'),
                N_("Write the year, or say it for the whole file in the mapping: year = 2026."),
                code="year",
                text=text,
            )
        )
    return column.year


def _of_serial(serial: Decimal, text: str, *, is_1904: bool) -> Cell:
    if int(serial) not in _SERIALS:
        return text
    moment = datetime.combine(_FIRST_DAY_1904 if is_1904 else _FIRST_DAY, datetime.min.time())
    moment += timedelta(days=int(serial), seconds=round(serial % 1 * 86_400))
    return moment if serial % 1 else moment.date()


_READERS: dict[str, Callable[[Column, Raw], Cell]] = {
    "text": _text,
    "flag": _flag,
    "amount": _amount,
    "day": _day,
    "moment": _moment,
}
