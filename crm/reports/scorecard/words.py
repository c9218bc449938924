"""The numbers of a scorecard in words, each in the unit of its target."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from crm.errors import N_
from crm.reads.places.rows import UnitRow
from crm.reads.targets.rows import ScoreCell, ScoreLine, cell_key
from crm.reports.sheet import Cell, Kind
from crm.rules.targets.codes import Reason, ScopeKind, Standing, ThresholdKind
from crm.rules.targets.forecasts import NoForecast
from crm.rules.targets.terms import WHOLE, Terms
from crm.values.money import Money
from crm.values.ratios import rounded
from crm.values.sentences import Coded, Named, NotAvailable, Words, said

#: Why something cannot be said.
REASONS: Mapping[str, Words] = {
    Reason.NO_BASELINE: said(N_("no baseline")),
    Reason.NOTHING_TO_SHARE: said(N_("the denominator is still zero")),
    NoForecast.NOT_MADE: said(N_("not available for this measure")),
    NoForecast.OVER: said(N_("the period is over")),
    NoForecast.TOO_FEW: said(N_("too few leads in the past")),
    NoForecast.NO_RATE: said(N_("a rate is missing")),
}


#: The largest part that is printed as less than all.
_ALMOST = Fraction(9999, 10000)


def figure_key(line: ScoreLine, cell: ScoreCell) -> str:
    """Return the key of a figure."""
    return cell_key(line.target.code, line.unit, cell.span if len(line.cells) > 1 else None)


def concerns(line: ScoreLine, unit: UnitRow | None) -> bool:
    """Return whether a line belongs to a unit, alone or jointly; every line belongs to the city."""
    if unit is None or line.unit == unit:
        return True
    terms = line.terms
    return terms.scope is ScopeKind.JOINTLY and (unit.kind in terms.kinds or unit.code in terms.units)


def title_of(terms: Terms, code: str = "") -> Words:
    """Return the name of a target in two languages."""
    return Named(terms.title, terms.title_en or terms.title, code)


def named(unit: UnitRow) -> Words:
    """Return the name of a unit in two languages."""
    return Named(unit.name, unit.name_en, unit.code)


def kind_of(terms: Terms) -> Kind:
    """Return the kind of its figures: counts, money, or a share."""
    return "share" if terms.threshold.kind is ThresholdKind.SHARE else "count" if terms.counts == "count" else "money"


def amount_cell(terms: Terms, minor: int | None) -> Cell:
    """Return a number of the value's own kind: a count, or money."""
    if minor is None:
        return None
    return minor if terms.counts == "count" else Money(minor, terms.counts)


def value_of(line: ScoreLine, cell: ScoreCell) -> Cell:
    """Return the figure."""
    score = cell.score
    if line.terms.threshold.kind is not ThresholdKind.SHARE:
        return amount_cell(line.terms, score.value)
    if not score.whole or score.whole < 0:
        return NotAvailable(REASONS[Reason.NOTHING_TO_SHARE])
    return Fraction(score.value, score.whole)


def threshold_of(line: ScoreLine, number: int | None) -> Cell:
    """Return the threshold."""
    if number is None:
        return NotAvailable(REASONS[Reason.NO_BASELINE])
    if line.terms.threshold.kind is ThresholdKind.SHARE:
        return Fraction(number, WHOLE)
    return amount_cell(line.terms, number)


def forecast_of(line: ScoreLine) -> Cell:
    """Return the forecast, or why there is none."""
    outlook = line.forecast
    if outlook is None:
        return None
    if outlook.reason is not None or outlook.total is None:
        return NotAvailable(REASONS[outlook.reason or NoForecast.NOT_MADE])
    if line.terms.threshold.kind is ThresholdKind.SHARE:
        return outlook.total / outlook.whole if outlook.whole else NotAvailable(REASONS[Reason.NOTHING_TO_SHARE])
    if line.terms.counts == "count":
        return outlook.total
    return Money(int(rounded(outlook.total, 0)), line.terms.counts)


def achieved_of(cell: ScoreCell) -> Cell:
    """Return the reached part of the threshold."""
    if cell.score.achieved is not None:
        return short_of_all(cell.score.achieved)
    return NotAvailable(REASONS[cell.score.reason]) if cell.score.reason else None


def short_of_all(part: Fraction | None) -> Fraction | None:
    """Return a reached part; one that is less than all and would be printed as 100.00 % is rounded down to 99.99 %."""
    return _ALMOST if part is not None and _ALMOST < part < 1 else part


def missing_of(line: ScoreLine) -> Cell:
    """Return what is missing: while a span lasts or is to come, what can still be made good; after the last, all."""
    over = all(cell.clock.over for cell in line.cells)
    single = line.cells[0].score.missing if len(line.cells) == 1 else line.line.lost
    return amount_cell(line.terms, single if over else line.line.missing)


def standing_of(standing: Standing) -> Words:
    """Return the word for its standing."""
    return Coded("standing", standing.value)


def number_of(cell: Cell, kind: Kind) -> Cell:
    """Return a number for a column of several kinds; a count that is no whole number has one decimal."""
    return rounded(cell, 1) if isinstance(cell, Fraction) and kind != "share" else cell


def words_of(cell: Cell, kind: Kind) -> Cell:
    """Return a number as words, for a column with several kinds of numbers."""
    if cell is None or isinstance(cell, (NotAvailable, str)):
        return cell
    if kind == "share" and isinstance(cell, Fraction):
        return said(N_("{percent} %"), percent=rounded(cell * 100, 2))
    if isinstance(cell, Fraction):
        return said(N_("{number}"), number=rounded(cell, 1))
    return said(N_("{number}"), number=cell)
