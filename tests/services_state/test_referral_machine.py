"""Random referrals, groups and merges of a few parties, against graphs of networkx."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine, func, select

from crm.errors import Refused
from crm.models import AuditEntry, Referral
from crm.rules.stages import DEFAULT
from crm.testing.leads import STAGES, meet_gates
from tests.factories import ContactFactory, InvestorFactory, LeadFactory
from tests.services_state.machines import OnDatabase
from tests.services_state.referral_model import EXPIRY, WHOLE, No, Project, Referred
from tests.tiers import examples

pytestmark = pytest.mark.portable

POLICY = evolve(DEFAULT, referrals=evolve(DEFAULT.referrals, expiry_days=EXPIRY))
PARTIES = 4
PERSON = -1
#: What arrives on a lead; every share of it is a whole number of cents.
ARRIVAL = 500_000_000
parties, numbers = st.integers(0, PARTIES - 1), st.integers(0, 30)


class Referrals(OnDatabase):
    """Four parties with a lead each, and a person who works at one of them."""

    def __init__(self) -> None:
        super().__init__()
        self.tokyo = self.world.door("tokyo.desk", policy=POLICY)
        self.manager = self.world.door("manager.desk", policy=POLICY)
        self.parties = [InvestorFactory.create(world=self.world, name=f"{letter}方商事") for letter in "甲乙丙丁"]
        self.witnesses = [ContactFactory.create(world=self.world, investor=party) for party in self.parties]
        self.person = self.witnesses[PERSON]
        self.model = Referred(PARTIES, self.world.today, works_at={PERSON: {PARTIES - 1}})
        self.at = list(range(PARTIES))
        self.leads: list[Any] = []
        self.referrals: list[Referral] = []
        for party in range(PARTIES):
            self.open(party)

    def both(self, verb: Callable[[], Any], modelled: Callable[[], None]) -> Any:
        """Do it here and there: both do it, or both refuse it for the same reasons and nothing is written."""
        codes = refused(modelled)
        if not codes:
            return verb()
        written = self.session.scalar(select(func.count(AuditEntry.id)))
        with pytest.raises(Refused) as refusal:
            verb()
        assert {problem.code for problem in refusal.value.problems} == codes
        assert self.session.scalar(select(func.count(AuditEntry.id))) == written
        assert not self.session.new
        assert not self.session.dirty
        return None

    @initialize(first=parties, second=parties)
    def begin(self, first: int, second: int) -> None:
        """Begin with one referral; without one there is little to try."""
        self.add(number=second, referrer=first, percent=50, ago=0)

    @rule(party=parties)
    def open(self, party: int) -> None:
        """Another lead of a party."""
        self.model.projects.append(Project(self.at[party]))
        self.leads.append(LeadFactory.create(world=self.world, investor=self.parties[party]))

    @rule(
        number=numbers,
        referrer=parties | parties | st.just(PERSON),
        percent=st.sampled_from([20, 50]),
        ago=st.sampled_from([0, 0, 3, EXPIRY + 5]),
    )
    def add(self, number: int, referrer: int, percent: int, ago: int) -> None:
        """A referral, of today or stated to be of before; who was merged is named by the old record."""
        index = number % len(self.leads)
        day = self.world.today - timedelta(days=ago)
        party = self.person if referrer == PERSON else self.parties[referrer].id
        made = self.both(
            lambda: self.tokyo.referrals.add(
                self.leads[index], party, person=referrer == PERSON, credit=percent, introduced=day
            ),
            lambda: self.model.add(
                self.model.projects[index], PERSON if referrer == PERSON else self.at[referrer], percent * 100, day
            ),
        )
        if made is not None:
            self.referrals.append(made)

    @precondition(lambda self: self.referrals)
    @rule(number=numbers, days=st.sampled_from([0, 1, EXPIRY + 1]), ago=st.sampled_from([0, EXPIRY + 1]))
    def answer(self, number: int, days: int, ago: int) -> None:
        """Who was brought brings who brought it, at once or when that has expired; and it is at times one company with another."""
        made = self.model.referrals[number % len(self.referrals)]
        if made.referrer == PERSON:
            return
        self.wait(days)
        self.open(self.at.index(made.referrer))
        self.add(number=len(self.leads) - 1, referrer=made.project.party, percent=50, ago=ago)
        self.merge(survivor=made.referrer, absorbed=(made.referrer + 1) % PARTIES, undo=True)

    @precondition(lambda self: self.referrals)
    @rule(number=numbers)
    def confirm(self, number: int) -> None:
        """Confirm by a contact of the referred party."""
        index = number % len(self.referrals)
        referral = self.model.referrals[index]
        witness = self.witnesses[self.at.index(referral.project.party)]
        self.both(
            lambda: self.manager.referrals.confirm(self.referrals[index], witness),
            lambda: self.model.end(referral, "confirmed", "recorded"),
        )

    @precondition(lambda self: self.referrals)
    @rule(number=numbers, verb=st.sampled_from(["decline", "withdraw", "withdraw"]))
    def end(self, number: int, verb: str) -> None:
        """Denied, or taken back."""
        index = number % len(self.referrals)
        allowed = ("recorded",) if verb == "decline" else ("recorded", "confirmed")
        self.both(
            lambda: getattr(self.manager.referrals, verb)(self.referrals[index], reason="because"),
            lambda: self.model.end(
                self.model.referrals[index], "declined" if verb == "decline" else "withdrawn", *allowed
            ),
        )

    @precondition(lambda self: self.referrals)
    @rule(number=numbers, ago=st.sampled_from([0, 1, 3, EXPIRY, EXPIRY + 5]))
    def redate(self, number: int, ago: int) -> None:
        """Correct the day of the introduction to one before it was recorded."""
        index = number % len(self.referrals)
        day = self.referrals[index].recorded_on - timedelta(days=ago)
        self.both(
            lambda: self.manager.referrals.edit(self.referrals[index], introduced=day, reason="misread"),
            lambda: self.model.redate(self.model.referrals[index], day),
        )

    @precondition(lambda self: any(not mine.stands for mine in self.model.referrals))
    @rule(number=numbers)
    def restore(self, number: int) -> None:
        """Bring back one that has ended: only one that was withdrawn comes back."""
        ended = [at for at, mine in enumerate(self.model.referrals) if not mine.stands]
        index = ended[number % len(ended)]
        self.both(
            lambda: self.manager.referrals.restore(self.referrals[index], reason="by mistake"),
            lambda: self.model.restore(self.model.referrals[index]),
        )

    @rule(number=numbers, stage=st.sampled_from(["signed", "landed", "landed"]))
    def walk(self, number: int, stage: str) -> None:
        """A lead is signed, or lands."""
        index = number % len(self.leads)
        lead, project, today = self.leads[index], self.model.projects[index], self.world.today
        for next_stage in STAGES[STAGES.index(lead.stage) + 1 : STAGES.index(stage) + 1]:
            meet_gates(self.world.tokyo, self.world, lead, next_stage)
            self.world.tokyo.leads.advance(lead)
        project.signed = project.signed or today
        if stage == "landed":
            project.landed, project.minor = project.landed or today, ARRIVAL

    @rule(days=st.sampled_from([0, 1, 5, EXPIRY, EXPIRY + 1]))
    def wait(self, days: int) -> None:
        """Days pass, and referrals expire."""
        self.world.clock.forward(days=days)
        self.model.today = self.world.today

    @rule(child=parties, parent=parties)
    def join(self, child: int, parent: int) -> None:
        """Into a group."""
        self.both(
            lambda: self.manager.groups.join(self.parties[child].id, self.parties[parent].id),
            lambda: self.model.join(self.at[child], self.at[parent]),
        )

    @rule(child=parties)
    def leave(self, child: int) -> None:
        """Out of it."""
        self.both(
            lambda: self.manager.groups.leave(self.parties[child].id, reason="sold"),
            lambda: self.model.leave(self.at[child]),
        )

    @rule(child=parties, back=st.booleans())
    def withdraw_membership(self, child: int, back: bool) -> None:
        """A membership that was recorded by mistake, or withdrawn by mistake."""
        party = self.at[child]
        if self.model.groups.out_degree(party):
            self.manager.groups.withdraw(self.parties[party].id, reason="another company")
            if back:
                self.manager.groups.restore(self.parties[party].id, reason="theirs after all")
            else:
                self.model.leave(party)

    @rule(survivor=parties, absorbed=parties, undo=st.sampled_from([True, True, False]))
    def merge(self, survivor: int, absorbed: int, undo: bool) -> None:
        """Two parties become one, mostly to be two again: or there would soon be nobody to bring anybody."""
        stays, goes = self.at[survivor], self.at[absorbed]
        kept = deepcopy(self.model) if undo else self.model
        made = self.both(
            lambda: self.manager.merges.merge(self.parties[stays], self.parties[goes], reason="one"),
            lambda: kept.merge(stays, goes),
        )
        if made is None:
            return
        if undo:
            self.manager.merges.undo(made, reason="two")
        else:
            self.at = [stays if party == goes else party for party in self.at]

    @invariant()
    def referrals_are_what_the_model_says(self) -> None:
        """Who brought whom to which depth, with what state; and what each has earned."""
        model = self.model
        rows = {row.id: row for row in self.manager.referrals.list(withdrawn=True)}
        number = {referral.id: index for index, referral in enumerate(self.referrals)}
        assert {number[row] for row in rows} == set(number.values())
        for referral, mine in zip(self.referrals, model.referrals, strict=True):
            expired = mine.stands and not mine.counts(model.today)
            assert rows[referral.id].state == ("expired" if expired else mine.status)
        for party in model.lasting:
            tree = self.manager.referrals.tree(self.parties[party])
            assert (
                sorted(number[row.id] for row in tree.down),
                sorted(number[row.id] for row in tree.up),
            ) == model.tree(party)
        tree = self.manager.referrals.tree(self.person)
        assert sorted(number[row.id] for row in tree.down) == model.tree(PERSON)[0]
        index = {self.parties[party].id: party for party in model.lasting} | {-self.person.id: PERSON}
        assert {index[row.party]: told(row) for row in self.manager.referrals.credit(2023)} == model.credit()

    @invariant()
    def nobody_brings_in_a_circle(self) -> None:
        """And the credit of a lead is within the whole."""
        assert not self.model.circular()
        assert all(
            sum(referral.points for referral in self.model.on(project)) <= WHOLE for project in self.model.projects
        )


def refused(modelled: Callable[[], None]) -> set[str]:
    """Do it in the model; return the codes when it refuses."""
    try:
        modelled()
    except No as no:
        return no.codes
    return set()


def told(row: Any) -> tuple[int, ...]:
    """Return a row of credit as the model has it."""
    minor, beyond = (sum(money.minor for money in amounts) for amounts in (row.capital, row.chain_capital))
    return row.leads, row.signed, row.landed, minor, row.chain_leads, beyond


@pytest.fixture
def machine(engine: Engine) -> type[Referrals]:
    """The machine, on this database."""
    return type("ReferralsOnDatabase", (Referrals,), {"engine": engine})


def test_random_referrals_follow_the_graphs(machine: type[Referrals]) -> None:
    """Whoever brings, joins, merges and lands in any order: what is refused, drawn and earned is what networkx says."""
    run_state_machine_as_test(machine, settings=examples(8, steps=12))
