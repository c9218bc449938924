"""Processes that work until something ends them."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from attrs import frozen
from sqlalchemy import Engine, event

from crm.db import session_scope
from tests.drill.story import opened
from tests.frozen.player import Call


@frozen
class Kill:
    """Where a process ends.

    Attributes:
        call: In which of its calls.
        statement: Before which statement of the call; one more than it has is before the commit, two more is after it.
        delay: So many seconds later than that, whatever the process does then; 0 is at once.
    """

    call: int
    statement: int
    delay: float = 0.0


def forked(work: Callable[[Callable[[int], None]], None]) -> tuple[int, int]:
    """Let a process of its own work; it is passed a function that reports a number to us.

    Returns:
        The process, and the end of the pipe that its reports are read from.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    status = 1
    try:
        os.close(reader)
        work(lambda number: _report(writer, number))
        status = 0
    except BaseException:  # noqa: BLE001 - printed, and the status tells it
        traceback.print_exc(file=sys.stderr)
    finally:
        os._exit(status)


def ended(child: int, reader: int) -> tuple[int, list[int]]:
    """Wait for a process.

    Returns:
        How it ended, negative for a signal, and what it reported.
    """
    with os.fdopen(reader, "rb") as pipe:
        reported = pipe.read().split()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), [int(number) for number in reported]


def die(delay: float = 0.0) -> None:
    """End this process as by SIGKILL: at once, or so many seconds later, in the middle of whatever it does then."""
    if delay:
        signal.signal(
            signal.SIGALRM, signal.SIG_DFL
        )  # no handler of Python's, which would wait for the statement to end
        signal.setitimer(signal.ITIMER_REAL, delay)
    else:
        os.kill(os.getpid(), signal.SIGKILL)


def die_before(engine: Engine, statement: int, delay: float) -> Callable[[], None]:
    """Let the process die before a statement that the engine sends, counted from 1.

    Returns:
        What the caller calls at each further point, such as the commit, which counts as a statement.
    """
    passed = 0

    def point(*_: object) -> None:
        nonlocal passed
        passed += 1
        if passed == statement:
            die(delay)

    event.listen(engine, "before_cursor_execute", point)
    return point


def play(url: str, calls: Sequence[Call], kill: Kill | None, report: Callable[[int], None]) -> None:
    """Make each call in a transaction of its own, and report its number once that has ended well."""
    engine = opened(url)
    for number, call in enumerate(calls):
        point: Callable[[], Any] = int
        if kill is not None and kill.call == number:
            point = die_before(engine, kill.statement, kill.delay)
        with session_scope(engine) as session:
            call.make(session)
            session.flush()
            point()
        point()
        report(number)


def all_ended(children: Iterable[tuple[int, int]]) -> list[tuple[int, list[int]]]:
    """Wait for several processes."""
    return [ended(child, reader) for child, reader in children]


def _report(writer: int, number: int) -> None:
    os.write(writer, b"%d\n" % number)
