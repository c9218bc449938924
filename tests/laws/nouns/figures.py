"""Benchmarks, for the law that a field is said once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm.cli.figures.benchmark import command
from crm.models import Benchmark
from crm.rules.figures.benchmarks import BenchmarkFields
from tests.factories import World
from tests.laws.nouns.case import Case


def _benchmark(world: World, **fields: Any) -> Benchmark:
    given: dict[str, Any] = {
        "scope": "province",
        "key": "actual_fdi.growth",
        "period": 2021,
        "value": "6.31%",
        "source": "商务厅",
    }
    return world.manager.benchmarks.set(**(given | fields))


CASES: Mapping[str, Case] = {
    "benchmark": Case(
        make=_benchmark,
        show=lambda world, record: next(row for row in world.viewer.benchmarks.list() if row.number == record.number),
        examples={
            "scope": "nation",
            "key": "contract_fdi.growth",
            "period": "2022Q4",
            "value": "8.00%",
            "source": "商务部",
        },
        stored={"period": lambda _: ["2022-10-01", "2022-12-31"], "value": lambda _: 800},
        shown={"value": 800},
        exempt={
            "unit": "that of the figure, shown",
            "number": "its edition, counted by benchmarks.set, shown",
            "actor_id": "who entered it, shown",
            "entered_at": "when, shown",
        },
        commands=((command.commands["set"], BenchmarkFields),),
    ),
}
