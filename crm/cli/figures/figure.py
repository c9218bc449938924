"""``crm figure``: figures of a measure, and closed periods."""

from __future__ import annotations

from crm.cli.kit.choices import Word
from crm.cli.kit.face import Face
from crm.cli.kit.filing import filing_options
from crm.cli.kit.progress import working
from crm.cli.kit.shared_verbs import list_verb
from crm.cli.kit.verbs import FILTER, NAMED, argument, noun, option, period_argument, uid_option, verb
from crm.errors import N_

command = noun("figure")


@verb(
    command,
    "count",
    help=N_("Show the current figure of a measure in a period, with its breakdowns."),
    examples=["crm figure count actual_fdi 2022 --by country --by section", "crm figure count new_enterprises 2022Q4"],
)
@argument("measure", metavar="MEASURE", type=Word("counted"), help=N_("Such as actual_fdi or requests_solved."))
@period_argument(NAMED, required=True)
@option("--by", multiple=True, type=Word("dimension"), help=N_("A breakdown; repeat for more."))
@filing_options
def count(face: Face, measure: str, period: str, by: tuple[str, ...]) -> None:
    """Count."""
    from crm.cli.figures.pages import COUNTED, counted

    with face.reading() as crm:
        found = crm.figures.count(measure, period, by=by)
        policy = crm.policy.capital
    if face.json:
        face.print_json(
            {
                "measure": found.measure.code,
                "period": found.period,
                "unit": found.measure.unit,
                "value": found.value,
                "by": found.by,
                "shielded": found.shielded,
            }
        )
        return
    face.print_rows(counted(face, found, policy), COUNTED, empty="")


@verb(
    command,
    "close",
    help=N_(
        "Close a period: store its figures as published.\n\ncrm report restatement compares them with later figures."
    ),
    examples=["crm figure close 2022", 'crm figure close 2022 --reason "复核后更正"'],
)
@period_argument(N_("A past period: 2022, 2022H1, 2022Q4, 2022-02 or FROM..TO."), required=True)
@option("--reason", metavar="TEXT", help=N_("The reason for a second or later edition."))
@uid_option
def close(face: Face, period: str, reason: str | None, uid: str | None) -> None:
    """Close."""
    with face.writing() as crm, working(face, N_("Closing the period")):
        closing = crm.figures.close(period, reason=reason, uid=uid)
        row = crm.figures.closings(period)[closing.edition - 1]
    face.done(
        N_("{figures} figures of {period} are stored as published, edition {edition}."),
        figures=row.figures,
        period=str(row.period),
        edition=row.edition,
    )


list_verb(
    command,
    "closings",
    lambda crm: crm.figures.closings,
    period_argument(FILTER),
    help=N_("List the closed periods."),
    examples=["crm figure closings", "crm figure closings 2022"],
    columns="CLOSINGS",
    empty=N_("No period is closed."),
    room=__package__,
)
