"""The parts of a name: what of it is a legal form, a place, or a word to search by.

The tables are built when a name is first spelled; most commands spell none.
"""

from __future__ import annotations

import re
import unicodedata

from crm.values.naming.places import PLACE_ENDS, PLACES
from crm.values.naming.words import BRACKETED, FORMS, LEADING, LEADING_WORDS, WORDS
from crm.values.text import SEPARATORS, comparison_key, folded

#: Han, kana, hangul, bopomofo: scripts that are written without spaces.
_CJK = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u303b\u3041-\u309f\u30a1-\u30fa\u30fc-\u318f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U0001aff0-\U0001b16f"
    "\U00020000-\U0003ffff"
)
_BREAKS = re.escape(SEPARATORS) + " "
#: A run of CJK, separators within it left out; or a word: ASCII letters and digits, and all that is not ASCII.
_PART = re.compile(rf"[{_CJK}](?:[{_BREAKS}]*[{_CJK}])*|(?:[a-z0-9]|[^\x00-\x7f{_CJK}{_BREAKS}])+")
_CJK_RUN = re.compile(f"[{_CJK}]")
_BREAK = re.compile(f"[{_BREAKS}]+")
_IN_BRACKETS = re.compile(r"[(\[{〈《「『]([^()\[\]{}]{1,12})[)\]}〉》」』]")
_FIRST_CJK = "\u1100"
#: Before the end of a word, written backwards: a token that nobody types, for names whose beginning was misspelled.
BACKWARDS = "\ue000"
#: A word of so many letters has it, of so many letters.
_BACK_FROM, _BACK = 5, 6


def _by_spelling() -> dict[str, str]:
    return {comparison_key(word): code for code, spellings in FORMS.items() for word in spellings.split()}


_FORMS = _by_spelling()
_ENDS = tuple(sorted(_FORMS, key=len, reverse=True))
_STARTS = tuple(end for end in _ENDS if _FORMS[end] in LEADING)
_SHORT = {comparison_key(text): code for text, code in BRACKETED.items()}
_WORDS = {tuple(spelling.split()): code for code, spellings in WORDS.items() for spelling in spellings.split(", ")}
_LAST_WORDS = frozenset(words[-1] for words in _WORDS)
_MOST_WORDS = max(map(len, _WORDS))
_LEADING_WORDS = {tuple(word.split()): _WORDS[tuple(word.split())] for word in LEADING_WORDS}
_FIRST_WORDS = frozenset(words[0] for words in _LEADING_WORDS)
#: A branch is not the company itself: its ending stays in the name.
_KEPT_ENDS = ("分公司", "子公司", "支公司")
_PLACE_LENGTHS = tuple(sorted({len(place) for place in PLACES if place[0] >= _FIRST_CJK}, reverse=True))


def taken_apart(name: str) -> tuple[list[str], list[str], str, str | None, list[str]]:
    """Return all parts of a name, its parts without the legal form, its key, its form, and the texts in brackets."""
    text = folded(name)
    form: str | None = None
    bare = text
    bracketed: list[str] = []
    if not text.isalnum():
        bracketed = _IN_BRACKETS.findall(text)
        for bracket in bracketed:
            code = _SHORT.get(comparison_key(bracket))
            if code is not None and not text.endswith(bracket):
                without = re.sub(rf"[(\[{{〈《「『]{re.escape(bracket)}[)\]}}〉》」』]", " ", bare)
                if comparison_key(without):
                    bare, form = without, form or code
    every = _parts(text)
    parts = every if bare is text else _parts(bare)
    stem, stated = _without_form(parts)
    same = stem is parts and bare is text
    key = ("" if same else comparison_key(_without(bare, parts, stem))) or comparison_key(name)
    return every, stem, key, form or stated, bracketed


def _parts(text: str) -> list[str]:
    return [
        unicodedata.normalize("NFC", _BREAK.sub("", part)) if part[0] >= _FIRST_CJK else part
        for part in _PART.findall(text)
    ]


def _without(text: str, parts: list[str], stem: list[str]) -> str:
    """Return the kept parts; other characters, such as a plus sign, stay between the first and the last of them."""
    joined = "".join(stem)
    if len("".join(parts)) == len(comparison_key(text)):
        return joined
    # Something in the name is neither word nor separator: the forms are cut off at its ends instead.
    whole = comparison_key(text)
    before = "".join(parts)
    at = before.find(joined)
    head, tail = before[:at], before[at + len(joined) :]
    return whole.removeprefix(head).removesuffix(tail)


def _without_form(parts: list[str]) -> tuple[list[str], str | None]:
    """Return the parts without the legal forms at either end, never none at all, and the form that stood outermost."""
    form = None
    stem = parts
    while stem:
        shorter, code = _one_less(stem)
        if code is None:
            break
        stem, form = shorter, form or code
    return stem, form


def _one_less(parts: list[str]) -> tuple[list[str], str | None]:
    return _without_ending(parts) or _without_beginning(parts) or (parts, None)


def _without_ending(parts: list[str]) -> tuple[list[str], str | None] | None:
    last = parts[-1]
    if last in _LAST_WORDS:
        for count in range(min(_MOST_WORDS, len(parts) - 1), 0, -1):
            code = _WORDS.get(tuple(parts[-count:]))
            if code is not None:
                return parts[:-count], code
    elif last.endswith(_ENDS) and not last.endswith(_KEPT_ENDS):
        ending = next(end for end in _ENDS if last.endswith(end))
        rest = [last[: -len(ending)]] if last != ending else []
        if rest or len(parts) > 1:
            return [*parts[:-1], *rest], _FORMS[ending]
    return None


def _without_beginning(parts: list[str]) -> tuple[list[str], str | None] | None:
    first = parts[0]
    if first in _FIRST_WORDS:
        for words, code in _LEADING_WORDS.items():
            if tuple(parts[: len(words)]) == words and len(parts) > len(words):
                return parts[len(words) :], code
    elif first.startswith(_STARTS):
        start = next(start for start in _STARTS if first.startswith(start))
        rest = [first[len(start) :]] if first != start else []
        if rest or len(parts) > 1:
            return [*rest, *parts[1:]], _FORMS[start]
    return None


def place_of(parts: list[str], bracketed: list[str]) -> str | None:
    """Return the place that a name begins with, or has in brackets, in simplified Chinese; None where there is none."""
    if not parts:
        return None
    first = parts[0]
    if first[0] < _FIRST_CJK:
        found = PLACES.get(first) or (PLACES.get(first + parts[1]) if len(parts) > 1 else None)
    else:
        found = next((PLACES[first[:length]] for length in _PLACE_LENGTHS if first[:length] in PLACES), None)
    if found is None:
        for bracket in bracketed:
            inner = comparison_key(bracket)
            end = next((end for end in PLACE_ENDS if inner.endswith(end)), "")
            if (place := PLACES.get(inner.removesuffix(end))) is not None:
                return place
    return found


def tokens_of(parts: list[str]) -> str:
    """Return the tokens that a name of these parts is searched by, separated by spaces."""
    tokens: list[str] = []
    for part in parts:
        if is_cjk(part):
            tokens += [part[at : at + 2] for at in range(len(part))]
        else:
            tokens.append(part)
            if len(part) >= _BACK_FROM:
                tokens.append(backwards(part))
    return " ".join(dict.fromkeys(tokens))


def backwards(word: str) -> str:
    """Return the token that the end of a word is found by."""
    return BACKWARDS + word[: -_BACK - 1 : -1]


def is_cjk(part: str) -> bool:
    """Return whether a part is a run of Han, kana, hangul or bopomofo."""
    return _CJK_RUN.match(part) is not None
