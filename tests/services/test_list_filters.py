"""Lists of investors, meetings and follow-ups are narrowed by declared filters."""

from __future__ import annotations

from typing import Any

import pytest

from crm.errors import InvalidInput
from crm.rules.investors.filters import InvestorFilters
from crm.rules.kernel.fields import declared
from crm.rules.meetings import FollowUpFilters, MeetingFilters
from tests.factories import FollowUpFactory, InvestorFactory, LeadFactory, World

_TALK: dict[str, Any] = {"zone": "Asia/Tokyo", "contacts": [], "summary": "talk"}


def test_each_filter_of_investors_finds_and_leaves_out(world: World) -> None:
    """By country, kind, tag and last visit."""
    one, other = InvestorFactory.create(world=world, country="JP"), InvestorFactory.create(world=world, country="DE")
    world.manager.meetings.log(one, at="2023-02-01 10:00", **_TALK)
    world.manager.investors.tag(one, ["重点", "周会"])
    world.manager.investors.tag(other, ["周会"])

    def found(**filters: Any) -> list[int]:
        return [row.id for row in world.viewer.investors.list(**filters)]

    fits = {"country": "JP", "kind": one.kind, "tag": ["重点"], "met_since": "2023-02-01", "met_until": "2023-02-01"}
    assert fits.keys() == declared(InvestorFilters).keys()
    assert found(**fits) == [one.id]
    for name, value in fits.items():
        assert one.id in found(**{name: value}), name
    for name, value in {"country": "FR", "kind": "fund", "met_since": "2023-02-02", "met_until": "2023-01-31"}.items():
        assert one.id not in found(**{name: value}), name
    assert found(tag=["重点"]) == found(met_since="2023-01-01") == [one.id]
    with pytest.raises(InvalidInput):
        found(tag=["没有"])


def test_a_visit_on_a_hidden_lead_is_told_by_no_filter(world: World) -> None:
    """Its investor was not visited, for others."""
    lead = LeadFactory.create(world=world, secret=True)
    world.tokyo.meetings.log(lead, at="2023-02-01 10:00", **_TALK)
    for door, seen in ((world.tokyo, True), (world.frankfurt, False), (world.viewer, False)):
        listed = {row.id for row in door.investors.list(met_since="2023-02-01")}
        assert (lead.investor_id in listed) is seen
        listed = {row.id for row in door.investors.list(met_until="2023-01-31")}
        assert (lead.investor_id in listed) is not seen


def test_each_filter_of_meetings_finds_and_leaves_out(world: World) -> None:
    """By investor, lead, station, those who were there, kind, brand and day."""
    lead, other = LeadFactory.create(world=world), LeadFactory.create(world=world)
    one = world.tokyo.meetings.log(lead, at="2023-02-01 10:00", kind="visit", **_TALK)
    two = world.manager.meetings.log(other, at="2023-02-03 10:00", kind="call", **_TALK)
    actor = world.tokyo.actor
    assert actor is not None

    def found(**filters: Any) -> set[int]:
        return {row.id for row in world.tokyo.meetings.list(**filters)}

    fits: dict[str, Any] = {
        "investor": lead.investor_id, "lead": lead, "station": "tokyo", "person": actor.username, "kind": "visit",
        "since": "2023-02-01", "until": "2023-02-01", "mine": True,
    }  # fmt: skip
    assert fits.keys() == declared(MeetingFilters).keys() - {"unit", "trip", "brand"}
    assert found(**fits) == {one.id}
    for name, value in fits.items():
        assert one.id in found(**{name: value}), name
    for name in ("investor", "lead", "kind", "until", "mine", "person"):
        assert two.id not in found(**{name: fits[name]}), name
    assert found(unit="hitech") == found(brand="none") == set()
    assert found(since="2023-02-02") == {two.id}


def test_each_filter_of_followups_finds_and_leaves_out(world: World) -> None:
    """By investor, lead, owner with their station and unit, and due day."""
    lead = LeadFactory.create(world=world)
    one = FollowUpFactory.create(world=world, about=lead, due="2023-03-01")
    two = FollowUpFactory.create(world=world, due="2023-04-01", owner="frankfurt.desk")

    def found(**filters: Any) -> set[int]:
        return {row.id for row in world.tokyo.followups.list(**filters)}

    fits: dict[str, Any] = {
        "investor": lead.investor_id, "lead": lead, "owner": "tokyo.desk", "station": "tokyo",
        "due_since": "2023-03-01", "due_until": "2023-03-01", "mine": True,
    }  # fmt: skip
    assert fits.keys() == declared(FollowUpFilters).keys() - {"unit"}
    assert found(**fits) == {one.id}
    for name, value in fits.items():
        assert one.id in found(**{name: value}), name
        assert (two.id in found(**{name: value})) is (name == "due_since"), name
    assert found(unit="hitech") == set()


def test_a_name_that_is_no_filter_is_refused(world: World) -> None:
    """As for any other function."""
    for listed in (world.viewer.leads.list, world.viewer.investors.list, world.viewer.meetings.list):
        with pytest.raises(TypeError, match="statsu"):
            listed(statsu="active")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="statsu"):
        world.viewer.followups.list(statsu="open")  # type: ignore[call-arg]
