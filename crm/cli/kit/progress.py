"""Progress on the terminal for work that takes seconds."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from crm.cli.kit.face import Face

#: Called with what is worked on, how much of it is done, and how much there is.
Step = Callable[[str, int, int], None]


@contextmanager
def working(face: Face, text: str) -> Iterator[Step]:
    """Show progress on a terminal; the yielded callback updates it."""
    from crm.cli.printing.tables import console

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


@contextmanager
def tidy() -> Iterator[None]:
    """Treat termination and a closed terminal like Ctrl-C, so that temporary files are removed."""
    names = ("SIGTERM", "SIGHUP")  # Windows has no SIGHUP
    signals = [getattr(signal, name) for name in names if hasattr(signal, name)]

    def leave(number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    try:
        before = [(signum, signal.signal(signum, leave)) for signum in signals]
    except ValueError:  # called in another thread than the main one, which alone gets signals
        before = []
    try:
        yield
    finally:
        for signum, handler in before:
            signal.signal(signum, signal.SIG_DFL if handler is None else handler)
