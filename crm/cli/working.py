"""A sign of life while something takes seconds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from crm.cli.face import Face


@contextmanager
def working(face: Face, text: str) -> Iterator[None]:
    """Show on the terminal that work goes on, and nothing elsewhere."""
    from crm.cli.tables import console

    paper = console(stderr=True)
    if face.json or not paper.is_terminal:
        yield
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=paper, transient=True
    ) as bar:
        bar.add_task(face.say(text), total=None)
        yield
