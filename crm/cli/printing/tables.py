"""Tables that align Chinese and Japanese, and drop columns that do not fit."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import Any

from attrs import frozen
from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.panel import Panel
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from crm.cli.printing.reader import Reader
from crm.cli.printing.widths import cells, printable, widest, wrap
from crm.errors import N_

#: The width of prose and frames outside a terminal: that of a printed page or a mail.
PLAIN_WIDTH = 80
#: The width of a table that loses nothing.
_ALL = 1_000_000
#: Whether what is printed now goes into a file, whatever the standard output is.
_TO_FILE: ContextVar[bool] = ContextVar("crm_to_file", default=False)
_GAP = 2
#: What a frame takes: a line and a space on both sides.
FRAME = 4


@frozen
class Column:
    """A column of a table.

    Attributes:
        heading: A text of the catalogues.
        text: What stands in a row's cell.
        drops: 0 stays in every table; of the others the highest leaves first where the width is short.
        least: The width down to which long cells may be broken; 0: they are not.
        right: Numbers stand on the right.
        style: Says how a row's cell is coloured.
        key: Its key in JSON, where it is a field.
        value: Returns what a file has in a row's cell, where that is a number, a day, an instant or an amount.
        money: Whether it has amounts.
    """

    heading: str
    text: Callable[[Reader, Any], str]
    drops: int = 0
    least: int = 0
    right: bool = False
    style: Callable[[Any], str] | None = None
    key: str = ""
    value: Callable[[Any], object] | None = None
    money: bool = False


class _Paper(Console):
    """A console that prints no control character of a text; colours are added afterwards."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """Yield the segments of something to be printed."""
        for segment in super().render(renderable, options):
            plain = segment.control or segment.text == "\n" or segment.text.isprintable()
            yield segment if plain else Segment(printable(segment.text), segment.style)


def console(*, stderr: bool = False) -> Console:
    """Return the console: as wide as the terminal or CRM_WIDTH, with colour only on a terminal."""
    return _Paper(
        stderr=stderr,
        width=width(stderr=stderr),
        force_terminal=False if _TO_FILE.get() else None,
        highlight=False,
        emoji=False,
        markup=False,
        soft_wrap=False,
    )


def width(*, stderr: bool = False) -> int:
    """Return the width to print at: what CRM_WIDTH says, or that of the terminal."""
    if columns := _columns():
        return columns
    stream = sys.stderr if stderr else sys.stdout
    if stream.isatty() and not _TO_FILE.get():
        return shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns
    return PLAIN_WIDTH


def unbounded() -> bool:
    """Return whether tables have all columns: the output is no terminal, and CRM_WIDTH is not set.

    COLUMNS is the width of a terminal, which some shells export: what goes into a pipe or a file is not cut to it.
    """
    return not _columns() and (_TO_FILE.get() or not sys.stdout.isatty())


def _columns() -> int:
    columns = os.environ.get("CRM_WIDTH", "")
    return int(columns) if columns.isdecimal() else 0


def to_file(lines: Iterator[str]) -> Iterator[str]:
    """Yield lines of a table that are made meanwhile, as for a file: with all columns, whatever is looked at."""
    token = _TO_FILE.set(True)
    try:
        yield from lines
    finally:
        _TO_FILE.reset(token)


@frozen
class Layout:
    """The columns of a table, their widths, the dropped columns, and the texts of each row by its identity.

    *write* returns the texts of a further row.
    """

    columns: tuple[Column, ...]
    widths: tuple[int, ...]
    dropped: tuple[Column, ...]
    texts: Mapping[int, Sequence[str]]
    write: Callable[[object], list[str]]

    @property
    def width(self) -> int:
        """The width of a table in it."""
        return sum(self.widths) + _GAP * len(self.widths)


def layout(
    reader: Reader,
    rows: Sequence[object],
    columns: Sequence[Column],
    *,
    within: int | None = None,
    further: bool = False,
) -> Layout:
    """Fit columns to a width: empty ones are dropped silently, then the least important, then long cells are wrapped.

    Args:
        reader: Whose language it is in.
        rows: The rows that will be shown, in one table or in several that shall align.
        columns: What could be shown.
        within: The width it may take; without it the terminal's. Without a terminal nothing is left out, and each row
            is one line.
        further: Whether more rows follow, so that a column which is empty so far stays.
    """
    everything = within is None and unbounded()
    room = _ALL if everything else within or width()
    turn = reader.language.read(N_("; ")) if everything else "\n"

    def read(row: object) -> list[str]:
        return [turn.join(_lines(column.text(reader, row))) for column in columns]

    texts = {id(row): read(row) for row in rows}
    natural = [
        widest([reader.language.read(column.heading), *(row[at] for row in texts.values())])
        for at, column in enumerate(columns)
    ]
    kept = [
        at for at, column in enumerate(columns) if further or not column.drops or any(row[at] for row in texts.values())
    ]
    dropped: list[Column] = []

    def needed() -> int:
        return sum(min(columns[at].least or natural[at], natural[at]) + _GAP for at in kept) - _GAP

    while needed() > room and any(columns[at].drops for at in kept):
        # Columns of the same rank are dropped together: a single one of four quarters would mislead.
        least = max(columns[at].drops for at in kept)
        dropped = [*(columns[at] for at in kept if columns[at].drops == least), *dropped]
        kept = [at for at in kept if columns[at].drops != least]
    full = [natural[at] for at in kept]
    widths = [min(columns[at].least or natural[at], natural[at]) for at in kept]
    for _ in range(max(room - needed(), 0)):
        # The narrowest that still breaks its cells gets the next column of the screen.
        narrow = [index for index, wide in enumerate(widths) if wide < full[index]]
        if not narrow:
            break
        widths[min(narrow, key=widths.__getitem__)] += 1
    for _ in range(max(sum(widths) + _GAP * (len(widths) - 1) - room, 0)):
        # What can neither leave nor be broken is broken all the same, the widest first.
        widths[max(range(len(widths)), key=widths.__getitem__)] -= 1

    def fit(line: Sequence[str]) -> list[str]:
        """Return the texts of a row in the columns that are kept."""
        return [
            line[at] if everything or cells(line[at]) <= wide else wrapped(line[at], wide)
            for at, wide in zip(kept, widths, strict=True)
        ]

    return Layout(
        tuple(columns[at] for at in kept),
        tuple(widths),
        tuple(dropped),
        {row: fit(line) for row, line in texts.items()},
        lambda row: fit(read(row)),
    )


def draw(
    reader: Reader, rows: Sequence[object], fitted: Layout, *, title: str | None = None, header: bool = True
) -> Table:
    """Return a table of rows in a layout."""
    # A box without lines between the columns still draws a space there.
    drawn = Table(
        box=box.SIMPLE_HEAD if header else None,
        padding=(0, _GAP - 1 if header else _GAP, 0, 0),
        pad_edge=False,
        show_edge=False,
        show_header=header,
        title=title,
        title_justify="left",
        title_style="bold",
        header_style="bold",
    )
    for column, wide in zip(fitted.columns, fitted.widths, strict=True):
        drawn.add_column(
            reader.language.read(column.heading),
            justify="right" if column.right else "left",
            overflow="fold",
            width=wide,
        )
    for row in rows:
        drawn.add_row(
            *(
                Text(text, style=column.style(row) if column.style else "")
                for column, text in zip(fitted.columns, fitted.texts[id(row)], strict=True)
            ),
            style="strike" if is_withdrawn(row) else None,
        )
    return drawn


def is_withdrawn(row: object) -> bool:
    """Return whether a row is of a withdrawn record, which is struck through."""
    return getattr(row, "withdrawn", None) is not None


def wrapped(text: str, wide: int) -> str:
    """Return a text wrapped for a column, by the rules of Chinese typesetting."""
    lines = (line for part in _lines(text) for line in (wrap(part, wide) if cells(part) > wide else [part]))
    return "\n".join(lines)


def left_out(reader: Reader, fitted: Layout) -> list[Text]:
    """Return the line that names the dropped columns, if any."""
    names = reader.language.listed(reader.language.read(column.heading) for column in fitted.dropped)
    return [Text(reader.say("Not shown at this width: {names}", names=names), style="dim")] if names else []


def table(
    reader: Reader,
    rows: Sequence[object],
    columns: Sequence[Column],
    *,
    title: str | None = None,
    within: int | None = None,
) -> list[Table | Text]:
    """Return a table of rows, and a line that names the dropped columns."""
    fitted = layout(reader, rows, columns, within=within)
    return [draw(reader, rows, fitted, title=title), *left_out(reader, fitted)]


def _lines(text: str) -> list[str]:
    return [text] if text.isprintable() and text else printable(text).splitlines()


def facts(reader: Reader, pairs: Iterable[tuple[str, str]], *, struck: bool = False) -> Table:
    """Return labels and values in two columns, for a frame; pairs without a value are left out.

    With *struck* the values are struck through: they are of a withdrawn record.
    """
    rows = [(reader.language.read(label), value) for label, value in pairs if value]
    # Long labels leave the values half of the width.
    labels = min(max((cells(label) for label, _ in rows), default=0), (width() - FRAME) // 2)
    room = max(width() - labels - _GAP - FRAME, 1)
    drawn = Table.grid(padding=(0, _GAP))
    drawn.add_column(style="dim", width=labels)
    drawn.add_column(overflow="fold")
    for label, value in rows:
        drawn.add_row(Text(wrapped(label, labels)), Text(wrapped(value, room), style="strike" if struck else ""))
    return drawn


def plainly(parts: Iterable[RenderableType], *, to_file: bool = False) -> str:
    """Return the parts as text without colours or trailing spaces; with *to_file* as for a file, with all columns."""
    token = _TO_FILE.set(to_file or _TO_FILE.get())
    try:
        paper, everything = console(), unbounded()
        if everything:
            paper.width = _ALL
        with paper.capture() as printed:
            for part in parts:
                paper.print(part, width=_room(part) if everything else None)
        return "\n".join(line.rstrip() for line in printed.get().splitlines())
    finally:
        _TO_FILE.reset(token)


def _room(part: RenderableType) -> int:
    """Return the width that a part takes where nothing is left out."""
    if isinstance(part, Table):
        return max(width(), sum((column.width or 0) + _GAP for column in part.columns))
    return max(width(), (isinstance(part, Panel) and part.width) or 0)


def panel(title: str, *parts: RenderableType, style: str = "cyan", least: int = 0) -> Panel:
    """Return a panel with a title around the parts; where nothing is left out, at least so wide.

    Without a part that has something to show the title stands in the frame.
    """
    head = Text(printable(title), style="bold")
    shown = [part for part in parts if not (isinstance(part, Table) and not part.row_count)]
    return Panel(
        Group(*shown) if shown else head,
        width=max(least, width(), cells(title) + FRAME + _GAP) if unbounded() else None,
        title=head if shown else None,
        title_align="left",
        border_style=style,
        padding=(0, 1),
    )


def heading(reader: Reader, text: str) -> Text:
    """Return a heading between the parts of a card."""
    return Text(reader.language.read(text), style="bold")


def bracketed(reader: Reader, *texts: str) -> str:
    """Return texts in the brackets of the language, to follow another text."""
    return reader.say(" ({text})", text=reader.language.listed(texts))


def with_code(reader: Reader, name: str | None, code: str | None) -> str:
    """Return a name with its code in brackets: the name is read, the code is typed. Empty without a code."""
    return "" if code is None else code if name is None or name == code else name + bracketed(reader, code)


def section(reader: Reader, title: str, rows: Sequence[object], columns: Sequence[Column]) -> Iterable[RenderableType]:
    """Draw a table under its heading; nothing without rows."""
    if rows:
        yield Text()
        yield heading(reader, title)
        yield from table(reader, rows, columns)


def without(columns: Sequence[Column], *names: str) -> tuple[Column, ...]:
    """Return the columns without those of the card's own subject."""
    headings = {
        "lead": "Project",
        "investor": "Investor",
    }
    unwanted = {headings[name] for name in names}
    return tuple(column for column in columns if column.heading not in unwanted)
