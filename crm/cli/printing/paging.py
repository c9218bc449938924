"""The part of a list that is printed, and long output on a terminal, shown page by page."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import click
from attrs import frozen

#: The number of rows of a list on a terminal, unless --limit is given.
ROWS = 50

#: The options of less, unless LESS is set: show colours, end at once if all fits, leave it on the screen.
_LESS = "FRX"


@frozen
class Part:
    """The part of a list that was asked for on the line.

    Attributes:
        narrowed: The other options.
        limit: The maximum number, 0 for all; None: as many as usual.
        offset: So many are skipped.
        count: Only the number of all of them is printed.
    """

    narrowed: Mapping[str, object]
    limit: int | None
    offset: int
    count: bool


def wanted_part(options: Mapping[str, object]) -> Part:
    """Return the part of a list that the options of a verb with :data:`crm.cli.kit.shared_verbs.PAGING` ask for."""
    narrowed = {**options}
    limit, offset, count = (narrowed.pop(name) for name in ("limit", "offset", "count"))
    return Part(narrowed, limit if isinstance(limit, int) else None, int(str(offset)), bool(count))


def page(text: str, height: int) -> None:
    """Print a text to the terminal; one that is longer than the screen through the pager.

    PAGER names another pager than less; an empty PAGER, or cat, none. Without a keyboard nothing is paged.

    Args:
        text: What is printed, with its colours.
        height: The lines of the screen.
    """
    if text.count("\n") < height or not _pages():
        click.echo(text, nl=False, color=True)
        return
    with _told_less():
        click.echo_via_pager(text, color=True)


def page_lines(lines: Iterable[str]) -> None:
    """Print many lines to the terminal, through the pager as :func:`page` does, while they are made."""
    whole = (f"{line}\n" for line in lines)
    if not _pages():
        for line in whole:
            click.echo(line, nl=False)
        return
    with _told_less():
        click.echo_via_pager(whole)


def _pages() -> bool:
    return os.environ.get("PAGER", "less") not in {"", "cat"} and sys.stdin.isatty()


@contextmanager
def _told_less() -> Iterator[None]:
    before = os.environ.get("LESS")
    os.environ["LESS"] = before or _LESS
    try:
        yield
    finally:
        if before is None:
            del os.environ["LESS"]
        else:
            os.environ["LESS"] = before
