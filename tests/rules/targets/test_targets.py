"""How targets are judged: the rules alone, to the day and the cent."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.rules.targets.codes import Reason, Standing, ThresholdKind, Tier
from crm.rules.targets.forecasts import Conversion, Forecast, History, NoForecast, expected
from crm.rules.targets.targets import Clock, Score, line, merit, places, score
from crm.rules.targets.terms import Threshold
from crm.values.period import Period

YEAR = Period.year(2023)
TEN = Threshold(ThresholdKind.COUNT, 10)
FDI = Threshold(ThresholdKind.SUM, 3_200_000_000_00, 3_500_000_000_00, "USD")
FIFTEEN = Threshold(ThresholdKind.SHARE, 1_500, 2_000)


def on(day: date, span: Period = YEAR) -> Clock:
    """Return where a span stands."""
    return Clock.of(span, day)


@pytest.mark.parametrize(
    ("value", "day", "standing"),
    [
        (0, date(2022, 12, 31), "not_begun"),
        (0, date(2023, 1, 1), "on_track"),
        # 36 of 365 days ask for 0.98 of ten; 37 for one whole.
        (0, date(2023, 2, 5), "on_track"),
        (0, date(2023, 2, 6), "behind"),
        (1, date(2023, 2, 6), "on_track"),
        (9, date(2023, 12, 30), "on_track"),
        (9, date(2023, 12, 31), "missed"),
        (10, date(2023, 2, 6), "reached"),
        (10, date(2024, 5, 1), "reached"),
        (0, date(2024, 5, 1), "missed"),
    ],
)
def test_things_are_expected_whole(value: int, day: date, standing: str) -> None:
    """Ten a year are one by 6 February."""
    assert score(TEN, value, on(day)).standing.value == standing


def test_an_amount_is_expected_to_the_cent() -> None:
    """A tenth of the year asks for its part of the amount, and not for a cent less."""
    day = date(2023, 2, 18)
    due = Fraction(3_200_000_000_00 * 49, 365)
    enough = -(-due.numerator // due.denominator)
    assert score(FDI, enough, on(day), countable=False).standing is Standing.ON_TRACK
    found = score(FDI, enough - 1, on(day), countable=False)
    assert found.standing is Standing.BEHIND
    assert found.missing == 3_200_000_000_00 - enough + 1
    assert found.missing_stretch == 3_500_000_000_00 - enough + 1
    assert found.achieved == Fraction(enough - 1, 3_200_000_000_00)


@pytest.mark.parametrize(
    ("value", "tier"), [(3_199_999_999_99, "none"), (3_200_000_000_00, "base"), (3_500_000_000_00, "stretch")]
)
def test_tiers(value: int, tier: str) -> None:
    """Base and stretch are reached to the cent."""
    assert score(FDI, value, on(date(2023, 6, 1)), countable=False).tier.value == tier


def test_a_share_is_reached_at_the_end_alone() -> None:
    """Until then it may still be lost."""
    assert score(FIFTEEN, 15, on(date(2023, 6, 1)), whole=100).standing is Standing.ON_TRACK
    assert score(FIFTEEN, 14, on(date(2023, 6, 1)), whole=100).standing is Standing.BEHIND
    assert score(FIFTEEN, 15, on(date(2023, 12, 31)), whole=100).standing is Standing.REACHED
    assert score(FIFTEEN, 14, on(date(2023, 12, 31)), whole=100).standing is Standing.MISSED
    assert score(FIFTEEN, 20, on(date(2023, 6, 1)), whole=100).tier is Tier.STRETCH


@given(part=st.integers(0, 10**14), more=st.integers(1, 10**14), points=st.integers(1, 9_999))
def test_what_is_missing_to_a_share_is_just_enough(part: int, more: int, points: int) -> None:
    """With it the share is there, with one cent less it is not."""
    whole = part + more
    missing = score(Threshold(ThresholdKind.SHARE, points), part, on(date(2023, 6, 1)), whole=whole).missing
    assert missing is not None
    assert Fraction(part + missing, whole + missing) >= Fraction(points, 10_000)
    assert not missing or Fraction(part + missing - 1, whole + missing - 1) < Fraction(points, 10_000)


def test_of_nothing_there_is_no_share() -> None:
    """And the whole of it can never be made up."""
    found = score(FIFTEEN, 0, on(date(2023, 6, 1)), whole=0)
    assert (found.standing, found.reason, found.missing) == (Standing.NOT_AVAILABLE, Reason.NOTHING_TO_SHARE, None)
    assert score(FIFTEEN, 0, on(date(2022, 6, 1)), whole=0).standing is Standing.NOT_BEGUN
    assert score(Threshold(ThresholdKind.SHARE, 10_000), 9, on(date(2023, 6, 1)), whole=10).missing is None


@pytest.mark.parametrize(("times", "baseline", "threshold"), [(200, 3, 6), (150, 3, 5), (110, 1, 2), (100, 7, 7)])
def test_a_multiple_of_things_is_a_whole_number(times: int, baseline: int, threshold: int) -> None:
    """A part of a thing is a whole one."""
    found = score(Threshold(ThresholdKind.MULTIPLE, times), 1, on(date(2023, 6, 1)), whole=baseline)
    assert (found.threshold, found.whole, found.missing) == (threshold, baseline, max(threshold - 1, 0))


@pytest.mark.parametrize("baseline", [None, 0, -3])
def test_without_a_baseline_nothing_is_said(baseline: int | None) -> None:
    """And the reason is given."""
    found = score(Threshold(ThresholdKind.MULTIPLE, 200), 5, on(date(2023, 6, 1)), whole=baseline)
    assert (found.standing, found.reason, found.achieved, found.threshold) == (
        Standing.NOT_AVAILABLE, Reason.NO_BASELINE, None, None,
    )  # fmt: skip


def quarters(day: date, *values: int) -> list[tuple[Score, Clock]]:
    """Return four quarters of one trip each."""
    return [
        (score(Threshold(ThresholdKind.COUNT, 1), value, on(day, Period.quarter(2023, number))), on(day, Period.quarter(2023, number)))
        for number, value in enumerate(values, 1)
    ]  # fmt: skip


def test_quarters_come_to_a_line() -> None:
    """The worst of them; what is over is lost, what is to come is missing."""
    found = line(quarters(date(2023, 8, 1), 0, 2, 1, 0))
    assert (found.standing, found.reached, found.spans, found.missing, found.lost) == (Standing.MISSED, 2, 4, 1, 1)
    assert found.achieved == Fraction(2, 3)
    assert line(quarters(date(2023, 8, 1), 1, 1, 1, 0)).standing is Standing.ON_TRACK
    assert line(quarters(date(2023, 12, 31), 1, 1, 1, 1)).standing is Standing.REACHED
    early = line(quarters(date(2022, 8, 1), 0, 0, 0, 0))
    assert (early.standing, early.achieved, early.missing) == (Standing.NOT_BEGUN, None, 4)


def test_what_was_taken_back_is_no_merit() -> None:
    """A negative figure counts as nothing, one that is more than was asked as the whole."""
    below = line([(score(FDI, -5, on(date(2023, 6, 1)), countable=False), on(date(2023, 6, 1)))])
    above = line([(score(TEN, 25, on(date(2023, 6, 1))), on(date(2023, 6, 1)))])
    assert (below.achieved, above.achieved) == (Fraction(0), Fraction(1))
    assert merit([below, above]) == Fraction(1, 2)
    assert merit([]) is None


def test_equals_share_a_place() -> None:
    """Equal units share a rank, the next ranks are skipped, and units without merit have none."""
    found = places({"a": Fraction(1), "b": Fraction(1, 2), "c": Fraction(1), "d": None, "e": Fraction(0)})
    assert found == {"a": 1, "b": 3, "c": 1, "d": None, "e": 4}


def test_the_history_of_a_forecast_has_had_all_its_days() -> None:
    """Whoever is counted has had as many days as are left; of a period that is over nothing is forecast."""
    history = History.of(YEAR, date(2023, 2, 18))
    assert history == History(316, date(2020, 4, 9), date(2022, 4, 8), 20)
    assert History.of(YEAR, date(2023, 12, 31)) is None
    assert History.of(YEAR, date(2024, 12, 31)) is None


def test_the_pipeline_is_worth_what_such_leads_gave() -> None:
    """Exactly; of too few of any stage that holds something nothing is said."""
    known = {"contact": Conversion(30, 3), "negotiating": Conversion(21, 7), "signed": Conversion(19, 19)}
    assert expected({"contact": 1000, "negotiating": 300, "signed": 0}, known, 20) == 200
    assert expected({"contact": 1000, "signed": 1}, known, 20) is NoForecast.TOO_FEW
    assert expected({"nowhere": 1}, known, 20) is NoForecast.TOO_FEW
    assert expected({}, {}, 20) == 0
    assert Conversion(0, 0).share(0) is None
    assert Forecast(done=5, expected=Fraction(1, 2)).total == Fraction(11, 2)
    assert Forecast(done=5, reason=NoForecast.TOO_FEW).total is None
