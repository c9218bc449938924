"""Exchange rates as rows, and those that a conversion needs. One statement each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import frozen
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from crm.models import Rate
from crm.reads.kernel.listing import Key, Listing, Selected
from crm.values.money import Money
from crm.values.rates import Quotation


@frozen(kw_only=True)
class RateRow:
    """A rate.

    Attributes:
        source: The table.
        published_on: The day it holds for.
        base: One unit of this currency.
        quote: Is worth so many units of this one.
        rate: How many, in 10^-10.
    """

    source: str
    published_on: date
    base: str
    quote: str
    rate: int


@frozen(kw_only=True)
class RateTableRow:
    """A table of rates.

    Attributes:
        source: Its name.
        first_on: Its first day.
        last_on: Its last day.
        days: How many days it has.
        rates: How many rates.
    """

    source: str
    first_on: date
    last_on: date
    days: int
    rates: int


@frozen(kw_only=True)
class LoadRow:
    """The result of a load.

    Attributes:
        source: The table.
        added: So many rates are new.
        known: So many were there already, with the same value.
        first_on: The first day of what was read; None of nothing.
        last_on: The last day.
    """

    source: str
    added: int
    known: int
    first_on: date | None
    last_on: date | None


@frozen(kw_only=True)
class ConvertedAmount:
    """An amount in another currency.

    Attributes:
        amount: The amount.
        value: What it is worth, rounded to the minor unit.
        rate: Units of the other currency for one of the amount's, in 10^-10, rounded.
        source: The table of the rate.
        on: The day of the rate.
    """

    amount: Money
    value: Money
    rate: int
    source: str
    on: date


def rates(session: Session, *, where: Iterable[ColumnElement[bool]] = ()) -> Listing[RateRow]:
    """Return rates, latest first. One statement."""
    return Selected(
        session=session,
        statement=select(Rate.source, Rate.published_on, Rate.base, Rate.quote, Rate.rate).where(*where),
        make=lambda rows: (RateRow(**row._mapping) for row in rows),  # noqa: SLF001 - its public name
        keys=(
            Key(Rate.published_on, "published_on", descending=True),
            Key(Rate.source, "source"),
            Key(Rate.base, "base"),
            Key(Rate.quote, "quote"),
        ),
    )


def tables(session: Session) -> tuple[RateTableRow, ...]:
    """Return the tables."""
    statement = (
        select(
            Rate.source,
            func.min(Rate.published_on).label("first_on"),
            func.max(Rate.published_on).label("last_on"),
            func.count(Rate.published_on.distinct()).label("days"),
            func.count().label("rates"),
        )
        .group_by(Rate.source)
        .order_by(Rate.source)
    )
    return tuple(RateTableRow(**row._mapping) for row in session.execute(statement))  # noqa: SLF001 - its public name


def known(session: Session, source: str, first: date, last: date) -> dict[tuple[date, str, str], int]:
    """Return the rates of a table from a day to a day."""
    rows = session.execute(
        select(Rate.published_on, Rate.base, Rate.quote, Rate.rate).where(
            Rate.source == source, Rate.published_on.between(first, last)
        )
    )
    return {(on, base, quote): rate for on, base, quote, rate in rows}


def legs(
    session: Session, source: str, currencies: Iterable[str], first: date, last: date
) -> tuple[list[Quotation], date | None]:
    """Return every rate of a table with one of the currencies, latest first, and the table's last day."""
    codes = sorted(set(currencies))
    end = select(func.max(Rate.published_on).label("last")).where(Rate.source == source).subquery()
    near = and_(
        Rate.source == source,
        Rate.published_on.between(first, last),
        or_(Rate.base.in_(codes), Rate.quote.in_(codes)),
    )
    rows = session.execute(
        select(end.c.last, Rate.published_on, Rate.base, Rate.quote, Rate.rate)
        .select_from(end)
        .outerjoin(Rate, near)
        .order_by(Rate.published_on.desc())
    ).all()
    return [Quotation(*row[1:]) for row in rows if row[1] is not None], rows[0][0]
