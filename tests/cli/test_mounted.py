"""The program mounted in another Click program: the same lines give the same output."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from copy import copy
from pathlib import Path
from typing import Any

import click
import pytest
from attrs import frozen
from click.testing import CliRunner, Result

from crm.cli import main
from crm.cli.kit.calls import Failed, Interrupted
from crm.cli.kit.face import Face
from crm.cli.leads.lead import command as leads
from crm.errors import NotFound
from tests.cli.conftest import Terminal
from tests.cli.host import INVESTORS, SHOW, host
from tests.cli.test_edge import ROOT
from tests.tiers import first_quick

HOST = [sys.executable, "-m", "tests.cli.host"]
ADD = ("investor", "add", "甲公司", "--country", "CN")
#: Where the program hangs, and what is typed to get there.
PLACES = {"crm": ["crm"], "nested": ["tools", "investors"], "behind an argument": ["sized", "small", "crm"]}


@frozen
class Hosted:
    """Types lines at the host, whose environment names the database a and the user boss.

    Attributes:
        a: The database of the environment.
        b: Another.
    """

    a: str
    b: str

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the host's process."""
        return {
            "CRM_DB": self.a,
            "CRM_USER": "boss",
            "CRM_LANG": "en",
            "CRM_TENANT": "",
            "CRM_WIDTH": "100",
            "NO_COLOR": "1",
        }

    def type(self, *args: str, program: click.Command = host, **kw: Any) -> Result:
        """Run a line in this process."""
        result = CliRunner(env=self.environment).invoke(program, list(args), prog_name="host", **kw)
        assert "Traceback" not in result.output
        return result

    def run(self, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a line as a process."""
        return subprocess.run(
            [*HOST, *args], env={**os.environ, **self.environment, **environment}, cwd=ROOT, capture_output=True, text=True, encoding="utf-8",
            check=False,
        )  # fmt: skip

    def names(self, url: str) -> list[str]:
        """Return the investors of a database."""
        return [row["name"] for row in Terminal(url).json("investor", "list")]

    def authors(self, url: str) -> set[str]:
        """Return who has written to a database."""
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as raw:
            return {
                actor
                for (actor,) in raw.execute(
                    "SELECT username FROM crm_staff WHERE id IN (SELECT actor_id FROM crm_audit_entry)"
                )
            }


@pytest.fixture(scope="module")
def made(begun_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with two users and nothing else."""
    file = tmp_path_factory.mktemp("mounted") / "crm.db"
    shutil.copy(begun_file, file)
    terminal = Terminal(f"sqlite:///{file}")
    terminal.ok(
        "staff", "add", "desk", "--name", "专员", "--role", "ambassador", "--station", "tokyo", "--since", "2020-01-01"
    )
    return file


@pytest.fixture
def hosted(made: Path, tmp_path: Path) -> Hosted:
    """The host with two such databases."""
    for name in ("a.db", "b.db"):
        shutil.copy(made, tmp_path / name)
    return Hosted(f"sqlite:///{tmp_path}/a.db", f"sqlite:///{tmp_path}/b.db")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("level", [0, 1, 2], ids=["program", "noun", "verb"])
def test_the_line_says_where_and_who(hosted: Hosted, place: str, level: int) -> None:
    """--db and --as count behind the program, the noun and the verb; the environment's database stays untouched."""
    line = list(ADD)
    line[level:level] = ["--db", hosted.b, "--as", "desk"]
    result = hosted.type(*PLACES[place], *line)
    assert result.exit_code == 0, result.output
    assert (hosted.names(hosted.a), hosted.names(hosted.b)) == ([], ["甲公司"])
    assert (hosted.authors(hosted.a), hosted.authors(hosted.b)) == ({"boss"}, {"boss", "desk"})


def test_both_databases(hosted: Hosted, town: Terminal) -> None:
    """SQLite's environment, and either database on the line."""
    assert hosted.type("crm", *ADD, "--db", town.url, "--as", "tokyo.desk").exit_code == 0
    assert "甲公司" in hosted.names(town.url)
    assert hosted.names(hosted.a) == []


def test_without_options_the_environment_counts(hosted: Hosted) -> None:
    """As without a host."""
    assert hosted.type("crm", *ADD).exit_code == 0
    assert (hosted.names(hosted.a), hosted.authors(hosted.a)) == (["甲公司"], {"boss"})


def test_a_tenant_language_and_json(hosted: Hosted, tmp_path: Path) -> None:
    """The other shared options too, wherever they stand; the last one typed counts."""
    assert hosted.type("crm", "--tenant", "lixia", "init").exit_code == 0
    assert len(list(tmp_path.glob("*.db"))) == 3
    assert "投资方" in hosted.type("crm", "investor", "--help", "--lang", "zh").stdout
    assert "没有投资方" in hosted.type("crm", "--lang", "en", "investor", "list", "--lang", "zh").stdout
    for line in (["--json", "investor", "list"], ["investor", "--json", "list"], ["investor", "list", "--json"]):
        assert json.loads(hosted.type("crm", *line).stdout) == []
    assert hosted.type("crm", "--json", *ADD).exit_code == 0
    assert json.loads(hosted.type("crm", "investor", "list", "--json").stdout)[0]["name"] == "甲公司"


REFUSALS = [
    (["lead", "show", "99"], 1, "NotFound"),
    (["lead", "list", "--stage", "won"], 2, "UsageError"),
    (["lead", "boad"], 2, "UsageError"),
    (["boad"], 2, "UsageError"),
    (["lead", "--nothing", "list"], 2, "UsageError"),
    (["lead", "back"], 2, "InvalidInput"),
    (["lead", "list", "--db", "nonsense"], 4, "DatabaseNotReady"),
    (["lead", "list", "--as", "stranger"], 1, "AccessDenied"),
]


@pytest.mark.parametrize(
    ("line", "status", "name"), REFUSALS, ids=lambda value: " ".join(value) if isinstance(value, list) else None
)
def test_a_refusal_is_a_sentence_with_our_status(hosted: Hosted, line: list[str], status: int, name: str) -> None:
    """In words, in Chinese, and as JSON, each to the standard error; what the host prints at its end is left out."""
    for place in PLACES.values():
        told = hosted.type(*place, *line)
        assert told.exit_code == status, told.output
        assert told.stdout == ""
        assert "• " in told.stderr
        assert "kept" not in told.stderr
    assert any("一" <= letter <= "鿿" for letter in hosted.type("crm", "--lang", "zh", *line).stderr)
    as_json = hosted.type("crm", "--json", *line)
    assert (as_json.exit_code, as_json.stdout) == (status, "")
    assert json.loads(as_json.stderr)["error"] == name
    for place in PLACES.values():
        for problem in json.loads(hosted.type(*place, "--json", *line).stderr).get("problems", []):
            assert not re.search(r"(host|investors|small|large\}) crm\.", problem["in_python"])
    alone = json.dumps(Terminal(hosted.a).refused(status, *line), ensure_ascii=False)
    assert json.loads(as_json.stderr) == json.loads(re.sub(r"\bcrm (?!tables)", "host crm ", alone))


def test_ways_out_name_the_path_that_is_typed(hosted: Hosted) -> None:
    """Help, usage, examples and ways out, in both languages; data stay as they are."""
    assert "→ See: host tools investors lead --help" in hosted.type("tools", "investors", "lead", "boad").stderr
    assert (
        "host sized {small|large} crm lead list --help"
        in hosted.type("sized", "small", "crm", "lead", "list", "--x").stderr
    )
    for language, words in (("en", "Usage: host crm [OPTIONS]"), ("zh", "host crm [选项]")):
        page = hosted.type("crm", "--lang", language, "--help").stdout
        assert words in page
        assert "  host crm lead board\n" in page
        assert " crm lead" not in page.replace("host crm lead", "")
        assert "crm.toml" in page
        assert "host crm.toml" not in page
    page = hosted.type("tools", "investors", "lead", "advance", "--help").stdout
    assert "Usage: host tools investors lead advance [OPTIONS]" in page
    assert "host tools investors lead advance" in page.split("Examples:")[1]
    stranger = hosted.type("sized", "small", "crm", "lead", "list", "--as", "nobody.here").stderr
    assert "host sized {small|large} crm staff add" in stranger
    assert hosted.type("crm", "investor", "add", "crm lead board", "--country", "CN").exit_code == 0
    assert "host" not in hosted.type("crm", "investor", "show", "crm lead board").stdout


def test_help_and_no_verb(hosted: Hosted) -> None:
    """The host lists the program; without a noun or a verb there is the help page, and status 2."""
    assert "An investor CRM" in hosted.type("--help").stdout
    for place in (["crm"], ["crm", "lead"]):
        assert hosted.type(*place).exit_code == Terminal(hosted.a).type(*place[1:]).exit_code == 2
    assert "Usage: host crm lead" in hosted.type("crm", "lead").stderr
    assert hosted.type("crm", "lead", "--help").exit_code == 0


def test_a_noun_alone_may_be_mounted(hosted: Hosted) -> None:
    """With the shared options, and refusals in words."""
    assert hosted.type("lead", "list", "--db", hosted.b, "--json").stdout.strip() == "[]"
    refused = hosted.type("lead", "show", "99", "--lang", "zh")
    assert refused.exit_code == 1
    assert "• " in refused.stderr


def test_the_hosts_own_object_stays(hosted: Hosted) -> None:
    """Before, after, and for its other commands."""
    assert hosted.type("--verbose", "own").stdout == "{'verbose': True}\n"
    assert "kept: {'verbose': True}" in hosted.type("--verbose", "crm", "lead", "list").stderr
    assert "kept: {'verbose': False}" in hosted.type("forwarded").stderr


def test_a_verb_that_a_host_calls(hosted: Hosted) -> None:
    """ctx.forward hands the host's options on, ctx.invoke takes the shared ones by name; refusals are sentences."""
    result = hosted.type("invoked", hosted.b)
    assert result.exit_code == 1
    assert "• " in result.stderr
    assert (hosted.names(hosted.a), hosted.names(hosted.b)) == ([], ["乙公司"])
    assert hosted.authors(hosted.b) == {"boss", "desk"}
    assert "乙公司" in hosted.type("forwarded", "--db", hosted.b, "--as", "desk").stdout
    assert "乙公司" not in hosted.type("forwarded").stdout
    listed = hosted.type("forwarded", "--db", hosted.b, "--json")
    assert json.loads(listed.stdout)[0]["name"] == "乙公司"
    assert "then: {'verbose': False}" in listed.stderr
    assert "没有投资方" in hosted.type("forwarded", "--lang", "zh").stdout
    assert hosted.type("forwarded", "--as", "stranger").exit_code == 1
    assert "status 1" in hosted.type("whole").stdout


def test_what_a_host_leaves_out_is_a_sentence(hosted: Hosted) -> None:
    """Click hands a verb nothing for what it needs."""

    @click.command()
    @click.pass_context
    def short(ctx: click.Context) -> None:
        """Name no lead."""
        ctx.invoke(SHOW)

    refused = hosted.type(program=short)
    assert refused.exit_code == 2
    assert "• The lead must be named by" in refused.stderr


def test_a_command_of_the_hosts_in_a_noun_of_ours(hosted: Hosted) -> None:
    """A verb it calls with another database changes nothing for the next."""

    @click.command()
    @click.pass_context
    def both(ctx: click.Context) -> None:
        """List from both programs, alternately."""
        for named in ({}, {"db": hosted.b, "lang": "zh"}, {}):
            ctx.invoke(INVESTORS, **named)

    Terminal(hosted.b).ok(*ADD)
    noun = copy(leads)
    noun.commands = {**leads.commands, "both": both}
    printed = hosted.type("both", program=noun).stdout
    assert printed.count("甲公司") == 1
    assert printed.splitlines()[0] == printed.splitlines()[-1] == "There are no investors."


def test_the_group_itself_is_not_invoked() -> None:
    """Click says so: a group has no callback; call a verb, or main with a line."""
    with pytest.raises(TypeError, match="callback"), click.Context(host) as ctx:
        ctx.invoke(main)


def test_a_host_that_handles_errors_itself(
    hosted: Hosted, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """standalone_mode=False: an exception of Click's with our status, sentence and cause, which shows itself."""
    for key, value in hosted.environment.items():
        monkeypatch.setenv(key, value)
    with pytest.raises(click.ClickException) as refused:
        host.main(["crm", "lead", "show", "99"], prog_name="host", standalone_mode=False)
    assert isinstance(refused.value, Failed)
    assert refused.value.exit_code == 1
    assert isinstance(refused.value.__cause__, NotFound)
    assert "99" in refused.value.format_message()
    assert capsys.readouterr() == ("", "")
    refused.value.show()
    assert "• " in capsys.readouterr().err
    assert host.main(["--verbose", "crm", "lead", "list"], prog_name="host", standalone_mode=False) is None
    assert host.main(["crm", "lead", "--help"], prog_name="host", standalone_mode=False) == 0

    def stop(_: Face) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Face, "reading", stop)
    with pytest.raises(Interrupted) as interrupted:
        host.main(["crm", "lead", "list"], prog_name="host", standalone_mode=False)
    assert interrupted.value.exit_code == 130
    assert isinstance(interrupted.value.__cause__, KeyboardInterrupt)


def test_nothing_of_the_process_is_changed(hosted: Hosted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Language, translations and the encodings of the streams are the host's again."""
    import gettext

    monkeypatch.setenv("LANGUAGE", "fr")
    before = (gettext.textdomain(), sys.stdout.errors, sys.stderr.errors)
    for line in (["lead", "list"], ["lead", "show", "99"], ["lead", "--help"]):
        hosted.type("crm", "--lang", "zh", *line)
        main.main([*line, "--db", hosted.a], standalone_mode=False)
        assert (gettext.textdomain(), sys.stdout.errors, sys.stderr.errors, os.environ["LANGUAGE"]) == (*before, "fr")


def test_a_hosts_defaults(hosted: Hosted) -> None:
    """default_map and auto_envvar_prefix stand behind what is typed, and before CRM_DB and CRM_USER."""

    @click.group(
        context_settings={"default_map": {"crm": {"db": hosted.b, "user": "desk"}}, "auto_envvar_prefix": "HOST"}
    )
    def other() -> None:
        """Have defaults."""

    other.add_command(main, "crm")
    assert hosted.type("crm", *ADD, program=other).exit_code == 0
    assert (hosted.names(hosted.a), hosted.names(hosted.b)) == ([], ["甲公司"])
    assert hosted.authors(hosted.b) == {"boss", "desk"}
    assert "甲公司" not in hosted.type("crm", "investor", "list", "--db", hosted.a, program=other).stdout
    runner = CliRunner(env={**hosted.environment, "HOST_CRM_INVESTOR_DB": hosted.a})
    assert "甲公司" in runner.invoke(other, ["crm", "--db", hosted.b, "investor", "list"]).stdout


def test_a_broken_file_of_settings(hosted: Hosted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a sentence; completion keeps quiet."""
    (tmp_path / "crm.toml").write_text("=")
    monkeypatch.chdir(tmp_path)
    hosted_without_language = CliRunner(env={**hosted.environment, "CRM_LANG": ""})
    refused = hosted_without_language.invoke(host, ["crm", "lead", "list"], prog_name="host")
    assert refused.exit_code == 2
    assert "crm.toml: This is not valid TOML" in refused.stderr
    assert "crm.toml: This is not valid TOML" in hosted_without_language.invoke(main, ["lead", "list"]).stderr


@pytest.mark.whole
@pytest.mark.parametrize(
    ("line", "offered"),
    first_quick(
        [
            ("host crm --db {b} lead list --station to", {"tokyo"}),
            ("host crm lead list --station to", {"tokyo"}),
            ("host crm le", {"lead"}),
            ("host tools investors lead ab", {"abandon"}),
            ("host crm --db sqlite:////no/such.db lead list --station to", set()),
        ]
    ),
)
def test_the_hosts_completion_completes_our_words(hosted: Hosted, line: str, offered: set[str]) -> None:
    """Nouns, verbs, and what is asked of the database that the line names."""
    line = line.format(b=hosted.b)
    done = hosted.run(_HOST_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=str(line.count(" ")))
    assert {printed_line.partition(",")[2] for printed_line in done.stdout.splitlines() if printed_line} == offered
    assert done.stderr == ""


def test_the_completion_script_is_the_hosts(hosted: Hosted) -> None:
    """One script for the whole program."""
    script = hosted.type("crm", "completion", "zsh").stdout
    assert "_HOST_COMPLETE=zsh_complete host" in script
    assert "_CRM_COMPLETE" not in script


def test_in_a_process_of_its_own(hosted: Hosted) -> None:
    """A command in a process of its own succeeds, with any encoding."""
    assert hosted.run("crm", *ADD, "--db", hosted.b, "--as", "desk").returncode == 0
    assert (hosted.names(hosted.a), hosted.names(hosted.b)) == ([], ["甲公司"])
    listed = hosted.run("crm", "investor", "list", "--db", hosted.b, PYTHONIOENCODING="ascii")
    assert listed.returncode == 0, listed.stderr


# Of each sort one in a process; in this one test_a_refusal_is_a_sentence_with_our_status tries every line at every place.
@pytest.mark.whole
@pytest.mark.parametrize(("line", "status", "name"), first_quick(REFUSALS))
def test_refused_in_a_process_of_its_own(hosted: Hosted, line: list[str], status: int, name: str) -> None:
    """As typed in a shell: refused, mistyped, as JSON."""
    done = hosted.run("crm", *line, "--json")
    assert (done.returncode, done.stdout) == (status, ""), done.stderr
    assert json.loads(done.stderr)["error"] == name


@pytest.mark.parametrize("place", first_quick([(place,) for place in PLACES]))
def test_refused_at_each_place_in_a_process_of_its_own(hosted: Hosted, place: str) -> None:
    """A sentence, and no traceback."""
    done = hosted.run(*PLACES[place], "lead", "show", "99", "--lang", "zh")
    assert done.returncode == 1
    assert "• " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("error", ["KeyboardInterrupt()", "click.Abort()", "EOFError()"])
def test_an_interruption_ends_with_130(hosted: Hosted, error: str) -> None:
    """Ctrl-C, a question that is not answered, an end of input."""
    program = (
        "import click\n"
        "from crm.cli.kit.face import Face\n"
        "from tests.cli.host import host\n"
        "def stop(self):\n"
        f"    raise {error}\n"
        "Face.writing = stop\n"
        "host(prog_name='host')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "crm", "--lang", "zh", *ADD], env={**os.environ, **hosted.environment}, cwd=ROOT, capture_output=True,
        text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 130, done.stderr
    assert done.stderr == "\n已中止！\n"


@pytest.mark.whole  # tests/cli/test_edge.py closes the pipe of the program itself
def test_a_closed_pipe_is_no_error(hosted: Hosted) -> None:
    """``host crm investor list | head`` ends quietly."""
    Terminal(hosted.a).ok(*ADD)
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        done = subprocess.run(
            [*HOST, "crm", "investor", "list"], env={**os.environ, **hosted.environment}, cwd=ROOT, stdout=pipe, stderr=subprocess.PIPE, text=True,
            check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
