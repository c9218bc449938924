"""What was stored past the checks is printed as text: no terminal obeys it."""

from __future__ import annotations

import click.testing
import pytest
from rich.text import Text
from sqlalchemy import create_engine, text

from crm.cli.printing.tables import console
from crm.cli.printing.widths import on_one_line, printable
from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable

HOSTILE = "丸红\x1b[31m\x1b]0;title\x07\x9b2J\r\u202e\u2028x\x08"
OBEYED = set("\x1b\x07\x9b\r\u202e\u2028\x08")


def store(url: str) -> None:
    """Write names and texts as a version without the checks, or somebody past the services, could have."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in (
            "UPDATE crm_investor SET name = :hostile || id",
            "UPDATE crm_investor_name SET text = :hostile || id",
            "UPDATE crm_lead SET title = :hostile || id, note = :hostile",
            "UPDATE crm_contact SET name = :hostile || id",
            "UPDATE crm_staff SET name = :hostile",
            "UPDATE crm_unit SET name = :hostile, name_en = :hostile",
        ):
            connection.execute(text(statement), {"hostile": HOSTILE})
    engine.dispose()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_command_prints_a_control_character(town: Terminal, language: str) -> None:
    """Lists, cards, boards, trees, JSON, refusals, and what is said after a write."""
    store(town.url)
    terminal = Terminal(town.url, language=language)
    for line in (
        ("lead", "list"),
        ("lead", "board"),
        ("lead", "show", "1"),
        ("lead", "history", "1"),
        ("lead", "missing", "1"),
        ("investor", "list"),
        ("investor", "show", "1"),
        ("investor", "show", "丸红"),
        ("contact", "list", "1"),
        ("contact", "show", "1"),
        ("staff", "list"),
        ("unit", "list"),
        ("station", "list"),
        ("audit", "list"),
        ("report", "board"),
        ("investor", "duplicates"),
        ("lead", "edit", "1", "--note", "x"),
        ("visit", "log", "1", "--note", "x"),
        ("investor", "archive", "1", "--reason", "x"),
        ("contact", "leave", "1", "1"),
    ):
        for more in ((), ("--json",)):
            result = terminal.type(*line, *more)
            assert not OBEYED & set(result.stdout + result.stderr), (line, more)


@pytest.mark.parametrize("at_a_terminal", [True, False])
def test_a_report_is_cleaned_for_a_terminal_alone(
    town: Terminal, monkeypatch: pytest.MonkeyPatch, *, at_a_terminal: bool
) -> None:
    """A file or a pipe gets what is stored, and no other line endings than its own."""
    store(town.url)
    monkeypatch.setattr(click.testing._NamedTextIOWrapper, "isatty", lambda _: at_a_terminal, raising=False)
    for form in ("csv", "json", "html"):
        printed = town.type("report", "board", "--explain", "--format", form).stdout
        assert "丸红" in printed
        assert "\r\n" not in printed
        assert not (at_a_terminal and OBEYED & set(printed)), form
        assert at_a_terminal or form != "csv" or HOSTILE in printed
    tree = town.type("referral", "tree", "1", "--format", "dot").stdout
    assert not (at_a_terminal and OBEYED & set(tree))


def test_the_console_prints_no_control_character_of_a_text() -> None:
    """Wherever the text comes from: nobody has to remember to clean it."""
    paper = console()
    with paper.capture() as printed:
        paper.print(Text(HOSTILE))
    assert not OBEYED & set(printed.get())


def test_line_breaks_of_a_name_begin_no_line() -> None:
    """A sentence has one line; a note keeps its own."""
    assert on_one_line("丸红\n✓ Lead 9 is landed.") == "丸红 ✓ Lead 9 is landed."
    assert printable("one\ntwo\tthree") == "one\ntwo\tthree"
