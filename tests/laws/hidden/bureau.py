"""A small bureau with hidden leads that have everything a lead can have, beside public ones."""

from __future__ import annotations

from datetime import date

from attrs import frozen
from sqlalchemy import text
from sqlalchemy.orm import Session

from crm.models import Lead
from tests.factories import ArrivalFactory, Clock, ContractFactory, LeadFactory, RateFactory, World
from tests.laws.scenes import targets


@frozen
class Bureau:
    """The numbers of its records.

    Attributes:
        clock: What the clock shows.
        hidden: The hidden leads: one that landed, one on hold, one lost.
        hidden_ids: By table: the numbers of records of hidden leads that somebody might ask for.
        ids: Public records by name.
    """

    clock: Clock
    hidden: tuple[int, ...]
    hidden_ids: dict[str, int]
    ids: dict[str, int]


def build(session: Session) -> Bureau:
    """Fill an empty database."""
    world = World(session)
    world.admin.units.add("west", name="西区", name_en="West", kind="district")
    investor = world.tokyo.investors.add("丸目商事株式会社", country="JP")
    person = world.tokyo.contacts.add(investor, "山本太郎")
    snow = world.manager.investors.add("雪山啤酒", country="HK")
    RateFactory.create(world=world, days=30)
    event = world.manager.events.add("spring", title="春季推介会", place="济南", starts="2023-02-01")
    trip = world.manager.trips.plan(
        "east", title="赴日团", leader="L", rank="city", starts=date(2023, 2, 15), ends=date(2023, 2, 20),
        members=["tokyo.desk"], announced="2023-01-01", legs=[("东京", "JP", "Asia/Tokyo", "2023-02-15", "2023-02-20")],
        visits=[(investor, date(2023, 2, 18), None), (snow, date(2023, 2, 19), None)], units=["hitech"],
    )  # fmt: skip
    visible = _public(world)
    secret = LeadFactory.create(
        world=world, investor=investor, landed=True, confidential=True, code_name="Falcon", title="猎鹰冷链工厂", source="event:spring"
    )  # fmt: skip
    held = LeadFactory.create(
        world=world, investor=investor, held=True, confidential=True, code_name="Heron", title="苍鹭电池"
    )
    lost = LeadFactory.create(
        world=world, investor=investor, lost=True, confidential=True, code_name="Ibis", title="白鹮化工"
    )
    ids = {"investor": investor.id, "person": person.id, "snow": snow.id, "event": event.id, "trip": trip.id}
    hidden_ids = _hang(world, secret, held, person.id, trip.id, snow.id)
    child = world.tokyo.leads.open(investor, title="增资扩产", parent=secret, expected="1000000 USD", unit="hitech")
    session.flush()
    company = {"company": secret.enterprise_id, "child": child.id}
    session.connection().execute(text("UPDATE crm_lead SET enterprise_id = :company WHERE id = :child"), company)
    ids |= {"child": child.id, **visible}
    world.manager.targets.load(targets(1))
    world.manager.targets.freeze(2023)
    world.manager.figures.close("2023-01")
    return Bureau(world.clock, (secret.id, held.id, lost.id), hidden_ids, ids)


def _public(world: World) -> dict[str, int]:
    """Add public leads with capital of their own, so that sums have something to show."""
    ids = {}
    for number, country in enumerate(("JP", "JP", "JP", "DE"), start=1):
        investor = world.tokyo.investors.add(f"公开企业{number}", country=country)
        lead = LeadFactory.create(world=world, investor=investor, landed=True, title=f"公开项目{number}")
        ArrivalFactory.create(
            world=world, lead=lead, confirmed=True, amount=f"{number}000000 USD", reference=f"{number}"
        )
        ContractFactory.create(world=world, lead=lead, confirmed=True, reference=f"{number}")
        ids[f"public{number}"] = lead.id
    lead = LeadFactory.create(world=world, signed=True, title="法兰克福项目", station="frankfurt", by="frankfurt")
    ids["frankfurts"] = lead.id
    ids["paper"] = world.frankfurt.leads.evidence(lead)[0].id
    return ids


def _hang(world: World, secret: Lead, held: Lead, person: int, trip: int, snow: int) -> dict[str, int]:
    """Give a hidden lead one of everything that hangs on a lead."""
    day = world.today
    world.tokyo.leads.tag(secret, ["猎鹰计划", "公用"])
    world.tokyo.leads.tag(secret, remove=["公用"])
    world.tokyo.leads.tag(held, ["公用"])
    world.tokyo.investors.tag(snow, ["公用", "啤酒"])
    meeting = world.tokyo.meetings.log(
        secret, summary="密谈", contacts=[person], agreed=["土地"], promised=["水"], next_steps=["再谈"],
        followups=[("寄送方案", "2023-03-01")], trip=trip, station="tokyo", at=world.clock(), zone="Asia/Tokyo",
    )  # fmt: skip
    gone = world.tokyo.meetings.log(secret, summary="重复", contacts=[person], at="2023-02-10 10:00", zone="Asia/Tokyo")
    world.tokyo.meetings.withdraw(gone)
    paper = world.tokyo.leads.add_evidence(secret, "photograph", dated=day, reference="照片")
    arrival = ArrivalFactory.create(
        world=world, lead=secret, confirmed=True, amount="7000000 USD", reference="秘密到资"
    )
    ArrivalFactory.create(world=world, lead=secret, verified=True, amount="3000000 USD", reference="待确认")
    ArrivalFactory.create(world=world, lead=secret, amount="2000000 USD", reference="已冲", reversed=True)
    ArrivalFactory.create(
        world=world, lead=secret, confirmed=True, kind="reinvestment", amount="900000 USD", reference="利润"
    )
    contract = ContractFactory.create(world=world, lead=secret, confirmed=True, reference="秘密合同")
    world.manager.claims.file(held, unit="hitech")
    claim = world.manager.claims.file(held, unit="west")
    world.admin.claims.rule(held, {"hitech": 60, "west": 40}, reason="r")
    referral = world.tokyo.referrals.add(held, snow, credit=50)
    asked = world.tokyo.requests.open(secret, "要地", unit="hitech", assignee="zone.desk")
    done = world.tokyo.requests.open(secret, "要水")
    world.tokyo.requests.resolve(done, "接通", satisfaction=4)
    promise = world.tokyo.followups.add(secret, "打电话", due="2023-02-25")
    kept = world.tokyo.followups.add(secret, "写信", due="2023-02-25")
    world.tokyo.followups.done(kept, result="已写")
    world.tokyo.leads.handover(secret, owner="zone.desk", reason="分工")
    return {
        "meeting": meeting.id, "evidence": paper.id, "capital": arrival.id, "contract": contract.id, "claim": claim.id,
        "referral": referral.id, "request": asked.id, "followup": promise.id,
    }  # fmt: skip
