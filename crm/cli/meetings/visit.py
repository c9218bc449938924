"""``crm visit``: meetings of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from crm.cli.kit.choices import Prose, Word
from crm.cli.kit.face import Face
from crm.cli.kit.field_options import MINE, field_options
from crm.cli.kit.shared_verbs import distinct_option, list_verb, record_verb, show_verb
from crm.cli.kit.verbs import (
    CORRECTED,
    argument,
    changes,
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
from crm.rules.meetings import FollowUpDetails, MeetingChanges, MeetingFields, MeetingFilters, VisitAhead

if TYPE_CHECKING:
    from crm.crm import CRM
    from crm.services.meetings.base import About

command = noun("visit")
_MEETING = {"metavar": "MEETING", "help": N_("Number or uid of the meeting.")}
_DISTINCT = N_("Why it is another meeting, if one with the same people is on record at that minute.")
_LINE = N_("A line of the minutes; repeat for all of this kind. An empty text: none.")


@verb(
    command,
    "log",
    help=N_(
        "Log a visit or another meeting.\n\nDefaults: now, your own station and its time zone, you, and "
        "the investor's only open lead. A planned visit of your trip is marked as made."
    ),
    examples=[
        'crm visit log 丸红 --contact 田中 --note "谈到二期厂房"',
        'crm visit log 丸红 --contact 田中 --at "2023-02-08 14:00" --note 会谈 --agreed 三月互访 --next 寄送资料',
        "crm visit log L3 --kind call --contact 田中 --note 回电 --todo 寄送地块资料 --due 2030-02-20",
    ],
)
@about_argument
@field_options(MeetingFields, summary={"required": True}, kind={"default": "visit", "show_default": True})
@option(
    "--contact",
    "contacts",
    metavar="NAME",
    multiple=True,
    help=N_("A contact who took part; repeat for more."),
)
@zone_options
@option(
    "--with",
    "colleagues",
    metavar="USER",
    multiple=True,
    help=N_("A colleague who took part; repeat for more."),
)
@option("--agreed", metavar="TEXT", multiple=True, help=N_("A line of the minutes: what was agreed; repeat for more."))
@option(
    "--promised",
    metavar="TEXT",
    multiple=True,
    help=N_("A line of the minutes: what was promised; with --due a follow-up too; repeat for more."),
)
@option(
    "--next",
    "next_steps",
    metavar="TEXT",
    multiple=True,
    help=N_("A line of the minutes: what comes next; repeat for more."),
)
@option("--todo", metavar="TEXT", help=N_("A follow-up."))
@day_option("--due", help=N_("The due day of the follow-up, and of what was promised."))
@option("--owner", metavar="USER", help=N_("The owner of the follow-up; default: you."))
@distinct_option(_DISTINCT)
@uid_option
def log(
    face: Face,
    about: str,
    lead: str | None,
    no_lead: bool,  # noqa: FBT001 - a flag
    colleagues: tuple[str, ...],
    distinct: str | None,
    **options: Any,
) -> None:
    """Log."""
    from crm.cli.claims.notices import tell
    from crm.cli.kit.prompts import require, told_apart

    todo, due, owner = (options.pop(name) for name in ("todo", "due", "owner"))
    # What is promised until a day is a follow-up too.
    open_tasks = [*([] if todo is None else [todo]), *([] if due is None else options["promised"])]
    if todo is not None or due is not None or owner is not None:
        require(todo=("".join(open_tasks) or None, "--todo"), due=(due, "--due"))
    followups = [(task, due, owner) for task in open_tasks]

    def act(crm: CRM, subject: About, apart: str | None) -> dict[str, Any]:
        acting = crm.actor
        staff = [acting.username, *colleagues] if colleagues and acting is not None else None
        meeting = crm.meetings.log(subject, staff=staff, followups=followups, distinct=apart, **options)
        return {
            "id": meeting.id,
            "uid": meeting.uid,
            "investor": meeting.investor.name,
            "lead_id": meeting.lead_id,
            "at": meeting.at,
            "claims": crm.claims.standing(meeting.investor_id),
        }

    def save(apart: str | None) -> dict[str, Any]:
        return writing_about(face, about, lead, no_lead=no_lead, act=lambda crm, subject: act(crm, subject, apart))

    values = told_apart(face, distinct, save)
    if face.json:
        face.print_json(values)
        return
    said = (
        N_("Meeting {id} with {investor} is logged: {at}")
        if values["lead_id"] is None
        else N_("Meeting {id} with {investor} is logged, about lead {lead_id}: {at}")
    )
    face.done(said, **values)
    tell(face, values["claims"])


@verb(
    command,
    "plan",
    help=N_(
        "Plan a visit.\n\n"
        "It is due on its day: crm todo due, digest and calendar show it until its meeting is logged. Change "
        "it with crm todo edit, cancel it with crm todo cancel. Plan the visits of a trip with crm trip "
        "visit."
    ),
    examples=[
        'crm visit plan 丸红 --at "2030-02-20 14:00" --note 谈二期厂房',
        'crm visit plan L3 --at "2030-02-20 10:00" --zone Asia/Tokyo --note 参观工厂 --owner li.na',
    ],
)
@about_argument
@field_options(VisitAhead, whole=True)
@option("--note", "text", type=Prose(), metavar="TEXT", required=True, help=N_("What it is for."))
@zone_options
@field_options(FollowUpDetails, but={"text", "due"}, whole=True)
@uid_option
def plan(face: Face, about: str, lead: str | None, no_lead: bool, **options: Any) -> None:  # noqa: FBT001 - a flag
    """Plan."""

    def act(crm: CRM, subject: About) -> dict[str, Any]:
        visit = crm.followups.add(subject, **options)
        return {"id": visit.id, "uid": visit.uid, "at": visit.at, "due_on": visit.due_on}

    values = writing_about(face, about, lead, no_lead=no_lead, act=act)
    face.done(N_("Visit planned: {at}. It is follow-up {id}; log it once it has taken place: crm visit log"), **values)


list_verb(
    command,
    "list",
    lambda crm: crm.meetings.list,
    field_options(MeetingFilters, mine=MINE, brand={"type": Word("brand", only=False)}),
    withdrawn_option,
    help=N_("List meetings, latest first."),
    examples=[
        "crm visit list --investor 丸红",
        "crm visit list --station tokyo --since 2023-02-01 --until 2023-02-28",
        "crm visit list --limit 10",
        "crm visit list --withdrawn",
    ],
    columns="MEETINGS",
    empty=N_("No meetings."),
    room=__package__,
)


show_verb(
    command,
    "meeting",
    lambda crm: crm.meetings.show,
    help=N_("Show a meeting with its minutes and follow-ups."),
    examples=["crm visit show 5"],
    named=_MEETING,
    room=__package__,
)


@verb(
    command,
    "edit",
    help=N_(
        "Correct a meeting; what is not given stays, an empty text clears.\n\nYou may correct what you recorded "
        "yourself for some days, by default seven; a manager corrects everything, with a reason. People and lines of "
        "the minutes are given as a whole: all that took part, all lines of a kind."
    ),
    examples=[
        'crm visit edit 5 --at "2023-02-08 15:00" --note "谈到二期用地"',
        "crm visit edit 5 --contact 田中 --contact 佐藤 --next 寄送地块资料",
        "crm visit edit 5 --lead 3 --reason 记错项目",
    ],
)
@argument("meeting", **_MEETING)
@field_options(
    MeetingChanges,
    at={"help": N_('The start, such as "2023-02-08 14:00".')},
    station={"help": N_("The station it counts for.")},
)
@option("--zone", metavar="ZONE", help=N_("The time zone of the place, such as Asia/Tokyo; the local time stays."))
@option(
    "--which", type=click.Choice(["first", "second"]), help=N_("For a time that happens twice when clocks go back.")
)
@option(
    "--contact",
    "contacts",
    metavar="NAME",
    multiple=True,
    help=N_("A contact who took part; repeat for all of them. An empty text: nobody."),
)
@option(
    "--with",
    "staff",
    metavar="USER",
    multiple=True,
    help=N_("A member of staff who took part; repeat for all of them."),
)
@option("--agreed", metavar="TEXT", multiple=True, help=_LINE)
@option("--promised", metavar="TEXT", multiple=True, help=_LINE)
@option("--next", "next_steps", metavar="TEXT", multiple=True, help=_LINE)
@reason_option(help=CORRECTED)
@distinct_option(_DISTINCT)
@version_option
def edit(
    face: Face, meeting: str, reason: str | None, distinct: str | None, version: int | None, **options: Any
) -> None:
    """Edit."""
    from crm.cli.kit.prompts import told_apart

    # An empty text in a list stands for an empty list.
    edited = {name: [] if value == ("",) else value for name, value in changes(**options).items()}

    def save(apart: str | None) -> dict[str, Any]:
        with face.writing() as crm:
            changed = crm.meetings.edit(meeting, reason=reason, distinct=apart, version=version, **edited)
            return {"id": changed.id, "uid": changed.uid, "version": changed.version}

    face.done(N_("Meeting {id} is corrected."), **told_apart(face, distinct, save))


record_verb(
    command,
    "withdraw",
    lambda crm: crm.meetings.withdraw,
    reason_option(help=CORRECTED),
    version_option,
    help=N_(
        "Withdraw a meeting that should not have been logged.\n\nIt stays readable, and leaves lists, counts, gates "
        "and reports; its open follow-ups go with it."
    ),
    examples=["crm visit withdraw 5 --reason 重复登记"],
    record="meeting",
    named=_MEETING,
    done=N_("Meeting {id} is withdrawn; to bring it back: crm visit restore {id}"),
)


record_verb(
    command,
    "restore",
    lambda crm: crm.meetings.restore,
    reason_option(help=CORRECTED),
    distinct_option(_DISTINCT),
    version_option,
    help=N_("Restore a withdrawn meeting, with the follow-ups that went with it."),
    examples=["crm visit restore 5"],
    record="meeting",
    named=_MEETING,
    done=N_("Meeting {id} is restored."),
)
