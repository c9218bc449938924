"""Tables of exchange rates as they are published, read into quotations. What is wrong is named with line and column.

- SAFE, the mid-rates of the yuan (国家外汇管理局 人民币汇率中间价): a column of days, then a column for each currency, under its
  Chinese name. A cell is yuan for 100 units of the currency. For those that the market quotes the other way round
  (since 2010 one after another) it is units of the currency for 100 yuan; see :data:`PER_YUAN`.
- ECB, the euro's reference rates (eurofxref-hist.csv): Date, then a column for each currency under its ISO code. A cell
  is units of the currency for one euro; N/A where there is none.
- The long form, of any table: date, base, quote, rate, and, where they are not one, units of the base.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import TypeVar

from attrs import frozen

from crm.errors import N_, InvalidInput, problem
from crm.exchange.delimited import Line, in_cell, lines, refuse
from crm.refusals import quoted_in_itself, too_small
from crm.rules.kernel.checks import Checks
from crm.values.moments import as_date
from crm.values.money import CURRENCIES, NAMES
from crm.values.rates import Quotation, as_currency, as_rate

T = TypeVar("T")

#: Former currencies in the ECB's history: their columns are skipped.
GONE = frozenset("CYP EEK HRK LTL LVL MTL ROL SIT SKK TRL BGN".split()) - CURRENCIES
#: Quoted as so many units for 100 yuan, not as so many yuan for 100 units (China Foreign Exchange Trade System,
#: 人民币汇率中间价).
PER_YUAN = frozenset("MYR RUB ZAR KRW AED SAR HUF PLN DKK SEK NOK TRY MXN THB MOP".split())
_HUNDRED = 100
_NONE = frozenset({"", "N/A", "NA", "-", "--", "—"})
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_LONG = ("date", "base", "quote", "rate", "units")
_DAYS = {"日期": "safe", "date": "ecb"}


@frozen
class RateFile:
    """The content of a file.

    Attributes:
        layout: safe, ecb or long; also the name of the table, where the file says it.
        quotations: Its rates.
    """

    layout: str
    quotations: tuple[Quotation, ...]


def read(content: bytes | str, *, encoding: str | None = None) -> RateFile:
    """Read a table of rates; the first line determines its format.

    Args:
        content: The file's bytes, or its text.
        encoding: What it is in, where a person says so.

    Raises:
        InvalidInput: It is not a such table, or cells of it cannot be read; each is named with its line and column.
    """
    rows = lines(content, encoding=encoding, expected=("日期", "美元", "欧元", "日元"))
    head = next(rows)
    names = [cell.casefold() for cell in head.cells]
    if set(_LONG[:4]) <= set(names):
        return RateFile("long", _long(names, head, rows))
    layout = _DAYS.get(names[0])
    if layout is None:
        raise InvalidInput(
            problem(
                N_('The first line, "{text}", is not the header of a table of rates.'),
                N_("It has 日期 and currencies (SAFE), Date and currencies (ECB), or date,base,quote,rate,units."),
                field="file",
                code="layout",
                text=",".join(head.cells)[:60],
            )
        )
    return RateFile(layout, _wide(layout, head, rows))


def _wide(layout: str, head: Line, rows: Iterator[Line]) -> tuple[Quotation, ...]:
    wrong = Checks()
    columns = {
        index: code
        for index, name in enumerate(head.cells)
        if index
        and name
        and name.upper() not in GONE
        and (code := _currency(name, index, head.number, wrong)) is not None
    }
    known = list(columns.values())
    for code in dict.fromkeys(known):
        if known.count(code) > 1:
            wrong.wrong(
                N_("The column of {currency} occurs twice."),
                N_("Leave one of them out."),
                field="file",
                code="twice",
                currency=code,
            )
    make, found = _safe if layout == "safe" else _ecb, list[Quotation]()
    for line in rows:
        here = wrong.within(in_cell(line.number, head.cells[0]))
        day = here.take(partial(_day, line.cells[0]))
        if day is None:
            continue
        if len(line.cells) > len(head.cells):
            here.wrong(
                N_("The line has {count} cells, the first line {most}."),
                N_("Check its separators."),
                field="file",
                code="cells",
                count=len(line.cells),
                most=len(head.cells),
            )
        for index, code in columns.items():
            cell = line.cells[index] if index < len(line.cells) else ""
            if cell.upper() in _NONE:
                continue
            try:
                found.append(make(day, code, cell))
            except InvalidInput as error:
                wrong.within(in_cell(line.number, head.cells[index])).note(error)
    refuse(wrong)
    return tuple(found)


def _safe(day: date, code: str, cell: str) -> Quotation:
    rate = as_rate(cell, _HUNDRED)
    return Quotation(day, "CNY", code, rate) if code in PER_YUAN else Quotation(day, code, "CNY", rate)


def _ecb(day: date, code: str, cell: str) -> Quotation:
    return Quotation(day, "EUR", code, as_rate(cell))


def _long(names: Sequence[str], head: Line, rows: Iterator[Line]) -> tuple[Quotation, ...]:
    wrong = Checks()
    place = {name: names.index(name) for name in _LONG if name in names}
    found: list[Quotation] = []
    for line in rows:
        cells = {name: line.cells[index] if index < len(line.cells) else "" for name, index in place.items()}
        if cells["rate"].upper() in _NONE:
            continue
        at = {name: wrong.within(in_cell(line.number, head.cells[index])) for name, index in place.items()}
        quotation = _quotation(cells, at)
        found += [] if quotation is None else [quotation]
    refuse(wrong)
    return tuple(found)


def _quotation(cells: Mapping[str, str], at: Mapping[str, Checks]) -> Quotation | None:
    """Return a line of the long form, or note the problems *at* each of its cells."""

    def take(name: str, reader: Callable[[str], T]) -> T | None:
        found: T | None = at[name].take(lambda: reader(cells[name]))
        return found

    day, base, quote = take("date", _day), take("base", as_currency), take("quote", as_currency)
    units = take("units", _units) if cells.get("units") else 1
    rate = take("rate", lambda cell: as_rate(cell, units or 1))
    if base is not None and base == quote:
        at["quote"].add(quoted_in_itself(base, "file"))
    if any(refusal.problems for refusal in at.values()) or day is None or base is None or quote is None or rate is None:
        return None
    return Quotation(day, base, quote, rate)


def _currency(name: str, index: int, row: int, wrong: Checks) -> str | None:
    found: str | None = wrong.within(in_cell(row, str(index + 1))).take(lambda: NAMES.get(name) or as_currency(name))
    return found


def _day(cell: str) -> date:
    match = _DAY.fullmatch(cell)
    return as_date(f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}" if match else cell, "on")


def _units(cell: str) -> int:
    if cell.isascii() and cell.isdecimal() and 0 < len(cell) <= 9 and int(cell) > 0:  # noqa: PLR2004 - no table quotes more
        return int(cell)
    raise InvalidInput(too_small(cell, 1, "units"))
