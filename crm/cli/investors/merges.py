"""The verbs of ``crm investor`` and ``crm contact`` for merges."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

import click

from crm.cli.kit.choices import pairs
from crm.cli.kit.face import Face
from crm.cli.kit.shared_verbs import list_verb, record_verb
from crm.cli.kit.verbs import (
    Noun,
    argument,
    declare_verb,
    option,
    reason_option,
    uid_option,
)
from crm.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType

    from crm.reads.merges.rows import MergePlan
    from crm.services.merges.service import Side

RECORD = {"metavar": "RECORD", "help": N_("Number, uid, or any unique part of a name.")}
_MERGE = {"metavar": "MERGE", "help": N_("Number or uid of the merge; crm investor merges shows them.")}


def join(command: Noun, *, person: bool) -> None:
    """Add merge and unmerge to a noun."""
    noun = "contact" if person else "investor"

    declare_verb(
        command,
        "merge",
        partial(_merge, person=person),
        [
            argument("survivor", **RECORD),
            argument("absorbed", **RECORD),
            option("--plan", "only", is_flag=True, help=N_("Show the plan only.")),
            option(
                "--prefer",
                type=click.Choice(["survivor", "absorbed"]),
                default="survivor",
                show_default=True,
                help=N_("Which record's values to keep if both have one."),
            ),
            option(
                "--take",
                metavar="FIELD=SIDE",
                multiple=True,
                help=N_("Which record's value to keep for a field; repeat for more."),
            ),
            option("--mistaken", is_flag=True, help=N_("Declaring them distinct was a mistake.")),
            reason_option(),
            option("--yes", is_flag=True, help=N_("Skip the confirmation.")),
            uid_option,
        ],
        help=N_(
            "Merge the second record into the first: everything moves, and the old number and names find "
            "the first.\n\nThe plan is shown first, and you are asked to confirm; --plan only shows it."
        ),
        examples=[
            f"crm {noun} merge 1 2 --plan",
            f"crm {noun} merge 1 2 --take name=absorbed --reason 同一家单位 --yes",
        ],
    )

    record_verb(
        command,
        "unmerge",
        lambda crm: crm.merges.undo,
        reason_option(required=True),
        help=N_("Undo a merge: everything it moved goes back."),
        examples=[f"crm {noun} unmerge 3 --reason 实为两家"],
        record="merge",
        named=_MERGE,
        done=N_("Merge {id} is undone."),
        keys=("id", "uid"),
    )

    list_verb(
        command,
        "merges",
        lambda crm: partial(crm.merges.list, person=person),
        option("--undone", is_flag=True, help=N_("Include undone ones.")),
        help=N_("List merges, latest first."),
        examples=[f"crm {noun} merges --undone"],
        columns="MERGES",
        empty=N_("Nothing was merged."),
        room=__package__,
    )


def _merge(
    face: Face,
    survivor: str,
    absorbed: str,
    *,
    person: bool,
    only: bool,
    prefer: Side,
    take: tuple[str, ...],
    reason: str | None,
    mistaken: bool,
    yes: bool,
    uid: str | None,
) -> None:
    choices = cast("dict[str, Side]", pairs(take))  # the service refuses another side
    with face.reading() as crm:
        plan = crm.merges.plan(survivor, absorbed, person=person, prefer=prefer, choices=choices, mistaken=mistaken)
    if only or not (yes or face.json):
        face.once(repr(plan), lambda: face.print_card(plan, _draw))
    if only:
        return
    asks = not (yes or face.json) and not plan.clashes
    if asks and not face.once(("merge", repr(plan)), lambda: click.confirm(face.say(N_("Merge them?")), err=True)):
        face.echo(face.say(N_("Nothing has changed.")))
        return
    with face.writing() as crm:
        made = crm.merges.merge(
            plan.survivor_id,
            plan.absorbed_id,
            person=person,
            prefer=prefer,
            choices=choices,
            mistaken=mistaken,
            reason=reason or "",
            uid=uid,
        )
        number, key = made.id, made.uid
    face.done(
        N_("Merge {id}: {absorbed} ({absorbed_id}) is merged into {survivor} ({survivor_id})."),
        id=number,
        uid=key,
        survivor=plan.survivor,
        survivor_id=plan.survivor_id,
        absorbed=plan.absorbed,
        absorbed_id=plan.absorbed_id,
    )


def _draw(face: Face, plan: MergePlan) -> Iterable[RenderableType]:
    from rich.text import Text

    from crm.cli.investors.pages import CHOICES, MOVING
    from crm.cli.printing.refusals import sentences
    from crm.cli.printing.tables import table

    yield Text(
        face.say(
            N_("{absorbed} ({absorbed_id}) into {survivor} ({survivor_id})"),
            absorbed=plan.absorbed,
            absorbed_id=plan.absorbed_id,
            survivor=plan.survivor,
            survivor_id=plan.survivor_id,
        ),
        style="bold",
    )
    if plan.fields:
        yield from table(face, plan.fields, CHOICES)
    if plan.moves:
        yield Text()
        yield from table(face, plan.moves, MOVING)
    for clash in plan.clashes:
        text, way_out = sentences(face.language, clash)
        yield Text(f"• {text}\n  → {way_out}", style="yellow")
