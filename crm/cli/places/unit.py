"""``crm unit``: the units that own leads and targets."""

from __future__ import annotations

from crm.cli.kit.field_options import field_argument, field_options
from crm.cli.kit.shared_verbs import attributes, list_verb, record_verb, write_verb
from crm.cli.kit.verbs import (
    leave_open_option,
    noun,
    option,
    reason_option,
    uid_option,
    version_option,
)
from crm.errors import N_
from crm.rules.places import UnitChanges, UnitFields

command = noun("unit")


_UNIT = {"metavar": "UNIT", "help": N_("Code, number or name of the unit.")}


list_verb(
    command,
    "list",
    lambda crm: crm.units.list,
    option("--archived", is_flag=True, help=N_("Include archived ones.")),
    help=N_("List the units."),
    examples=["crm unit list", "crm unit list --archived"],
    columns="UNITS",
    empty=N_("There are no units."),
    room=__package__,
)


write_verb(
    command,
    "add",
    lambda crm: crm.units.add,
    field_argument(UnitFields, "code"),
    field_options(UnitFields, but={"code"}, whole=True),
    uid_option,
    help=N_("Add a unit."),
    examples=['crm unit add gaoxin --name 高新区 --name-en "High-tech Zone" --kind zone'],
    done=N_("Unit {code} is added."),
    values=attributes("id", "uid", "code"),
)


record_verb(
    command,
    "archive",
    lambda crm: crm.units.archive,
    reason_option(required=True),
    option(
        "--to",
        metavar="UNIT",
        help=N_("The unit that takes over its open leads, requests and trips, claims and staff."),
    ),
    leave_open_option,
    help=N_("Archive a unit: its records stay; new work is refused."),
    examples=["crm unit archive gaoxin --to lixia --reason 机构改革"],
    record="unit",
    named=_UNIT,
    done=N_("Unit {code} is archived."),
    keys=("id", "code"),
)


record_verb(
    command,
    "restore",
    lambda crm: crm.units.restore,
    reason_option(required=True),
    help=N_("Bring an archived unit back."),
    examples=["crm unit restore gaoxin --reason 恢复建制"],
    record="unit",
    named=_UNIT,
    done=N_("Unit {code} is restored."),
    keys=("id", "code"),
)


record_verb(
    command,
    "edit",
    lambda crm: crm.units.edit,
    field_options(UnitChanges),
    version_option,
    help=N_("Change the given fields."),
    examples=['crm unit edit gaoxin --name-en "Hi-tech Zone"'],
    record="unit",
    named=_UNIT,
    done=N_("Unit {code} is changed."),
    keys=("id", "code"),
    edits=True,
)
