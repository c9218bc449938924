"""``crm benchmark``: figures of the nation and the province, and our own of earlier years."""

from __future__ import annotations

from crm.cli.kit.face import Face
from crm.cli.kit.verbs import argument, noun, option, uid_option, verb
from crm.errors import N_

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
@argument("scope", metavar="SCOPE", help=N_("nation, province, own for the city itself, or another word."))
@argument("key", metavar="FIGURE", help=N_("Such as actual_fdi.growth or actual_fdi:group=japan_korea."))
@argument("period", metavar="PERIOD", help=N_("The period: 2022, 2022H1, 2022Q4, 2022-02 or FROM..TO."))
@argument("value", metavar="VALUE", help=N_("The published figure: 8.00%, 31.37亿美元, 251."))
@option("--source", required=True, metavar="TEXT", help=N_("The publication."))
@uid_option
def set_(face: Face, scope: str, key: str, period: str, value: str, source: str, uid: str | None) -> None:
    """Enter."""
    with face.writing() as crm:
        record = crm.benchmarks.set(scope, key, period, value, source=source, uid=uid)
        number = record.number
    face.done(
        N_("{figure} of {scope} for {period} is entered, edition {number}."),
        figure=key,
        scope=scope,
        period=period,
        number=number,
    )


@verb(
    command,
    "list",
    help=N_("List benchmarks: figures of others, and our own of earlier years."),
    examples=["crm benchmark list", "crm benchmark list --period 2022 --scope nation"],
)
@option("--period", metavar="PERIOD", help=N_("Filter by period."))
@option("--scope", metavar="SCOPE", help=N_("Filter by scope."))
@option("--key", metavar="FIGURE", help=N_("Filter by figure."))
@option("--every", is_flag=True, help=N_("Include earlier editions."))
def list_(face: Face, period: str | None, scope: str | None, key: str | None, every: bool) -> None:  # noqa: FBT001 - Click passes it by name
    """List."""
    from crm.cli.figures.pages import benchmarks

    with face.reading() as crm:
        rows = crm.benchmarks.list(period, scope=scope, key=key, every=every)
        columns = benchmarks(crm.policy.capital)
    face.print_rows(rows, columns, empty=N_("No benchmarks are entered."))
