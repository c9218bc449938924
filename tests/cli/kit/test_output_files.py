"""Files that commands write: never over another unasked, whole or not at all, for their owner alone."""

from __future__ import annotations

import ast
import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from crm.cli import main
from crm.cli.kit.files import write_file
from crm.errors import InvalidInput
from tests.cli.conftest import Terminal
from tests.cli.kit.test_files import PLAN
from tests.cli.test_edge import PROGRAM, ROOT

pytestmark = pytest.mark.portable

#: Every command that writes a file, and what it needs to be typed; the lists, which share their options, by one of them.
COMMANDS = {
    "referral tree": ["丸红", "--format", "dot"],
    "report year": ["2023"],
    "report funnel": ["--period", "2023"],
    "report board": [],
    "report referrals": [],
    "report restatement": ["2022"],
    "report ambassadors": [],
    "report station": ["tokyo"],
    "report trip": ["japan-2023"],
    "report scorecard": ["2023"],
    "report weekly": ["tokyo"],
    "calendar": ["--station", "tokyo"],
    "contact vcard": ["田中"],
    "digest": ["--station", "tokyo"],
    "lead list": [],
}


def lines() -> list[list[str]]:
    """Return a line for each of them."""
    return [[*name.split(), *rest] for name, rest in COMMANDS.items()]


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, click.Command]]:
    """Walk through the program."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        else:
            yield " ".join((*path, name)), command


def test_every_command_that_writes_a_file_names_the_options_alike() -> None:
    """--output, --out for short, and --force; and each such command is tried below."""
    found = set()
    for name, command in commands(main):
        options = {
            parameter.name: set(parameter.opts) for parameter in command.params if isinstance(parameter, click.Option)
        }
        if any({"--out", "--output"} & opts for opts in options.values()):
            assert options["output"] == {"--output", "--out"}
            assert ("force" in options) == (name != "audit key"), "a key that is replaced is lost"
            if "columns" not in options or name in COMMANDS:
                found.add(name)
    assert found == {*COMMANDS, "audit key"}


def test_one_module_writes_files() -> None:
    """No other module of the command line opens one for writing."""
    writers = set()
    for file in (ROOT / "crm" / "cli").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            name = getattr(node, "attr", None) or getattr(node, "id", None)
            if name in {"write_text", "write_bytes", "mkstemp", "NamedTemporaryFile"} or (
                isinstance(node, ast.Name) and name == "open"
            ):
                writers.add(file.name)
    # a compiled catalogue is no output; a help page has a write_text of its own
    assert writers == {"catalogues.py", "files.py", "verbs.py"}


@pytest.mark.parametrize("line", lines(), ids=" ".join)
@pytest.mark.parametrize("option", ["--output", "--out"])
def test_a_file_that_is_there_is_refused(reader: Terminal, tmp_path: Path, line: list[str], option: str) -> None:
    """With the way out in both languages, and as JSON; it stays as it was."""
    path = tmp_path / "file.txt"
    path.write_bytes(b"mine")
    refused = reader.refused(2, *line, option, str(path))
    (wrong,) = refused["problems"]
    assert (refused["error"], wrong["field"], wrong["code"]) == ("InvalidInput", "output", "exists")
    english = reader.type(*line, option, str(path)).stderr
    assert f"• {path} already exists." in english
    assert "→ Choose another name, or replace it with --force." in english
    chinese = reader.type(*line, option, str(path), "--lang", "zh").stderr
    assert f"• {path} 已存在。" in chinese
    assert "→ 请换一个名称，或用 --force 覆盖。" in chinese
    assert path.read_bytes() == b"mine"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.whole
def test_force_replaces_it(town: Terminal, tmp_path: Path) -> None:
    """Each command writes a new file, and with --force over an old one; both are for their owner alone."""
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN, "utf-8")
    town.ok("trip", "plan", "--file", str(plan))
    town.ok("figure", "close", "2022")
    folder = tmp_path / "files"
    folder.mkdir()
    for number, line in enumerate(lines()):
        path = folder / f"{number}.txt"
        assert town.json(*line, "--output", str(path)) == {"file": str(path)}
        first = path.read_bytes()
        assert first
        path.write_bytes(b"mine")
        path.chmod(0o644)
        assert "✓ " in town.ok(*line, "--out", str(path), "--force", "--lang", "zh")
        assert len(path.read_bytes()) > len(b"mine")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(list(folder.iterdir())) == len(COMMANDS)


@pytest.mark.parametrize(
    ("line", "name", "begins"),
    [
        (["referral", "tree", "丸红"], "t.svg", b"<?xml"),
        (["referral", "tree", "丸红"], "t.DOT", b"digraph"),
        (["referral", "tree", "丸红"], "t.mmd", b"flowchart"),
        (["referral", "tree", "丸红"], "t.txt", "丸红".encode()),
        (["referral", "tree", "丸红", "--format", "dot"], "t.svg", b"digraph"),
        (["report", "board"], "b.HTM", b"<!doctype html>"),
        (["report", "board"], "b.xlsx", b"PK"),
        (["report", "board"], "b.json", b"{"),
        (["report", "board"], "b.txt", "╭".encode()),
        (["report", "board"], "b", "╭".encode()),
        (["report", "board", "--format", "json"], "b.csv", b"{"),
    ],
)
def test_the_ending_says_the_format(
    reader: Terminal, tmp_path: Path, line: list[str], name: str, begins: bytes
) -> None:
    """Where --format does not; a name without an ending takes what the terminal would show."""
    path = tmp_path / name
    reader.ok(*line, "--output", str(path))
    assert path.read_bytes()[: len(begins)].lower() == begins.lower()


@pytest.mark.parametrize(
    ("line", "known"),
    [
        (["referral", "tree", "丸红"], ".txt, .dot, .gv, .mmd, .mermaid, .svg"),
        (["report", "board"], ".txt, .json, .csv, .xlsx, .html, .htm"),
    ],
)
def test_an_unknown_ending_is_refused(reader: Terminal, tmp_path: Path, line: list[str], known: str) -> None:
    """With those that are known; --format writes it all the same. No file is made before."""
    path = tmp_path / "picture.png"
    (wrong,) = reader.refused(2, *line, "--output", str(path))["problems"]
    assert wrong["code"] == "ending"
    assert "picture.png" in wrong["text"]
    assert known in wrong["way_out"]
    assert not path.exists()
    form = "dot" if line[0] == "referral" else "csv"
    reader.ok(*line, "--format", form, "--output", str(path))
    assert path.read_bytes()


@pytest.mark.parametrize("force", [False, True])
def test_missing_folders_are_made(tmp_path: Path, force: bool) -> None:
    """With mode 0700, whatever the umask."""
    before = os.umask(0)
    try:
        write_file(tmp_path / "a" / "b" / "c.csv", b"1", force=force)
    finally:
        os.umask(before)
    assert (tmp_path / "a" / "b" / "c.csv").read_bytes() == b"1"
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a", "a/b", "a/b/c.csv")]
    assert modes == [0o700, 0o700, 0o600]


def test_two_writers_of_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second is told, even when it looked before the first had finished."""
    path = tmp_path / "a.csv"
    monkeypatch.setattr("os.fsync", lambda _: path.write_bytes(b"first"))
    with pytest.raises(InvalidInput, match="already exists"):
        write_file(path, b"second", force=False)
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("force", [False, True])
def test_what_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, force: bool
) -> None:
    """Failed or interrupted while it writes: no file, no folder; and the old file as it was."""

    def fail(_: int) -> None:
        raise error

    old = tmp_path / "old.csv"
    old.write_bytes(b"mine")
    monkeypatch.setattr("os.fsync", fail)
    for path in (tmp_path / "new.csv", tmp_path / "a" / "b" / "c.csv", *([old] if force else [])):
        with pytest.raises((InvalidInput, KeyboardInterrupt), match=r"No space left on device|^$"):
            write_file(path, b"x" * 10, force=force)
    assert list(tmp_path.iterdir()) == [old]
    assert old.read_bytes() == b"mine"


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
def test_a_write_that_the_system_cuts_short_leaves_the_old_file(tmp_path: Path) -> None:
    """No file may grow past a thousand bytes."""
    path = tmp_path / "old.csv"
    path.write_bytes(b"mine")
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from crm.cli.kit.files import write_file\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "write_file(Path(sys.argv[1]), b'x' * 5000, force=True)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "InvalidInput" in done.stderr
    assert "File too large" in done.stderr
    assert path.read_bytes() == b"mine"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("parent", ["file", "closed"])
def test_a_folder_that_cannot_be_used(
    reader: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parent: str
) -> None:
    """Below a file, or where one may not write, the refusal names the file."""
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "closed").mkdir()

    def deny(*_: object, **__: object) -> None:  # the superuser may write into any folder
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", deny)
    (wrong,) = reader.refused(2, "report", "board", "--output", str(tmp_path / parent / "a.csv"))["problems"]
    assert wrong["code"] == "file"
    assert f"{parent}/a.csv cannot be written" in wrong["text"]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["closed", "file"]


@pytest.mark.parametrize("force", [[], ["--force"]])
@pytest.mark.parametrize("line", [["report", "board"], ["referral", "tree", "丸红"]], ids=" ".join)
def test_a_folder_is_no_file(reader: Terminal, tmp_path: Path, line: list[str], force: list[str]) -> None:
    """Nor is an empty name; --force changes nothing."""
    for path in (str(tmp_path), ""):
        (wrong,) = reader.refused(2, *line, "--output", path, *force)["problems"]
        assert wrong["code"] == "not_a_file"
    assert list(tmp_path.iterdir()) == []
    assert "是文件夹或设备" in reader.type(*line, "--output", str(tmp_path), "--lang", "zh").stderr


def test_a_link_stays_and_its_target_is_written(tmp_path: Path) -> None:
    """Refused like any file that is there; a link to nothing makes its target."""
    target, link = tmp_path / "real" / "target.csv", tmp_path / "link.csv"
    link.symlink_to(target)
    write_file(link, b"1", force=False)
    with pytest.raises(InvalidInput, match="already exists"):
        write_file(link, b"2", force=False)
    write_file(link, b"3", force=True)
    assert link.is_symlink()
    assert target.read_bytes() == b"3"
    assert [path.name for path in target.parent.iterdir()] == ["target.csv"]
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    with pytest.raises(InvalidInput):
        write_file(circle, b"4", force=False)


def test_a_long_name_is_written(tmp_path: Path) -> None:
    """As long as the file system takes it."""
    path = tmp_path / ("报" * 84 + ".x")
    write_file(path, b"1", force=False)
    assert path.read_bytes() == b"1"
    with pytest.raises(InvalidInput, match="cannot be written"):
        write_file(tmp_path / ("报" * 86), b"1", force=True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name are POSIX's")
def test_a_pipe_takes_the_content(tmp_path: Path) -> None:
    """A named pipe is written to and not replaced."""
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_file(pipe, b"content", force=False)
    reader.join()
    assert read == [b"content"]
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_device_that_is_full_is_a_sentence() -> None:
    """The error is the system's."""
    with pytest.raises(InvalidInput, match="/dev/full cannot be written: No space left"):
        write_file(Path("/dev/full"), b"1", force=False)
    write_file(Path(os.devnull), b"1", force=False)


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="a name of POSIX systems")
# Each value of both in the quick tier, all four together in the whole matrix.
@pytest.mark.parametrize(
    ("into", "more"),
    [
        ("pipe", []),
        ("file", ["--json"]),
        pytest.param("pipe", ["--json"], marks=pytest.mark.whole),
        pytest.param("file", [], marks=pytest.mark.whole),
    ],
)
def test_the_standard_output_gets_the_content_alone(
    begun: Terminal, tmp_path: Path, into: str, more: list[str]
) -> None:
    """Through a pipe, or into the file that the shell has opened; what is said of the file is left out."""
    url = begun.url
    path = tmp_path / "board.json"
    line = [*PROGRAM, "report", "board", "--format", "json", "--output", "/dev/stdout", *more]
    environment = {**os.environ, "CRM_DB": url, "CRM_USER": "boss"}
    with path.open("wb") as file:
        done = subprocess.run(
            line,
            env=environment,
            cwd=ROOT,
            stdout=file if into == "file" else subprocess.PIPE,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, b"")
    printed = path.read_bytes() if into == "file" else done.stdout
    assert json.loads(printed)["report"] == "board"
