"""``crm report``: formats, files, explanations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crm.cli.reporting import write_file
from crm.errors import InvalidInput
from tests.cli.conftest import Terminal

FUNNEL = ("report", "funnel", "--period", "2023")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("verb", ["funnel", "board", "referrals", "ambassadors", "station tokyo"])
def test_each_report_is_printed(reader: Terminal, language: str, columns: int, verb: str) -> None:
    """Within the width, with method and what is left out."""
    from crm.values.widths import cells

    text = reader.ok("--lang", language, "report", *verb.split(), columns=columns)
    assert all(cells(line) <= columns for line in text.splitlines())
    assert ("口径" if language == "zh" else "Method") in text


def test_the_funnel_as_json(reader: Terminal) -> None:
    """As the front door gives it; --json and --format json are one."""
    tree = reader.json(*FUNNEL, "--by", "unit", "--each", "month")
    assert tree["report"] == "funnel"
    assert tree["figures"][0]["value"] == 3
    assert [row["unit"] for row in tree["tables"][1]["rows"]] == ["gaoxin", "bureau"]
    assert tree["tables"][1]["adds_up"] is True
    again = json.loads(reader.ok(*FUNNEL, "--by", "unit", "--each", "month", "--format", "json"))
    assert again["tables"] == tree["tables"]


def test_one_table_alone(reader: Terminal) -> None:
    """As a table and as CSV, and in no format that holds several."""
    text = reader.ok(*FUNNEL, "--table", "stages", "--format", "csv")
    assert text.splitlines()[1].split(",")[:2] == ["contact", "3"]
    assert "Method" not in reader.ok(*FUNNEL, "--table", "stages")
    assert reader.refused(2, *FUNNEL, "--table", "stages", "--format", "html")
    assert "stages" in str(reader.refused(1, *FUNNEL, "--table", "nothing", "--format", "csv"))


def test_figures_are_explained(reader: Terminal) -> None:
    """One, or each: what it is, who recorded it and when; an unknown one is refused with those there are."""
    text = reader.ok(*FUNNEL, "--explain", "leads", columns=120)
    assert "氢能装备制造项目（一期）" in text
    assert "boss" in text
    assert "Stage by stage" not in text
    every = reader.json(*FUNNEL, "--explain")
    assert [row["id"] for row in every["entries"]["leads"]] == every["figures"][0]["entries"][0]["ids"]
    assert "leads, reached_negotiating" in str(reader.refused(1, *FUNNEL, "--explain", "nothing"))


@pytest.mark.parametrize("ending", ["json", "csv", "xlsx", "html", "txt"])
def test_a_report_is_written_to_a_file_once(reader: Terminal, tmp_path: Path, ending: str) -> None:
    """The ending says the format; a file that is there stays as it is without --force."""
    path = tmp_path / f"funnel.{ending}"
    assert str(path) in reader.ok(*FUNNEL, "--out", str(path))
    first = path.read_bytes()
    assert first
    assert "--force" in str(reader.refused(2, "report", "board", "--out", str(path)))
    assert path.read_bytes() == first
    reader.ok("report", "board", "--out", str(path), "--force")
    assert path.read_bytes() != first
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_folder_that_is_not_there(reader: Terminal, tmp_path: Path) -> None:
    """The refusal names the file."""
    assert "nowhere" in str(reader.refused(2, *FUNNEL, "--out", str(tmp_path / "nowhere" / "a.html")))


def test_two_writers_of_one_file(tmp_path: Path) -> None:
    """The second is told, even when it looked before the first had finished."""
    write_file(tmp_path / "a.csv", b"1", force=False)
    with pytest.raises(InvalidInput, match="there already"):
        write_file(tmp_path / "a.csv", b"2", force=False)
    assert (tmp_path / "a.csv").read_bytes() == b"1"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "args",
    [
        ("--period", "2022Q5"), ("--period", ""), ("--period", "2023..2022"), ("--period", "9" * 500), ("--station", "nowhere"), ("--unit", ""),
        ("--out", ""),
    ],
)  # fmt: skip
def test_bad_input(reader: Terminal, args: tuple[str, str]) -> None:
    """Is refused with a sentence."""
    result = reader.type("report", "funnel", *args)
    assert result.exit_code in {1, 2}
    assert result.stderr


def test_who_is_nobody_reads_no_report(reader: Terminal) -> None:
    """No actor, no figures."""
    for verb in ("funnel", "board", "referrals"):
        assert reader.type("--as", "stranger", "report", verb).exit_code == 1


def test_chinese_periods_are_read(reader: Terminal) -> None:
    """As people type them."""
    tree = reader.json("report", "funnel", "--period", "2023年一季度")
    assert tree["period"] == {"text": "2023Q1", "first": "2023-01-01", "last": "2023-03-31"}
