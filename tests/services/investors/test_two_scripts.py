"""A person with a name in two scripts, several telephones and a department."""

from __future__ import annotations

import pytest

from crm.errors import Ambiguous, LikelyDuplicate, NotFound
from tests.factories import InvestorFactory, World

FURTHER = {
    "other_name": "Yamada Taro",
    "phones": "手机 +81 90 1234 5678；+81 3 1234 5679",
    "wechat": "yamada-taro",
    "address": "東京都千代田区大手町1-4-2",
}


def test_a_person_is_found_by_either_name(world: World) -> None:
    """By a whole name and by a part, alone and among those of a meeting; a name that another has alone too is ambiguous."""
    company = InvestorFactory.create(world=world)
    person = world.tokyo.contacts.add(company, "山田太郎", **FURTHER)
    for ref in ("山田太郎", "Yamada Taro", "yamada-taro", "YAMADA", "田太"):
        assert world.tokyo.contacts.get(ref) is person
        meeting = world.tokyo.meetings.log(company, contacts=[ref], summary=ref, distinct="one talk for each name")
        assert [row.contact_id for row in meeting.contacts] == [person.id]
    other = world.tokyo.contacts.add(InvestorFactory.create(world=world, name="乙方贸易"), "Yamada Taro")
    with pytest.raises(Ambiguous):
        world.tokyo.contacts.get("Yamada Taro")
    world.tokyo.contacts.edit(person, other_name=None)
    assert world.tokyo.contacts.get("Yamada Taro") is other
    assert world.admin.audit.verify() == ()


def test_a_second_name_and_a_further_telephone_give_a_person_away(world: World) -> None:
    """At one company the same person is asked about, whichever name or telephone the two records share."""
    company = InvestorFactory.create(world=world)
    world.tokyo.contacts.add(company, "山田太郎", **FURTHER)
    for name, details in (
        ("yamada taro", {}),
        ("ヤマダ", {"other_name": "YAMADA TARO"}),
        ("Desk", {"other_name": "山田太郎"}),
        ("Desk", {"phone": "090-1234-5678"}),
        ("Desk", {"phones": "fax 03-1234-5679"}),
    ):
        with pytest.raises(LikelyDuplicate, match="山田太郎"):
            world.tokyo.contacts.add(company, name, **details)
    desk = world.tokyo.contacts.add(company, "Desk", other_name="窓口")
    with pytest.raises(LikelyDuplicate):
        world.tokyo.contacts.edit(desk, other_name="Yamada Taro")
    world.tokyo.contacts.edit(desk, other_name="Yamada Taro", distinct="the son")


def test_erasing_leaves_nothing_of_either_name(world: World) -> None:
    """Names, keys, telephones, addresses and departments are empty, and the person is not found."""
    company = InvestorFactory.create(world=world)
    person = world.tokyo.contacts.add(company, "山田太郎", title="部長", department="機械部", **FURTHER)
    exported = world.manager.contacts.export(person)
    assert exported["other_name"] == "Yamada Taro"
    assert exported["phones"] == "mobile +81 90 1234 5678; other +81 3 1234 5679"
    world.tokyo.investors.edit(company, note="Ask for Yamada Taro")
    assert [row.text for row in world.manager.contacts.mentions(person)] == ["Ask for Yamada Taro"]
    world.manager.contacts.erase(person, reason="on request")
    kept = (person.other_name, person.other_key, person.phones, person.wechat, person.address)
    assert kept == (None,) * 5
    assert (person.employments[0].title, person.employments[0].department) == (None, None)
    with pytest.raises(NotFound):
        world.tokyo.contacts.get("Yamada")
    entries = (entry for record in ("contact", "employment") for entry in world.manager.audit.list(record=record))
    told = str([entry.changes for entry in entries])
    assert not any(text in told for text in ("Yamada", "1234 567", "大手町", "機械部"))
    assert world.admin.audit.verify() == ()
