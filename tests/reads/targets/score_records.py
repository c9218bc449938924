"""Random records that scores are counted from: trips, events, money, projects, and the targets they are held against."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from attrs import frozen
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from crm.models import (
    Assignment,
    CapitalArrival,
    CarriedOver,
    Evidence,
    Lead,
    Leg,
    PromotionEvent,
    Redate,
    Staff,
    Transition,
    Trip,
    TripUnit,
    Unit,
)
from crm.models.base import new_uid
from tests.factories import World

TARGETS = """
period = "2023"
source = "random"
[[target]]
code = "fdi"
title = "外资"
measure = "actual_fdi"
at_least = "1000 USD"
stretch = "3000 USD"
[[target]]
code = "share"
title = "制造业"
measure = "actual_fdi"
filter = { industry = ["C"], kinds = ["new", "increase"] }
of = "actual_fdi"
at_least = "40 %"
[[target]]
code = "japan"
title = "日韩"
measure = "actual_fdi"
filter = { groups = ["japan_korea"] }
scope = "each"
kinds = ["district"]
cadence = "half"
at_least = "100 USD"
[[target]]
code = "abroad"
title = "出境"
measure = "delegations"
filter = { place = "abroad" }
at_least = 3
[[target]]
code = "home"
title = "境内"
measure = "delegations"
filter = { place = "home", led_by = "first" }
scope = "each"
kinds = ["district", "zone"]
cadence = "quarter"
at_least = 1
[[target]]
code = "together"
title = "合计"
measure = "delegations"
scope = "jointly"
kinds = ["district"]
units = ["hitech"]
at_least = 4
[[target]]
code = "twice"
title = "翻番"
measure = "delegations"
filter = { led_by = "first" }
scope = "each"
kinds = ["district", "department"]
at_least = "1.5 x"
baseline = "2022"
[[target]]
code = "events"
title = "活动"
measure = "events"
filter = { place = "home" }
cadence = "month"
at_least = 1
[[target]]
code = "projects"
title = "项目"
measure = "projects"
filter = { stage = "signed", capital = "foreign", industry = ["C"], min_amount = "100 USD" }
scope = "each"
kinds = ["district", "zone"]
at_least = 1
[[target]]
code = "all-projects"
title = "全部项目"
measure = "projects"
filter = { stage = "registered" }
scope = "jointly"
units = ["west", "hitech"]
at_least = 2
"""

UNITS = ("west", "east", "hitech", "bureau")
DISTRICTS = ("east", "west")
FIRST = date(2022, 12, 28)
DAYS = st.integers(0, 380).map(lambda days: FIRST + timedelta(days=days)) | st.sampled_from(
    [date(2022, 5, 5), date(2022, 12, 31), date(2023, 1, 1), date(2023, 3, 31), date(2023, 4, 1), date(2023, 12, 31), date(2024, 1, 1)]
)  # fmt: skip
RANKS = st.sampled_from(("city", "first", "deputy", "other"))
PLACES = st.sampled_from((("CN",), ("JP",), ("CN", "HK"), (), (None,)))


@frozen
class PlannedTrip:
    """A delegation, as the oracle sees it."""

    day: date
    unit: str | None
    rank: str
    countries: tuple[str | None, ...]
    parts: tuple[tuple[str, str | None, bool], ...]
    cancelled: bool


@frozen
class Event:
    """An event."""

    day: date
    country: str
    state: str


@frozen
class Money:
    """A confirmed arrival.

    Attributes:
        was: The amount of the entry that it corrects, which was reversed on its day; None where there is none.
    """

    day: date
    unit: str | None
    kind: str
    country: str
    industry: str
    usd: int
    confirmed: bool
    was: int | None = None


@frozen
class Project:
    """A lead that was signed on a day and may have got further, gone back, or been lost.

    Attributes:
        earlier: By how many days the day of the signing was corrected since.
        undone: Whether its agreements were withdrawn since.
        carried: Whether it was carried over to its signing, and whether it was settled since; None: it was not.
    """

    day: date
    then: str
    now: str
    amount: int
    currency: str
    foreign: bool
    industry: str
    stage: str
    status: str
    secret: bool
    earlier: int
    undone: bool
    carried: str | None

    @property
    def signed_on(self) -> date:
        """The day of the signing that counts."""
        return self.day - timedelta(days=self.earlier)


TRIPS = st.lists(
    st.builds(
        PlannedTrip, DAYS, st.sampled_from((*UNITS, None)), RANKS, PLACES,
        st.lists(st.tuples(st.sampled_from(UNITS), st.sampled_from(("first", "deputy", None)), st.booleans()), max_size=3,
                 unique_by=lambda part: part[0]).map(tuple),
        st.sampled_from((False, False, True)),
    ),
    max_size=6,
)  # fmt: skip
EVENTS = st.lists(
    st.builds(Event, DAYS, st.sampled_from(("CN", "JP")), st.sampled_from(("planned", "held", "cancelled"))), max_size=5
)
MONEY = st.lists(
    st.builds(
        Money, DAYS, st.sampled_from((*UNITS, None)), st.sampled_from(("new", "increase", "reinvestment")),
        st.sampled_from(("JP", "DE", "CN")), st.sampled_from(("C36", "J66")), st.integers(1, 400_000), st.sampled_from((True, True, False)),
        st.sampled_from((None, None, 1, 250_000)),
    ),
    max_size=6,
)  # fmt: skip
PROJECTS = st.lists(
    st.builds(
        Project, DAYS, st.sampled_from(UNITS), st.sampled_from(UNITS), st.sampled_from((9_999, 10_000, 10_001)),
        st.sampled_from(("USD", "EUR")), st.booleans(), st.sampled_from(("C36", "J66")),
        st.sampled_from(("negotiating", "signed", "registered")), st.sampled_from(("active", "on_hold", "lost")), st.booleans(),
        st.sampled_from((0, 0, 1, 5, 90)), st.sampled_from((False, False, False, True)), st.sampled_from((None, None, None, "settled", "carried")),
    ),
    max_size=5,
)  # fmt: skip


class Records:
    """A bureau with the targets; records are put in by hand and taken out again."""

    def __init__(self, session: Session) -> None:
        self.world = world = World(session)
        self.session = session
        for code in DISTRICTS:
            world.admin.units.add(code, name=code, name_en=code, kind="district")
        world.manager.targets.load(TARGETS)
        self.units: dict[str | None, int | None] = {None: None}
        self.units |= {unit.code: unit.id for unit in session.execute(select(Unit.code, Unit.id))}
        self.staff = list(session.scalars(select(Staff.id).order_by(Staff.id)))
        self.investors = {
            country: world.manager.investors.add(f"投资方{country}", country=country).id for country in ("JP", "CN")
        }
        world.clock.instant = datetime(2024, 2, 1, 2, 0, tzinfo=UTC)
        self.lead = self._lead("底", True, "C36", "contact", "active", False)
        self.numbers = count(1)

    def _lead(self, title: str, foreign: bool, industry: str, stage: str, status: str, secret: bool) -> int:
        values = {
            "uid": new_uid(), "version": 1, "title": title, "key": title, "investor_id": self.investors["JP"], "source_kind": "unit",
            "source_unit_id": self.units["bureau"], "received_on": date(2022, 1, 1), "recorded_on": date(2022, 1, 1), "industry": industry,
            "foreign_capital": foreign, "confidential": secret, "code_name": str(new_uid()) if secret else None, "stage": stage,
            "status": status, "cycle": 1, "last_transition": 1, "moved_on": date(2022, 1, 1), "entered_on": date(2022, 1, 1),
            "unit_id": self.units["bureau"],
        }  # fmt: skip
        made = self.session.connection().execute(insert(Lead).values(values).returning(Lead.id))
        return int(made.scalar_one())

    def put(self, model: Any, **values: Any) -> int:
        """Write one record past the services; return its number."""
        made = self.session.connection().execute(insert(model).values(uid=new_uid(), **values).returning(model.id))
        return int(made.scalar_one())

    def put_trip(self, trip: PlannedTrip) -> None:
        """Write a delegation."""
        at = datetime(2022, 1, 1, tzinfo=UTC)
        number = self.put(
            Trip, version=1, code=f"t{next(self.numbers)}", title="t", leader="L", rank=trip.rank, unit_id=self.units[trip.unit],
            starts_on=trip.day, ends_on=trip.day, cancelled_at=at if trip.cancelled else None, cancel_reason="r" if trip.cancelled else None,
        )  # fmt: skip
        for place, country in enumerate(trip.countries, 1):
            self.put(Leg, delegation_id=number, number=place, place="p", zone="Asia/Shanghai", arrives_on=trip.day,
                     leaves_on=trip.day, country=country)  # fmt: skip
        for unit, rank, left in trip.parts:
            self.put(
                TripUnit, version=1, delegation_id=number, unit_id=self.units[unit], leader="L" if rank else None, rank=rank,
                left_on=trip.day if left else None, left_reason="r" if left else None,
            )  # fmt: skip

    def put_event(self, event: Event) -> None:
        """Write an event."""
        self.put(
            PromotionEvent, version=1, code=f"e{next(self.numbers)}", title="e", kind="meeting", place="p", country=event.country,
            zone="Asia/Shanghai", starts_on=event.day, ends_on=event.day, state=event.state,
            reason="r" if event.state == "cancelled" else None,
        )  # fmt: skip

    def put_money(self, record: Money) -> None:
        """Write an arrival, and before it the entry that it corrects, with what reverses that."""
        old = None
        if record.was is not None:
            old = self._arrival(record, record.was)
            self._arrival(record, -record.was, reverses_id=old, reason="misread")
        self._arrival(record, record.usd, replaces_id=old)

    def _arrival(self, record: Money, usd: int, **more: Any) -> int:
        one, two, three = self.staff[:3]
        at = datetime(2024, 1, 20, tzinfo=UTC)
        booked = {
            "confirmed_by_id": three, "confirmed_at": at, "usd_minor": usd, "cny_minor": usd * 7, "usd_rate": 10**10,
            "cny_rate": 7 * 10**10, "rate_source": "safe", "rate_on": record.day,
        }  # fmt: skip
        return self.put(
            CapitalArrival, version=1, lead_id=self.lead, unit_id=self.units[record.unit], amount_minor=usd, currency="USD",
            immediate_country=record.country, ultimate_country=record.country, industry=record.industry, method="default", reference="r",
            state="confirmed" if record.confirmed else "verified", submitted_by_id=one, verified_by_id=two, verified_at=at,
            recorded_on=at.date(), recorded_at=at, kind=record.kind, arrived_on=record.day, **(booked if record.confirmed else {}), **more,
        )  # fmt: skip

    def put_project(self, record: Project) -> None:
        """Write a lead with its history: opened, signed in one step, perhaps registered, and handed over a day later."""
        lead = self._lead("签约", record.foreign, record.industry, record.stage, record.status, record.secret)
        at = datetime(record.day.year, record.day.month, record.day.day, 4, tzinfo=UTC)
        late = at.date() + timedelta(days=1)
        common = {
            "lead_id": lead,
            "policy": "p",
            "last_position": 5,
            "cycle": 1,
            "actor_id": self.staff[0],
            "to_status": "active",
        }
        self.put(
            Transition, **common, number=1, kind="open", to_stage="contact", to_position=0, occurred_on=date(2022, 1, 1),
            recorded_at=datetime(2022, 1, 1, tzinfo=UTC), recorded_on=date(2022, 1, 1),
        )  # fmt: skip
        signing = self.put(
            Transition, **common, number=2, previous=1, kind="advance", from_stage="contact", from_status="active", from_position=0,
            to_stage="signed", to_position=2, occurred_on=record.day, recorded_at=at, recorded_on=record.day, reason="skip",
        )  # fmt: skip
        if record.stage == "registered":
            self.put(
                Transition, **common, number=3, previous=2, kind="advance", from_stage="signed", from_status="active", from_position=2,
                to_stage="registered", to_position=3, occurred_on=late, recorded_at=at + timedelta(days=2), recorded_on=late,
            )  # fmt: skip
        if record.earlier:
            self.put(
                Redate, transition_id=signing, number=1, occurred_on=record.signed_on, counted_on=record.day, recorded_at=at,
                recorded_on=at.date(), actor_id=self.staff[0], reason="typed wrongly",
            )  # fmt: skip
        if record.carried is not None:
            done = {"settled_at": at, "settled_by_id": self.staff[0]} if record.carried == "settled" else {}
            self.put(
                CarriedOver, version=1, lead_id=lead, first_move=2, last_move=2, reason="from the ledger", recorded_at=at,
                actor_id=self.staff[0], **done,
            )  # fmt: skip
        gone = {"withdrawn_at": at, "withdrawn_by_id": self.staff[0]} if record.undone else {}
        for number, unit in enumerate((record.then, record.now), 1):
            self.put(
                Assignment, lead_id=lead, number=number, unit_id=self.units[unit], actor_id=self.staff[0],
                assigned_at=datetime(2022, 1, 1, tzinfo=UTC) if number == 1 else at + timedelta(hours=1),
            )  # fmt: skip
        for days, amount in ((1, 1), (0, record.amount)):
            self.put(
                Evidence, version=1, lead_id=lead, kind="agreement", dated_on=record.signed_on - timedelta(days=days), reference="a",
                amount_minor=amount, amount_currency=record.currency, submitted_by_id=self.staff[0], recorded_on=record.day, **gone,
            )  # fmt: skip
