"""The options that every list has: which part of it is printed, and into which file."""

from __future__ import annotations

import click

from crm.cli.kit.filing import filing_options
from crm.cli.kit.verbs import Decorator, F, option
from crm.errors import N_

#: The options of every list, in their order.
PAGING: tuple[Decorator, ...] = (
    option(
        "--limit",
        type=click.IntRange(min=0),
        metavar="N",
        help=N_("The maximum number; 0: all. Default: on a terminal 50, else all."),
    ),
    option("--offset", type=click.IntRange(min=0), default=0, metavar="N", help=N_("Skip so many.")),
    option("--count", is_flag=True, help=N_("Print only how many there are.")),
    filing_options,
)


def paging_options(function: F) -> F:
    """Declare :data:`PAGING` for a verb that is written out."""
    for declare in reversed(PAGING):
        function = declare(function)
    return function
