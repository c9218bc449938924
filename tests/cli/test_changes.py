"""``crm changes``: the feed, for scripts that keep the number of the last change."""

from __future__ import annotations

import json

import pytest

from crm.changes import Change
from tests.cli.conftest import Terminal
from tests.cli.test_verbs import keys

pytestmark = pytest.mark.portable


def read(town: Terminal, after: int, *options: str) -> list[dict[str, object]]:
    """Return the changes behind one, from lines."""
    printed = town.ok("changes", "--after", str(after), "--lines", *options)
    return [json.loads(line) for line in printed.splitlines()]


def test_a_script_reads_on_from_where_it_was(town: Terminal) -> None:
    """What is sealed, once, in its order; what is not sealed is not there yet."""
    town.ok("audit", "seal")
    last = town.json("changes")[-1]["id"]
    town.ok("investor", "add", "三井物产", "--country", "JP")
    assert read(town, last) == []
    town.ok("audit", "seal")
    (first, *others) = read(town, last)
    assert set(first) == keys(Change)
    assert (first["verb"], first["record"]) == ("investor.add", "investor")
    assert read(town, last, "--limit", "1") == [first]
    assert read(town, int(str(first["id"]))) == others
    assert town.json("changes", "--after", str(last)) == [first, *others]
    assert "三井物产" in town.ok("changes", "--after", str(last))
    end = str([first, *others][-1]["id"])
    assert "No sealed changes." in town.ok("--lang", "en", "changes", "--after", end)
    assert town.json("changes", "--after", end) == []


def test_a_number_that_is_not_in_the_feed_is_refused(town: Terminal) -> None:
    """With the argument it is about."""
    (wrong,) = town.refused(2, "changes", "--after", "999999")["problems"]
    assert (wrong["field"], wrong["code"]) == ("after", "after")


def test_the_feed_needs_the_right_to_read_the_audit(town: Terminal) -> None:
    """As the list of the audit does."""
    assert town.refused(1, "--as", "tokyo.desk", "changes")["error"] == "AccessDenied"
