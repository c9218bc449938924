"""Recognises headings: the field of a column, and the unit and the currency of its numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import cache

from attrs import frozen

from crm.errors import InvalidInput
from crm.rules.imports.fields import IMPORTABLE, ImportField
from crm.values.money import Money
from crm.values.text import comparison_key, one_line

#: Columns that count the rows.
_COUNTING = "序号 编号 行号 序 no number # id s/n sn 番号 通番 번호 순번 연번".split()
#: What stands in brackets behind a heading.
_BRACKETS = re.compile(r"[((\[【〔<]([^()()\[\]【】〔〕<>]{1,40})[))\]】〕>]")
#: A unit that is set off otherwise: 投资额/万美元, Amount, USD m, 单位:万元.
_BEHIND = re.compile(r"^(.{2,40}?)\s*[/::,,|_\-]\s*([^/::,,|]{1,24})$")
_DECORATION = re.compile(r"^[*※★●\d.、))\s]+(?=\D)|[*※★●::\s]+$")
_BEFORE_UNIT = re.compile(r"^(?:单位|單位|unit|単位|단위|in)\s*[:: ]?\s*", re.IGNORECASE)
#: Korean and English units, as amounts are read.
_KOREAN = (("백만", "百万"), ("천만", "千万"), ("억", "亿"), ("만", "万"), ("천", "千"), ("달러", "美元"), ("불", "美元"),
           ("원", "韩元"), ("엔", "日元"), ("유로", "欧元"), ("위안", "人民币"))  # fmt: skip
_ENGLISH = re.compile(r"^(.*?)\s*\b(thousand|thousands|k|m|mn|mln|million|millions|bn|billion|billions|'000|000s?)$")
_SCALE_FIRST = re.compile(r"^(thousands?|millions?|billions?)\s+(?:of\s+)?(.+)$", re.IGNORECASE)
_SCALE = {
    "thousand": "k",
    "thousands": "k",
    "'000": "k",
    "000": "k",
    "000s": "k",
    "mln": "m",
    "millions": "m",
    "billions": "bn",
}
_MOST_CANDIDATES = 5
#: How alike two headings are, of 100, so that one may be meant for the other.
_ALIKE = 80


@frozen
class Unit:
    """What the numbers of a column are.

    Attributes:
        factor: What they are multiplied by: 万 is 10000.
        currency: ISO 4217; None where only the scale is said.
    """

    factor: int
    currency: str | None


@frozen
class Heading:
    """What is known of a heading.

    Attributes:
        path: The field; None where it is unsure or unknown.
        candidates: The fields that it may be; empty where there is none, or the path is known.
        unit: Of its numbers.
        counts: It numbers the rows.
    """

    path: str | None = None
    candidates: tuple[str, ...] = ()
    unit: Unit | None = None
    counts: bool = False


@cache
def _known() -> Mapping[str, tuple[str, ...]]:
    """Return the fields by the keys of the words that people use; of labels where no word is the same."""
    words = dict[str, tuple[str, ...]]()
    for found in IMPORTABLE.values():
        for word in (*found.headings, found.path):
            key = comparison_key(word)
            words[key] = tuple(dict.fromkeys((*words.get(key, ()), found.path)))
    labels = dict[str, tuple[str, ...]]()
    for found in IMPORTABLE.values():
        key = comparison_key(found.label)
        labels[key] = (*labels.get(key, ()), found.path)
    return labels | words


_COUNTING_KEYS = frozenset(map(comparison_key, _COUNTING)) | {"#"}


def is_amount(found: ImportField) -> bool:
    """Return whether a field holds an amount of money."""
    return found.field is not None and found.field.metavar == "AMOUNT"


def recognised(text: str, nouns: Collection[str] | None = None, *, guess: bool = True) -> Heading:
    """Return the field, the unit and the currency of a heading.

    Args:
        text: As it stands in the file.
        nouns: The nouns that are looked for; None: all.
        guess: Look for candidates of a heading that is none of the known words, which takes long.
    """
    plain = _DECORATION.sub("", unicodedata.normalize("NFKC", one_line(text)))
    if not plain:
        return Heading(counts=bool(text.strip()) and comparison_key(text) in _COUNTING_KEYS)
    if comparison_key(plain) in _COUNTING_KEYS or plain.casefold() in _COUNTING_KEYS:
        return Heading(counts=True)
    unit, bare = _parted(plain)
    for words in dict.fromkeys((plain, bare)):
        paths = _of(_known().get(comparison_key(words), ()), nouns)
        if len(paths) == 1:
            return Heading(paths[0], unit=_fitting(unit, paths[0]))
        if paths:
            return Heading(candidates=paths, unit=unit)
    return Heading(candidates=_like(comparison_key(bare), nouns) if guess else (), unit=unit)


def _fitting(unit: Unit | None, path: str) -> Unit | None:
    return unit if is_amount(IMPORTABLE[path]) else None


def _of(paths: tuple[str, ...], nouns: Collection[str] | None) -> tuple[str, ...]:
    return tuple(path for path in paths if nouns is None or IMPORTABLE[path].noun in nouns)


def _parted(plain: str) -> tuple[Unit | None, str]:
    """Return the unit in a heading, and the heading without it and without what else stands in brackets."""
    brackets = _BRACKETS.findall(plain)
    bare = _BRACKETS.sub("", plain).strip() or plain
    unit = next((found for text in brackets if (found := unit_of(text)) is not None), None)
    if unit is None and (behind := _BEHIND.match(bare)) is not None:
        unit = unit_of(behind[2])
        bare = behind[1] if unit is not None else bare
    if unit is None:  # 投资额万美元
        for at in range(2, len(bare)):
            if comparison_key(bare[:at]) in _known() and (unit := unit_of(bare[at:])) is not None:
                return unit, bare[:at]
    return unit, bare


@cache
def unit_of(text: str) -> Unit | None:
    """Return the unit that a text is, such as 万美元, USD m or 억원; None where it is none."""
    plain = _BEFORE_UNIT.sub("", unicodedata.normalize("NFKC", text).strip()).strip(" .")
    if not plain or any(character.isdigit() for character in plain.replace("000", "")):
        return None
    if plain.startswith("人民币") and "元" in plain[3:]:
        plain = plain.removeprefix("人民币")
    plain = _SCALE_FIRST.sub(r"\2 \1", plain)
    for theirs, ours in _KOREAN:
        plain = plain.replace(theirs, ours)
    english = _ENGLISH.match(plain.casefold())
    scale = "" if english is None else _SCALE.get(english[2], english[2])
    name = plain if english is None else plain[: len(english[1])]
    for amount in (f"1{plain}", f"{plain} 1", f"1{scale} {name}", f"{name} 1{scale}"):
        if (found := _amount(amount)) is not None:
            return found
    scaled = _amount(f"1{scale or plain} USD")
    is_named = english is not None and bool(name.strip())
    return None if scaled is None or is_named else Unit(scaled.factor, None)


def _amount(text: str) -> Unit | None:
    try:
        one = Money.parse(text)
    except InvalidInput:
        return None
    return Unit(int(one.major), one.currency) if one.major == one.major.to_integral_value() else None


def _like(key: str, nouns: Collection[str] | None) -> tuple[str, ...]:
    """Return the fields whose words are in a heading or are like it, the likeliest first."""
    from rapidfuzz import fuzz

    scores = dict[str, float]()
    for word, paths in _known().items():
        score = 90.0 + len(word) if len(word) > 1 and word in key else fuzz.ratio(word, key)
        if score >= _ALIKE:
            for path in _of(paths, nouns):
                scores[path] = max(scores.get(path, 0), score)
    return tuple(sorted(scores, key=lambda path: (-scores[path], path)))[:_MOST_CANDIDATES]
