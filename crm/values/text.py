"""Text that people type: cleaned once, at the edge."""

from __future__ import annotations

import unicodedata

from crm.errors import N_, InvalidInput, Problem, problem

#: Line breaks and tabs are part of a note; every other control character is an accident.
_ALLOWED_CONTROLS = frozenset("\n\t")


def text_problem(  # noqa: PLR0911 - one return for each thing that can be wrong
    value: object, field: str, *, limit: int, required: bool = True
) -> Problem | None:
    """Say what is wrong with *value* as a text of at most *limit* characters, or None."""
    if value is None and not required:
        return None
    if not isinstance(value, str):
        return problem(
            N_("{field} must be text, not {kind}."),
            N_("Pass a string."),
            field=field,
            code="type",
            kind=type(value).__name__,
        )
    if not value.strip():
        if not required:
            return None
        return problem(N_("{field} is empty."), N_("Give it a text."), field=field, code="empty")
    # What is stored is composed, and its comparison key is wider still; the columns hold twice the limit.
    length = max(len(value), len(unicodedata.normalize("NFC", value)), len(unicodedata.normalize("NFKC", value)) // 2)
    if length > limit:
        return problem(
            N_("{field} has {length} characters; at most {limit} fit."),
            N_("Shorten it."),
            field=field,
            code="too_long",
            length=length,
            limit=limit,
        )
    for character in value:
        category = unicodedata.category(character)
        if category == "Cs" or (category == "Cc" and character not in _ALLOWED_CONTROLS and character != "\r"):
            return problem(
                N_("{field} has a character that is no text (U+{codepoint})."),
                N_("Check the encoding of the source; UTF-8 is expected."),
                field=field,
                code="encoding",
                codepoint=f"{ord(character):04X}",
            )
    return None


def clean(value: str) -> str:
    """Return *value* in NFC, with unified line ends, without space around it."""
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def comparison_key(name: str) -> str:
    """Return the key two spellings of one name share: NFKC, case folded, without spaces and separators."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    kept = (c for c in folded if not (c.isspace() or unicodedata.category(c) in {"Cf", "Cc"} or c in _SEPARATORS))
    # A mark that stood behind a separator stands behind a letter now, and composes with it.
    return unicodedata.normalize("NFC", "".join(kept))


_SEPARATORS = frozenset(".,·・•'’`\"“”()[]{}〈〉《》「」『』-‐‑–—_/&")


def require_text(value: object, field: str, *, limit: int) -> str:
    """Return the cleaned text.

    Raises:
        InvalidInput: It is no text, empty, too long, or holds characters that are no text.
    """
    wrong = text_problem(value, field, limit=limit)
    if wrong is not None:
        raise InvalidInput(wrong)
    assert isinstance(value, str)  # noqa: S101 - narrowed by text_problem; mypy cannot see it
    return clean(value)
