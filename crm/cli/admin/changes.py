"""``crm changes``: the feed of sealed changes, for scripts and workers."""

from __future__ import annotations

import click

from crm.cli.kit.face import Face
from crm.cli.kit.verbs import Verb, option
from crm.cli.summaries import SUMMARIES
from crm.errors import N_


@click.command(
    "changes",
    cls=Verb,
    help=SUMMARIES["changes"]
    + "\n\n"
    + N_(
        "Only sealed changes are listed: run `crm audit seal` first. To continue, pass the number of the last change "
        "that you have handled as --after. No change is ever skipped."
    ),
    examples=("crm changes --limit 20", "crm changes --after 1 --lines"),
)
@option("--after", type=click.IntRange(min=1), metavar="N", help=N_("The number of the last change that you have."))
@option(
    "--limit", type=click.IntRange(min=1), default=500, show_default=True, metavar="N", help=N_("At most N changes.")
)
@option("--lines", is_flag=True, help=N_("Print one JSON object per line."))
def command(face: Face, *, after: int | None, limit: int, lines: bool) -> None:
    """List the feed."""
    from crm.cli.admin.pages import AUDIT

    with face.reading() as crm:
        changes = crm.audit.changes(after=after, limit=limit)
        if not lines:
            face.print_rows(changes, AUDIT, empty=N_("No sealed changes."))
            return
    for change in changes:
        face.print_json(change, indent=None)
