"""``crm benchmark``: figures of the nation and the province, and our own of earlier years."""

from __future__ import annotations

from typing import Any

from crm.cli.kit.face import Face
from crm.cli.kit.field_options import field_argument, field_options
from crm.cli.kit.shared_verbs import paging_options
from crm.cli.kit.verbs import FILTER, noun, option, period_argument, uid_option, verb
from crm.errors import N_
from crm.rules.figures.benchmarks import BenchmarkFields

command = noun("benchmark")


@verb(
    command,
    "set",
    help=N_(
        "Enter a published figure.\n\nA later entry of the same figure replaces it; the earlier one stays on record."
    ),
    examples=[
        'crm benchmark set nation actual_fdi.growth 2022 8.00% --source "商务部"',
        'crm benchmark set own actual_fdi 2020 "19.2亿美元" --source "统计公报"',
    ],
)
@field_argument(BenchmarkFields, "scope", type=str)
@field_argument(BenchmarkFields, "key")
@field_argument(BenchmarkFields, "period")
@field_argument(BenchmarkFields, "value")
@field_options(BenchmarkFields, but={"scope", "key", "period", "value"}, whole=True)
@uid_option
def set_(face: Face, **options: Any) -> None:
    """Enter."""
    with face.writing() as crm:
        number = crm.benchmarks.set(**options).number
    face.done(
        N_("{figure} of {scope} for {period} is entered, edition {number}."),
        figure=options["key"],
        scope=options["scope"],
        period=options["period"],
        number=number,
    )


@verb(
    command,
    "list",
    help=N_("List benchmarks: figures of others, and our own of earlier years."),
    examples=["crm benchmark list", "crm benchmark list 2022 --scope nation"],
)
@period_argument(FILTER)
@option("--scope", metavar="SCOPE", help=N_("Filter by scope."))
@option("--key", metavar="FIGURE", help=N_("Filter by figure."))
@option("--every", is_flag=True, help=N_("Include earlier editions."))
@paging_options
def list_(face: Face, period: str | None, **options: object) -> None:
    """List."""
    from crm.cli.figures.pages import benchmarks

    with face.reading() as crm:
        columns = benchmarks(crm.policy.capital)
        face.print_list(crm, crm.benchmarks.list, [period], options, columns, empty=N_("No benchmarks are entered."))
