"""``crm audit``: who changed what, and whether what is stored follows from it."""

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
    help=N_("List changes, the latest first."),
    examples=["crm audit show", "crm audit show --record lead --id 1", "crm audit show --by tokyo.desk --limit 10"],
)
@option("--record", metavar="NAME", help=N_("Changes of one sort of record, such as lead or meeting."))
@option("--id", "record_id", type=int, metavar="N", help=N_("Changes of the record of this number."))
@option("--by", "actor", metavar="USER", help=N_("Changes by one person."))
@option("--limit", type=click.IntRange(min=1), default=50, show_default=True, metavar="N", help=N_("At most so many."))
def show(face: Face, **typed: Any) -> None:
    """Show."""
    from crm.cli.admin.pages import AUDIT

    with face.reading() as crm:
        rows = crm.audit.list(**typed)
    face.print_rows(rows, AUDIT, empty=N_("No changes."))


@verb(
    command,
    "verify",
    help=N_(
        "Compare what is stored with the audit and the moves.\n\n"
        "The exit status is 1 if something does not follow from them."
    ),
    examples=["crm audit verify"],
)
def verify(face: Face) -> None:
    """Verify."""
    from crm.cli.admin.pages import DISCREPANCIES

    with face.reading() as crm:
        found = crm.audit.verify()
    face.print_rows(found, DISCREPANCIES, empty=N_("Everything that is stored follows from the audit."))
    if found:
        raise click.exceptions.Exit(1)
