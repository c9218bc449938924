"""``crm unit``: the units that own leads and targets."""

from __future__ import annotations

from typing import Any

from crm.cli.kit.face import Face
from crm.cli.kit.field_options import field_argument, field_options
from crm.cli.kit.verbs import (
    argument,
    changes,
    leave_open_option,
    noun,
    option,
    reason_option,
    uid_option,
    verb,
    version_option,
)
from crm.errors import N_
from crm.rules.places import UnitChanges, UnitFields

command = noun("unit")


_UNIT = {"metavar": "UNIT", "help": N_("Code, number or name of the unit.")}


@verb(command, "list", help=N_("List the units."), examples=["crm unit list", "crm unit list --archived"])
@option("--archived", is_flag=True, help=N_("Include archived ones."))
def list_(face: Face, archived: bool) -> None:  # noqa: FBT001 - a flag
    """List."""
    from crm.cli.places.pages import UNITS

    with face.reading() as crm:
        rows = crm.units.list(archived=archived)
    face.print_rows(rows, UNITS, empty=N_("There are no units."))


@verb(
    command,
    "add",
    help=N_("Add a unit."),
    examples=['crm unit add gaoxin --name 高新区 --name-en "High-tech Zone" --kind zone'],
)
@field_argument(UnitFields, "code")
@field_options(UnitFields, but={"code"}, whole=True)
@uid_option
def add(face: Face, code: str, **options: Any) -> None:
    """Add."""
    with face.writing() as crm:
        unit = crm.units.add(code, **options)
        number, uid, code = unit.id, unit.uid, unit.code
    face.done(N_("Unit {code} is added."), id=number, uid=uid, code=code)


@verb(
    command,
    "archive",
    help=N_("Archive a unit: its records stay; new work is refused."),
    examples=["crm unit archive gaoxin --to lixia --reason 机构改革"],
)
@argument("unit", **_UNIT)
@reason_option(required=True)
@option(
    "--to", metavar="UNIT", help=N_("The unit that takes over its open leads, requests and trips, claims and staff.")
)
@leave_open_option
def archive(face: Face, unit: str, **options: Any) -> None:
    """Archive."""
    with face.writing() as crm:
        archived = crm.units.archive(unit, **options)
        number, code = archived.id, archived.code
    face.done(N_("Unit {code} is archived."), id=number, code=code)


@verb(
    command,
    "restore",
    help=N_("Bring an archived unit back."),
    examples=["crm unit restore gaoxin --reason 恢复建制"],
)
@argument("unit", **_UNIT)
@reason_option(required=True)
def restore(face: Face, unit: str, reason: str) -> None:
    """Restore."""
    with face.writing() as crm:
        restored = crm.units.restore(unit, reason=reason)
        number, code = restored.id, restored.code
    face.done(N_("Unit {code} is restored."), id=number, code=code)


@verb(
    command,
    "edit",
    help=N_("Change the given fields."),
    examples=['crm unit edit gaoxin --name-en "Hi-tech Zone"'],
)
@argument("unit", **_UNIT)
@field_options(UnitChanges)
@version_option
def edit(face: Face, unit: str, version: int | None, **options: Any) -> None:
    """Edit."""
    with face.writing() as crm:
        changed = crm.units.edit(unit, version=version, **changes(**options))
        number, code = changed.id, changed.code
    face.done(N_("Unit {code} is changed."), id=number, code=code)
