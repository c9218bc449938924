"""The edge of the program: what a terminal, a shell and a database can do to it, without a traceback."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

import crm
from crm.cli import main
from crm.cli.kit.face import Face
from crm.cli.kit.faults import fault_of, print_fault
from crm.cli.printing.language import Language
from crm.errors import CRMError, StaleLead, problem
from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable

PROGRAM = [sys.executable, "-c", "from crm.cli import main; main()"]
ROOT = Path(__file__).parents[2]


def run(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a process of its own."""
    return subprocess.run(
        [*PROGRAM, *args], env={**os.environ, **environment}, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_the_version_is_that_of_the_package() -> None:
    """``crm --version`` and ``crm.__version__`` say what is installed; a verb's own --version stays what it is."""
    assert crm.__version__ == version("investor-crm")
    assert Terminal("sqlite://").ok("--version") == f"crm {crm.__version__}\n"
    assert Terminal("sqlite://").type("lead", "--version").exit_code == 2


def test_the_version_is_read_when_it_is_asked_for() -> None:
    """Importing the package and its program reads no metadata of packages."""
    program = "import sys, crm, crm.cli; sys.exit('importlib.metadata' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_package_is_a_program() -> None:
    """``python -m crm`` is ``crm``, to the usage line."""
    done = subprocess.run(
        [sys.executable, "-m", "crm", "lead", "-h"], env={**os.environ, "CRM_LANG": "en"}, cwd=ROOT, capture_output=True,
        text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: crm lead ")


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("nonsense", "is not a valid database address"),
        ("mysql://host/db", "is not supported"),
        ("sqlite:////no/such/folder/crm.db", "no CRM tables"),
        ("postgresql://nobody:secret@127.0.0.1:1/none?connect_timeout=1", "cannot be used"),
    ],
)
def test_a_database_that_is_not_there_is_status_four(url: str, word: str) -> None:
    """The sentence says what to do, and never shows a password."""
    error = Terminal(url).refused(4, "lead", "list")
    assert error["error"] == "DatabaseNotReady"
    assert word in error["problems"][0]["text"]
    assert error["problems"][0]["way_out"]
    assert "secret" not in str(error)


def test_a_file_that_is_no_database_is_status_four(tmp_path: Path) -> None:
    """Somebody named a text file."""
    file = tmp_path / "notes.db"
    file.write_text("这不是数据库" * 100, "utf-8")
    assert Terminal(f"sqlite:///{file}").refused(4, "lead", "list")["error"] == "DatabaseNotReady"
    assert Terminal(f"sqlite:///{file}").refused(4, "init")["error"] == "DatabaseNotReady"


def test_a_folder_nobody_may_write_to_is_a_sentence(tmp_path: Path) -> None:
    """Crm init below a file, where no folder can be made."""
    (tmp_path / "file").write_text("")
    result = Terminal(f"sqlite:///{tmp_path}/file/below/crm.db").type("init")
    assert result.exit_code in {2, 4}
    assert "• " in result.stderr


def test_a_busy_database_is_status_four(begun: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that is held longer than the timeout ends with status 4."""
    monkeypatch.setattr("crm.db.WAIT_MS", 50)
    terminal = begun
    holder = sqlite3.connect(tmp_path / "crm.db", isolation_level=None)
    try:
        holder.execute("BEGIN IMMEDIATE")
        assert "busy" in terminal.refused(4, "investor", "add", "甲", "--country", "CN")["problems"][0]["text"]
        terminal.ok("investor", "list")
    finally:
        holder.close()


@pytest.mark.whole
def test_a_closed_pipe_is_no_error(begun: Terminal) -> None:
    """``crm lead list | head`` ends quietly."""
    url = begun.url
    for number in range(3):
        begun.ok("investor", "add", f"投资方{number:03}", "--country", "CN")
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        done = subprocess.run(
            [*PROGRAM, "investor", "list", "--json"], env={**os.environ, "CRM_DB": url, "CRM_USER": "boss"}, cwd=ROOT, stdout=pipe,
            stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_control_c_ends_with_130(begun: Terminal) -> None:
    """Interrupted before it writes: no traceback."""
    url = begun.url
    program = (
        "import os, signal\n"
        "from crm.cli import main\n"
        "from crm.cli.kit.face import Face\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell in the background ignores it
        "Face.writing = lambda self: os.kill(os.getpid(), signal.SIGINT)\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "investor", "add", "甲", "--country", "CN"], env={**os.environ, "CRM_DB": url, "CRM_USER": "boss"},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 130, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "latin-1"])
def test_a_terminal_of_another_encoding_shows_what_it_can(encoding: str) -> None:
    """Characters it cannot show become question marks; JSON stays whole."""
    environment = {"PYTHONIOENCODING": encoding, "CRM_LANG": "zh"}
    done = subprocess.run(
        [*PROGRAM, "--help"], env={**os.environ, **environment}, cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 0
    assert b"crm" in done.stdout


def test_wrongly_encoded_arguments_are_refused(begun: Terminal) -> None:
    """An argument in another encoding is refused."""
    url = begun.url
    line = [os.fsencode(part) for part in [*PROGRAM, "investor", "add"]]
    done = subprocess.run(
        [*line, "丸红".encode("gbk"), b"--country", b"JP"], env={**os.environ, "CRM_DB": url, "CRM_USER": "boss", "PYTHONUTF8": "1"}, cwd=ROOT,
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_errors_go_to_the_standard_error(reader: Terminal) -> None:
    """What a pipe carries on is never an error's text."""
    result = reader.type("lead", "show", "99")
    assert result.stdout == ""
    assert result.stderr.splitlines()[1].startswith("• ")


def test_errors_as_json_have_stable_keys(reader: Terminal) -> None:
    """Those of docs/json.md, and matches where several fit."""
    error = reader.refused(1, "lead", "show", "99")
    assert set(error) == {"error", "problems"}
    assert set(error["problems"][0]) == {"code", "field", "stage", "values", "text", "way_out", "in_python"}
    several = reader.refused(1, "investor", "show", "丸")
    assert [set(match) for match in several["matches"]] == [{"id", "label"}] * 2
    usage = reader.refused(2, "lead", "list", "--limit", "x")
    assert usage["error"] == "UsageError"
    assert usage["problems"][0]["field"] == "limit"


def test_several_matches_are_listed_as_a_table(reader: Terminal) -> None:
    """Ids and labels, to choose from."""
    printed = reader.type("investor", "show", "丸", "--lang", "zh").stderr
    assert "“丸”对应多条记录：" in printed
    assert "I1  丸红株式会社" in printed
    assert "I2  丸善株式会社" in printed


@pytest.mark.parametrize(
    ("args", "chinese"),
    [
        (["lead", "boad"], "没有命令 “boad”。（是否想写 “"),
        (["lead", "list", "--stag", "x"], "没有选项 “--stag”。（是否想写 “"),
        (["lead", "show", "1", "2"], "多出的参数（2）"),
        (["lead", "list", "--limit"], "选项 “--limit” 需要 1 个值。"),
        (["lead", "list", "--limit", "-1"], "不在范围 x>=0 内。"),
        (["lead", "list", "--stage", "won"], "“won”不在以下选项中"),
    ],
)
def test_usage_errors_are_translated(reader: Terminal, args: list[str], chinese: str) -> None:
    """Click's own messages too."""
    result = Terminal(reader.url, language="zh").type(*args)
    assert result.exit_code == 2
    assert chinese in result.stderr


@pytest.mark.parametrize(
    "args",
    [
        ["contract", "record", "1", "-5000000 USD", "--kind", "decrease"],
        ["capital", "record", "1", "-5 USD"],
        ["request", "open", "1", "-5℃冷库用电"],
        ["request", "open", "1", "-冷库用电"],
        ["request", "open", "1", "--冷库用电"],
    ],
)
def test_an_argument_may_begin_with_a_minus_and_no_letter_of_an_option(reader: Terminal, args: list[str]) -> None:
    """It is no option, wherever it stands; after two dashes it is read as ever."""
    for line in (args, [*args[:2], *args[4:], *args[2:4]], [*args[:2], *args[4:], "--", *args[2:4]]):
        read = reader.type("--json", *line)
        assert "No such option" not in read.stderr
        assert "Usage" not in read.stderr


def test_a_word_that_begins_with_a_minus_and_a_letter_is_an_option(reader: Terminal) -> None:
    """Beside a negative amount too; and a negative value belongs to its option."""
    error = reader.refused(2, "contract", "record", "1", "-5 USD", "-x")
    assert "No such option" in str(error["problems"])
    error = reader.refused(2, "lead", "open", "丸红", "--title", "t", "--expected", "-5 USD")
    assert [problem["field"] for problem in error["problems"]] == ["expected"]


def test_everything_missing_is_named_at_once(reader: Terminal) -> None:
    """Arguments and options together, where there is no terminal to ask on."""
    error = reader.refused(2, "lead", "back")
    assert [problem["field"] for problem in error["problems"]] == ["lead", "to", "reason"]
    error = reader.refused(2, "trip", "plan")
    assert [problem["field"] for problem in error["problems"]] == ["code", "title", "leader", "rank", "starts", "ends"]


class Deadlock(Exception):
    """As the driver tells it."""

    sqlstate = "40P01"


class LockTimeout(Deadlock):
    """As the driver tells it."""

    sqlstate = "55P03"


def test_a_second_way_to_write_is_a_friendly_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    """What the database itself refuses is told in words, not by a traceback or the name of a constraint."""
    english = Language("en")
    constraint = sqlite3.IntegrityError("CHECK constraint failed: ck_crm_lead_received_not_in_future")
    broken = IntegrityError("INSERT", {}, constraint)
    cases: list[tuple[Exception, int, str]] = [
        (broken, 1, "A constraint of the database forbids this"),
        (OperationalError("SELECT", {}, Deadlock()), 3, "were in a deadlock"),
        (OperationalError("SELECT", {}, LockTimeout()), 4, "is busy"),
        (OperationalError("SELECT", {}, sqlite3.OperationalError("disk I/O error")), 4, "disk I/O error"),
        (DataError("INSERT", {}, ValueError("integer out of range")), 2, "integer out of range"),
        (StaleDataError("UPDATE"), 3, "changed since"),
        (OverflowError("Python int too large"), 2, "too large"),
        (PermissionError(13, "Permission denied", "/etc/crm.db"), 2, "/etc/crm.db"),
        (StaleLead(problem("Somebody else moved it."), yours=1, current=2), 3, "Somebody else"),
    ]
    for error, status, word in cases:
        fault = fault_of(error, english)
        assert fault is not None
        assert fault.status == status
        print_fault(Face(english), fault)
        shown = capsys.readouterr().err
        assert word in shown
        assert "_crm_" not in shown


def test_a_mistake_of_the_program_is_not_hidden() -> None:
    """What no user can cause keeps its traceback."""
    assert fault_of(ZeroDivisionError(), Language("en")) is None


def test_every_error_class_has_a_status() -> None:
    """No class of the tree falls through."""
    pending, seen = [CRMError], []
    while pending:
        kind = pending.pop()
        seen.append(kind)
        pending += kind.__subclasses__()
    for kind in seen:
        error = kind.__new__(kind)
        error.problems = ()
        fault = fault_of(error, Language("en"))
        assert fault is not None
        assert fault.status in {1, 2, 3, 4}


@pytest.mark.whole
def test_json_for_a_stream_without_unicode_is_escaped(tmp_path: Path) -> None:
    """JSON is whole in any encoding."""
    settings = {"CRM_DB": f"sqlite:///{tmp_path}/crm.db", "CRM_USER": "boss", "PYTHONIOENCODING": "ascii"}
    Terminal(settings["CRM_DB"]).ok("init", "--name", "局长")
    assert json.loads(run("staff", "list", "--json", **settings).stdout)[0]["name"] == "局长"


def test_the_program_returns_its_status_to_python() -> None:
    """A host may call it, and is not ended by it."""
    assert main(["--help"], standalone_mode=False) == 0
    assert main(["--nothing"], standalone_mode=False) == 2
