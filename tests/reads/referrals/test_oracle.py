"""The tree of referrals compared with networkx; cycles and credit compared with plain Python."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from crm.models import Investor
from crm.rules.referrals import NEVER, Edge, cycle
from crm.values.shares import WHOLE, apportion
from tests.factories import LeadFactory, World
from tests.reads.referrals.graphs import closes, live_together, pairs
from tests.tiers import examples

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


@examples(150)
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


@pytest.mark.parametrize("seed", range(3))
def test_tree_and_credit(session: Session, seed: int) -> None:
    """On graphs of a fixed seed, through the front door: the tree is the closure, the credit is counted by hand."""
    world = World(session)
    graph = nx.gnp_random_graph(9, 0.22, seed=seed, directed=True)
    parties: list[Investor] = [world.manager.investors.add(f"图中企业{vertex}号", country="JP") for vertex in graph]
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
        entry = world.tokyo.capital.record(lead, f"{number}.37 USD", arrived=world.today, reference=f"{number}")
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
        assert sum(money.minor for money in earned.capital) == sum(part(*amounts[edge]) for edge in own)
        assert sum(money.minor for money in earned.chain_capital) == sum(amounts[edge][0] for edge in chain)


def part(minor: int, points: int) -> int:
    """Return what the only referrer of a lead has of an amount: the rest is nobody's, and has the unit between them if it is nearer."""
    whole, left = divmod(minor * points, WHOLE)
    return whole + (left * 2 >= WHOLE)


CREDIT = st.lists(st.integers(1, WHOLE), min_size=1, max_size=4).map(
    lambda weights: [points * WHOLE // max(WHOLE, sum(weights)) for points in weights]
)


@examples(15)
@given(
    minor=st.integers(1, 10**7) | st.sampled_from([1, 3, 99]),
    points=CREDIT | st.sampled_from([[5000, 5000], [3333, 3333, 3334], [2500] * 4]),
    confirmed=st.lists(st.booleans(), min_size=4, max_size=4) | st.just([True] * 4),
)
def test_the_parts_of_an_amount_add_up(engine: Engine, minor: int, points: list[int], confirmed: list[bool]) -> None:
    """Through the front door: each has its part whoever else is confirmed, and the parts of all that is given make the amount."""
    with engine.connect() as connection, Session(connection, join_transaction_mode="create_savepoint") as session:
        world = World(session)
        lead = LeadFactory.create(world=world, negotiating=True)
        witness = world.manager.contacts.add(lead.investor, "证人")
        rows = []
        for number, point in enumerate(points):
            party = world.manager.investors.add(f"分数引荐方{number}", country="HK")
            rows.append(world.tokyo.referrals.add(lead, party, credit=f"{point // 100}.{point % 100:02d}"))
            if confirmed[number]:
                world.manager.referrals.confirm(rows[-1], witness)
        entry = world.tokyo.capital.record(
            lead, f"{Decimal(minor) / 100} USD", arrived=world.today, reference=f"{number}"
        )
        world.verifier.capital.verify(entry)
        told = {row.party: sum(money.minor for money in row.capital) for row in world.manager.referrals.credit(2023)}
        due = apportion(minor, {row.id: point for row, point in zip(rows, points, strict=True)})
        for number, row in enumerate(rows):
            assert told.get(row.party or 0, 0) == (due[row.id] if confirmed[number] else 0)
        for row, here in zip(rows, confirmed, strict=False):
            if not here:
                world.manager.referrals.confirm(row, witness)
        after = {row.party: sum(money.minor for money in row.capital) for row in world.manager.referrals.credit(2023)}
        given_ = sum(after.values())
        assert given_ == minor if sum(points) == WHOLE else abs(given_ - Fraction(minor * sum(points), WHOLE)) < 1
        assert all(after[party] == value for party, value in told.items() if value)
