"""``crm report``: the printed reports."""

from __future__ import annotations

import click

from crm.cli.kit.choices import Word
from crm.cli.kit.verbs import argument, day_option, noun, option
from crm.cli.reports.options import report_verb
from crm.errors import N_

command = noun("report")
_STATION: dict[str, object] = {"metavar": "STATION", "help": N_("Filter by station.")}


report_verb(
    command,
    "year",
    lambda crm: crm.report.year,
    help=N_(
        "The year report: use of foreign capital with its parts, new enterprises and solved requests of "
        "a period.\n\nCompared with the year before, published figures, and the nation and the province "
        "(crm benchmark set)."
    ),
    examples=[
        "crm report year 2022",
        "crm report year 2022Q4 --explain actual_fdi",
        "crm report year 2022 --table sections",
        "crm report year 2022 --format html --output year.html",
    ],
)


report_verb(
    command,
    "restatement",
    lambda crm: crm.report.restatement,
    help=N_("Published figures of a closed period, compared with the current ones."),
    examples=["crm report restatement 2022", "crm report restatement 2022 --explain actual_fdi"],
)


report_verb(
    command,
    "funnel",
    lambda crm: crm.report.funnel,
    option(
        "--each",
        type=click.Choice(["year", "half", "quarter", "month"]),
        help=N_("Split by the time they were received."),
    ),
    option(
        "--by",
        type=click.Choice(["station", "unit", "source", "country", "industry"]),
        help=N_("Split by station, unit, source, country, or section of industry."),
    ),
    option("--entering", type=Word("stage"), help=N_("Leads that first entered this stage in the period.")),
    option("--station", **_STATION),
    option("--unit", metavar="UNIT", help=N_("Filter by unit.")),
    help=N_(
        "The funnel: how far the leads of a period got, where they stopped, and the days in each "
        "stage.\n\nA lead counts in the period in which it was received, or first entered a stage."
    ),
    examples=[
        "crm report funnel 2022",
        "crm report funnel 2022 --each quarter --format html --output funnel.html",
        "crm report funnel 2022 --by station --explain landed",
        "crm report funnel 2022H1 --entering negotiating --table losses --format csv",
    ],
)


report_verb(
    command,
    "board",
    lambda crm: crm.report.board,
    option("--station", **_STATION),
    option("--unit", metavar="UNIT", help=N_("Filter by unit.")),
    help=N_("The board: number and amounts of leads at each stage now; crm lead board shows the leads."),
    examples=["crm report board", "crm report board --station tokyo --format xlsx --output board.xlsx"],
    span=None,
)


report_verb(
    command,
    "referrals",
    lambda crm: crm.report.referrals,
    option("--limit", type=click.IntRange(min=1), metavar="N", help=N_("The maximum number.")),
    help=N_("Rank referrers by the credit of a period."),
    examples=["crm report referrals 2023", "crm report referrals 2023 --limit 10 --json"],
)


report_verb(
    command,
    "ambassadors",
    lambda crm: crm.report.ambassadors,
    option("--station", **{**_STATION, "help": N_("Filter by station.")}),
    option("--unit", metavar="UNIT", help=N_("Filter by unit.")),
    help=N_("The work of each ambassador in a period: meetings, leads, follow-ups, requests."),
    examples=[
        "crm report ambassadors 2023-02",
        "crm report ambassadors --station tokyo --format xlsx --output work.xlsx",
    ],
)


report_verb(
    command,
    "station",
    lambda crm: crm.report.station,
    argument("station", metavar="STATION", help=N_("Code of the station.")),
    help=N_("The month of a station, by default the current one: meetings, leads, follow-ups, requests, events."),
    examples=[
        "crm report station tokyo 2023-02",
        "crm report station tokyo 2023-02 --format html --output tokyo.html",
    ],
    span=N_("The period: 2023-02, 2023Q1, 2023, FROM..TO; default: this month."),
)


report_verb(
    command,
    "weekly",
    lambda crm: crm.report.weekly,
    argument("place", metavar="STATION|UNIT", help=N_("Code of the station or the unit.")),
    help=N_("The weekly report of a station or a unit: new leads, moves, meetings, arrivals, and what is overdue."),
    examples=[
        "crm report weekly tokyo",
        "crm report weekly tokyo 2023-02-06..2023-02-12 --format md",
        "crm report weekly lixia --output weekly.html",
    ],
    span=N_("The period: 2023-02-06..2023-02-12, 2023-02; default: this week from Monday on."),
)


report_verb(
    command,
    "trip",
    lambda crm: crm.report.trip,
    argument("trip", metavar="TRIP", help=N_("Code, number, or any unique part of the title.")),
    help=N_("The report on a trip: planned and made visits, minutes, follow-ups, leads, spending."),
    examples=["crm report trip japan-2023-02", "crm report trip japan-2023-02 --format html --output japan.html"],
    span=None,
)


report_verb(
    command,
    "scorecard",
    lambda crm: (
        lambda frozen, **options: crm.report.scorecard(frozen=False if frozen is None else frozen or True, **options)
    ),
    option("--unit", metavar="UNIT", help=N_("One unit, with its joint targets.")),
    day_option("--as-of", help=N_("The last day that counts; default: today.")),
    option(
        "--frozen",
        is_flag=False,
        flag_value=0,
        type=click.IntRange(min=0),
        metavar="[EDITION]",
        help=N_("The frozen scorecard: the latest edition, or the given one."),
    ),
    help=N_(
        "The scorecard of a period: targets and units with standing, shortfall and forecast.\n\nWith "
        "--frozen the frozen scorecard, and the changes since."
    ),
    examples=[
        "crm report scorecard 2023",
        "crm report scorecard 2023 --unit lixia",
        "crm report scorecard 2023 --as-of 2023-06-30 --format xlsx --output scorecard.xlsx",
        "crm report scorecard 2023 --frozen",
        "crm report scorecard 2023 --frozen 1 --table changes",
        "crm report scorecard 2023 --explain trips-home-2023:lixia:2023Q1",
    ],
    span=N_("Such as 2023, 2023H1 or 2023Q2; default: this year."),
)
