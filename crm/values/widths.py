"""How many columns a text takes where Chinese and Japanese take two each: on a terminal, and in a spreadsheet."""

from __future__ import annotations

import unicodedata
from functools import cache


def cells(text: str) -> int:
    """Return the number of columns a text takes."""
    return len(text) if text.isascii() else sum(map(cell, text))


@cache
def cell(character: str) -> int:
    """Return the number of columns a character takes."""
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Mn"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
