"""The argument PERIOD."""

from __future__ import annotations

import click
import pytest

from tests.cli.conftest import Terminal
from tests.cli.kit.test_help import VERBS

pytestmark = pytest.mark.portable

#: Verbs in which a period is a field of what is recorded.
FIELDS = {("benchmark", "set"), ("target", "set"), ("target", "edit")}


TAKING = {
    path: verb.params
    for path, verb in VERBS.items()
    if path not in FIELDS and any("--period" in param.opts or param.metavar == "PERIOD" for param in verb.params)
}


def test_every_period_is_an_argument_and_an_option() -> None:
    """Of figures, lists and reports alike."""
    assert len(TAKING) > 15
    for path, params in TAKING.items():
        assert "period" in {param.name for param in params if isinstance(param, click.Argument)}, path
        assert any("--period" in param.opts for param in params), path
    assert {("trip", "figures"), ("trip", "units"), ("event", "figures"), ("request", "figures")} <= set(TAKING)


@pytest.mark.parametrize(
    "line",
    ["trip figures", "trip units", "event figures", "request figures", "referral credit", "figure count actual_fdi",
     "figure closings", "target list", "target editions", "benchmark list"],
)  # fmt: skip
def test_both_are_the_same(reader: Terminal, line: str) -> None:
    """In any of the forms of a period; two that differ are refused, and so is what is none."""
    words = line.split()
    for period in ("2023", "2023-02", "2023Q1", "2023-01-01..2023-12-31", "2023年前三季度"):
        assert (
            reader.json(*words, period)
            == reader.json(*words, "--period", period)
            == reader.json(*words, period, "--period", period)
        )
    assert reader.refused(2, *words, "2023", "--period", "2022")["problems"][0]["code"] == "both"
    for wrong in ("2023-13", "2023-12-31..2023-01-01", "soon"):
        (flaw,) = reader.refused(2, *words, wrong)["problems"]
        assert (flaw["field"], flaw["code"]) == ("period", "period")
        assert flaw["way_out"]


def test_without_a_period_it_is_this_year(reader: Terminal) -> None:
    """A figure that has no other default."""
    for words in (("trip", "figures"), ("event", "figures"), ("request", "figures")):
        found = reader.json(*words)
        assert found["since"].endswith("-01-01")
        assert found == reader.json(*words, "今年")
