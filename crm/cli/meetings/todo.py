"""``crm todo``: follow-ups."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from crm.cli.kit.face import Face
from crm.cli.kit.field_options import MINE, field_options
from crm.cli.kit.shared_verbs import list_verb, record_verb
from crm.cli.kit.verbs import (
    CORRECTED,
    argument,
    day_option,
    noun,
    option,
    reason_option,
    uid_option,
    verb,
    version_option,
    withdrawn_option,
)
from crm.cli.meetings.about import about_argument, writing_about, zone_options
from crm.errors import N_
from crm.rules.meetings import FollowUpDetails, FollowUpEnd, FollowUpFields, FollowUpFilters

if TYPE_CHECKING:
    from crm.crm import CRM
    from crm.services.meetings.base import About

command = noun("todo")
_FOLLOWUP = {"metavar": "FOLLOW-UP", "help": N_("Number or uid of the follow-up.")}


@verb(
    command,
    "add",
    help=N_("Add a follow-up without a meeting."),
    examples=[
        "crm todo add 丸红 寄送地块资料 --due 2030-02-20",
        "crm todo add L3 安排考察 --due 2030-03-01 --owner li.na",
    ],
)
@about_argument
@argument("text", metavar="TEXT", help=N_("What has to be done."))
@field_options(FollowUpDetails, but={"text"}, whole=True)
@uid_option
def add(face: Face, about: str, text: str, lead: str | None, no_lead: bool, **options: Any) -> None:  # noqa: FBT001 - a flag
    """Add."""

    def act(crm: CRM, subject: About) -> tuple[int, UUID, date]:
        followup = crm.followups.add(subject, text, **options)
        return followup.id, followup.uid, followup.due_on

    number, uid, due = writing_about(face, about, lead, no_lead=no_lead, act=act)
    face.done(N_("Follow-up {id} is due on {due_on}."), id=number, uid=uid, due_on=due)


list_verb(
    command,
    "list",
    lambda crm: crm.followups.list,
    field_options(FollowUpFilters, mine=MINE),
    option("--all", "open_only", is_flag=True, flag_value=False, default=True, help=N_("Include those that are done.")),
    withdrawn_option,
    help=N_("List follow-ups by their due day."),
    examples=["crm todo list", "crm todo list --owner tokyo.desk --until 2030-02-28", "crm todo list --all --json"],
    columns="FOLLOWUPS",
    empty=N_("There are no open follow-ups."),
    room=__package__,
)


list_verb(
    command,
    "due",
    lambda crm: crm.followups.due,
    option("--owner", "person", metavar="USER", help=N_("Filter by owner.")),
    option("--unit", metavar="UNIT", help=N_("Filter by unit.")),
    option("--station", metavar="STATION", help=N_("Filter by station.")),
    day_option("--until", help=N_("Due until this day; default: the next few days.")),
    help=N_(
        "List what is overdue or soon due: follow-ups, planned visits and those not logged yet, requests, "
        "reviews of leads on hold, trip reports."
    ),
    examples=["crm todo due", "crm todo due --owner tokyo.desk", "crm todo due --unit bureau --until 2030-03-31"],
    columns="DUE",
    empty=N_("Nothing is due."),
    room="crm.cli.requests",
)


record_verb(
    command,
    "done",
    lambda crm: crm.followups.done,
    field_options(FollowUpEnd, whole=True),
    help=N_("Close a follow-up with its result."),
    examples=["crm todo done 4 --result 资料已寄出"],
    record="followup",
    named=_FOLLOWUP,
    done=N_("Follow-up {id} is done."),
    keys=("id", "uid"),
)


record_verb(
    command,
    "edit",
    lambda crm: crm.followups.edit,
    field_options(FollowUpFields),
    zone_options,
    reason_option(help=CORRECTED),
    version_option,
    help=N_(
        "Correct a follow-up; what is not given stays.\n\nYou may correct what you recorded yourself for some days, by "
        "default seven; a manager corrects everything, with a reason."
    ),
    examples=[
        "crm todo edit 4 --due 2030-03-05",
        "crm todo edit 4 --owner li.na --reason 换人负责",
        'crm todo edit 6 --at "2030-02-21 10:00"',
    ],
    record="followup",
    named=_FOLLOWUP,
    done=N_("Follow-up {id} is corrected."),
    edits=True,
)


record_verb(
    command,
    "reopen",
    lambda crm: crm.followups.reopen,
    reason_option(help=CORRECTED),
    version_option,
    help=N_("Open a follow-up again that was closed by mistake."),
    examples=["crm todo reopen 4 --reason 误点完成"],
    record="followup",
    named=_FOLLOWUP,
    done=N_("Follow-up {id} is open again."),
)


record_verb(
    command,
    "cancel",
    lambda crm: crm.followups.cancel,
    reason_option(help=CORRECTED),
    version_option,
    help=N_("Withdraw a follow-up that is no longer needed; it stays readable."),
    examples=["crm todo cancel 4 --reason 对方已取消"],
    record="followup",
    named=_FOLLOWUP,
    done=N_("Follow-up {id} is withdrawn; to bring it back: crm todo restore {id}"),
)


record_verb(
    command,
    "restore",
    lambda crm: crm.followups.restore,
    reason_option(help=CORRECTED),
    version_option,
    help=N_("Restore a withdrawn follow-up."),
    examples=["crm todo restore 4"],
    record="followup",
    named=_FOLLOWUP,
    done=N_("Follow-up {id} is restored."),
)
