"""The charts of a report as SVG with real text, on a canvas as wide as a telephone.

Colours are classes, which the page defines for light and dark. Bars are horizontal with their names above, so that a
name can be long, in any script.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Any

from attrs import frozen

from crm.errors import N_, InvalidInput
from crm.exchange.writing import Writer
from crm.refusals import not_installed
from crm.reports.sheet import Cell, Chart, Column, Report, Table
from crm.values.money import Money, exponent
from crm.values.text import cells

#: Units of the canvas, which are pixels on a telephone.
WIDE = 420
_EDGE, _NAME, _SMALL, _TEXT = 4, 18, 11, 12
_BAR, _GAP = 18, 14
#: Room for the number behind the longest bar.
_NUMBER = 96
#: The maximum number of drawn rows; the table has the rest.
MOST = 12
_LINE_HIGH, _LINE_LEFT = 200, 44
#: The maximum number of grid lines, besides the bottom one.
_MARKS = 5
_SIZE = re.compile(r'\s+width="[^"]*" height="[^"]*"')


@frozen
class _Drawn:
    """The drawn part of a table.

    Attributes:
        names: The names of the rows.
        columns: What is drawn of each.
        values: A row of values for each name, in the order of the columns; None where there is none.
    """

    names: tuple[str, ...]
    columns: tuple[Column, ...]
    values: tuple[tuple[Fraction | None, ...], ...]
    cells: tuple[tuple[Cell, ...], ...]


def draw(report: Report, chart: Chart, writer: Writer) -> str:
    """Return a chart as an SVG element.

    Raises:
        InvalidInput: The extra ``reports`` is not installed.
    """
    try:
        import drawsvg  # noqa: PLC0415 - an extra, and only pictures need it
    except ImportError as error:
        raise InvalidInput(not_installed(N_("Pictures need the library drawsvg."))) from error
    return _Canvas(drawsvg, writer).draw(chart, report.table(chart.table))


def left_to_the_table(report: Report, chart: Chart) -> int:
    """Return the number of rows that a chart leaves out."""
    return 0 if chart.kind == "line" else max(len(report.table(chart.table).rows) - MOST, 0)


class _Canvas:
    """A canvas that grows downwards."""

    def __init__(self, drawsvg: Any, writer: Writer) -> None:
        self.svg = drawsvg
        self.writer = writer
        self.parts: list[Any] = []
        self.y = float(_EDGE)

    def draw(self, chart: Chart, table: Table) -> str:
        drawn = self._chosen(chart, table)
        if len(drawn.columns) > 1:
            self._legend(drawn.columns)
        kinds: dict[str, Callable[[_Drawn], None]] = {
            "bar": self._bars,
            "stacked": self._stacked,
            "line": self._line,
            "funnel": self._funnel,
        }
        kinds[chart.kind](drawn)
        picture = self.svg.Drawing(
            WIDE,
            round(self.y),
            id_prefix=chart.key,
            role="img",
            class_=f"chart {chart.kind}",
            aria_label=self.writer.words(chart.title),
        )
        for part in self.parts:
            picture.append(part)
        # The page sets the width; the aspect ratio sets the height.
        return _SIZE.sub("", picture.as_svg(header=""), count=1).strip()

    def _chosen(self, chart: Chart, table: Table) -> _Drawn:
        at = {column.key: number for number, column in enumerate(table.columns)}
        rows = table.rows if chart.kind == "line" else table.rows[:MOST]
        chosen = [at[key] for key in chart.values]
        return _Drawn(
            names=tuple(self.writer.cell("text", row[at[chart.labels]]) for row in rows),
            columns=tuple(table.columns[number] for number in chosen),
            values=tuple(tuple(_number(row[number]) for number in chosen) for row in rows),
            cells=tuple(tuple(row[number] for number in chosen) for row in rows),
        )

    # --- kinds ------------------------------------------------------------------------------------------------------

    def _bars(self, drawn: _Drawn) -> None:
        most = _most(drawn.values)
        for name, values, shown in zip(drawn.names, drawn.values, drawn.cells, strict=True):
            self._name(name)
            for number, (column, value, cell) in enumerate(zip(drawn.columns, values, shown, strict=True)):
                long = float(Fraction(WIDE - _EDGE - _NUMBER) * max(value or Fraction(0), Fraction(0)) / most)
                if value is not None:
                    self._bar(_EDGE, long, number, name, column, cell)
                self._text(self.writer.cell(column.kind, cell) or "–", _EDGE + long + 6, self.y + _BAR - 5, "number")
                self.y += _BAR + 2
            self.y += _GAP - 4

    def _stacked(self, drawn: _Drawn) -> None:
        most = max(
            (sum((value or Fraction(0) for value in values), Fraction(0)) for values in drawn.values),
            default=Fraction(0),
        ) or Fraction(1)
        for name, values, shown in zip(drawn.names, drawn.values, drawn.cells, strict=True):
            self._name(name)
            lengths = [float(Fraction(WIDE - _EDGE - _NUMBER) * (value or Fraction(0)) / most) for value in values]
            starts = [0.0, *accumulate(lengths)]
            for number, (column, long, cell) in enumerate(zip(drawn.columns, lengths, shown, strict=True)):
                if long <= 0:
                    continue
                self._bar(_EDGE + starts[number], long, number, name, column, cell)
                inside = self.writer.cell(column.kind, cell)
                if long > cells(inside) * 7 + 4:
                    self._text(
                        inside, _EDGE + starts[number] + long / 2, self.y + _BAR - 5, f"inside on{number}", "middle"
                    )
            together = sum((value or Fraction(0) for value in values), Fraction(0))
            self._text(self.writer.number(together), _EDGE + starts[-1] + 6, self.y + _BAR - 5, "number")
            self.y += _BAR + _GAP

    def _funnel(self, drawn: _Drawn) -> None:
        most = _most(drawn.values)
        high, middle = 30, WIDE / 2
        widths = [
            max(float(Fraction(WIDE - 2 * _EDGE) * (values[0] or Fraction(0)) / most), 2.0) for values in drawn.values
        ]
        for number, (name, long) in enumerate(zip(drawn.names, widths, strict=True)):
            cell, column = drawn.cells[number][0], drawn.columns[0]
            self._text(name, _EDGE, self.y + _TEXT, "name")
            first, here = drawn.values[0][0], drawn.values[number][0]
            part = "" if not first or here is None or number == 0 else f" · {self.writer.percent(here / first)}"
            self._text(self.writer.cell(column.kind, cell) + part, WIDE - _EDGE, self.y + _TEXT, "number", "end")
            self.y += _NAME
            following = widths[number + 1] if number + 1 < len(widths) else long
            shape = self.svg.Path(class_="s0", opacity=f"{1 - 0.1 * min(number, 6):.1f}")
            left, low = round(middle - long / 2, 2), round(middle - following / 2, 2)
            shape.M(left, self.y).L(WIDE - left, self.y).L(WIDE - low, self.y + high).L(low, self.y + high).Z()
            shape.append_title(f"{name}: {self.writer.cell(column.kind, cell)}")
            self.parts.append(shape)
            self.y += high + 6

    def _line(self, drawn: _Drawn) -> None:
        top, bottom, right = self.y + 10, self.y + _LINE_HIGH, WIDE - _EDGE - 12
        most = _most(drawn.values)
        marks = {mark: self._mark(mark, drawn) for mark in _marks(most)}
        left = max(_LINE_LEFT, max(map(cells, marks.values())) * 7.6 + 12)
        step = (right - left) / max(len(drawn.names) - 1, 1)
        for mark, said in marks.items():
            y = round(bottom - (bottom - top) * float(mark / most), 2)
            self.parts.append(self.svg.Line(left, y, right, y, class_="grid"))
            self._text(said, left - 6, y + 4, "axis", "end")
        for number, column in enumerate(drawn.columns):
            places = [
                (
                    round(left + at * step, 2),
                    round(bottom - (bottom - top) * float((values[number] or 0) / most), 2),
                    at,
                )
                for at, values in enumerate(drawn.values)
                if values[number] is not None
            ]
            if len(places) > 1:
                self.parts.append(
                    self.svg.Lines(
                        *(coordinate for x, y, _ in places for coordinate in (x, y)), class_=f"line l{number}"
                    )
                )
            for x, y, at in places:
                dot = self.svg.Circle(x, y, 4, class_=f"s{number}")
                dot.append_title(
                    f"{drawn.names[at]}: {self.writer.words(column.heading)} "
                    f"{self.writer.cell(column.kind, drawn.cells[at][number])}"
                )
                self.parts.append(dot)
        wide = max((cells(name) for name in drawn.names), default=1) * 6.5 + 10
        every = max(int(-(-wide // step)), 1)
        for at in range(0, len(drawn.names), every):
            # The first and the last name would exceed the canvas.
            x = left + at * step
            place = "start" if x < wide / 2 else "end" if x > WIDE - wide / 2 else "middle"
            x = {"start": _EDGE, "end": WIDE - _EDGE}.get(place, x)
            self._text(drawn.names[at], x, bottom + 18, "axis", place)
        self.y = bottom + 28

    def _mark(self, mark: Fraction, drawn: _Drawn) -> str:
        """Return the text of a grid line: an amount in the currency of the line, or a number."""
        money = next((cell for row in drawn.cells for cell in row if isinstance(cell, Money)), None)
        if money is None:
            return self.writer.number(mark)
        return self.writer.money(Money(int(mark * 10 ** exponent(money.currency)), money.currency))

    # --- parts ------------------------------------------------------------------------------------------------------

    def _legend(self, columns: Sequence[Column]) -> None:
        x = float(_EDGE)
        for number, column in enumerate(columns):
            text = self.writer.words(column.heading)
            wide = cells(text) * 6.6 + 30
            if x > _EDGE and x + wide > WIDE:
                x, self.y = float(_EDGE), self.y + 18
            self.parts.append(self.svg.Rectangle(x, self.y + 3, 11, 11, rx=2, class_=f"s{number}"))
            self._text(text, x + 16, self.y + 13, "legend")
            x += wide
        self.y += 30

    def _name(self, name: str) -> None:
        short = name if cells(name) <= WIDE // 7 else name[: WIDE // 15] + "…"
        self._text(short, _EDGE, self.y + _TEXT, "name")
        self.y += _NAME

    def _bar(self, x: float, long: float, number: int, name: str, column: Column, cell: Cell) -> None:
        bar = self.svg.Rectangle(round(x, 2), self.y, round(max(long, 1.0), 2), _BAR, rx=2, class_=f"s{number}")
        bar.append_title(f"{name}: {self.writer.words(column.heading)} {self.writer.cell(column.kind, cell)}")
        self.parts.append(bar)

    def _text(self, text: str, x: float, y: float, kind: str, anchor: str = "start") -> None:
        size = _SMALL if kind in {"axis", "legend"} else _TEXT
        self.parts.append(self.svg.Text(text, size, round(x, 2), round(y, 2), class_=kind, text_anchor=anchor))


def _marks(most: Fraction) -> tuple[Fraction, ...]:
    """Return round numbers from zero to nearly the maximum: steps of 1, 2 or 5 times a power of ten."""
    power = Fraction(10) ** (len(str(int(most))) - 1) if most >= 1 else Fraction(1, 100)
    step = next(step for step in (power / 5, power / 2, power, 2 * power, 5 * power) if most / step <= _MARKS)
    step = max(step, Fraction(1)) if most >= 2 else step  # noqa: PLR2004 - no halves between whole numbers
    return tuple(step * number for number in range(int(most / step) + 1))


def _number(cell: Cell) -> Fraction | None:
    """Return the number drawn for a cell: an amount in whole units."""
    match cell:
        case Money():
            return Fraction(cell.major)
        case int() | Fraction() | Decimal():
            return Fraction(cell)
    return None


def _most(values: Sequence[Sequence[Fraction | None]]) -> Fraction:
    return max((value for row in values for value in row if value is not None), default=Fraction(0)) or Fraction(1)
