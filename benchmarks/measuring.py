"""Rounds in turn (ABCABC…), so that whatever slows the machine slows every contender."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter_ns

Act = Callable[[int], object]
#: Rounds before the counting starts: caches fill, statements are prepared.
WARM_UP = 20


def medians(contenders: Mapping[str, Act], rounds: int, warm_up: int = WARM_UP) -> dict[str, float]:
    """Return the median time of each contender, in microseconds.

    Args:
        contenders: By name, what is called with the number of the round, from 0.
        rounds: How many are counted.
        warm_up: How many go before and are not counted.
    """
    times: dict[str, list[int]] = {name: [] for name in contenders}
    for number in range(warm_up + rounds):
        for name, act in contenders.items():
            start = perf_counter_ns()
            act(number)
            times[name].append(perf_counter_ns() - start)
    return {name: median(measured[warm_up:]) / 1_000 for name, measured in times.items()}
