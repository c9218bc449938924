"""Referrals as graphs of networkx: who may bring whom on which day, and what comes of it. Knows nothing of the library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import networkx as nx

EXPIRY = 20
WHOLE = 10_000
NEVER = date(9999, 12, 31)


class No(Exception):
    """The codes of a refusal."""

    def __init__(self, *codes: str) -> None:
        super().__init__(*codes)
        self.codes = set(codes)


@dataclass(eq=False)
class Project:
    """A lead."""

    party: int
    signed: date | None = None
    landed: date | None = None
    minor: int = 0


@dataclass(eq=False)
class Brought:
    """A referral. A referrer is a party; a person is a number below zero."""

    referrer: int
    project: Project
    points: int
    start: date
    status: str = "recorded"
    confirmed: date | None = None

    @property
    def stands(self) -> bool:
        """Neither declined nor withdrawn."""
        return self.status in {"recorded", "confirmed"}

    def counts(self, day: date) -> bool:
        """Not expired by a day: its last day is to come, or the lead was signed by then."""
        last = self.start + timedelta(days=EXPIRY)
        return self.stands and (last >= day or (self.project.signed is not None and self.project.signed <= last))

    def live(self, day: date) -> bool:
        """Introduced, not landed, not expired."""
        return self.start <= day < (self.project.landed or NEVER) and self.counts(day)


@dataclass
class Referred:
    """Every party, project and referral; groups as edges from the child to its parent."""

    parties: int
    today: date
    projects: list[Project] = field(default_factory=list)
    referrals: list[Brought] = field(default_factory=list)
    works_at: dict[int, set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with everybody apart."""
        self.lasting = list(range(self.parties))
        self.groups = nx.DiGraph()
        self.groups.add_nodes_from(self.lasting)

    def family(self, party: int) -> set[int]:
        """Return everybody in a party's group, itself included."""
        return set(nx.node_connected_component(self.groups.to_undirected(), party))

    def edges(self, chosen: Iterable[Brought]) -> nx.MultiDiGraph:
        """Return who brought whom."""
        graph = nx.MultiDiGraph()
        graph.add_nodes_from(self.lasting)
        graph.add_edges_from(
            (referral.referrer, referral.project.party, index, {"of": referral})
            for index, referral in enumerate(chosen)
        )
        return graph

    def moments(self) -> Iterator[date]:
        """Yield the days on which something begins: whatever is live together is so on one of them."""
        return iter({referral.start for referral in self.referrals if referral.stands})

    def circular(self, first: date = date.min) -> bool:
        """Say whether there is a circle of what is live on one day."""
        return any(
            not nx.is_directed_acyclic_graph(self.edges(referral for referral in self.referrals if referral.live(day)))
            for day in self.moments()
            if day >= first
        )

    def on(self, project: Project) -> list[Brought]:
        """Return what stands on a project."""
        return [referral for referral in self.referrals if referral.project is project and referral.stands]

    def ensure_allowed(self, new: Brought, *, old: Brought | None = None) -> None:
        """From outside, and in no circle, in the place of an old one if there is one."""
        if new.referrer == new.project.party or new.project.party in self.works_at.get(new.referrer, ()):
            raise No("self_referral")
        if new.referrer >= 0 and new.project.party in self.family(new.referrer):
            raise No("same_group")
        kept = self.referrals
        self.referrals = [*(referral for referral in kept if referral is not old), new]
        # What there was is in no circle, so that any is of the new one.
        circle = self.circular(first=new.start)
        self.referrals = kept
        if circle:
            raise No("cycle")

    def ensure_room(self, new: Brought) -> None:
        """Within the whole, and once from each."""
        there = self.on(new.project)
        if any(referral.referrer == new.referrer for referral in there):
            raise No("twice")
        if sum(referral.points for referral in there) + new.points > WHOLE:
            raise No("credit")

    def add(self, project: Project, referrer: int, points: int, start: date) -> None:
        """In time, from outside, in no circle, within the whole."""
        if project.signed is not None:
            raise No("signed")
        new = Brought(referrer, project, points, start)
        self.ensure_allowed(new)
        self.ensure_room(new)
        self.referrals.append(new)

    def redate(self, referral: Brought, start: date) -> None:
        """Correct the day of the introduction."""
        if not referral.stands:
            raise No("withdrawn" if referral.status == "withdrawn" else "status")
        if referral.confirmed is not None and referral.confirmed < start:
            raise No("order")
        if start != referral.start:
            self.ensure_allowed(replace(referral, start=start), old=referral)
            referral.start = start

    def restore(self, referral: Brought) -> None:
        """Bring back what was withdrawn: recorded in time, confirmed anew."""
        if referral.status != "withdrawn":
            raise No("standing")
        back = replace(referral, status="recorded")
        self.ensure_allowed(back)
        self.ensure_room(back)
        referral.status = "recorded"

    def end(self, referral: Brought, status: str, *allowed: str) -> None:
        """Confirm, decline or withdraw."""
        if referral.status not in allowed:
            raise No("status")
        referral.status = status
        referral.confirmed = self.today if status == "confirmed" else None

    def join(self, child: int, parent: int) -> None:
        """Under a parent."""
        if child == parent:
            raise No("own_parent")
        if nx.has_path(self.groups, parent, child):
            raise No("cycle")
        if self.groups.out_degree(child):
            raise No("has_parent")
        self.groups.add_edge(child, parent)

    def leave(self, child: int) -> None:
        """From under it."""
        if not self.groups.out_degree(child):
            raise No("no_parent")
        self.groups.remove_edge(child, *self.groups.successors(child))

    def merge(self, stays: int, goes: int) -> None:
        """Two parties become one, unless that makes what would have been refused."""
        if stays == goes:
            raise No("itself")
        codes, one = {*self.clashes(stays, goes)}, deepcopy(self)
        one.rename(stays, goes)
        if "self_referral" not in codes and one.circular():
            codes.add("cycle")
        if codes:
            raise No(*codes)
        self.rename(stays, goes)
        self.lasting.remove(goes)
        self.groups = nx.contracted_nodes(self.groups, stays, goes, self_loops=False)
        for places in self.works_at.values():
            if goes in places:
                places.symmetric_difference_update({stays, goes})

    def clashes(self, stays: int, goes: int) -> Iterator[str]:
        """Yield what two parties cannot be as one, but a circle."""
        family, both = self.family(stays) | self.family(goes), {stays, goes}
        if nx.has_path(self.groups, stays, goes) or nx.has_path(self.groups, goes, stays):
            yield "group"
        if len({*self.groups.successors(stays), *self.groups.successors(goes)}) > 1:
            yield "parents"
        if any(both <= {referral.referrer for referral in self.on(project)} for project in self.projects):
            yield "referrers"
        ends = [{referral.referrer, referral.project.party} for referral in self.referrals if referral.stands]
        if any(pair <= family and pair & both for pair in ends):
            yield "self_referral"

    def rename(self, stays: int, goes: int) -> None:
        """Let what is of one party be of the other."""
        for referral in self.referrals:
            referral.referrer = stays if referral.referrer == goes else referral.referrer
        for project in self.projects:
            project.party = stays if project.party == goes else project.party

    def tree(self, party: int) -> tuple[list[int], list[int]]:
        """Return the indices of the referrals below and above a party."""
        chosen = [referral for referral in self.referrals if referral.stands]
        graph = self.edges(chosen)
        graph.add_node(party)
        below, above = {party, *nx.descendants(graph, party)}, {party, *nx.ancestors(graph, party)}
        numbers = {id(referral): number for number, referral in enumerate(self.referrals)}
        return (
            [numbers[id(referral)] for referral in chosen if referral.referrer in below],
            [numbers[id(referral)] for referral in chosen if referral.project.party in above],
        )

    def credit(self) -> dict[int, tuple[int, int, int, int, int, int]]:
        """Return by referrer: leads, signed, landed, capital; leads and capital of the chain."""
        chosen = [referral for referral in self.referrals if referral.counts(self.today)]
        graph, found = self.edges(chosen), {}
        for root in {referral.referrer for referral in chosen}:
            own = [referral for referral in chosen if referral.referrer == root]
            brought = {id(referral.project) for referral in own}
            beyond = nx.descendants(graph, root)
            chain = {id(referral.project): referral.project for referral in chosen if referral.referrer in beyond}
            far = [project for number, project in chain.items() if number not in brought]
            found[root] = (
                len(own),
                sum(referral.project.signed is not None for referral in own),
                sum(referral.project.landed is not None for referral in own),
                sum(
                    referral.project.minor * referral.points // WHOLE
                    for referral in own
                    if referral.status == "confirmed"
                ),
                len(far),
                sum(project.minor for project in far),
            )
        return found
