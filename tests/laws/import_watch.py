"""Import every module of the library and report what it did. Run by test_3 as a program, in a process of its own.

Third parties read the environment and set themselves up when they are imported; they are imported first, or are not
looked at, because a deed counts only when the code that does it stands in the library.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import pkgutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import platformdirs
import sqlalchemy
import sqlalchemy.orm
from sqlalchemy import event

import crm

PACKAGE = str(Path(crm.__file__).parent)
deeds: list[str] = []


def place(through: str = "") -> str | None:
    """Return where in the library the watched call comes from, through the standard library and *through* a package.

    None when another package stands between: SQLAlchemy listens to its own tables while we declare ours, and Click
    asks gettext for its own words.
    """
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(PACKAGE):
            return f"{Path(name).relative_to(PACKAGE)}:{frame.f_lineno}"
        outside = "site-packages" in name and not (through and f"/{through}/" in name)
        if outside or name.startswith("<frozen importlib"):
            return None
        frame = frame.f_back
    return None


def watch(owner: Any, *names: str) -> None:
    """Note each call of these functions that comes from the library."""
    for name in names:
        original: Callable[..., Any] = getattr(owner, name)

        def noted(*args: Any, _name: str = name, _original: Callable[..., Any] = original, **kw: Any) -> Any:
            if found := place():
                deeds.append(f"{found} {getattr(owner, '__name__', owner)}.{_name}")
            return _original(*args, **kw)

        setattr(owner, name, noted)


def main() -> None:
    """Watch, import, report."""

    def configured() -> None:
        if found := place(through="sqlalchemy"):
            deeds.append(f"{found} configure_mappers")

    event.listen(sqlalchemy.orm.Mapper, "before_configured", configured)
    watch(sqlalchemy, "create_engine")
    watch(sqlalchemy.engine, "create_engine")
    watch(sqlalchemy.engine.Engine, "connect")
    watch(sqlalchemy.orm, "sessionmaker")
    watch(event, "listen", "listens_for")
    watch(logging, "basicConfig")
    watch(logging.Logger, "addHandler", "setLevel")
    watch(os, "getenv", "putenv", "mkdir")
    watch(platformdirs, "user_data_dir", "user_data_path", "user_config_dir", "user_config_path")
    watch(type(os.environ), "__getitem__", "__setitem__", "__contains__", "__iter__", "get")
    names = [
        package.name for package in pkgutil.walk_packages(crm.__path__, "crm.") if ".migrations" not in package.name
    ]
    for name in names:
        importlib.import_module(name)
    json.dump({"modules": names, "deeds": deeds, "handlers": len(logging.root.handlers)}, sys.stdout)


if __name__ == "__main__":
    main()
