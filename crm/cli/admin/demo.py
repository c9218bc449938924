"""``crm demo``: the demonstration case, loaded and printed."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crm.cli.kit.face import Face
from crm.cli.kit.files import write_file
from crm.cli.kit.verbs import Verb, option
from crm.cli.printing.language import PROGRAM
from crm.cli.summaries import SUMMARIES
from crm.errors import N_, Conflict

if TYPE_CHECKING:
    from rich.console import RenderableType
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from crm import CRM
    from crm.demo import Story
    from crm.demo.loader import Progress as Tell
    from crm.reads.places.rows import StaffRow
    from crm.rules.imports.verdicts import Preview


@click.command(
    "demo",
    cls=Verb,
    help=SUMMARIES["demo"]
    + "\n\n"
    + N_(
        "A city's investment promotion in February 2023. Without --db it uses a temporary file; loading "
        "it again into the same database changes nothing. Facts that the public report does not give are "
        "invented and marked. It uses the default pipeline and ignores --policy."
    ),
    examples=(
        "crm demo",
        "crm demo --db sqlite:///demo.db",
        "crm demo --year",
        "crm demo --lang zh",
        "crm demo --ledger 示例台账.csv",
    ),
)
@option(
    "--year",
    is_flag=True,
    help=N_("Also load the rest of the year: 251 new enterprises, 600 requests; this takes a while."),
)
@option(
    "--ledger",
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE",
    help=N_("Only write the demo's ledger of 200 rows to FILE, to try an import."),
)
def command(face: Face, year: bool, ledger: Path | None) -> None:  # noqa: FBT001 - Click passes it by name
    """Load and print."""
    if ledger is not None:
        from crm.demo.ledgers import demonstration

        write_file(ledger, demonstration().as_csv(), force=False)
        face.done(N_("{file} is a ledger to import into the demo's database."), file=str(ledger))
        return
    from crm import CRM, schema
    from crm.addresses import shown
    from crm.db import session_scope
    from crm.demo import load, story

    face.policy = None
    # The temporary file has the demo's users, whatever user is set for the real database.
    keeps_database = bool(face.setting("db"))
    actor = face.setting("user") if keeps_database else None
    with _database(face) as engine:
        schema.upgrade(engine)
        with session_scope(engine) as session, _progress(face) as tell:
            _require_default(session)
            loaded = load(session, actor=actor, progress=tell, multitude=year)
        with session_scope(engine, read_only=True) as session:
            outcome = story(session)
            people = CRM(session, loaded.admin).staff.list()
            preview = None if face.json else _preview(face, CRM(session, "bureau.manager"))
        where = shown(engine.url)
    if preview is None:
        face.print_json(outcome)
        return
    if loaded.changed:
        face.done(N_("{count} facts are loaded into {database}."), count=loaded.facts, database=where)
    else:
        face.done(
            N_("All {count} facts are in {database} already; nothing changed."), count=loaded.facts, database=where
        )
    face.draw(*_parts(face, outcome))
    _show_ledger(face, preview, kept=keeps_database)
    if keeps_database:
        _suggest(face, where, people)
    else:
        face.echo()
        face.echo(face.say(N_("This database was temporary. To keep one to try things on: {command}"), command=_KEPT))


def _require_default(session: Session) -> None:
    """Refuse a database with leads at stages of another policy.

    Raises:
        Conflict: Naming these stages.
    """
    from dataclasses import replace

    from crm.crm import CRM
    from crm.reads.leads.facts import ensure_stages

    try:
        ensure_stages(session, CRM(session, None).policy, lambda: None)
    except Conflict as error:
        way_out = N_("The demo uses the default pipeline; load it into a separate database: crm demo")
        raise Conflict(*(replace(problem, way_out=way_out) for problem in error.problems)) from error


@contextmanager
def _database(face: Face) -> Iterator[Engine]:
    """Open the given database, or one in a temporary folder."""
    if face.setting("db"):
        with face.engine() as engine:
            yield engine
        return
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="crm-demo-") as folder:
        face.given["db"] = f"sqlite:///{Path(folder) / 'demo.db'}"
        with face.engine() as engine:
            yield engine


@contextmanager
def _progress(face: Face) -> Iterator[Tell | None]:
    """Show progress, on a terminal only."""
    if face.json or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import Progress

    from crm.cli.printing.tables import console

    with Progress(console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(face.say(N_("Loading")), total=None)
        yield lambda number, total, _: bar.update(task, completed=number, total=total)


#: The command for a permanent demo database.
_KEPT = "crm demo --db sqlite:///demo.db"
#: Commands to try, with their users.
_COMMANDS = (
    ("tokyo.desk", ("lead", "board")),
    ("tokyo.desk", ("visit", "log", "伊藤忠", "--note", "谈到二期厂房")),
    ("bureau.manager", ("report", "year", "2022", "--explain")),
)
#: Others to try the rights of.
_USERS = ("bureau.admin", "bureau.verifier", "bureau.viewer")


#: The ledger that the demo shows, and what its rows lack.
_LEDGER = "示例台账.csv"
_MISSING = {"lead.source": "unit:gaoxin", "lead.unit": "gaoxin"}


def _preview(face: Face, crm: CRM) -> Preview:
    """Return what an import of the ledger would do."""
    from tempfile import TemporaryDirectory

    from crm.cli.imports.importing import words
    from crm.demo.ledgers import demonstration
    from crm.exchange.imports.opening import open_table

    with TemporaryDirectory(prefix="crm-demo-") as folder:
        file = Path(folder) / _LEDGER
        write_file(file, demonstration().as_csv(), force=False)
        table = open_table(file)
        return crm.imports.preview(
            table.rows(), checksum=table.checksum, file=_LEDGER, defaults=_MISSING, words=words(face)
        )


def _show_ledger(face: Face, preview: Preview, *, kept: bool) -> None:
    """Print the preview, and how to import the ledger into a database that is kept."""
    from rich.rule import Rule
    from rich.text import Text

    from crm.cli.imports.pages import preview_lines

    title = face.say(N_("A ledger of 200 rows, before it is imported"))
    face.draw(Text(), Rule(Text(title, style="bold"), align="left", style="cyan"))
    for line in preview_lines(face, preview, every=False):
        face.echo(line)
    if kept:
        sets = [part for path, value in _MISSING.items() for part in ("--set", f"{path}={value}")]
        face.echo(face.say(N_("To import it:")))
        face.echo(_line(face, None, ("demo", "--ledger", _LEDGER)))
        face.echo(_line(face, "bureau.manager", ("import", _LEDGER, *sets)))


def _suggest(face: Face, where: str, people: Sequence[StaffRow]) -> None:
    """Print what to try next: the database, its users, and three commands that work as printed."""
    from rich.rule import Rule
    from rich.text import Text

    from crm.cli.places.pages import STAFF
    from crm.cli.printing.tables import table

    shown = [person for person in people if person.username in {*_USERS, *(user for user, _ in _COMMANDS)}]
    face.draw(Text(), Rule(Text(face.say(N_("Try it yourself")), style="bold"), align="left", style="cyan"))
    face.echo(face.say(N_("The database is {database}. Its users, for --as:"), database=where))
    face.draw(*table(face, shown, STAFF))
    face.echo()
    for user, words in _COMMANDS:
        face.echo(_line(face, user, words))


def _line(face: Face, user: str | None, words: Sequence[str]) -> str:
    """Return a command as it is typed; of a user, on the database of the demo."""
    options = [part for key in ("db", "tenant") if key in face.given for part in (f"--{key}", face.given[key])]
    typed = words if user is None else (*options, "--as", user, *words)
    return f"  {_program(face)} {shlex.join(typed)}"


def _program(face: Face) -> str:
    """Return the program as typed: its path if a shell does not find it by name."""
    name = face.language.program
    return name if name != PROGRAM or shutil.which(name) else shlex.quote(sys.argv[0])


def _parts(face: Face, outcome: Story) -> Iterable[RenderableType]:
    from rich.rule import Rule
    from rich.text import Text

    from crm.cli.claims.pages import CLAIMS
    from crm.cli.leads import pages as lead_pages
    from crm.cli.leads.pages import HISTORY, STAYS
    from crm.cli.meetings.pages import FOLLOWUPS
    from crm.cli.places import pages as place_pages
    from crm.cli.printing.tables import table
    from crm.cli.referrals import trees as referral_trees
    from crm.cli.reports import tables as report_tables
    from crm.cli.trips import pages as trip_pages

    def title(text: str, **values: object) -> Iterable[RenderableType]:
        yield Text()
        yield Rule(Text(face.say(text, **values), style="bold"), align="left", style="cyan")

    yield from title(N_("The board, as of {day}"), day=outcome.today)
    yield from lead_pages.board(face, outcome.board)
    yield from title(
        N_("From contact to landed: lead {id}, {name}"), id=outcome.hero.row.id, name=outcome.hero.row.title
    )
    yield from table(face, outcome.history, HISTORY)
    yield Text()
    yield from table(face, outcome.times, STAYS)
    yield from title(N_("Trips: plan and visits made"))
    for trip in outcome.trips:
        yield from trip_pages.trip(face, trip)
    yield from title(N_("Referrals"))
    for tree in outcome.bringers:
        yield from referral_trees.draw(face, tree)
    yield from title(N_("Claims"))
    yield from table(face, outcome.claims, CLAIMS)
    yield from title(N_("Follow-ups"))
    yield from table(face, outcome.followups, FOLLOWUPS)
    yield from title(N_("Stations"))
    yield place_pages.stations(face, outcome.stations)
    yield from title(N_("The year report"))
    yield from report_tables.draw(face, outcome.year)
    yield from title(N_("The targets of the year"))
    yield from report_tables.draw(face, outcome.scorecard)
