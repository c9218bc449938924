"""``crm visit plan``: a visit ahead, due until it is logged."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Terminal

pytestmark = pytest.mark.portable


def test_a_visit_is_planned_moved_and_due(town: Terminal) -> None:
    """With its hour in the list, in both languages; a time that has passed is logged instead."""
    planned = town.json("visit", "plan", "丸红", "--at", "2030-02-20 14:00", "--note", "谈二期厂房")
    assert planned["at"]["local"].startswith("2030-02-20T14:00")
    number = str(planned["id"])
    town.ok("todo", "edit", number, "--at", "2030-02-20 15:30")
    assert "15:30" in town.ok("todo", "due", "--until", "2030-03-01")
    assert "计划拜访" in town.ok("todo", "due", "--until", "2030-03-01", "--lang", "zh")
    refused = town.refused(2, "visit", "plan", "丸红", "--at", "2020-02-20 14:00", "--note", "谈")
    assert "crm visit log" in refused["problems"][0]["way_out"]
