"""The year report against the plainest Python there is, on random ledgers and benchmarks, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, Literal

import pytest
from attrs import frozen
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Engine, insert

from crm.models import Benchmark, CarriedOver, Enterprise, Lead
from crm.models.base import new_uid
from crm.reports.sheet import Report
from crm.values.money import Money
from crm.values.period import Period
from crm.values.ratios import FROM_ZERO, OF_NOTHING, UNKNOWN
from crm.values.sentences import Coded, NotAvailable
from tests.reads.figures.ledgers import (
    CODES,
    CONTRACT_KINDS,
    DAYS,
    ENTRIES,
    FIRST,
    GROUPS,
    Entry,
    Ledger,
    booked,
    counting,
    opened,
)
from tests.tiers import examples

PERIODS = ("2022", "2023", "2022H2", "2023Q1", "2023-01", "2022-12-31..2023-02-15")
#: The figures of the report with the word in its rows; a part of the whole says by what and by which code.
LINES = (
    "actual_fdi", "actual_fdi:group=japan_korea", "actual_fdi:group=europe_america", "actual_fdi:section=C", "actual_fdi:kind=reinvestment",
    "contract_fdi", "new_enterprises", "requests_solved",
)  # fmt: skip
GROWTH = "actual_fdi.growth"
Value = int | Fraction | NotAvailable | None


@frozen
class Mark:
    """A benchmark: whose, of which figure, of this period (0), the year before (1) or one that is neither (2), and how much."""

    scope: str
    key: str
    when: int
    points: int


MARKS = st.lists(
    st.builds(
        Mark, st.sampled_from(("own", "own", "nation", "province")), st.sampled_from((*LINES, GROWTH, GROWTH)), st.sampled_from((0, 1, 1, 2)),
        st.integers(-300, 3000) | st.integers(0, 10**13),
    ),
    max_size=10,
)  # fmt: skip


@frozen
class Company:
    """A project company, licensed on a day; its lead may be domestic, or carried over, settled since or not."""

    day: date
    foreign: bool
    carried: str | None

    @property
    def counts(self) -> bool:
        """Whether it is in the figures."""
        return self.foreign and self.carried != "carried"


COMPANIES = st.lists(
    st.builds(
        Company,
        st.sampled_from(DAYS).map(lambda days: FIRST + timedelta(days=days)),
        st.sampled_from((True, True, False)),
        st.sampled_from((None, "settled", "carried")),
    ),
    max_size=4,
)


@pytest.fixture(scope="module")
def ledger(engine: Engine) -> Any:
    """The leads, in a transaction that is rolled back after the module, seen from the middle of 2024."""
    for opened_ledger in opened(engine):
        opened_ledger.world.clock.instant = datetime(2024, 6, 1, 2, tzinfo=UTC)
        yield opened_ledger


def year_before(period: str) -> Period:
    """Return the same days of the year before, by the calendar."""
    found = Period.parse(period)
    return Period(found.start.replace(year=found.start.year - 1), found.end.replace(year=found.end.year - 1))


def enter(ledger: Ledger, marks: Sequence[Mark], period: str) -> None:
    """Write benchmarks past the services; of the same figure a later one is another edition."""
    spans = (Period.parse(period), year_before(period), Period.year(2019))
    editions: dict[Any, int] = {}
    rows = []
    for mark in marks:
        number = editions[mark.scope, mark.key, mark.when] = editions.get((mark.scope, mark.key, mark.when), 0) + 1
        span = spans[mark.when]
        rows.append(
            {
                "uid": new_uid(), "scope": mark.scope, "key": mark.key, "starts_on": span.start, "ends_on": span.last, "number": number,
                "unit": unit_of(mark.key), "value": mark.points, "source": f"book {number}", "actor_id": ledger.staff[0],
                "entered_at": datetime(2024, 1, 1, tzinfo=UTC),
            }
        )  # fmt: skip
    if rows:
        ledger.session.connection().execute(insert(Benchmark), rows)


def found(ledger: Ledger, companies: Sequence[Company]) -> None:
    """Write project companies past the services, each with the lead that founded it."""
    connection, at = ledger.session.connection(), datetime(2024, 1, 1, tzinfo=UTC)
    for number, company in enumerate(companies):
        recorded = max(company.day, at.date())
        values = {"version": 1, "name": f"项目公司{number}", "licensed_on": company.day, "recorded_on": recorded}
        enterprise = connection.execute(insert(Enterprise).values(uid=new_uid(), **values).returning(Enterprise.id))
        lead = {
            "uid": new_uid(), "version": 1, "title": f"设立{number}", "key": f"设立{number}", "investor_id": ledger.leads[0].investor_id,
            "source_kind": "unit", "source_unit_id": ledger.units["bureau"], "received_on": company.day, "recorded_on": company.day,
            "foreign_capital": company.foreign, "confidential": False, "stage": "registered", "status": "active", "cycle": 1,
            "last_transition": 1, "moved_on": company.day, "entered_on": company.day, "enterprise_id": enterprise.scalar_one(),
        }  # fmt: skip
        made = connection.execute(insert(Lead).values(lead).returning(Lead.id)).scalar_one()
        if company.carried is not None:
            done = {"settled_at": at, "settled_by_id": ledger.staff[0]} if company.carried == "settled" else {}
            carried = {"version": 1, "lead_id": made, "first_move": 2, "last_move": 2, "reason": "r", "recorded_at": at}
            connection.execute(insert(CarriedOver).values(uid=new_uid(), actor_id=ledger.staff[0], **carried, **done))


def unit_of(key: str) -> Literal["usd", "count", "basis_points"]:
    """Return what a figure counts in."""
    if key == GROWTH:
        return "basis_points"
    return "usd" if key.endswith("fdi") or ":" in key else "count"


class Plain:
    """The report in a page of Python: every number anew from the list of entries."""

    def __init__(
        self, entries: Sequence[Entry], marks: Sequence[Mark], period: str, companies: Sequence[Company] = ()
    ) -> None:
        self.entries, self.marks, self.companies = entries, marks, companies
        self.period, self.before = Period.parse(period), year_before(period)

    def mark(self, scope: str, key: str, when: int) -> int | None:
        """Return the last benchmark of a figure, or None."""
        found = [
            benchmark.points
            for benchmark in self.marks
            if (benchmark.scope, benchmark.key, benchmark.when) == (scope, key, when)
        ]
        return found[-1] if found else None

    def counted(self, key: str, period: Period) -> int:
        """Add up what belongs to a figure; no request was made."""
        measure, _, part = key.partition(":")
        dimension, _, code = part.partition("=")
        if unit_of(key) == "count":
            mine = [
                company for company in self.companies if company.counts and period.start <= company.day < period.end
            ]
            return len(mine) if key == "new_enterprises" else 0
        contracts: dict[str, Any] = {"book": "contract", "kinds": CONTRACT_KINDS}
        booked_then = counting(self.entries, period, **(contracts if measure == "contract_fdi" else {}))
        if dimension == "group":
            return sum(booking.usd for booking in booked_then if booking.country in GROUPS[code])
        return sum(booking.usd for booking in booked_then if not dimension or CODES[dimension](booking) == code)

    def earlier(self, key: str) -> tuple[int | None, str | None]:
        """Return what a figure came to the year before, and where that is from."""
        if self.counted(key.partition(":")[0], self.before):
            return self.counted(key, self.before), "ledger"
        own = self.mark("own", key, 1)
        return (None, None) if own is None else (own, "published: {source}")

    def growth(self, key: str) -> Value:
        """Return the exact growth, or why there is none."""
        before = self.earlier(key)[0]
        if before is None:
            return NotAvailable(UNKNOWN)
        return Fraction(self.counted(key, self.period), before) - 1 if before > 0 else NotAvailable(FROM_ZERO)

    def share(self, value: int) -> Value:
        """Return the exact share of the whole, or why there is none."""
        whole = self.counted("actual_fdi", self.period)
        return Fraction(value, whole) if whole else NotAvailable(OF_NOTHING)

    def told(self) -> list[str]:
        """Return the figures that have a line: that of contracts alone may be missing."""
        contract = (
            self.counted("contract_fdi", self.period), self.earlier("contract_fdi")[0], self.mark("own", "contract_fdi", 0),
        )  # fmt: skip
        return [key for key in LINES if key != "contract_fdi" or any(contract)]

    def row(self, key: str) -> tuple[Any, ...]:
        """Return the numbers of a line: now, before, growth, share, origin, as we published it."""
        now = self.counted(key, self.period)
        before, origin = self.earlier(key)
        return (
            now, NotAvailable(UNKNOWN) if before is None else before, self.growth(key), self.share(now) if ":" in key else None, origin,
            self.mark("own", key, 0),
        )  # fmt: skip

    def published_growth(self) -> Fraction | None:
        """Return the growth that we published, where it is not ours to two digits of a percentage."""
        points, ours = self.mark("own", GROWTH, 0), self.growth("actual_fdi")
        if points is None or not isinstance(ours, Fraction) or round(ours * 100, 2) == round(Fraction(points, 100), 2):
            return None
        return Fraction(points, 10_000)

    def ahead(self) -> dict[str, tuple[Fraction, Value]]:
        """Return the growth of each of the others, and by how much ours is ahead of it."""
        ours, found = self.growth("actual_fdi"), dict[str, tuple[Fraction, Value]]()
        for scope in ("nation", "province"):
            theirs = self.mark(scope, GROWTH, 0)
            if theirs is not None:
                points = Fraction(theirs, 10_000)
                found[scope] = (points, ours - points if isinstance(ours, Fraction) else ours)
        return found

    def parts(self, dimension: str) -> dict[str, tuple[Any, ...]]:
        """Return the rows of a breakdown by code; of groups every one, of others what is not nothing."""
        mine = counting(self.entries, self.period)
        codes = list(GROUPS) if dimension == "group" else sorted({str(CODES[dimension](booking)) for booking in mine})
        rows = {}
        for code in codes:
            key = f"actual_fdi:{dimension}={code}"
            now, before = self.counted(key, self.period), self.earlier(key)[0]
            if now or dimension == "group":
                rows[code] = (now, before, self.growth(key), self.share(now))
        return rows

    def months(self) -> list[tuple[int, int, int, int]]:
        """Return year, month, sum and sum so far, from the first month to the last."""
        rows, so_far, day = list[tuple[int, int, int, int]](), 0, self.period.start
        while day < self.period.end:
            if not rows or rows[-1][:2] != (day.year, day.month):
                rows.append((day.year, day.month, 0, so_far))
            today = sum(booking.usd for booking in counting(self.entries, Period(day, day + timedelta(days=1))))
            so_far += today
            rows[-1] = (*rows[-1][:2], rows[-1][2] + today, so_far)
            day += timedelta(days=1)
        return rows

    def waiting(self) -> int:
        """Return how many arrivals of the period are not confirmed."""
        mine = booked(entry for entry in self.entries if entry.book == "arrival")
        return sum(not booking.confirmed and self.period.start <= booking.day < self.period.end for booking in mine)


def plain(cell: Any) -> Any:
    """Return an amount as cents, where a figure is from as its template, anything else as it is."""
    if isinstance(cell, Money):
        assert cell.currency == "USD"
        return cell.minor
    return getattr(cell, "template", cell)


def rows_of(report: Report, key: str) -> list[tuple[Any, ...]]:
    """Return the rows of a table, its first cells as they are."""
    return [(row[0], *(plain(cell) for cell in row[1:])) for row in report.table(key).rows]


def check_lines(report: Report, oracle: Plain) -> None:
    """Each line's figure, the year before, growth, share and origin, in the tables and read out."""
    told = oracle.told()
    public = any(oracle.mark("own", key, 0) is not None for key in told)
    growths = {"actual_fdi": oracle.published_growth()}
    further = any(value is not None for value in growths.values())
    expected = {
        unit: [
            (*(oracle.row(key) if public else oracle.row(key)[:-1]), *([growths.get(key)] if further else []))
            for key in told
            if unit_of(key) == unit
        ]
        for unit in ("usd", "count")
    }
    for name, unit in (("results", "usd"), ("numbers", "count")):
        found = [row[1:] for row in rows_of(report, name)]
        assert found == expected[unit]
        assert report.table(name).total is None
        assert not report.table(name).adds_up
    assert [figure.key for figure in report.figures] == [key.partition("=")[2] or key for key in told]
    for figure, key in zip(report.figures, told, strict=True):
        now, _, growth, share, _, published = oracle.row(key)
        assert plain(figure.value) == now
        beside = [("growth", growth)]
        beside += [("growth", value) for value in [growths.get(key)] if value is not None]
        beside += [("share", share)] if share is not None else []
        if isinstance(growth, Fraction) and growth > 0 and growth.denominator == 1:
            beside.append(("times", growth + 1))
        if published is not None and published != now:
            beside.append(("count" if unit_of(key) == "count" else "money", published))
        if key == "actual_fdi":
            beside += [("points", ahead) for _, ahead in oracle.ahead().values()]
        assert [(kind, plain(cell)) for _, kind, cell in figure.beside] == beside


def check_parts(report: Report, oracle: Plain) -> None:
    """Every breakdown: the largest first, its sum the whole but of groups, which overlap."""
    tables = {table.key for table in report.tables}
    whole = oracle.counted("actual_fdi", oracle.period)
    for name, dimension in (("groups", "group"), ("countries", "country"), ("sections", "section"), ("kinds", "kind")):
        expected = oracle.parts(dimension)
        assert (name in tables) is bool(expected)
        if not expected:
            continue
        found = rows_of(report, name)
        codes = [row[0].code for row in found]
        assert codes == sorted(expected, key=lambda code: (-expected[code][0], code))
        assert {row[0].code: row[1:] for row in found} == expected
        total = report.table(name).total
        assert report.table(name).adds_up is (total is not None) is (dimension != "group")
        if total is not None:
            assert sum(row[1] for row in found) == whole
            assert [plain(cell) for cell in total[1:]] == [
                whole,
                oracle.earlier("actual_fdi")[0],
                oracle.growth("actual_fdi"),
                None,
            ]


def check_months(report: Report, oracle: Plain) -> None:
    """Month by month, those at the ends as far as they lie in the period; a single one is no table."""
    expected = oracle.months()
    if len(expected) == 1:
        assert "months" not in {table.key for table in report.tables}
        return
    found = rows_of(report, "months")
    assert [(row[0].start.year, row[0].start.month, *row[1:]) for row in found] == expected
    assert report.table("months").adds_up
    assert (found[0][0].start, found[-1][0].end) == (oracle.period.start, oracle.period.end)


def check(
    ledger: Ledger, entries: Sequence[Entry], marks: Sequence[Mark], period: str, companies: Sequence[Company]
) -> None:
    """Hold the whole report against the oracle."""
    with ledger.session.begin_nested() as savepoint:
        ledger.put(entries)
        enter(ledger, marks, period)
        found(ledger, companies)
        report = ledger.world.manager.report.year(period)
        oracle = Plain(entries, marks, period, companies)
        check_lines(report, oracle)
        check_parts(report, oracle)
        check_months(report, oracle)
        others = {row[0]: (row[1], row[2]) for row in rows_of(report, "others")} if oracle.ahead() else {}
        assert others == {Coded("scope", scope): numbers for scope, numbers in oracle.ahead().items()}
        assert ("others" in {table.key for table in report.tables}) is bool(others)
        assert [omission.count for omission in report.left_out if omission.count is not None] == [
            oracle.waiting()
        ] * bool(oracle.waiting())
        savepoint.rollback()


def arrival(day: date, usd: int, *, country: str = "JP", kind: str = "new", **more: Any) -> Entry:
    """Return a confirmed arrival for the examples."""
    return Entry(0, day, kind, country, "C36", "hitech", usd, True, **more)


#: Eight times, of nothing before; more taken back than came; a year before that came to nothing.
EIGHT = [arrival(date(2022, 3, 1), 5), arrival(date(2023, 3, 1), 40, kind="reinvestment")]
BACK = [arrival(date(2021, 12, 30), 7, back=date(2022, 12, 31)), arrival(date(2023, 1, 1), 3, country="DE")]
ZERO = [arrival(date(2022, 1, 2), 9, back=date(2022, 1, 3)), arrival(date(2023, 1, 5), 2)]


@examples(30)
@given(entries=ENTRIES, marks=MARKS, period=st.sampled_from(PERIODS), companies=COMPANIES)
@example(
    entries=EIGHT, marks=[Mark("nation", GROWTH, 0, 800), Mark("nation", GROWTH, 0, -50)], period="2023", companies=[]
)
@example(
    entries=EIGHT,
    marks=[Mark("own", "actual_fdi", 1, 77), Mark("own", "requests_solved", 1, 4)],
    period="2023",
    companies=[],
)
@example(
    entries=BACK, marks=[Mark("own", "actual_fdi", 1, 5), Mark("province", GROWTH, 0, 1)], period="2023", companies=[]
)
@example(entries=ZERO, marks=[Mark("own", "contract_fdi", 0, 6)], period="2023Q1", companies=[])
@example(
    entries=[], marks=[Mark("own", "actual_fdi", 1, 0), Mark("nation", GROWTH, 0, 800)], period="2022", companies=[]
)
@example(
    entries=[*EIGHT, *BACK],
    marks=[Mark("own", "actual_fdi", 0, 0), Mark("own", GROWTH, 0, 4)],
    period="2022",
    companies=[Company(date(2024, 1, 2), True, None)],
)
@example(
    entries=[],
    marks=[],
    period="2022",
    companies=[Company(date(2022, 5, 1), True, kind) for kind in (None, "settled", "carried")],
)
def test_the_year_report(
    ledger: Ledger, entries: list[Entry], marks: list[Mark], period: str, companies: list[Company]
) -> None:
    """Every number of it, to the cent and the exact fraction, and "n/a" with its reason wherever there is none."""
    check(ledger, entries, marks, period, companies)


def test_the_examples_say_what_they_are_for(ledger: Ledger) -> None:
    """The oracle itself: eight times is 7, from less than nothing there is no growth, and what is unknown is not zero."""
    assert Plain(EIGHT, (), "2023").growth("actual_fdi") == 7
    assert Plain(BACK, (), "2023").growth("actual_fdi") == NotAvailable(FROM_ZERO)
    assert Plain(EIGHT, (), "2022").growth("actual_fdi") == NotAvailable(UNKNOWN)
    assert ledger.world.manager.report.year("2023").figure("actual_fdi").value == Money(0, "USD")


@pytest.mark.parametrize(
    ("instant", "year"),
    [
        (datetime(2022, 12, 31, 15, 59, 59, 999_999, tzinfo=UTC), 2022),
        (datetime(2022, 12, 31, 16, 0, tzinfo=UTC), 2023),
        (datetime(2022, 12, 31, 23, 59, tzinfo=UTC), 2023),
        (datetime(2023, 12, 31, 15, 59, 59, 999_999, tzinfo=UTC), 2023),
        (datetime(2023, 12, 31, 16, 0, tzinfo=UTC), 2024),
    ],
)
def test_the_year_turns_at_the_bureau_s_midnight(ledger: Ledger, instant: datetime, year: int) -> None:
    """What arrives "today" belongs to the bureau's year, eight hours before that of UTC; so does the year a report is of by default."""
    world = ledger.world
    before = world.clock.instant
    with ledger.session.begin_nested() as savepoint:
        world.clock.instant = instant
        world.tokyo.capital.record(ledger.leads[0], "5 USD", arrived=world.today, reference="advice")
        told = world.manager.report.year()
        assert told.period == Period.year(year)
        counts = {
            which: [left.count for left in world.manager.report.year(which).left_out if left.count]
            for which in (year - 1, year, year + 1)
        }
        assert counts == {year - 1: [], year: [1], year + 1: []}
        (last,) = [row for row in rows_of(told, "months") if row[0].start <= world.today < row[0].end]
        assert last[0] == Period.month(year, world.today.month)
        savepoint.rollback()
    world.clock.instant = before
