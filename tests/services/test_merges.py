"""Merges: planned, whole or not at all, undone to the byte; and groups."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from crm import CRM
from crm.errors import AccessDenied, Conflict, NotFound, Refused
from crm.models import Base, Contact, Distinct, Investor, Meeting
from crm.services.merge_relations import RELATIONS, STAYS
from tests.factories import LeadFactory, World
from tests.services.refusals import LONG, refused

#: What is written about a merge, and what grows by design.
BOOKKEEPING = {"crm_audit_entry", "crm_merge", "crm_merge_item"}


def dump(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, but the bookkeeping and the versions."""
    session.flush()
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in BOOKKEEPING:
            columns = [f'"{column.name}"' for column in table.columns if column.name != "version"]
            rows = session.execute(text(f"SELECT {', '.join(columns)} FROM {table.name} ORDER BY 1, 2, 3"))
            found[table.name] = sorted(map(tuple, rows), key=repr)
    return found


def _korean(seed: int) -> str:
    """Return a Korean business number that checks, drawn from a seed."""
    from crm.errors import InvalidInput
    from crm.values.schemes import as_identifier

    for digit in range(10):
        try:
            return as_identifier(("kr_brn", f"12081{1000 + seed}{digit}")).value
        except InvalidInput:
            continue
    raise AssertionError


def populate(world: World, seed: int) -> tuple[Investor, Investor]:
    """Return two companies with a bit of everything, drawn from a seed."""
    draw = random.Random(seed)  # noqa: S311 - a drawing, no secret
    manager = world.manager
    one = manager.investors.add(f"合并商事{seed}", country="JP", aliases=[f"Merged {seed}", "Goppei KK"])
    two = manager.investors.add(f"合併商事株式會社{seed}", country="JP", aliases=["Goppei KK"], note="the other card")
    friend = manager.investors.add(f"引荐方{seed}", country="HK")
    target = manager.investors.add(f"被引荐方{seed}", country="HK")
    shared = manager.contacts.add(one, f"共同{seed}", since="2020-01-01")
    manager.contacts.employ(shared, two, since="2020-01-01")
    for investor in (one, two):
        people = [shared, *(manager.contacts.add(investor, f"人{seed}{each}") for each in range(draw.randint(1, 2)))]
        for number in range(draw.randint(1, 3)):
            lead = LeadFactory.create(world=world, investor=investor, title=f"项目{seed}{number}")
            world.tokyo.meetings.log(
                lead, summary="talk", contacts=draw.sample(people, draw.randint(1, len(people))), at=world.clock(),
                zone="Asia/Tokyo", followups=[("send", "2023-03-01")] if draw.random() < 0.5 else (),
            )  # fmt: skip
            if draw.random() < 0.5:
                world.tokyo.leads.advance(lead)
                LeadFactory.create(world=world, investor=investor, parent=lead.id, title=f"扩产{seed}{number}")
            if draw.random() < 0.5:
                manager.referrals.add(lead, friend)
            if draw.random() < 0.5:
                world.tokyo.requests.open(lead, "needs power")
            if draw.random() < 0.5:
                manager.claims.file(lead, unit="hitech")
        manager.meetings.log(investor, summary="visit", contacts=[shared], at=world.clock(), zone="Asia/Tokyo")
        manager.followups.add(investor, "call", due="2023-04-01")
    brought = LeadFactory.create(world=world, investor=target, title=f"引来{seed}")
    manager.referrals.add(brought, two)
    LeadFactory.create(world=world, investor=target, title=f"源{seed}", source=f"referral:{two.id}")
    manager.investors.identify(two, f"de_hr:Köln HRB {seed + 1}")
    manager.investors.identify(draw.choice((one, two)), "kr_brn", _korean(seed))
    for other in (friend, target):
        for each in (one, two):
            if draw.random() < 0.7:
                manager.investors.distinct(each, other, reason=f"{each.id} is not {other.id}")
    child = manager.investors.add(f"子公司{seed}", country="JP")
    manager.groups.join(child, two)
    head = manager.investors.add(f"母公司{seed}", country="JP")
    manager.groups.join(two if draw.random() < 0.5 else one, head)
    manager.trips.plan(
        f"trip-{seed}",
        title="团",
        leader="L",
        rank="city",
        starts=world.day(1),
        ends=world.day(3),
        visits=[one, two],
        late="short notice",
    )
    return one, two


@pytest.fixture
def pair(world: World) -> tuple[Investor, Investor]:
    """Two records of one company."""
    return populate(world, 1)


@pytest.mark.parametrize("seed", range(6))
def test_a_merge_and_its_undo_restore_every_row(world: World, seed: int) -> None:
    """Byte for byte, on random relations; and the audit accounts for both."""
    one, two = populate(world, seed)
    before = dump(world.session)
    plan = world.manager.merges.plan(one, two)
    assert plan.clashes == ()
    assert dump(world.session) == before
    merge = world.manager.merges.merge(one, two, reason="one company")
    moved = world.session.execute(
        text("SELECT record, field, count(*) FROM crm_merge_item WHERE field <> 'employment_id' GROUP BY record, field")
    )
    assert {tuple(row) for row in moved} == {(row.record, row.field, row.rows) for row in plan.moves}
    assert world.manager.audit.verify() == ()
    for model, relations in RELATIONS.items():
        if model is Investor:
            for each in relations:
                assert not list(world.session.execute(each.table.select().where(each.moving(two.id, one.id)))), each
    world.manager.merges.undo(merge, reason="two after all")
    assert dump(world.session) == before
    assert world.manager.audit.verify() == ()
    again = world.manager.merges.merge(one, two, reason="one company, again")
    assert again.id != merge.id
    assert world.manager.audit.verify() == ()


def test_every_key_is_known() -> None:
    """A table that comes to name an investor or a contact has to say what a merge does with it."""
    for model, name in ((Investor, "crm_investor"), (Contact, "crm_contact")):
        known = {(each.table.name, each.field) for each in RELATIONS[model]} | set(STAYS)
        for table in Base.metadata.sorted_tables:
            for key in table.foreign_keys:
                carries = key.parent.name in {"investor_id", "contact_id"} and key.column.name == key.parent.name
                if key.column.table.name == name or (carries and key.column.name == f"{name.removeprefix('crm_')}_id"):
                    assert (table.name, key.parent.name) in known, f"{table.name}.{key.parent.name}"


def test_old_names_and_numbers_lead_on(world: World, pair: tuple[Investor, Investor]) -> None:
    """By id, uid, name, and as a record at hand; through two merges."""
    one, two = pair
    third = world.manager.investors.add("第三张卡片", country="JP")
    numbers = (two.id, str(two.uid), "合併商事株式會社1", two)
    world.manager.merges.merge(one, two, reason="one")
    world.manager.merges.merge(third, one, reason="one")
    for ref in (*numbers, one.id):
        assert world.tokyo.investors.get(ref).id == third.id
    assert world.manager.investors.exactly(two.id).id == two.id
    lead = world.tokyo.leads.open(two.id, title="after the merge")
    assert lead.investor_id == third.id
    assert third.id in [row.id for row in world.tokyo.investors.find("Goppei")]
    assert two.id not in [row.id for row in world.tokyo.investors.list()]
    assert world.manager.audit.verify() == ()


def test_values_are_chosen(world: World) -> None:
    """Field by field, or by a rule; undone they are what they were."""
    one = world.manager.investors.add("甲一", country="JP", kind="fund")
    two = world.manager.investors.add("甲二", country="HK", note="theirs")
    plan = world.manager.merges.plan(one, two, choices={"country": "absorbed"})
    assert {row.field: row.wins for row in plan.fields} == {
        "name": "survivor", "country": "absorbed", "kind": "survivor", "note": "absorbed",
    }  # fmt: skip
    merge = world.manager.merges.merge(one, two, prefer="absorbed", choices={"name": "survivor"}, reason="x")
    assert (one.name, one.country, one.kind.value, one.note) == ("甲一", "HK", "enterprise", "theirs")
    world.manager.investors.edit(one, note="edited since")
    with refused(world, Conflict, "changed"):
        world.manager.merges.undo(merge, reason="x")
    world.manager.investors.edit(one, note="theirs")
    world.manager.merges.undo(merge, reason="x")
    assert (one.name, one.country, one.kind.value, one.note) == ("甲一", "JP", "fund", None)


class TestRefused:
    """What stands in the way is named, all of it, and nothing is half done."""

    def test_itself_archived_and_twice(self, world: World, pair: tuple[Investor, Investor]) -> None:
        """Into itself, into or of an archived one, a second time."""
        one, two = pair
        with refused(world, Conflict, "itself"):
            world.manager.merges.merge(one, one.id, reason="x")
        gone = world.manager.investors.add("已归档", country="JP")
        world.manager.investors.archive(gone, reason="x")
        for survivor, absorbed in ((one, gone), (gone, one)):
            with refused(world, Conflict, "archived"):
                world.manager.merges.merge(survivor, absorbed, reason="x")
        world.manager.merges.merge(one, two, reason="x")
        with refused(world, Conflict, "archived"):
            world.manager.merges.merge(one, two, reason="again")

    def test_a_parent_and_its_child(self, world: World) -> None:
        """In either direction, at any distance."""
        head, middle, leaf = (world.manager.investors.add(f"集团{each}", country="JP") for each in "甲乙丙")
        world.manager.groups.join(middle, head)
        world.manager.groups.join(leaf, middle)
        for survivor, absorbed in ((head, leaf), (leaf, head), (middle, head)):
            with refused(world, Conflict, "group"):
                world.manager.merges.merge(survivor, absorbed, reason="x")

    def test_two_parents_and_a_declaration(self, world: World) -> None:
        """All named at once."""
        one, two, first, second = (
            world.manager.investors.add(f"不同母公司{each}", country="JP") for each in "甲乙丙丁"
        )
        world.manager.groups.join(one, first)
        world.manager.groups.join(two, second)
        world.manager.investors.distinct(one, two, reason="different owners")
        with refused(world, Conflict) as refusal:
            world.manager.merges.merge(one, two, reason="x")
        assert {each.code for each in refusal.value.problems} == {"distinct", "parents"}

    def test_referrals_are_checked_again(self, world: World) -> None:
        """A self-referral, two referrers of one lead, a circle."""
        one, two, other = (world.manager.investors.add(f"引荐核对{each}", country="JP") for each in "甲乙丙")
        lead = LeadFactory.create(world=world, investor=two)
        own = world.manager.referrals.add(lead, one)
        with refused(world, Conflict, "self_referral"):
            world.manager.merges.merge(one, two, reason="x")
        world.manager.referrals.withdraw(own, reason="x")
        third = LeadFactory.create(world=world, investor=other)
        for each in (one, two):
            world.manager.referrals.add(third, each, credit=50)
        with refused(world, Conflict, "referrers"):
            world.manager.merges.merge(one, two, reason="x")

    def test_a_circle_that_the_merge_would_close(self, world: World) -> None:
        """One brought another, who brought the second."""
        one, two, other = (world.manager.investors.add(f"合并成环{each}", country="JP") for each in "甲乙丙")
        world.manager.referrals.add(LeadFactory.create(world=world, investor=other), one)
        world.manager.referrals.add(LeadFactory.create(world=world, investor=two), other)
        with refused(world, Conflict, "cycle"):
            world.manager.merges.merge(one, two, reason="x")

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"prefer": "mine"}, "choice"),
            ({"choices": {"name": 3}}, "choice"),
            ({"choices": {"uid": "absorbed"}}, "field"),
            ({"choices": "name"}, "field"),
            ({"person": "yes"}, "type"),
            ({"reason": ""}, "empty"),
            ({"reason": LONG}, "too_long"),
            ({"uid": "x"}, "uid"),
        ],
    )
    def test_odd_arguments(
        self, world: World, pair: tuple[Investor, Investor], values: dict[str, Any], code: str
    ) -> None:
        """Each is refused."""
        with refused(world, Refused, code):
            world.manager.merges.merge(*pair, **({"reason": "x"} | values))

    def test_rights_and_what_is_not_there(self, world: World, pair: tuple[Investor, Investor]) -> None:
        """Managers and admins merge."""
        verbs: list[Callable[[CRM], Any]] = [
            lambda door: door.merges.merge(*pair, reason="x"),
            lambda door: door.merges.plan(*pair),
            lambda door: door.merges.undo(1, reason="x"),
        ]
        for verb in verbs:
            for door in (world.tokyo, world.viewer, world.verifier):
                with refused(world, AccessDenied, "role"):
                    verb(door)
        with refused(world, NotFound, "not_found"):
            world.manager.merges.merge(pair[0], 4711, reason="x")
        with refused(world, NotFound, "not_found"):
            world.manager.merges.undo(4711, reason="x")

    def test_repeated_by_uid(self, world: World, pair: tuple[Investor, Investor]) -> None:
        """One merge."""
        uid = "01890000-0000-7000-8000-0000000000b1"
        first = world.manager.merges.merge(*pair, reason="x", uid=uid)
        assert world.manager.merges.merge(*pair, reason="x", uid=uid).id == first.id
        with refused(world, Conflict, "uid"):
            world.manager.merges.merge(*pair, reason="y", uid=uid)

    def test_an_undo_that_cannot_be(self, world: World, pair: tuple[Investor, Investor]) -> None:
        """Twice; before a later one; after something was recorded that belongs to both."""
        one, two = pair
        first = world.manager.merges.merge(one, two, reason="x")
        third = world.manager.investors.add("更后的合并", country="JP")
        second = world.manager.merges.merge(one, third, reason="x")
        with refused(world, Conflict, "later"):
            world.manager.merges.undo(first, reason="x")
        world.manager.merges.undo(second, reason="x")
        moved = (
            world.session.execute(
                text("SELECT record_id FROM crm_merge_item WHERE record = 'lead' AND field = 'investor_id'")
            )
            .scalars()
            .first()
        )
        assert moved is not None
        world.manager.meetings.log(moved, summary="since", at=world.clock(), zone="Asia/Tokyo", kind="call")
        with refused(world, Conflict, "since") as refusal:
            world.manager.merges.undo(first, reason="x")
        (told,) = refusal.value.problems
        meeting = world.session.scalars(select(Meeting.id).order_by(Meeting.id.desc())).first()
        assert (told.params["record"], told.params["numbers"]) == ("meeting", str(meeting))
        assert all(part in str(told) for part in ("crm visit show", "--distinct"))

    def test_an_undone_merge_is_not_undone_again(self, world: World, pair: tuple[Investor, Investor]) -> None:
        """It says so."""
        merge = world.manager.merges.merge(*pair, reason="x")
        world.manager.merges.undo(merge, reason="x")
        with refused(world, Conflict, "undone"):
            world.manager.merges.undo(merge, reason="x")
        assert world.manager.merges.list() == ()
        (row,) = world.manager.merges.list(undone=True)
        assert (row.id, row.undone_reason) == (merge.id, "x")


class TestPairsDeclaredTwo:
    """What was said of the absorbed one holds for the survivor, once, and goes back with it."""

    def test_they_move_and_come_back(self, world: World) -> None:
        """In order, deduplicated; the survivor is not listed with the third again."""
        low, one, two, high = (world.manager.investors.add(f"两家{each}", country="JP") for each in "甲乙丙丁")
        for each in (low, high):
            world.manager.investors.distinct(two, each, reason="two")
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
        two, third, one = (world.manager.investors.add(f"换序{each}", country="JP") for each in "甲乙丙")
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
        two, third, one, fourth = (world.manager.investors.add(f"第三方{each}", country="JP") for each in "甲乙丙丁")
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
        assert [each.code for each in plan.clashes] == ["identifier"]
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
        shown = [world.viewer.investors.show(each).identifiers[0] for each in (one, two)]
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


class TestContacts:
    """Two records of one person."""

    def test_merge_and_undo(self, world: World) -> None:
        """Meetings, employments and referrals follow; undone every row is as it was."""
        investor = world.manager.investors.add("人员合并商事", country="JP")
        other = world.manager.investors.add("前一雇主", country="JP")
        one = world.manager.contacts.add(investor, "担当甲", since="2020-01-01")
        two = world.manager.contacts.add(investor, "担当 甲", email="a@example.com", since="2020-01-01")
        world.manager.contacts.employ(two, other, since="2015-01-01")
        for person in (one, two):
            world.manager.meetings.log(investor, summary="talk", contacts=[person], at=world.clock(), zone="Asia/Tokyo")
        lead = LeadFactory.create(world=world)
        world.manager.referrals.add(lead, two)
        before = dump(world.session)
        merge = world.manager.merges.merge(one, two, person=True, reason="one person")
        assert one.email == "a@example.com"
        assert world.manager.contacts.get(two.id).id == one.id
        assert {row.investor for row in world.manager.contacts.show(one)} == {"人员合并商事", "前一雇主"}
        assert world.manager.audit.verify() == ()
        world.manager.merges.undo(merge, reason="two after all")
        assert dump(world.session) == before
        assert world.manager.audit.verify() == ()

    def test_who_met_together_are_two(self, world: World) -> None:
        """Both were in the room."""
        investor = world.manager.investors.add("同场商事", country="JP")
        people = [world.manager.contacts.add(investor, f"同场{each}") for each in "甲乙"]
        world.manager.meetings.log(investor, summary="talk", contacts=people, at=world.clock(), zone="Asia/Tokyo")
        with refused(world, Conflict, "together"):
            world.manager.merges.merge(*people, person=True, reason="x")

    def test_erasing_reaches_what_was_merged(self, world: World) -> None:
        """Nothing of the person stays, and nothing can be restored."""
        investor = world.manager.investors.add("删除商事", country="JP")
        one = world.manager.contacts.add(investor, "待删甲")
        two = world.manager.contacts.add(investor, "待删乙", email="gone@example.com", note="secret")
        merge = world.manager.merges.merge(one, two, person=True, prefer="absorbed", reason="one person")
        world.manager.contacts.erase(one, reason="asked for")
        everything = repr(dump(world.session)) + repr(list(world.session.execute(text("SELECT * FROM crm_merge"))))
        for trace in ("待删甲", "待删乙", "gone@example.com", "secret"):
            assert trace not in everything
        with refused(world, Conflict, "erased"):
            world.manager.merges.undo(merge, reason="x")
        assert world.manager.audit.verify() == ()


class TestGroups:
    """A parent and its subsidiaries form a tree."""

    def test_a_tree(self, world: World) -> None:
        """From any member the whole group, from its head down."""
        head, left, right, leaf = (world.manager.investors.add(f"组织{each}", country="JP") for each in "甲乙丙丁")
        for child, parent in ((left, head), (right, head), (leaf, left)):
            world.tokyo.groups.join(child, parent, since="2020-01-01")
        for member in (head, leaf, right):
            rows = world.tokyo.groups.tree(member)
            assert [(row.name, row.depth) for row in rows] == [
                ("组织甲", 0),
                ("组织丙", 1),
                ("组织乙", 1),
                ("组织丁", 2),
            ]
        world.tokyo.groups.leave(left, reason="sold")
        assert [row.name for row in world.tokyo.groups.tree(leaf)] == ["组织乙", "组织丁"]
        assert world.manager.audit.verify() == ()

    def test_refused(self, world: World) -> None:
        """A circle, a second parent, itself, an end before the beginning, no parent to leave."""
        one, two, three = (world.manager.investors.add(f"循环{each}", country="JP") for each in "甲乙丙")
        world.tokyo.groups.join(two, one, since="2022-01-01")
        world.tokyo.groups.join(three, two)
        cases: list[tuple[Callable[[], Any], str]] = [
            (lambda: world.tokyo.groups.join(one, three), "cycle"),
            (lambda: world.tokyo.groups.join(three, one), "has_parent"),
            (lambda: world.tokyo.groups.join(one, one), "own_parent"),
            (lambda: world.tokyo.groups.join(one, three, since=world.day(1)), "future"),
            (lambda: world.tokyo.groups.leave(one, reason="x"), "no_parent"),
            (lambda: world.tokyo.groups.leave(two, reason="x", on="2021-01-01"), "order"),
            (lambda: world.tokyo.groups.leave(two, reason=""), "empty"),
            (lambda: world.viewer.groups.join(one, three), "role"),
            (lambda: world.tokyo.groups.join(4711, one), "not_found"),
        ]
        for call, code in cases:
            with refused(world, Refused, code):
                call()

    def test_repeated_by_uid(self, world: World) -> None:
        """Once."""
        one, two = (world.manager.investors.add(f"重复{each}", country="JP") for each in "甲乙")
        uid = "01890000-0000-7000-8000-0000000000c1"
        assert world.tokyo.groups.join(one, two, uid=uid) is world.tokyo.groups.join(one, two, uid=uid)


def test_of_two_merges_at_once_one_is_told(migrated_engine: Engine) -> None:
    """The second, whose session had read both before, is refused and writes nothing."""
    with Session(migrated_engine) as session, session.begin():
        one, two = (each.id for each in populate(World(session), 1))
    with Session(migrated_engine) as first, Session(migrated_engine) as second:
        early = World(second, found=False)
        early.manager.investors.get(one), early.manager.investors.get(two)
        second.rollback()
        with first.begin():
            World(first, found=False).manager.merges.merge(one, two, reason="x")
        with second.begin(), pytest.raises(Conflict):
            early.manager.merges.merge(one, two, reason="x")
    with Session(migrated_engine) as session:
        assert len(World(session, found=False).manager.merges.list()) == 1
