"""A sign of life while something takes seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from crm.cli.face import Face

#: Called with what is worked on, how much of it is done, and how much there is.
Step = Callable[[str, int, int], None]


@contextmanager
def working(face: Face, text: str) -> Iterator[Step]:
    """Show on the terminal that work goes on, and nothing elsewhere; how far, where the work calls what is yielded."""
    from crm.cli.tables import console

    paper = console(stderr=True)
    if face.json or not paper.is_terminal:
        yield lambda _what, _done, _total: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=paper, transient=True
    ) as bar:
        task = bar.add_task(face.say(text), total=None)
        yield lambda _what, done, total: bar.update(task, completed=done, total=total)
