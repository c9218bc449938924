"""Days and times of day as people write them, in Chinese and English: 2023年2月8日, 昨天 14:00, yesterday 2:30 pm."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

#: Numbers as they are written in periods and hours.
HAN: Mapping[str, int] = {han: number for number, han in enumerate("一二三四五六七八九十", 1)} | {
    "十一": 11,
    "十二": 12,
    "两": 2,
}

_DAY = re.compile(r"(\d{4})(?:-(\d\d?)-(\d\d?)|/(\d\d?)/(\d\d?)|\.(\d\d?)\.(\d\d?)|年(\d\d?)月(\d\d?)[日号])")
#: Days counted from today.
_RELATIVE: Mapping[str, int] = {
    "大前天": -3,
    **dict.fromkeys(("前天", "前日"), -2),
    **dict.fromkeys(("昨天", "昨日", "yesterday"), -1),
    **dict.fromkeys(("今天", "今日", "today"), 0),
    **dict.fromkeys(("明天", "明日", "tomorrow"), 1),
    **dict.fromkeys(("后天", "後天"), 2),
    **dict.fromkeys(("大后天", "大後天"), 3),
}
_COUNTED = re.compile(
    r"(?P<han>\d{1,3}|[一二两三四五六七八九十])天(?:之|以)?(?P<way>[前后後])"
    r"|in (?P<ahead>\d{1,3}) days?|(?P<ago>\d{1,3}) days? ago"
)
_NUMBER = r"\d{1,2}|十[一二]?|[一二两三四五六七八九]"
_TIME = re.compile(
    r"(?<!\d)(?P<part>凌晨|清晨|早晨|早上|上午|中午|下午|傍晚|晚上)?"
    rf"(?P<hour>{_NUMBER})"
    r"(?:(?P<sign>[:点时])(?:(?P<minute>\d{1,2})分?|(?P<word>半|一刻|三刻|整|钟)?)(?::(?P<second>\d\d))?)?"
    r" ?(?P<half>[ap])?(?(half)\.?m\.?)"
)
_WORDS = {"半": 30, "一刻": 15, "三刻": 45}
_SHORT = (("昨晚", "昨天晚上"), ("今早", "今天早上"), ("今晚", "今天晚上"), ("明早", "明天早上"), ("明晚", "明天晚上"))
_MORNING, _AFTERNOON = (
    frozenset({"凌晨", "清晨", "早晨", "早上", "上午", "a"}),
    frozenset({"下午", "傍晚", "晚上", "p"}),
)
_NOON, _AFTER_NOON = 12, (1, 2)
#: 3点 without a part of the day is the afternoon for whoever says it, and the night for whoever counts to 24.
_UNSURE = range(1, 8)
_LONGEST = 60


def plain_text(text: str) -> str:
    """Return a text in half width and lower case, with single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def written_day(text: str, today: date | None = None) -> date | None:
    """Return the day that is written.

    Args:
        text: ``2023-02-08``, ``2023/2/8``, ``2023.2.8`` or ``2023年2月8日``; where *today* is given also a word such as
            ``yesterday``, ``昨天``, ``3天后`` or ``in 3 days``.
        today: The day from which words count.

    Returns:
        None where the text is no such day.
    """
    plain = plain_text(text[:_LONGEST])
    if match := _DAY.fullmatch(plain):
        year, month, day = (int(part) for part in match.groups() if part is not None)
        try:
            return date(year, month, day)
        except ValueError:
            return None
    distance = _RELATIVE.get(plain)
    if distance is None and (match := _COUNTED.fullmatch(plain)):
        number = _number(match["han"] or match["ahead"] or match["ago"])
        distance = -number if match["ago"] or match["way"] == "前" else number
    return None if today is None or distance is None else today + timedelta(days=distance)


def written_time(text: str, today: date | None = None) -> datetime | None:
    """Return the local day and time that are written.

    Args:
        text: A day as :func:`written_day` reads it, and a time of day such as ``14:00``, ``下午2点半`` or ``2:30 pm``. A
            time alone is one of *today*.
        today: The day at the place.

    Returns:
        None where the text is no day and time, or can be read in two ways: 3点 is 03:00 or 15:00.
    """
    plain = plain_text(text[:_LONGEST])
    for short, long in _SHORT:
        plain = plain.replace(short, long)
    for match in _TIME.finditer(plain):
        # the rest of the text is the day, before the time
        if match.end() == len(plain) and (clock := _clock(match)) is not None:
            before = plain[: match.start()].rstrip(" t,")
            day = written_day(before, today) if before else today
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
    return HAN[text] if text in HAN else int(text)
