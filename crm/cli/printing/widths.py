"""How wide text is on a terminal, where Chinese and Japanese take two columns, and where a line may break."""

from __future__ import annotations

from collections.abc import Iterator

from crm.values.widths import cell, cells

__all__ = ["cells", "pad", "printable", "wrap"]

#: These stay with the character before them.
_CLOSING = frozenset("，。、；：！？）》〉」』】”’…%,.;:!?)]}")
#: These stay with the character after them.
_OPENING = frozenset("（《〈「『【“‘([{")


def pad(text: str, width: int) -> str:
    """Return the text with spaces behind it up to a width."""
    return text + " " * max(0, width - cells(text))


def wrap(text: str, width: int) -> list[str]:
    """Break a text into lines of at most *width* columns, between words and between wide characters."""
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and cells(lines[-1]) + cells(piece.rstrip()) > width:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    lines[-1] = lines[-1].rstrip()
    return lines


def printable(text: str) -> str:
    """Return text that any stream can print: what came in wrongly encoded shows as question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _pieces(text: str) -> Iterator[str]:
    """Yield the parts between which a line may break, each with the spaces behind it."""
    piece = ""
    for character in " ".join(text.split()):
        wide = cell(character) > 1
        last = piece[-1:]
        breaks = last == " " or (
            last
            and (wide or cell(last) > 1)
            and character not in _CLOSING
            and last not in _OPENING
            and character != " "
        )
        if breaks:
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece
