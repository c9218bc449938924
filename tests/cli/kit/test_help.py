"""Help pages: light, complete, translated, and with examples that work."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from crm.cli import main
from crm.cli.kit.face import Face
from crm.cli.kit.verbs import Noun, Translated, Verb
from crm.cli.printing.catalogues import folder
from crm.cli.printing.helptext import Context
from crm.cli.printing.language import Language
from crm.cli.printing.widths import cells
from crm.cli.summaries import SUMMARIES
from crm.values.identifiers import as_credit_code
from tests.cli.conftest import Terminal


def commands(
    command: click.Command = main, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command with its path."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from commands(below, (*path, name))


COMMANDS = dict(commands())
VERBS = {path: command for path, command in COMMANDS.items() if not isinstance(command, click.Group)}
EXAMPLES = [example for command in COMMANDS.values() if isinstance(command, Translated) for example in command.examples]


@pytest.mark.parametrize(
    "args", [["--help"], ["lead", "--help"], ["visit", "log", "--help"], ["--lang", "zh", "trip", "--help"]]
)
def test_help_imports_no_database_and_no_renderer(args: list[str]) -> None:
    """A help page loads neither SQLAlchemy nor Rich nor Babel, so that it comes at once."""
    folder("zh_CN")  # compiled by now, as it is for everyone who calls the program a second time
    program = (
        "import sys\n"
        "from crm.cli import main\n"
        f"status = main({args!r}, standalone_mode=False)\n"
        "heavy = {'sqlalchemy', 'alembic', 'rich', 'babel', 'psycopg', 'crm.models'} & set(sys.modules)\n"
        "sys.exit(f'{status} {heavy}' if status or heavy else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_noun_is_summarised_and_loads() -> None:
    """The list of nouns and the modules behind it agree."""
    for name in SUMMARIES:
        assert (name,) in COMMANDS
        command = COMMANDS[name,]
        assert (command.help or "").startswith(SUMMARIES[name])


@pytest.mark.parametrize("path", list(VERBS), ids=" ".join)
def test_every_verb_has_help_examples_and_described_parameters(path: tuple[str, ...]) -> None:
    """Every verb, option and argument has help, and every verb an example."""
    verb = VERBS[path]
    assert isinstance(verb, Verb)
    assert verb.help
    assert verb.examples
    assert all(getattr(parameter, "help", None) for parameter in verb.params), path
    assert {"--db", "--tenant", "--as", "--lang", "--json"} <= {
        name for parameter in verb.params for name in parameter.opts
    }


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_can_be_typed(example: str) -> None:
    """Each example of a help page names options that exist, with values they take."""
    words = shlex.split(example.split(" > ", maxsplit=1)[0])
    if words[0] == "eval":
        words = shlex.split(words[1].removeprefix("$(").removesuffix(")"))
    assert words.pop(0) == "crm"
    command: click.Command = main
    context: click.Context = Context(main, info_name="crm", obj=Face(Language("en")))
    with context:
        words = command.parse_args(context, words)
        words = [*context._protected_args, *context.args]
        while isinstance(command, click.Group):
            below = command.get_command(context, words[0])
            assert below is not None, example
            child = below.make_context(words[0], words[1:], parent=context)
            command, context = below, child
            words = [*child._protected_args, *child.args]
    assert not words


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", list(COMMANDS), ids=lambda path: " ".join(path) or "crm")
def test_help_fits_eighty_columns(path: tuple[str, ...], language: str) -> None:
    """No line of a help page is wider than the terminal, in Chinese either."""
    text = Terminal("sqlite://", language=language).ok(*path, "--help", columns=80)
    for line in text.splitlines():
        assert cells(line) <= 80, line


@pytest.mark.parametrize("path", list(COMMANDS), ids=lambda path: " ".join(path) or "crm")
def test_h_asks_for_help_everywhere(path: tuple[str, ...]) -> None:
    """No command uses -h for anything else."""
    option = COMMANDS[path].get_help_option(Context(COMMANDS[path]))
    assert option is not None
    assert set(option.opts) == {"-h", "--help"}


@pytest.mark.parametrize("path", [(), ("lead",), ("lead", "board"), ("init",)])
def test_h_prints_what_help_prints(path: tuple[str, ...]) -> None:
    """Behind the program, a noun and a verb."""
    terminal = Terminal("sqlite://")
    assert terminal.ok(*path, "-h") == terminal.ok(*path, "--help")


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["--lang", "zh", "--help"], "先写名词"),
        (["--help", "--lang", "zh"], "先写名词"),
        (["lead", "--lang=zh", "--help"], "推进线索"),
        (["lead", "board", "--help", "--lang", "zh"], "按阶段显示项目看板"),
        (["lead", "board", "--help", "--lang", "en"], "Show the pipeline by stage"),
    ],
)
def test_help_speaks_the_language_asked_for_wherever_it_is_asked(args: list[str], expected: str) -> None:
    """--lang works before and behind --help."""
    assert expected in Terminal("sqlite://").ok(*args)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "用法"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "Usage"),
        ({"LANG": "de_DE.UTF-8"}, "Usage"),
        ({"LANG": "C", "CRM_LANG": "zh"}, "用法"),
        ({}, "Usage"),
    ],
)
def test_language_comes_from_the_environment(
    environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """LC_ALL goes before LANG, CRM_LANG before both; what is not Chinese is English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "CRM_LANG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main(["--help"], standalone_mode=False) == 0
    assert expected in capsys.readouterr().out


def test_a_noun_alone_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    """``crm lead`` says what can follow, as a usage error."""
    assert main(["lead"], standalone_mode=False) == 2
    assert "advance" in capsys.readouterr().err
    assert isinstance(COMMANDS["lead",], Noun)


def test_credit_codes_of_examples_can_be_registered() -> None:
    """Their characters and check digit are right."""
    codes = [found[1] for example in EXAMPLES if (found := re.search(r"--credit-code (\S+)", example))]
    assert [as_credit_code(code) for code in codes] == codes != []
