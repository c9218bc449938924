"""Tables and cards: aligned in Chinese and Japanese, as wide as the terminal, and amounts that are never rounded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib import import_module
from pkgutil import walk_packages

import pytest

import crm.cli
from crm.cli.kit.face import Face
from crm.cli.printing.formatting import amount, day, days, moment
from crm.cli.printing.language import Language
from crm.cli.printing.paging import page
from crm.cli.printing.tables import Column, layout
from crm.cli.printing.widths import cells, pad, printable, wrap
from crm.values.moments import LocalTime
from crm.values.money import Money
from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable

PAGES = [
    ("lead", "board"), ("lead", "list"), ("lead", "show", "1"), ("lead", "missing", "1", "--to", "landed"), ("lead", "history", "1"),
    ("investor", "list"), ("investor", "show", "丸红"), ("contact", "list", "丸红"), ("station", "list"), ("station", "show", "tokyo"),
    ("unit", "list"), ("staff", "list"), ("audit", "show"),
]  # fmt: skip


def lists() -> Iterator[tuple[str, tuple[Column, ...]]]:
    """Yield the columns of each list, with where they stand."""
    for module in walk_packages(crm.cli.__path__, "crm.cli."):
        if module.name.endswith((".pages", ".evidence")):
            for name, value in vars(import_module(module.name)).items():
                if isinstance(value, tuple) and value and all(isinstance(column, Column) for column in value):
                    yield f"{module.name}.{name}", value


def test_no_list_has_a_column_twice() -> None:
    """Neither a field that one of its own columns shows, nor a heading that says two things."""
    found = dict(lists())
    assert len(found) > 50
    for where, columns in found.items():
        headings, keys = [column.heading for column in columns], [column.key for column in columns if column.key]
        assert len(set(headings)) == len(headings), where
        assert len(set(keys)) == len(keys), where


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES, ids=" ".join)
def test_no_line_is_wider_than_the_terminal(
    reader: Terminal, page: tuple[str, ...], language: str, columns: int
) -> None:
    """And the right edges of the frames stand in one column."""
    printed = Terminal(reader.url, language=language).ok(*page, columns=columns)
    edges = {cells(line) for line in printed.splitlines() if line.startswith(("│", "╭", "╰"))}
    assert edges <= {columns}
    assert all(cells(line) <= columns for line in printed.splitlines())


def test_what_does_not_fit_leaves_and_is_named(reader: Terminal) -> None:
    """The least needed columns go first, and the reader is told; wide terminals show all."""
    narrow, wide = reader.ok("lead", "list", columns=60), reader.ok("lead", "list", columns=200)
    assert "Not shown at this width" in narrow
    assert "Industry" in narrow.splitlines()[-1]
    assert "Not shown" not in wide
    assert "Industry" in wide.splitlines()[0]


def test_without_a_terminal_a_list_has_everything(reader: Terminal) -> None:
    """Every column, each row on one line, without colours or trailing spaces; prose and cards keep the width of a page."""
    for line in (
        ("lead", "list"),
        ("investor", "list"),
        ("audit", "show"),
        ("staff", "list"),
        ("visit", "list"),
        ("todo", "due"),
    ):
        rows, printed = reader.json(*line), reader.ok(*line, columns=0)
        assert "Not shown" not in printed
        assert "\x1b[" not in printed
        assert all(text == text.rstrip() for text in printed.splitlines())
        assert len(printed.splitlines()) == (len(rows) + 2 if rows else 1), printed
    for heading in ("Project", "Investor", "Stage", "Status", "Expected", "Industry", "Owner", "Unit"):
        assert heading in reader.ok("lead", "list", columns=0).splitlines()[0]
    assert max(map(cells, reader.ok("lead", "show", "1", columns=0).splitlines())) == 80


def test_without_a_terminal_the_board_has_everything(reader: Terminal) -> None:
    """Its frames are as wide as its rows and titles need."""
    printed = reader.ok("lead", "board", columns=0)
    assert "Not shown" not in printed
    assert {"╭", "│", "╰"} <= {line[:1] for line in printed.splitlines()}
    assert "氢能装备制造项目（一期）" in printed
    assert all(line == line.rstrip() for line in printed.splitlines())


@pytest.mark.parametrize(
    ("lines", "pager", "keyboard", "paged"),
    [
        (40, None, True, True),
        (10, None, True, False),
        (40, "", True, False),
        (40, "cat", True, False),
        (40, None, False, False),
    ],
)
def test_a_long_list_is_paged_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    lines: int,
    pager: str | None,
    keyboard: bool,
    paged: bool,
) -> None:
    """One that fits the screen is not; PAGER says how, and nothing is paged that nobody can leaf through."""
    told: list[tuple[str, str | None]] = []

    def pager_of(text: str, **_: bool) -> None:
        told.append((text, os.environ.get("LESS")))

    monkeypatch.setattr("click.echo_via_pager", pager_of)
    monkeypatch.setattr("sys.stdin.isatty", lambda: keyboard, raising=False)
    monkeypatch.delenv("LESS", raising=False)
    monkeypatch.delenv("PAGER", raising=False)
    if pager is not None:
        monkeypatch.setenv("PAGER", pager)
    text = "a\n" * lines
    page(text, 24)
    assert told == ([(text, "FRX")] if paged else [])
    assert capsys.readouterr().out == ("" if paged else text)
    assert "LESS" not in os.environ


def test_columns_align_under_their_headings(reader: Terminal) -> None:
    """A wide character takes two columns, in headings and cells alike."""
    lines = Terminal(reader.url, language="zh").ok("staff", "list", columns=80).splitlines()
    start = cells(lines[0][: lines[0].index("角色")])
    for line in lines[2:]:
        assert any(cells(line[:index]) == start for index in range(len(line)))
        assert any(role in line for role in ("管理员", "投促服务大使", "核实人"))


def test_empty_lists_say_so(reader: Terminal) -> None:
    """A sentence, not an empty table; as JSON an empty array."""
    assert reader.ok("trip", "list") == "There are no trips.\n"
    assert reader.ok("trip", "list", "--lang", "zh") == "没有出访团组。\n"
    assert reader.json("trip", "list") == []


def test_a_layout_breaks_long_cells_before_it_breaks_its_width() -> None:
    """Columns that may break share what is left; those that may not keep their width or leave."""
    face = Face(Language("en"))
    columns = (
        Column("A", lambda _, row: row[0], least=6),
        Column("B", lambda _, row: row[1], least=6),
        Column("C", lambda _, row: row[2], drops=1),
    )
    rows = [("x" * 40, "丸" * 20, "kept")]
    fitted = layout(face, rows, columns, within=40)
    assert [column.heading for column in fitted.columns] == ["A", "B", "C"]
    assert sum(fitted.widths) + 4 == 40
    assert abs(fitted.widths[0] - fitted.widths[1]) <= 1
    assert [column.heading for column in layout(face, rows, columns, within=16).dropped] == ["C"]


@pytest.mark.parametrize(
    ("money", "english", "chinese", "short"),
    [
        (Money(2_000_000_000, "USD"), "20,000,000 USD", "20,000,000美元", "2,000万美元"),
        (Money(313_700_000_000, "USD"), "3,137,000,000 USD", "3,137,000,000美元", "31.37亿美元"),
        (Money(1_250_050, "EUR"), "12,500.50 EUR", "12,500.50欧元", "12,500.50欧元"),
        (Money(1_371_234_567, "EUR"), "13,712,345.67 EUR", "13,712,345.67欧元", "13,712,345.67欧元"),
        (Money(10_001, "JPY"), "10,001 JPY", "10,001日元", "1.0001万日元"),
        (Money(100_000_001, "JPY"), "100,000,001 JPY", "100,000,001日元", "10,000.0001万日元"),
        (Money(999_900, "CNY"), "9,999 CNY", "9,999元", "9,999元"),
        (Money(-5_000_000_00, "CNY"), "-5,000,000 CNY", "-5,000,000元", "-500万元"),
        (Money(12_345, "KWD"), "12.345 KWD", "12.345科威特第纳尔", "12.345科威特第纳尔"),
    ],
)
def test_amounts_keep_every_digit(money: Money, english: str, chinese: str, short: str) -> None:
    """万 and 亿 only where they are exact."""
    assert amount(Language("en"), money) == english
    assert amount(Language("zh"), money) == chinese
    assert amount(Language("zh"), money, short=True) == short


def test_days_and_times_are_written_in_each_language() -> None:
    """A place's own zone is named, the bureau's is not."""
    english, chinese = Language("en"), Language("zh")
    feb = date(2023, 2, 8)
    assert (day(english, feb), day(chinese, feb)) == ("8 February 2023", "2023年2月8日")
    assert (day(english, feb, short=True), day(chinese, feb, short=True)) == ("8 Feb 2023", "2023-02-08")
    noon = datetime(2023, 2, 8, 4, tzinfo=UTC)
    assert moment(chinese, LocalTime(noon, "Asia/Tokyo")) == "2023年2月8日 13:00 (Asia/Tokyo)"
    assert moment(english, noon) == "8 February 2023 12:00"
    assert (days(english, 1), days(english, 2), days(chinese, 2)) == ("1 day", "2 days", "2 天")


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("谈到二期厂房，", 12, ["谈到二期厂", "房，"]),
        ("见（虚构）", 5, ["见", "（虚", "构）"]),
        ("", 10, [""]),
        ("unbreakable", 4, ["unbreakable"]),
    ],
)
def test_lines_break_as_chinese_does(text: str, width: int, lines: list[str]) -> None:
    """No line begins with a comma or ends with an opening bracket."""
    assert wrap(text, width) == lines


def test_widths_count_columns() -> None:
    """Wide characters two, combining ones none; garbled ones are shown as question marks."""
    assert (cells("丸红"), cells("ab"), cells("é"), cells("e\u0301"), cells("ガ")) == (4, 2, 1, 1, 2)
    assert pad("丸", 4) == "丸  "
    assert printable("丸\udcb4") == "丸?"
