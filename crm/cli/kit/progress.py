"""Progress on the terminal for work that takes seconds."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn, TypeVar

from crm.cli.kit.face import Face

#: Called with what is worked on, how much of it is done, and how much there is.
Step = Callable[[str, int, int], None]
T = TypeVar("T")


def silent(_what: str, _done: int, _total: int) -> None:
    """Show nothing: there is no terminal."""


@contextmanager
def working(face: Face, text: str) -> Iterator[Step]:
    """Show progress on a terminal, with rate and time left; the yielded callback updates it."""
    from crm.cli.printing.tables import console

    paper = console(stderr=True)
    if face.json or not paper.is_terminal:
        yield silent
        return
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
    from rich.progress import TimeRemainingColumn as TimeLeft
    from rich.text import Text

    class Rate(ProgressColumn):
        """How much is done in a second."""

        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text("" if speed is None else f"{speed:,.0f}/s")

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), Rate(), TimeLeft())
    with Progress(*columns, console=paper, transient=True) as bar:
        task = bar.add_task(face.say(text), total=None)
        yield lambda _what, done, total: bar.update(task, completed=done, total=total)


def counted(read: Callable[[], Iterable[T]], step: Step, *, every: int = 500) -> Iterator[T]:
    """Yield what *read* returns, telling *step* how much of it is done; where that is shown, it is read twice."""
    if step is silent:
        yield from read()
        return
    total = sum(1 for _ in read())
    for done, row in enumerate(read(), 1):
        if done % every == 0 or done == total:
            step("", done, total)
        yield row


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
