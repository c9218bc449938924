"""``crm station``: the liaison stations and their dated histories."""

from __future__ import annotations

from typing import Any

from crm.cli.kit.choices import Word
from crm.cli.kit.completing import stations
from crm.cli.kit.face import Face
from crm.cli.kit.verbs import argument, changes, day_option, noun, option, uid_option, verb, version_option
from crm.errors import N_

command = noun("station")

_STATION = {"metavar": "STATION", "help": N_("Code, number or name of the station."), "shell_complete": stations}


@verb(
    command,
    "list",
    help=N_("List the stations with their status, staff, leads and meetings."),
    examples=["crm station list"],
)
def list_(face: Face) -> None:
    """List."""
    from crm.cli.places.pages import STATIONS

    with face.reading() as crm:
        rows = crm.stations.list()
    face.print_rows(rows, STATIONS, empty=N_("There are no stations."))


@verb(command, "show", help=N_("Show a station and its history."), examples=["crm station show tokyo"])
@argument("station", **_STATION)
def show(face: Face, station: str) -> None:
    """Show."""
    from crm.cli.places import pages as place_pages

    with face.reading() as crm:
        card = crm.stations.show(station)
    face.print_card(card, place_pages.station)


@verb(
    command,
    "add",
    help=N_("Add a station."),
    examples=[
        "crm station add seoul --name 首尔联络站 --name-en Seoul --country KR --zone Asia/Seoul --status exploring"
    ],
)
@argument("code", metavar="CODE", help=N_("A short name to type, such as seoul."))
@option("--name", metavar="TEXT", required=True, help=N_("Chinese name."))
@option("--name-en", metavar="TEXT", required=True, help=N_("English name."))
@option("--country", metavar="CC", required=True, help=N_("Country, two letters of ISO 3166."))
@option("--zone", metavar="ZONE", required=True, help=N_("Time zone, such as Asia/Seoul."))
@option("--host", metavar="TEXT", help=N_("Host organisation."))
@option(
    "--language",
    "languages",
    metavar="TAG",
    multiple=True,
    help=N_("A language spoken there, such as ko; repeat for more."),
)
@option("--status", type=Word("station status"), default="planned", show_default=True, help=N_("Its status."))
@day_option("--since", help=N_("The day the status began; without it today."))
@option("--note", metavar="TEXT", help=N_("What happened, or why."))
@uid_option
def add(face: Face, code: str, **typed: Any) -> None:
    """Add."""
    with face.writing() as crm:
        station = crm.stations.add(code, **typed)
        number, uid, code = station.id, station.uid, station.code
    face.done(N_("Station {code} is added."), id=number, uid=uid, code=code)


@verb(
    command,
    "status",
    help=N_("Write the next entry of a station's history."),
    examples=["crm station status tokyo operating --since 2023-02-08 --note 揭牌"],
)
@argument("station", **_STATION)
@argument("status", type=Word("station status"), help=N_("The status from then on."))
@day_option("--since", help=N_("The day it began; without it today."))
@option("--note", metavar="TEXT", help=N_("What happened, or why."))
def status_(face: Face, station: str, status: str, since: str | None, note: str | None) -> None:
    """Set the status."""
    from crm.cli.printing.formatting import Coded

    with face.writing() as crm:
        changed = crm.stations.set_status(station, status, since=since, note=note)
        number, code = changed.id, changed.code
    face.done(N_("Station {code} is {status} now."), id=number, code=code, status=Coded("station status", status))


@verb(
    command,
    "edit",
    help=N_("Change what is given; an empty text clears."),
    examples=["crm station edit tokyo --host 山东高速日本公司", 'crm station edit tokyo --host ""'],
)
@argument("station", **_STATION)
@option("--name", metavar="TEXT", help=N_("Chinese name."))
@option("--name-en", metavar="TEXT", help=N_("English name."))
@option("--zone", metavar="ZONE", help=N_("Time zone, such as Asia/Seoul."))
@option("--host", metavar="TEXT", help=N_("Host organisation."))
@option(
    "--language",
    "languages",
    metavar="TAG",
    multiple=True,
    help=N_("A language spoken there, such as ko; repeat for more."),
)
@version_option
def edit(face: Face, station: str, version: int | None, languages: tuple[str, ...], **typed: str | None) -> None:
    """Edit."""
    with face.writing() as crm:
        changed = crm.stations.edit(station, version=version, **changes(languages=languages or None, **typed))
        number, code = changed.id, changed.code
    face.done(N_("Station {code} is changed."), id=number, code=code)
