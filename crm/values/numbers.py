"""Numbers of records as people write them: a letter for the noun, then the number, such as L12.

A bare number is enough where only one noun can be meant. JSON has the numbers without letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

#: The letter of each noun whose records are named by numbers. Nouns with codes, such as trips and stations, have none.
LETTERS: Mapping[str, str] = {
    "lead": "L",
    "investor": "I",
    "contact": "P",
    "meeting": "V",
    "follow-up": "T",
    "request": "Q",
    "referral": "R",
    "claim": "C",
    "evidence": "E",
    "arrival": "A",
    "contract amount": "K",
    "merge": "M",
}
#: What a noun is called in sentences, where that is not its name.
_CALLED = {"document": "evidence"}
#: A number behind the name of its noun in a template: Lead {id}.
_AFTER_A_NOUN = re.compile(rf"\b({'|'.join((*LETTERS, 'document'))}) \{{(\w+)\}}", re.IGNORECASE)
_NOUNS = {letter: noun for noun, letter in LETTERS.items()}
#: At most so many digits fit a BIGINT.
_WRITTEN = re.compile(rf"([{''.join(_NOUNS)}]|#)?([0-9]{{1,18}})", re.IGNORECASE)


def lettered(noun: str, number: int) -> str:
    """Return a number with the letter of its noun; without one, if the noun has none."""
    return f"{LETTERS.get(noun, '')}{number}"


def with_letters(template: str, values: Mapping[str, object]) -> dict[str, object]:
    """Return the values of a template, with the letter of its noun before each number that follows a noun's name.

    >>> with_letters("Lead {id} is of {name}.", {"id": 12, "name": "A"})
    {'id': 'L12', 'name': 'A'}
    """
    found = dict(values)
    for word, name in _AFTER_A_NOUN.findall(template):
        number = found.get(name)
        if isinstance(number, int) and not isinstance(number, bool):
            found[name] = lettered(_CALLED.get(word.lower(), word.lower()), number)
    return found


def read_number(text: str) -> tuple[str | None, int] | None:
    """Return the noun and the number that a text is, such as L12, l12, #12 or 12; None for any other text.

    The noun is None if the number is bare. Full-width letters and digits are read too.
    """
    written = _WRITTEN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if written is None:
        return None
    return _NOUNS.get((written[1] or "").upper()), int(written[2])


def number_of(noun: str, text: str) -> int | None:
    """Return the number that a text is for a noun: bare, or with the letter of that noun; None for any other text."""
    written = read_number(text)
    return written[1] if written is not None and written[0] in {None, noun} else None
