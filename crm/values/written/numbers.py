"""Numbers as people write them: 1,000,000.50, 1.000.000,50, 三百万, 3亿4500万, 叁佰万.

A number that can be read in two ways is refused with both readings.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import reduce

from crm.errors import N_, InvalidInput, problem

#: Digits with any separators; :func:`pointed` says what they mean.
NUMBER = r"[0-9]+(?:[., '’][0-9]+)*"
_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:(?P<mark>[., '’])[0-9]{3})(?:(?P=mark)[0-9]{3})*")
_ONE_MARK = re.compile(r"[0-9]+([.,])([0-9]+)")

_DIGITS = {han: str(number) for number, han in enumerate("零一二三四五六七八九")} | {"〇": "0", "两": "2"}
_UNITS = {"十": 10, "百": 10**2, "千": 10**3}
#: Each multiplies all that stands before it, so 三万亿 is 30,000 times 100,000,000.
_LARGE = (("亿", 10**8), ("万", 10**4))
#: Traditional forms, and those of cheques and contracts.
_FORMS = str.maketrans("壹贰貳叁參叄肆伍陆陸柒捌玖拾佰仟萬億億兩點", "一二二三三三四五六六七八九十百千万亿亿两点")
_HAN_RUN = re.compile("[0-9.,零〇一二两三四五六七八九十百千万亿点]+")
#: Chinese digits, or 十 at the beginning, or Arabic digits after a unit: 3亿4500万.
_HAN_NUMBER = re.compile("[零〇一二两三四五六七八九点]|^十|[十百千万亿][0-9]")
_ARABIC = "[0-9]+(?:,[0-9]{3})*(?:[.][0-9]+)?"
_SECTION = re.compile(f"[零〇]*(?P<digits>{_ARABIC}|[一二两三四五六七八九])?(?P<unit>[十百千])")
_REST = re.compile(f"[零〇]*(?P<digits>{_ARABIC}|[零〇一二两三四五六七八九])?")


def pointed(text: str, *, doubtful: str = "", field: str | None = None) -> str | None:
    """Return a number with a decimal point and no other separators, or None if it is no number.

    The last of two different separators is the decimal one; one that occurs several times separates thousands. A single
    comma before three digits separates thousands, and a single point is a decimal point, unless it is the *doubtful*
    one.

    Args:
        text: Digits and separators, without a sign.
        doubtful: The separator that may mean either before three digits.
        field: The field that the refusal names.

    Raises:
        InvalidInput: It may mean either.
    """
    if text.isascii() and text.isdecimal():
        return text
    grouped = _GROUPS.fullmatch(text)
    single = _ONE_MARK.fullmatch(text)
    if grouped and single:
        if single[1] == doubtful:
            raise two_readings(text, *((text.replace(doubtful, mark)) for mark in ("", ".")), field=field)
        return text if single[1] == "." else text.replace(",", "")
    if single:
        return text.replace(",", ".")
    for mark, others in ((".", ", '’"), (",", ". '’")):
        whole, _, behind = text.rpartition(mark)
        head = _GROUPS.fullmatch(whole)
        if head and head["mark"] in others and behind.isdecimal():
            return f"{whole.replace(head['mark'], '')}.{behind}"
    return text.replace(grouped["mark"], "") if grouped else None


def two_readings(text: str, one: str, other: str, *, field: str | None = None) -> InvalidInput:
    """Return the refusal of a number that may be one or the other."""
    short = other.rstrip("0").rstrip(".") if "." in other else other
    return InvalidInput(
        problem(
            N_('"{text}" may be {thousands} or {decimal}.'),
            N_("Write {thousands} or {short}."),
            field=field,
            code="separator",
            text=text,
            thousands=one,
            decimal=other,
            short=short,
        )
    )


def with_digits(text: str) -> str:
    """Return a text in which a Chinese number is written in digits: 三百万美元 becomes 3000000美元.

    Numbers with a single unit, such as 3.5亿, and texts without a Chinese number stay as they are.

    Raises:
        InvalidInput: The number can be read in two ways: 三万五 may be 35,000 or 30,005.
    """
    plain = text.translate(_FORMS)
    for run in _HAN_RUN.finditer(plain):
        if _HAN_NUMBER.search(run[0]) and (number := _value(run[0])) is not None:
            return f"{text[: run.start()]}{number:f}{text[run.end() :]}"
    return text


def _value(han: str) -> Decimal | None:
    """Return the value of a Chinese number, or None if it is none."""
    whole, point, behind = han.partition("点")
    if point:
        scales = re.fullmatch("([零〇一二三四五六七八九0-9]+)([十百千万亿]*)", behind)
        before = _whole(whole)
        if scales is None or before is None:
            return None
        size = reduce(lambda made, unit: made * {**_UNITS, **dict(_LARGE)}[unit], scales[2], 1)
        return (Decimal(f"{before}.{''.join(_DIGITS.get(digit, digit) for digit in scales[1])}") * size).normalize()
    return _whole(whole)


def _whole(han: str) -> Decimal | None:
    for unit, size in _LARGE:
        before, found, after = han.rpartition(unit)
        if found:
            times, rest = _whole(before), _whole(after) if after else Decimal(0)
            if times is None or rest is None or rest >= size or (after and times % 1):
                return None
            _require_place(han, times * size, rest, size, after)
            return times * size + rest
    return _small(han)


def _small(han: str) -> Decimal | None:
    """Return the value of a number below 10,000, or of Arabic digits."""
    total, at, last = Decimal(0), 0, 10**4
    while match := _SECTION.match(han, at):
        digits, size = match["digits"], _UNITS[match["unit"]]
        if size >= last or (digits is None and (size != _UNITS["十"] or at)):
            return None  # 十 alone is 10; 百 alone is no number
        total += _digits(digits or "一") * size
        at, last = match.end(), size
    rest = _REST.fullmatch(han, at)
    if rest is None or not (total or rest["digits"]):
        return None
    number = _digits(rest["digits"] or "零")
    if total and number >= last:
        return None
    if total:
        _require_place(han, total, number, last, han[at:])
    return total + number


def _digits(text: str) -> Decimal:
    return Decimal(_DIGITS.get(text, text).replace(",", ""))


def _require_place(han: str, before: Decimal, rest: Decimal, size: int, after: str) -> None:
    """Refuse digits without a unit behind a unit that may be the next lower ones: 三百五 is 350 to most, 305 to some."""
    if not re.fullmatch("[1-9一二两三四五六七八九][0-9]*", after):
        return
    shifted = rest * size / 10 ** len(str(int(rest)))
    if shifted != rest:
        raise two_readings(han, f"{before + shifted:f}", f"{before + rest:f}")
