"""Merges: planned, whole or not at all, undone to the byte."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from crm import CRM
from crm.errors import AccessDenied, Conflict, InvalidInput, NotFound, Refused
from crm.models import Base, Contact, Investor, Meeting
from crm.services.merges.relations import RELATIONS, STAYS
from tests.factories import LeadFactory, World
from tests.services.merges.cards import populate
from tests.services.merges.dumps import dump
from tests.services.refusals import LONG, refused


# Drawn from a seed, as examples are: the quick tier draws two.
@pytest.mark.parametrize("seed", [0, *(pytest.param(value, marks=pytest.mark.whole) for value in range(1, 6))])
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
            for relation in relations:
                assert not list(
                    world.session.execute(relation.table.select().where(relation.moving(two.id, one.id)))
                ), relation
    world.manager.merges.undo(merge, reason="different after all")
    assert dump(world.session) == before
    assert world.manager.audit.verify() == ()
    again = world.manager.merges.merge(one, two, reason="one company, again")
    assert again.id != merge.id
    assert world.manager.audit.verify() == ()


def test_every_key_is_known() -> None:
    """A table that comes to name an investor or a contact has to say what a merge does with it."""
    for model, name in ((Investor, "crm_investor"), (Contact, "crm_contact")):
        known = {(relation.table.name, relation.field) for relation in RELATIONS[model]} | set(STAYS)
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
        head, middle, leaf = (world.manager.investors.add(f"集团{letter}", country="JP") for letter in "甲乙丙")
        world.manager.groups.join(middle, head)
        world.manager.groups.join(leaf, middle)
        for survivor, absorbed in ((head, leaf), (leaf, head), (middle, head)):
            with refused(world, Conflict, "group"):
                world.manager.merges.merge(survivor, absorbed, reason="x")

    def test_two_parents_and_a_declaration(self, world: World) -> None:
        """All named at once."""
        one, two, first, second = (
            world.manager.investors.add(f"不同母公司{letter}", country="JP") for letter in "甲乙丙丁"
        )
        world.manager.groups.join(one, first)
        world.manager.groups.join(two, second)
        world.manager.investors.distinct(one, two, reason="different owners")
        with refused(world, Conflict) as refusal:
            world.manager.merges.merge(one, two, reason="x")
        assert {problem.code for problem in refusal.value.problems} == {"distinct", "parents"}

    def test_a_declaration_that_was_a_mistake(self, world: World) -> None:
        """A declaration may be called a mistake; an undo restores it."""
        one, two = (world.manager.investors.add(f"误判两家{letter}", country="JP") for letter in "甲乙")
        world.manager.investors.distinct(one, two, reason="another city's")
        with refused(world, Conflict, "distinct") as refusal:
            world.manager.merges.merge(one, two, reason="x")
        assert "--mistaken" in refusal.value.problems[0].way_out
        with refused(world, InvalidInput, "type"):
            world.manager.merges.merge(one, two, reason="x", mistaken="yes")  # type: ignore[arg-type]
        before = dump(world.session)
        assert world.manager.merges.plan(one, two, mistaken=True).clashes == ()
        done = world.manager.merges.merge(one, two, reason="x", mistaken=True)
        assert world.manager.investors.get(two.id).id == one.id
        world.manager.merges.undo(done, reason="x")
        assert dump(world.session) == before
        with refused(world, Conflict, "distinct"):
            world.manager.merges.merge(one, two, reason="x")

    def test_referrals_are_checked_again(self, world: World) -> None:
        """A self-referral, two referrers of one lead, a circle."""
        one, two, other = (world.manager.investors.add(f"引荐核对{letter}", country="JP") for letter in "甲乙丙")
        lead = LeadFactory.create(world=world, investor=two)
        own = world.manager.referrals.add(lead, one)
        with refused(world, Conflict, "self_referral"):
            world.manager.merges.merge(one, two, reason="x")
        world.manager.referrals.withdraw(own, reason="x")
        third = LeadFactory.create(world=world, investor=other)
        for party in (one, two):
            world.manager.referrals.add(third, party, credit=50)
        with refused(world, Conflict, "referrers"):
            world.manager.merges.merge(one, two, reason="x")

    def test_a_circle_that_the_merge_would_close(self, world: World) -> None:
        """A merge that would close a circle of referrals is refused."""
        one, two, other = (world.manager.investors.add(f"合并成环{letter}", country="JP") for letter in "甲乙丙")
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


def test_of_two_merges_at_once_one_is_told(migrated_engine: Engine) -> None:
    """The second, whose session had read both before, is refused and writes nothing."""
    with Session(migrated_engine) as session, session.begin():
        one, two = (investor.id for investor in populate(World(session), 1))
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
