"""What the figures of a year need besides leads: rates, benchmarks, and many enterprises and requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import chain
from typing import Any

from attrs import evolve, frozen

from crm.demo.book import Act, Book
from crm.demo.kinds.nouns import Sourced
from crm.demo.marks import mark, uid
from crm.rules.stages import DEFAULT, Pipeline
from crm.values.identifiers import with_check_digit
from crm.values.period import Period

#: The table of the demo's rates: rounded, and not those that SAFE published.
TABLE = "demo"
#: The bureau's pipeline, valued by that table.
POLICY: Pipeline = evolve(DEFAULT, capital=evolve(DEFAULT.capital, rate_source=TABLE))
#: Records that were kept on paper are entered from the licence alone.
TAKEN_OVER: Pipeline = evolve(
    POLICY,
    stages=tuple(
        evolve(stage, gates=("company", "licence") if stage.code == "registered" else ()) for stage in POLICY.stages
    ),
)
#: The year of the report.
YEAR = Period.year(2022)
_MANAGER, _VERIFIER = "bureau.manager", "bureau.verifier"
#: Rates stand on these days of each month: no day is farther from one than the policy allows.
_DAYS = (1, 11, 21)
#: When the books of the year before, and of the year, were confirmed.
_SETTLED = (datetime(2022, 1, 10, 2, 0, tzinfo=UTC), datetime(2023, 1, 10, 2, 0, tzinfo=UTC))


@frozen(kw_only=True)
class Rates(Sourced):
    """The rates of a month.

    Attributes:
        key: The month: 2022-07.
        yuan: What one unit of a currency is worth: ``USD 6.73``.
    """

    key: str
    yuan: tuple[str, ...]

    def rows(self) -> Iterator[tuple[date, str, str, str]]:
        """Yield day, base, quote, rate."""
        month = Period.parse(self.key)
        for day in _DAYS:
            for quotation in self.yuan:
                currency, rate = quotation.split()
                yield month.start.replace(day=day), currency, "CNY", rate


@frozen(kw_only=True)
class Mark(Sourced):
    """A figure that was published.

    Attributes:
        key: Tells it apart.
        scope: Whose.
        figure: Which figure.
        period: Of which period.
        value: As it is written.
        paper: Where it was published.
    """

    key: str
    scope: str
    figure: str
    period: str
    value: str
    paper: str

    def write(self, book: Book) -> None:
        """Enter it."""
        book.crm(_MANAGER).benchmarks.set(
            self.scope, self.figure, self.period, self.value, source=self.paper, uid=uid("mark", self.key)
        )


@frozen(kw_only=True)
class Founded(Sourced):
    """The number of enterprises of a sort that were founded in the year.

    Attributes:
        key: Tells the sort apart.
        country: Where they come from.
        industry: What they do.
        unit: Where they settled.
        by: The desk that enters them.
        number: How many.
    """

    key: str
    country: str
    industry: str
    unit: str
    by: str
    number: int

    def facts(self, first: int) -> Iterator[tuple[datetime, str, Act]]:
        """Yield one fact for each; *first* is the number of the first of them all."""
        for number in range(self.number):
            day = YEAR.start + timedelta(days=(first + number) * 83 % 360)
            yield _moment(day), self.key, partial(self._write, first + number, day)

    def _write(self, number: int, day: date, book: Book) -> None:
        crm = book.crm(self.by, TAKEN_OVER)
        investor = self._investor(book)
        lead = crm.leads.open(
            investor,
            title=mark(f"新设企业 {number}"),
            source=book.get("unit", self.unit),
            received=day,
            unit=book.get("unit", self.unit),
            industry=self.industry,
            uid=uid("founded", number),
        )
        if lead.enterprise_id is not None:
            return
        crm.leads.register(
            lead,
            name=mark(f"示例新设企业 {number}"),
            credit_code=with_check_digit(f"91370100DEM01{number:04d}"),
            licensed=day,
        )
        crm.leads.advance(lead, to="registered", on=day, reason=mark("补录"), uid=uid("founded", number, "moved"))

    def _investor(self, book: Book) -> Any:
        """Return the one investor used for all records of this kind; it is added once."""
        if book.has("investor", self.key):
            return book.get("investor", self.key)
        record = book.crm(self.by).investors.add(
            mark(f"示例投资方 {self.key}"), country=self.country, uid=uid("investor", self.key)
        )
        book.put("investor", self.key, record)
        return record


@frozen(kw_only=True)
class Solved(Sourced):
    """The number of requests of a kind that were solved in the year.

    Attributes:
        key: Tells them apart.
        kind: What they were about.
        unit: Who saw to them.
        by: The desk that accepted them.
        number: How many.
    """

    key: str
    kind: str
    unit: str
    by: str
    number: int

    def facts(self, first: int) -> Iterator[tuple[datetime, str, Act]]:
        """Yield one fact for each; *first* is the number of the first of them all."""
        for number in range(self.number):
            day = YEAR.start + timedelta(days=5 + (first + number) * 47 % 330)
            yield _moment(day), self.key, partial(self._write, first + number, day)

    def _write(self, number: int, day: date, book: Book) -> None:
        crm = book.crm(self.by)
        request = crm.requests.open(
            book.get("investor", "kr-module"),
            mark(f"诉求 {number}"),
            kind=self.kind,
            unit=book.get("unit", self.unit),
            accepted=day,
            uid=uid("solved", number),
        )
        if request.resolved_on is None:
            crm.requests.resolve(request, mark("已解决"), on=day)


Many = Founded | Solved


def facts(rates: Iterable[Rates], marks: Iterable[Mark]) -> Iterator[tuple[datetime, str, Act]]:
    """Yield the facts of the year: rates, confirmed arrivals of both years, and benchmarks."""
    months = tuple(rates)
    for settled in _SETTLED:
        year = str(settled.year - 1)
        rows = tuple(chain.from_iterable(month.rows() for month in months if month.key.startswith(year)))
        yield settled, year, partial(_load, rows, year)
        yield settled + timedelta(minutes=5), year, _confirm
    yield _SETTLED[0] + timedelta(days=2), "2021", _close
    yield datetime(2022, 3, 11, 2, 0, tzinfo=UTC), "kr-module", _contract
    for benchmark in marks:
        yield _SETTLED[-1] + timedelta(days=25), benchmark.figure, benchmark.write


def many(of: Iterable[Many]) -> Iterator[tuple[datetime, str, Act]]:
    """Yield the facts of those that come in numbers."""
    first = 1
    for batch in of:
        yield from batch.facts(first)
        first += batch.number


def _load(rows: tuple[Any, ...], year: str, book: Book) -> None:
    """Load the rates of a year."""
    book.crm(_MANAGER).rates.load(rows, source=TABLE, uid=uid("rates", year))


def _confirm(book: Book) -> None:
    """Confirm the entries that two desks have signed; a third desk confirms."""
    capital = book.crm(_VERIFIER).capital
    for row in capital.list(waiting="confirmation", mine=True):
        capital.confirm(row.id)


def _close(book: Book) -> None:
    """Make the figures of the year before public."""
    book.crm(_MANAGER).figures.close(2021, uid=uid("closing", 2021))


def _contract(book: Book) -> None:
    """Record a contract of one enterprise; nobody has verified it, so it counts in no figure."""
    book.crm("gaoxin.desk").contracts.record(
        book.get("lead", "kr-module"),
        "150000000 USD",
        agreed=date(2022, 3, 10),
        reference=mark("增资合同 DEMO-CON-01"),
        kind="increase",
        uid=uid("contract", "kr-module"),
    )


def _moment(day: date) -> datetime:
    """Return four in the afternoon of a day, or the first afternoon the bureau kept its records here."""
    return max(datetime(day.year, day.month, day.day, 8, 0, tzinfo=UTC), datetime(2022, 1, 10, 8, 0, tzinfo=UTC))
