"""Views on the command line: saved with a list, used by the lists that share its filters, listed, removed."""

from __future__ import annotations

import pytest

from crm.cli.printing.methods import method_of
from crm.rules.kernel.views import SHARED, VIEWED
from tests.cli.conftest import Terminal
from tests.cli.kit.test_help import VERBS

pytestmark = pytest.mark.portable


def test_a_view_is_saved_and_used(town: Terminal) -> None:
    """Filters, order and columns; what is typed beside it comes first; the board and the stale leads have it too."""
    town.ok("lead", "tag", "1", "周会")
    town.ok(
        "lead", "list", "--tag", "周会", "--sort", "title", "--columns", "title,stage", "--save", "周会", "--limit", "1"
    )
    rows = town.json("lead", "list", "--view", "周会")
    assert [set(row) for row in rows] == [{"title", "stage"}]
    assert town.json("lead", "list", "--view", "周会", "--columns", "id") == [{"id": 1}]
    assert sum(stage["count"] for stage in town.json("lead", "board", "--view", "周会")) == 1
    assert town.json("lead", "stale", "--view", "周会") == rows
    assert town.json("lead", "list", "--view", "周会", "--status", "lost") == []
    (view,) = town.json("view", "list")
    assert (view["method"], view["name"], view["columns"]) == ("leads.list", "周会", ["title", "stage"])
    assert view["arguments"] == {"tag": ["周会"], "sort": "title"}
    shown = town.ok("view", "list")
    assert "crm lead list" in shown
    assert "tag=周会" in shown


def test_every_list_of_which_views_are_saved_saves_them() -> None:
    """Each has both options; so do the lists that share views."""
    methods = {method_of(path[0], path[-1]): command for path, command in VERBS.items() if len(path) == 2}
    for method in VIEWED | SHARED.keys():
        assert {"view", "save"} <= {param.name for param in methods[method].params}, method


def test_sums_of_a_ledger_take_the_filters_of_a_view(town: Terminal) -> None:
    """What says which entries wait for whom is no filter of sums."""
    town.ok(
        "capital", "list", "--industry", "C", "--at-least", "1 USD", "--waiting", "verification", "--save", "制造业"
    )
    assert town.json("capital", "list", "--view", "制造业") == []
    assert town.json("capital", "list", "--view", "制造业", "--sums") == []
    town.ok("claim", "pool", "--country", "JP", "--save", "日本")
    assert town.json("claim", "pool", "--view", "日本") == town.json("claim", "pool", "--country", "JP")


def test_a_view_is_extended_and_saved_anew(town: Terminal) -> None:
    """``--view`` and ``--save`` together: what it holds with what is typed. A word for a day is kept."""
    town.ok("lead", "list", "--status", "active", "--save", "周会")
    town.ok("lead", "list", "--view", "周会", "--met-until", "7天前", "--save", "周会2")
    kept = {row["name"]: row["arguments"] for row in town.json("view", "list")}
    assert kept == {"周会": {"status": "active"}, "周会2": {"status": "active", "met_until": "7天前"}}
    assert town.json("lead", "list", "--view", "周会2", "--count") in (0, 1, 2, 3)
    assert town.json("todo", "list", "--all", "--save", "全部") == town.json("todo", "list", "--view", "全部")
    town.ok("view", "remove", "周会2")
    assert [row["name"] for row in town.json("view", "list", "leads.list")] == ["周会"]


def test_a_view_that_is_not_there_or_no_longer_reads(town: Terminal) -> None:
    """Both are refused with the way out, and nothing is printed."""
    assert "crm view list" in str(town.refused(1, "lead", "list", "--view", "没有"))
    town.ok("lead", "tag", "1", "旧")
    town.ok("lead", "list", "--tag", "旧", "--save", "旧的", "--as", "tokyo.desk")
    town.ok("lead", "tag", "1", "--remove", "旧")
    assert "crm view remove" in str(town.refused(1, "lead", "list", "--view", "旧的", "--as", "tokyo.desk"))
    town.refused(2, "lead", "list", "--stage", "none", "--save", "x")
