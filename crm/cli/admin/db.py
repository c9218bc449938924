"""``crm db``: the tables and the file."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crm.cli.kit.face import Face
from crm.cli.kit.progress import tidy, working
from crm.cli.kit.verbs import argument, noun, option, verb
from crm.errors import N_

if TYPE_CHECKING:
    from sqlalchemy import Engine

command = noun("db")

_FILE = {"type": click.Path(path_type=Path), "metavar": "FILE"}


@verb(
    command,
    "upgrade",
    help=N_(
        "Upgrade the tables to the newest version.\n\nA SQLite file is backed up first. The search index "
        "of names is rebuilt."
    ),
    examples=["crm db upgrade"],
)
def upgrade(face: Face) -> None:
    """Upgrade."""
    from crm import schema

    with face.engine() as engine, working(face, N_("Upgrading")) as step, tidy():
        before = schema.current(engine)
        backup = schema.upgrade(engine, progress=step)
        after = schema.current(engine)
    values = {"version": ", ".join(after), "backup": None if backup is None else str(backup)}
    if before == after:
        face.done(N_("The tables already have the newest version, {version}."), **values)
    elif backup is None:
        face.done(N_("The tables are upgraded to version {version}."), **values)
    else:
        face.done(
            N_("The tables are upgraded to version {version}. A copy of the old database is kept in {backup}."),
            **values,
        )


@verb(
    command,
    "check",
    help=N_(
        "Check that the tables match this program.\n\nFor a SQLite file, also check that only its owner "
        "can read it and its copies. The exit status is 1 if a check fails."
    ),
    examples=["crm db check"],
)
def check(face: Face) -> None:
    """Check."""
    from crm import schema
    from crm.db import sqlite_path
    from crm.private_files import readable_by_others

    with face.engine() as engine:
        differences = schema.check(engine)
        version = ", ".join(schema.current(engine))
        staff, bound = (0, 0) if differences else _bound(engine)
        file = sqlite_path(engine)
    shared = [str(other) for other in (() if file is None else readable_by_others(file))]
    if face.json:
        face.print_json(
            {
                "version": version,
                "differences": differences,
                "readable_by_others": shared,
                "staff": staff,
                "bound": bound,
            }
        )
    elif not differences:
        face.done(N_("The tables are of version {version} and match this program."), version=version)
        if not bound:
            text = N_(
                "No staff are bound: anyone who can open the database can act under any name. See: crm staff bind"
            )
        else:
            text = N_("{bound} of {staff} staff are bound to proven identities.")
        face.echo("• " + face.say(text, bound=bound, staff=staff))
    for line in () if face.json else differences:
        face.echo(f"• {line}")
    for path in () if face.json else shared:
        face.echo("• " + face.say(N_("Other users can read {path}. Restrict it:"), path=path))
        face.echo(f"  chmod 600 {shlex.quote(path)}")
    if differences or shared:
        raise click.exceptions.Exit(1)


def _bound(engine: Engine) -> tuple[int, int]:
    """Return how many staff there are, and how many of them are bound."""
    from crm.db import session_scope
    from crm.reads.places.bindings import count_bound

    with session_scope(engine, read_only=True) as session:
        return count_bound(session)


@verb(
    command,
    "reindex",
    help=N_(
        "Rebuild the search index of names.\n\nAn upgrade does this too; use it for rows that were written "
        "outside this program. Nothing else is changed, and a second run changes nothing."
    ),
    examples=["crm db reindex"],
)
def reindex(face: Face) -> None:
    """Index anew."""
    from crm import schema

    with face.engine() as engine:
        schema.require_current(engine)
        with working(face, N_("Indexing names")) as step:
            changed = schema.reindex(engine, progress=step)
    face.done(
        N_("The names are indexed; {count} rows have changed."), count=sum(changed.values()), tables=dict(changed)
    )


@verb(
    command,
    "backup",
    help=N_(
        "Copy a SQLite database to a new file, while others go on working.\n\nThe whole copy is checked; a "
        "damaged database is refused, and no file is left. For PostgreSQL use pg_dump: docs/backups.md."
    ),
    examples=["crm db backup crm-2023-02-06.db"],
)
@argument("file", help=N_("A new file."), **_FILE)
def backup_(face: Face, file: Path) -> None:
    """Back up."""
    from crm import schema

    with face.engine() as engine, working(face, N_("Copying and checking")), tidy():
        schema.backup(engine, file)
    face.done(N_("The database is copied to {path}; the copy is checked."), path=str(file))


@verb(
    command,
    "restore",
    help=N_(
        "Replace a SQLite database by a backup.\n\nThe backup is checked first. The replaced database is "
        "kept beside it; a damaged one is kept byte by byte. Others may go on reading; nobody may be "
        "writing."
    ),
    examples=["crm db restore crm-2023-02-06.db --yes"],
)
@argument("file", help=N_("A file made by crm db backup or crm db upgrade."), **_FILE)
@option("--yes", is_flag=True, help=N_("Skip the confirmation."))
def restore(face: Face, file: Path, yes: bool) -> None:  # noqa: FBT001 - a flag
    """Restore."""
    from crm import schema
    from crm.cli.kit.prompts import confirm

    question = N_(
        "Everything in the database will be replaced by {path}; the current content is kept in a copy. Continue?"
    )
    confirm(face, question, yes=yes, path=str(file))
    with face.engine() as engine, working(face, N_("Checking and copying")), tidy():
        restored = schema.restore(engine, file)
    values = {
        "path": str(file),
        "kept": None if restored.kept is None else str(restored.kept),
        "version": ", ".join(restored.version),
        "needs_upgrade": not restored.is_newest,
    }
    if restored.kept is None:
        face.done(N_("The database is restored from {path}."), **values)
    else:
        face.done(N_("The database is restored from {path}. The old content is kept in {kept}."), **values)
    if not face.json and not restored.is_newest:
        face.echo(
            "• "
            + face.say(
                N_("The restored tables are of the older version {version}. Run `crm db upgrade` next."), **values
            )
        )
