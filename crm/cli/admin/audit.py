"""``crm audit``: the history of changes, and its comparison with the records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from crm.cli.kit.face import Face
from crm.cli.kit.progress import working
from crm.cli.kit.verbs import noun, option, verb
from crm.errors import N_

if TYPE_CHECKING:
    from crm.reads.audit.rows import StandingRow

command = noun("audit")


@verb(
    command,
    "show",
    help=N_("List changes, latest first."),
    examples=["crm audit show", "crm audit show --record lead --id 1", "crm audit show --by tokyo.desk --limit 10"],
)
@option("--record", metavar="NAME", help=N_("Filter by kind of record, such as lead or meeting."))
@option("--id", "record_id", type=int, metavar="N", help=N_("Filter by the number of the record."))
@option("--by", "actor", metavar="USER", help=N_("Filter by actor."))
@option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, metavar="N", help=N_("The maximum number.")
)
def show(face: Face, **options: Any) -> None:
    """Show."""
    from crm.cli.admin.pages import AUDIT

    with face.reading() as crm:
        rows = crm.audit.list(**options)
    face.print_rows(rows, AUDIT, empty=N_("No changes."))


@verb(
    command,
    "verify",
    help=N_(
        "Compare all records with the audit, every entry with its hash, and the seals with each other.\n\n"
        "The exit status is 1 if something does not match."
    ),
    examples=["crm audit verify"],
)
def verify(face: Face) -> None:
    """Verify."""
    from crm.cli.admin.pages import DISCREPANCIES

    with face.reading(one_moment=True) as crm:
        with working(face, N_("Verifying the audit")) as step:
            found = crm.audit.verify(progress=step)
        standing = crm.audit.standing()
    face.print_rows(found, DISCREPANCIES, empty=N_("All records match the audit."))
    if not face.json:
        _tell(face, standing)
    if found:
        raise click.exceptions.Exit(1)


@verb(
    command,
    "seal",
    help=N_(
        "Seal the entries that are in no seal yet.\n\n"
        "The hash of the last seal stands for the whole audit until then. Keep it away from the database."
    ),
    examples=["crm audit seal"],
)
def seal(face: Face) -> None:
    """Seal."""
    with face.writing() as crm, working(face, N_("Sealing the audit")) as step:
        standing = crm.audit.seal(progress=step)
    if face.json:
        face.print_json(standing)
        return
    face.done(N_("{entries} entries are in {seals} seals."), entries=standing.entries, seals=standing.seals)
    face.echo(str(standing.head))
    _tell(face, standing)


def _tell(face: Face, standing: StandingRow) -> None:
    """Say what the seals do not prove."""
    if standing.unsealed:
        since = standing.unsealed_since
        face.echo(face.say(N_("Not sealed yet: {count} entries since {since}."), count=standing.unsealed, since=since))
    if standing.taken_in:
        text = N_("{count} entries are older than the log, which proves them from {since} on.")
        face.echo(face.say(text, count=standing.taken_in, since=standing.begun_at))
