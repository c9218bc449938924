"""``crm demo``: the real case, loaded over the front door and printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from crm.cli.kit.face import Face
from crm.cli.kit.verbs import Verb, option
from crm.cli.summaries import SUMMARIES
from crm.errors import N_

if TYPE_CHECKING:
    from crm.demo import Story


@click.command(
    "demo",
    cls=Verb,
    help=SUMMARIES["demo"]
    + "\n\n"
    + N_(
        "A city's investment promotion in February 2023. Without --db it lives in a throwaway file; loaded twice into"
        " the same database, it changes nothing. What the report leaves out is invented, and marked so."
    ),
    examples=("crm demo", "crm demo --db sqlite:///demo.db", "crm demo --year", "crm demo --lang zh"),
)
@option(
    "--year",
    is_flag=True,
    help=N_("Load the rest of the year too: 251 new enterprises, 600 requests; it takes a while."),
)
def command(face: Face, year: bool) -> None:  # noqa: FBT001 - Click passes it by name
    """Load and print."""
    from crm import schema
    from crm.db import session_scope, shown
    from crm.demo import load, story

    # The user of the throwaway file is the demo's own, whoever is set for the real database.
    actor = face.setting("user") if face.setting("db") else None
    with _database(face) as engine:
        schema.upgrade(engine)
        with session_scope(engine) as session, _progress(face) as tell:
            loaded = load(session, actor=actor, progress=tell, multitude=year)
        with session_scope(engine, read_only=True) as session:
            told = story(session, actor=actor or "bureau.manager")
        where = shown(engine.url)
    if face.json:
        face.print_json(told)
        return
    if loaded.changed:
        face.done(N_("{count} facts are loaded into {database}."), count=loaded.facts, database=where)
    else:
        face.done(
            N_("All {count} facts are in {database} already; nothing changed."), count=loaded.facts, database=where
        )
    face.draw(*_parts(face, told))


@contextmanager
def _database(face: Face) -> Iterator[Any]:
    """Open the database that was named, or one in a folder that is gone afterwards."""
    if face.setting("db"):
        with face.engine() as engine:
            yield engine
        return
    from pathlib import Path
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="crm-demo-") as folder:
        face.given["db"] = f"sqlite:///{Path(folder) / 'demo.db'}"
        with face.engine() as engine:
            yield engine


@contextmanager
def _progress(face: Face) -> Iterator[Any]:
    """Show how far it is, where somebody looks on."""
    import sys

    if face.json or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import Progress

    from crm.cli.printing.tables import console

    with Progress(console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(face.say(N_("Loading")), total=None)
        yield lambda number, total, _: bar.update(task, completed=number, total=total)


def _parts(face: Face, told: Story) -> Iterable[Any]:
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

    def title(text: str, **values: Any) -> Iterable[Any]:
        yield Text()
        yield Rule(Text(face.say(text, **values), style="bold"), align="left", style="cyan")

    yield from title(N_("The board, as of {day}"), day=told.today)
    yield from lead_pages.board(face, told.board)
    yield from title(N_("From contact to landed: lead {id}, {name}"), id=told.hero.row.id, name=told.hero.row.title)
    yield from table(face, told.history, HISTORY)
    yield Text()
    yield from table(face, told.times, STAYS)
    yield from title(N_("The delegations: plan and what was done"))
    for trip in told.trips:
        yield from trip_pages.trip(face, trip)
    yield from title(N_("Partners who bring others"))
    for tree in told.bringers:
        yield from referral_trees.draw(face, tree)
    yield from title(N_("Claims"))
    yield from table(face, told.claims, CLAIMS)
    yield from title(N_("Follow-ups"))
    yield from table(face, told.followups, FOLLOWUPS)
    yield from title(N_("Stations"))
    yield place_pages.stations(face, told.stations)
    yield from title(N_("The year report"))
    yield from report_tables.draw(face, told.year)
    yield from title(N_("The targets of the year"))
    yield from report_tables.draw(face, told.scorecard)
