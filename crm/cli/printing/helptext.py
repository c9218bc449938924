"""Help pages: Click's layout, wrapped correctly for Chinese, and translated when shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import click

from crm.cli.printing.language import Language
from crm.cli.printing.widths import cells, pad, wrap

#: Examples longer than this are broken where a shell lets them.
_EXAMPLE = 76
_FIRST_COLUMN = 30
_NARROW = 24


class Formatter(click.HelpFormatter):
    """A formatter that counts columns rather than characters."""

    def write_heading(self, heading: str) -> None:
        """Write a heading with the colon of its script."""
        self.write(f"{' ' * self.current_indent}{heading}{':' if heading.isascii() else '：'}\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs, each wrapped at the width."""
        indent = " " * self.current_indent
        blocks = [" ".join(block.split()) for block in text.split("\n\n")]
        self.write(
            "\n\n".join(
                "\n".join(indent + line for line in wrap(block, max(self.width - self.current_indent, 20)))
                for block in blocks
            )
            + "\n"
        )

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = _FIRST_COLUMN, col_spacing: int = 2) -> None:
        """Write terms and explanations in two columns."""
        rows = list(rows)
        first = min(max((cells(term) for term, _ in rows), default=0), col_max) + col_spacing
        indent = " " * self.current_indent
        width = max(self.width - self.current_indent - first, _NARROW)
        for term, meaning in rows:
            lines = wrap(meaning, width) if meaning else [""]
            if cells(term) > first - col_spacing:
                self.write(f"{indent}{term}\n")
            else:
                self.write(f"{indent}{pad(term, first)}{lines.pop(0)}".rstrip() + "\n")
            for line in lines:
                if line:
                    self.write(f"{indent}{' ' * first}{line}\n")


class Context(click.Context):
    """A context whose help pages use our formatter, with ``-h`` as well."""

    formatter_class = Formatter

    def __init__(self, *args: Any, **kw: Any) -> None:
        """Take Click's arguments."""
        super().__init__(*args, **{"help_option_names": ["-h", "--help"], **kw})


def broken(example: str) -> list[str]:
    """Break a long example before its options, so that it can be copied into a shell."""
    lines = [""]
    for part in re.split(r"(?= --?\w)", example):
        if lines[-1] and cells(lines[-1]) + cells(part) > _EXAMPLE:
            lines[-1] += " \\"
            lines.append(part.lstrip())
        else:
            lines[-1] += part
    return lines


def translated_help(language: Language, text: str | None) -> str:
    """Return a help text translated, as a whole or, where it is put together, paragraph by paragraph."""
    text = text or ""
    return language.read(text) if language.knows(text) else "\n\n".join(map(language.read, text.split("\n\n")))


def first_paragraph(text: str) -> str:
    """Return the first paragraph on one line, without its full stop."""
    return " ".join(text.strip().split("\n\n")[0].split()).rstrip(".。")
