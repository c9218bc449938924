"""The lines of the year report: a figure with growth, share, what was published, and whether amounts were rounded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import partial

from attrs import evolve, frozen

from crm.errors import N_
from crm.reads.figures.published import OWN, Published
from crm.reads.figures.rounding import Rounding
from crm.reads.figures.year_on_year import Gathered, Value, YearOnYear
from crm.reports.sheet import Cell, Column, Figure, Kind, Table
from crm.reports.year.method import WHOLE
from crm.reports.year.words import figure_words, part_words
from crm.rules.figures.measures import MEASURES, Derived, FigureKey
from crm.rules.stages import Pipeline
from crm.values.money import Money
from crm.values.ratios import UNKNOWN
from crm.values.ratios import rounded as rounded_to
from crm.values.sentences import NotAvailable, Words, said


@frozen
class Line:
    """One line of the report.

    Attributes:
        key: The figure.
        whole: What its share is a share of, or None.
    """

    key: FigureKey
    whole: str | None = None


def lines(pipeline: Pipeline) -> tuple[Line, ...]:
    """Return the lines of the report under a policy."""

    def part(code: str) -> Line:
        return Line(FigureKey.parse(f"{WHOLE}:{code}"), WHOLE)

    return (
        Line(FigureKey.parse(WHOLE)),
        *(part(f"group={group.code}") for group in pipeline.capital.groups),
        part("section=C"),
        part("kind=reinvestment"),
        *(Line(FigureKey.parse(code)) for code in ("contract_fdi", "new_enterprises", "requests_solved")),
    )


@frozen
class LineFigure:
    """A line with its numbers."""

    line: Line
    words: Words
    figure: YearOnYear
    published: Value | None
    published_as: Words | None
    rounded: Rounding
    published_ratios: tuple[tuple[Derived, Words, Fraction], ...]

    @property
    def shown(self) -> bool:
        """Whether it has numbers: a city without a ledger of contracts has no line of them."""
        numbers = (self.figure.now, self.figure.before, self.published)
        any_of_them = any(number.minor if isinstance(number, Money) else number for number in numbers)
        return self.line.key.measure.code != "contract_fdi" or any_of_them

    @property
    def rounded_growth(self) -> bool:
        """Whether its growth is computed from rounded amounts."""
        return isinstance(self.figure.growth, Fraction) and self.rounded.touches(self.figure.key, before=True)

    @property
    def rounded_share(self) -> bool:
        """Whether its share is computed from rounded amounts, of its own or of the whole."""
        key, whole = self.figure.key, self.line.whole
        return isinstance(self.figure.share, Fraction) and (
            self.rounded.touches(key) or (whole is not None and self.rounded.touches(FigureKey.parse(whole)))
        )

    @property
    def kind(self) -> Kind:
        """The kind of its cells."""
        return "count" if self.line.key.measure.unit == "count" else "money"


def line_figure_of(
    found: Gathered, line: Line, pipeline: Pipeline, before: Published | None, rounded: Rounding
) -> LineFigure:
    """Return a line with its numbers; *before* is the latest closing of the period."""
    words = _words(line.key, pipeline)
    figure = found.compared(line.key, line.whole)
    value, how = None, None
    if before is not None:
        value = before.value(str(line.key))
        how = said(N_("as published on {day}"), day=before.closed_on)
    elif (mark := found.mark(OWN, str(line.key), found.period)) is not None:
        value, how = mark.value, said(N_("as published: {source}"), source=mark.source)
    shown = value if isinstance(value, Money | int) else None
    ratios = tuple(_published_ratios(found, figure, before))
    return LineFigure(line, words, figure, shown, how if shown is not None else None, rounded, ratios)


def _published_ratios(
    found: Gathered, figure: YearOnYear, before: Published | None
) -> Iterable[tuple[Derived, Words, Fraction]]:
    """Yield the growth and the share of a figure as they were published, where they are not what is counted."""
    counted: tuple[tuple[Derived, object], ...] = (("growth", figure.growth), ("share", figure.share))
    for derived, exact in counted:
        if not isinstance(exact, Fraction):
            continue
        key = str(evolve(figure.key, derived=derived))
        published: list[tuple[Words, object]] = []
        if before is not None:
            published.append((said(N_("as published on {day}"), day=before.closed_on), before.value(key)))
        if (mark := found.mark(OWN, key, found.period)) is not None:
            published.append((said(N_("as published: {source}"), source=mark.source), mark.value))
        for how, value in published:
            # It was published to two digits of a percentage.
            if isinstance(value, Fraction) and rounded_to(value * 100, 2) != rounded_to(exact * 100, 2):
                yield derived, how, value


def _words(key: FigureKey, pipeline: Pipeline) -> Words:
    if key.dimension is None:
        return figure_words(key, pipeline.capital)
    # A kind that is a measure of its own is called as that one is.
    own = MEASURES.get(str(key.code)) if key.dimension == "kind" else None
    return part_words(key, pipeline.capital) if own is None else said(own.label)


def figure_of(line_figure: LineFigure) -> Figure:
    """Return a line as a figure with what stands beside it."""
    figure, beside = line_figure.figure, list[tuple[Words, Kind, Cell]]()
    growth = N_("growth, from rounded amounts") if line_figure.rounded_growth else N_("growth")
    beside.append((said(growth), "growth", figure.growth))
    beside += [(how, "growth", value) for derived, how, value in line_figure.published_ratios if derived == "growth"]
    if figure.share is not None:
        share_ = N_("share, from rounded amounts") if line_figure.rounded_share else N_("share")
        beside.append((said(share_), "share", figure.share))
        beside += [(how, "share", value) for derived, how, value in line_figure.published_ratios if derived == "share"]
    if figure.times is not None and figure.times.denominator == 1 and figure.times > 1:
        beside.append((said(N_("times the year before")), "times", figure.times))
    if (
        line_figure.published is not None
        and line_figure.published_as is not None
        and line_figure.published != figure.now
    ):
        beside.append((line_figure.published_as, line_figure.kind, line_figure.published))
    key = figure.key
    return Figure(
        key=key.measure.code if key.dimension is None else str(key.code),
        label=line_figure.words,
        value=figure.now,
        kind=line_figure.kind,
        beside=tuple(beside),
        name=str(key),
    )


def results(line_figures: Sequence[LineFigure]) -> Iterable[Table]:
    """Yield the tables of the lines: those of money, those of numbers."""
    public = any(line_figure.published is not None for line_figure in line_figures)
    more = _further(line_figures)

    def columns(kind: Kind) -> tuple[Column, ...]:
        return (
            Column("figure", said(N_("Figure"))),
            Column("now", said(N_("This period")), kind),
            Column("before", said(N_("Year before")), kind, drops=2),
            Column("growth", said(N_("Growth")), "growth"),
            Column("share", said(N_("Share of total")), "share"),
            Column("origin", said(N_("Source of the year before")), drops=3),
            *((Column("published", said(N_("Published")), kind, drops=1),) if public else ()),
            *(column for column, _ in more),
        )

    for key, title, kind, note in _RESULTS:
        yield Table(
            key=key,
            title=said(title),
            columns=columns(kind),
            rows=tuple(
                (*_row(line_figure, public=public), *(cell(line_figure) for _, cell in more))
                for line_figure in line_figures
                if line_figure.kind == kind
            ),
            adds_up=False,
            note=None if note is None else said(note),
        )


def _further(
    line_figures: Sequence[LineFigure],
) -> tuple[tuple[Column, Callable[[LineFigure], Cell]], ...]:
    """Return the columns that few reports have: differing published growth and share, and rounded amounts."""
    ratios = {derived for line_figure in line_figures for derived, _, _ in line_figure.published_ratios}
    columns: list[tuple[Column, Callable[[LineFigure], Cell]]] = []
    if "growth" in ratios:
        columns.append(
            (Column("published_growth", said(N_("Published growth")), "growth"), partial(_as_published, "growth"))
        )
    if "share" in ratios:
        columns.append(
            (Column("published_share", said(N_("Published share")), "share"), partial(_as_published, "share"))
        )
    if any(line_figure.rounded_growth or line_figure.rounded_share for line_figure in line_figures):
        columns.append((Column("rounded", said(N_("From rounded amounts"))), _rounded_cell))
    return tuple(columns)


def _as_published(derived: Derived, line_figure: LineFigure) -> Cell:
    return next((value for which, _, value in line_figure.published_ratios if which == derived), None)


def _rounded_cell(line_figure: LineFigure) -> Cell:
    if line_figure.rounded_growth and line_figure.rounded_share:
        return said(N_("growth and share"))
    if line_figure.rounded_growth:
        return said(N_("growth"))
    return said(N_("share")) if line_figure.rounded_share else None


_RESULTS: tuple[tuple[str, str, Kind, str | None], ...] = (
    (
        "results",
        N_("Results"),
        "money",
        N_("The lines below the first are parts of it by different breakdowns. They overlap and are never added up."),
    ),
    ("numbers", N_("Numbers"), "count", None),
)


def _row(line_figure: LineFigure, *, public: bool) -> tuple[Cell, ...]:
    figure = line_figure.figure
    before: Cell = NotAvailable(UNKNOWN) if figure.before is None else figure.before
    origin: Words | None = None
    if figure.origin == "ledger":
        origin = said(N_("ledger"))
    elif figure.origin == "own":
        origin = said(N_("published: {source}"), source=str(figure.source))
    cells: tuple[Cell, ...] = (line_figure.words, figure.now, before, figure.growth, figure.share, origin)
    return (*cells, line_figure.published) if public else cells
