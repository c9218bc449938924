"""Who has claimed a company is seen at once, in every list of investors, and as far as rights allow."""

from __future__ import annotations

import pytest

from crm.errors import AccessDenied, NotFound
from crm.models import Investor
from crm.reads.claims import queries as reports
from tests.factories import LeadFactory, World
from tests.services.refusals import refused

pytestmark = pytest.mark.portable


@pytest.fixture
def investor(world: World) -> Investor:
    """A company with an open project and a confidential one of the bureau's."""
    made: Investor = world.manager.investors.add("首谈商事株式会社", country="JP")
    LeadFactory.create(world=world, investor=made, title="公开项目")
    world.manager.leads.open(
        made, title="密", source="unit:bureau", unit="bureau", confidential=True, code_name="Heron"
    )
    return made


def claimed(world: World, investor: Investor, desk: str = "tokyo") -> tuple[str, ...]:
    """Return who has claimed the company as a desk sees it; the list, the search and the card agree."""
    door = getattr(world, desk)
    (found,) = door.investors.find("首谈商事")
    listed = next(row for row in door.investors.list() if row.id == investor.id)
    card = door.investors.show(investor)
    assert found.claimed_by == listed.claimed_by == card.row.claimed_by
    assert set(found.claimed_by) == {row.unit for row in card.claims}
    assert card.claims == door.claims.standing(investor)
    return tuple(found.claimed_by)


def test_held_contested_and_lapsed(world: World, investor: Investor) -> None:
    """A claim shows while it stands: held, then contested by two, and no more once it has lapsed or is given up."""
    public, _ = world.manager.leads.list(investor=investor)[::-1]
    assert claimed(world, investor) == ()
    world.zone.claims.file(public.id)
    assert claimed(world, investor) == ("hitech",)
    world.manager.claims.file(public.id, unit="bureau")
    assert claimed(world, investor) == ("bureau", "hitech")
    world.admin.units.add("west", name="西区", name_en="West", kind="district")
    world.admin.staff.add("judge", "裁", role="admin", unit="west", since="2022-01-01")
    world.door("judge").claims.rule(public.id, {"hitech": 100}, reason="first")
    assert claimed(world, investor) == ("hitech",)
    world.clock.forward(days=91)
    assert claimed(world, investor) == ()


def test_two_claims_of_one_unit_are_told_once(world: World, investor: Investor) -> None:
    """However many leads of the company it holds."""
    for title in ("二期", "三期"):
        world.zone.claims.file(LeadFactory.create(world=world, investor=investor, title=title))
    assert claimed(world, investor) == ("hitech",)


def test_a_hidden_lead_leaks_neither_unit_nor_count(world: World, investor: Investor) -> None:
    """Who may not see the lead does not learn that it is claimed; the bureau does."""
    secret = next(row for row in world.manager.leads.list(investor=investor) if row.confidential)
    world.manager.claims.file(secret.id, unit="bureau")
    for desk in ("tokyo", "zone", "frankfurt"):
        assert claimed(world, investor, desk) == ()
    assert claimed(world, investor, "manager") == ("bureau",)


def test_more_than_a_page(world: World, investor: Investor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long list derives the claims of all at once, with the same answer."""
    public = next(row for row in world.manager.leads.list(investor=investor) if not row.confidential)
    world.zone.claims.file(public.id)
    monkeypatch.setattr(reports, "_PAGE", 0)
    assert claimed(world, investor) == ("hitech",)


def test_who_asks_for_what_is_not_there(world: World) -> None:
    """An unknown company and a missing actor are refused."""
    with refused(world, NotFound, "not_found"):
        world.tokyo.claims.standing(4711)
    with refused(world, AccessDenied, "no_actor"):
        world.nobody.claims.standing(1)
    assert world.tokyo.investors.find("没有这一家") == ()
