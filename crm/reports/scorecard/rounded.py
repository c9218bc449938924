"""Which lines of a scorecard are computed from rounded amounts, such as 3.45亿美元."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crm.errors import N_
from crm.reads.figures.rounding import Rounding
from crm.reads.targets.rows import ScoreLine
from crm.reports.scorecard.words import title_of
from crm.rules.figures.measures import LEDGERS, TARGETED, FigureKey, Measure
from crm.rules.targets.terms import Filter, Terms
from crm.values.sentences import Words, said

#: The lengths of codes of GB/T 4754 with their section letter, by the breakdown that they are told apart by.
_INDUSTRY = {1: "section", 3: "division"}


def ledger_measures(lines: Iterable[ScoreLine]) -> tuple[Measure, ...]:
    """Return the measures of amounts that lines count, each once."""
    codes = dict.fromkeys(code for line in lines for code in (line.terms.measure, line.terms.of) if code)
    return tuple(measure for code in codes if (measure := TARGETED[code]).source in LEDGERS)


def rests_on_rounding(terms: Terms, rounded: Rounding) -> bool:
    """Return whether the figures of a target come from rounded amounts: its own, or of a share those of the whole."""
    parts = [(terms.measure, terms.filter), *([(terms.of, terms.of_filter)] if terms.of else [])]
    return any(rounded.touches(key) for code, narrowed in parts for key in _keys(TARGETED[code], narrowed))


def rounding_note(lines: Iterable[ScoreLine], rounded: Rounding) -> tuple[Words, ...]:
    """Return the sentence that names the targets computed from rounded amounts, if there are any."""
    titles = dict.fromkeys(title_of(line.terms) for line in lines if rests_on_rounding(line.terms, rounded))
    return (said(N_("From rounded amounts: {targets}."), targets=tuple(titles)),) if titles else ()


def _keys(measure: Measure, narrowed: Filter) -> Iterator[FigureKey]:
    """Yield the parts of a measure that a filter leaves; the whole where it leaves none that is told apart."""
    keys = [
        *(("country", code) for code in narrowed.countries),
        *(("group", code) for code in narrowed.groups),
        *((_INDUSTRY[len(code)], code) for code in narrowed.industry if len(code) in _INDUSTRY),
        *(("kind", code) for code in narrowed.kinds),
    ]
    for dimension, code in keys:
        yield FigureKey(measure, dimension, code)
    if not keys:
        yield FigureKey(measure)
