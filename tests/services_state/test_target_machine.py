"""Targets set, corrected, ended, restored and frozen in any order, against lists of what was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine, func, select

from crm.errors import Refused
from crm.models import AuditEntry
from tests.services_state.machines import OnDatabase
from tests.tiers import examples

pytestmark = pytest.mark.portable

codes, numbers = st.sampled_from(["events", "more-events"]), st.integers(1, 3)


@dataclass
class Goal:
    """A target: what each version asked, the latest last, and whether it has ended."""

    asked: list[int] = field(default_factory=list)
    ended: bool = False


class Targets(OnDatabase):
    """Two targets of the number of events of a year."""

    def __init__(self) -> None:
        super().__init__()
        self.targets = self.world.manager.targets
        self.goals: dict[str, Goal] = {}
        self.held = 0
        self.editions: list[dict[str, tuple[int, int]]] = []

    def standing(self) -> dict[str, tuple[int, int]]:
        """Return by code what is asked now, and what there is."""
        return {code: (goal.asked[-1], self.held) for code, goal in self.goals.items() if not goal.ended}

    def both(self, verb: Callable[[], Any], refusal: str | None) -> bool:
        """Do it, or see it refused with this code and nothing written; return whether it was done."""
        if refusal is None:
            verb()
            return True
        written = self.session.scalar(select(func.count(AuditEntry.id)))
        with pytest.raises(Refused) as refused:
            verb()
        assert [problem.code for problem in refused.value.problems] == [refusal]
        assert self.session.scalar(select(func.count(AuditEntry.id))) == written
        return False

    def change(self, code: str, number: int, refusal: str | None, verb: Callable[[], Any]) -> None:
        """Ask another number by a verb; the same number makes no version, and is not refused."""
        goal = self.goals.setdefault(code, Goal())
        same = goal.asked[-1:] == [number]
        if self.both(verb, None if same else "ended" if goal.ended else refusal) and not same:
            goal.asked.append(number)
        if not goal.asked:
            del self.goals[code]

    @rule(code=codes, number=numbers, reason=st.sampled_from([None, "the city asks more"]))
    def set(self, code: str, number: int, reason: str | None) -> None:
        """Set one; a reason is for what is on record."""
        refusal = (None if reason else "changed") if code in self.goals else ("reason" if reason else None)
        stated: dict[str, Any] = {"title": "活动", "measure": "events", "period": 2023, "source": "plan"}
        self.change(code, number, refusal, lambda: self.targets.set(code, **stated, at_least=number, reason=reason))

    @precondition(lambda self: self.goals)
    @rule(code=codes, number=numbers)
    def edit(self, code: str, number: int) -> None:
        """Correct what one asks."""
        if code in self.goals:
            self.change(code, number, None, lambda: self.targets.edit(code, at_least=number, reason="misread"))

    @precondition(lambda self: self.goals)
    @rule(code=codes)
    def end(self, code: str) -> None:
        """It is asked no more."""
        if (goal := self.goals.get(code)) is not None and self.both(
            lambda: self.targets.end(code, reason="not asked any more"), "ended" if goal.ended else None
        ):
            goal.ended = True

    @precondition(lambda self: self.goals)
    @rule(code=codes)
    def restore(self, code: str) -> None:
        """It is asked again, as it was."""
        if (goal := self.goals.get(code)) is not None and self.both(
            lambda: self.targets.restore(code, reason="ended by mistake"), None if goal.ended else "standing"
        ):
            goal.ended = False

    @rule(reason=st.booleans())
    def freeze(self, reason: bool) -> None:
        """Freeze the scorecard: the first edition without a reason, each later one with one."""
        refusal = None if reason == bool(self.editions) else "reason" if reason else "frozen"
        refusal = refusal or (None if self.standing() else "empty")
        if self.both(lambda: self.targets.freeze(2023, reason="another" if reason else None), refusal):
            self.editions.append(self.standing())

    @rule()
    def hold(self) -> None:
        """An event takes place."""
        self.held += 1
        event = self.world.manager.events.add(
            f"e{self.held}", title="推介会", place="济南", starts=self.world.today, kind="forum"
        )
        self.world.manager.events.hold(event, outcome="held")

    @invariant()
    def each_version_stays(self) -> None:
        """The list has those that stand, each card every version with its reason, latest first."""
        assert {row.code for row in self.targets.list()} == {*self.standing()}
        assert {row.code for row in self.targets.list(ended=True)} == {*self.goals}
        for code, goal in self.goals.items():
            versions = self.targets.show(code).versions
            assert [version.terms.threshold.base for version in versions] == goal.asked[::-1]
            assert [version.reason is None for version in versions] == [False] * (len(goal.asked) - 1) + [True]

    @invariant()
    def scorecards_follow_and_frozen_ones_stay(self) -> None:
        """The live one has what is asked and done now, a frozen one what was when it was frozen."""
        cards = [(self.targets.score(2023), self.standing())]
        cards += [(self.targets.frozen(2023, edition=at), edition) for at, edition in enumerate(self.editions, 1)]
        for card, expected in cards:
            scores = {line.target.code: line.cells[0].score for line in card.lines}
            assert {code: (score.threshold, score.value) for code, score in scores.items()} == expected


@pytest.fixture
def machine(engine: Engine) -> type[Targets]:
    """The machine, on this database."""
    return type("TargetsOnDatabase", (Targets,), {"engine": engine})


def test_random_targets_follow_the_lists(machine: type[Targets]) -> None:
    """Whoever sets, corrects, ends, restores and freezes in any order: what is refused, listed and scored is what the lists say."""
    run_state_machine_as_test(machine, settings=examples(8, steps=16))
