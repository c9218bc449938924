"""Likely duplicates: named before a company is saved, listed for all, declared two."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from crm.errors import Archived, InvalidInput, LikelyDuplicate, NotFound
from crm.models import AuditEntry, Distinct, InvestorName
from crm.models.wordings import reason_of
from crm.rules.investors.likeness import compare, features
from tests.factories import InvestorFactory, World
from tests.services.refusals import AMBASSADORS, LONE_SURROGATE, MANAGERS, NO_TEXT, allows, refused
from tests.tiers import examples


def test_a_name_on_record_is_refused_in_any_country(world: World) -> None:
    """Unless somebody says why they are two: the reason is kept with the pair and in the audit."""
    first = world.tokyo.investors.add("高新发展", country="CN")
    with refused(world, LikelyDuplicate, "known") as caught:
        world.tokyo.investors.add("高新 发展", country="JP")
    assert isinstance(caught.value, LikelyDuplicate)
    assert caught.value.matches == ((first.id, "高新发展"),)
    second = world.tokyo.investors.add("高新 发展", country="JP", distinct="another city's")
    pair = world.session.scalars(select(Distinct)).one()
    assert (pair.one_id, pair.other_id, pair.reason) == (first.id, second.id, "another city's")
    added = world.session.scalars(select(AuditEntry).where(AuditEntry.verb == "investor.add"))
    assert set(map(reason_of, added)) == {None, "another city's"}
    assert world.tokyo.investors.duplicates() == ()
    world.tokyo.investors.edit(second, name="高新-发展")


def test_a_further_name_is_refused_too(world: World) -> None:
    """An alias, and a new name."""
    InvestorFactory.create(world=world, name="高新发展")
    other = InvestorFactory.create(world=world, name="丸红")
    with refused(world, LikelyDuplicate, "known"):
        world.tokyo.investors.alias(other, "高新发展")
    with refused(world, LikelyDuplicate, "known"):
        world.tokyo.investors.edit(other, name="高新发展")


def test_near_names_are_suggested_and_never_refused(world: World) -> None:
    """The likeliest first, with the name that is alike; archived ones are not."""
    near = InvestorFactory.create(world=world, name="Marubeni Corporation")
    InvestorFactory.create(world=world, name="Harbour Trading")
    made = world.tokyo.investors.add("Maurbeni Corporation", country="JP")
    rows = world.viewer.investors.likely("Marubeni China Corporation", aliases=["Maurbeni Corporation"])
    assert [(row.id, row.matching, row.reason) for row in rows] == [
        (made.id, "Maurbeni Corporation", "key"),
        (near.id, "Marubeni Corporation", "near"),
    ]
    assert world.viewer.investors.likely("Harbour Development") == ()
    assert world.viewer.investors.likely("Marubeni Corporation", country="DE") == ()
    world.manager.investors.archive(near, reason="gone")
    assert [row.id for row in world.viewer.investors.likely("Marubeni Corporation", limit=1)] == [made.id]
    assert world.viewer.investors.duplicates() == ()


def test_pairs_are_listed_once_with_their_strongest_reason(world: World) -> None:
    """Those of the same key first; what is declared two is listed no more, whoever is named first."""
    one = world.tokyo.investors.add("雪花啤酒", country="CN")
    two = world.tokyo.investors.add("济南雪花啤酒", country="CN", aliases=["雪花-啤酒"])
    three = world.tokyo.investors.add("Siemens Energi", country="DE")
    four = world.tokyo.investors.add("Siemens Energi China", country="CN")
    listed = world.viewer.investors.duplicates()
    assert [(row.one, row.other, row.reason) for row in listed] == [
        (one.id, two.id, "key"),
        (three.id, four.id, "near"),
    ]
    assert [row.one for row in world.viewer.investors.duplicates(reason="near", limit=1)] == [three.id]
    assert [row.one for row in world.viewer.investors.duplicates(min_score=99)] == [one.id]
    world.tokyo.investors.distinct(four, three, reason="parent and child")
    again = world.tokyo.investors.distinct(three, four, reason="once more")
    assert again.reason == "parent and child"
    assert [row.reason for row in world.viewer.investors.duplicates()] == ["key"]


def test_bad_input_of_each_verb(world: World) -> None:
    """Bad arguments are named, and nothing is written."""
    one, two = (InvestorFactory.create(world=world) for _ in range(2))
    reads = world.viewer.investors
    texts: list[Any] = [parameters.values for parameters in NO_TEXT]
    for value, code in texts:
        with refused(world, InvalidInput, code):
            reads.likely(value)
        with refused(world, InvalidInput, code):
            world.tokyo.investors.distinct(one, two, reason=value)
    for wrong in (-1, "x", 101):
        bad: Any = wrong
        with pytest.raises(InvalidInput):
            reads.duplicates(min_score=bad)
    for values in ({"limit": -1}, {"aliases": "text"}, {"country": "XX"}, {"aliases": [LONE_SURROGATE]}):
        more: Any = values
        with pytest.raises(InvalidInput):
            reads.likely("name", **more)
    with pytest.raises(InvalidInput):
        reads.duplicates(reason="hunch")
    with refused(world, InvalidInput, "same"):
        world.tokyo.investors.distinct(one, one, reason="x")
    with refused(world, NotFound, "not_found"):
        world.tokyo.investors.distinct(one, 2**62, reason="x")
    assert reads.likely("・-_") == ()


def test_a_pair_is_declared_by_who_may_write_and_once_for_a_uid(world: World) -> None:
    """The call can be repeated; an archived investor takes no more."""
    one, two, three = (InvestorFactory.create(world=world) for _ in range(3))
    assert allows(world, lambda door: door.investors.distinct(one, two, reason="x")) == AMBASSADORS | MANAGERS
    uid = "01860000-0000-7000-8000-0000000000d1"
    made = world.tokyo.investors.distinct(one, two, reason="x", uid=uid)
    assert world.tokyo.investors.distinct(two, one, reason="x", uid=uid) is made
    world.manager.investors.archive(three, reason="gone")
    with refused(world, Archived, "archived"):
        world.tokyo.investors.distinct(one, three, reason="x")


PARTS = st.sampled_from("济南 雪花啤酒 高新 发展 控股 丸红 Pacific Pacfic Steel China Fund II III Group".split())


@examples(15)
@given(names=st.lists(st.lists(PARTS, min_size=1, max_size=3).map(" ".join), max_size=8))
def test_the_list_is_what_comparing_all_finds(engine: Engine, names: list[str]) -> None:
    """Every pair once, whatever the database and the blocks do."""
    with engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            world = World(session)
            ids = [world.tokyo.investors.add(name, country="CN", distinct="all").id for name in names]
            session.connection().exec_driver_sql("DELETE FROM crm_distinct")
            keys = dict(session.execute(select(InvestorName.investor_id, InvestorName.key)).all())
            expected = {
                (one, other): (likeness.reason.value, likeness.score)
                for (one, name), (other, twin) in combinations(zip(ids, names, strict=True), 2)
                if (likeness := compare(features(name, keys[one]), features(twin, keys[other]))) is not None
            }
            listed = world.viewer.investors.duplicates()
            assert len(listed) == len(expected)
            assert {(row.one, row.other): (row.reason, row.score) for row in listed} == expected
        transaction.rollback()


def test_two_who_add_one_name_at_one_moment_are_not_both_let_in(migrated_engine: Engine) -> None:
    """The key is locked until the first one's transaction ends: the second cannot look before."""
    if migrated_engine.dialect.name != "postgresql":
        pytest.skip("SQLite lets one write at a time")
    with Session(migrated_engine) as session, session.begin():
        World(session)
    with Session(migrated_engine) as first, first.begin():
        World(first, found=False).tokyo.investors.add("同时会社", country="JP")
        with migrated_engine.connect() as second:
            key = first.scalars(select(InvestorName.key)).one()
            taken = second.scalar(select(func.pg_try_advisory_xact_lock(func.hashtext(key))))
        assert taken is False
    with Session(migrated_engine) as second_session, second_session.begin(), pytest.raises(LikelyDuplicate):
        World(second_session, found=False).tokyo.investors.add("同时会社", country="JP")
