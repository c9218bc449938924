"""``crm staff``: who acts."""

from __future__ import annotations

from typing import Any

from crm.cli.kit.choices import Word
from crm.cli.kit.completing import stations
from crm.cli.kit.face import Face
from crm.cli.kit.verbs import argument, day_option, noun, option, reason_option, uid_option, verb
from crm.errors import N_

command = noun("staff")

_PERSON = {"metavar": "USER", "help": N_("User name, number or name of the person.")}


@verb(
    command,
    "list",
    help=N_("List the staff with role and place."),
    examples=["crm staff list", "crm staff list --archived"],
)
@option("--archived", is_flag=True, help=N_("Those who left, too."))
def list_(face: Face, archived: bool) -> None:  # noqa: FBT001 - a flag
    """List."""
    from crm.cli.places.pages import STAFF

    with face.reading() as crm:
        rows = crm.staff.list(archived=archived)
    face.print_rows(rows, STAFF, empty=N_("There are no staff."))


@verb(
    command,
    "add",
    help=N_("Add a member of staff to a station or a unit."),
    examples=[
        "crm staff add tokyo.desk --name 东京专员 --role ambassador --station tokyo",
        "crm staff add shen --name 沈 --role verifier --unit bureau",
    ],
)
@argument("username", metavar="USER", help=N_("A name to type, such as tokyo.desk."))
@option("--name", metavar="TEXT", required=True, help=N_("The name as shown."))
@option("--role", type=Word("role"), required=True, help=N_("What they are trusted with."))
@option("--station", metavar="STATION", shell_complete=stations, help=N_("Their station; either this or --unit."))
@option("--unit", metavar="UNIT", help=N_("Their unit."))
@day_option("--since", help=N_("Their first day there; without it today."))
@uid_option
def add(face: Face, username: str, name: str, **typed: Any) -> None:
    """Add."""
    with face.writing() as crm:
        person = crm.staff.add(username, name, **typed)
        number, uid, username = person.id, person.uid, person.username
    face.done(N_("{username} is added."), id=number, uid=uid, username=username)


@verb(
    command,
    "move",
    help=N_("Give someone another station, unit or role. Past meetings keep where they were."),
    examples=[
        "crm staff move tokyo.desk --station frankfurt",
        "crm staff move tokyo.desk --role manager --since 2023-03-01",
    ],
)
@argument("person", **_PERSON)
@option("--station", metavar="STATION", shell_complete=stations, help=N_("The station from then on."))
@option("--unit", metavar="UNIT", help=N_("The unit from then on."))
@option("--role", type=Word("role"), help=N_("The role from then on."))
@day_option("--since", help=N_("The first day; without it today."))
@reason_option()
def move(face: Face, person: str, **typed: Any) -> None:
    """Move."""
    with face.writing() as crm:
        moved = crm.staff.move(person, **typed)
        number, username = moved.id, moved.username
    face.done(N_("{username} is moved."), id=number, username=username)


@verb(
    command,
    "archive",
    help=N_("Archive someone who has left: what they did stays, they act no more."),
    examples=["crm staff archive tokyo.desk --reason 调离"],
)
@argument("person", **_PERSON)
@reason_option(required=True)
def archive(face: Face, person: str, reason: str) -> None:
    """Archive."""
    with face.writing() as crm:
        left = crm.staff.archive(person, reason=reason)
        number, username = left.id, left.username
    face.done(N_("{username} is archived."), id=number, username=username)
