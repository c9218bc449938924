"""Merges of companies that were declared two from others, and of their numbers."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from crm.errors import Conflict
from crm.models import Distinct, Investor
from tests.factories import World
from tests.services.merges.dumps import dump
from tests.services.refusals import refused

pytestmark = pytest.mark.portable


class TestPairsDeclaredTwo:
    """What was said of the absorbed one holds for the survivor, once, and goes back with it."""

    def test_they_move_and_come_back(self, world: World) -> None:
        """In order, deduplicated; the survivor is not listed with the third again."""
        low, one, two, high = (world.manager.investors.add(f"两家{letter}", country="JP") for letter in "甲乙丙丁")
        for investor in (low, high):
            world.manager.investors.distinct(two, investor, reason="two")
        known = world.manager.investors.distinct(one, high, reason="known")
        before = dump(world.session)
        plan = world.manager.merges.plan(one, two)
        assert {(row.record, row.field): row.rows for row in plan.moves if row.record == "distinct"} == {
            ("distinct", "other_id"): 1
        }
        merge = world.manager.merges.merge(one, two, reason="x")
        pairs = set(map(tuple, world.session.execute(select(Distinct.one_id, Distinct.other_id))))
        assert pairs == {(low.id, one.id), (known.one_id, known.other_id), (two.id, high.id)}
        assert world.manager.audit.verify() == ()
        with refused(world, Conflict, "distinct"):
            world.manager.merges.merge(one, low, reason="x")
        world.manager.merges.undo(merge, reason="x")
        assert dump(world.session) == before
        assert world.manager.audit.verify() == ()

    def test_a_pair_may_change_its_order(self, world: World) -> None:
        """The survivor has a larger number than the third: both columns change, each with its entry."""
        two, third, one = (world.manager.investors.add(f"换序{letter}", country="JP") for letter in "甲乙丙")
        pair = world.manager.investors.distinct(two, third, reason="two")
        merge = world.manager.merges.merge(one, two, reason="x")
        world.session.refresh(pair)
        assert (pair.one_id, pair.other_id) == (third.id, one.id)
        entries = [row.changes for row in world.manager.audit.list(record="distinct") if row.verb == "investor.merge"]
        assert sorted(map(repr, entries)) == sorted(
            map(repr, [{"one_id": [two.id, third.id]}, {"other_id": [third.id, one.id]}])
        )
        assert world.manager.audit.verify() == ()
        world.manager.merges.undo(merge, reason="x")
        world.session.refresh(pair)
        assert (pair.one_id, pair.other_id) == (two.id, third.id)
        assert world.manager.audit.verify() == ()

    def test_the_third_may_be_merged_meanwhile(self, world: World) -> None:
        """The undo of the first merge leaves the second one's work alone, and the other way round."""
        two, third, one, fourth = (
            world.manager.investors.add(f"第三方{letter}", country="JP") for letter in "甲乙丙丁"
        )
        pair = world.manager.investors.distinct(two, third, reason="two")
        first = world.manager.merges.merge(one, two, reason="x")
        second = world.manager.merges.merge(fourth, third, reason="x")
        for merge, expected in ((first, {two.id, fourth.id}), (second, {two.id, third.id})):
            world.manager.merges.undo(merge, reason="x")
            world.session.refresh(pair)
            assert {pair.one_id, pair.other_id} == expected
            assert world.manager.audit.verify() == ()


class TestIdentifiers:
    """Numbers move; two of a scheme of which a company has one have to be chosen between."""

    JAPAN, OTHER, CODE = "5835678256246", "4835678256247", "91110000600037341L"

    def two(self, world: World) -> tuple[Investor, Investor]:
        """Return two cards with different Japanese numbers."""
        one = world.manager.investors.add("号码甲", country="JP", identifiers={"jp_cn": self.JAPAN})
        two = world.manager.investors.add("号码乙", country="JP", identifiers=[self.OTHER, self.CODE, "Köln HRB 1"])
        return one, two

    @pytest.mark.parametrize("side", ["survivor", "absorbed"])
    def test_a_number_is_chosen_and_the_other_leads_on(self, world: World, side: Any) -> None:
        """Named in the plan with both; the one that lost is a former number; undone every row is as it was."""
        one, two = self.two(world)
        before = dump(world.session)
        plan = world.manager.merges.plan(one, two)
        assert [clash.code for clash in plan.clashes] == ["identifier"]
        assert all(
            number in str(plan.clashes[0]) for number in ("5-8356-7825-6246", "4-8356-7825-6247", "jp_cn=survivor")
        )
        assert [(row.field, row.wins) for row in plan.fields if row.field != "name"] == [("jp_cn", "")]
        for prefer in ("survivor", "absorbed"):
            with refused(world, Conflict, "identifier"):
                world.manager.merges.merge(one, two, prefer=prefer, reason="x")
        assert world.manager.merges.plan(one, two, choices={"jp_cn": side}).clashes == ()
        merge = world.manager.merges.merge(one, two, choices={"jp_cn": side}, reason="x")
        shown = {row.value: row.former_since is None for row in world.viewer.investors.show(one).identifiers}
        assert shown == {
            self.JAPAN: side == "survivor", self.OTHER: side == "absorbed", self.CODE: True, "Köln HRB 1": True
        }  # fmt: skip
        for number in shown:
            assert world.viewer.investors.get(number) is one
        assert world.manager.audit.verify() == ()
        world.manager.merges.undo(merge, reason="x")
        assert dump(world.session) == before
        assert world.viewer.investors.get(self.OTHER) is two
        assert world.manager.audit.verify() == ()

    def test_the_same_twice_over(self, world: World) -> None:
        """Three cards, two merges, undone from the last to the first."""
        one, two = self.two(world)
        third = world.manager.investors.add("号码丙", country="JP", identifiers={"jp_cn": "7000012050002"})
        before = dump(world.session)
        first = world.manager.merges.merge(one, two, choices={"jp_cn": "absorbed"}, reason="x")
        between = dump(world.session)
        second = world.manager.merges.merge(third, one, choices={"jp_cn": "absorbed"}, reason="x")
        for number in (self.JAPAN, self.OTHER, "7000012050002"):
            assert world.viewer.investors.get(number) is third
        world.manager.merges.undo(second, reason="x")
        assert dump(world.session) == between
        world.manager.merges.undo(first, reason="x")
        assert dump(world.session) == before
        assert world.manager.audit.verify() == ()

    def test_an_undo_names_numbers_that_were_changed_since(self, world: World) -> None:
        """Chosen anew, or another recorded: the number of before cannot come back until that is set right."""
        one, two = self.two(world)
        merge = world.manager.merges.merge(one, two, choices={"jp_cn": "absorbed"}, reason="x")
        for number in (self.JAPAN, "7000012050002"):
            world.clock.forward(1)
            world.manager.investors.identify(one, "jp_cn", number, replaces="after all this one")
            with refused(world, Conflict, "identifier") as refusal:
                world.manager.merges.undo(merge, reason="x")
            assert "crm investor identify" in str(refusal.value)
        world.manager.investors.unidentify(one, "jp_cn:7000012050002", reason="wrong")
        with refused(world, Conflict, "identifier"):
            world.manager.merges.undo(merge, reason="x")
        world.manager.investors.identify(one, self.OTHER)
        world.manager.merges.undo(merge, reason="x")
        shown = [world.viewer.investors.show(investor).identifiers[0] for investor in (one, two)]
        assert [(row.value, row.former_since) for row in shown] == [(self.JAPAN, None), (self.OTHER, None)]
        assert world.manager.audit.verify() == ()

    def test_a_number_of_later_is_in_the_way(self, world: World) -> None:
        """The survivor cannot have two; withdrawn, it is out of the way."""
        one, two = self.two(world)
        merge = world.manager.merges.merge(one, two, choices={"jp_cn": "absorbed"}, reason="x")
        world.manager.investors.unidentify(one, self.OTHER, reason="wrong")
        world.manager.investors.identify(one, "jp_cn:7000012050002")
        with refused(world, Conflict, "identifier"):
            world.manager.merges.undo(merge, reason="x")
        world.manager.investors.unidentify(one, "jp_cn:7000012050002", reason="wrong")
        world.manager.merges.undo(merge, reason="x")
        assert [row.value for row in world.viewer.investors.show(one).identifiers] == [self.JAPAN]
        assert [row.value for row in world.viewer.investors.show(two).identifiers] == [self.CODE, "Köln HRB 1"]
        assert world.manager.audit.verify() == ()
