"""Measures and the keys of figures; amounts divided to the last cent."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import InvalidInput
from crm.rules.figures.measures import DIMENSIONS, MEASURES, TARGETED, FigureKey, as_measure, require_dimensions
from crm.rules.ledgers.capital import CapitalPolicy
from crm.values.shares import WHOLE, apportion


def test_each_measure_says_what_it_counts() -> None:
    """A code, a method, and breakdowns that there are."""
    for code, measure in MEASURES.items():
        assert measure.code == code
        assert measure.method
        assert set(measure.by) <= set(DIMENSIONS)
        assert ("group" in measure.by) is ("country" in measure.by)


def test_the_policy_says_which_kinds_count() -> None:
    """Actual FDI follows the policy, reinvestment is one kind, a contract counts whatever its kind."""
    policy = CapitalPolicy(counted=("new", "increase"))
    assert MEASURES["actual_fdi"].counted(policy) == ("new", "increase")
    assert MEASURES["reinvestment"].counted(policy) == ("reinvestment",)
    assert MEASURES["contract_fdi"].counted(policy) is None


@pytest.mark.parametrize(
    "text",
    [
        "actual_fdi",
        "actual_fdi.growth",
        "actual_fdi:group=japan_korea",
        "actual_fdi.share:section=C",
        "new_enterprises:unit=west.zone-1",
        "requests_solved:kind=land",
    ],
)
def test_a_key_is_written_as_it_is_read(text: str) -> None:
    """Through and through."""
    key = FigureKey.parse(text)
    assert str(key) == text
    assert FigureKey.parse(key) == key


@pytest.mark.parametrize(
    "text",
    [
        "", "nothing", "actual_fdi:", "actual_fdi:section", "actual_fdi:section=", "actual_fdi:planet=mars", "actual_fdi.speed",
        "actual_fdi.share", "requests_solved:section=C", ":section=C", 7, None, "actual_fdi:unit=" + "a" * 200,
    ],
)  # fmt: skip
def test_what_is_no_figure(text: object) -> None:
    """An unknown key is refused, with the list of measures."""
    with pytest.raises(InvalidInput, match="is not a figure"):
        FigureKey.parse(text)


def test_unknown_measures_and_breakdowns() -> None:
    """Both are refused, with the known ones."""
    with pytest.raises(InvalidInput, match="unknown"):
        as_measure("profit")
    with pytest.raises(InvalidInput, match=r"section, planet"):
        require_dimensions(MEASURES["requests_solved"], ["unit", "section", "planet"])


PARTS = st.lists(st.integers(1, 400), min_size=1, max_size=6).map(
    lambda weights: {
        number: (WHOLE // sum(weights)) * weight + (WHOLE - WHOLE // sum(weights) * sum(weights) if not number else 0)
        for number, weight in enumerate(weights)
    }
)


@given(st.integers(-(10**15), 10**15), PARTS)
def test_parts_make_the_whole(amount: int, parts: dict[int, int]) -> None:
    """To the last cent; each is next to its exact part; a reversal takes back what each had."""
    found = apportion(amount, parts)
    assert sum(found.values()) == amount
    assert all(abs(found[key] - Fraction(amount * points, WHOLE)) < 1 for key, points in parts.items())
    assert apportion(-amount, parts) == {key: -value for key, value in found.items()}


@given(st.integers(-(10**15), 10**15), PARTS, st.integers(1, 5))
def test_less_than_the_whole_leaves_a_rest(amount: int, parts: dict[int, int], gone: int) -> None:
    """Which is nobody's, a part like any other: with it the parts add up, and of equals it is the last."""
    some = {key: points for key, points in parts.items() if key < gone}
    rest = WHOLE - sum(some.values())
    found = apportion(amount, some)
    whole = apportion(amount, some | {10**6: rest})
    assert whole == found | {10**6: amount - sum(found.values())}


def test_two_halves_of_three_cents() -> None:
    """Are two and one: the smaller number has the larger."""
    assert apportion(3, {9: 5_000, 7: 5_000}) == {7: 2, 9: 1}
    assert apportion(3, {7: 5_000}) == {7: 2}


def test_a_measure_is_described_once_for_figures_and_targets() -> None:
    """A measure of both is the same entry, so that they cannot differ in unit, records or method."""
    assert all(MEASURES[code] is TARGETED[code] for code in MEASURES.keys() & TARGETED.keys())
    assert "actual_fdi" in MEASURES.keys() & TARGETED.keys()
    assert TARGETED.keys() - MEASURES.keys() == {"projects", "delegations", "events"}
    for measure in [*MEASURES.values(), *TARGETED.values()]:
        assert measure.label
        assert measure.method
        assert measure.figure == bool(measure.by)
    assert {code: measure.counts for code, measure in TARGETED.items() if measure.counts != "count"} == {
        "actual_fdi": "USD",
        "contract_fdi": "USD",
        "domestic_capital": "CNY",
    }
