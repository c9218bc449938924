"""Exchange rates: loaded as tables, completely or not at all, and used to fix values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from itertools import groupby
from typing import Unpack, cast
from uuid import UUID

from attrs import frozen
from sqlalchemy import ColumnElement, Table, or_

from crm.errors import N_, Conflict, InvalidInput, Problem, problem
from crm.models import Rate, RateLoad
from crm.reads.kernel.listing import Listing
from crm.reads.ledgers import rates as reports
from crm.reads.ledgers.rates import ConvertedAmount, LoadRow, RateRow, RateTableRow
from crm.refusals import too_long
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks, capped
from crm.rules.kernel.paging import Paging
from crm.rules.ledgers.capital import CapitalPolicy
from crm.services.kernel.context import Context
from crm.services.kernel.verbs import lists, reads, writes
from crm.services.kernel.writing import Writing, replayed
from crm.services.ledgers.rate_rows import Row, key_of, read_rows
from crm.values.identifiers import as_code
from crm.values.moments import as_date
from crm.values.money import Money, as_money
from crm.values.rates import RATE_SCALE, Quotation, as_currency, checksum, converted, cross, rounded, written
from crm.values.text import as_kind

_SOURCE = 24
_FRIDAY = 4
_ROWS = cast("Table", Rate.__table__)


@frozen
class Worth:
    """The values of an amount, and the rates used.

    Attributes:
        values: By currency.
        rates: By currency: its units for one of the amount's, in 10^-10, rounded.
        source: The table.
        on: The day of the rates.
    """

    values: dict[str, Money]
    rates: dict[str, int]
    source: str
    on: date


class Rates:
    """Tables of exchange rates; handed out by :class:`crm.CRM`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @writes(Right.RATE_LOAD)
    def load(self, rows: Iterable[Row], *, source: str, uid: UUID | str | None = None) -> LoadRow:
        """Load rates into a table, completely or not at all.

        Rates already stored with the same value are skipped, so that a newer edition can be loaded over an older one.
        The number of statements does not grow with the rows.

        Args:
            rows: :class:`~crm.values.rates.Quotation`, or (day, base, quote, rate[, units]) with the rate as text, for
                that many units of the base; :mod:`crm.exchange.rates` reads them from files.
            source: The name of the table, such as ``safe`` or ``ecb``.
            uid: Makes the call safe to repeat.

        Returns:
            How many are new, and how many were known.

        Raises:
            InvalidInput: Invalid rows, with their number; two of one day that differ.
            AccessDenied: The role may not load rates.
            Conflict: The table has another value for a day; both are named.
        """
        context = self._context
        actor = context.acting()
        with Checks() as check:
            table = self._source(check, source)
            quotations = read_rows(check, rows, context.today)
        if not quotations:
            return LoadRow(source=table, added=0, known=0, first_on=None, last_on=None)
        first, last = quotations[0].on, quotations[-1].on
        found, identity = replayed(context, RateLoad, uid, {"source": table, "rates": checksum(quotations)})
        held = reports.known(context.session, table, first, last)
        fresh = [quotation for quotation in quotations if key_of(quotation) not in held]
        other = [quotation for quotation in quotations if held.get(key_of(quotation), quotation.rate) != quotation.rate]
        if other:
            raise Conflict(*capped([_differs(table, quotation, held[key_of(quotation)]) for quotation in other]))
        result = LoadRow(
            source=table, added=len(fresh), known=len(quotations) - len(fresh), first_on=first, last_on=last
        )
        if found is not None or not fresh:
            return result
        with Writing(context, "rate.load", whole=True) as write:
            record = RateLoad(
                **identity,
                source=table,
                rates=len(fresh),
                first_on=fresh[0].on,
                last_on=fresh[-1].on,
                sha256=checksum(fresh),
                loaded_by_id=actor.id,
                loaded_at=context.now(),
            )
            write.add(record)
            write.flush()
            write.insert(
                _ROWS,
                [
                    {
                        "source": table,
                        "published_on": quotation.on,
                        "base": quotation.base,
                        "quote": quotation.quote,
                        "rate": quotation.rate,
                        "load_id": record.id,
                    }
                    for quotation in fresh
                ],
            )
        return result

    @lists(Right.READ)
    def list(
        self,
        *,
        source: str | None = None,
        currency: str | None = None,
        since: date | str | None = None,
        until: date | str | None = None,
        **paging: Unpack[Paging],
    ) -> Listing[RateRow]:
        """Return rates, latest first. One statement.

        Args:
            source: Of one table.
            currency: Only those with this currency.
            since: From this day on.
            until: Up to this day.
        """
        where: list[ColumnElement[bool]] = []
        with Checks() as check:
            if source is not None:
                where.append(Rate.source == self._source(check, source))
            if currency is not None:
                code = check.take(lambda: as_currency(currency))
                where.append(or_(Rate.base == code, Rate.quote == code))
            start, end = check.day(since, "since"), check.day(until, "until")
            window = check.window(paging, limit=50)
        where += [Rate.published_on >= start] if start else []
        where += [Rate.published_on <= end] if end else []
        return reports.rates(self._context.session, where=where).within(window)

    @reads(Right.READ)
    def tables(self) -> tuple[RateTableRow, ...]:
        """Return the tables with their first and last day. One statement."""
        return reports.tables(self._context.session)

    @reads(Right.READ)
    def convert(
        self, amount: Money | str, to: str, *, on: date | str | None = None, source: str | None = None
    ) -> ConvertedAmount:
        """Return an amount in another currency, at the rate for an entry of that day.

        Args:
            amount: Money, or text such as ``5000000 USD``.
            to: ISO 4217 code of the other currency.
            on: The day, by default today; the policy says which day's rate that means.
            source: The table, by default the policy's.

        Raises:
            InvalidInput: Invalid arguments; there is no rate.
        """
        context = self._context
        with Checks() as check:
            money = check.take(lambda: as_money(amount), "amount")
            code = check.take(lambda: as_currency(to), "to", renamed=True)
            day = check.day(context.today if on is None else on, "on", not_after=context.today)
            table = None if source is None else self._source(check, source)
        worth = self.worth(money, (code,), context.policy(day).capital, day, source=table)
        return ConvertedAmount(
            amount=money, value=worth.values[code], rate=worth.rates[code], source=worth.source, on=worth.on
        )

    @reads(Right.READ)
    def worth(
        self,
        money: Money,
        currencies: Iterable[str],
        policy: CapitalPolicy,
        day: date,
        *,
        source: str | None = None,
    ) -> Worth:
        """Return the values of an amount of a day in other currencies, all at the rates of one day. One statement.

        This is the day of the policy, or the last one before it in the table, within the policy's limit. A day after
        the end of the table has no rate, because its rate could still be published; only a weekend can be bridged.

        Args:
            money: The amount.
            currencies: ISO 4217 codes.
            policy: Names the table, the day, and how old a rate may be.
            day: The day of the amount.
            source: Another table than the policy's.

        Raises:
            InvalidInput: Invalid arguments, all of them named; or a rate is missing: currency, day and table are named.
        """
        with Checks() as check:
            check.take(lambda: as_kind(Money, money, "money"))
            codes = [
                check.take(partial(as_currency, code), "currencies", renamed=True)
                for code in check.items(currencies, "currencies")
            ]
            check.take(lambda: as_kind(CapitalPolicy, policy, "policy"))
            on = check.take(lambda: as_date(day, "day"))
            named = None if source is None else self._source(check, source)
        table = named or policy.rate_source.strip().lower()
        wanted = policy.rate_day_of(on)
        if all(code == money.currency for code in codes):
            return Worth(dict.fromkeys(codes, money), dict.fromkeys(codes, RATE_SCALE), table, wanted)
        first = wanted - timedelta(days=policy.rate_age_days)
        rates, last = reports.legs(self._context.session, table, (money.currency, *codes), first, wanted)
        if last is not None and not _reached(last, wanted):
            raise InvalidInput(
                problem(
                    N_("The table {source} ends on {last}; its rate of {currency} for {day} is not loaded yet."),
                    N_("Load a later edition: crm rate load FILE --source {source}"),
                    field="currency",
                    code="rate_to_come",
                    source=table,
                    last=last,
                    currency=money.currency,
                    day=wanted,
                )
            )
        missing = tuple(codes)
        for on, group in groupby(rates, key=lambda quotation: quotation.on):
            pairs = {(quotation.base, quotation.quote): quotation.rate for quotation in group}
            found: dict[str, Fraction | None] = {code: cross(pairs, money.currency, code) for code in codes}
            missing = tuple(code for code, rate in found.items() if rate is None)
            if not missing:
                exact = cast("dict[str, Fraction]", found)
                return Worth(
                    {code: converted(money, code, rate) for code, rate in exact.items()},
                    {code: rounded(rate) for code, rate in exact.items()},
                    table,
                    on,
                )
        raise InvalidInput(
            *(
                problem(
                    N_("The table {source} has no rate from {currency} to {to} for {day} or the {days} days before."),
                    N_("Load it: crm rate load FILE --source {source}"),
                    field="currency",
                    code="rate",
                    source=table,
                    currency=money.currency,
                    to=code,
                    day=wanted,
                    days=policy.rate_age_days,
                )
                for code in missing
                if code != money.currency
            )
        )

    @staticmethod
    def _source(check: Checks, source: object) -> str:
        name: str | None = check.take(lambda: as_code(source, "source"))
        if name is not None and len(name) > _SOURCE:
            check.add(too_long("source", len(name), _SOURCE))
        return name or ""


def _differs(table: str, quotation: Quotation, held: int) -> Problem:
    return problem(
        N_("{source} has {held} for {base}/{quote} on {day}; the file has {given}."),
        N_("Loaded rates cannot change: check which is right, and load the others."),
        field="rows",
        code="differs",
        source=table,
        base=quotation.base,
        quote=quotation.quote,
        day=quotation.on,
        held=written(held),
        given=written(quotation.rate),
    )


def _reached(last: date, wanted: date) -> bool:
    """Return whether the table has all rates up to a day: at most a weekend lies between its end and the day."""
    following = (last + timedelta(days=number) for number in range(1, (wanted - last).days + 1))
    return all(day.weekday() > _FRIDAY for day in following)
