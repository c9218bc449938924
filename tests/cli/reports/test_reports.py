"""``crm report``: formats, files, explanations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from crm import CRM, make_engine
from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable

FUNNEL = ("report", "funnel", "--period", "2023")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("verb", ["funnel", "board", "referrals", "ambassadors", "station tokyo"])
def test_each_report_is_printed(reader: Terminal, language: str, columns: int, verb: str) -> None:
    """Within the width, with method and what is left out."""
    from crm.values.text import cells

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


def test_every_report_takes_its_period_as_an_argument_and_as_an_option(reader: Terminal) -> None:
    """Alike; two that differ are refused."""
    for name in ("year", "funnel", "referrals", "ambassadors", "station tokyo", "scorecard", "restatement"):
        line, period = ("report", *name.split()), "2023-02"
        typed, given = reader.type(*line, period, "--json"), reader.type(*line, "--period", period, "--json")
        assert typed.exit_code == given.exit_code
        if typed.exit_code == 0:
            assert json.loads(typed.stdout)["period"] == json.loads(given.stdout)["period"]
        assert reader.refused(2, *line, period, "--period", "2022")["problems"][0]["code"] == "both"
    assert (
        reader.json("report", "station", "tokyo", "2023-02")["period"]
        == reader.json("report", "station", "tokyo", "--period", "2023-02")["period"]
    )


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


def test_all_records_behind_a_figure_are_shown(town: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many, printed or in a file, read in several statements."""
    monkeypatch.setattr("crm.reads.ledgers.entries._AT_ONCE", 2)
    engine = make_engine(town.url)
    with Session(engine) as session, session.begin():
        crm = CRM(session, "boss")
        for number in range(105):
            crm.leads.open("丸善", title=f"第{number}号", received="2023-02-01", unit="bureau")
    engine.dispose()
    tree = town.json("report", "board", "--explain")
    (behind,) = [rows for key, rows in tree["entries"].items() if key == "leads"]
    assert len(behind) == 108
    assert "108 of 108" in town.ok("report", "board", "--explain", "leads", columns=0)


@pytest.mark.parametrize("ending", ["json", "csv", "xlsx", "html", "txt"])
def test_a_report_is_written_to_a_file_once(reader: Terminal, tmp_path: Path, ending: str) -> None:
    """The ending says the format; a file that is there stays as it is without --force."""
    path = tmp_path / f"funnel.{ending}"
    assert str(path) in reader.ok(*FUNNEL, "--output", str(path))
    first = path.read_bytes()
    assert first
    assert "--force" in str(reader.refused(2, "report", "board", "--output", str(path)))
    assert path.read_bytes() == first
    reader.ok("report", "board", "--output", str(path), "--force")
    assert path.read_bytes() != first
    assert [path.name for path in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "args",
    [
        ("--period", "2022Q5"), ("--period", ""), ("--period", "2023..2022"), ("--period", "9" * 500), ("--station", "nowhere"), ("--unit", ""),
        ("--output", ""),
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


def test_a_weekly_is_printed_and_written_as_markdown(reader: Terminal, tmp_path: Path) -> None:
    """The ending of the file says the format."""
    path = tmp_path / "weekly.md"
    reader.ok("report", "weekly", "tokyo", "2023-01", "--output", str(path), "--lang", "en")
    assert path.read_text("utf-8").startswith("# Weekly: ")
    tree = reader.json("report", "weekly", "tokyo", "2023-01")
    assert [figure["key"] for figure in tree["figures"]] == ["received", "advanced", "meetings", "arrived", "overdue"]


def test_chinese_periods_are_read(reader: Terminal) -> None:
    """As people type them."""
    tree = reader.json("report", "funnel", "--period", "2023年一季度")
    assert tree["period"] == {"text": "2023Q1", "first": "2023-01-01", "last": "2023-03-31"}


def test_labels_stand_where_the_language_has_them(town: Terminal) -> None:
    """In Chinese before the value; in English a heading before it, a phrase behind it; what cannot be said is not zero."""
    assert "增长 不适用" in town.ok("report", "year", "2023", "--lang", "zh")
    assert "n/a growth" in town.ok("report", "year", "2023", "--lang", "en")
    town.ok(
        "target",
        "set",
        "trips-2023",
        "--period",
        "2023",
        "--title",
        "招商团组",
        "--measure",
        "delegations",
        "--at-least",
        "3",
        "--source",
        "x",
    )
    assert "目标值 3" in town.ok("report", "scorecard", "2023", "--lang", "zh")
    assert "At least 3" in town.ok("report", "scorecard", "2023", "--lang", "en")


def test_a_sentence_that_is_long_hangs_under_its_beginning(town: Terminal) -> None:
    """So that each point of the method begins where one sees it."""
    lines = town.ok("report", "year", "2023", "--lang", "en", columns=60).splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith("· ") and len(line) > 50)
    assert lines[first + 1].startswith(("  ", "· "))
    assert any(line.startswith("  ") for line in lines[first:])
    assert all(line[:1] in {"·", " "} or line.startswith(("Method", "Shares", "Left out")) for line in lines[first:])


def test_words_mean_what_they_say_in_chinese(town: Terminal) -> None:
    """Those who came to an event are no contacts, a trip's report is no table, and a figure is called by its name."""
    town.ok(
        "event",
        "add",
        "tokyo-2023",
        "--title",
        "恳谈会",
        "--place",
        "东京",
        "--starts",
        "2023-02-09",
        "--country",
        "JP",
        "--zone",
        "Asia/Tokyo",
    )
    shown = town.ok("event", "show", "tokyo-2023", "--lang", "zh")
    assert "到会人数" in shown
    assert "联系人" not in shown
    town.ok(
        "trip",
        "plan",
        "x",
        "--title",
        "团",
        "--leader",
        "市长",
        "--rank",
        "city",
        "--starts",
        "2190-01-01",
        "--ends",
        "2190-01-02",
    )
    card = town.ok("trip", "show", "x", "--lang", "zh")
    assert "报告" in card
    assert "报表" not in card
    town.ok("benchmark", "set", "nation", "actual_fdi.growth", "2022", "8%", "--source", "公报")
    assert "实际使用外资" in town.ok("benchmark", "list", "--lang", "zh")
    assert "actual_fdi" not in town.ok("benchmark", "list", "--lang", "en")
