"""Marks and keys: invented facts are marked wherever they are shown, and each record has the same uid in every run."""

from __future__ import annotations

from uuid import UUID, uuid5

#: Every uid of the demo is derived from this and a key, so that a second run finds what the first one wrote.
NAMESPACE = UUID("6f0e5a52-3c1d-5b7e-9a55-2023021800aa")

#: The mark of an invented name or text, by language.
MARKS = {"zh": "（虚构）", "ja": "（架空）", "ko": " (가상)", "en": " (invented)", "de": " (erfunden)"}
_WORDS = ("虚构", "架空", "가상", "invented", "erfunden")


def uid(*key: object) -> UUID:
    """Return the uid of the record with this key: ``uid("lead", "kion")``."""
    return uuid5(NAMESPACE, "/".join(str(part) for part in key))


def is_marked(text: str | None) -> bool:
    """Return whether a text shows that something in it is invented."""
    return text is not None and any(word in text for word in _WORDS)


def mark(text: str, language: str = "zh") -> str:
    """Return *text* with the mark of its language, unless it shows one already."""
    return text if is_marked(text) else text + MARKS.get(language, MARKS["en"])


def remark(note: str | None, what: tuple[str, ...]) -> str:
    """Return a note that names what of a record is invented."""
    return f"{note or ''}（虚构：{'、'.join(what)}）"
