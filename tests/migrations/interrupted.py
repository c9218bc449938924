"""Run as a script: end a backup or a restore at one of its lines after the other, and look at what is there.

``python -m tests.migrations.interrupted FOLDER backup|restore|replace kill|raise STRIDE`` goes on by so many lines each time.
Each attempt is a process of its own, forked from this one. One line of JSON tells of each what the database holds, whether
the copy is there, and what lies about.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

from crm import schema
from crm.db import make_engine
from crm.files import copies, private, replacing, workspaces
from tests.migrations.files import body, damage, left_over, small

WATCHED = {str(module.__file__) for module in (copies, private, replacing, workspaces)}


class Interrupted(BaseException):
    """Stands for Ctrl-C and SIGTERM."""


def end_at(line: int, how: str) -> Any:
    """Return a tracer that ends the process, or raises, at the nth line of the files watched."""
    passed = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal passed
        if frame.f_code.co_filename not in WATCHED:
            return None
        if event == "line":
            passed += 1
            if passed == line:
                if how == "kill":
                    os._exit(9)
                sys.settrace(None)
                raise Interrupted
        return trace

    return trace


def attempt(folder: Path, what: str, line: int, how: str) -> int:
    """Fork, work, and return how the child ended: 0 when it came to the end before that line."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 1
    try:
        engine = make_engine(f"sqlite:///{folder}/crm.db")
        sys.settrace(end_at(line, how))
        if what == "backup":
            schema.backup(engine, folder / "copy.db")
        else:
            schema.restore(engine, folder / "kept.db")
        status = 0
    except Interrupted:
        status = 9
    finally:
        os._exit(status)


def told(folder: Path) -> dict[str, Any]:
    """Return what is there afterwards, and after the next backup."""
    lying = left_over(folder)
    try:
        found = body(folder / "crm.db")
    except Exception as error:  # noqa: BLE001 - told as it is
        found = f"{type(error).__name__}: {error}"
    copy = body(folder / "copy.db") if (folder / "copy.db").exists() else None
    kept = [body(path) if what_is(path) else "damaged" for path in folder.glob("crm.db.before-restore*")]
    with workspaces.workspace(folder):
        pass
    return {"database": found, "copy": copy, "kept": kept, "left": lying, "swept": left_over(folder)}


def what_is(path: Path) -> bool:
    """Return whether a kept file is a database."""
    try:
        return bool(body(path))
    except Exception:  # noqa: BLE001 - any will do
        return False


def main() -> None:
    """Go through all places."""
    folder, what, how, stride = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
    folder.mkdir()
    small(folder / "crm.db", "old", rows=40)
    small(folder / "kept.db", "good", rows=80, journal="delete")
    if what == "replace":
        damage(folder / "crm.db", "header")
    shutil.copytree(folder, folder.with_name("start"))
    for line in count(1, stride):
        shutil.rmtree(folder)
        shutil.copytree(folder.with_name("start"), folder)
        status = attempt(folder, what, line, how)
        print(json.dumps({"line": line, "status": status, **told(folder)}))  # noqa: T201 - the result
        if status == 0:
            return


if __name__ == "__main__":
    main()
