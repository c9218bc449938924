"""Days and times of day as people write them, in Chinese and English: 2023年2月8日, 24 May 2026, 昨天 14:00, 2:30 pm.

A day that can be read in two ways, such as 05/06/2026, 3月9日 without a year or Wednesday, is refused with both.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from itertools import chain

from crm.errors import N_, InvalidInput, problem
from crm.values.written.simplified import SIMPLIFIED

#: Numbers as they are written in periods and hours.
HAN: Mapping[str, int] = {han: number for number, han in enumerate("一二三四五六七八九十", 1)} | {
    "十一": 11,
    "十二": 12,
    "两": 2,
}

_MONTHS = "January February March April May June July August September October November December".casefold().split()
#: English names of months and their short forms, in lower case.
ENGLISH_MONTHS: Mapping[str, int] = {
    short: number
    for number, name in enumerate(_MONTHS, 1)
    for short in chain((name, name[:3]), ("sept",) * (name == "september"))
}
#: One of them, as part of a regular expression; the longest first.
ENGLISH_MONTH = "|".join(sorted(ENGLISH_MONTHS, key=len, reverse=True))

_NTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_ENGLISH = (
    re.compile(rf"{_NTH}[ -]?(?:of )?(?P<month>{ENGLISH_MONTH})\.?,?[ -]?(?P<year>\d{{4}})"),
    re.compile(rf"(?P<month>{ENGLISH_MONTH})\.? ?{_NTH},? ?(?P<year>\d{{4}})"),
    re.compile(rf"(?P<year>\d{{4}})[ -]?(?P<month>{ENGLISH_MONTH})\.?[ -]?{_NTH}"),
)
#: 05/06/2026: of the day and the month either may come first.
_YEAR_LAST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})")
_DAY = re.compile(r"(\d{4})(?:-(\d\d?)-(\d\d?)|/(\d\d?)/(\d\d?)|\.(\d\d?)\.(\d\d?)|年(\d\d?)月(\d\d?)[日号])")
#: Days counted from today.
_RELATIVE: Mapping[str, int] = {
    "大前天": -3,
    **dict.fromkeys(("前天", "前日", "day before yesterday", "the day before yesterday"), -2),
    **dict.fromkeys(("昨天", "昨日", "yesterday"), -1),
    **dict.fromkeys(("今天", "今日", "today"), 0),
    **dict.fromkeys(("明天", "明日", "tomorrow"), 1),
    **dict.fromkeys(("后天", "day after tomorrow", "the day after tomorrow"), 2),
    "大后天": 3,
}
_ENGLISH_NUMBERS: Mapping[str, int] = {
    **{name: number for number, name in enumerate("one two three four five six seven eight nine ten".split(), 1)},
    "a": 1,
    "an": 1,
}
_ANY_NUMBER = rf"\d{{1,3}}|{'|'.join(sorted(_ENGLISH_NUMBERS, key=len, reverse=True))}"
_COUNTED = re.compile(
    r"(?P<han>\d{1,3}|[一二两三四五六七八九十])个?(?P<unit>天|周|星期|礼拜)(?:之|以)?(?P<way>[前后])"
    rf"|in (?P<ahead>{_ANY_NUMBER}) (?P<coming>day|week)s?|(?P<ago>{_ANY_NUMBER}) (?P<gone>day|week)s? ago"
)
#: What is counted, in days.
_LENGTHS: Mapping[str, int] = {"天": 1, "day": 1, **dict.fromkeys(("周", "星期", "礼拜", "week"), 7)}
#: Days of a year or a month that is counted from today's: 去年3月9日, 上月9日.
_IN_A_YEAR = re.compile(r"(?P<away>今|本|去|上|前|明|下)年的?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]")
_IN_A_MONTH = re.compile(r"(?P<away>本|这|上|下)个?月的?(?P<day>\d{1,2})[日号]")
_AWAY: Mapping[str, int] = {
    **dict.fromkeys(("今", "本", "这", "this"), 0),
    **dict.fromkeys(("去", "上", "last"), -1),
    **dict.fromkeys(("前", "上上"), -2),
    **dict.fromkeys(("明", "下", "next"), 1),
    "下下": 2,
}
#: 3月9日, 9 March, March 9th: the year is missing.
_NO_YEAR = (
    re.compile(r"(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]"),
    re.compile(rf"{_NTH}[ -]?(?:of )?(?P<month>{ENGLISH_MONTH})\.?"),
    re.compile(rf"(?P<month>{ENGLISH_MONTH})\.? ?{_NTH}"),
)
_HAN_WEEKDAYS = "一二三四五六日天"
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_ENGLISH_WEEKDAYS: Mapping[str, int] = {
    **{short: number for number, name in enumerate(_WEEKDAYS) for short in (name, name[:3])},
    "tues": 1,
    "thur": 3,
    "thurs": 3,
}
_WEEKDAY = "|".join(sorted(_ENGLISH_WEEKDAYS, key=len, reverse=True))
_ON = (
    re.compile(rf"(?P<week>上上|上|本|这|下下|下)?个?(?:周|星期|礼拜)(?P<han>[{_HAN_WEEKDAYS}])"),
    re.compile(rf"(?P<week>last|this|next) week(?:'s)?,? (?:on )?(?P<name>{_WEEKDAY})\.?"),
    re.compile(rf"(?:on )?(?P<name>{_WEEKDAY})\.?,? (?:of )?(?P<week>last|this|next) week"),
    re.compile(rf"(?:on )?(?:(?P<near>last|this|next) )?(?P<name>{_WEEKDAY})\.?"),
)
#: The years in which 29 February is looked for.
_LEAP = 8
_NUMBER = r"\d{1,2}|十[一二]?|[一二两三四五六七八九]"
_TIME = re.compile(
    r"(?<!\d)(?P<part>凌晨|清晨|早晨|早上|上午|中午|下午|傍晚|晚上)?"
    rf"(?P<hour>{_NUMBER})"
    r"(?:(?P<sign>[:点时])(?:(?P<minute>\d{1,2})分?|(?P<word>半|一刻|三刻|整|钟)?)(?::(?P<second>\d\d))?)?"
    r" ?(?P<half>[ap])?(?(half)\.?m\.?)"
)
_WORDS = {"半": 30, "一刻": 15, "三刻": 45}
_SHORT = (
    *(("昨晚", "昨天晚上"), ("今早", "今天早上"), ("今晚", "今天晚上"), ("明早", "明天早上"), ("明晚", "明天晚上")),
    *(("午前", "上午"), ("午后", "下午")),
)
#: What may stand between a day and its time.
_BEFORE_TIME = re.compile(r"[ ,]*(?:\bat|t)?[ ,]*$")
#: A year in Chinese digits, and months and days in Chinese numbers: 二〇二三年二月十八日.
_HAN_YEAR = re.compile("^[〇零○一二三四五六七八九]{4}(?=年)")
_HAN_PART = re.compile("[一二三四五六七八九十]{1,3}(?=[月日号])")
_HAN_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_MORNING, _AFTERNOON = (
    frozenset({"凌晨", "清晨", "早晨", "早上", "上午", "a"}),
    frozenset({"下午", "傍晚", "晚上", "p"}),
)
_NOON, _AFTER_NOON = 12, (1, 2)
#: 3点 without a part of the day is the afternoon for whoever says it, and the night for whoever counts to 24.
_UNSURE = range(1, 8)
_LONGEST = 60


def plain_text(text: str) -> str:
    """Return a text in half width, lower case and simplified characters, with single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().translate(SIMPLIFIED).split())


def in_digits(plain: str) -> str:
    """Return a text with a year, months and days in digits: ``2023年2月18日`` for ``二〇二三年二月十八日``."""
    written = _HAN_YEAR.sub(lambda year: year[0].translate(_HAN_DIGITS), plain)
    return _HAN_PART.sub(lambda part: _below_a_hundred(part[0]), written)


def _below_a_hundred(han: str) -> str:
    tens, ten, ones = han.rpartition("十")
    number = (HAN.get(tens, 0 if tens else 1) * 10 if ten else 0) + HAN.get(ones, 0)
    return str(number) if number else han


def written_day(text: str, today: date | None = None, *, field: str = "day") -> date | None:
    """Return the day that is written.

    Args:
        text: ``2023-02-08``, ``2023/2/8``, ``2023.2.8``, ``2023年2月8日``, ``8 February 2023``, ``Feb 8, 2023`` or
            ``28/2/2023``; where *today* is given also words such as ``yesterday``, ``昨天``, ``3天后``, ``in 3 days``,
            ``上周三``, ``Wednesday of last week`` or ``去年3月9日``.
        today: The day from which words count.
        field: The field that the refusal names.

    Returns:
        None where the text is no such day.

    Raises:
        InvalidInput: It may be two days: 05/06/2026; where *today* is given also 3月9日, Wednesday or last Wednesday.
    """
    plain = in_digits(plain_text(text[:_LONGEST]))
    if match := _DAY.fullmatch(plain):
        year, month, day = (int(part) for part in match.groups() if part is not None)
        return _day(year, month, day)
    if match := _YEAR_LAST.fullmatch(plain):
        one, other, year = int(match[1]), int(match[3]), int(match[4])
        return _only({_day(year, other, one), _day(year, one, other)} - {None}, text, field)
    for form in _ENGLISH:
        if match := form.fullmatch(plain):
            return _day(int(match["year"]), ENGLISH_MONTHS[match["month"]], int(match["day"]))
    return None if today is None else _only(_from_today(plain, today), text, field)


def lacks_year(text: str) -> bool:
    """Return whether a text is a day without its year, such as 3月9日 or March 9."""
    plain = in_digits(plain_text(text[:_LONGEST]))
    return any(form.fullmatch(plain) for form in _NO_YEAR)


def _from_today(plain: str, today: date) -> set[date]:
    """Return the days that a text may mean on a day: none, one, or two."""
    if plain in _RELATIVE:
        return {today + timedelta(days=_RELATIVE[plain])}
    if match := _COUNTED.fullmatch(plain):
        number = _number(match["han"] or match["ahead"] or match["ago"])
        number *= _LENGTHS[match["unit"] or match["coming"] or match["gone"]]
        return {today + timedelta(days=-number if match["ago"] or match["way"] == "前" else number)}
    if match := _IN_A_YEAR.fullmatch(plain) or _IN_A_MONTH.fullmatch(plain):
        found = match.groupdict()
        away = _AWAY[found["away"]]
        of_year = (away, int(found["month"]) - 1) if "month" in found else divmod(today.month - 1 + away, 12)
        return {*filter(None, [_day(today.year + of_year[0], of_year[1] + 1, int(found["day"]))])}
    for form in _NO_YEAR:
        if match := form.fullmatch(plain):
            month = ENGLISH_MONTHS.get(match["month"]) or int(match["month"])
            years = range(today.year - _LEAP, today.year + _LEAP + 1)
            return _nearest(filter(None, (_day(year, month, int(match["day"])) for year in years)), today)
    for form in _ON:
        if match := form.fullmatch(plain):
            return _weekdays(match.groupdict(), today)
    return set()


def _weekdays(found: Mapping[str, str | None], today: date) -> set[date]:
    """Return the days that a day of the week may mean: that of its week, or the nearest ones."""
    han = found.get("han")
    number = min(_HAN_WEEKDAYS.index(han), 6) if han else _ENGLISH_WEEKDAYS[str(found["name"])]
    this = today + timedelta(days=number - today.weekday())
    week, near = found.get("week"), found.get("near")
    if week:
        return {this + timedelta(weeks=_AWAY[week])}
    if near == "last":
        return {this - timedelta(weeks=1), this if this < today else this - timedelta(weeks=1)}
    if near == "next":
        return {this + timedelta(weeks=1), this if this > today else this + timedelta(weeks=1)}
    return {this} if near else _nearest([this + timedelta(weeks=away) for away in (-1, 0, 1)], today)


def _nearest(days: Iterable[date], today: date) -> set[date]:
    """Return the last of some days up to today, and the first one after it."""
    found = sorted(days)
    after = bisect_right(found, today)
    return {*found[max(after - 1, 0) : after + 1]}


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _only(days: Collection[date | None], text: str, field: str) -> date | None:
    """Return the only day of some, None if there is none.

    Raises:
        InvalidInput: There are two.
    """
    if len(days) > 1:
        one, other = sorted(filter(None, days))
        raise InvalidInput(
            problem(
                N_('"{text}" may be {one} or {other}.'),
                N_("Write one of the two."),
                field=field,
                code="readings",
                text=text[:_LONGEST],
                one=one.isoformat(),
                other=other.isoformat(),
            )
        )
    return next(iter(days), None)


def written_time(text: str, today: date | None = None) -> datetime | None:
    """Return the local day and time that are written.

    Args:
        text: A day as :func:`written_day` reads it, and a time of day such as ``14:00``, ``下午2点半`` or ``2:30 pm``. A
            time alone is one of *today*.
        today: The day at the place.

    Returns:
        None where the text is no day and time, or its time can be read in two ways: 3点 is 03:00 or 15:00.

    Raises:
        InvalidInput: Its day may be two days.
    """
    plain = plain_text(text[:_LONGEST])
    for short, long in _SHORT:
        plain = plain.replace(short, long)
    for match in _TIME.finditer(plain):
        # the rest of the text is the day, before the time
        if match.end() == len(plain) and (clock := _clock(match)) is not None:
            before = _BEFORE_TIME.sub("", plain[: match.start()], count=1)
            day = written_day(before, today, field="at") if before else today
            if day is not None:
                return datetime.combine(day, clock)
    return None


def _clock(match: re.Match[str]) -> time | None:
    """Return the time of day of a match, or None."""
    if not (match["half"] or match["sign"]) or (match["sign"] == ":" and match["minute"] is None):
        return None
    hour, minute = _number(match["hour"]), int(match["minute"] or _WORDS.get(match["word"] or "", 0))
    part = match["half"] or match["part"]
    if part in _MORNING:
        hour = 0 if hour == _NOON and part in "a凌晨" else hour
        if hour >= _NOON:
            return None
    elif part in _AFTERNOON:
        if hour == _NOON and part not in "p下午":
            return None
        hour = hour + _NOON if hour < _NOON else hour
    elif part == "中午":
        hour = hour + _NOON if hour in _AFTER_NOON else hour
    elif match["sign"] != ":" and hour in _UNSURE:
        return None
    try:
        return time(hour, minute, int(match["second"] or 0))
    except ValueError:
        return None


def _number(text: str) -> int:
    return HAN.get(text) or _ENGLISH_NUMBERS.get(text) or int(text)
