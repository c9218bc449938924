"""A catalogue is compiled when it is first read, in every sort of place the program may stand in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crm.cli.printing import catalogues
from crm.cli.printing.catalogues import DOMAIN, FOLDER, as_mo, catalogue, folder, text_path

pytestmark = pytest.mark.portable

LOCALE = "zh_CN"
_TEXT = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "lead"
msgstr "{chinese}"
"""


@pytest.fixture
def text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The text of a catalogue of one word, in a checkout of its own."""
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path / "locale")
    path = text_path(LOCALE)
    path.parent.mkdir(parents=True)
    write(path, "线索")
    return path


def write(text: Path, chinese: str) -> None:
    """Write the text of a catalogue in which a lead is called so."""
    text.write_text(_TEXT.format(chinese=chinese), "utf-8")


def lead() -> str:
    """What a lead is called in Chinese."""
    return catalogue(LOCALE).gettext("lead")


def test_a_missing_catalogue_is_compiled_once(text: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And left alone as long as its text does not change; whoever may read the text may read it."""
    text.chmod(0o640)
    assert lead() == "线索"
    compiled = text.with_suffix(".mo")
    assert compiled.read_bytes() == as_mo(text)
    assert compiled.stat().st_mode == text.stat().st_mode
    monkeypatch.setattr(catalogues, "as_mo", None)
    assert lead() == "线索"
    assert sorted(path.name for path in text.parent.iterdir()) == ["crm.mo", "crm.po"]


@pytest.mark.parametrize("seconds", [60, -60], ids=["newer", "older"])
def test_a_text_that_changed_is_compiled_again(text: Path, seconds: int) -> None:
    """Also one that is older than the text before it: another branch, a file brought back."""
    assert lead() == "线索"
    before = text.stat().st_mtime
    write(text, "项目线索")
    os.utime(text, (before + seconds, before + seconds))
    # gettext keeps what it has read under the name of the file, for the life of the process.
    (found,) = (folder(LOCALE) / LOCALE).rglob("*.mo")
    assert found.read_bytes() == as_mo(text)


def test_a_change_while_it_is_compiled_is_noticed(text: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiled file counts as that of the text that was read."""
    compiling = as_mo

    def as_mo_slowly(path: Path) -> bytes:
        content = compiling(path)
        write(path, "项目线索")
        os.utime(path, (path.stat().st_mtime + 60,) * 2)
        return content

    monkeypatch.setattr(catalogues, "as_mo", as_mo_slowly)
    folder(LOCALE)
    monkeypatch.setattr(catalogues, "as_mo", compiling)
    folder(LOCALE)
    assert text.with_suffix(".mo").read_bytes() == as_mo(text)


def test_a_checkout_that_cannot_be_written_is_read(text: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a folder of the process, compiled once; nothing is left in the checkout."""
    refuse_to_write(text.parent, monkeypatch)
    assert lead() == "线索"
    assert folder(LOCALE) == folder(LOCALE) != catalogues.FOLDER
    assert [path.name for path in text.parent.iterdir()] == ["crm.po"]


def refuse_to_write(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse new files below a folder; the rights of the folder would not stop the superuser."""
    import tempfile

    making = tempfile.mkstemp

    def mkstemp(suffix: str, prefix: str, dir: Path) -> tuple[int, str]:  # noqa: A002 - the name that tempfile gives it
        if dir == place:
            raise PermissionError(13, "Permission denied", str(dir))
        return making(suffix, prefix, dir)

    monkeypatch.setattr(tempfile, "mkstemp", mkstemp)


def test_a_wheel_is_read_as_it_is(text: Path) -> None:
    """Without the text beside it a compiled catalogue is never old."""
    folder(LOCALE)
    text.unlink()
    assert folder(LOCALE) == catalogues.FOLDER
    assert lead() == "线索"


def test_english_has_no_catalogue() -> None:
    """Its texts are those of the source."""
    assert not (FOLDER / "en").exists()
    assert catalogue("en").gettext("lead") == "lead"


@pytest.mark.whole
def test_processes_that_start_at_once_all_print_chinese(tmp_path: Path) -> None:
    """In a fresh checkout, each reads a whole catalogue, and no unfinished file stays."""
    package = Path(sys.modules["crm"].__path__[0])
    copy = tmp_path / "crm"
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    line = [sys.executable, "-m", "crm", "--lang", "zh", "lead", "--help"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    started = [
        subprocess.Popen(line, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, encoding="utf-8")
        for _ in range(4)
    ]
    printed = {process.communicate()[0] for process in started}
    assert [process.returncode for process in started] == [0] * 4
    assert len(printed) == 1
    assert "项目线索" in printed.pop()
    assert sorted(path.name for path in (copy / "locale").rglob("*.*o")) == [f"{DOMAIN}.mo", f"{DOMAIN}.po"]
