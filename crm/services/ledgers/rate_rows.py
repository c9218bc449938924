"""Rows of a table of rates; all problems are raised together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any

from crm.errors import N_, InvalidInput, Problem, problem
from crm.refusals import quoted_in_itself, too_small
from crm.rules.kernel.checks import Checks, capped, in_row
from crm.values.moments import as_date
from crm.values.rates import Quotation, as_currency, as_rate, written

#: The number of cells of a row: without and with the units.
_WIDTHS = (4, 5)
#: A row: a Quotation, or day, base, quote, rate, and, where it is not one, the units of the base it is for.
Row = Quotation | Sequence[Any]


def read_rows(check: Checks, rows: object, today: date) -> list[Quotation]:
    """Return rows as quotations, by day, base and quote, each once; all problems are noted."""
    wrong, read = Checks(), set[Quotation]()
    listed = list(rows) if isinstance(rows, Iterator) else rows
    for number, row in enumerate(check.items(listed, "rows"), 1):
        here = wrong.within(in_row(number))
        quotation = row if isinstance(row, Quotation) else here.take(partial(_quotation, row))
        if quotation is not None:
            wrong.add(*_future(quotation, today))
            read.add(quotation)
    ordered = sorted(read, key=key_of)
    for one, other in pairwise(ordered):
        if key_of(one) == key_of(other):
            wrong.wrong(
                N_("{day}: {base}/{quote} is {one} and also {other}."),
                N_("A day can have only one rate; nothing was loaded."),
                field="rows",
                code="twice",
                day=one.on,
                base=one.base,
                quote=one.quote,
                one=written(one.rate),
                other=written(other.rate),
            )
    check.add(*capped(wrong.problems))
    return ordered


def key_of(quotation: Quotation) -> tuple[date, str, str]:
    """Return the key of a rate in a table: day, base and quote."""
    return quotation.on, quotation.base, quotation.quote


def _quotation(row: object) -> Quotation:
    if isinstance(row, str | bytes) or not isinstance(row, Sequence) or len(row) not in _WIDTHS:
        raise InvalidInput(
            problem(
                N_("A rate needs a day, a base, a quote and a number."),
                N_("Pass (day, base, quote, rate), or (day, base, quote, rate, units)."),
                field="rows",
                code="type",
            )
        )
    with Checks() as check:
        on = check.take(lambda: as_date(row[0], "on"))
        base, quote = check.take(lambda: as_currency(row[1])), check.take(lambda: as_currency(row[2]))
        units = row[4] if len(row) > _WIDTHS[0] else 1
        if isinstance(units, bool) or not isinstance(units, int) or units < 1:
            check.add(too_small(units, 1, "units"))
            units = 1
        rate = check.take(lambda: as_rate(row[3], units))
        if base is not None and base == quote:
            check.add(quoted_in_itself(base, "rows"))
    return Quotation(on, base, quote, rate)


def _future(quotation: Quotation, today: date) -> list[Problem]:
    if quotation.on <= today:
        return []
    return [
        problem(
            N_("{day}: {base}/{quote} is in the future; today is {today}."),
            N_("Load it when it is published."),
            field="rows",
            code="future",
            day=quotation.on,
            base=quotation.base,
            quote=quotation.quote,
            today=today,
        )
    ]
