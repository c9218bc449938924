"""``crm staff``: the users and their roles."""

from __future__ import annotations

from typing import Any

from crm.cli.kit.face import Face
from crm.cli.kit.field_options import field_argument, field_options
from crm.cli.kit.verbs import argument, noun, option, reason_option, uid_option, verb
from crm.errors import N_
from crm.rules.places import PostingFields, StaffFields

command = noun("staff")

_PERSON = {"metavar": "USER", "help": N_("User name, number or name of the person.")}


@verb(
    command,
    "list",
    help=N_("List the staff with role and place."),
    examples=["crm staff list", "crm staff list --archived"],
)
@option("--archived", is_flag=True, help=N_("Include archived staff."))
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
@field_argument(StaffFields, "username")
@field_options(StaffFields, but={"username"}, whole=True)
@field_options(PostingFields)
@uid_option
def add(face: Face, username: str, name: str, **options: Any) -> None:
    """Add."""
    with face.writing() as crm:
        person = crm.staff.add(username, name, **options)
        number, uid, username = person.id, person.uid, person.username
    face.done(N_("{username} is added."), id=number, uid=uid, username=username)


@verb(
    command,
    "move",
    help=N_("Give a member of staff another station, unit or role. Past meetings keep the old one."),
    examples=[
        "crm staff move tokyo.desk --station frankfurt",
        "crm staff move tokyo.desk --role manager --since 2023-03-01",
    ],
)
@argument("person", **_PERSON)
@field_options(StaffFields, but={"username", "name"})
@field_options(PostingFields)
@reason_option()
def move(face: Face, person: str, **options: Any) -> None:
    """Move."""
    with face.writing() as crm:
        moved = crm.staff.move(person, **options)
        number, username = moved.id, moved.username
    face.done(N_("{username} is moved."), id=number, username=username)


@verb(
    command,
    "archive",
    help=N_("Archive a member of staff who has left: their records stay, and they can no longer act."),
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
