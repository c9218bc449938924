"""Contacts that may be one person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import InvalidInput
from crm.rules.investors.same_people import SHARED, Known, pairs
from crm.values.registers.telephones import is_same_telephone
from tests.factories import InvestorFactory, World


def test_one_person_at_two_companies_is_listed_with_the_reasons(world: World) -> None:
    """By telephone, e-mail address and either name; archived, erased and merged contacts are not."""
    first, second = (InvestorFactory.create(world=world, name=name) for name in ("甲方实业", "乙方贸易"))
    add = world.tokyo.contacts.add
    one = add(first, "山田太郎", other_name="Yamada Taro", phone="+81 90 1234 5678", email="Yamada@example.com")
    two = add(second, "Taro Yamada", phone="090-1234-5678")
    three = add(second, "Desk", email="yamada@example.com")
    add(second, "佐藤", phone="+81 90 1234 9999")
    read = world.viewer.contacts.duplicates
    assert [(row.one, row.other, row.reasons) for row in read()] == [
        (one.id, two.id, ("phone", "name")),
        (one.id, three.id, ("email",)),
    ]
    assert (read()[0].one_investors, read()[0].other_investors) == (("甲方实业",), ("乙方贸易",))
    assert (len(read(investor=first)), len(read(limit=1))) == (2, 1)
    assert read(investor=InvestorFactory.create(world=world, name="丙方")) == ()
    world.tokyo.contacts.archive(three, reason="left")
    world.manager.merges.merge(one, two, person=True, reason="one person")
    assert read() == ()
    with pytest.raises(InvalidInput):
        read(limit=-1)


def test_who_was_said_to_be_another_is_not_listed_again(world: World) -> None:
    """At one company, when added, changed or employed there; every pair is listed on demand, and one of two companies always."""
    first, second = (InvestorFactory.create(world=world, name=name) for name in ("甲方实业", "乙方贸易"))
    add, read = world.tokyo.contacts.add, world.viewer.contacts.duplicates
    one = add(first, "山田太郎")
    added = add(first, "山田太郎", distinct="father and son")
    changed = add(first, "佐藤", email="yamada@example.com")
    world.tokyo.contacts.edit(changed, name="山田太郎", distinct="a third one")
    assert read() == ()
    pairs_of_all = {(row.one, row.other) for row in read(every=True)}
    assert pairs_of_all == {(one.id, added.id), (one.id, changed.id), (added.id, changed.id)}
    elsewhere = add(second, "山田太郎")
    assert [(row.one, row.other) for row in read()] == [(known.id, elsewhere.id) for known in (one, added, changed)]
    world.tokyo.contacts.employ(elsewhere, first, distinct="a fourth one")
    assert read() == ()


def test_what_many_share_is_no_reason() -> None:
    """The telephone of a switchboard names no pair; a name beside it does."""
    people = [Known(number, (f"N{number}",), None, ("+81 3 1234 5678",)) for number in range(1, SHARED + 2)]
    assert pairs(people) == []
    assert len(pairs(people[1:])) == SHARED * (SHARED - 1) // 2


@given(
    st.lists(
        st.tuples(st.sampled_from("甲乙丙"), st.sampled_from(["+81 3 1234 5678", "03 1234 5678", "+81 3 9234 5678"])),
        max_size=8,
    )
)
def test_pairs_are_those_of_comparing_each_with_each(people: list[tuple[str, str]]) -> None:
    """Blocks leave out no pair."""
    known = [Known(number, (name,), None, (phone,)) for number, (name, phone) in enumerate(people)]
    wanted = {
        (one.id, other.id)
        for one in known
        for other in known
        if one.id < other.id and (one.names == other.names or is_same_telephone(one.phones[0], other.phones[0]))
    }
    assert {pair[:2] for pair in pairs(known)} == wanted
