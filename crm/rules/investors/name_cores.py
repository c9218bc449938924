"""Splits a name into its core, and its place, line of business and generic words.

A scan reads tens of thousands of names at once, so words are looked up by their first or last character, and by their
length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from crm.rules.investors import name_words as words
from crm.values.naming.places import PLACE_ENDS, PLACES
from crm.values.naming.words import FORM_WORDS

CJK = re.compile(
    "[\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)
_WORD = re.compile(r"[^\W_]+")
_KANA = str.maketrans("ァィゥェォッャュョヮぁぃぅぇぉっゃゅょ", "アイウエオツヤユヨワあいうえおつやゆよ", "ー")
_PLACES_CJK = tuple(sorted((place for place in PLACES if CJK.match(place)), key=len, reverse=True))


def _by(at: int, known: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return the indexes, in a list of words, of those with a character first (0) or last (-1)."""
    found: dict[str, tuple[int, ...]] = {}
    for number, word in enumerate(known):
        found[word[at]] = (*found.get(word[at], ()), number)
    return found


def _ends(known: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return words by their last character, in the order they have."""
    return {last: tuple(known[number] for number in numbers) for last, numbers in _by(-1, known).items()}


def _lengths(known: Iterable[str], least: int) -> dict[int, tuple[str, ...]]:
    """Return the words of a minimum length by the lengths that one edit can give them."""
    long = [word for word in known if len(word) >= least]
    lengths = {len(word) + more for word in long for more in (-1, 0, 1)} - {least - 1}
    return {length: tuple(word for word in long if abs(len(word) - length) <= 1) for length in lengths}


_FIRST, _LAST = _by(0, _PLACES_CJK), _by(-1, _PLACES_CJK)
_GENERIC_ENDS = _ends(words.GENERIC_CJK)
_BUSINESS_ENDS = _ends(sorted(words.BUSINESS_CJK, key=len, reverse=True))
#: The minimum length of a word in which one typing error is allowed.
_LONG_FORM_WORDS, _LONG_BUSINESS = _lengths(FORM_WORDS, 7), _lengths(words.BUSINESS_LATIN, 8)
_NUMERALS, _DIGITS = frozenset(words.NUMERALS), re.compile(r"\d+")


def _plain(word: str) -> str:
    """Return a word without its accents."""
    if word.isascii():
        return word
    return "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))


_PLACES_LATIN = {_plain(word): place for word, place in PLACES.items() if word not in _PLACES_CJK}


def core_of_cjk(han: str, marks: list[str], places: set[str]) -> str:
    """Return the core of the CJK characters of a key; distinguishing parts are added to *marks* and *places*."""
    han, found = _place_apart(han)
    places |= found
    while True:
        end = _ending(han, _GENERIC_ENDS)
        business = end or _ending(han, _BUSINESS_ENDS)
        if business is None:
            break
        if end is None:
            marks.append(business)
        han = han.removesuffix(business)
    if not words.WHICH_CJK.isdisjoint(han) or not _NUMERALS.isdisjoint(han):
        marks += [f"#{words.NUMERALS[letter]}" for letter in han if letter in _NUMERALS]
        marks += [letter for letter in han if letter in words.WHICH_CJK]
    rest = "".join(letter for letter in han.translate(_KANA) if letter not in _NUMERALS)
    return rest or han


def _ending(han: str, ends: Mapping[str, Sequence[str]]) -> str | None:
    """Return the first of these words that is a proper ending of a name."""
    for ending in ends.get(han[-1], ()):
        if len(han) > len(ending) and han.endswith(ending):
            return ending
    return None


def _place_apart(han: str) -> tuple[str, set[str]]:
    """Return a name without places before and after it, and the places; two characters must remain."""
    found: set[str] = set()
    while True:
        for number in sorted({*_FIRST.get(han[0], ()), *_LAST.get(han[-1], ())}):
            place = _PLACES_CJK[number]
            if han.startswith(place):
                rest = han.removeprefix(place)
                end = next((end for end in PLACE_ENDS if rest.startswith(end)), "")
                rest = rest[len(end) :] if len(rest) > len(end) + 1 else rest  # so that two are left
            elif han.endswith(place):
                rest = han.removesuffix(place)
            else:
                continue
            if len(rest) > 1:
                han = rest
                found.add(PLACES[place])
                break
        else:
            return han, found


def core_of_latin(text: str, marks: list[str], places: set[str], *, alone: bool) -> list[str]:
    """Return the core words of a name; if there are none, the generic ones, as above."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")
    folded = folded if folded.isascii() else CJK.sub(" ", folded)
    numbered = [_plain(word) for word in _WORD.findall(folded)]
    numbered = [words.NUMERALS.get(word, word) for word in numbered]
    telling = [word for word in numbered if not _says_nothing(word)] or (numbered if alone else [])
    core: list[str] = []
    for word in telling:
        what = _business(word)
        if word in _PLACES_LATIN:
            places.add(_PLACES_LATIN[word])
        elif what is not None:
            marks.append(what)
        elif word.isdecimal():
            marks.append(f"#{word}")
        else:
            core.append(word)
            if word in words.WHICH_LATIN:
                marks.append(word)
            marks += [f"#{number}" for number in _DIGITS.findall(word)]
    return core or (telling if alone else [])


@lru_cache(maxsize=20_000)
def _says_nothing(word: str) -> bool:
    return word in FORM_WORDS or word in words.GENERIC_LATIN or _slip(word, _LONG_FORM_WORDS) is not None


@lru_cache(maxsize=20_000)
def _business(word: str) -> str | None:
    """Return the matching business word, in the singular; a long one may have a typing error."""
    single = singular(word)
    single = words.BUSINESS_SAME.get(single, single)
    return single if single in words.BUSINESS_LATIN else _slip(single, _LONG_BUSINESS)


def _slip(word: str, known: Mapping[int, Sequence[str]]) -> str | None:
    """Return the known word within one edit of *word*, among those of similar length."""
    candidates = known.get(len(word), ())
    if not candidates:
        return None
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - loaded when names are compared, not when a help page is shown

    return min(
        (candidate for candidate in candidates if OSA.distance(word, candidate, score_cutoff=1) == 1), default=None
    )


def singular(word: str) -> str:
    """Return a word without the ending of a plural."""
    if len(word) > 4 and word.endswith("ies"):  # noqa: PLR2004 - "ties" is no plural
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > len("gas") and word.endswith("s") and not word.endswith("ss") else word
