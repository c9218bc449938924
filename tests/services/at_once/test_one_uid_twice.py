"""Two calls with one uid at one moment: the second waits, and returns the record of the first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from crm.models.base import new_uid
from tests.factories import LeadFactory, World
from tests.services.at_once.interleaving import meanwhile

pytestmark = pytest.mark.server

#: One verb of each room that takes a uid.
ACTS: dict[str, Callable[[World, str], Any]] = {
    "investor": lambda w, uid: w.manager.investors.add("一次商事", country="JP", uid=uid),
    "name": lambda w, uid: w.manager.investors.alias("同一商事", "Once", uid=uid),
    "number": lambda w, uid: w.manager.investors.identify("同一商事", "jp_cn", "5835678256246", uid=uid),
    "contact": lambda w, uid: w.manager.contacts.add("同一商事", "铃木", uid=uid),
    "employment": lambda w, uid: w.manager.contacts.employ("佐藤", "别家商事", uid=uid),
    "parent": lambda w, uid: w.manager.groups.join("别家商事", "同一商事", uid=uid),
    "lead": lambda w, uid: w.manager.leads.open("同一商事", title="一次项目", source="unit:hitech", uid=uid),
    "move": lambda w, uid: w.tokyo.leads.hold("同一项目", reason="r", review="2023-04-01", uid=uid),
    "document": lambda w, uid: w.tokyo.leads.add_evidence(
        "同一项目", "photograph", dated="2023-02-01", reference="1", uid=uid
    ),
    "meeting": lambda w, uid: w.tokyo.meetings.log("别家商事", summary="t", uid=uid),
    "follow-up": lambda w, uid: w.tokyo.followups.add("别家商事", "t", due="2023-03-01", uid=uid),
    "referral": lambda w, uid: w.manager.referrals.add("同一项目", "引荐商事", uid=uid),
    "claim": lambda w, uid: w.zone.claims.file("同一项目", uid=uid),
    "trip": lambda w, uid: w.manager.trips.plan(
        "once", title="T", leader="L", rank="city", starts="2023-03-01", ends="2023-03-03", announced="2023-01-01",
        uid=uid,
    ),
    "event": lambda w, uid: w.manager.events.add("fair", title="F", place="济南", starts="2023-01-05", uid=uid),
    "request": lambda w, uid: w.manager.requests.open("别家商事", "t", uid=uid),
    "target": lambda w, uid: w.manager.targets.set(
        "once", title="T", measure="delegations", period=2023, at_least=3, source="s", uid=uid
    ),
    "unit": lambda w, uid: w.admin.units.add("once", name="一", name_en="O", kind="district", uid=uid),
    "member": lambda w, uid: w.admin.staff.add("once", "O", role="viewer", unit="bureau", uid=uid),
}  # fmt: skip


@pytest.fixture
def scene(town: World) -> World:
    """Two companies, somebody who works at one, and a lead."""
    company = town.manager.investors.add("同一商事", country="JP")
    for name in ("别家商事", "引荐商事"):
        town.manager.investors.add(name, country="JP")
    town.manager.contacts.add(company, "佐藤")
    LeadFactory.create(world=town, investor=company, title="同一项目")
    town.session.commit()
    return town


def test_the_second_returns_the_record_of_the_first(migrated_engine: Engine, scene: World) -> None:
    """Nothing is refused and nothing is written twice; whoever brings the uid with other content is told so."""
    for what, act in ACTS.items():
        uid, found = str(new_uid()), list[int]()

        def repeat(world: World, uid: str = uid, act: Any = act, found: list[int] = found) -> None:
            found.append(act(world, uid).id)

        first = act(scene, uid).id
        assert meanwhile(migrated_engine, scene.session, repeat) == "done", what
        assert found == [first], what
    uid = str(new_uid())
    scene.manager.investors.add("又一商事", country="JP", uid=uid)

    def another(world: World) -> None:
        world.manager.investors.add("又一商事", country="KR", uid=uid)

    assert meanwhile(migrated_engine, scene.session, another) == "uid"
    assert scene.manager.audit.verify() == ()
