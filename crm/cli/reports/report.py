"""``crm report``: what is printed, drawn and read out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from crm.cli.kit.choices import Word
from crm.cli.kit.completing import stations
from crm.cli.kit.verbs import argument, day_option, noun, option
from crm.cli.reports.options import report
from crm.errors import N_

if TYPE_CHECKING:
    from crm.crm import CRM
    from crm.reports.sheet import Report

command = noun("report")
_PERIOD: dict[str, Any] = {
    "required": False,
    "metavar": "[PERIOD]",
    "help": N_("2022, 2022H1, 2022Q4, 2022-02, FROM..TO; by default this year."),
}
_STATION: dict[str, Any] = {"metavar": "STATION", "shell_complete": stations, "help": N_("Leads of one station.")}


@report(
    command,
    "year",
    help=N_(
        "Use of foreign capital in a year or another period, with its parts, new enterprises and requests solved.\n\n"
        "Beside the year before, what was published, and the nation and the province as entered with crm benchmark set."
    ),
    examples=[
        "crm report year 2022",
        "crm report year 2022Q4 --explain actual_fdi",
        "crm report year 2022 --table sections",
        "crm report year 2022 --format html --output year.html",
    ],
    period=False,
)
@argument("period", **_PERIOD)
def year(crm: CRM, **typed: Any) -> Report:
    """Ask for the year report."""
    return crm.report.year(**typed)


@report(
    command,
    "restatement",
    help=N_("What the figures of a closed period come to by now, beside what was made public."),
    examples=["crm report restatement 2022", "crm report restatement 2022 --explain actual_fdi"],
    period=False,
)
@argument("period", **_PERIOD)
def restatement(crm: CRM, **typed: Any) -> Report:
    """Ask for the restatement."""
    return crm.report.restatement(**typed)


@report(
    command,
    "funnel",
    help=N_(
        "How far the leads of a period got, where they stopped, and how long they stood.\n\n"
        "A lead counts in the period in which it was received, or first entered a stage."
    ),
    examples=[
        "crm report funnel --period 2022",
        "crm report funnel --period 2022 --each quarter --format html --output funnel.html",
        "crm report funnel --period 2022 --by station --explain landed",
        "crm report funnel --period 2022H1 --entering negotiating --table losses --format csv",
    ],
)
@option(
    "--each", type=click.Choice(["year", "half", "quarter", "month"]), help=N_("Divide them by the time they came in.")
)
@option(
    "--by",
    type=click.Choice(["station", "unit", "source", "country", "industry"]),
    help=N_("Divide them by station, unit, source, country, or section of industry."),
)
@option("--entering", type=Word("stage"), help=N_("Those that first entered this stage in the period."))
@option("--station", **_STATION)
@option("--unit", metavar="UNIT", help=N_("Leads of one unit."))
def funnel(crm: CRM, **typed: Any) -> Report:
    """Ask for the funnel."""
    return crm.report.funnel(**typed)


@report(
    command,
    "board",
    help=N_("What stands in each stage now, counted and added up; crm lead board shows the leads themselves."),
    examples=["crm report board", "crm report board --station tokyo --format xlsx --output board.xlsx"],
    period=False,
)
@option("--station", **_STATION)
@option("--unit", metavar="UNIT", help=N_("Leads of one unit."))
def board(crm: CRM, **typed: Any) -> Report:
    """Ask for the board."""
    return crm.report.board(**typed)


@report(
    command,
    "referrals",
    help=N_("Rank those who brought leads in a period by what they earned."),
    examples=["crm report referrals --period 2023", "crm report referrals --period 2023 --limit 10 --json"],
)
@option("--limit", type=click.IntRange(min=1), metavar="N", help=N_("At most so many."))
def referrals(crm: CRM, **typed: Any) -> Report:
    """Ask for the ranking."""
    return crm.report.referrals(**typed)


@report(
    command,
    "ambassadors",
    help=N_("What each ambassador did in a period: talks, leads, promises, requests."),
    examples=[
        "crm report ambassadors --period 2023-02",
        "crm report ambassadors --station tokyo --format xlsx --output work.xlsx",
    ],
)
@option("--station", **{**_STATION, "help": N_("Those of one station.")})
@option("--unit", metavar="UNIT", help=N_("Those of one unit."))
def ambassadors(crm: CRM, **typed: Any) -> Report:
    """Ask for the work of ambassadors."""
    return crm.report.ambassadors(**typed)


@report(
    command,
    "station",
    help=N_("What a station did in a month, by default this one: talks, leads, promises, requests, events."),
    examples=[
        "crm report station tokyo --period 2023-02",
        "crm report station tokyo --period 2023-02 --format html --output tokyo.html",
    ],
    span=N_("2023-02, 2023Q1, 2023, FROM..TO; by default this month."),
)
@argument("station", metavar="STATION", shell_complete=stations, help=N_("Code of the station."))
def station(crm: CRM, **typed: Any) -> Report:
    """Ask for the month of a station."""
    return crm.report.station(**typed)


@report(
    command,
    "trip",
    help=N_("The report on a delegation: its plan against what was done, minutes, promises, leads, spending."),
    examples=["crm report trip japan-2023-02", "crm report trip japan-2023-02 --format html --output japan.html"],
    period=False,
)
@argument("trip", metavar="TRIP", help=N_("Code, number, or any part of the title that is unique."))
def trip(crm: CRM, **typed: Any) -> Report:
    """Ask for the report on a delegation."""
    return crm.report.trip(**typed)


@report(
    command,
    "scorecard",
    help=N_(
        "How the targets of a period stand: by target, by unit, with what is missing and what may be expected.\n\n"
        "With --frozen as it was frozen, and beside it what has changed since."
    ),
    examples=[
        "crm report scorecard 2023",
        "crm report scorecard 2023 --unit lixia",
        "crm report scorecard 2023 --as-of 2023-06-30 --format xlsx --output scorecard.xlsx",
        "crm report scorecard 2023 --frozen",
        "crm report scorecard 2023 --frozen 1 --table changes",
        "crm report scorecard 2023 --explain trips-home-2023:lixia:2023Q1",
    ],
    period=False,
)
@argument(
    "period", metavar="[PERIOD]", required=False, help=N_("Such as 2023, 2023H1 or 2023Q2; without it this year.")
)
@option("--unit", metavar="UNIT", help=N_("Of one unit, and of what it answers for jointly."))
@day_option("--as-of", help=N_("The last day that counts; without it today."))
@option(
    "--frozen",
    is_flag=False,
    flag_value=0,
    type=click.IntRange(min=0),
    metavar="[EDITION]",
    help=N_("As it was frozen: the latest edition, or the one of this number."),
)
def scorecard(crm: CRM, frozen: int | None, **typed: Any) -> Report:
    """Ask for the scorecard."""
    return crm.report.scorecard(frozen=False if frozen is None else frozen or True, **typed)
