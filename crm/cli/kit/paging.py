"""Long output on a terminal, shown page by page."""

from __future__ import annotations

import os
import sys

import click

#: What less is told unless LESS says otherwise: show colours, end at once if all fits, leave it on the screen.
_LESS = "FRX"


def page(text: str, height: int) -> None:
    """Print a text to the terminal; one that is longer than the screen through the pager.

    PAGER names another pager than less; an empty PAGER, or cat, none. Without a keyboard nothing is paged.

    Args:
        text: What is printed, with its colours.
        height: The lines of the screen.
    """
    if text.count("\n") < height or os.environ.get("PAGER", "less") in {"", "cat"} or not sys.stdin.isatty():
        click.echo(text, nl=False, color=True)
        return
    before = os.environ.get("LESS")
    os.environ["LESS"] = before or _LESS
    try:
        click.echo_via_pager(text, color=True)
    finally:
        if before is None:
            del os.environ["LESS"]
        else:
            os.environ["LESS"] = before
