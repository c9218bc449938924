"""Random ledgers of six leads, put in by hand, and what an entry is worth to whom, for the oracles of figures and reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, Literal

from attrs import evolve, frozen
from hypothesis import strategies as st
from sqlalchemy import Engine, bindparam, insert, select, update
from sqlalchemy.orm import Session

from crm.models import CapitalArrival, ContractAmount, Staff, Unit
from crm.models.base import new_uid
from crm.models.guards import drop_guards
from crm.rules.stages import DEFAULT
from crm.values.period import Period
from tests.factories import LeadFactory, World

COUNTRIES = ("JP", "KR", "DE", "US", "HK", "CN")
INDUSTRIES = ("C36", "C3670", "C", "J66", "M")
KINDS = ("new", "increase", "reinvestment", "shareholder_loan")
CONTRACT_KINDS = ("new", "increase", "decrease", "termination")
FIRST = date(2021, 12, 30)
#: Days on both sides of two New Years, and some between.
DAYS = (*range(5), 40, 200, 360, *range(364, 371), 500, *range(729, 735))
#: The day they are looked at from, and when they were confirmed unless they say otherwise.
TODAY = date(2024, 6, 1)
CONFIRMED = datetime(2024, 6, 1, tzinfo=UTC)
#: Basis points of the lead whose claim is split.
SHARES = (("hitech", 3333), ("west", 6667))
#: Its last day of protection: nothing happened after the first of December.
SPLIT_UNTIL = date(2021, 12, 1) + timedelta(days=DEFAULT.claims.protection_days)

Book = Literal["arrival", "contract"]
_MODELS: dict[Book, tuple[Any, str]] = {
    "arrival": (CapitalArrival, "arrived_on"),
    "contract": (ContractAmount, "agreed_on"),
}


@frozen
class Entry:
    """An entry, as an oracle sees it.

    Attributes:
        lead: Which of the six.
        day: Of arrival, or of the contract.
        kind: What sort of capital, or what the contract does.
        country: Where it came from.
        industry: What for.
        unit: The unit that had the lead, or None.
        usd: US cents; negative for what is taken back.
        confirmed: Whether it counts.
        book: Which ledger.
        back: The day on which a second entry reverses it, or None.
        back_confirmed: Whether that one counts.
        at: When it was confirmed.
        late: Whether that was after a closing, and not before it.
        back_late: The same of what reverses it, which is never confirmed first.
    """

    lead: int
    day: date
    kind: str
    country: str
    industry: str
    unit: str | None
    usd: int
    confirmed: bool
    book: Book = "arrival"
    back: date | None = None
    back_confirmed: bool = True
    at: datetime = CONFIRMED
    late: bool = False
    back_late: bool = False

    @property
    def reversal(self) -> Entry | None:
        """What takes it back, or None."""
        if self.back is None:
            return None
        return evolve(
            self, day=self.back, usd=-self.usd, confirmed=self.confirmed and self.back_confirmed, back=None, late=self.late or self.back_late,
        )  # fmt: skip

    @property
    def at_closing(self) -> Entry:
        """The same before what is late was confirmed."""
        back = self.back_confirmed and not self.back_late
        return evolve(self, confirmed=self.confirmed and not self.late, back_confirmed=back)


_SPREAD = st.sampled_from(DAYS).map(lambda days: FIRST + timedelta(days=days))
_AMOUNTS = st.integers(1, 10**13) | st.integers(1, 40)
_COMMON: dict[str, Any] = {
    "lead": st.integers(0, 5), "day": _SPREAD, "country": st.sampled_from(COUNTRIES), "industry": st.sampled_from(INDUSTRIES),
    "unit": st.sampled_from(("hitech", "bureau", None)), "confirmed": st.booleans() | st.just(True),
}  # fmt: skip
_BACK: dict[str, Any] = {"back": st.none() | _SPREAD, "back_confirmed": st.booleans() | st.just(True)}


def _taken_back(entry: Entry) -> Entry:
    """Return an entry whose contract takes something back with its sign."""
    return evolve(entry, usd=-entry.usd) if entry.kind in CONTRACT_KINDS[2:] else entry


ARRIVAL = st.builds(Entry, kind=st.sampled_from(KINDS), usd=_AMOUNTS, **_COMMON)
REVERSED_ARRIVAL = st.builds(Entry, kind=st.sampled_from(KINDS), usd=_AMOUNTS, **_COMMON, **_BACK)
CONTRACT = st.builds(
    Entry, kind=st.sampled_from(CONTRACT_KINDS), usd=_AMOUNTS, book=st.just("contract"), **_COMMON, **_BACK
).map(_taken_back)


def _corrected(entry: Entry, size: int) -> list[Entry]:
    """Return what a correction of the amount leaves in the ledger: the entry, reversed on its day, and the new one."""
    return [evolve(entry, back=entry.day), evolve(entry, usd=size if entry.usd > 0 else -size, back=None)]


#: The entries of a ledger, of which some were corrected.
ENTRIES = st.lists(
    (REVERSED_ARRIVAL | REVERSED_ARRIVAL | CONTRACT).map(lambda entry: [entry])
    | st.builds(_corrected, REVERSED_ARRIVAL | CONTRACT, _AMOUNTS),
    max_size=12,
).map(lambda several: [entry for made in several for entry in made])


def booked(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries with what reverses them, each counting for itself."""
    return [booking for entry in entries for booking in (entry, entry.reversal) if booking is not None]


def counting(
    entries: Iterable[Entry], period: Period, *, book: Book = "arrival", kinds: Iterable[str] = KINDS, home: bool = False
) -> list[Entry]:  # fmt: skip
    """Return the confirmed entries of a ledger that count in a period, reversals on their own day."""
    return [
        entry
        for entry in booked(entries)
        if entry.book == book
        and entry.confirmed
        and entry.kind in kinds
        and (entry.country == "CN") is home
        and period.start <= entry.day < period.end
    ]


def parts(entry: Entry) -> list[tuple[str | None, int]]:
    """Return what each unit has of an entry (those of the third lead are split), by the largest remainder; what is taken back, as it was given."""
    if entry.lead != 2 or entry.day > SPLIT_UNTIL:
        return [(entry.unit, entry.usd)]
    size, sign = abs(entry.usd), 1 if entry.usd > 0 else -1
    exact = {unit: Fraction(size * points, 10_000) for unit, points in SHARES}
    whole = {unit: value.numerator // value.denominator for unit, value in exact.items()}
    left = size - sum(whole.values())
    for unit in sorted(exact, key=lambda unit: (whole[unit] - exact[unit], unit))[:left]:
        whole[unit] += 1
    return [(unit, sign * value) for unit, value in whole.items()]


#: What a breakdown knows an entry by.
CODES: dict[str, Callable[[Entry], str | None]] = {
    "country": lambda entry: entry.country,
    "section": lambda entry: entry.industry[0],
    "division": lambda entry: entry.industry[:3] if len(entry.industry) > 1 else None,
    "kind": lambda entry: entry.kind,
}
GROUPS = {group.code: group.countries for group in DEFAULT.capital.groups}


def broken_down(entries: Iterable[Entry]) -> tuple[int, dict[str, dict[str | None, int]]]:
    """Add up entries one after the other: the whole, and the parts of every breakdown, each group being there."""
    total = 0
    by: dict[str, dict[str | None, int]] = {dimension: {} for dimension in (*CODES, "unit")}
    by["group"] = dict.fromkeys(GROUPS, 0)
    for entry in entries:
        total += entry.usd
        for dimension, code in CODES.items():
            by[dimension][code(entry)] = by[dimension].get(code(entry), 0) + entry.usd
        for unit, value in parts(entry):
            by["unit"][unit] = by["unit"].get(unit, 0) + value
        for group, countries in GROUPS.items():
            by["group"][group] += entry.usd if entry.country in countries else 0
    return total, by


def cleaned(found: Any) -> dict[Any, int]:
    """Return parts without those that came to nothing."""
    return {code: value for code, value in found.items() if value}


#: So many leads of a ledger are public, the first ones.
PUBLIC = 4


class Ledger:
    """Six leads, the third with a split claim, the last two confidential; entries are put in by hand."""

    def __init__(self, session: Session) -> None:
        self.world = world = World(session)
        self.session = session
        world.clock.instant = datetime(2021, 12, 1, 2, 0, tzinfo=UTC)
        world.admin.units.add("west", name="西区", name_en="West", kind="district")
        self.leads = [
            LeadFactory.create(world=world, title=f"账{number}", **({"secret": True} if number >= PUBLIC else {}))
            for number in range(6)
        ]
        for unit in ("hitech", "west"):
            world.manager.claims.file(self.leads[2], unit=unit)
        world.admin.claims.rule(self.leads[2], {"hitech": "33.33", "west": "66.67"}, reason="both came")
        self.units: dict[str, int] = {row.code: row.id for row in session.execute(select(Unit.code, Unit.id))}
        self.staff = session.scalars(select(Staff.id).order_by(Staff.id)).all()

    def put(self, entries: Iterable[Entry]) -> list[int]:
        """Write entries past the services, and return their numbers in the order of :func:`booked`; two statements a ledger."""
        rows, uids = dict[tuple[Book, bool], list[Any]](), list[tuple[Book, Any]]()
        for entry in entries:
            first = new_uid()
            for booking, of in ((entry, None), (entry.reversal, first)):
                if booking is None:
                    continue
                uid = first if of is None else new_uid()
                rows.setdefault((booking.book, of is not None), []).append((booking, uid, of))
                uids.append((booking.book, uid))
        ids: dict[Any, int] = {}
        for (book, _), several in sorted(rows.items()):  # what is reversed stands before what reverses it
            model = _MODELS[book][0]
            self.session.connection().execute(
                insert(model), [self._row(booking, uid, ids.get(of)) for booking, uid, of in several]
            )
            written = [uid for _, uid, _ in several]
            found = self.session.connection().execute(select(model.uid, model.id).where(model.uid.in_(written)))
            ids |= {row.uid: row.id for row in found}
        return [ids[uid] for _, uid in uids]

    def confirm(self, entries: Iterable[Entry], ids: Iterable[int]) -> None:
        """Confirm what is late, past the services; *ids* are those of :meth:`put`. At most one statement a ledger."""
        late = [
            (booking, number)
            for booking, number in zip(booked(entries), ids, strict=True)
            if booking.confirmed and booking.late
        ]
        for book, (model, _) in _MODELS.items():
            rows = [{"number": number, **self._signed(booking)} for booking, number in late if booking.book == book]
            if rows:
                table = model.__table__
                self.session.connection().execute(
                    update(table).where(table.c.id == bindparam("number")).values(state="confirmed"), rows
                )

    def _signed(self, booking: Entry) -> dict[str, Any]:
        return {
            "confirmed_by_id": self.staff[2], "confirmed_at": booking.at, "usd_minor": booking.usd, "cny_minor": booking.usd * 7, "usd_rate": 10**10,
            "cny_rate": 7 * 10**10, "rate_source": "safe", "rate_on": booking.day,
        }  # fmt: skip

    def _row(self, booking: Entry, uid: Any, of: int | None) -> dict[str, Any]:
        one, two = self.staff[:2]
        return {
            "uid": uid, "lead_id": self.leads[booking.lead].id, "unit_id": self.units.get(booking.unit or ""), "amount_minor": booking.usd,
            "currency": "USD", "immediate_country": booking.country, "ultimate_country": booking.country, "industry": booking.industry,
            "method": "default", "reference": "r", "state": "confirmed" if booking.confirmed else "verified", "submitted_by_id": one,
            "verified_by_id": two, "verified_at": booking.at, "recorded_on": CONFIRMED.date(), "recorded_at": booking.at, "kind": booking.kind,
            _MODELS[booking.book][1]: booking.day, "version": 1, "reverses_id": of,
            "reason": "taken back" if booking.usd < 0 or of is not None else None,
        } | {name: value if booking.confirmed else None for name, value in self._signed(booking).items()}  # fmt: skip


def opened(engine: Engine) -> Iterator[Ledger]:
    """Yield the leads, in a transaction that is rolled back afterwards."""
    with engine.connect() as connection:
        outer = connection.begin()
        drop_guards(connection)  # entries are confirmed by UPDATE, with values that a verb would have written once
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield Ledger(session)
        outer.rollback()
