"""Who brought whom, drawn on the terminal and as a picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.text import Text
from rich.tree import Tree

from crm.cli.face import Face
from crm.cli.shown import amount
from crm.errors import N_
from crm.exchange import pictures
from crm.reports.referral_rows import ReferralRow, ReferralTree
from crm.values.shares import percent

_STATES = {"confirmed": "green", "expired": "dim", "recorded": ""}


def draw(face: Face, tree: ReferralTree) -> Iterable[Any]:
    """Draw both ways from the party in the middle; who appears again is named and not opened again."""
    if not tree.up and not tree.down:
        yield Text(face.say(N_("{name} has brought nobody, and nobody brought it."), name=tree.name))
        return
    if tree.up:
        root = Tree(Text(face.say(N_("Who brought {name}"), name=tree.name), style="bold"))
        _grow(face, root, tree.party, tree.up, upwards=True)
        yield root
    if tree.down:
        root = Tree(Text(face.say(N_("Whom {name} brought"), name=tree.name), style="bold"))
        _grow(face, root, tree.party, tree.down, upwards=False)
        yield root


def _grow(face: Face, root: Tree, party: int, rows: Sequence[ReferralRow], *, upwards: bool) -> None:
    by_party: dict[int, list[ReferralRow]] = {}
    for row in rows:
        by_party.setdefault(row.brought_id if upwards else row.party, []).append(row)
    opened = {party}
    layer = [(root, party)]
    while layer:
        branch, here = layer.pop(0)
        for row in by_party.get(here, ()):
            there = row.party if upwards else row.brought_id
            again = there in opened and there in by_party
            twig = branch.add(_label(face, row, row.referrer if upwards else row.brought, again=again))
            if there not in opened:
                opened.add(there)
                layer.append((twig, there))


def _label(face: Face, row: ReferralRow, name: str, *, again: bool) -> Text:
    label = Text(name, style="bold")
    label.append(f"  {row.lead_id} · {row.lead}\n", style="")
    label.append(caption(face, row), style=_STATES.get(row.state, ""))
    if again:
        label.append(" " + face.say(N_("(opened above)")), style="dim")
    return label


def caption(face: Face, row: ReferralRow) -> str:
    """Return what became of a referral: channel, share, state, stage, and what arrived."""
    parts = [
        face.word("channel", row.channel),
        percent(row.points),
        face.word("referral", row.state),
        face.word("stage", row.stage) if row.status == "active" else face.word("status", row.status),
        *(amount(face.language, money, short=True) for money in row.arrived),
    ]
    return " · ".join(parts)


def picture(face: Face, tree: ReferralTree, form: str) -> str:
    """Return the tree as DOT, Mermaid or SVG, or as the plain text of the terminal's drawing."""

    def said(row: ReferralRow) -> str:
        return caption(face, row)

    if form == "dot":
        return pictures.dot(tree, said)
    if form == "mermaid":
        return pictures.mermaid(tree, said)
    if form == "svg":
        return pictures.svg(tree, said)
    from rich.console import Console

    console = Console(width=100, record=True, file=None, force_terminal=False)
    with console.capture() as captured:
        for part in draw(face, tree):
            console.print(part)
    return captured.get()
