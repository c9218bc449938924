"""What tests ask of a graph of referrals, in the plainest Python there is."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from crm.rules.referrals import Edge


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


def pairs(rows: Any, index: dict[int, int]) -> list[tuple[int, int]]:
    """Return who brought whom, by the numbers of the graph."""
    return sorted((index[row.party], index[row.brought_id]) for row in rows)
