"""Random verbs of several units on a few leads, against claims in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from attrs import evolve
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, func, select

from crm.errors import Refused
from crm.models import AuditEntry, Claim, ClaimShare
from crm.rules.claims import ClaimPolicy
from crm.rules.stages import DEFAULT
from tests.factories import LeadFactory
from tests.services_state.claim_model import PROTECTION, QUOTA, RENEWALS, WHOLE, WINDOW, Claimed, No
from tests.services_state.machines import OnDatabase
from tests.tiers import examples

pytestmark = pytest.mark.portable

POLICY = evolve(
    DEFAULT,
    claims=ClaimPolicy(window_days=WINDOW, protection_days=PROTECTION, renewals=RENEWALS, quota=QUOTA),
)
UNITS = ("hitech", "lixia", "licheng")
leads, units = st.sampled_from([0, 0, 0, 1, 1, 2]), st.sampled_from(UNITS)
#: Percentages by unit; some name one that takes no part, some do not make the whole.
splits = st.one_of(
    st.sampled_from([{"hitech": 60, "lixia": 40}, {"lixia": 50, "licheng": 50}, {"hitech": 34, "lixia": 33, "licheng": 33}]),
    st.sampled_from([{unit: 100} for unit in UNITS]),
    st.dictionaries(units, st.integers(1, 100), min_size=1),
)  # fmt: skip


class Claims(OnDatabase):
    """Three leads, three units, one manager who files and hands over for them, and an admin who rules."""

    def __init__(self) -> None:
        super().__init__()
        for code in UNITS[1:]:
            self.world.admin.units.add(code, name=f"{code}区", name_en=code.title(), kind="district")
        self.manager = self.world.door("manager.desk", policy=POLICY)
        self.admin = self.world.door("admin", policy=POLICY)
        self.leads = [LeadFactory.create(world=self.world, title=f"认领{number}") for number in range(3)]
        self.model = Claimed(self.world.clock())

    def both(self, verb: Callable[[], Any], modelled: Callable[[], None]) -> None:
        """Do it here and there: both do it, or both refuse it for the same reason and nothing is written."""
        self.world.clock.forward(minutes=1)
        self.model.now = self.world.clock()
        code = refused(modelled)
        if code is None:
            verb()
            return
        written = self.session.scalar(select(func.count(AuditEntry.id)))
        with pytest.raises(Refused) as refusal:
            verb()
        assert code in {problem.code for problem in refusal.value.problems}
        assert self.session.scalar(select(func.count(AuditEntry.id))) == written
        assert not self.session.new
        assert not self.session.dirty

    @initialize(unit=units, rival=units)
    def begin(self, unit: str, rival: str) -> None:
        """One lead is held, and one mostly contested: a bureau where nobody has claimed anything is soon seen."""
        self.file(lead=0, unit=unit)
        self.contest(lead=1, first=unit, second=rival)

    @rule(lead=leads, unit=units)
    def file(self, lead: int, unit: str) -> None:
        """A claim, free, contested, or too late."""
        self.both(lambda: self.manager.claims.file(self.leads[lead], unit=unit), lambda: self.model.file(lead, unit))

    @rule(lead=leads, first=units, second=units)
    def contest(self, lead: int, first: str, second: str) -> None:
        """File two claims within the window, so that they are contested."""
        self.file(lead=lead, unit=first)
        self.file(lead=lead, unit=second)

    @rule(lead=leads, shares=splits, holder=st.none() | units)
    def judge(self, lead: int, shares: Mapping[str, int], holder: str | None) -> None:
        """A ruling by split."""
        points = {unit: percent * 100 for unit, percent in shares.items()}
        self.both(
            lambda: self.admin.claims.rule(self.leads[lead], shares, holder=holder, reason="because"),
            lambda: self.model.rule(lead, points, holder),
        )

    @rule(lead=leads, units=st.permutations(UNITS), share=st.sampled_from([50, 60, 100]))
    def settle(self, lead: int, units: list[str], share: int) -> None:
        """A contest, and a ruling between those two."""
        first, second, _ = units
        self.contest(lead=lead, first=first, second=second)
        self.judge(lead=lead, shares={first: share, **({second: 100 - share} if share < 100 else {})}, holder=None)

    @rule(lead=leads)
    def renew(self, lead: int) -> None:
        """The days anew."""
        self.both(lambda: self.manager.claims.renew(self.leads[lead]), lambda: self.model.renew(lead))

    @rule(lead=leads, to=units, keep=st.sampled_from([0, 0, 20, 50, 100]))
    def transfer(self, lead: int, to: str, keep: int) -> None:
        """Into other hands."""
        self.both(
            lambda: self.manager.claims.transfer(self.leads[lead], to=to, keep=keep, reason="because"),
            lambda: self.model.transfer(lead, to, keep * 100),
        )

    @rule(lead=leads, unit=units)
    def release(self, lead: int, unit: str) -> None:
        """Given up, or withdrawn from a contest."""
        self.both(
            lambda: self.manager.claims.release(self.leads[lead], unit=unit, reason="because"),
            lambda: self.model.release(lead, unit),
        )

    @rule(lead=leads)
    def talk(self, lead: int) -> None:
        """Progress."""
        self.world.tokyo.meetings.log(
            self.leads[lead],
            summary="talk",
            at=self.world.clock(),
            zone="Asia/Tokyo",
            kind="call",
            distinct="they called again",
        )
        self.model.now = self.world.clock()
        self.model.progress(lead)

    @rule(days=st.sampled_from([1, 2, 3, 10, PROTECTION, PROTECTION + 1]), hours=st.integers(0, 23))
    def wait(self, days: int, hours: int) -> None:
        """Days pass, and claims lapse."""
        self.world.clock.forward(days=days, hours=hours)
        self.model.now = self.world.clock()

    @invariant()
    def claims_are_what_the_model_says(self) -> None:
        """State, last protected day and shares of each claim; the steps of each lead; what is in the pool."""
        model = self.model
        rows = self.manager.claims.list()
        assert len(rows) == len(model.claims)
        for row, claim in zip(rows, reversed(model.claims), strict=True):
            assert (row.unit, row.lead_id, row.state) == (claim.unit, self.leads[claim.lead].id, model.state(claim))
            assert row.filed_at == claim.filed
            if claim.state == "active":
                assert row.protected_until == model.until(claim)
                assert {share.unit: share.points for share in row.shares} == claim.shares
        pooled = {row.id: row.last_unit for row in self.manager.claims.pool()}
        assert pooled == {
            lead.id: next((claim.unit for claim in model.on(number)), None)
            for number, lead in enumerate(self.leads)
            if not model.standing(number)
        }

    @invariant()
    def rights_are_whole(self) -> None:
        """One holder at most, never beside a contest; shares make the whole; no unit over its quota."""
        found = self.session.execute(select(Claim.lead_id, Claim.state).where(Claim.state.in_(["active", "contested"])))
        by_lead: dict[int, Counter[str]] = {}
        for lead_id, state in found:
            by_lead.setdefault(lead_id, Counter())[state] += 1
        for counted in by_lead.values():
            assert counted in ({"active": 1}, {"contested": 2}, {"contested": 3})
        sums = self.session.execute(select(func.sum(ClaimShare.points)).group_by(ClaimShare.claim_id)).scalars()
        assert set(map(int, sums)) <= {WHOLE}
        held = Counter(row.unit for row in self.manager.claims.list() if row.state in {"active", "contested"})
        assert all(number <= QUOTA for number in held.values())

    def teardown(self) -> None:
        """Each step was taken down, once."""
        try:
            told: Counter[tuple[int, str, str]] = Counter()
            for number, lead in enumerate(self.leads):
                told.update((number, row.unit, row.kind) for row in self.manager.claims.history(lead))
            assert told == self.model.steps
        finally:
            super().teardown()


def refused(modelled: Callable[[], None]) -> str | None:
    """Do it in the model; return the code when it refuses."""
    try:
        modelled()
    except No as no:
        return str(no)
    return None


@pytest.fixture
def machine(engine: Engine) -> type[Claims]:
    """The machine, on this database."""
    return type("ClaimsOnDatabase", (Claims,), {"engine": engine})


def test_random_claims_follow_the_model(machine: type[Claims]) -> None:
    """Whatever units do in any order: who holds what, since when, with whom, and why not, is what plain Python says."""
    run_state_machine_as_test(machine, settings=examples(10, steps=12))
