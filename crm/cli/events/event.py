"""``crm event``: promotion events, their attendance, and the leads they started."""

from __future__ import annotations

import click

from crm.cli.kit.choices import Word
from crm.cli.kit.field_options import field_argument, field_options
from crm.cli.kit.shared_verbs import attributes, card_verb, list_verb, record_verb, write_verb
from crm.cli.kit.verbs import (
    CORRECTED,
    argument,
    day_option,
    noun,
    option,
    period_argument,
    reason_option,
    uid_option,
    version_option,
    withdrawn_option,
)
from crm.errors import N_
from crm.rules.events import AttendanceChanges, AttendanceFields, EventDetails, EventEnd, EventPlan

command = noun("event")

_EVENT = {"metavar": "EVENT", "help": N_("Code or number of the event, or any unique part of its title.")}
_ATTENDANCE = {"metavar": "ATTENDANCE", "help": N_("The number of the attendance; crm event show lists them.")}


write_verb(
    command,
    "add",
    lambda crm: crm.events.add,
    field_argument(EventPlan, "code"),
    field_options(
        EventPlan,
        but={"code"},
        whole=True,
        ends={"required": False, "help": N_("Last day; default: the first.")},
        kind={"default": "meeting", "show_default": True},
        country={"default": "CN", "show_default": True},
        zone={"default": "Asia/Shanghai", "show_default": True},
    ),
    uid_option,
    help=N_("Add a promotion event.\n\nA lead started by it has the source event:CODE."),
    examples=[
        "crm event add tokyo-2023 --title 投资推介会 --place 东京 --country JP --zone Asia/Tokyo --starts 2023-02-08",
        "crm event add autumn-forum --title 产业链招商论坛 --kind forum --place 济南 --starts 2023-09-20 --ends 2023-09-21",
    ],
    done=N_("Event {code} is planned."),
    values=attributes("id", "uid", "code"),
)


record_verb(
    command,
    "edit",
    lambda crm: crm.events.edit,
    field_options(EventDetails),
    version_option,
    help=N_("Change an event; an empty text clears a field."),
    examples=["crm event edit tokyo-2023 --place 东京帝国饭店 --ends 2023-02-09"],
    record="event",
    named=_EVENT,
    done=N_("Event {code} is changed."),
    keys=("id", "code"),
    edits=True,
)


record_verb(
    command,
    "hold",
    lambda crm: crm.events.hold,
    field_options(EventEnd),
    version_option,
    help=N_("Mark an event as held, with its outcome."),
    examples=["crm event hold tokyo-2023 --outcome 86家企业参会，签约2个项目"],
    record="event",
    named=_EVENT,
    done=N_("Event {code} is marked as held."),
    keys=("id", "code"),
)


record_verb(
    command,
    "cancel",
    lambda crm: crm.events.cancel,
    reason_option(required=True),
    version_option,
    help=N_("Cancel an event; it stays on the list, with the reason."),
    examples=["crm event cancel autumn-forum --reason 场地改建"],
    record="event",
    named=_EVENT,
    done=N_("Event {code} is cancelled."),
    keys=("id", "code"),
)


write_verb(
    command,
    "attend",
    lambda crm: crm.events.attend,
    argument("event", **_EVENT),
    field_argument(AttendanceFields, "investor", required=False),
    field_options(
        AttendanceFields,
        but={"investor"},
        people={"type": click.IntRange(min=1), "default": 1, "show_default": True},
    ),
    uid_option,
    help=N_("Record attendance: an investor, one of its contacts, or other guests."),
    examples=[
        "crm event attend tokyo-2023 丸红 --contact 田中",
        "crm event attend tokyo-2023 --people 80 --note 日方企业代表",
    ],
    done=N_("Attendance of {code} is recorded: {people}."),
    values=attributes("id", "uid", "people", code="event.code"),
)


record_verb(
    command,
    "edit-attendance",
    lambda crm: crm.events.edit_attendance,
    field_options(AttendanceChanges, people={"type": click.IntRange(min=1)}),
    reason_option(help=CORRECTED),
    version_option,
    help=N_("Correct an attendance; what is not given stays, an empty text clears."),
    examples=["crm event edit-attendance 7 --people 60", "crm event edit-attendance 7 --contact 田中 --people 1"],
    record="attendance",
    named=_ATTENDANCE,
    done=N_("Attendance {id} is corrected."),
    edits=True,
)


record_verb(
    command,
    "withdraw-attendance",
    lambda crm: crm.events.withdraw_attendance,
    reason_option(help=CORRECTED),
    version_option,
    help=N_("Withdraw an attendance that should not have been recorded; it stays readable."),
    examples=["crm event withdraw-attendance 7 --reason 未到场"],
    record="attendance",
    named=_ATTENDANCE,
    done=N_("Attendance {id} is withdrawn; to bring it back: crm event restore-attendance {id}"),
)


record_verb(
    command,
    "restore-attendance",
    lambda crm: crm.events.restore_attendance,
    reason_option(help=CORRECTED),
    version_option,
    help=N_("Restore a withdrawn attendance."),
    examples=["crm event restore-attendance 7"],
    record="attendance",
    named=_ATTENDANCE,
    done=N_("Attendance {id} is restored."),
)


list_verb(
    command,
    "list",
    lambda crm: crm.events.list,
    day_option("--since", help=N_("From this day.")),
    day_option("--until", help=N_("Until this day.")),
    option("--unit", metavar="UNIT", help=N_("Filter by host unit.")),
    option("--station", metavar="STATION", help=N_("Filter by station.")),
    option("--state", type=Word("event state"), help=N_("Filter by state.")),
    option("--abroad/--home", "abroad", default=None, help=N_("Filter by abroad or at home.")),
    help=N_("List promotion events, latest first."),
    examples=["crm event list", "crm event list --since 2023-01-01 --until 2023-12-31 --abroad --state held"],
    columns="EVENTS",
    empty=N_("There are no events."),
    room=__package__,
)


card_verb(
    command,
    "show",
    lambda crm: crm.events.show,
    argument("event", **_EVENT),
    withdrawn_option,
    help=N_("Show an event with its attendance and the leads it started."),
    examples=["crm event show tokyo-2023"],
    page="event",
    room=__package__,
)


card_verb(
    command,
    "figures",
    lambda crm: crm.events.figures,
    period_argument(),
    option("--unit", metavar="UNIT", help=N_("Filter by host unit.")),
    option("--station", metavar="STATION", help=N_("Filter by station.")),
    help=N_("Count the events of a period, at home and abroad."),
    examples=["crm event figures 2023"],
    page="figures",
    room=__package__,
)
