"""``crm calendar``: trips, visits and what is due, for telephones and mail programs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from crm.cli.kit.face import Face
from crm.cli.kit.files import file_options, obstacles, print_or_give
from crm.cli.kit.verbs import Verb, day_option, option
from crm.cli.summaries import SUMMARIES
from crm.errors import N_, InvalidInput


@click.command(
    "calendar",
    cls=Verb,
    help=SUMMARIES["calendar"]
    + "\n\n"
    + N_(
        "Trips, planned and past visits, open follow-ups and requests, by default your own. An entry keeps "
        "its uid, so importing the file again updates the entries that have changed. This needs the extra "
        "calendars."
    ),
    examples=(
        "crm calendar --output mine.ics",
        "crm calendar --station tokyo --output tokyo.ics --force",
        "crm calendar --unit lixia --since 2023-01-01 > lixia.ics",
    ),
)
@option("--person", metavar="USER", help=N_("Whose calendar, by user name."))
@option("--station", metavar="STATION", help=N_("The calendar of a station."))
@option("--unit", metavar="UNIT", help=N_("The calendar of a unit."))
@day_option("--since", help=N_("The first day; default: 30 days ago."))
@day_option("--until", help=N_("The last day; default: no end."))
@file_options
def command(face: Face, *, output: Path | None, force: bool, **whose: str | None) -> None:
    """Write a calendar."""
    from crm.exchange.calendar import write

    if wrong := obstacles(output, force=force):
        raise InvalidInput(*wrong)
    with face.reading() as crm:
        items = crm.calendar.items(**whose)
        owner = next((whose[name] for name in ("person", "station", "unit") if whose[name]), None)
        name = owner or (crm.actor.username if crm.actor else "")
    print_or_give(
        face,
        N_("The calendar is written to {file}."),
        items,
        output,
        lambda: write(items, face.language, name=name, at=datetime.now(UTC)),
        force=force,
    )
