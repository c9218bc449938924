"""Law 5: sets, not loops. The exact number of statements of every verb and read, and that it does not grow with the rows."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm import CRM
from crm.errors import Refused
from crm.models import Base
from crm.models.base import Identified
from crm.values.money import Money
from tests.factories import (
    credit_code,
)
from tests.factories.ledgers import SUM, ledger
from tests.laws.locks import ensure_serialised
from tests.laws.scenes import ENDS, FEW, HELD, STARTS, Scene, targets
from tests.laws.withdrawals import ensure_withdrawn_left_out

pytestmark = pytest.mark.portable


def plan(door: CRM, scene: Scene) -> object:
    """Plan a trip with everybody of the scene."""
    return door.trips.plan(
        "another", title="A", leader="L", rank="city", starts=STARTS, ends=ENDS, members=scene.team, announced="2023-01-01",
        legs=[("东京", "JP", "Asia/Tokyo", STARTS, ENDS)] * len(scene.team), units=["hitech"],
        visits=[("计数商", None, None), *([scene.investor] * len(scene.team)), "Counted 0", "空商事"],
    )  # fmt: skip


def log(door: CRM, scene: Scene) -> object:
    """Log a talk with as many lines and promises as the scene has of everything."""
    many = len(scene.team)
    return door.meetings.log(
        scene.lead, summary="talk", contacts=[scene.contact], agreed=["line"] * many, promised=["line"] * many,
        followups=[("promise", "2023-03-01")] * many,
    )  # fmt: skip


def rewrite(door: CRM, scene: Scene) -> object:
    """Correct everything of a talk that the scene has many of."""
    many = len(scene.team)
    return door.meetings.edit(
        scene.meeting, at="2023-02-10 09:00", contacts=[], staff=["tokyo.desk", *scene.team],
        agreed=["another"] * many, next_steps=["line"] * many, lead=None,
    )  # fmt: skip


#: What the audit replays: each table twice, its entries and its rows; those that the scene has nothing of, not at all.
REPLAYED = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Identified)]
NOTHING_OF = 6


#: For every public method: who calls it how in a fresh session, looking up the actor included, and the statements it takes.
def opened(door: CRM, paper: int) -> None:
    """Open the file of a document of which none is kept: it is looked for, and only then refused."""
    try:
        door.leads.evidence_file(paper)
    except Refused as refusal:
        if refusal.problems[0].code != "no_file":
            raise


TABLE: dict[str, tuple[str, Callable[[CRM, Scene], Any], int]] = {
    "stations.get": ("admin", lambda c, _: c.stations.get("tokyo"), 2),
    "stations.list": ("admin", lambda c, _: c.stations.list(), 2),
    "stations.show": ("admin", lambda c, _: c.stations.show("tokyo"), 4),
    "stations.month": ("admin", lambda c, _: c.stations.month("tokyo", "2023-02"), 9),
    "stations.months": ("admin", lambda c, _: c.stations.months("2023-02"), 2),
    "stations.add": (
        "admin",
        lambda c, _: c.stations.add("seoul", name="首尔", name_en="Seoul", country="KR", zone="Asia/Seoul"),
        5,
    ),
    "stations.set_status": ("admin", lambda c, _: c.stations.set_status("tokyo", "closed", to="frankfurt"), 16),
    "stations.edit": ("admin", lambda c, _: c.stations.edit("tokyo", host="H"), 4),
    "units.get": ("admin", lambda c, _: c.units.get("hitech"), 2),
    "units.list": ("admin", lambda c, _: c.units.list(), 2),
    "units.add": ("admin", lambda c, _: c.units.add("north", name="北", name_en="North", kind="district"), 4),
    "units.archive": ("admin", lambda c, _: c.units.archive("hitech", reason="merged", to="west"), 27),
    "units.edit": ("admin", lambda c, _: c.units.edit("hitech", name="N"), 4),
    "units.restore": ("admin", lambda c, _: c.units.restore("closed", reason="back"), 4),
    "staff.get": ("admin", lambda c, _: c.staff.get("tokyo.desk"), 2),
    "staff.list": ("admin", lambda c, _: c.staff.list(), 2),
    "staff.ambassadors": ("admin", lambda c, _: c.staff.ambassadors("2023-02"), 2),
    "staff.add": ("admin", lambda c, _: c.staff.add("new", "N", role="viewer", unit="hitech"), 8),
    "staff.move": ("admin", lambda c, _: c.staff.move("tokyo.desk", station="frankfurt"), 9),
    "staff.archive": ("admin", lambda c, _: c.staff.archive("tokyo.desk", reason="left", to="frankfurt.desk"), 16),
    "staff.show": ("admin", lambda c, _: c.staff.show("tokyo.desk"), 4),
    "staff.bind": ("admin", lambda c, _: c.staff.bind("viewer.desk", "host", "viewer"), 7),
    "staff.unbind": ("admin", lambda c, _: c.staff.unbind("tokyo.desk", reason="r"), 7),
    "staff.edit": ("admin", lambda c, _: c.staff.edit("tokyo.desk", name="N", username="n"), 5),
    "staff.restore": ("admin", lambda c, _: c.staff.restore("left.desk", reason="back", unit="hitech"), 9),
    "investors.get": ("tokyo.desk", lambda c, s: c.investors.get(s.investor), 2),
    "investors.find": ("tokyo.desk", lambda c, _: c.investors.find("计数"), 3),
    "investors.list": ("tokyo.desk", lambda c, _: c.investors.list(), 3),
    "investors.show": ("tokyo.desk", lambda c, s: c.investors.show(s.investor), 13),
    "investors.add": (
        "tokyo.desk",
        lambda c, s: c.investors.add("新商事", country="JP", aliases=[f"New {member}" for member in s.team]),
        5,
    ),
    "investors.alias": ("tokyo.desk", lambda c, s: c.investors.alias(s.investor, "Another"), 6),
    "investors.edit": ("tokyo.desk", lambda c, s: c.investors.edit(s.investor, name="改名商事", note="n"), 7),
    "investors.identify": ("tokyo.desk", lambda c, s: c.investors.identify(s.investor, "jp_cn", "5835678256246"), 5),
    "investors.unidentify": ("tokyo.desk", lambda c, s: c.investors.unidentify(s.identified, HELD, reason="r"), 5),
    "investors.likely": ("tokyo.desk", lambda c, _: c.investors.likely("计数商事"), 2),
    "investors.duplicates": ("tokyo.desk", lambda c, _: c.investors.duplicates(), 6),
    "investors.tag": (
        "tokyo.desk",
        lambda c, s: c.investors.tag(s.investor, [f"新{n}" for n in range(2)], remove=["常客"]),
        9,
    ),
    "investors.distinct": (
        "tokyo.desk",
        lambda c, s: c.investors.distinct(s.investor, s.empty, reason="two companies"),
        7,
    ),
    "investors.archive": ("manager.desk", lambda c, s: c.investors.archive(s.empty, reason="dissolved"), 6),
    "investors.restore": ("manager.desk", lambda c, s: c.investors.restore(s.gone, reason="back"), 7),
    "contacts.get": ("tokyo.desk", lambda c, s: c.contacts.get("计数员0番", investor=s.investor), 4),
    "contacts.show": ("tokyo.desk", lambda c, s: c.contacts.show(s.contact), 3),
    "contacts.card": ("tokyo.desk", lambda c, s: c.contacts.card(s.contact), 3),
    "contacts.list": ("tokyo.desk", lambda c, s: c.contacts.list(s.investor), 3),
    "contacts.duplicates": ("tokyo.desk", lambda c, s: c.contacts.duplicates(investor=s.investor), 4),
    "contacts.add": ("tokyo.desk", lambda c, s: c.contacts.add(s.investor, "担当"), 7),
    "contacts.edit": ("tokyo.desk", lambda c, s: c.contacts.edit(s.contact, email="new@example.com"), 7),
    "contacts.employ": ("tokyo.desk", lambda c, s: c.contacts.employ(s.contact, s.empty), 7),
    "contacts.edit_employment": (
        "tokyo.desk",
        lambda c, s: c.contacts.edit_employment(s.contact, s.investor, title="T"),
        11,
    ),
    "contacts.withdraw_employment": (
        "tokyo.desk",
        lambda c, s: c.contacts.withdraw_employment(s.idle, s.empty),
        10,
    ),
    "contacts.restore_employment": (
        "tokyo.desk",
        lambda c, s: c.contacts.restore_employment(s.contact, s.empty),
        8,
    ),
    "contacts.leave": ("tokyo.desk", lambda c, s: c.contacts.leave(s.contact, s.investor, until="2023-02-01"), 6),
    "contacts.archive": ("tokyo.desk", lambda c, s: c.contacts.archive(s.contact, reason="left"), 4),
    "contacts.restore": ("tokyo.desk", lambda c, s: c.contacts.restore(s.former, reason="back"), 8),
    "contacts.erase": ("manager.desk", lambda c, s: c.contacts.erase(s.contact, reason="asked for"), 11),
    "contacts.mentions": ("manager.desk", lambda c, s: c.contacts.mentions(s.contact), 4),
    "contacts.erased": ("tokyo.desk", lambda c, _: c.contacts.erased(), 2),
    "contacts.erase_again": (
        "manager.desk",
        lambda c, s: c.contacts.erase_again([s.contact_uid], reason="r"),
        12,
    ),
    "contacts.due": ("manager.desk", lambda c, _: c.contacts.due(on="2030-01-01"), 2),
    "contacts.erase_due": ("manager.desk", lambda c, _: c.contacts.erase_due(reason="r"), 15),
    "contacts.export": ("tokyo.desk", lambda c, s: c.contacts.export(s.contact), 10),
    "leads.get": ("tokyo.desk", lambda c, s: c.leads.get(s.lead), 2),
    "leads.open": ("tokyo.desk", lambda c, s: c.leads.open(s.investor, title="新"), 8),
    "leads.edit": ("tokyo.desk", lambda c, s: c.leads.edit(s.lead, title="新"), 5),
    "leads.tag": (
        "tokyo.desk",
        lambda c, s: c.leads.tag(s.lead, ["常客", "新"], remove=[f"标签{n}" for n in range(min(s.size, 9))]),
        9,
    ),
    "bulk.advance": ("tokyo.desk", lambda c, s: c.bulk.advance(s.several), 6),
    "bulk.hold": ("tokyo.desk", lambda c, s: c.bulk.hold(s.several, reason="r", review="2023-03-01"), 6),
    "bulk.lose": ("tokyo.desk", lambda c, s: c.bulk.lose(s.several, reason="r"), 6),
    "bulk.handover": ("tokyo.desk", lambda c, s: c.bulk.handover(s.several, owner="frankfurt.desk"), 9),
    "bulk.tag": ("tokyo.desk", lambda c, s: c.bulk.tag(s.several, ["常客", "新"]), 8),
    "leads.handover": ("tokyo.desk", lambda c, s: c.leads.handover(s.lead, owner="frankfurt.desk"), 8),
    "leads.show": ("tokyo.desk", lambda c, s: c.leads.show(s.lead), 15),
    "leads.list": ("tokyo.desk", lambda c, _: c.leads.list(text="计数"), 2),
    "leads.board": ("tokyo.desk", lambda c, _: c.leads.board(closed=True), 3),
    "leads.stale": ("tokyo.desk", lambda c, _: c.leads.stale(today=date(2024, 1, 1)), 2),
    "leads.history": ("tokyo.desk", lambda c, s: c.leads.history(s.lead), 3),
    "leads.timeline": ("tokyo.desk", lambda c, s: c.leads.timeline(s.lead), 13),
    "leads.times": ("tokyo.desk", lambda c, s: c.leads.times(s.lead), 3),
    "leads.assignments": ("tokyo.desk", lambda c, s: c.leads.assignments(s.lead), 3),
    "leads.evidence": ("tokyo.desk", lambda c, s: c.leads.evidence(s.lead), 3),
    "leads.evidence_file": ("tokyo.desk", lambda c, s: opened(c, s.paper), 3),
    "leads.missing": ("tokyo.desk", lambda c, s: c.leads.missing(s.lead, "landed"), 3),
    "leads.advance": ("tokyo.desk", lambda c, s: c.leads.advance(s.fresh), 6),
    "leads.back": ("manager.desk", lambda c, s: c.leads.back(s.lead, "contact", reason="r"), 6),
    "leads.hold": ("tokyo.desk", lambda c, s: c.leads.hold(s.lead, reason="r", review="2023-03-01"), 6),
    "leads.resume": ("tokyo.desk", lambda c, s: c.leads.resume(s.held), 6),
    "leads.lose": ("tokyo.desk", lambda c, s: c.leads.lose(s.lead, reason="r"), 6),
    "leads.abandon": ("tokyo.desk", lambda c, s: c.leads.abandon(s.lead, reason="r"), 6),
    "leads.reopen": ("manager.desk", lambda c, s: c.leads.reopen(s.lost, reason="r"), 7),
    "leads.exit": ("manager.desk", lambda c, s: c.leads.exit(s.landed, reason="r"), 6),
    "leads.redate": ("manager.desk", lambda c, s: c.leads.redate(s.lead, "2023-02-01", move=1, reason="r"), 11),
    "leads.settle": ("manager.desk", lambda c, s: c.leads.settle(s.carried), 10),
    "leads.add_evidence": (
        "tokyo.desk",
        lambda c, s: c.leads.add_evidence(s.lead, "other", dated="2023-02-01", reference="r"),
        5,
    ),
    "leads.confirm": ("verifier.desk", lambda c, s: c.leads.confirm(s.paper), 5),
    "leads.edit_evidence": ("tokyo.desk", lambda c, s: c.leads.edit_evidence(s.paper, reference="other"), 14),
    "leads.withdraw_evidence": ("tokyo.desk", lambda c, s: c.leads.withdraw_evidence(s.paper), 7),
    "leads.restore_evidence": ("tokyo.desk", lambda c, s: c.leads.restore_evidence(s.lapsed), 7),
    "leads.register": ("tokyo.desk", lambda c, s: c.leads.register(s.lead, name="N", credit_code=credit_code()), 6),
    "trips.get": ("tokyo.desk", lambda c, s: c.trips.get(s.trip), 2),
    "trips.list": ("tokyo.desk", lambda c, _: c.trips.list(), 2),
    "trips.show": ("manager.desk", lambda c, s: c.trips.show(s.trip), 13),
    "trips.plan": ("manager.desk", plan, 16),
    "trips.add_visit": ("manager.desk", lambda c, s: c.trips.add_visit(s.trip, s.investor), 6),
    "trips.cancel_visit": ("manager.desk", lambda c, s: c.trips.cancel_visit((s.trip, 1), reason="r"), 5),
    "trips.add_member": ("manager.desk", lambda c, s: c.trips.add_member(s.trip, "tokyo.desk"), 6),
    "trips.remove_member": ("manager.desk", lambda c, s: c.trips.remove_member(s.trip, "member.0", reason="r"), 6),
    "trips.add_leg": (
        "manager.desk",
        lambda c, s: c.trips.add_leg(
            s.trip, "大阪", country="JP", zone="Asia/Tokyo", arrives="2023-02-15 10:00", leaves="2023-02-16"
        ),
        5,
    ),
    "trips.set_unit": (
        "manager.desk",
        lambda c, s: c.trips.set_unit(s.trip, "west", leader="L", rank="first"),
        6,
    ),
    "trips.remove_unit": ("manager.desk", lambda c, s: c.trips.remove_unit(s.trip, "hitech", reason="r"), 6),
    "trips.add_cost": ("manager.desk", lambda c, s: c.trips.add_cost(s.trip, "5 CNY", item="i", reference="r"), 4),
    "trips.withdraw_cost": ("manager.desk", lambda c, s: c.trips.withdraw_cost(s.cost, reason="r"), 5),
    "trips.edit": (
        "manager.desk",
        lambda c, s: c.trips.edit(
            s.trip,
            starts=date(2023, 2, 14),
            ends=date(2023, 2, 19),
            announced="2023-01-01",
            unit="hitech",
            owner="tokyo.desk",
        ),
        11,
    ),
    "trips.cancel": ("manager.desk", lambda c, s: c.trips.cancel(s.over, reason="r"), 5),
    "trips.figures": ("tokyo.desk", lambda c, _: c.trips.figures(2023, units=["hitech"]), 3),
    "trips.by_unit": ("tokyo.desk", lambda c, _: c.trips.by_unit(2023), 2),
    "trips.close": ("manager.desk", lambda c, s: c.trips.close(s.over, outcome="done"), 5),
    "trips.open_trip": ("manager.desk", lambda c, s: c.trips.open_trip(s.trip, STARTS), 2),
    "meetings.log": ("tokyo.desk", log, 15),
    "meetings.edit": ("tokyo.desk", rewrite, 27),
    "meetings.withdraw": ("tokyo.desk", lambda c, s: c.meetings.withdraw(s.meeting), 9),
    "meetings.restore": ("tokyo.desk", lambda c, s: c.meetings.restore(s.withdrawn), 15),
    "meetings.list": ("tokyo.desk", lambda c, s: c.meetings.list(lead=s.lead), 5),
    "meetings.show": ("tokyo.desk", lambda c, s: c.meetings.show(s.meeting), 7),
    "meetings.resolve": ("tokyo.desk", lambda c, _: c.meetings.resolve("计数商事株式会社"), 4),
    "followups.reopen": ("tokyo.desk", lambda c, s: c.followups.reopen(s.kept), 5),
    "followups.get": ("tokyo.desk", lambda c, s: c.followups.get(s.promise), 3),
    "followups.add": ("tokyo.desk", lambda c, s: c.followups.add(s.lead, "t", due="2023-03-01"), 5),
    "followups.done": ("tokyo.desk", lambda c, s: c.followups.done(s.promise, result="sent"), 5),
    "followups.edit": ("tokyo.desk", lambda c, s: c.followups.edit(s.promise, text="t", owner="manager.desk"), 7),
    "followups.cancel": ("tokyo.desk", lambda c, s: c.followups.cancel(s.promise), 6),
    "followups.restore": ("tokyo.desk", lambda c, s: c.followups.restore(s.dropped), 7),
    "followups.list": ("tokyo.desk", lambda c, _: c.followups.list(), 2),
    "followups.due": ("tokyo.desk", lambda c, _: c.followups.due(until="2024-01-01"), 2),
    "industries.load": (
        "manager.desk",
        lambda c, s: c.industries.load([(f"C36{number:02d}", f"类{number}") for number in range(s.size)]),
        4,
    ),
    "industries.list": ("viewer.desk", lambda c, _: c.industries.list("C"), 2),
    "industries.show": ("viewer.desk", lambda c, _: c.industries.show("C3670"), 3),
    "rates.load": (
        "manager.desk",
        lambda c, s: c.rates.load([("2023-02-17", "GBP", "CNY", "8.2")] * s.size, source="safe"),
        5,
    ),
    "rates.list": ("viewer.desk", lambda c, _: c.rates.list(limit=None), 2),
    "rates.tables": ("viewer.desk", lambda c, _: c.rates.tables(), 2),
    "rates.convert": ("viewer.desk", lambda c, _: c.rates.convert("5 JPY", "USD", on="2023-02-17"), 2),
    "rates.worth": (
        "viewer.desk",
        lambda c, _: c.rates.worth(Money(5, "JPY"), ["USD", "CNY"], c.policy.capital, date(2023, 2, 17)),
        2,
    ),
    "capital.get": ("tokyo.desk", lambda c, s: c.capital.get(s.entry), 3),
    "capital.record": (
        "tokyo.desk",
        lambda c, s: c.capital.record(s.lead, "5 USD", arrived="2023-02-01", reference="r", evidence=s.paper),
        7,
    ),
    "capital.verify": ("verifier.desk", lambda c, s: c.capital.verify(s.entry), 6),
    "capital.confirm": ("admin", lambda c, s: c.capital.confirm(s.verified), 9),
    "capital.reverse": ("manager.desk", lambda c, s: c.capital.reverse(s.entry, reason="r"), 6),
    "capital.correct": ("manager.desk", lambda c, s: c.capital.correct(s.entry, amount="6 USD", reason="r"), 9),
    "capital.list": ("tokyo.desk", lambda c, _: c.capital.list(), 2),
    "capital.sums": ("tokyo.desk", lambda c, _: c.capital.sums(), 2),
    "capital.show": ("manager.desk", lambda c, s: c.capital.show(s.entry), 5),
    "contracts.get": ("tokyo.desk", lambda c, s: c.contracts.get(s.promised), 3),
    "contracts.record": ("tokyo.desk", lambda c, s: c.contracts.record(s.lead, agreed="2023-02-01"), 7),
    "contracts.verify": ("verifier.desk", lambda c, s: c.contracts.verify(s.promised), 6),
    "contracts.confirm": ("admin", lambda c, s: c.contracts.confirm(s.agreed), 9),
    "contracts.reverse": ("manager.desk", lambda c, s: c.contracts.reverse(s.promised, reason="r"), 7),
    "contracts.correct": ("manager.desk", lambda c, s: c.contracts.correct(s.promised, amount="6 USD", reason="r"), 10),
    "contracts.list": ("tokyo.desk", lambda c, _: c.contracts.list(), 2),
    "contracts.sums": ("tokyo.desk", lambda c, _: c.contracts.sums(), 2),
    "contracts.show": ("manager.desk", lambda c, s: c.contracts.show(s.promised), 5),
    "events.get": ("tokyo.desk", lambda c, s: c.events.get(s.event), 2),
    "events.add": ("manager.desk", lambda c, _: c.events.add("new", title="T", place="P", starts="2023-03-01"), 4),
    "events.edit": ("manager.desk", lambda c, s: c.events.edit(s.event, title="T"), 4),
    "events.hold": ("manager.desk", lambda c, s: c.events.hold(s.event), 4),
    "events.cancel": ("manager.desk", lambda c, s: c.events.cancel(s.event, reason="r"), 4),
    "events.attend": ("tokyo.desk", lambda c, s: c.events.attend(s.event, s.investor, contact=s.contact), 7),
    "events.edit_attendance": ("tokyo.desk", lambda c, s: c.events.edit_attendance(s.came, people=5), 6),
    "events.withdraw_attendance": ("tokyo.desk", lambda c, s: c.events.withdraw_attendance(s.came), 6),
    "events.restore_attendance": ("tokyo.desk", lambda c, s: c.events.restore_attendance(s.stayed), 8),
    "events.list": ("tokyo.desk", lambda c, _: c.events.list(), 2),
    "events.show": ("tokyo.desk", lambda c, s: c.events.show(s.event), 5),
    "events.figures": ("tokyo.desk", lambda c, _: c.events.figures(2023), 2),
    "requests.get": ("tokyo.desk", lambda c, s: c.requests.get(s.asked), 3),
    "requests.open": ("tokyo.desk", lambda c, s: c.requests.open(s.lead, "t", unit="hitech", assignee="zone.desk"), 8),
    "requests.withdraw": ("tokyo.desk", lambda c, s: c.requests.withdraw(s.asked), 6),
    "requests.restore": ("tokyo.desk", lambda c, s: c.requests.restore(s.mistyped), 8),
    "requests.edit": ("tokyo.desk", lambda c, s: c.requests.edit(s.asked, text="t", brand=None), 6),
    "requests.assign": ("tokyo.desk", lambda c, s: c.requests.assign(s.asked, unit="bureau"), 8),
    "requests.answer": ("tokyo.desk", lambda c, s: c.requests.answer(s.asked, "a"), 7),
    "requests.resolve": ("tokyo.desk", lambda c, s: c.requests.resolve(s.asked, "o"), 7),
    "requests.rate": ("tokyo.desk", lambda c, s: c.requests.rate(s.done, 5), 5),
    "requests.reopen": ("tokyo.desk", lambda c, s: c.requests.reopen(s.done, reason="r"), 7),
    "requests.list": ("tokyo.desk", lambda c, _: c.requests.list(open_only=False), 2),
    "requests.show": ("tokyo.desk", lambda c, s: c.requests.show(s.asked), 5),
    "requests.figures": ("tokyo.desk", lambda c, _: c.requests.figures(2023), 2),
    "requests.reinvestments": ("tokyo.desk", lambda c, _: c.requests.reinvestments(), 4),
    "referrals.get": ("tokyo.desk", lambda c, s: c.referrals.get(s.referral), 3),
    "referrals.add": ("tokyo.desk", lambda c, s: c.referrals.add(s.fresh, s.snow), 10),
    "referrals.confirm": ("manager.desk", lambda c, s: c.referrals.confirm(s.referral, s.contact), 9),
    "referrals.decline": ("tokyo.desk", lambda c, s: c.referrals.decline(s.referral, reason="r"), 6),
    "referrals.withdraw": ("tokyo.desk", lambda c, s: c.referrals.withdraw(s.referral, reason="r"), 6),
    "referrals.edit": ("tokyo.desk", lambda c, s: c.referrals.edit(s.mine, introduced="2023-02-01"), 12),
    "referrals.restore": ("tokyo.desk", lambda c, s: c.referrals.restore(s.retracted), 13),
    "referrals.share": (
        "manager.desk",
        lambda c, s: c.referrals.share(s.brought, s.parts, reason="r"),
        6,
    ),
    "referrals.list": ("tokyo.desk", lambda c, _: c.referrals.list(), 2),
    "referrals.tree": ("tokyo.desk", lambda c, s: c.referrals.tree(s.snow), 3),
    "referrals.credit": ("tokyo.desk", lambda c, _: c.referrals.credit(2023), 2),
    "investors.exactly": ("tokyo.desk", lambda c, s: c.investors.exactly(s.investor), 2),
    "contacts.exactly": ("tokyo.desk", lambda c, s: c.contacts.exactly(s.contact), 2),
    "groups.join": ("tokyo.desk", lambda c, s: c.groups.join(s.empty, s.snow), 8),
    "groups.edit": ("manager.desk", lambda c, s: c.groups.edit(s.child, since="2022-01-01", reason="r"), 6),
    "groups.withdraw": ("manager.desk", lambda c, s: c.groups.withdraw(s.child, reason="r"), 6),
    "groups.restore": ("manager.desk", lambda c, s: c.groups.restore(s.identified, reason="r"), 9),
    "groups.memberships": ("tokyo.desk", lambda c, s: c.groups.memberships(s.child), 3),
    "groups.leave": ("tokyo.desk", lambda c, s: c.groups.leave(s.child, reason="r"), 5),
    "groups.tree": ("tokyo.desk", lambda c, s: c.groups.tree(s.child), 3),
    "views.list": ("viewer.desk", lambda c, _: c.views.list(), 2),
    "views.get": ("viewer.desk", lambda c, _: c.views.get("leads.list", "周会"), 2),
    "views.save": ("viewer.desk", lambda c, _: c.views.save("leads.list", "新", {"industry": "C"}), 4),
    "views.remove": ("viewer.desk", lambda c, _: c.views.remove("周会"), 4),
    "tags.list": ("viewer.desk", lambda c, _: c.tags.list(), 2),
    "tags.rename": ("manager.desk", lambda c, _: c.tags.rename("常客", "老客户"), 5),
    "tags.merge": ("manager.desk", lambda c, _: c.tags.merge("并入0", "常客"), 6),
    "tags.split": ("manager.desk", lambda c, _: c.tags.split("旧0"), 4),
    "merges.plan": ("manager.desk", lambda c, s: c.merges.plan(s.empty, s.investor), 16),
    "merges.merge": ("manager.desk", lambda c, s: c.merges.merge(s.empty, s.investor, reason="r"), 39),
    "merges.undo": ("manager.desk", lambda c, s: c.merges.undo(s.merge, reason="r"), 31),
    "merges.list": ("manager.desk", lambda c, _: c.merges.list(), 2),
    "claims.file": ("zone.desk", lambda c, s: c.claims.file(s.fresh), 8),
    "claims.edit": ("zone.desk", lambda c, s: c.claims.edit(s.claimed, note="n"), 7),
    "claims.rule": ("admin", lambda c, s: c.claims.rule(s.contested, {"hitech": 60, "west": 40}, reason="r"), 9),
    "claims.renew": ("zone.desk", lambda c, s: c.claims.renew(s.lead), 7),
    "claims.transfer": ("zone.desk", lambda c, s: c.claims.transfer(s.lead, to="west", keep=20, reason="r"), 13),
    "claims.release": ("zone.desk", lambda c, s: c.claims.release(s.lead, reason="r"), 7),
    "claims.history": ("zone.desk", lambda c, s: c.claims.history(s.lead), 3),
    "claims.standing": ("zone.desk", lambda c, s: c.claims.standing(s.investor), 3),
    "claims.list": ("zone.desk", lambda c, _: c.claims.list(), 2),
    "claims.show": ("zone.desk", lambda c, _: c.claims.show(1), 3),
    "claims.pool": ("zone.desk", lambda c, _: c.claims.pool(), 2),
    "figures.count": (
        "tokyo.desk",
        lambda c, _: c.figures.count(
            "actual_fdi", 2023, by=["country", "group", "section", "division", "unit", "kind"]
        ),
        2,
    ),
    "figures.close": ("manager.desk", lambda c, _: c.figures.close("2023-01"), 20),
    "figures.closings": ("tokyo.desk", lambda c, _: c.figures.closings(), 2),
    "benchmarks.set": (
        "manager.desk",
        lambda c, _: c.benchmarks.set("nation", "actual_fdi.growth", 2022, "8%", source="s"),
        4,
    ),
    "benchmarks.list": ("tokyo.desk", lambda c, _: c.benchmarks.list(), 2),
    "report.year": ("tokyo.desk", lambda c, _: c.report.year(2023), 9),
    "report.restatement": (
        "manager.desk",
        lambda c, _: (c.figures.close("2023-01"), c.report.restatement("2023-01"))[1],
        32,
    ),
    "figures.entries": ("tokyo.desk", lambda c, _: c.figures.entries("actual_fdi:unit=hitech", 2023), 2),
    "report.scorecard": (
        "manager.desk",
        lambda c, _: c.report.scorecard(2023, unit="hitech", explain=True),
        27,
    ),
    "imports.preview": ("zone.desk", lambda c, s: c.imports.preview(ledger(s.size), checksum=SUM), 7),
    "imports.apply": (
        "zone.desk",
        lambda c, s: c.imports.apply(ledger(s.size), token=s.token, checksum=SUM),
        23,
    ),
    "imports.undo": ("zone.desk", lambda c, s: c.imports.undo(s.batch, reason="r"), 24),
    "imports.list": ("viewer.desk", lambda c, _: c.imports.list(), 2),
    "imports.show": ("viewer.desk", lambda c, s: c.imports.show(s.batch), 4),
    "targets.get": ("viewer.desk", lambda c, _: c.targets.get("fdi-0"), 2),
    "targets.list": ("viewer.desk", lambda c, _: c.targets.list(), 4),
    "targets.show": ("viewer.desk", lambda c, _: c.targets.show("fdi-0"), 5),
    "targets.set": (
        "manager.desk",
        lambda c, _: c.targets.set(
            "trips-0",
            title="T",
            measure="delegations",
            period=2023,
            at_least="3 x",
            source="s",
            scope="each",
            units=["bureau", "hitech"],
            baselines={"bureau": 2, "hitech": 1},
            reason="r",
        ),
        7,
    ),
    "targets.load": (
        "manager.desk",
        lambda c, s: c.targets.load(targets(min(s.size, FEW)).replace('"1 USD"', '"2 USD"'), reason="r"),
        5,
    ),
    "targets.edit": ("manager.desk", lambda c, _: c.targets.edit("trips-0", at_least="4 x", reason="r"), 10),
    "targets.restore": ("manager.desk", lambda c, _: c.targets.restore("ended", reason="r"), 4),
    "targets.end": ("manager.desk", lambda c, _: c.targets.end("fdi-0", reason="r"), 4),
    "targets.score": ("manager.desk", lambda c, _: c.targets.score(2023, forecast=True), 15),
    "targets.freeze": ("manager.desk", lambda c, _: c.targets.freeze(2023, reason="r"), 25),
    "targets.editions": ("viewer.desk", lambda c, _: c.targets.editions(), 2),
    "targets.frozen": ("viewer.desk", lambda c, _: c.targets.frozen(2023), 7),
    "report.funnel": ("manager.desk", lambda c, _: c.report.funnel(2023, each="month", by="unit"), 5),
    "report.board": ("manager.desk", lambda c, _: c.report.board(), 2),
    "report.referrals": ("manager.desk", lambda c, _: c.report.referrals(2023), 3),
    "report.ambassadors": ("manager.desk", lambda c, _: c.report.ambassadors(2023, station="tokyo", unit="hitech"), 4),
    "calendar.items": ("manager.desk", lambda c, _: c.calendar.items(station="tokyo", since="2022-01-01"), 7),
    "report.digest": ("manager.desk", lambda c, _: c.report.digest(station="tokyo"), 5),
    "report.weekly": ("manager.desk", lambda c, _: c.report.weekly("tokyo", "2023-02", explain=True), 9),
    "report.station": ("manager.desk", lambda c, _: c.report.station("tokyo", "2023-02", explain=True), 9),
    "report.trip": ("manager.desk", lambda c, s: c.report.trip(s.trip, explain=True), 13),
    "report.entries": ("manager.desk", lambda c, _: c.report.entries(c.report.funnel(2023, explain=True)), 6),
    "exports.record": ("admin", lambda c, _: c.exports.record(reason="r"), 3),
    # The record of it, which was written in a transaction before, and how many rows there are; a statement for each table, as they are read.
    "exports.all": ("admin", lambda c, _: c.exports.all(c.exports.record()), 5),
    "audit.list": ("manager.desk", lambda c, _: c.audit.list(limit=None), 2),
    # The actor, which tables there is anything of, and what is no record: seals and what they list, entries that are gone
    # or of no record, the seals of what was taken in, the rows of merges, of imports and of closings (two ledgers), leads
    # beside moves, rates; conversions, and what signs them; what signs that wordings were taken out.
    "audit.verify": ("manager.desk", lambda c, _: c.audit.verify(), 2 + 2 * (len(REPLAYED) - NOTHING_OF) + 15),
    # The actor, the place of the change before, and what follows it.
    "audit.changes": ("manager.desk", lambda c, _: c.audit.changes(after=1), 3),
    "audit.head": ("manager.desk", lambda c, _: c.audit.head(), 2),
    "audit.standing": ("manager.desk", lambda c, _: c.audit.standing(), 6),
    # Three for each 5,000 entries among them.
    "audit.seal": ("manager.desk", lambda c, _: c.audit.seal(), 7),
}
#: How many more statements PostgreSQL takes. It locks first what a rule looks at, as several write at a time there: tests/laws/locks.py.
#: What a merge moves goes in one statement there, where SQLite takes one for each table.
ON_POSTGRESQL = {
    "leads.add_evidence": 1,
    "leads.edit_evidence": 2,
    "leads.withdraw_evidence": 1,
    "leads.restore_evidence": 1,
    "audit.seal": 2,
    "stations.set_status": 3,
    "units.archive": 4,
    "leads.open": 2,
    "leads.edit": 1,
    "leads.handover": 1,
    "bulk.advance": 1,
    "bulk.hold": 1,
    "bulk.lose": 1,
    "bulk.handover": 2,
    "bulk.tag": 1,
    "trips.set_unit": 1,
    "meetings.log": 2,
    "meetings.edit": 1,
    "meetings.restore": 1,
    "followups.add": 1,
    "followups.edit": 1,
    "followups.reopen": 1,
    "followups.restore": 1,
    "requests.open": 1,
    "requests.assign": 1,
    "staff.add": 2,
    "staff.move": 2,
    "staff.archive": 3,
    "staff.bind": 2,
    "staff.unbind": 1,
    "staff.restore": 2,
    "investors.add": 1,
    "investors.alias": 1,
    "investors.edit": 1,
    "investors.archive": 1,
    "investors.restore": 2,
    "contacts.add": 1,
    "contacts.edit": 1,
    "contacts.employ": 2,
    "groups.edit": 1,
    "contacts.edit_employment": 2,
    "contacts.withdraw_employment": 2,
    "contacts.restore_employment": 2,
    "groups.withdraw": 1,
    "groups.restore": 1,
    "contacts.archive": 1,
    "contacts.restore": 2,
    "trips.edit": 2,
    "trips.cancel": 1,
    "trips.close": 1,
    "events.attend": 1,
    "events.edit_attendance": 1,
    "events.restore_attendance": 1,
    "requests.restore": 1,
    "capital.verify": 1,
    "capital.confirm": 1,
    "capital.record": 1,
    "capital.reverse": 1,
    "capital.correct": 2,
    "contracts.record": 1,
    "contracts.verify": 1,
    "contracts.confirm": 1,
    "contracts.reverse": 2,
    "contracts.correct": 3,
    "groups.join": 1,
    "referrals.add": 2,
    "referrals.confirm": 1,
    "referrals.share": 2,
    "referrals.edit": 2,
    "referrals.restore": 2,
    "claims.file": 3,
    "claims.rule": 1,
    "claims.renew": 1,
    "claims.transfer": 3,
    "claims.release": 1,
    "targets.freeze": 1,
    "imports.apply": 2,
    "imports.undo": 4,
    "tags.merge": 1,
    "merges.merge": -11,
    "merges.undo": -11,
}
#: Reads whose case writes first: a closed figure to compare with, the record of an export.
AFTER_A_WRITE = {"report.restatement", "exports.all"}
#: Founding needs a database without staff: it is counted while the scene is set. PostgreSQL takes one more.
FOUNDING = 5


@pytest.mark.portable
@pytest.mark.parametrize("name", TABLE)
def test_a_verb_takes_so_many_statements(scene: Scene, name: str) -> None:
    """Each verb and read takes exactly the statements of the table, on both databases, however many rows there are.

    On PostgreSQL it takes the locks it has to, too. What is withdrawn it leaves out.
    """
    actor, call, expected = TABLE[name]
    several_write = scene.connection.dialect.name == "postgresql"
    if several_write:
        expected += ON_POSTGRESQL.get(name, 0)
    seen = scene.count(actor, call)
    assert len(seen) == expected, seen
    # On SQLite a verb that writes has to begin as a writer: the mark says which do.
    wrote = bool(seen.matching(r"^\s*(INSERT|UPDATE|DELETE)")) and name not in AFTER_A_WRITE
    assert wrote == method(name).verb.writes, seen
    ensure_withdrawn_left_out(name, seen)
    if several_write:
        ensure_serialised(name, seen, writes=wrote)


def method(name: str) -> Any:
    """Return a public method by the name that the table has for it."""
    service, verb = name.split(".")
    return getattr(getattr(CRM(Session(), None), service), verb)


def test_founding_takes_so_many_statements(scene: Scene) -> None:
    """So does the founding of the first admin."""
    several_write = scene.connection.dialect.name == "postgresql"
    assert len(scene.founding) == FOUNDING + several_write, scene.founding
    if several_write:
        ensure_serialised("staff.found", scene.founding, writes=True)


def test_every_public_method_is_counted() -> None:
    """A new verb needs its row in the table."""
    door = CRM(Session(), None)
    services = {name: getattr(door, name) for name, kind in vars(CRM).items() if isinstance(kind, cached_property)}
    public = {
        f"{name}.{method}"
        for name, service in services.items()
        for method, _ in inspect.getmembers(service, inspect.ismethod)
        if not method.startswith("_")
    }
    assert public == {*TABLE, "staff.found"}
