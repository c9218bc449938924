"""The verbs of ``crm investor`` on groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from crm.cli.investors.merges import RECORD
from crm.cli.kit.face import Face
from crm.cli.kit.shared_verbs import attributes, list_verb, record_verb, write_verb
from crm.cli.kit.verbs import (
    CORRECTED,
    Noun,
    argument,
    day_option,
    reason_option,
    uid_option,
    verb,
    version_option,
    withdrawn_option,
)
from crm.errors import N_
from crm.values.numbers import lettered

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crm.reads.investors.rows import GroupRow

_BEGAN = N_("The first day of the membership, where there were several; default: the present or last.")


def join(command: Noun) -> None:
    """Add the verbs of groups to a noun."""

    @verb(
        command,
        "group",
        help=N_("Show the group of an investor, from the top parent down."),
        examples=["crm investor group 丸红"],
    )
    @argument("investor", **RECORD)
    def group(face: Face, investor: str) -> None:
        """Show the group."""
        with face.reading() as crm:
            rows = crm.groups.tree(investor)
        face.print_card(rows, _tree)

    write_verb(
        command,
        "join-group",
        lambda crm: crm.groups.join,
        argument("child", **RECORD),
        argument("parent", **RECORD),
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
        named=RECORD,
        done=N_("It no longer has a parent."),
        keys=("id", "uid"),
    )

    list_verb(
        command,
        "memberships",
        lambda crm: crm.groups.memberships,
        argument("investor", **RECORD),
        withdrawn_option,
        help=N_("List the memberships of an investor in groups, and those in its own; former ones last."),
        examples=["crm investor memberships 丸红"],
        columns="MEMBERSHIPS",
        empty=N_("It belongs to no group."),
        room=__package__,
    )

    record_verb(
        command,
        "edit-group",
        lambda crm: crm.groups.edit,
        day_option("--began", help=_BEGAN),
        day_option("--since", help=N_("The first day.")),
        day_option("--until", help=N_("The last day of one that has ended.")),
        reason_option(help=CORRECTED),
        version_option,
        help=N_(
            "Correct the days of an investor's membership in its parent's group.\n\nYou may correct what you recorded "
            "yourself for some days, by default seven; a manager corrects everything, with a reason."
        ),
        examples=["crm investor edit-group 丸红中国 --since 2021-04-01"],
        record="child",
        named=RECORD,
        done=N_("The membership is corrected."),
        keys=("id", "uid", "version"),
        edits=True,
    )

    record_verb(
        command,
        "withdraw-group",
        lambda crm: crm.groups.withdraw,
        day_option("--began", help=_BEGAN),
        reason_option(help=CORRECTED),
        version_option,
        help=N_("Withdraw a membership in a group that should not have been recorded; it stays readable."),
        examples=["crm investor withdraw-group 丸红中国 --reason 录错母公司"],
        record="child",
        named=RECORD,
        done=N_("The membership is withdrawn."),
    )

    record_verb(
        command,
        "restore-group",
        lambda crm: crm.groups.restore,
        day_option("--began", help=N_("The first day of the membership; default: the one that was withdrawn last.")),
        reason_option(help=CORRECTED),
        version_option,
        help=N_("Restore a withdrawn membership in a group."),
        examples=["crm investor restore-group 丸红中国"],
        record="child",
        named=RECORD,
        done=N_("The membership is restored."),
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
