"""The verbs on delegations beside those of a day's work: units, stays, costs, figures, the end."""

from __future__ import annotations

import pytest

from crm.cli.printing.widths import cells
from crm.reads.trips import rows as trip_rows
from tests.cli.conftest import Terminal, keys

pytestmark = pytest.mark.portable

PLAN = ("trip", "plan", "japan-2023", "--title", "赴日招商团", "--leader", "副市长", "--rank", "city", "--starts", "2023-02-06",
        "--ends", "2023-02-12", "--announced", "2023-01-16", "--member", "tokyo.desk|翻译", "--partner", "gaoxin|管委会主任|first",
        "--leg", "东京|JP|Asia/Tokyo|2023-02-06 14:35|2023-02-10", "--visit", "丸红|2023-02-08|推进在谈项目")  # fmt: skip
PERIOD = ("--since", "2023-01-01", "--until", "2023-12-31")


def test_units_stays_and_costs(town: Terminal) -> None:
    """Added, changed, shown and counted."""
    town.ok(*PLAN)
    town.ok("trip", "leg", "japan-2023", "大阪", "--country", "JP", "--zone", "Asia/Tokyo", "--arrives", "2023-02-10 18:20",
            "--leaves", "2023-02-12")  # fmt: skip
    town.ok("trip", "unit", "japan-2023", "bureau", "--leader", "局长", "--rank", "deputy")
    cost = town.json(
        "trip", "cost", "japan-2023", "86000 CNY", "--item", "机票", "--reference", "发票0231", "--spent", "2023-02-03"
    )
    town.json("trip", "cost", "japan-2023", "500 CNY", "--item", "误记", "--reference", "x")
    town.ok("trip", "withdraw-cost", str(cost["id"] + 1), "--reason", "重复登记")
    town.ok("visit", "log", "丸红", "--at", "2023-02-08 14:00", "--zone", "Asia/Tokyo", "--trip", "japan-2023", "--note", "会谈",
            "--agreed", "签署意向书", "--as", "tokyo.desk")  # fmt: skip
    card = town.json("trip", "show", "japan-2023")
    assert set(card) == keys(trip_rows.TripCard)
    for name, kind in (("row", trip_rows.TripRow), ("legs", trip_rows.LegRow), ("units", trip_rows.PartnerRow),
                       ("costs", trip_rows.CostRow), ("sums", trip_rows.CostSum), ("minutes", trip_rows.MinuteRow)):  # fmt: skip
        assert set(card[name] if name == "row" else card[name][0]) == keys(kind)
    assert [leg["number"] for leg in card["legs"]] == [1, 2]
    shown = town.ok("trip", "show", "japan-2023", "--lang", "zh")
    for text in ("高新区（管委会主任、一把手）", "86,000", "签署意向书", "14:35", "重复登记", "境外"):
        assert text in shown
    assert "86,000" not in town.ok("trip", "show", "japan-2023", "--as", "tokyo.desk")
    assert town.json("trip", "show", "japan-2023", "--as", "tokyo.desk")["costs"] is None
    town.ok("trip", "unit", "japan-2023", "bureau", "--leave", "--reason", "另行组团")
    figures = town.json("trip", "figures", "2023", "--unit", "gaoxin", "--unit", "bureau")
    assert set(figures) == keys(trip_rows.TripFigures)
    assert (figures["delegations"], figures["abroad"], figures["visits"]) == (1, 1, 1)
    (unit,) = town.json("trip", "units", "2023", "--kind", "zone")
    assert set(unit) == keys(trip_rows.UnitTripFigures)
    assert (unit["unit"], unit["led"], unit["led_abroad"]) == ("gaoxin", 1, 1)
    assert [row["code"] for row in town.json("trip", "list", "--abroad", "--unit", "gaoxin", *PERIOD)] == ["japan-2023"]
    assert town.json("trip", "list", "--home") == []


def test_a_trip_is_cancelled(town: Terminal) -> None:
    """It stays on the list; what came too late is said so."""
    town.ok(*PLAN)
    town.ok("trip", "cancel", "japan-2023", "--reason", "对方会期调整")
    assert "对方会期调整" in town.ok("trip", "show", "japan-2023")
    assert town.json("trip", "figures", "2023")["delegations"] == 0
    assert [row["state"] for row in town.json("trip", "list")] == ["cancelled"]
    assert town.refused(1, "trip", "close", "japan-2023", "--outcome", "x")


def test_a_trip_changes(town: Terminal) -> None:
    """Days, stays and words; what no longer fits, nobody's stay and a version gone by are said."""
    later = [part.replace("2023-02", "2190-02") for part in PLAN]
    town.ok(*later)
    town.ok("trip", "edit", "japan-2023", "--starts", "2190-02-16", "--leader", "市长", "--purpose", "推进在谈项目")
    card = town.json("trip", "show", "japan-2023")
    assert (card["row"]["starts_on"], card["row"]["ends_on"], card["row"]["leader"]) == (
        "2190-02-16",
        "2190-02-22",
        "市长",
    )
    assert (card["legs"][0]["arrives_on"], card["visits"][0]["planned_on"]) == ("2190-02-16", "2190-02-18")
    town.ok("trip", "edit", "japan-2023", "--leg", "1|京都||||2190-02-21", "--purpose", "", "--version", "2")
    card = town.json("trip", "show", "japan-2023")
    assert (card["legs"][0]["place"], card["legs"][0]["leaves_on"], card["purpose"]) == ("京都", "2190-02-21", None)
    wrong = town.refused(2, "trip", "edit", "japan-2023", "--ends", "2190-02-17")
    assert [problem["code"] for problem in wrong["problems"]] == ["outside", "outside"]
    for number in ("9", "x", "", "9" * 5000):
        assert (
            town.refused(2, "trip", "edit", "japan-2023", "--leg", f"{number}|京都")["problems"][0]["field"] == "legs"
        )
    assert town.refused(2, "trip", "edit", "japan-2023", "--starts", "")["problems"][0]["code"] == "missing"
    assert town.refused(3, "trip", "edit", "japan-2023", "--title", "x", "--version", "1")
    assert town.refused(1, "trip", "edit", "japan-2023", "--title", "x", "--as", "tokyo.desk")
    assert town.refused(1, "trip", "edit", "nowhere", "--title", "x")


def test_what_is_wrong_is_said(town: Terminal) -> None:
    """A refusal ends with status 1, wrong usage with 2, a stale record with 3."""
    late = [*PLAN]
    late[late.index("2023-01-16")] = "2023-02-01"
    assert town.refused(2, *late)["problems"][0]["code"] == "late"
    town.ok(*late, "--late-reason", "对方临时邀请")
    assert "对方临时邀请" in town.ok("trip", "show", "japan-2023")
    assert town.refused(2, "trip", "cost", "japan-2023", "-5 CNY", "--item", "x", "--reference", "x")
    assert town.refused(2, "trip", "cost", "japan-2023", "5 CNY", "--item", "x")["problems"][0]["code"] == "missing"
    assert town.refused(2, "trip", "unit", "japan-2023", "gaoxin", "--leader", "x", "--rank", "city")
    assert town.refused(2, "trip", "unit", "japan-2023", "gaoxin", "--leave")
    assert town.refused(
        2, "trip", "leg", "japan-2023", "x", "--country", "XX", "--zone", "x", "--arrives", "x", "--leaves", "x"
    )
    assert town.refused(2, "trip", "figures", "2023-12-31..2023-01-01")
    assert town.refused(3, "trip", "cancel", "japan-2023", "--reason", "x", "--version", "7")
    assert town.refused(1, "trip", "withdraw-cost", "99", "--reason", "x")
    assert town.refused(
        1, "trip", "cost", "japan-2023", "5 CNY", "--item", "x", "--reference", "x", "--as", "tokyo.desk"
    )


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("columns", [80, 120])
def test_lists_and_cards_fit_the_terminal(town: Terminal, language: str, columns: int) -> None:
    """No line is wider."""
    town.ok(*PLAN)
    town.ok("trip", "cost", "japan-2023", "86000 CNY", "--item", "国际机票与市内交通", "--reference", "发票0231")
    for line in (
        ("trip", "list"), ("trip", "show", "japan-2023"), ("trip", "figures", "2023"), ("trip", "units", "2023"),
    ):  # fmt: skip
        for text in town.ok(*line, "--lang", language, columns=columns).splitlines():
            assert cells(text) <= columns, text
