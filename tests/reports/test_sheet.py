"""The frame of reports: exact arithmetic, and what the writer of a report may not do."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.reports.sheet import Chart, Column, Figure, Method, Report, Table, sum_of
from crm.values.money import Money
from crm.values.ratios import growth, rounded, share
from crm.values.sentences import NotAvailable

NAMES = (Column("name", "name"), Column("count", "count", "count"))


def table(**changes: Any) -> Table:
    """Return a table of two rows."""
    given: dict[str, Any] = {"key": "t", "title": "T", "columns": NAMES, "rows": (("a", 1), ("b", 2)), "adds_up": True}
    return Table(**(given | changes))


def report(**changes: Any) -> Report:
    """Return a report of one table."""
    given: dict[str, Any] = {
        "name": "r", "title": "R", "period": None, "as_of": datetime(2023, 2, 18, 2, tzinfo=UTC), "method": Method((), "r-1"), "tables": (table(),),
    }  # fmt: skip
    return Report(**(given | changes))


def test_shares_and_growth_are_exact() -> None:
    """The printed figures of 2022 come from unrounded amounts; eight times is +700 %."""
    assert rounded(share(34_450, 313_700) * 100, 2) == Decimal("10.98")  # type: ignore[operator]
    assert rounded(share(66_355, 313_700) * 100, 2) == Decimal("21.15")  # type: ignore[operator]
    assert rounded(share(66_470, 313_700) * 100, 2) == Decimal("21.19")  # type: ignore[operator]
    assert growth(8, 1) == 7
    assert growth(Money(150, "USD"), Money(100, "USD")) == Fraction(1, 2)


def test_there_is_no_growth_from_nothing() -> None:
    """From zero, from less than zero and from what is not known: not available, and never zero or infinite."""
    for found in (growth(5, 0), growth(5, -1), growth(5, None), growth(0, 0), share(0, 0), share(3, 0)):
        assert isinstance(found, NotAvailable)
        assert found.reason


def test_amounts_are_compared_in_one_currency_alone() -> None:
    """And not with counts."""
    with pytest.raises(ValueError, match="without a rate"):
        share(Money(1, "USD"), Money(1, "EUR"))
    with pytest.raises(TypeError):
        growth(Money(1, "USD"), 1)


@given(st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=4000), st.integers(0, 4))
def test_a_half_is_rounded_away_from_zero(value: Fraction, digits: int) -> None:
    """As decimal arithmetic with enough digits does it."""
    long = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    assert abs(rounded(value, digits) - long) <= Decimal(1).scaleb(-20)
    assert abs(Fraction(rounded(value, digits)) - value) * 2 <= Fraction(1, 10**digits)


def test_halves() -> None:
    """Both ways."""
    assert [rounded(Fraction(halves, 200), 2) for halves in (1, -1, 3)] == [
        Decimal("0.01"),
        Decimal("-0.01"),
        Decimal("0.02"),
    ]
    assert rounded(Decimal("344.5"), 0) == 345


def test_sums_keep_currencies_apart() -> None:
    """By code."""
    found = sum_of([Money(2, "USD"), Money(1, "EUR"), Money(3, "USD")])
    assert found == (Money(1, "EUR"), Money(5, "USD"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"rows": (("a",),)}, {"rows": (("a", 1.5),)}, {"rows": (("a", True),)}, {"rows": (("a", "1"),)}, {"rows": ((1, 1),)},
        {"columns": (NAMES[0], NAMES[0])}, {"adds_up": False, "total": ("all", 3)}, {"total": ("all",)},
    ],
)  # fmt: skip
def test_a_table_that_does_not_fit_is_refused(wrong: dict[str, Any]) -> None:
    """Rows of another width, values of another kind, a float, a column twice, a total of what does not add up."""
    with pytest.raises(ValueError, match="table t"):
        table(**wrong)


def test_a_report_names_its_parts_once() -> None:
    """Figures, tables and charts have keys of their own, and a chart draws columns that there are."""
    figure = Figure(key="f", label="F", value=1)
    chart = Chart(key="c", title="C", kind="bar", table="t", labels="name", values=("count",))
    whole = report(figures=(figure,), charts=(chart,))
    assert whole.figure("f").value == 1
    assert whole.table("t").column("count") == (1, 2)
    for wrong in ({"figures": (figure, figure)}, {"tables": (table(), table())}, {"charts": (chart, chart)}):
        with pytest.raises(ValueError, match="twice"):
            report(**wrong)
    with pytest.raises(ValueError, match="does not have"):
        report(charts=(Chart(key="c", title="C", kind="bar", table="t", labels="name", values=("sum",)),))
    with pytest.raises(ValueError, match="is no count"):
        Figure(key="f", label="F", value="1")
