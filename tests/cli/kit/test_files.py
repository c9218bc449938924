"""Files on the line: plans, evidence, backups, completion scripts, the demo."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click
import pytest

from crm.cli import main
from crm.cli.kit.choices import Word
from crm.cli.kit.completing import naming, offering
from crm.cli.kit.verbs import Translated
from tests.cli.conftest import Terminal
from tests.cli.kit.test_help import VERBS

pytestmark = pytest.mark.portable

PLAN = """
code = "japan-2023"
title = "赴日招商团"
leader = "副市长"
rank = "city"
starts = 2023-02-06
ends = "2023-02-12"
announced = 2023-01-16

[[units]]
unit = "gaoxin"
leader = "管委会主任"
rank = "first"

[[members]]
staff = "tokyo.desk"
duty = "翻译"

[[legs]]
place = "东京"
country = "JP"
zone = "Asia/Tokyo"
arrives = 2023-02-06T14:35:00
leaves = 2023-02-12

[[visits]]
investor = "丸红"
on = 2023-02-08
"""


def test_a_trip_is_planned_from_a_file(town: Terminal, tmp_path: Path) -> None:
    """Options go before the file; visits of both are planned."""
    file = tmp_path / "trip.toml"
    file.write_text(PLAN, "utf-8")
    town.ok("trip", "plan", "--file", str(file), "--title", "赴日团", "--visit", "丸善")
    card = town.json("trip", "show", "japan-2023")
    assert card["row"]["title"] == "赴日团"
    assert [visit["investor"] for visit in card["visits"]] == ["丸红株式会社", "丸善株式会社"]
    assert card["legs"][0]["arrives_on"] == "2023-02-06"
    assert card["legs"][0]["arrives_at"]["zone"] == "Asia/Tokyo"
    assert [unit["leader"] for unit in card["units"]] == ["管委会主任"]
    assert (card["row"]["announced_on"], card["row"]["late"]) == ("2023-01-16", False)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"code = ", "not valid TOML"),
        ("code = '丸红'".encode("gbk"), "cannot be read"),
        (b"kode = 'x'", "kode is unknown"),
        (b"[[visits]]\nday = 2023-02-08", "needs investor"),
        (b"[[legs]]\nplace = 'x'\nhotel = 'y'", "legs.hotel is unknown"),
        (b"members = 'x'", "needs staff"),
    ],
)
def test_a_plan_that_cannot_be_read_says_why(reader: Terminal, tmp_path: Path, content: bytes, word: str) -> None:
    """TOML, encoding and keys are checked before anything is written."""
    file = tmp_path / "trip.toml"
    file.write_bytes(content)
    assert word in str(reader.refused(2, "trip", "plan", "--file", str(file)))


def test_a_plan_that_is_not_there(reader: Terminal) -> None:
    """A missing file is wrong usage."""
    assert reader.refused(2, "trip", "plan", "--file", "/no/such.toml")["problems"][0]["code"] == "file"


def test_the_sum_of_a_file_is_recorded(town: Terminal, tmp_path: Path) -> None:
    """Beside the file itself; what is not the file of a given sum is refused."""
    file = tmp_path / "photo.jpg"
    file.write_bytes(b"\xff\xd8\xffphoto")
    line = (
        "lead",
        "evidence",
        "1",
        "--kind",
        "photograph",
        "--dated",
        "2023-02-08",
        "--reference",
        "合影",
        "--file",
        str(file),
    )
    assert town.json(*line)["sha256"] == hashlib.sha256(b"\xff\xd8\xffphoto").hexdigest()
    assert town.refused(2, *line, "--sha256", "0" * 64)["problems"][0]["code"] == "sha256"
    assert town.refused(2, *line[:-1], str(tmp_path))["error"] == "InvalidInput"


def test_a_database_is_checked_and_upgraded(town: Terminal) -> None:
    """A current one needs nothing."""
    assert town.json("db", "check")["differences"] == []
    assert "match this program" in town.ok("db", "check")
    assert town.json("db", "upgrade")["backup"] is None
    assert "最新版本" in town.ok("db", "upgrade", "--lang", "zh")


def test_a_new_database_is_upgraded(tmp_path: Path) -> None:
    """From nothing to the newest."""
    terminal = Terminal(f"sqlite:///{tmp_path}/crm.db")
    assert terminal.refused(4, "db", "check")["error"] == "DatabaseNotReady"
    assert "are upgraded to version" in terminal.ok("db", "upgrade")


def test_a_backup_brings_back_what_was(tmp_path: Path) -> None:
    """Backed up, changed, restored; a backup overwrites nothing."""
    terminal = Terminal(f"sqlite:///{tmp_path}/crm.db")
    terminal.ok("init")
    kept = str(tmp_path / "kept.db")
    terminal.ok("db", "backup", kept)
    terminal.ok("investor", "add", "甲", "--country", "CN")
    assert terminal.refused(2, "db", "backup", kept)["error"] == "InvalidInput"
    assert terminal.refused(4, "db", "backup", "/no/such/folder/x.db")["error"] == "DatabaseNotReady"
    terminal.ok("db", "restore", kept, "--yes")
    assert terminal.json("investor", "list") == []
    (tmp_path / "no.db").write_text("x")
    assert terminal.refused(2, "db", "restore", str(tmp_path / "no.db"), "--yes")["error"] == "InvalidInput"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_printed(shell: str) -> None:
    """For each shell, naming the variable the program listens to."""
    assert "_CRM_COMPLETE" in Terminal("").ok("completion", shell)


def complete(terminal: Terminal, monkeypatch: pytest.MonkeyPatch, line: str) -> list[str]:
    """Return what bash would offer for a line; its last word is what was begun."""
    words = line.split(" ")
    monkeypatch.setenv("_CRM_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
    return [printed_line.partition(",")[2] for printed_line in terminal.type().stdout.splitlines() if printed_line]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("crm le", {"lead"}),
        ("crm lead ab", {"abandon"}),
        ("crm lead list --stage ", {"contact", "negotiating", "signed", "registered", "implementing", "landed"}),
        ("crm lead list --station to", {"tokyo"}),
        ("crm lead list --unit ", {"bureau", "gaoxin"}),
        ("crm lead handover L1 --owner ", {"boss", "shen", "tokyo.desk"}),
        ("crm lead show ", {"L1", "L2", "L3"}),
        ("crm lead show L", {"L1", "L2", "L3"}),
        ("crm lead show 书", {"书店"}),
        ("crm investor show 丸", {"丸红株式会社", "丸善株式会社"}),
        ("crm investor show I", {"I1", "I2"}),
        ("crm visit log ", {"I1", "I2", "L1", "L2", "L3"}),
        ("crm lead board --cl", {"--closed"}),
        ("crm investor list --country J", {"JE", "JM", "JO", "JP"}),
        ("crm visit log 丸红 --zone Asia/To", {"Asia/Tokyo", "Asia/Tomsk"}),
        ("crm rate list --currency JP", {"JPY"}),
        ("crm lead list --industry C39", {"C39"}),
        ("crm completion ", {"bash", "zsh", "fish"}),
    ],
)
def test_a_shell_completes(reader: Terminal, monkeypatch: pytest.MonkeyPatch, line: str, offered: set[str]) -> None:
    """Nouns, verbs, options, stages; stations, units, staff, leads and investors."""
    assert set(complete(reader, monkeypatch, line)) == offered


def test_a_shell_completes_what_has_only_a_number(town: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Follow-ups, those that are done too, and requests."""
    for text in ("寄资料", "回电话"):
        town.ok("todo", "add", "L1", text, "--due", "2099-01-01")
    town.ok("todo", "done", "1", "--result", "已寄")
    town.ok("request", "open", "L1", "用电增容")
    assert complete(town, monkeypatch, "crm todo edit ") == ["T2", "T1"]
    assert complete(town, monkeypatch, "crm todo done T") == ["T2", "T1"]
    assert complete(town, monkeypatch, "crm request show ") == ["Q1"]


def test_a_shell_completes_tags_and_views(town: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """As options and as arguments."""
    town.ok("lead", "tag", "1", "周会", "重点")
    town.ok("lead", "list", "--status", "active", "--save", "周报")
    assert complete(town, monkeypatch, "crm lead list --tag 周") == ["周会"]
    assert complete(town, monkeypatch, "crm lead tag 1 重") == ["重点"]
    assert complete(town, monkeypatch, "crm lead list --view ") == ["周报"]


def test_a_shell_completes_every_record(town: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each noun's own: the entries of the two ledgers and the records of the two merges are apart."""
    town.ok("lead", "evidence", "L1", "--kind", "letter_of_intent", "--dated", "2023-01-10", "--reference", "JN-17")
    town.ok("lead", "tag", "L1", "重点")
    town.ok("referral", "add", "L1", "丸善")
    town.ok("event", "add", "forum", "--title", "论坛", "--place", "东京", "--starts", "2023-03-01")
    town.ok("event", "attend", "forum", "丸红", "--people", "2")
    town.ok("capital", "record", "L1", "5000 USD", "--arrived", "2023-03-01", "--reference", "B-1")
    town.ok("contract", "record", "L1", "9000 USD", "--agreed", "2023-01-10", "--reference", "K-1")
    for line, offered in (
        ("crm contact show ", ["P1"]),
        ("crm lead confirm ", ["E1"]),
        ("crm capital record L1 --evidence ", ["E1"]),
        ("crm capital show ", ["A1"]),
        ("crm contract show ", ["K1"]),
        ("crm referral confirm ", ["R1"]),
        ("crm event withdraw-attendance ", ["1"]),
        ("crm tag rename 重", ["重点"]),
        ("crm investor merge I", ["I2", "I1"]),
        ("crm contact merge ", ["P1"]),
        ("crm request open 丸红", ["丸红株式会社"]),
        ("crm report weekly ga", ["gaoxin"]),
        ("crm investor alias 丸红 x --language ", []),
    ):
        assert complete(town, monkeypatch, line) == offered, line


#: What stands for a value and names no record, or one of several things in one word.
NO_RECORDS = {
    "'INVESTOR|DAY|PURPOSE'", "'N|PLACE|COUNTRY|ZONE|FROM|UNTIL'", "'PLACE|COUNTRY|ZONE|FROM|UNTIL'",
    "'UNIT|LEADER|RANK'", "'USER|DUTY'", "ACCOUNT", "ADDRESS", "AMOUNT", "CC", "CODE", "DAY",
    "FIELD=SIDE", "FIELD=VALUE", "FIGURE", "FILE", "FILTER=VALUE", "HEX", "KEY", "KEY=VALUE", "LANGUAGE", "LIST", "N",
    "NAME", "NAMES", "NOUN", "NUMBER", "NUMBERS", "PERCENT", "PERIOD", "PLACE", "REFERRAL=PERCENT …", "ROW=INVESTOR",
    "SCHEME:NUMBER", "SCOPE",
    "SERVICE", "SOURCE", "TABLE", "TEXT", "THRESHOLD", "TIME", "TOKEN", "UNIT=NUMBER", "UNIT=PERCENT …", "URL",
    "UUID", "VALUE", "WHEN", "WHY", "[FIGURE]",
}  # fmt: skip


def offers(ctx: click.Context, param: click.Parameter) -> bool:
    """Return whether a shell offers records or codes for a parameter."""
    return bool(naming(param.name, param.metavar) or offering(ctx, param.name, param.metavar))


def test_no_record_is_left_out() -> None:
    """What stands for a value of any verb offers records, or is named above."""
    left = set()
    for path, verb in VERBS.items():
        ctx = click.Context(verb, info_name=path[-1], parent=click.Context(main, info_name=path[0]))
        assert isinstance(verb, Translated)
        for param in verb.params[: verb.own]:
            listed = isinstance(param.type, Word | click.Choice | click.IntRange | click.Path)
            if not (listed or (isinstance(param, click.Option) and param.is_flag) or offers(ctx, param)):
                left.add(str(param.metavar))
    assert left == NO_RECORDS


def test_completion_keeps_quiet_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """No station is offered, and no error shown."""
    assert complete(Terminal("sqlite:////no/such/x.db"), monkeypatch, "crm lead list --station t") == []
