"""Two records of one company with a bit of everything."""

from __future__ import annotations

import random
from datetime import timedelta

from crm.models import Investor
from tests.factories import LeadFactory, World


def _korean(seed: int) -> str:
    """Return a Korean business number that checks, drawn from a seed."""
    from crm.errors import InvalidInput
    from crm.values.registers.schemes import as_identifier

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
        people = [shared, *(manager.contacts.add(investor, f"人{seed}{index}") for index in range(draw.randint(1, 2)))]
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
        manager.meetings.log(
            investor, summary="visit", contacts=[shared], at=world.clock() - timedelta(minutes=1), zone="Asia/Tokyo"
        )
        manager.followups.add(investor, "call", due="2023-04-01")
    brought = LeadFactory.create(world=world, investor=target, title=f"引来{seed}")
    manager.referrals.add(brought, two)
    LeadFactory.create(world=world, investor=target, title=f"源{seed}", source=f"referral:{two.id}")
    manager.investors.identify(two, f"de_hr:Köln HRB {seed + 1}")
    manager.investors.identify(draw.choice((one, two)), "kr_brn", _korean(seed))
    for other in (friend, target):
        for investor in (one, two):
            if draw.random() < 0.7:
                manager.investors.distinct(investor, other, reason=f"{investor.id} is not {other.id}")
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
