"""A bureau with one of everything, or many: what the laws about verbs are tried on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from crm import CRM
from crm.models import Base, Contact, Investor, Lead, Merge, Referral
from crm.rules.tags import MOST
from tests.factories import (
    ArrivalFactory,
    Clock,
    ContractFactory,
    LeadFactory,
    RateFactory,
    World,
)
from tests.factories.ledgers import SUM, bring, ledger
from tests.statements import Statements, statements

#: So many targets at the most, each with a cell for every unit.
FEW = 10
#: A number that somebody has.
HELD = "uscc:91110000600037341L"
STARTS, ENDS = date(2023, 2, 15), date(2023, 2, 20)


def refer(world: World, investor: Investor, size: int) -> tuple[Investor, Lead, Referral, Referral]:
    """Let one organisation bring *size* leads, each together with another; return it with the last lead and its referrals."""
    snow = world.manager.investors.add("计数啤酒", country="HK")
    made: list[tuple[Investor, Lead, Referral, Referral]] = []
    for number in range(size):
        lead = LeadFactory.create(world=world, investor=investor, title=f"引荐{number}号")
        first = world.tokyo.referrals.add(lead, snow, credit=50)
        other = world.manager.investors.add(f"计数引荐方{number}", country="HK")
        made.append((snow, lead, first, world.tokyo.referrals.add(lead, other, credit=50)))
    return made[-1]


def unite(world: World, size: int) -> tuple[Investor, Merge]:
    """Take a company with *size* people and leads into another of a group; return the subsidiary and the merge."""
    one, two, child = (world.manager.investors.add(f"归并{letter}", country="JP") for letter in "甲乙丙")
    world.manager.groups.join(child, two)
    for number in range(size):
        world.manager.contacts.add(two, f"归并员{number}")
        LeadFactory.create(world=world, investor=two, title=f"归并{number}", negotiating=True)
    return child, world.manager.merges.merge(one, two, reason="one")


def tag(world: World, investor: Investor, lead: Lead, size: int) -> None:
    """Tag an investor and a lead, and merge *size* tags into another, twice."""
    world.tokyo.investors.tag(investor, ["常客", "并入0"])
    world.tokyo.leads.tag(lead, [f"标签{number}" for number in range(min(size, MOST))])
    for number in range(size):
        world.tokyo.investors.tag(investor, [f"旧{number}"])
        world.tokyo.investors.tag(investor, remove=[f"旧{number}"])
        world.manager.tags.merge(f"旧{number}", "并入0")


def keep_views(world: World) -> None:
    """Let each who is tried have a view."""
    for door in (world.viewer, world.tokyo, world.frankfurt):
        door.views.save("leads.list", "周会", {"status": "active"})


def archive(world: World, employer: Investor, size: int) -> tuple[Investor, Contact]:
    """Archive an investor with *size* names, somebody with as many employers, a unit and a member of staff."""
    gone = world.tokyo.investors.add("归档商事", country="JP", aliases=[f"Archived {number}" for number in range(size)])
    former = world.tokyo.contacts.add(employer, "离任者")
    for number in range(size):
        world.tokyo.contacts.employ(former, world.tokyo.investors.add(f"任职{number}", country="JP"))
    world.tokyo.contacts.archive(former, reason="left")
    world.manager.investors.archive(gone, reason="dissolved")
    world.admin.units.add("closed", name="撤销区", name_en="Closed", kind="zone")
    world.admin.units.archive("closed", reason="merged")
    world.admin.staff.add("left.desk", "L", role="viewer", unit="hitech")
    world.admin.staff.archive("left.desk", reason="left")
    return gone, former


def targets(size: int) -> str:
    """Return a file with so many targets of each measure, scope and sort of threshold."""
    told = ['period = "2023"', 'source = "s"']
    for number in range(size):
        for code, measure, more in (
            ("fdi", "actual_fdi", 'at_least = "1 USD"'),
            ("share", "actual_fdi", 'at_least = "1 %"\nof = "actual_fdi"\nfilter = { industry = ["C"] }'),
            (
                "home",
                "domestic_capital",
                'at_least = "1 CNY"\nscope = "each"\nkinds = ["zone", "district"]\ncadence = "half"',
            ),
            (
                "trips",
                "delegations",
                'at_least = "2 x"\nbaseline = "2022"\nscope = "each"\nkinds = ["zone"]\nunits = ["bureau"]',
            ),
            (
                "joint",
                "delegations",
                'at_least = 1\nscope = "jointly"\nkinds = ["zone", "district"]\ncadence = "quarter"',
            ),
            ("events", "events", "at_least = 1"),
            ("signed", "projects", 'at_least = 1\nfilter = { stage = "signed", min_amount = "1 CNY" }'),
        ):
            told.append(f'[[target]]\ncode = "{code}-{number}"\ntitle = "t{number}"\nmeasure = "{measure}"\n{more}')
    return "\n".join(told)


def expired(world: World, size: int) -> None:
    """Contacts whose day of retention has passed, at a company without leads."""
    past = world.tokyo.investors.add("满期商事", country="JP")
    for number in range(size):
        world.tokyo.contacts.add(past, f"满期员{number}番", title="部長", retain_until="2023-02-01")


class Scene:
    """A bureau with *size* of everything, on one connection; whatever a case writes is rolled back."""

    def __init__(self, connection: Connection, size: int) -> None:  # noqa: PLR0915 - one of everything
        self.connection = connection
        self.clock = Clock()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            world = World(session, found=False)
            with statements(session) as self.founding:
                world.nobody.staff.found("admin", "管理员")
            world.session.rollback()
            world = World(session)
            many = range(size)
            for number in many:
                world.admin.staff.bind("tokyo.desk", "host", f"sato {number}")
            investor = world.tokyo.investors.add(
                "计数商事株式会社", country="JP", aliases=[f"Counted {number}" for number in many]
            )
            people = [world.tokyo.contacts.add(investor, f"计数员{number}番") for number in many]
            expired(world, size)
            for number in many:
                LeadFactory.create(world=world, investor=investor, title=f"计数{number}号", negotiating=True)
                LeadFactory.create(world=world, investor=investor, title=f"等待{number}号", held=True)
            several = [
                LeadFactory.create(world=world, investor=investor, title=f"成批{number}号", ready=True)
                for number in many
            ]
            at = {
                "fresh": LeadFactory.create(world=world, investor=investor, ready=True),
                "signed": LeadFactory.create(world=world, investor=investor, signed=True),
                "held": LeadFactory.create(world=world, investor=investor, held=True),
                "lost": LeadFactory.create(world=world, investor=investor, lost=True),
                "landed": LeadFactory.create(world=world, landed=True),
                "carried": LeadFactory.create(world=world, investor=investor, carried=True),
            }
            lead = at["signed"]
            meeting = paper = entry = promised = verified = agreed = cost = None
            RateFactory.create(world=world, days=size)
            promises = [(f"promise {number}", "2023-03-01") for number in many]
            for number in many:
                meeting = world.tokyo.meetings.log(
                    lead, summary=f"talk {number}", contacts=people, agreed=[f"line {part}" for part in many],
                    followups=promises, station="tokyo", at=world.clock() - timedelta(minutes=number + 1), zone="Asia/Tokyo",
                )  # fmt: skip
                world.tokyo.leads.handover(lead, unit="bureau" if number % 2 == 0 else "hitech")
                paper = world.tokyo.leads.add_evidence(lead, "photograph", dated=world.today, reference=f"{number}")
                entry = world.tokyo.capital.record(lead, "1 USD", arrived=world.today, reference=f"{number}")
                promised = world.tokyo.contracts.record(lead, "1 USD", agreed=world.today, reference=f"{number}")
                verified = ArrivalFactory.create(world=world, lead=at["landed"], verified=True)
                agreed = ContractFactory.create(world=world, lead=lead, verified=True)
                world.manager.leads.redate(at["landed"], world.day(-1 - number), move=1, reason="r")
            team = [
                world.admin.staff.add(f"member.{number}", "M", role="viewer", unit="bureau").username for number in many
            ]
            # A flush sends a thousand rows at a time: the cells of this scorecard are fewer.
            world.manager.targets.load(targets(min(size, FEW)))
            world.manager.targets.freeze(2023)
            world.manager.targets.set("ended", title="T", measure="delegations", period=2024, at_least=1, source="s")
            world.manager.targets.end("ended", reason="r")
            trip = world.manager.trips.plan(
                "counted", title="计数团", leader="L", rank="city", starts=STARTS, ends=ENDS, members=team, announced="2023-01-01",
                legs=[("东京", "JP", "Asia/Tokyo", STARTS, ENDS)] * size, visits=[(investor, ENDS, None)] * size, units=["hitech"],
            )  # fmt: skip
            for number in many:
                world.manager.trips.add_cost(trip, "1 CNY", item=f"cost {number}", reference="r")
                cost = world.manager.trips.add_cost(trip, "1 USD", item=f"cost {number}", reference="r")
            assert cost is not None
            assert meeting is not None
            assert paper is not None
            assert entry is not None
            assert promised is not None
            assert verified is not None
            assert agreed is not None
            # What comes after it is less than one seal holds.
            world.manager.audit.seal()
            snow, brought, referral, mine = refer(world, investor, size)
            world.admin.units.add("west", name="西区", name_en="West", kind="district")
            free = LeadFactory.create(world=world, investor=investor, title="争议", negotiating=True)
            world.manager.claims.file(lead, unit="hitech")
            rivals = [
                world.admin.units.add(f"rival-{number}", name="区", name_en="R", kind="district").code
                for number in many
            ]
            for unit in ("hitech", "west", *rivals):
                world.manager.claims.file(free, unit=unit)
            for number in many:
                other = world.manager.investors.add(f"零份额引荐方{number}", country="HK")
                world.tokyo.referrals.add(brought, other, credit=0)
            retracted = world.tokyo.referrals.add(
                LeadFactory.create(world=world, investor=investor, title="撤回引荐"), snow
            )
            world.tokyo.referrals.withdraw(retracted, reason="r")
            for number in many:
                held = LeadFactory.create(world=world, investor=investor, title=f"首谈{number}号")
                world.manager.claims.file(held, unit="hitech")
            claimed = world.zone.claims.file(LeadFactory.create(world=world, investor=investor, title="本区首谈"))
            over = world.manager.trips.plan(
                "over",
                title="O",
                leader="L",
                rank="city",
                starts=STARTS,
                ends=STARTS,
                members=team,
                announced="2023-01-01",
            )
            asked = done = came = None
            event = world.manager.events.add("counted", title="计数推介会", place="济南", starts="2023-02-01")
            for number in many:
                came = world.tokyo.events.attend(event, note=f"guests {number}", people=3)
                LeadFactory.create(world=world, investor=investor, title=f"活动{number}号", source="event:counted")
                asked = world.tokyo.requests.open(lead, f"request {number}", unit="hitech")
                done = world.tokyo.requests.open(lead, f"solved {number}")
                world.tokyo.requests.resolve(done, "solved")
                world.tokyo.capital.record(
                    at["landed"], "1 USD", kind="reinvestment", arrived=world.today, reference=f"profit {number}"
                )
            assert asked is not None
            assert done is not None
            assert came is not None
            empty = world.tokyo.investors.add("空商事", country="JP")
            idle = world.tokyo.contacts.add(empty, "未会面")
            world.tokyo.contacts.employ(people[0], empty)
            world.tokyo.contacts.withdraw_employment(people[0], empty)
            stayed = world.tokyo.events.withdraw_attendance(world.tokyo.events.attend(event, investor))
            mistyped = world.tokyo.requests.withdraw(world.tokyo.requests.open(lead, "typed twice", unit="hitech"))
            gone, former = archive(world, empty, size)
            identified = world.tokyo.investors.add("标识商事", country="JP", identifiers=[HELD])
            world.manager.groups.join(identified, snow)
            world.manager.groups.withdraw(identified)
            for number in many:
                world.tokyo.investors.identify(identified, f"de_hr:Köln HRB {number + 1}")
                world.tokyo.investors.distinct(
                    investor, world.tokyo.investors.add(f"另一家{number}", country="JP"), reason="r"
                )
            lapsed = world.tokyo.leads.add_evidence(lead, "photograph", dated=world.today, reference="twice")
            world.tokyo.leads.withdraw_evidence(lapsed)
            promise = world.tokyo.followups.add(lead, "send the plan", due="2023-03-01")
            dropped = world.tokyo.followups.cancel(
                world.tokyo.followups.add(lead, "send it again", due="2023-03-01"), reason="sent already"
            )
            kept = world.tokyo.followups.add(lead, "sent", due="2023-03-01")
            world.tokyo.followups.done(kept, result="sent")
            withdrawn = world.tokyo.meetings.log(lead, summary="twice", contacts=people, followups=promises)
            world.tokyo.meetings.withdraw(withdrawn)
            at["contested"], at["brought"] = free, brought
            child, merge = unite(world, size)
            tag(world, investor, lead, size)
            batch = bring(world.zone, ledger(size, first=1000)).batch
            assert batch is not None
            keep_views(world)
            self.several = [one.id for one in several]
            self.at = {key: record.id for key, record in at.items()}
            self.ids = {
                "snow": snow.id, "child": child.id, "merge": merge.id, "batch": batch.id,
                 "referral": referral.id, "mine": mine.id, "retracted": retracted.id, "claimed": claimed.id,
                "investor": investor.id, "contact": people[0].id, "lead": lead.id, "meeting": meeting.id, "paper": paper.id,
                "promised": promised.id, "verified": verified.id, "agreed": agreed.id,
                "identified": identified.id,
                "entry": entry.id, "trip": trip.id, "over": over.id, "empty": empty.id, "dropped": dropped.id, "lapsed": lapsed.id, "withdrawn": withdrawn.id,
                "gone": gone.id, "former": former.id, "promise": promise.id, "kept": kept.id, "asked": asked.id, "done": done.id,
                "event": event.id, "came": came.id, "idle": idle.id, "stayed": stayed.id, "mistyped": mistyped.id,
                "visit": trip.visits[0].id, "cost": cost.id, "unit": world.admin.units.get("hitech").id,
            }  # fmt: skip
            session.commit()
            self.token = world.zone.imports.preview(ledger(size), checksum=SUM).token
            # The shares of a lead that many have brought.
            self.parts = {row.id: 1 for row in world.manager.referrals.list(lead=brought)}
            self.contact_uid = people[0].uid
        self.team = team
        self.size = size

    def __getattr__(self, name: str) -> int:
        """Return the id of a record by the name it has here."""
        found: int = self.__dict__["ids"].get(name) or self.__dict__["at"][name]
        return found

    def count(self, actor: str, call: Callable[[CRM, Scene], Any]) -> Statements:
        """Return the statements of a call in a session that has loaded nothing, and take it back."""
        with Session(binds={Base: self.connection}, join_transaction_mode="create_savepoint") as session:
            door = CRM(session, actor, clock=self.clock)
            with statements(session) as seen:
                call(door, self)
                session.flush()
            session.rollback()
        return seen
