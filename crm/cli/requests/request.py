"""``crm request``: the requests of established enterprises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from crm.cli.kit.choices import Word
from crm.cli.kit.face import Face
from crm.cli.kit.field_options import field_options
from crm.cli.kit.shared_verbs import attributes, card_verb, list_verb, record_verb, show_verb, write_verb
from crm.cli.kit.verbs import (
    CORRECTED,
    argument,
    day_option,
    noun,
    option,
    period_argument,
    reason_option,
    uid_option,
    verb,
    version_option,
    withdrawn_option,
)
from crm.cli.meetings.about import about_lead_options, writing_about
from crm.errors import N_
from crm.rules.requests import BEST, RequestChanges, RequestDetails, RequestEnd, RequestHands

if TYPE_CHECKING:
    from crm.crm import CRM
    from crm.services.meetings.base import About

command = noun("request")

_REQUEST = {"metavar": "REQUEST", "help": N_("Number or uid of the request; crm request list shows them.")}


@verb(
    command,
    "open",
    help=N_(
        "Accept a request of an enterprise.\n\nThe deadlines are counted in Chinese working days, "
        "including make-up days. For a year whose holidays are not announced yet, give the days yourself."
    ),
    examples=[
        "crm request open 丸红 厂房用电增容 --kind utilities --brand through_train",
        "crm request open 91370100MA3C0000X3 外籍高管居留许可 --kind residence --unit bureau --due 2030-03-29",
    ],
)
@about_lead_options
@argument(
    "about",
    metavar="ENTERPRISE",
    help=N_("The project company by name or credit code; an investor's name; or the number of a lead."),
)
@argument("text", metavar="TEXT", help=N_("The request."))
@field_options(
    RequestDetails,
    but={"text"},
    kind={"default": "other", "show_default": True},
    channel={"default": "visit", "show_default": True},
)
@uid_option
def open_(face: Face, about: str, text: str, lead: str | None, *, no_lead: bool, **options: Any) -> None:
    """Accept."""

    def act(crm: CRM, subject: About) -> dict[str, object]:
        request = crm.requests.open(subject, text, **options)
        return {key: getattr(request, key) for key in ("id", "uid", "answer_due_on", "due_on")}

    values = writing_about(face, about, lead, no_lead=no_lead, act=act)
    face.done(N_("Request {id} is accepted; answer due {answer_due_on}, solution due {due_on}."), **values)


record_verb(
    command,
    "assign",
    lambda crm: crm.requests.assign,
    field_options(RequestHands),
    option("--note", metavar="TEXT", help=N_("A note for them.")),
    version_option,
    help=N_("Give a request to a unit, a person or both."),
    examples=["crm request assign 4 --unit bureau --assignee li.na"],
    record="request",
    named=_REQUEST,
    done=N_("Request {id} is assigned."),
    keys=("id", "uid"),
)


write_verb(
    command,
    "answer",
    lambda crm: crm.requests.answer,
    argument("request", **_REQUEST),
    argument("text", metavar="TEXT", help=N_("The answer.")),
    day_option("--on", help=N_("The day; default: today.")),
    version_option,
    help=N_("Record an answer to the enterprise."),
    examples=["crm request answer 4 供电公司已受理，三周内现场勘查"],
    done=N_("Request {id} is answered; solution due {due_on}."),
    values=attributes("id", "uid", "due_on"),
)


@verb(
    command,
    "resolve",
    help=N_("Close a request: solved, or unsolvable with the reason."),
    examples=[
        "crm request resolve 4 --outcome 变压器已增容 --satisfaction 5",
        "crm request resolve 5 --unsolvable --outcome 规划不允许扩建",
    ],
)
@argument("request", **_REQUEST)
@field_options(RequestEnd, outcome={"required": True}, satisfaction={"type": click.IntRange(1, BEST)})
@option("--unsolvable", is_flag=True, help=N_("It cannot be solved."))
@day_option("--on", help=N_("The day; default: today."))
@version_option
def resolve(
    face: Face,
    request: str,
    *,
    outcome: str,
    satisfaction: int | None,
    unsolvable: bool,
    on: str | None,
    version: int | None,
) -> None:
    """Close."""
    with face.writing() as crm:
        changed = crm.requests.resolve(
            request, outcome, satisfaction=satisfaction, unsolvable=unsolvable, on=on, version=version
        )
        number, uid = changed.id, changed.uid
    face.done(
        N_("Request {id} is closed as unsolvable.") if unsolvable else N_("Request {id} is solved."),
        id=number,
        uid=uid,
    )


record_verb(
    command,
    "edit",
    lambda crm: crm.requests.edit,
    field_options(RequestChanges),
    reason_option(help=CORRECTED),
    version_option,
    help=N_(
        "Correct a request; what is not given stays.\n\nYou may correct what you recorded yourself for some days, by "
        "default seven; a manager corrects everything, with a reason."
    ),
    examples=["crm request edit 4 --text 厂房用电增容至2000千伏安 --kind utilities"],
    record="request",
    named=_REQUEST,
    done=N_("Request {id} is corrected."),
    edits=True,
)


record_verb(
    command,
    "withdraw",
    lambda crm: crm.requests.withdraw,
    reason_option(help=CORRECTED),
    version_option,
    help=N_("Withdraw a request that should not have been recorded; it stays readable, and leaves lists and figures."),
    examples=["crm request withdraw 4 --reason 重复登记"],
    record="request",
    named=_REQUEST,
    done=N_("Request {id} is withdrawn; to bring it back: crm request restore {id}"),
)


record_verb(
    command,
    "restore",
    lambda crm: crm.requests.restore,
    reason_option(help=CORRECTED),
    version_option,
    help=N_("Restore a withdrawn request."),
    examples=["crm request restore 4"],
    record="request",
    named=_REQUEST,
    done=N_("Request {id} is restored."),
)


@verb(
    command,
    "rate",
    help=N_("Record the satisfaction of the enterprise."),
    examples=["crm request rate 4 5"],
)
@argument("request", **_REQUEST)
@argument(
    "satisfaction", type=click.IntRange(1, BEST), metavar="N", help=N_("The satisfaction of the enterprise: 1 to 5.")
)
@version_option
def rate(face: Face, request: str, satisfaction: int, version: int | None) -> None:
    """Rate."""
    with face.writing() as crm:
        changed = crm.requests.rate(request, satisfaction, version=version)
        number, uid = changed.id, changed.uid
    face.done(N_("Request {id}: satisfaction {satisfaction} of 5."), id=number, uid=uid, satisfaction=satisfaction)


record_verb(
    command,
    "reopen",
    lambda crm: crm.requests.reopen,
    reason_option(required=True),
    day_option("--due", help=N_("The deadline of the solution; default: by the policy.")),
    version_option,
    help=N_("Reopen a closed request; its history stays."),
    examples=["crm request reopen 4 --reason 增容后仍跳闸"],
    record="request",
    named=_REQUEST,
    done=N_("Request {id} is reopened; solution due {due_on}."),
    keys=("id", "uid", "due_on"),
)


list_verb(
    command,
    "list",
    lambda crm: crm.requests.list,
    option("--investor", metavar="INVESTOR", help=N_("Filter by investor.")),
    option("--lead", metavar="LEAD", help=N_("Filter by lead.")),
    option("--person", metavar="USER", help=N_("Filter by ambassador or person in charge.")),
    option("--unit", metavar="UNIT", help=N_("Filter by unit in charge.")),
    option("--brand", type=Word("brand", only=False), help=N_("Filter by service brand, by its code.")),
    option("--state", type=Word("request state"), help=N_("Filter by state.")),
    option("--overdue", is_flag=True, help=N_("Only overdue ones.")),
    day_option("--until", "due_until", help=N_("Due until this day.")),
    option("--all", "open_only", is_flag=True, flag_value=False, default=True, help=N_("Include closed ones.")),
    withdrawn_option,
    help=N_("List requests by their next deadline."),
    examples=[
        "crm request list",
        "crm request list --overdue --unit bureau",
        "crm request list --until 2030-02-28 --brand through_train",
    ],
    columns="REQUESTS",
    empty=N_("There are no requests."),
    room=__package__,
)


show_verb(
    command,
    "request",
    lambda crm: crm.requests.show,
    help=N_("Show a request with its history."),
    examples=["crm request show 4"],
    named=_REQUEST,
    room=__package__,
)


card_verb(
    command,
    "figures",
    lambda crm: crm.requests.figures,
    period_argument(),
    option("--unit", metavar="UNIT", help=N_("Filter by unit in charge.")),
    option("--brand", type=Word("brand", only=False), help=N_("Filter by service brand, by its code.")),
    help=N_("Count the requests accepted, answered and solved in a period, and those in time."),
    examples=["crm request figures 2022"],
    page="figures",
    room=__package__,
)


list_verb(
    command,
    "reinvested",
    lambda crm: crm.requests.reinvestments,
    argument(
        "investor",
        metavar="INVESTOR",
        required=False,
        help=N_(
            "Number, uid, identifier, a name, or a unique part of one: two characters, or the beginning of a word."
        ),
    ),
    day_option("--since", help=N_("First day of arrival.")),
    day_option("--until", help=N_("Last day of arrival.")),
    option(
        "--days",
        type=click.IntRange(min=0),
        default=365,
        show_default=True,
        metavar="N",
        help=N_("How many days to look back."),
    ),
    help=N_("List reinvested profits, each with the requests solved and the meetings in the year before."),
    examples=["crm request reinvested", "crm request reinvested 丸红 --since 2022-01-01 --days 180"],
    columns="REINVESTMENTS",
    empty=N_("No profits have been reinvested."),
    room=__package__,
)
