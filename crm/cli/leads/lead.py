"""``crm lead``: opened, read, edited, handed over; moves and documents are in files of their own."""

from __future__ import annotations

from typing import Any

import click

from crm.cli.kit.choices import Word
from crm.cli.kit.face import Face
from crm.cli.kit.field_options import MINE, field_options
from crm.cli.kit.filing import filing_options
from crm.cli.kit.shared_verbs import VIEWING, card_verb, distinct_option, list_verb, record_verb, tag_verb
from crm.cli.kit.verbs import (
    argument,
    day_option,
    noun,
    option,
    reason_option,
    uid_option,
    verb,
    version_option,
)
from crm.cli.leads import moves as lead_moves
from crm.cli.leads import papers as lead_papers
from crm.errors import N_
from crm.rules.leads.fields import LeadDetails, LeadFields, LeadHands
from crm.rules.leads.filters import LeadFilters, LeadSelection
from crm.rules.tags import Tagged

command = noun("lead")

_LEAD = {"metavar": "LEAD", "help": N_("Number, uid, or any unique part of its title or investor.")}
_DISTINCT = N_("Why it is another project, if the investor has a lead with this title.")


@verb(
    command,
    "open",
    help=N_(
        "Open a lead at the first stage, or carry it over at a later one.\n\nStation, unit, owner and source "
        "default to "
        "yours. A lead that is carried over is in no figure until it is settled: crm lead settle"
    ),
    examples=[
        'crm lead open 丸红 --title 氢能装备项目 --expected "20000000 USD" --industry C34',
        "crm lead open 丸红 --title 二期扩产 --source referral:住友商事 --parent 3",
        "crm lead open 丸红 --title 冷链项目 --carried-over signed --since 2022-03-15 --reason 旧台账结转，协议待补",
    ],
)
@argument(
    "investor",
    metavar="INVESTOR",
    help=N_("Number, uid, identifier, a name, or a unique part of one: two characters, or the beginning of a word."),
)
@field_options(
    LeadFields,
    title={"required": True},
    foreign={"help": N_("Foreign or domestic capital; default: by the investor's country.")},
    confidential={
        "flag": "--confidential",
        "is_flag": True,
        "default": False,
        "help": N_("Confidential: others see the code name only."),
    },
)
@field_options(Tagged)
@distinct_option(_DISTINCT)
@option(
    "--carried-over", type=Word("stage"), help=N_("The later stage at which it is carried over, without the papers.")
)
@reason_option(help=N_("Why it is carried over; required with --carried-over."))
@day_option("--since", help=N_("The day on which it came to that stage; default: the day it was received."))
@uid_option
def open_(face: Face, investor: str, distinct: str | None, **options: Any) -> None:
    """Open."""
    from crm.cli.claims.notices import tell
    from crm.cli.kit.prompts import told_apart
    from crm.values.sentences import Coded

    def save(apart: str | None) -> dict[str, Any]:
        with face.writing() as crm:
            opened = crm.leads.open(investor, distinct=apart, **options)
            return {
                "id": opened.id,
                "uid": opened.uid,
                "title": opened.title,
                "stage": Coded("stage", opened.stage),
                "version": opened.version,
                "claims": crm.claims.standing(opened.investor_id),
            }

    values = told_apart(face, distinct, save)
    face.done(N_("Lead {id} is open at {stage}: {title}"), **values)
    tell(face, values["claims"])


@verb(
    command,
    "show",
    help=N_("Show a lead, with what it lacks for its next stage."),
    examples=["crm lead show 1", "crm lead show 丸红 --json", "crm lead show 1 --timeline"],
)
@argument("lead", **_LEAD)
@option(
    "--timeline",
    is_flag=True,
    help=N_("What happened to it, by day: moves, visits, documents, capital, follow-ups, handovers, corrections."),
)
def show(face: Face, lead: str, timeline: bool) -> None:  # noqa: FBT001 - a flag
    """Show."""
    if not timeline:
        from crm.cli.leads import pages as lead_pages

        with face.reading() as crm:
            card = crm.leads.show(lead)
        face.print_card(card, lead_pages.lead)
        return
    from crm.cli.leads.timeline import TIMELINE
    from crm.cli.printing.fields import named

    with face.reading() as crm:
        found = crm.leads.get(lead)
        title, rows = named("lead", found.id, found.title), crm.leads.timeline(found)
    face.print_rows(rows, TIMELINE, title=title, empty=N_("No moves."))


list_verb(
    command,
    "list",
    lambda crm: crm.leads.list,
    argument("text", metavar="TEXT", required=False, help=N_("A part of the title or of the investor's name.")),
    field_options(LeadSelection, mine=MINE),
    help=N_("List leads, latest move first."),
    examples=[
        "crm lead list",
        "crm lead list 氢能 --stage negotiating",
        "crm lead list --status on_hold --station tokyo --limit 20",
    ],
    columns="LEADS",
    empty=N_("No leads."),
    room=__package__,
)


card_verb(
    command,
    "board",
    lambda crm: lambda limit, **narrowed: crm.leads.board(limit=limit or None, **narrowed),
    field_options(LeadFilters, mine=MINE),
    *VIEWING,
    option("--closed", is_flag=True, help=N_("Include lost, abandoned and exited leads.")),
    option(
        "--limit",
        type=click.IntRange(min=0),
        default=10,
        show_default=True,
        metavar="N",
        help=N_("The maximum number of leads per stage, longest at the stage first; 0: all."),
    ),
    help=N_("Show the pipeline by stage: counts, amounts, and the days of each lead at its stage."),
    examples=["crm lead board", "crm lead board --station tokyo", "crm lead board --closed"],
    page="board",
    room=__package__,
)


list_verb(
    command,
    "stale",
    lambda crm: crm.leads.stale,
    field_options(LeadSelection, mine=MINE),
    help=N_(
        "List stale leads: without a move, visit, follow-up done or document for the days that their stage allows."
    ),
    examples=["crm lead stale", "crm lead stale --owner tokyo.desk"],
    columns="LEADS",
    empty=N_("No lead is stale."),
    room=__package__,
)


@verb(
    command,
    "missing",
    help=N_("Show what a lead lacks for a stage, for every stage on the way."),
    examples=["crm lead missing 1", "crm lead missing 1 --to landed"],
)
@argument("lead", **_LEAD)
@option("--to", type=Word("stage"), help=N_("Up to this stage; default: the next."))
def missing(face: Face, lead: str, to: str | None) -> None:
    """Show what is missing."""
    from crm.cli.leads.pages import lacking
    from crm.values.numbers import lettered

    with face.reading() as crm:
        found = crm.leads.get(lead)
        lacks = crm.leads.missing(found, to)
        following = crm.policy.after(found.stage)
        target, number = to or (following.code if following else None), found.id
        passed = to is not None and crm.policy.standing(to) <= crm.policy.standing(found.stage)
    if face.json:
        face.print_json(lacks)
    elif passed:
        face.echo(
            face.say(N_("Lead {id} has reached {stage} already."), id=number, stage=face.language.word("stage", to))
        )
    elif target is None and not lacks:
        face.echo(face.say(N_("Lead {id} is at the last stage."), id=number))
    else:
        face.draw(lacking(face, target or found.stage, lacks, lettered("lead", number)))


@verb(
    command,
    "history",
    help=N_("Show every move of a lead, and its days in each stage."),
    examples=["crm lead history 1", "crm lead history 1 --times --json"],
)
@argument("lead", **_LEAD)
@option("--times", is_flag=True, help=N_("Only the days in each stage."))
@filing_options
def history(face: Face, lead: str, times: bool) -> None:  # noqa: FBT001 - a flag
    """Show the history."""
    from crm.cli.leads.pages import HISTORY, STAYS
    from crm.cli.printing.fields import named
    from crm.reads.leads.history import times as stays_of

    with face.reading() as crm:
        found = crm.leads.get(lead)
        moves = crm.leads.history(found)
        stays = stays_of(moves, today=crm.today)
        title = named("lead", found.id, found.title)
    if not times:
        face.print_rows(moves, HISTORY, title=title, empty=N_("No moves."))
        if face.json:
            return
        face.echo()
    face.print_rows(stays, STAYS, title=face.say(N_("Time in each stage")), empty=N_("No moves."))


record_verb(
    command,
    "edit",
    lambda crm: crm.leads.edit,
    field_options(LeadDetails),
    distinct_option(_DISTINCT),
    version_option,
    help=N_(
        "Change the given fields; an empty text clears a field.\n\nMoves change stage and status; crm lead "
        "handover changes unit, station and owner."
    ),
    examples=[
        'crm lead edit 1 --expected "25000000 USD"',
        "crm lead edit 1 --industry C36 --version 3",
        'crm lead edit 1 --note ""',
    ],
    record="lead",
    named=_LEAD,
    done=N_("Lead {id} is changed: {title}"),
    keys=("id", "title", "version"),
    edits=True,
)


record_verb(
    command,
    "handover",
    lambda crm: crm.leads.handover,
    field_options(LeadHands),
    reason_option(),
    version_option,
    help=N_("Hand a lead over to another owner, unit or station; earlier ones stay on record."),
    examples=["crm lead handover 1 --unit gaoxin --reason 落户高新区", "crm lead handover 1 --owner li.na"],
    record="lead",
    named=_LEAD,
    done=N_("Lead {id} is handed over: {title}"),
    keys=("id", "title", "version"),
    edits=True,
)


tag_verb(command, "lead", lambda crm: crm.leads.tag, _LEAD, done=N_("The tags of lead {id} are changed."))


lead_papers.join(command)
lead_moves.join(command)
