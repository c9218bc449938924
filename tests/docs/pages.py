"""The pages of the project, and the blocks in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).parent.parent.parent
PAGES = (
    ROOT / "README.md",
    ROOT / "ARCHITECTURE.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "recipes").glob("*.md")),
)
_PRINTED = re.compile(r"print\(.*\)  # (.*)$", re.MULTILINE)
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@frozen
class Block:
    """A fenced block: where it stands, its language, its text."""

    where: str
    language: str
    text: str


def blocks(page: Path) -> Iterator[Block]:
    """Yield the blocks of a page."""
    source = page.read_text("utf-8")
    for found in _FENCE.finditer(source):
        line = source.count("\n", 0, found.start()) + 1
        yield Block(f"{page.name}:{line}", found[1], found[2])


def of(language: str) -> list[Block]:
    """Return the blocks of every page in one language."""
    return [block for page in PAGES for block in blocks(page) if block.language == language]


def promised(program: str) -> list[str]:
    """Return what a program's comments say that it prints, line by line."""
    return _PRINTED.findall(program)
