"""Who brought whom, against networkx; cycles and credit, against the plainest Python there is."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import permutations
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from crm.models import Investor
from crm.rules.referrals import NEVER, Edge, cycle, share_of
from tests.factories import LeadFactory, World

START = date(2023, 1, 1)
EDGES = st.lists(
    st.builds(
        lambda referrer, brought, start, life: Edge(
            referrer, brought, START + timedelta(days=start), NEVER if life is None else START + timedelta(days=start + life)
        ),
        st.integers(1, 5), st.integers(1, 5), st.integers(0, 6), st.none() | st.integers(1, 4),
    ).filter(lambda edge: edge.referrer != edge.brought),
    max_size=7,
)  # fmt: skip


def live_together(edges: list[Edge]) -> bool:
    """Say whether there is a moment when all of them are live."""
    return max(edge.start for edge in edges) < min(edge.end for edge in edges)


def closes(edges: list[Edge], new: Edge) -> bool:
    """Try every walk through different edges."""
    for length in range(1, len(edges) + 1):
        for chosen in permutations(edges, length):
            walk = [new, *chosen]
            joined = all(first.brought == second.referrer for first, second in zip(walk, [*walk[1:], new], strict=True))
            if joined and live_together(walk):
                return True
    return False


@settings(max_examples=150, deadline=None)
@given(EDGES, EDGES.filter(bool))
def test_a_cycle_in_time(edges: list[Edge], more: list[Edge]) -> None:
    """The rule and the trying of every walk agree; what it returns is a cycle of edges that are live together."""
    new = more[0]
    found = cycle(edges[:5], new)
    assert (found is not None) is closes(edges[:5], new)
    if found is not None:
        assert live_together(list(found))
        assert all(
            first.brought == second.referrer for first, second in zip(found, [*found[1:], found[0]], strict=True)
        )


@given(st.integers(-(10**14), 10**14), st.integers(0, 10_000))
def test_a_share_of_an_amount(minor: int, points: int) -> None:
    """To the last cent, a half to the even neighbour."""
    assert share_of(minor, points) == round(Fraction(minor * points, 10_000))


@pytest.mark.parametrize("seed", range(3))
def test_tree_and_credit(session: Session, seed: int) -> None:
    """On graphs of a fixed seed, through the front door: the tree is the closure, the credit is counted by hand."""
    world = World(session)
    graph = nx.gnp_random_graph(9, 0.22, seed=seed, directed=True)
    parties: list[Investor] = [world.manager.investors.add(f"图中企业{each}号", country="JP") for each in graph]
    kept, amounts = nx.DiGraph(), dict[tuple[int, int], tuple[int, int]]()
    kept.add_nodes_from(graph)
    for number, (referrer, brought) in enumerate(sorted(graph.edges)):
        if kept.has_edge(referrer, brought) or nx.has_path(kept, brought, referrer):
            continue
        lead = LeadFactory.create(world=world, investor=parties[brought], title=f"图{number}", negotiating=True)
        points = 10_000 - 111 * number
        row = world.tokyo.referrals.add(lead, parties[referrer], credit=f"{points // 100}.{points % 100:02d}")
        witness = world.manager.contacts.add(parties[brought], f"证人{number}")
        world.manager.referrals.confirm(row, witness)
        entry = world.tokyo.capital.record(lead, f"{number}.37 USD", arrived=world.today, reference="r")
        world.verifier.capital.verify(entry)
        kept.add_edge(referrer, brought)
        amounts[referrer, brought] = (number * 100 + 37, points)
    assert kept.number_of_edges() > 4
    index = {party.id: number for number, party in enumerate(parties)}
    credit = {index[row.party]: row for row in world.manager.referrals.credit(2023)}
    for node in kept:
        tree = world.manager.referrals.tree(parties[node])
        below = {node, *nx.descendants(kept, node)}
        above = {node, *nx.ancestors(kept, node)}
        assert pairs(tree.down, index) == sorted(edge for edge in kept.edges if edge[0] in below)
        assert pairs(tree.up, index) == sorted(edge for edge in kept.edges if edge[1] in above)
        own = [edge for edge in kept.edges if edge[0] == node]
        chain = [edge for edge in kept.edges if edge[0] in below - {node}]
        if not own:
            assert node not in credit
            continue
        earned = credit[node]
        assert (earned.leads, earned.signed, earned.landed, earned.chain_leads) == (len(own), 0, 0, len(chain))
        assert sum(money.minor for money in earned.capital) == sum(share_of(*amounts[edge]) for edge in own)
        assert sum(money.minor for money in earned.chain_capital) == sum(amounts[edge][0] for edge in chain)


def pairs(rows: Any, index: dict[int, int]) -> list[tuple[int, int]]:
    """Return who brought whom, by the numbers of the graph."""
    return sorted((index[row.party], index[row.brought_id]) for row in rows)
