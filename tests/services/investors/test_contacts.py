"""Contacts, and where they work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crm.errors import Archived, Conflict, InvalidInput, NotFound, Refused, StaleRecord
from tests.factories import ContactFactory, InvestorFactory, World
from tests.services.refusals import (
    AMBASSADORS,
    LONE_SURROGATE,
    LONG,
    MANAGERS,
    NO_DAY,
    NO_REFERENCE,
    NO_TEXT,
    allows,
    refused,
)

pytestmark = pytest.mark.portable


def test_a_contact_changes_employer_and_keeps_the_past(world: World) -> None:
    """One leaves an investor and joins another; both employments stay."""
    first, second = (InvestorFactory.create(world=world) for _ in range(2))
    contact = world.tokyo.contacts.add(first, "窓口", title="部長", since="2020-04-01", email="desk@example.com")
    world.tokyo.contacts.leave(contact, first, until="2023-01-31")
    world.tokyo.contacts.employ(contact, second, since="2023-02-01")
    assert [(row.investor_id, str(row.until)) for row in contact.employments] == [
        (first.id, "2023-01-31"),
        (second.id, "None"),
    ]


def test_contacts_of_all_investors_are_listed_and_narrowed(world: World) -> None:
    """By a name in either script, the investor's country, and whether they still work there; archived ones are none."""
    jp, de = (InvestorFactory.create(world=world, country=country) for country in ("JP", "DE"))
    yamada = world.tokyo.contacts.add(jp, "山田太郎", other_name="Yamada Taro", since="2020-04-01")
    muster = world.tokyo.contacts.add(de, "Muster", since="2020-04-01")
    gone = world.tokyo.contacts.add(de, "Fort", since="2020-04-01")
    world.tokyo.contacts.leave(muster, de, until="2023-01-31")
    world.tokyo.contacts.employ(muster, jp, since="2023-02-01")
    world.manager.contacts.archive(gone, reason="r")

    def found(**narrowed: Any) -> set[tuple[str, str]]:
        return {(row.name, row.investor) for row in world.viewer.contacts.list(**narrowed)}

    assert found() == {("山田太郎", jp.name), ("Muster", jp.name), ("Muster", de.name)}
    assert found(name="taro") == found(name="山田") == {("山田太郎", jp.name)}
    assert found(name="%") == found(name="—") == set()
    assert found(country="DE") == {("Muster", de.name)}
    assert found(current=True) == {("山田太郎", jp.name), ("Muster", jp.name)}
    assert found(current=False) == found(investor=de) == {("Muster", de.name)}
    assert [row.id for row in world.viewer.contacts.list(investor=jp)] == [yamada.id, muster.id]
    with pytest.raises(InvalidInput) as caught:
        world.viewer.contacts.list(name="\0", country="Atlantis", limit=-1)
    assert {flaw.field for flaw in caught.value.problems} == {"name", "country", "limit"}


def test_an_erased_person_is_gone_from_record_and_audit(world: World) -> None:
    """Erasing leaves a number; the audit never had more than digests."""
    contact = ContactFactory.create(world=world, name="窓口一番", email="desk@example.com", phone="+81 3 1234 5678")
    world.manager.contacts.erase(contact, reason="on request")
    assert (contact.name, contact.email, contact.phone) == (f"#{contact.id}", None, None)
    entries = str([entry.changes for entry in world.manager.audit.list(record="contact")])
    assert "窓口一番" not in entries
    assert "desk@example.com" not in entries
    with refused(world, Archived):
        world.tokyo.contacts.edit(contact, name="窓口一番")


@pytest.mark.parametrize(("value", "code"), NO_TEXT)
def test_a_name_and_a_reason_have_to_be_texts(world: World, value: Any, code: str) -> None:
    """Adding, editing, archiving and erasing refuse a text that is none."""
    contact = ContactFactory.create(world=world)
    verb: Callable[[], object]
    for verb in (
        lambda: world.tokyo.contacts.add(contact.employments[0].investor_id, value),
        lambda: world.tokyo.contacts.edit(contact, name=value),
        lambda: world.tokyo.contacts.archive(contact, reason=value),
        lambda: world.manager.contacts.erase(contact, reason=value),
    ):
        with refused(world, InvalidInput, code):
            verb()


@pytest.mark.parametrize(
    ("field", "code", "values"),
    [
        ("email", "email", ["desk", "a b@example.com", "@example.com"]),
        ("phone", "phone", ["call me", "1", "+"]),
        ("title", "too_long", [LONG]),
        ("note", "encoding", [LONE_SURROGATE]),
        ("since", "date", ["tomorrow", 7]),
        ("since", "future", ["2023-02-19"]),
        ("uid", "uid", ["", 7]),
    ],
)
def test_a_contact_refuses_what_cannot_be_meant(world: World, field: str, code: str, values: list[Any]) -> None:
    """Each argument is refused for itself."""
    investor = InvestorFactory.create(world=world)
    for value in values:
        with refused(world, InvalidInput, code):
            world.tokyo.contacts.add(investor, "窓口", **{field: value})


def test_everything_wrong_is_named_at_once(world: World) -> None:
    """One refusal names all the arguments."""
    with refused(world, InvalidInput) as caught:
        world.tokyo.contacts.add("nobody", "", title=7, since="tomorrow", email="x", phone="y")  # type: ignore[arg-type]
    fields = {problem.field for problem in caught.value.problems}
    assert fields >= {"investor", "name", "title", "since", "email", "phone"}


@pytest.mark.parametrize(("value", "code"), NO_DAY)
def test_leaving_needs_a_day_that_is_one(world: World, value: Any, code: str) -> None:
    """A day that is none is refused."""
    contact = ContactFactory.create(world=world)
    with refused(world, InvalidInput, code):
        world.tokyo.contacts.leave(contact, contact.employments[0].investor_id, until=value)


@pytest.mark.parametrize("since", [None, "2020-04-01"])
def test_leaving_needs_a_day(world: World, since: str | None) -> None:
    """No day at all is refused."""
    investor = InvestorFactory.create(world=world)
    contact = world.tokyo.contacts.add(investor, "窓口", since=since)
    with refused(world, InvalidInput, "missing"):
        world.tokyo.contacts.leave(contact, investor, until=None)


def test_leaving_is_in_order_and_of_somebody_there(world: World) -> None:
    """Before the first day, after today, and from where nobody works is refused."""
    investor, other = (InvestorFactory.create(world=world) for _ in range(2))
    contact = world.tokyo.contacts.add(investor, "窓口", since="2023-02-01")
    with refused(world, InvalidInput, "order"):
        world.tokyo.contacts.leave(contact, investor, until="2023-01-31")
    with refused(world, InvalidInput, "future"):
        world.tokyo.contacts.leave(contact, investor, until="2023-02-19")
    with refused(world, NotFound, "not_found"):
        world.tokyo.contacts.leave(contact, other, until="2023-02-10")
    with refused(world, Conflict, "employed"):
        world.tokyo.contacts.employ(contact, investor)


def test_a_repeated_uid_is_the_same_person(world: World) -> None:
    """The same content returns the first record; other content conflicts."""
    investor, other = (InvestorFactory.create(world=world) for _ in range(2))
    uid = "01860000-0000-7000-8000-000000000012"
    first = world.tokyo.contacts.add(investor, "窓口", uid=uid)
    assert world.tokyo.contacts.add(investor, "窓口", uid=uid) is first
    with refused(world, Conflict, "uid"):
        world.tokyo.contacts.add(investor, "另一窓口", uid=uid)
    job = world.tokyo.contacts.employ(first, other, uid=uid)
    assert world.tokyo.contacts.employ(first, other, uid=uid) is job
    with refused(world, Conflict, "uid"):
        world.tokyo.contacts.employ(first, other, title="x", uid=uid)


@pytest.mark.parametrize("ref", NO_REFERENCE)
def test_a_contact_is_named_by_something_that_is_there(world: World, ref: Any) -> None:
    """An unknown reference is not found, a malformed one is refused."""
    for verb in (
        lambda: world.tokyo.contacts.add(ref, "x"),
        lambda: world.tokyo.contacts.edit(ref, note="x"),
        lambda: world.tokyo.contacts.employ(ref, ref),
        lambda: world.manager.contacts.erase(ref, reason="x"),
    ):
        with refused(world, Refused):
            verb()


def test_who_comes_second_is_told(world: World) -> None:
    """An edit with the version before the last is stale."""
    contact = ContactFactory.create(world=world)
    world.tokyo.contacts.edit(contact, note="first")
    with refused(world, StaleRecord, "stale"):
        world.tokyo.contacts.edit(contact, note="second", version=1)


def test_who_may_write_contacts(world: World) -> None:
    """Ambassadors and managers write; managers erase."""
    contact, other = ContactFactory.create(world=world), InvestorFactory.create(world=world)
    where = contact.employments[0].investor_id
    writers = AMBASSADORS | MANAGERS
    assert allows(world, lambda door: door.contacts.add(other, "x")) == writers
    assert allows(world, lambda door: door.contacts.edit(contact, note="x")) == writers
    assert allows(world, lambda door: door.contacts.employ(contact, other)) == writers
    assert allows(world, lambda door: door.contacts.leave(contact, where, until="2023-02-01")) == writers
    assert allows(world, lambda door: door.contacts.archive(contact, reason="x")) == writers
    assert allows(world, lambda door: door.contacts.erase(contact, reason="x")) == MANAGERS
