"""Restoring archived investors, contacts, staff and units."""

from __future__ import annotations

from typing import Any

import pytest

from crm.errors import AccessDenied, Archived, Conflict, InvalidInput, LikelyDuplicate
from tests.factories import LeadFactory, UnitFactory, World
from tests.services.refusals import AMBASSADORS, MANAGERS, allows, refused

pytestmark = pytest.mark.portable

CODE = "uscc:91110000600037341L"


def gone(world: World, name: str = "归来商事株式会社", **options: Any) -> Any:
    """Return an archived investor."""
    made = world.manager.investors.add(name, country="JP", **options)
    return world.manager.investors.archive(made, reason="dissolved")


def test_a_company_that_comes_back_is_the_same_record(world: World) -> None:
    """By number, code, whole name or a part of it; its names, numbers and closed leads come with it."""
    investor = world.manager.investors.add("归来商事株式会社", country="JP", identifiers=[CODE], aliases=["Kirai"])
    lead = LeadFactory.create(world=world, investor=investor, lost=True)
    for ref in (investor.id, CODE, "归来商事", "归来", "kirai", investor):
        world.manager.investors.archive(investor, reason="dissolved")
        assert world.manager.investors.restore(ref, reason="back") is investor
        assert investor.archived_at is None
    assert [row.id for row in world.viewer.investors.find("归来")] == [investor.id]
    world.manager.leads.reopen(lead, reason="back")
    assert world.manager.audit.verify() == ()
    assert world.manager.audit.list()[0].changes["status"]
    (entry,) = [each for each in world.manager.audit.list() if each.verb == "investor.restore"][:1]
    assert (entry.actor, entry.reason, entry.changes["archived_at"][1]) == ("manager.desk", "back", None)


def test_every_way_to_a_company_that_was_archived_leads_to_restore(world: World) -> None:
    """By its code and by its name: a lead, a visit, the company again, a search."""
    investor = gone(world, identifiers=[CODE])
    way = f"crm investor restore {investor.id} --reason"
    for ref in (CODE, "归来商事"):
        with refused(world, Archived, "archived") as caught:
            world.manager.leads.open(ref, title="t", source="unit:hitech")
        assert way in str(caught.value)
        with refused(world, Archived, "archived") as caught:
            world.manager.meetings.log(ref, summary="t")
        assert way in str(caught.value)
        (row,) = world.viewer.investors.find(ref)
        assert (row.id, row.archived) == (investor.id, True)
    with refused(world, Conflict, "identifier") as caught:
        world.manager.investors.add("另一名称", country="JP", identifiers=[CODE])
    assert way in str(caught.value)
    with refused(world, LikelyDuplicate, "known") as caught:
        world.manager.investors.add("归来商事", country="JP")
    assert way in str(caught.value)
    another = world.manager.investors.add("归来商事", country="JP", distinct="another of that name")
    assert another.id != investor.id


def test_a_company_is_not_restored_beside_one_that_has_its_name_now(world: World) -> None:
    """It is named, unless somebody says that they are two; the pair is kept."""
    investor = gone(world, aliases=["Kirai Shoji"])
    other = world.manager.investors.add("Kirai Shoji", country="JP", distinct="another")
    world.manager.investors.alias(other, "归来贸易")
    third = world.manager.investors.add("第三商事", country="JP")
    world.manager.investors.alias(third, "归来商事")
    with refused(world, LikelyDuplicate, "known") as caught:
        world.manager.investors.restore(investor, reason="back")
    assert [number for number, _ in caught.value.matches] == [third.id]
    world.manager.investors.restore(investor, reason="back", distinct="they are two")
    assert investor.archived_at is None


def test_what_is_in_use_merged_or_erased_is_not_restored(world: World) -> None:
    """Each refusal says what to do instead."""
    investor, other = (world.manager.investors.add(name, country="JP") for name in ("一号商事", "二号商事"))
    person, twin = (world.manager.contacts.add(investor, name) for name in ("佐藤", "铃木"))
    unit = UnitFactory.create(world=world)
    for restore in (
        lambda: world.manager.investors.restore(investor, reason="r"),
        lambda: world.manager.contacts.restore(person, reason="r"),
        lambda: world.admin.staff.restore("tokyo.desk", reason="r"),
        lambda: world.admin.units.restore(unit, reason="r"),
    ):
        with refused(world, Conflict, "not_archived"):
            restore()
    world.manager.merges.merge(person, twin, person=True, reason="one")
    with refused(world, Conflict, "merged"):
        world.manager.contacts.restore(twin.id, reason="r")
    world.manager.merges.merge(investor, other, reason="one")
    with refused(world, Conflict, "merged") as caught:
        world.manager.investors.restore(other.id, reason="r")
    assert "crm investor unmerge" in str(caught.value)
    world.manager.contacts.erase(person, reason="asked for")
    with refused(world, Archived, "archived") as caught:
        world.manager.contacts.restore(person.id, reason="r")
    assert "crm contact add" in str(caught.value)


def test_a_contact_comes_back_unless_a_colleague_is_the_same(world: World) -> None:
    """By name, by e-mail address or by telephone; --distinct says that they are two."""
    investor = world.manager.investors.add("同事商事", country="JP")
    person = world.tokyo.contacts.add(investor, "佐藤", email="sato@example.com", phone="+81 3 1234 5678")
    world.tokyo.contacts.archive(person, reason="left")
    with refused(world, InvalidInput, "archived") as told:
        world.tokyo.meetings.log(investor, summary="t", contacts=["佐藤"])
    assert f"crm contact restore {person.id}" in str(told.value)
    for details in (
        {"name": "佐藤"},
        {"name": "甲", "email": "sato@example.com"},
        {"name": "乙", "phone": "+81 3 1234 5678"},
    ):
        twin = world.tokyo.contacts.add(investor, details.pop("name"), **details)
        with refused(world, LikelyDuplicate, "known") as caught:
            world.tokyo.contacts.restore(person, reason="back")
        assert f"number P{twin.id}" in str(caught.value)
        world.tokyo.contacts.archive(twin, reason="wrong")
    world.tokyo.contacts.add(investor, "佐藤")
    world.tokyo.contacts.restore(person.id, reason="back", distinct="father and son")
    assert {row.name for row in world.viewer.contacts.list(investor)} == {"佐藤"}
    world.tokyo.meetings.log(investor, summary="t", contacts=[person])


def test_a_contact_of_archived_companies_alone_is_not_restored(world: World) -> None:
    """The companies are named."""
    investor = world.manager.investors.add("同事商事", country="JP")
    person = world.tokyo.contacts.add(investor, "佐藤")
    world.tokyo.contacts.archive(person, reason="left")
    world.manager.investors.archive(investor, reason="dissolved")
    with refused(world, Archived, "archived") as caught:
        world.tokyo.contacts.restore("佐藤", reason="back")
    assert f"crm investor restore {investor.id}" in str(caught.value)


def test_staff_come_back_to_their_place_or_to_another(world: World) -> None:
    """They can act again; another place is a further posting."""
    world.admin.staff.archive("zone.desk", reason="left")
    with refused(world, Conflict, "taken") as caught:
        world.admin.staff.add("zone.desk", "Z", role="viewer", unit="bureau")
    assert "crm staff restore zone.desk" in str(caught.value)
    with pytest.raises(AccessDenied, match="crm staff restore"):
        world.door("zone.desk").leads.open("x", title="t")
    world.admin.staff.restore("zone.desk", reason="back")
    world.admin.staff.archive("zone.desk", reason="left")
    world.admin.units.archive("hitech", reason="merged")
    with refused(world, Archived, "archived") as caught:
        world.admin.staff.restore("zone.desk", reason="back")
    assert "crm unit restore hitech" in str(caught.value)
    back = world.admin.staff.restore("zone.desk", reason="back", station="tokyo")
    assert back.unit_id is None
    assert back.station_id is not None
    assert world.admin.audit.verify() == ()


def test_a_unit_comes_back(world: World) -> None:
    """A restored unit is listed again under the same code."""
    unit = UnitFactory.create(world=world, archived=True)
    assert [row.archived for row in world.viewer.units.list(archived=True) if row.id == unit.id] == [True]
    with refused(world, Conflict, "taken") as caught:
        world.admin.units.add(unit.code, name="n", name_en="N", kind="zone")
    assert f"crm unit restore {unit.code}" in str(caught.value)
    world.admin.units.restore(unit.code, reason="back")
    assert unit.code in {row.code for row in world.viewer.units.list()}


def test_names_typed_wrongly_are_put_right(world: World) -> None:
    """Those of staff and units; a username that somebody has is refused."""
    world.admin.staff.edit("zone.desk", username="zone.office", name="高新区专员")
    assert world.viewer.staff.get("zone.office").name == "高新区专员"
    with refused(world, Conflict, "taken"):
        world.admin.staff.edit("zone.office", username="tokyo.desk")
    world.admin.units.edit("hitech", name="高新技术区", kind="district")
    assert world.viewer.units.get("hitech").name == "高新技术区"
    with refused(world, InvalidInput, "empty"):
        world.admin.units.edit("hitech", name="")


def test_who_may_bring_back_what(world: World) -> None:
    """The roles that may restore and edit."""
    investor = gone(world)
    person = world.tokyo.contacts.add(world.manager.investors.add("同事商事", country="JP"), "佐藤")
    world.tokyo.contacts.archive(person, reason="left")
    unit = UnitFactory.create(world=world, archived=True)
    world.admin.staff.archive("zone.desk", reason="left")
    assert allows(world, lambda door: door.investors.restore(investor, reason="r")) == MANAGERS
    assert allows(world, lambda door: door.contacts.restore(person, reason="r")) == AMBASSADORS | MANAGERS
    assert allows(world, lambda door: door.units.restore(unit, reason="r")) == {"admin"}
    assert allows(world, lambda door: door.staff.restore("zone.desk", reason="r")) == {"admin"}
    assert allows(world, lambda door: door.staff.edit("tokyo.desk", name="n")) == {"admin"}
    assert allows(world, lambda door: door.units.edit("hitech", name="n")) == {"admin"}
