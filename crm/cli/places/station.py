"""``crm station``: the liaison stations and their dated histories."""

from __future__ import annotations

from typing import Any

from crm.cli.kit.choices import Word
from crm.cli.kit.face import Face
from crm.cli.kit.field_options import field_argument, field_options
from crm.cli.kit.shared_verbs import attributes, list_verb, record_verb, show_verb, write_verb
from crm.cli.kit.verbs import argument, leave_open_option, noun, option, uid_option, verb, version_option
from crm.errors import N_
from crm.rules.places import StationChanges, StationEventFields, StationFields

command = noun("station")

_STATION = {"metavar": "STATION", "help": N_("Code, number or name of the station.")}


list_verb(
    command,
    "list",
    lambda crm: crm.stations.list,
    help=N_("List the stations with their status, staff, leads and meetings."),
    examples=["crm station list"],
    columns="STATIONS",
    empty=N_("There are no stations."),
    room=__package__,
)


show_verb(
    command,
    "station",
    lambda crm: crm.stations.show,
    help=N_("Show a station and its history."),
    examples=["crm station show tokyo"],
    named=_STATION,
    room=__package__,
)


write_verb(
    command,
    "add",
    lambda crm: crm.stations.add,
    field_argument(StationFields, "code"),
    field_options(StationFields, but={"code"}, whole=True, status={"default": "planned", "show_default": True}),
    field_options(StationEventFields, but={"status"}),
    uid_option,
    help=N_("Add a station."),
    examples=[
        "crm station add seoul --name 首尔联络站 --name-en Seoul --country KR --zone Asia/Seoul --status exploring"
    ],
    done=N_("Station {code} is added."),
    values=attributes("id", "uid", "code"),
)


@verb(
    command,
    "status",
    help=N_("Set the status of a station."),
    examples=[
        "crm station status tokyo operating --since 2023-02-08 --note 揭牌",
        "crm station status tokyo closed --to frankfurt --note 撤站",
    ],
)
@argument("station", **_STATION)
@argument("status", type=Word("station status"), help=N_("The new status."))
@field_options(StationEventFields, but={"status"})
@option(
    "--to", metavar="STATION", help=N_("Of a station that closes: the one that takes over its open leads and staff.")
)
@leave_open_option
def status_(face: Face, station: str, status: str, **options: Any) -> None:
    """Set the status."""
    from crm.values.sentences import Coded

    with face.writing() as crm:
        changed = crm.stations.set_status(station, status, **options)
        number, code = changed.id, changed.code
    face.done(
        N_("The status of station {code} is now {status}."),
        id=number,
        code=code,
        status=Coded("station status", status),
    )


record_verb(
    command,
    "edit",
    lambda crm: crm.stations.edit,
    field_options(StationChanges),
    version_option,
    help=N_("Change the given fields; an empty text clears a field."),
    examples=["crm station edit tokyo --host 山东高速日本公司", 'crm station edit tokyo --host ""'],
    record="station",
    named=_STATION,
    done=N_("Station {code} is changed."),
    keys=("id", "code"),
    edits=True,
)
