"""``crm audit``: the history of changes, and its comparison with the records."""

from __future__ import annotations

from typing import Any

import click

from crm.cli.kit.face import Face
from crm.cli.kit.verbs import noun, option, verb
from crm.errors import N_

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
def show(face: Face, **typed: Any) -> None:
    """Show."""
    from crm.cli.admin.pages import AUDIT

    with face.reading() as crm:
        rows = crm.audit.list(**typed)
    face.print_rows(rows, AUDIT, empty=N_("No changes."))


@verb(
    command,
    "verify",
    help=N_("Compare all records with the audit and the moves.\n\nThe exit status is 1 if a record does not match."),
    examples=["crm audit verify"],
)
def verify(face: Face) -> None:
    """Verify."""
    from crm.cli.admin.pages import DISCREPANCIES

    with face.reading() as crm:
        found = crm.audit.verify()
    face.print_rows(found, DISCREPANCIES, empty=N_("All records match the audit."))
    if found:
        raise click.exceptions.Exit(1)
