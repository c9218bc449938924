"""The width of text on a terminal, where Chinese and Japanese take two columns, and line breaks."""

from __future__ import annotations

from collections.abc import Iterator

from crm.values.text import cell, cells, widest

__all__ = ["cells", "folded", "on_one_line", "pad", "printable", "widest", "wrap"]

#: Characters that control a terminal: control characters, line breaks and changes of direction.
_OBEYED = dict.fromkeys(
    {*range(0x20), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A)} - {ord("\n"), ord("\t")},
    "\ufffd",
)
#: These stay with the character before them.
_CLOSING = frozenset("，。、；：！？）》〉」』】”’…%,.;:!?)]}")
#: These stay with the character after them.
_OPENING = frozenset("（《〈「『【“‘([{")


def pad(text: str, width: int) -> str:
    """Return the text padded with spaces to a width."""
    return text + " " * max(0, width - cells(text))


def wrap(text: str, width: int) -> list[str]:
    """Break a text into lines of at most *width* columns, between words and between wide characters."""
    lines, taken = [""], 0
    for piece in _pieces(text):
        word = piece.rstrip()
        wide = cells(word)
        if lines[-1] and taken + wide > width:
            lines.append("")
            taken = 0
        lines[-1] += piece if lines[-1] else piece.lstrip()
        taken += wide + len(piece) - len(word)
    return [line.rstrip() for line in lines]


def folded(text: str, width: int) -> list[str]:
    """Return the lines of a text, those that are wider than *width* broken wherever they reach it."""
    lines = list[str]()
    for line in text.split("\n"):
        rest = line
        while cells(rest) > width > 1:
            taken = 0
            at = next(at for at, character in enumerate(rest) if (taken := taken + cell(character)) > width)
            lines.append(rest[:at])
            rest = rest[at:]
        lines.append(rest)
    return lines


def printable(text: str) -> str:
    """Return text that any stream can print, and that no terminal obeys.

    Invalid characters become question marks, control characters but line breaks and tabs U+FFFD: what was stored past
    the checks could move the cursor, or write what is not there.
    """
    # Nearly every text is, and a list has thousands of them.
    return text if text.isprintable() else text.encode("utf-8", "replace").decode("utf-8").translate(_OBEYED)


def on_one_line(text: str) -> str:
    """Return printable text without line breaks: a stored line break could imitate a line of the program."""
    return printable(" ".join(text.splitlines()))


def _pieces(text: str) -> Iterator[str]:
    """Yield the unbreakable parts of a text, each with the spaces after it."""
    piece, last_wide = "", False
    for character in " ".join(text.split()):
        wide = cell(character) > 1
        last = piece[-1:]
        breaks = last == " " or (
            last and (wide or last_wide) and character not in _CLOSING and last not in _OPENING and character != " "
        )
        if breaks:
            yield piece
            piece = ""
        piece += character
        last_wide = wide
    if piece:
        yield piece
