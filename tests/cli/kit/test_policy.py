"""Another city's pipeline on the command line: every verb has its stages, its brands and its words."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crm.cli import main
from crm.cli.leads.lead import command as leads
from crm.cli.printing.language import Language
from tests.cli.conftest import Terminal
from tests.cli.host import host
from tests.cli.kit.test_files import complete
from tests.databases import Databases

pytestmark = pytest.mark.portable

CITY = """
name = "river city"
effective = 2020-01-01
reopen_at = "On-Site"
capital_floor = "built"

[[stages]]
code = "talking"
label = "in talks"
label_zh = "洽谈"
gates = ["investor", "source", "received"]
stale_days = 5

[[stages]]
code = "On-Site"
label = "on the site"
label_zh = "看地"
gates = ["expected"]

[[stages]]
code = "signed"
label = "signed"
gates = []

[[stages]]
code = "built"
label = "built"
label_zh = "建成"
gates = ["confirmed"]

[[aftercare.brands]]
code = "butler"
label = "Investor's Butler"
label_zh = "企业管家"
"""
STAGES = ["talking", "On-Site", "signed", "built"]


@pytest.fixture
def city_file(tmp_path: Path) -> str:
    """The policy of another city, outside of the working folder."""
    file = tmp_path / "city.toml"
    file.write_text(CITY, "utf-8")
    return str(file)


def fill(terminal: Terminal, city: str) -> None:
    """Give a fresh database one lead in the first stage of the city, received long ago."""
    terminal.ok("init", "--name", "局长")
    terminal.ok("investor", "add", "丸红株式会社", "--country", "JP")
    terminal.ok(
        "lead", "open", "丸红", "--title", "冷链", "--received", "2023-01-05", "--expected", "20000000 USD", "--policy", city
    )  # fmt: skip


@pytest.fixture(scope="module")
def filled_url(databases: Databases, template_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of such a database, which is only read."""
    url = databases.create(template_url)
    file = tmp_path_factory.mktemp("policy") / "city.toml"
    file.write_text(CITY, "utf-8")
    fill(Terminal(url), str(file))
    yield url
    databases.drop(url)


@pytest.fixture
def river(databases: Databases, filled_url: str) -> Iterator[Terminal]:
    """A terminal at a copy of it, the test's own."""
    url = databases.create(filled_url)
    yield Terminal(url)
    databases.drop(url)


@pytest.mark.parametrize("level", [0, 1, 2], ids=["program", "noun", "verb"])
def test_a_lead_advances_through_the_stages_of_the_city(river: Terminal, city_file: str, level: int) -> None:
    """Wherever --policy stands; and the transitions keep the policy's name."""
    line = ["lead", "advance", "1"]
    line[level:level] = ["--policy", city_file]
    assert "is at on the site" in river.ok(*line)
    assert river.json("lead", "show", "1", "--policy", city_file)["next_stage"] == "signed"


def test_what_is_typed_may_be_a_code_or_a_word(river: Terminal, city_file: str) -> None:
    """Codes in any case, and the labels of both languages; the codes of the default pipeline are none."""
    for typed in ("On-Site", "on_site", "ON SITE", "看地", "on the site"):
        assert river.json("lead", "list", "--stage", typed, "--policy", city_file) == []
    assert len(river.json("lead", "list", "--policy", city_file, "--stage", "洽谈")) == 1
    error = river.refused(2, "lead", "list", "--stage", "contact", "--policy", city_file)
    assert error["problems"][0]["text"].endswith('"contact" is not one of: talking, On-Site, signed, built')


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ["洽谈", "看地", "签约", "建成"]), ("en", ["in talks", "on the site", "signed", "built"])],
)
def test_every_page_has_the_words_of_the_city(river: Terminal, city_file: str, language: str, words: list[str]) -> None:
    """List, card, board, history, what is missing, refusals and reports; a label the catalogue knows is translated."""
    speaking = Terminal(river.url, language=language)

    def said(*args: str) -> str:
        return speaking.ok(*args, "--policy", city_file, columns=200)

    assert words[0] in said("lead", "list")
    assert words[0] in said("lead", "show", "1")
    assert words[0] in said("investor", "show", "丸红")
    for page in (("lead", "board"), ("report", "board"), ("report", "funnel", "--period", "2023")):
        assert [word for word in words if word not in said(*page)] == [], page
    assert words[3] in said("lead", "missing", "1", "--to", "built")
    assert words[1] in said("lead", "advance", "1")
    for number, row in enumerate((words[0], words[1]), 1):
        assert row in said("lead", "history", "1").splitlines()[number + 2], number
    skip = speaking.type("lead", "advance", "1", "--to", words[3], "--policy", city_file)
    assert skip.exit_code == 1
    assert words[1] in skip.stderr
    assert words[3] in skip.stderr


def test_a_lead_is_stale_by_the_limits_of_the_city(river: Terminal, city_file: str) -> None:
    """Lists say so, and agree with the list of stale leads."""
    policy = ("--policy", city_file)
    assert [row["stale"] for row in river.json("lead", "list", *policy)] == [True]
    assert [row["id"] for row in river.json("lead", "stale", *policy)] == [1]
    assert river.json("investor", "show", "丸红", *policy)["leads"][0]["stale"]
    river.ok("lead", "advance", "1", "--on", "2023-02-01", *policy)
    assert [row["stale"] for row in river.json("lead", "list", *policy)] == [False]
    assert river.json("lead", "stale", *policy) == []


def test_the_brands_of_the_city(river: Terminal, city_file: str) -> None:
    """A request under its brand shows its label; another city's brand is none, and may still be looked for."""
    policy = ("--policy", city_file)
    line = ("request", "open", "丸红", "用电", "--kind", "utilities", "--accepted", "2023-02-01", *policy)
    river.ok(*line, "--brand", "企业管家")
    assert "Investor's Butler" in river.ok("request", "show", "1", *policy)
    assert "企业管家" in river.ok("request", "list", "--lang", "zh", *policy, columns=250)
    assert "is not one of: butler" in river.refused(2, *line, "--brand", "afternoon_tea")["problems"][0]["text"]
    assert river.json("request", "list", "--brand", "butler", *policy)[0]["brand"] == "butler"
    assert river.json("request", "list", "--brand", "afternoon_tea", *policy) == []


@pytest.mark.parametrize("order", [("--policy", "{}", "--help"), ("--help", "--policy", "{}")])
def test_help_names_the_stages_of_the_city(city_file: str, order: tuple[str, ...]) -> None:
    """In choices and in examples, wherever --policy stands, without a database."""
    shown = tuple(part.format(city_file) for part in order)
    page = " ".join(Terminal("sqlite://").ok("lead", "list", *shown).split())
    assert "talking, On-Site, signed," in page
    assert "negotiating" not in page
    assert "--stage On-Site" in page
    assert "registered" not in Terminal("sqlite://").ok("lead", "advance", *shown)
    assert "[butler]" in Terminal("sqlite://").ok("visit", "log", *shown)


def test_few_stages_are_written_out(tmp_path: Path) -> None:
    """As with any choice."""
    file = tmp_path / "short.toml"
    two = CITY[: CITY.index("[[stages]]")] + '[[stages]]\ncode = "On-Site"\n[[stages]]\ncode = "built"\n'
    file.write_text(two + "[aftercare]\nbrands = []\n", "utf-8")
    page = Terminal("sqlite://", language="zh").ok("lead", "advance", "-h", "--policy", str(file))
    assert "--to [On-Site|built]" in page
    assert "--brand BRAND" in Terminal("sqlite://").ok("visit", "log", "-h", "--policy", str(file))


def test_a_shell_completes_the_stages_of_the_city(
    reader: Terminal, city_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing, without a word, where the policy cannot be read."""
    line = "crm --policy {} lead list --stage "
    assert complete(reader, monkeypatch, line.format(city_file)) == STAGES
    assert complete(reader, monkeypatch, line.format(city_file + "x")) == []
    monkeypatch.setenv("CRM_POLICY", city_file)
    assert complete(reader, monkeypatch, "crm visit log 1 --brand b") == ["butler"]


def test_where_the_policy_comes_from(river: Terminal, city_file: str, tmp_path: Path, monkeypatch: Any) -> None:
    """The line, else CRM_POLICY, else crm.toml, whose own folder it counts from."""
    home, work = tmp_path / "home", tmp_path / "work"
    for folder in (home, work):
        folder.mkdir()
    monkeypatch.setattr("platformdirs.user_config_dir", lambda *_, **__: str(home))
    monkeypatch.chdir(work)
    (home / "crm.toml").write_text('policy = "own.toml"\n', "utf-8")
    (home / "own.toml").write_text(CITY, "utf-8")
    assert "in talks" in river.ok("lead", "list")
    (work / "crm.toml").write_text('policy = "../none.toml"\n', "utf-8")
    assert "none.toml cannot be read" in river.refused(2, "lead", "list")["problems"][0]["text"]
    monkeypatch.setenv("CRM_POLICY", city_file)
    assert "in talks" in river.ok("lead", "list")
    assert "other.toml cannot" in river.refused(2, "lead", "list", "--policy", "other.toml")["problems"][0]["text"]


@pytest.mark.parametrize("line", [("lead", "list"), ("lead", "advance", "1"), ("report", "funnel", "--period", "2023")])
def test_a_database_of_another_policy_is_refused(river: Terminal, line: tuple[str, ...]) -> None:
    """Forgetting --policy is no traceback, and no wrong figure either."""
    error = river.refused(1, *line)
    assert error["error"] == "Conflict"
    text = error["problems"][0]["text"]
    assert text.startswith('Leads at talking, a stage that the policy "default" does not have: 1 (L1 ')
    assert "--policy FILE" in error["problems"][0]["way_out"]
    assert "洽谈" not in Terminal(river.url, language="zh").type(*line).stderr


def test_a_database_of_the_default_policy_is_refused_too(reader: Terminal, city_file: str) -> None:
    """The other way round, with the name of the policy."""
    text = reader.refused(1, "lead", "board", "--policy", city_file)["problems"][0]["text"]
    assert text.startswith('Leads at contact, a stage that the policy "river city" does not have: ')
    assert re.search(r"have: (\d+) \(L1 ", text)


def test_stages_of_an_earlier_policy_are_mapped(river: Terminal, city_file: str, tmp_path: Path) -> None:
    """Its leads stand at the stage that stands for theirs, which its old code is typed for too; pages have its words."""
    river.ok("lead", "advance", "1", "--policy", city_file)
    short = tmp_path / "short.toml"
    talks = CITY[CITY.index("[[stages]]") : CITY.index('[[stages]]\ncode = "signed"')]
    begun = talks[: talks.index('[[stages]]\ncode = "On-Site"')].replace("talking", "begun").replace("洽谈", "接触")
    moved = '[moved]\ntalking = "begun"\nOn-Site = "begun"\n\n'
    head = CITY.replace('reopen_at = "On-Site"', 'reopen_at = "begun"')
    short.write_text(head.replace(talks, moved + begun.replace("in talks", "begun")), "utf-8")
    line = ("--policy", str(short))
    (row,) = river.json("lead", "list", *line)
    assert row["stage"] == "begun"
    for typed in ("begun", "talking", "On-Site", "接触"):
        assert [row["id"] for row in river.json("lead", "list", "--stage", typed, *line)] == [1], typed
    assert [column["count"] for column in river.json("lead", "board", *line)] == [1, 0, 0]
    assert Terminal(river.url, language="zh").ok("lead", "history", "1", *line).count("接触") == 3
    assert "is at signed" in river.ok("lead", "advance", "1", *line)


@pytest.mark.parametrize(
    ("moved", "word"),
    [
        ('signed = "built"', "Stage signed is moved, but this policy still has it."),
        ('old = "nowhere"', "Stage old is moved to nowhere, which is not a stage."),
        ("old = 7", "The policy does not say to which stage old moved."),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(reader: Terminal, tmp_path: Path, moved: str, word: str) -> None:
    """Of a stage that is still there, to one that is not, and to no text; all of them at once."""
    file = tmp_path / "wrong.toml"
    file.write_text(CITY.replace("[[stages]]", f"[moved]\n{moved}\n\n[[stages]]", 1), "utf-8")
    problems = reader.refused(2, "lead", "list", "--policy", str(file))["problems"]
    assert any(word in problem["text"] for problem in problems), problems


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (None, "cannot be read"),
        ("name = 'GBK 市'".encode("gbk"), "cannot be read"),
        (b"name = ", "This is not valid TOML"),
        (b"name = 1", "The policy lacks reopen_at"),
        (CITY.replace('"On-Site"', '"nowhere"', 1).encode(), "reopen_at names nowhere, which is not a stage."),
        (CITY.replace('["expected"]', '["luck"]').encode(), "Stage On-Site requires the unknown gate luck."),
    ],
)
@pytest.mark.parametrize("line", [("lead", "list", "--stage", "talking"), ("staff", "list"), ("lead", "list", "-h")])
def test_a_file_that_is_no_policy_is_a_sentence(
    reader: Terminal, tmp_path: Path, content: bytes | None, word: str, line: tuple[str, ...]
) -> None:
    """Missing, of another encoding, no TOML, contradicting itself: the name of the file, in both languages."""
    file = tmp_path / "wrong.toml"
    if content is not None:
        file.write_bytes(content)
    problems = reader.refused(2, "--policy", str(file), *line)["problems"]
    assert any(word in problem["text"] for problem in problems), problems
    assert all("wrong.toml" in problem["text"] and problem["way_out"] for problem in problems)
    assert "wrong.toml" in Terminal(reader.url, language="zh").type("--policy", str(file), *line).stderr


def test_a_mark_at_the_beginning_is_no_error(river: Terminal, tmp_path: Path) -> None:
    """Some editors write a byte order mark."""
    file = tmp_path / "marked.toml"
    file.write_text(CITY, "utf-8-sig")
    river.ok("lead", "list", "--policy", str(file))


@pytest.mark.whole
@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="needs /dev/fd")
def test_a_policy_may_come_from_a_pipe(river: Terminal, city_file: str) -> None:
    """As from a shell's <(…): it is read once, also where the line names a stage."""
    script = 'exec "$0" -m crm --db "$1" --as boss --policy <(cat "$2") lead list --stage talking --json'
    done = subprocess.run(
        ["/bin/bash", "-c", script, sys.executable, river.url, city_file], capture_output=True, text=True, encoding="utf-8", check=False
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "冷链" in done.stdout


@pytest.mark.parametrize("line", [("--help",), ("lead",), ("lead", "show", "-h"), ("db", "check"), ("--version",)])
def test_a_policy_is_read_only_where_it_is_needed(reader: Terminal, line: tuple[str, ...]) -> None:
    """Help of the program, and verbs that know no stages, do not look at the file."""
    assert "no.toml" not in reader.type("--policy", "no.toml", *line).output


def test_without_a_policy_help_loads_no_rules(city_file: str) -> None:
    """Nor does it read TOML; with one, it loads no database."""
    program = (
        "import sys\nfrom crm.cli import main\nmain(['lead', 'list', '-h', *sys.argv[1:]], standalone_mode=False)\n"
        "print('loaded', *sorted({'tomllib', 'crm.rules.stages', 'sqlalchemy'} & set(sys.modules)))\n"
    )

    def loaded(*args: str) -> str:
        done = subprocess.run([sys.executable, "-c", program, *args], capture_output=True, text=True, check=True)
        return done.stdout.splitlines()[-1]

    assert loaded() == "loaded"
    assert loaded("--policy", city_file) == "loaded crm.rules.stages tomllib"


def test_mounted_in_a_host(river: Terminal, city_file: str) -> None:
    """On the host's line, and by name through ctx.invoke and ctx.forward."""
    runner = CliRunner(env={"CRM_DB": river.url, "CRM_USER": "boss", "CRM_LANG": "en", "CRM_WIDTH": "100"})
    for line in (["crm", "lead", "list"], ["tools", "investors", "lead", "list"], ["lead", "list"]):
        assert runner.invoke(host, [*line, "--stage", "talking", "--policy", city_file]).exit_code == 0
        assert runner.invoke(host, line).exit_code == 1
    with main.make_context("host", ["lead"], resilient_parsing=True) as ctx:
        listed = leads.commands["list"]
        with runner.isolation(env={"CRM_DB": river.url, "CRM_USER": "boss", "CRM_LANG": "en"}) as streams:
            ctx.invoke(listed, stage="talking", policy=city_file)
            assert b"in talks" in streams[0].getvalue()


def test_the_demonstration_keeps_the_default_pipeline(river: Terminal) -> None:
    """It takes no policy, and is not loaded into a database of another city."""
    error = river.refused(1, "demo")
    assert error["problems"][0]["text"].startswith("Leads at talking")
    assert "crm demo" in error["problems"][0]["way_out"]


def test_words_of_brands_are_those_of_the_default_policy() -> None:
    """In both languages."""
    from crm.rules.stages import DEFAULT

    assert [
        (code, Language("en").word("brand", code), Language("zh").word("brand", code))
        for code in Language("en").codes("brand")
    ] == [(brand.code, brand.label, brand.label_zh) for brand in DEFAULT.aftercare.brands]
