"""The tree of referrals, drawn on the terminal and as a picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.text import Text
from rich.tree import Tree

from crm.cli.printing.fields import named
from crm.cli.printing.formatting import amount
from crm.cli.printing.reader import Reader
from crm.errors import N_
from crm.exchange import pictures
from crm.reads.referrals.rows import ReferralRow, ReferralTree
from crm.values.shares import percent

_STATES = {"confirmed": "green", "expired": "dim", "recorded": ""}


def draw(reader: Reader, tree: ReferralTree) -> Iterable[RenderableType]:
    """Draw both directions from the party in the middle; a party that appears again is not expanded again."""
    if not tree.up and not tree.down:
        yield Text(reader.say(N_("{name} has no referrals in either direction."), name=tree.name))
        return
    if tree.up:
        root = Tree(Text(reader.say(N_("Referrers of {name}"), name=tree.name), style="bold"))
        _grow(reader, root, tree.party, tree.up, upwards=True)
        yield root
    if tree.down:
        root = Tree(Text(reader.say(N_("Referred by {name}"), name=tree.name), style="bold"))
        _grow(reader, root, tree.party, tree.down, upwards=False)
        yield root


def _grow(reader: Reader, root: Tree, party: int, rows: Sequence[ReferralRow], *, upwards: bool) -> None:
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
            twig = branch.add(_label(reader, row, row.referrer if upwards else row.brought, again=again))
            if there not in opened:
                opened.add(there)
                layer.append((twig, there))


def _label(reader: Reader, row: ReferralRow, name: str, *, again: bool) -> Text:
    label = Text(name, style="bold")
    label.append(f"  {named('lead', row.lead_id, row.lead)}\n", style="")
    label.append(caption(reader, row), style=_STATES.get(row.state, ""))
    if again:
        label.append(" " + reader.say(N_("(opened above)")), style="dim")
    return label


def caption(reader: Reader, row: ReferralRow) -> str:
    """Return what became of a referral: channel, share, state, stage, and what arrived."""
    parts = [
        reader.word("channel", row.channel),
        percent(row.points),
        reader.word("referral", row.state),
        reader.word("stage", row.stage) if row.status == "active" else reader.word("status", row.status),
        *(amount(reader.language, money, short=True) for money in row.arrived),
    ]
    return " · ".join(parts)


def picture(reader: Reader, tree: ReferralTree, form: str) -> str:
    """Return the tree as DOT, Mermaid or SVG, or as the plain text of the terminal's drawing."""

    def said(row: ReferralRow) -> str:
        return caption(reader, row)

    if form == "dot":
        return pictures.dot(tree, said)
    if form == "mermaid":
        return pictures.mermaid(tree, said)
    if form == "svg":
        return pictures.svg(tree, said)
    from rich.console import Console

    console = Console(width=100, record=True, file=None, force_terminal=False)
    with console.capture() as captured:
        for part in draw(reader, tree):
            console.print(part)
    return captured.get()
