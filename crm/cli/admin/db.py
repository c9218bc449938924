"""``crm db``: the tables and the file."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crm.cli.admin import copies
from crm.cli.kit.face import Face
from crm.cli.kit.progress import tidy, working
from crm.cli.kit.verbs import argument, noun, option, reason_option, verb
from crm.cli.printing.widths import on_one_line
from crm.errors import N_, InvalidInput, problem
from crm.values.numbers import lettered

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from crm.changes import Change
    from crm.upgrading.reindexing import Clash

command = noun("db")
copies.join(command)

#: The number of pairs that are printed; JSON has all of them.
_CLASHES = 20
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
    from crm.cli.admin.erasures import erase_again, known

    clashes: list[Clash] = []
    with face.engine() as engine, working(face, N_("Upgrading")) as step, tidy():
        before = schema.current(engine)
        backup = schema.upgrade(engine, progress=step, clash=clashes.append)
        after = schema.current(engine)
    values = {"version": ", ".join(after), "backup": None if backup is None else str(backup), "clashes": clashes}
    if before == after:
        face.done(N_("The tables already have the newest version, {version}."), **values)
    elif backup is None:
        face.done(N_("The tables are upgraded to version {version}."), **values)
    else:
        face.done(
            N_("The tables are upgraded to version {version}. A copy of the old database is kept in {backup}."),
            **values,
        )
    _tell_clashes(face, clashes)
    if before != after:
        with face.engine() as engine:
            gone = known(engine)
        erase_again(face, gone)


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
    from crm.files.private import readable_by_others

    with face.engine() as engine:
        differences = schema.check(engine)
        version = ", ".join(schema.current(engine))
        staff, bound, recovered = (0, 0, ()) if differences else _bound(engine)
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
                "recovered": recovered,
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
        for mark in recovered:
            text = N_("The owner of the database made {actor} an administrator at {at}: {reason}")
            face.echo("• " + face.say(text, actor=mark.actor, at=mark.at, reason=mark.reason))
    for line in () if face.json else differences:
        face.echo(f"• {line}")
    for path in () if face.json else shared:
        face.echo("• " + face.say(N_("Other users can read {path}. Restrict it:"), path=path))
        face.echo(f"  chmod 600 {shlex.quote(path)}")
    if differences or shared:
        raise click.exceptions.Exit(1)


def _bound(engine: Engine) -> tuple[int, int, tuple[Change, ...]]:
    """Return how many staff there are, how many of them are bound, and when the owner made somebody an admin."""
    from crm.db import session_scope
    from crm.reads.audit.queries import entries
    from crm.reads.places.bindings import count_bound

    with session_scope(engine, read_only=True) as session:
        return *count_bound(session), entries(session, record="staff", verb="staff.recover").all()


@contextmanager
def _owned(face: Face) -> Iterator[Engine]:
    """Open the engine for the owner of a database of this version; on PostgreSQL the verb checks the owner."""
    from crm import schema
    from crm.db import sqlite_path
    from crm.errors import AccessDenied
    from crm.files.private import is_owner
    from crm.services.places import recovery

    with face.engine() as engine:
        schema.require_current(engine)
        file = sqlite_path(engine)
        if file is not None and not is_owner(file):
            raise AccessDenied(recovery.not_the_owner())
        yield engine


@verb(
    command,
    "recover-admin",
    help=N_(
        "Make somebody an administrator again when none can act any more.\n\n"
        "Only the owner of the file, or on PostgreSQL of the tables, can do this. It is recorded in the "
        "audit and shown by crm db check. If staff are bound, your identity is bound to that person."
    ),
    examples=['crm db recover-admin bureau.admin --reason "the last admin has left"'],
)
@argument("username", metavar="USER", help=N_("User name of the person."))
@reason_option(required=True)
def recover_admin(face: Face, username: str, reason: str) -> None:
    """Recover."""
    from crm.db import session_scope
    from crm.rules.stages import as_policies
    from crm.services.kernel.auditing.guard import guard
    from crm.services.kernel.context import Context, wall_clock
    from crm.services.places import recovery

    with _owned(face) as engine, session_scope(engine) as session:
        guard(session)
        context = Context(session, None, as_policies(face.policy), wall_clock, face.identity(engine))
        staff = recovery.recover_admin(context, username, reason=reason)
        number, username = staff.id, staff.username
    face.done(N_("{username} is now an administrator; this is recorded in the audit."), id=number, username=username)


@verb(
    command,
    "redact",
    help=N_(
        "Remove the earlier wordings of records from the audit: their texts before redaction.\n\n"
        "Redact the text itself first. Only the owner of the file, or on PostgreSQL of the tables, can do "
        "this, with the right to erase persons. Seals and anchors stay valid."
    ),
    examples=['crm db redact V12 T7 --reason "erased on request"'],
)
@argument(
    "records", metavar="RECORD", nargs=-1, required=True, help=N_("Numbers with their letters, such as V12, T7, L3.")
)
@reason_option(required=True)
def redact(face: Face, records: tuple[str, ...], reason: str) -> None:
    """Redact."""
    from crm.db import session_scope
    from crm.redacting import redact as take_out
    from crm.rules.stages import as_policies
    from crm.services.kernel.auditing.guard import guard
    from crm.services.kernel.context import Context, wall_clock

    with _owned(face) as engine, session_scope(engine) as session:
        guard(session)
        identity = face.identity(engine)
        policies = as_policies(face.policy)
        context = Context(session, face.acting(session, identity), policies, wall_clock, identity)
        count = take_out(context, records, reason=reason)
    face.done(N_("{count} entries of the audit have no earlier wordings any more."), count=count)


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
        clashes: list[Clash] = []
        with working(face, N_("Indexing names")) as step:
            changed = schema.reindex(engine, progress=step, clash=clashes.append)
    face.done(
        N_("The names are indexed; {count} rows have changed."),
        count=sum(changed.values()),
        tables=dict(changed),
        clashes=clashes,
    )
    _tell_clashes(face, clashes)


def _tell_clashes(face: Face, clashes: Sequence[Clash]) -> None:
    """List the investors whose names are read as one now, with the command that compares them."""
    if not clashes or face.json:
        return
    face.echo(
        face.say(
            N_(
                "The names of these investors now count as the same. Both records stay; compare them: crm "
                "investor duplicates"
            )
        )
    )
    for pair in clashes[:_CLASHES]:
        face.echo(
            on_one_line(
                f"  {lettered('investor', pair.one)} {pair.one_name} – {lettered('investor', pair.other)} {pair.other_name}"
            )
        )
    if len(clashes) > _CLASHES:
        face.echo(face.say(N_("… and {count} more."), count=len(clashes) - _CLASHES))


@verb(
    command,
    "load",
    help=N_(
        "Fill an empty database with a file of `crm export all`, on SQLite or PostgreSQL.\n\n"
        "Everything is taken over as it is, then compared with the audit; if something does not match, nothing is"
        " changed. The tables are made if there are none."
    ),
    examples=["crm db load bureau.jsonl --db sqlite:///new.db"],
)
@argument("file", help=N_("A file of `crm export all`."), **_FILE)
@option(
    "--accept-discrepancies",
    "accepted",
    is_flag=True,
    help=N_(
        "Load it even if records do not match the audit; for a file of a database in which they did not match either."
    ),
)
def load_(face: Face, file: Path, accepted: bool) -> None:  # noqa: FBT001 - a flag
    """Load."""
    from crm.cli.admin.erasures import erase_again, known
    from crm.loading import load

    with face.engine() as engine, working(face, N_("Loading and verifying")) as step, tidy():
        loaded = load(engine, file, accept_discrepancies=accepted, progress=step)
        gone = known(engine)
    values = {"path": str(file), "rows": sum(loaded.counts.values()), "discrepancies": len(loaded.discrepancies)}
    if loaded.discrepancies:
        text = N_("{rows} rows are loaded from {path}; {discrepancies} things do not match: crm audit verify")
        face.done(text, **values)
    else:
        face.done(N_("{rows} rows are loaded from {path}; they match the audit."), **values)
    erase_again(face, gone)


@verb(
    command,
    "roles",
    help=N_(
        "Print the SQL that makes three roles on PostgreSQL: owner, application and reader.\n\n"
        "The application adds to the history and does not change it; the reader sees views without confidential leads. "
        "A superuser runs it, again after each upgrade: docs/security.md."
    ),
    examples=["crm db roles > roles.sql", "crm db roles --apply", "crm db roles --prefix jinan"],
)
@option("--prefix", metavar="NAME", help=N_("The prefix of the names of the roles; default: crm, or the tenant."))
@option("--apply", is_flag=True, help=N_("Run it."))
def roles_(face: Face, prefix: str | None, apply: bool) -> None:  # noqa: FBT001 - a flag
    """Print or make the roles."""
    from sqlalchemy import text

    from crm import schema
    from crm.addresses import TENANT
    from crm.db import connection_scope
    from crm.models.roles import roles
    from crm.revisions import VERSION_TABLE

    tenant = face.setting("tenant")
    name = prefix or (f"crm_{tenant}" if tenant else "crm")
    if not TENANT.fullmatch(name):
        way_out = N_("Use small letters, digits and underscores, beginning with a letter.")
        raise InvalidInput(
            problem(
                N_('The prefix "{prefix}" cannot be used.'), way_out, field="prefix", code="prefix", prefix=name[:60]
            )
        )
    with face.engine() as engine:
        if engine.dialect.name != "postgresql":
            way_out = N_("Anyone who can write to a SQLite file can change everything in it: docs/security.md")
            raise InvalidInput(problem(N_("Only PostgreSQL has roles."), way_out, field="db", code="dialect"))
        schema.require_current(engine)
        with connection_scope(engine) as connection:
            home = str(connection.scalar(text("SELECT current_schema()")))
            statements = [*roles(home, name, VERSION_TABLE)]
            for statement in statements if apply else ():
                connection.execute(text(statement))
    if apply:
        made = [f"{name}_owner", f"{name}_application", f"{name}_reader"]
        face.done(N_("The roles {roles} are made."), roles=", ".join(made))
    elif face.json:
        face.print_json(statements)
    else:
        face.echo("\n".join(f"{statement};" for statement in statements))
