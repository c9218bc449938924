"""What the workers of one run share: the first to ask makes it, and the others take what it made."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar

import fasteners
import psutil

T = TypeVar("T")

#: Where Linux keeps files in memory, and how much room a run needs there: a database is a thousand files, which a disk takes
#: ten times as long to make.
_IN_MEMORY, _ROOM = Path("/dev/shm"), 2 * 1024**3  # noqa: S108 - a folder that is made there has a name of its own


def in_memory() -> Path | None:
    """Return the folder that the system keeps in memory; None, for its usual one, where there is none or too little room."""
    try:
        roomy = shutil.disk_usage(_IN_MEMORY).free >= _ROOM and os.access(_IN_MEMORY, os.W_OK)
    except OSError:
        return None
    return _IN_MEMORY if roomy else None


class Shared:
    """A folder of one run, with a file and a lock for each thing that is made once."""

    def __init__(self, folder: Path, run: int) -> None:
        """Take a folder that exists, and the process whose end is the end of the run."""
        self.folder = folder
        self.run = run

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what *make* returned in the worker that asked first; whatever JSON can hold."""
        path = self.folder / f"{name}.json"
        with fasteners.InterProcessLock(self.folder / f"{name}.lock"):
            if not path.exists():
                path.write_text(json.dumps(make()), "utf-8")
            made: T = json.loads(path.read_text("utf-8"))
            return made

    def all_made(self) -> Iterator[Any]:
        """Yield what was made, in no order."""
        for path in self.folder.glob("*.json"):
            yield json.loads(path.read_text("utf-8"))

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


class MadeOnce(Protocol):
    """Returns the address of a database of a name, which the first worker that asks makes."""

    def __call__(self, name: str, fill: Callable[[str], object], template: str | None = None) -> str:
        """Fill it, an empty one or a copy of *template*, unless it is there."""


def stop_after(run: int, server: int, *folders: str) -> None:
    """Wait until a run has ended, however it ended, then stop a server and remove its folders."""
    with suppress(psutil.NoSuchProcess):
        psutil.Process(run).wait()
    stop(server, *folders)


def stop(server: int, *folders: str) -> None:
    """Stop a server and remove its folders; nothing happens where it has stopped."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(server)
        # Interrupted, PostgreSQL waits for nobody who is still connected. Windows has no such signal.
        process.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGINT)
        process.wait()
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    stop_after(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
