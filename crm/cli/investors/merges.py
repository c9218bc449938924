"""The verbs of ``crm investor`` and ``crm contact`` for merges and groups."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

import click

from crm.cli.kit.choices import pairs
from crm.cli.kit.face import Face
from crm.cli.kit.shared_verbs import attributes, list_verb, record_verb, write_verb
from crm.cli.kit.verbs import (
    CORRECTED,
    Noun,
    argument,
    day_option,
    declare_verb,
    option,
    reason_option,
    uid_option,
    verb,
    version_option,
)
from crm.errors import N_
from crm.values.numbers import lettered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from crm.reads.investors.rows import GroupRow
    from crm.reads.merges.rows import MergePlan
    from crm.services.merges.service import Side

_RECORD = {"metavar": "RECORD", "help": N_("Number, uid, or any unique part of a name.")}
_MERGE = {"metavar": "MERGE", "help": N_("Number or uid of the merge; crm investor merges shows them.")}


def join(command: Noun, *, person: bool) -> None:
    """Add merge and unmerge to a noun."""
    noun = "contact" if person else "investor"

    declare_verb(
        command,
        "merge",
        partial(_merge, person=person),
        [
            argument("survivor", **_RECORD),
            argument("absorbed", **_RECORD),
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


def join_groups(command: Noun) -> None:
    """Add the verbs of groups to a noun."""

    @verb(
        command,
        "group",
        help=N_("Show the group of an investor, from the top parent down."),
        examples=["crm investor group 丸红"],
    )
    @argument("investor", **_RECORD)
    def group(face: Face, investor: str) -> None:
        """Show the group."""
        with face.reading() as crm:
            rows = crm.groups.tree(investor)
        face.print_card(rows, _tree)

    write_verb(
        command,
        "join-group",
        lambda crm: crm.groups.join,
        argument("child", **_RECORD),
        argument("parent", **_RECORD),
        day_option("--since", help=N_("The first day, if known.")),
        uid_option,
        help=N_("Put an investor under its parent."),
        examples=["crm investor join-group 丸红中国 丸红株式会社 --since 2020-01-01"],
        done=N_("It now has a parent."),
        values=attributes("id", "uid"),
    )

    record_verb(
        command,
        "leave-group",
        lambda crm: crm.groups.leave,
        reason_option(required=True),
        day_option("--on", help=N_("The last day; default: today.")),
        help=N_("End an investor's membership in its parent's group; its history stays."),
        examples=["crm investor leave-group 丸红中国 --reason 股权转让"],
        record="child",
        named=_RECORD,
        done=N_("It no longer has a parent."),
        keys=("id", "uid"),
    )

    record_verb(
        command,
        "edit-group",
        lambda crm: crm.groups.edit,
        day_option("--since", help=N_("The first day.")),
        day_option("--until", help=N_("The last day of one that has ended.")),
        reason_option(help=CORRECTED),
        version_option,
        help=N_(
            "Correct the days of an investor's membership in its parent's group: the present one, or the last.\n\nYou "
            "may correct what you recorded yourself for some days, by default seven; a manager corrects everything, "
            "with a reason."
        ),
        examples=["crm investor edit-group 丸红中国 --since 2021-04-01"],
        record="child",
        named=_RECORD,
        done=N_("The membership is corrected."),
        keys=("id", "uid", "version"),
        edits=True,
    )


def _tree(face: Face, rows: Sequence[GroupRow]) -> Iterable[RenderableType]:
    from rich.text import Text
    from rich.tree import Tree

    del face
    branches: dict[int, Tree] = {}
    for row in rows:
        label = Text(f"{lettered('investor', row.id)} · {row.name} · {row.country}")
        if row.parent_id is None or row.depth == 0:
            branches[row.id] = Tree(label)
            yield branches[row.id]
        else:
            branches[row.id] = branches[row.parent_id].add(label)
