"""Missing values are asked for on a terminal, and named in the refusal elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The input is a terminal."""
    monkeypatch.setattr("crm.cli.kit.prompts.on_terminal", lambda: True)


@pytest.mark.usefixtures("somebody")
def test_what_is_missing_is_asked_for(town: Terminal) -> None:
    """The question is the option's help, in the reader's language, on the standard error."""
    result = Terminal(town.url, language="zh").type("visit", "log", "丸红", "--contact", "田中", stdin="谈到二期厂房\n")
    assert result.exit_code == 0, result.output
    assert "会谈摘要" in result.stderr
    assert town.json("visit", "list")[0]["summary"] == "谈到二期厂房"


@pytest.mark.usefixtures("somebody")
def test_a_wrong_answer_is_asked_again(town: Terminal) -> None:
    """Until a stage is a stage."""
    result = town.type("unit", "add", stdin="shizhong\n市中区\nShizhong\ncastle\ndistrict\n")
    assert result.exit_code == 0, result.output
    assert '"castle" is not one of' in result.stderr
    assert "shizhong" in [row["code"] for row in town.json("unit", "list")]


@pytest.mark.usefixtures("somebody")
def test_no_answer_ends_it(town: Terminal) -> None:
    """Ctrl-D at a question writes nothing."""
    result = town.type("lead", "lose", "1", stdin="")
    assert result.exit_code == 130
    assert town.json("lead", "show", "1")["row"]["status"] == "active"


@pytest.mark.usefixtures("somebody")
def test_a_restore_is_confirmed(town: Terminal) -> None:
    """No means no."""
    result = town.type("db", "restore", "nothing.db", stdin="n\n")
    assert result.exit_code == 130
    assert "will be replaced" in result.stderr


def test_without_a_terminal_a_restore_needs_yes(reader: Terminal) -> None:
    """Nothing is replaced because a script forgot to ask."""
    assert reader.refused(2, "db", "restore", "nothing.db")["problems"][0]["way_out"] == "Add it: --yes"


def test_without_a_terminal_nothing_is_asked(reader: Terminal) -> None:
    """Exit status 2 and every name."""
    error = reader.refused(2, "visit", "log")
    assert [problem["text"] for problem in error["problems"]] == ["INVESTOR|LEAD is missing.", "--note is missing."]


def test_a_note_comes_from_elsewhere(town: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the standard input, a file, the editor; @@ begins a note with @, and a file that is not there is named."""
    (tmp_path / "note.txt").write_text("\ufeff谈到\n二期厂房\n", "utf-8")
    monkeypatch.setattr("click.edit", lambda *_, **__: "写在编辑器里\n")
    log = ("visit", "log", "L1", "--distinct", "另一次", "--note")
    town.ok(*log, "-", stdin="第一行\n第二行\n")
    for note in (f"@{tmp_path}/note.txt", "@", "@@某人"):
        town.ok(*log, note)
    assert {row["summary"] for row in town.json("visit", "list")} == {
        "第一行\n第二行", "谈到\n二期厂房", "写在编辑器里", "@某人",
    }  # fmt: skip
    error = town.refused(2, *log, "@/no/such/file")
    assert "/no/such/file" in error["problems"][0]["text"]


@pytest.mark.portable
@pytest.mark.parametrize(
    ("note", "encoding"),
    [
        ("谈到二期厂房，冷库用电，下周寄资料给对方", "gb18030"),
        ("谈到二期厂房，冷库用电", "utf-16"),
        ("工場の電力について話しました。来週資料を送ります", "cp932"),
        ("공장 전력에 대해 이야기했습니다. 다음 주 자료를 보냅니다", "cp949"),
    ],
)
def test_a_note_is_read_in_the_encoding_it_has(town: Terminal, tmp_path: Path, note: str, encoding: str) -> None:
    """As the files of an import are; what fits two encodings, or none, is refused with the way out."""
    file = tmp_path / "note.txt"
    file.write_bytes(note.encode(encoding))
    town.ok("visit", "log", "L1", "--note", f"@{file}")
    assert [row["summary"] for row in town.json("visit", "list")] == [note]
    for content in ("冷".encode("gb18030"), bytes(range(256)), b"a" * 1_000_001):
        file.write_bytes(content)
        error = town.refused(2, "visit", "log", "L1", "--note", f"@{file}")
        assert error["problems"][0]["way_out"] in {"Save it in UTF-8.", "Check that it is the right file."}


@pytest.mark.parametrize("line", [("visit", "log", "无此公司"), ("visit", "log", "L1", "--contact", "无此人")])
def test_a_note_from_the_editor_outlives_a_refusal(
    town: Terminal, line: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is in a file that the refusal names, and is taken from there."""
    monkeypatch.setattr("click.edit", lambda *_, **__: "很长的纪要\n")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    refused = town.type(*line, "--note", "@")
    assert refused.exit_code in {1, 2}
    (kept,) = tmp_path.glob("crm-*.txt")
    assert f"@{kept}" in "".join(refused.stderr.split())
    town.ok("visit", "log", "L1", "--note", f"@{kept}")
    assert town.json("visit", "list")[0]["summary"] == "很长的纪要"
    assert kept.stat().st_mode & 0o077 == 0
