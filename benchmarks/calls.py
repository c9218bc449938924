"""Counts how many files of the package a command passes, and how many calls go from one of them to another.

    python -m benchmarks.calls lead advance L20 --db sqlite:///demo.db --as bureau.admin

Runs the command in this process. What is imported by the command is counted with it; the program itself is loaded before.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from types import FrameType

import crm
from crm.cli import main

PACKAGE = str(Path(crm.__file__).parent)


def count(line: Sequence[str]) -> tuple[int, int]:
    """Return how many files a command passes, and how many calls go from one to another."""
    files: set[str] = set()
    calls = 0

    def note(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        called = frame.f_code.co_filename
        if event != "call" or not called.startswith(PACKAGE):
            return
        files.add(called)
        caller = "" if frame.f_back is None else frame.f_back.f_code.co_filename
        calls += caller != called and caller.startswith(PACKAGE)

    sys.setprofile(note)
    try:
        with redirect_stdout(StringIO()):
            main([*line], standalone_mode=False)
    finally:
        sys.setprofile(None)
    return len(files), calls


if __name__ == "__main__":
    print("{} files, {} calls between files".format(*count(sys.argv[1:])))
