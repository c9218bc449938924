"""``crm export``: the whole database as one file."""

from __future__ import annotations

from pathlib import Path

import click

from crm.cli.kit.face import Face
from crm.cli.kit.files import give, obstacles
from crm.cli.kit.progress import tidy, working
from crm.cli.kit.verbs import argument, noun, option, reason_option, verb
from crm.errors import N_, InvalidInput

command = noun("export")


@verb(
    command,
    "all",
    help=N_(
        "Write the whole database to a file, with nothing left out: every table, every column, the audit and its keys."
        "\n\nOnly an admin may; the audit records it. `crm db load` fills an empty database with the file, on SQLite or"
        " PostgreSQL. Keep it as safe as the database: docs/export.md."
    ),
    examples=["crm export all bureau.jsonl", 'crm export all bureau.jsonl --reason "move to PostgreSQL"'],
)
@argument("file", type=click.Path(path_type=Path), metavar="FILE", help=N_("A new file."))
@option("--force", is_flag=True, help=N_("Replace the file."))
@reason_option()
def all_(face: Face, *, file: Path, force: bool, reason: str | None) -> None:
    """Export."""
    from crm import __version__
    from crm.exchange.dump import lines

    if wrong := obstacles(file, force=force):
        raise InvalidInput(*wrong)
    with face.writing() as crm:
        recorded = crm.exports.record(reason=reason)
    with face.reading(one_moment=True) as crm, working(face, N_("Exporting")) as step, tidy():
        whole = crm.exports.all(recorded)
        written = lines(whole, __version__, step)
        give(face, N_("Everything is in {file}."), file, written, force=force)
