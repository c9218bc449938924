"""Text input, cleaned once when it is read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from crm.errors import N_, InvalidInput, Problem, problem
from crm.refusals import not_one_of, too_long, wrong_type
from crm.values.written.simplified import SIMPLIFIED

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

#: The longest texts of each sort.
TITLE, NAME, REASON, NOTE = 200, 120, 1000, 20_000
#: Line breaks and tabs are part of a note; every other control character is an accident.
_ALLOWED_CONTROLS = frozenset("\n\t")
#: Bidirectional embeddings, overrides and isolates: invisible in copied text, and able to reverse a whole line.
_TURNS: dict[int, None] = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def text_problem(  # noqa: PLR0911 - one return for each thing that can be wrong
    value: object, field: str, *, limit: int, required: bool = True
) -> Problem | None:
    """Return the problem of *value* as a text of at most *limit* characters, or None."""
    if value is None and not required:
        return None
    if value is None:
        return wrong_type(N_("{field} is missing."), value, N_("Give it a text."), field)
    if not isinstance(value, str):
        return wrong_type(N_("{field} must be text, not {kind}."), value, N_("Pass a string."), field)
    if not value.translate(_UNSEEN).strip():
        if not required:
            return None
        return problem(N_("{field} is empty."), N_("Give it a text."), field=field, code="empty")
    # The stored form is composed, and the comparison key can be longer; the columns hold twice the limit.
    length = max(len(value), len(unicodedata.normalize("NFC", value)), len(unicodedata.normalize("NFKC", value)) // 2)
    if length > limit:
        return too_long(field, length, limit)
    for character in value:
        category = unicodedata.category(character)
        if category == "Cs" or (category == "Cc" and character not in _ALLOWED_CONTROLS and character != "\r"):
            return problem(
                N_("{field} has an invalid character (U+{codepoint})."),
                N_("Check the encoding of the source; UTF-8 is expected."),
                field=field,
                code="encoding",
                codepoint=f"{ord(character):04X}",
            )
    return None


def clean(value: str) -> str:
    """Return *value* in NFC, with unified line ends, without surrounding space and without bidirectional controls."""
    unified = value.translate(_TURNS).replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", unified).strip()


def one_line(value: str) -> str:
    """Return a cleaned name or title: without invisible characters, with a space for each line break.

    Selectors of a character's variant stay, and so do the joiners that some scripts are written with.
    """
    return unicodedata.normalize("NFC", _BREAKS.sub(" ", clean(value)).translate(_NOT_SHOWN)).strip()


def folded(name: str) -> str:
    """Return a name for comparison: NFKC, case folded, simplified, with its separators."""
    wide = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return wide.translate(_SPACED)


def comparison_key(name: str) -> str:
    """Return the key that all spellings of a name share.

    It is in NFKC, case folded, simplified, without spaces and separators.
    """
    wide = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    # A mark after a removed separator now follows a letter, and composes with it.
    return unicodedata.normalize("NFC", wide.translate(_JOINED))


#: The length that the key of a reference is cut at.
_KEY_LENGTH = 400


def reference_key(reference: str) -> str:
    """Return the key that all spellings of a document's number or title share: width, spaces and case are set apart."""
    return "".join(folded(reference).split())[:_KEY_LENGTH]


#: Format characters, controls, fillers, variation selectors, and others that Unicode does not show by default.
#: They are ranges because looking up the category of every character would be slow.
INVISIBLE = (
    (0x00, 0x08), (0x0E, 0x1F), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x600, 0x605), (0x61C, 0x61C),
    (0x6DD, 0x6DD), (0x70F, 0x70F), (0x890, 0x891), (0x8E2, 0x8E2), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164), (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x110BD, 0x110BD), (0x110CD, 0x110CD), (0x13430, 0x1343F),
    (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
SPACES = (
    "\t\n\x0b\x0c\r\x85 \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
SEPARATORS = ".,·・•'’`\"“”()[]{}〈〉《》「」『』-‐‑–—_/&"

_UNSEEN: dict[int, int | None] = {number: None for low, high in INVISIBLE for number in range(low, high + 1)}
_KEPT = {0x200C, 0x200D, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}
_NOT_SHOWN: dict[int, int | None] = {number: None for number in _UNSEEN if number not in _KEPT}
_BREAKS = re.compile(r"\s*[\n\x0b\x0c\x85\u2028\u2029\t]\s*")
_JOINED: dict[int, int | None] = {**SIMPLIFIED, **_UNSEEN, **dict.fromkeys(map(ord, SPACES + SEPARATORS))}
_SPACED: dict[int, int | None] = {**SIMPLIFIED, **_UNSEEN, **dict.fromkeys(map(ord, SPACES), ord(" "))}


def require_text(value: object, field: str, *, limit: int) -> str:
    """Return the cleaned text; of at most :data:`TITLE` characters it is a name or a title, and has one line.

    Raises:
        InvalidInput: It is not a text, empty, too long, or holds characters that are no text.
    """
    wrong = text_problem(value, field, limit=limit)
    if wrong is not None:
        raise InvalidInput(wrong)
    assert isinstance(value, str)  # noqa: S101 - narrowed by text_problem; mypy cannot see it
    return one_line(value) if limit <= TITLE else clean(value)


def as_choice(kind: type[E], value: object, field: str) -> E:
    """Return a member of an enum, by its value.

    Raises:
        InvalidInput: It has no such member; all of them are named.
    """
    try:
        return kind(str(value))
    except ValueError:
        raise InvalidInput(not_one_of(value, kind, field)) from None


def as_kind(kind: type[T], value: object, field: str) -> T:
    """Return a value that is of a class.

    Raises:
        InvalidInput: It is not.
    """
    if isinstance(value, kind):
        return value
    raise InvalidInput(
        problem(
            N_("{field} must be of the type {expected}, not {kind}."),
            N_("Pass a value of that type."),
            field=field,
            code="type",
            expected=kind.__name__,
            kind=type(value).__name__,
        )
    )


def as_items(value: object, field: str) -> tuple[Any, ...]:
    """Return the items of a list; a text is one item, not a list of characters.

    Raises:
        InvalidInput: It is not a list.
    """
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        return tuple(value)
    raise InvalidInput(
        wrong_type(N_("{field} must be a list, not {kind}."), value, N_("Pass a list or a tuple."), field)
    )


def cells(text: str) -> int:
    """Return the number of columns a text takes."""
    return len(text) if text.isascii() else sum(map(cell, text))


def widest(texts: Iterable[str]) -> int:
    """Return the number of columns that the widest line of several texts takes."""
    return max(map(cells, (line for text in texts for line in text.splitlines())), default=0)


@cache
def cell(character: str) -> int:
    """Return the number of columns a character takes."""
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Mn"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
