"""The standing of a target against its pro-rata part (序时进度), and the shortfall. Exact arithmetic, no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import TypeVar

from attrs import frozen

from crm.rules.targets.codes import Reason, Standing, ThresholdKind, Tier
from crm.rules.targets.terms import ONCE, WHOLE, Threshold
from crm.values.period import Period

K = TypeVar("K")


@frozen
class Clock:
    """The elapsed part of a span.

    Attributes:
        elapsed: The share of its days that is over, from 0 to 1.
        begun: Whether it has begun.
        over: Whether it is over.
    """

    elapsed: Fraction
    begun: bool
    over: bool

    @classmethod
    def of(cls, span: Period, day: date) -> Clock:
        """Return the elapsed part of a span at the end of a day."""
        return cls(span.elapsed(day), day >= span.start, day >= span.last)


@frozen(kw_only=True)
class Score:
    """One figure compared with its threshold.

    Attributes:
        value: What was counted: a number, or minor units.
        whole: Of a share what it is a share of, of a multiple the baseline; else None.
        threshold: What was to be reached in the same unit; of a share basis points; None where it cannot be said.
        stretch: What one would have liked to reach, likewise.
        achieved: The exact part of the threshold that is reached; more than 1 is more than was asked. None: it cannot
            be said.
        standing: How that is against the time that is over.
        tier: What of it is reached; of a share it may still be lost before the end.
        missing: What is missing to the threshold, in the unit of the value; 0 when nothing is. None: it cannot be said.
        missing_stretch: Likewise to the stretch.
        reason: Why it cannot be judged, or None.
    """

    value: int
    whole: int | None = None
    threshold: int | None = None
    stretch: int | None = None
    achieved: Fraction | None = None
    standing: Standing
    tier: Tier = Tier.NONE
    missing: int | None = None
    missing_stretch: int | None = None
    reason: Reason | None = None


def score(threshold: Threshold, value: int, clock: Clock, *, whole: int | None = None, countable: bool = True) -> Score:
    """Return the standing of a figure.

    A count is on track if it reaches its pro-rata target, rounded down, so that a yearly target of one is not behind
    before year end; an amount is compared to the cent. A share is on track while it is high enough, and reached if it
    is at the end.

    Args:
        threshold: The threshold.
        value: The figure.
        clock: Where its span stands.
        whole: Of a share the figure it is a share of; of a multiple the baseline.
        countable: Whether the figure counts things; an amount of money does not.
    """
    if threshold.kind is ThresholdKind.SHARE:
        return _share(threshold, value, whole or 0, clock)
    base, stretch = threshold.base, threshold.stretch
    if threshold.kind is ThresholdKind.MULTIPLE:
        if whole is None or whole <= 0:
            standing = Standing.NOT_AVAILABLE if clock.begun else Standing.NOT_BEGUN
            return Score(value=value, whole=whole, standing=standing, reason=Reason.NO_BASELINE)
        base, stretch = _times(whole, base), None if stretch is None else _times(whole, stretch)
    expected = base * clock.elapsed
    if countable:
        expected = Fraction(int(expected))
    return Score(
        value=value,
        whole=whole if threshold.kind is ThresholdKind.MULTIPLE else None,
        threshold=base,
        stretch=stretch,
        achieved=Fraction(value, base),
        standing=_standing(clock, reached=value >= base, on_track=value >= expected),
        tier=_tier(reached=value >= base, stretched=stretch is not None and value >= stretch),
        missing=max(base - value, 0),
        missing_stretch=None if stretch is None else max(stretch - value, 0),
    )


def _share(threshold: Threshold, part: int, whole: int, clock: Clock) -> Score:
    if whole <= 0:
        # The denominator is still zero; before the end of the period this is not a failure.
        standing = Standing.NOT_AVAILABLE if clock.begun else Standing.NOT_BEGUN
        return Score(
            value=part,
            whole=whole,
            threshold=threshold.base,
            stretch=threshold.stretch,
            standing=standing,
            reason=Reason.NOTHING_TO_SHARE,
        )
    share = Fraction(part, whole)
    enough = share >= Fraction(threshold.base, WHOLE)
    stretched = threshold.stretch is not None and share >= Fraction(threshold.stretch, WHOLE)
    standing = _standing(clock, reached=enough and clock.over, on_track=enough)
    return Score(
        value=part,
        whole=whole,
        threshold=threshold.base,
        stretch=threshold.stretch,
        achieved=share / Fraction(threshold.base, WHOLE),
        standing=standing,
        tier=_tier(reached=enough, stretched=stretched),
        missing=_to_share(part, whole, threshold.base),
        missing_stretch=None if threshold.stretch is None else _to_share(part, whole, threshold.stretch),
    )


def _standing(clock: Clock, *, reached: bool, on_track: bool) -> Standing:
    if not clock.begun:
        return Standing.NOT_BEGUN
    if reached:
        return Standing.REACHED
    if clock.over:
        return Standing.MISSED
    return Standing.ON_TRACK if on_track else Standing.BEHIND


def _tier(*, reached: bool, stretched: bool) -> Tier:
    return Tier.STRETCH if stretched else Tier.BASE if reached else Tier.NONE


def _times(baseline: int, hundredths: int) -> int:
    """Return a multiple, rounded up to a whole thing or cent."""
    return -(-baseline * hundredths // ONCE)


def _to_share(part: int, whole: int, points: int) -> int | None:
    """Return the additional amount that reaches the share if all of it counts; None if none does."""
    lacking = whole * points - part * WHOLE
    if lacking <= 0:
        return 0
    return None if points >= WHOLE else -(-lacking // (WHOLE - points))


@frozen(kw_only=True)
class Line:
    """The cells of one target for one unit, combined.

    Attributes:
        standing: The worst of them; a span that has not begun is none of the worst.
        achieved: The mean of what was achieved in the spans that have begun, each at most 1; None: none can be said.
        reached: How many spans are reached.
        spans: How many there are.
        missing: What can still be made good: the sum over spans that are not over, those to come among them. None: it
            cannot be said.
        lost: What was missed in spans that are over, and cannot be made good.
    """

    standing: Standing
    achieved: Fraction | None
    reached: int
    spans: int
    missing: int | None
    lost: int


_ORDER = (Standing.MISSED, Standing.BEHIND, Standing.ON_TRACK)


def line(cells: Iterable[tuple[Score, Clock]]) -> Line:
    """Return the combined spans of a target for one unit."""
    scores = tuple(cells)
    found = [cell_score.standing for cell_score, _ in scores]
    judged = [
        min(max(cell_score.achieved, Fraction(0)), Fraction(1))
        for cell_score, clock in scores
        if clock.begun and cell_score.achieved is not None
    ]
    open_ = [cell_score.missing for cell_score, clock in scores if not clock.over]
    return Line(
        standing=_worst(found),
        achieved=sum(judged, Fraction(0)) / len(judged) if judged else None,
        reached=sum(standing is Standing.REACHED for standing in found),
        spans=len(scores),
        missing=None if any(missing is None for missing in open_) else sum(missing or 0 for missing in open_),
        lost=sum(
            cell_score.missing or 0
            for cell_score, clock in scores
            if clock.over and cell_score.standing is Standing.MISSED
        ),
    )


def _worst(found: list[Standing]) -> Standing:
    for standing in _ORDER:
        if standing in found:
            return standing
    if all(standing is Standing.REACHED for standing in found):
        return Standing.REACHED
    if Standing.NOT_AVAILABLE in found:
        return Standing.NOT_AVAILABLE
    # All spans that have begun are reached; the rest have not begun.
    return Standing.ON_TRACK if Standing.REACHED in found else Standing.NOT_BEGUN


def merit(lines: Iterable[Line]) -> Fraction | None:
    """Return the value by which units are ranked: the mean achievement, each capped at 100 %.

    None without any target.
    """
    found = [
        unit_line.achieved
        for unit_line in lines
        if unit_line.achieved is not None and unit_line.standing is not Standing.NOT_AVAILABLE
    ]
    return sum(found, Fraction(0)) / len(found) if found else None


def places(merits: Mapping[K, Fraction | None]) -> dict[K, int | None]:
    """Return the rank of each, from 1; equals share a rank and the next ranks are skipped.

    Without merit there is no rank.
    """
    ordered = [value for value in merits.values() if value is not None]
    return {
        key: None if value is None else 1 + sum(other > value for other in ordered) for key, value in merits.items()
    }
