"""The tree of referrals as Graphviz DOT and Mermaid text, and as SVG with the extra ``pictures``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from crm.errors import N_, InvalidInput
from crm.reads.referrals.rows import ReferralRow, ReferralTree
from crm.refusals import not_installed

#: Returns the state of a lead, such as ``landed · 6,000,000 USD``.
Caption = Callable[[ReferralRow], str]

_BOX, _HIGH, _WIDE, _GAP = 200, 44, 330, 22


@frozen
class Graph:
    """Parties by id, and for each pair of referrer and referred party the captions of the leads."""

    names: Mapping[int, str]
    links: Mapping[tuple[int, int], tuple[str, ...]]


def graph(tree: ReferralTree, caption: Caption) -> Graph:
    """Return the parties of a tree and their connections; several leads of one pair are one line."""
    names = {tree.party: tree.name}
    links: dict[tuple[int, int], tuple[str, ...]] = {}
    for row in {row.id: row for row in (*tree.up, *tree.down)}.values():
        names |= {row.party: row.referrer, row.brought_id: row.brought}
        pair = (row.party, row.brought_id)
        links[pair] = (*links.get(pair, ()), f"{row.lead}: {caption(row)}")
    return Graph(names, links)


def dot(tree: ReferralTree, caption: Caption) -> str:
    """Return a tree in the language of Graphviz."""
    drawn = graph(tree, caption)
    lines = [
        "digraph referrals {",
        "  rankdir=LR;",
        '  node [shape=box, style="rounded,filled", fillcolor="#f4f6fb", color="#5b6b8c"];',
        '  edge [color="#5b6b8c", fontsize=10];',
        *(
            f"  {_dot_id(party)} [label={_quoted(name)}{', penwidth=3' if party == tree.party else ''}];"
            for party, name in drawn.names.items()
        ),
        *(
            f"  {_dot_id(first)} -> {_dot_id(second)} [label={_quoted(chr(10).join(captions))}];"
            for (first, second), captions in drawn.links.items()
        ),
        "}",
    ]
    return "\n".join(lines) + "\n"


def mermaid(tree: ReferralTree, caption: Caption) -> str:
    """Return a tree as a Mermaid flowchart."""
    drawn = graph(tree, caption)
    lines = [
        "flowchart LR",
        *(f'  {_dot_id(party)}["{_entities(name)}"]' for party, name in drawn.names.items()),
        *(
            f'  {_dot_id(first)} -->|"{"<br>".join(map(_entities, captions))}"| {_dot_id(second)}'
            for (first, second), captions in drawn.links.items()
        ),
        f"  style {_dot_id(tree.party)} stroke-width:3px",
    ]
    return "\n".join(lines) + "\n"


def svg(tree: ReferralTree, caption: Caption) -> str:
    """Return a tree as SVG for any browser: referrers are to the left of those they referred.

    Raises:
        InvalidInput: The extra ``pictures`` is not installed.
    """
    try:
        import drawsvg  # noqa: PLC0415 - an extra, and only pictures need it
    except ImportError as error:
        raise InvalidInput(
            not_installed(
                N_("Pictures need the library drawsvg."),
                N_('Install it: pip install "investor-crm[pictures]"; DOT and Mermaid do not need it.'),
            )
        ) from error
    drawn = graph(tree, caption)
    places = _places(drawn, tree.party)
    width = max(x for x, _ in places.values()) + _BOX + _GAP
    height = max(y for _, y in places.values()) + _HIGH + _GAP
    picture = drawsvg.Drawing(width, height, font_family="sans-serif")
    picture.append(drawsvg.Rectangle(0, 0, width, height, fill="white"))
    for (first, second), captions in drawn.links.items():
        _line(drawsvg, picture, places[first], places[second], captions)
    for party, (x, y) in places.items():
        weight = 3 if party == tree.party else 1
        picture.append(
            drawsvg.Rectangle(x, y, _BOX, _HIGH, rx=8, fill="#f4f6fb", stroke="#5b6b8c", stroke_width=weight)
        )
        label = drawsvg.Text(
            _short(drawn.names[party], 24), 13, x + _BOX / 2, y + _HIGH / 2, center=True, fill="#1d2740"
        )
        label.append_title(drawn.names[party])
        picture.append(label)
    return str(picture.as_svg())


def _line(drawsvg: Any, picture: Any, start: tuple[int, int], end: tuple[int, int], captions: tuple[str, ...]) -> None:
    (x1, y1), (x2, y2) = (start[0] + _BOX, start[1] + _HIGH // 2), (end[0], end[1] + _HIGH // 2)
    path = drawsvg.Path(stroke="#5b6b8c", fill="none", stroke_width=1.4)
    bend = max(abs(x2 - x1) // 2, 40)
    path.M(x1, y1).C(x1 + bend, y1, x2 - bend, y2, x2, y2)
    path.append_title("\n".join(captions))
    picture.append(path)
    picture.append(drawsvg.Circle(x2, y2, 3.5, fill="#5b6b8c"))
    more = f" +{len(captions) - 1}" if len(captions) > 1 else ""
    note = drawsvg.Text(_short(captions[0], 20) + more, 10, x2 - 6, y2 - 6, text_anchor="end", fill="#5b6b8c")
    note.append_title("\n".join(captions))
    picture.append(note)


def _places(drawn: Graph, root: int) -> dict[int, tuple[int, int]]:
    """Return the position of each party: the column by the distance from the root, the row by its referrer."""
    columns = {root: 0}
    for step, links in ((1, dict.fromkeys(drawn.links)), (-1, dict.fromkeys((b, a) for a, b in drawn.links))):
        layer = [root]
        while layer:
            following = [second for first in layer for here, second in links if here == first and second not in columns]
            columns |= {
                party: columns[first] + step
                for first in layer
                for here, party in links
                if here == first and party not in columns
            }
            layer = list(dict.fromkeys(following))
    for party in drawn.names:
        columns.setdefault(party, 0)
    left = min(columns.values())
    rows: dict[int, int] = {}
    places = {}
    for party in sorted(columns, key=lambda party_id: columns[party_id]):
        column = columns[party] - left
        row = rows.get(column, 0)
        rows[column] = row + 1
        places[party] = (_GAP + column * _WIDE, _GAP + row * (_HIGH + _GAP))
    return places


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _dot_id(party: int) -> str:
    return f"n{party}" if party >= 0 else f"c{-party}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _entities(text: str) -> str:
    """Return a text with the characters that Mermaid interprets as entities."""
    return "".join(
        letter if letter.isalnum() or letter in " ,.:·、，。（）-/" else f"#{ord(letter)};" for letter in text
    )
