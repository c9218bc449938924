"""Every command that a sentence of the program names exists, with the options that it names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import click
import pytest

from crm.cli import main
from crm.cli.imports.importing import FileNoun
from tests.laws.source import calls, files, spot

pytestmark = pytest.mark.portable

#: A command in a sentence, up to where the next one, or the sentence, ends.
_NAMED = re.compile(r"\bcrm ((?:--[a-z]+ [A-Z]+ )?)([a-z]+(?:-[a-z]+)*)((?: [^\s;,.()`:]+)*)")
#: Options of every command.
_SHARED = {"--help", "--json", "--as", "--db", "--lang", "--policy", "--tenant"}
#: Sentences in which the program is named, and no command.
_PROSE = {"crm tables"}


def named() -> Iterator[tuple[str, str, list[str]]]:
    """Yield where a command is named, its noun, and what follows."""
    for file in files():
        for node, name in calls(file):
            text = node.args[0] if name in {"N_", "P_"} and node.args else None
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                for found in _NAMED.finditer(text.value):
                    if found[0] not in _PROSE:
                        yield spot(file, node, name), found[2], found[3].split()


@pytest.mark.whole
def test_every_command_that_a_sentence_names_exists() -> None:
    """Its noun, its verb and its options; otherwise the way out leads nowhere."""
    ctx = click.Context(main)
    wrong, seen = [], 0
    for where, noun, rest in named():
        seen += 1
        command = main.get_command(ctx, noun)
        if isinstance(command, FileNoun) and rest and rest[0] not in command.commands:
            command = command.commands["file"]  # the verb may be left out
        elif isinstance(command, click.Group) and rest and re.fullmatch("[a-z]+(?:-[a-z]+)*", rest[0]):
            command = command.get_command(click.Context(command), rest.pop(0))
        if command is None:
            wrong.append((where, noun, "unknown"))
            continue
        known = {option for param in command.params for option in (*param.opts, *param.secondary_opts)} | _SHARED
        wrong += [(where, noun, word) for word in rest if word.startswith("--") and word not in known]
    assert not wrong, wrong
    assert seen > 100
