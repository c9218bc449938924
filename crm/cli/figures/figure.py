"""``crm figure``: what a measure comes to, and the periods whose figures were made public."""

from __future__ import annotations

from crm.cli.kit.choices import Word
from crm.cli.kit.face import Face
from crm.cli.kit.progress import working
from crm.cli.kit.verbs import argument, noun, option, uid_option, verb
from crm.errors import N_

command = noun("figure")


@verb(
    command,
    "count",
    help=N_("What a measure comes to in a period by now, and in each part of it."),
    examples=["crm figure count actual_fdi 2022 --by country --by section", "crm figure count new_enterprises 2022Q4"],
)
@argument("measure", metavar="MEASURE", type=Word("counted"), help=N_("Such as actual_fdi or requests_solved."))
@argument("period", metavar="PERIOD", help=N_("2022, 2022H1, 2022Q4, 2022-02 or FROM..TO."))
@option("--by", multiple=True, type=Word("dimension"), help=N_("Break it down, once for each breakdown."))
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
                "withheld": found.withheld,
                "shielded": found.shielded,
            }
        )
        return
    face.print_rows(counted(face, found, policy), COUNTED, empty="")


@verb(
    command,
    "close",
    help=N_(
        "Make the figures of a period public: they are kept as they are now.\n\n"
        "What is confirmed later is shown beside them by crm report restatement."
    ),
    examples=["crm figure close 2022", 'crm figure close 2022 --reason "复核后更正"'],
)
@argument("period", metavar="PERIOD", help=N_("A period that is over: 2022, 2022H1, 2022Q4, 2022-02 or FROM..TO."))
@option("--reason", metavar="TEXT", help=N_("Of a second or later edition: why it differs."))
@uid_option
def close(face: Face, period: str, reason: str | None, uid: str | None) -> None:
    """Close."""
    with face.writing() as crm, working(face, N_("Closing the period")):
        closing = crm.figures.close(period, reason=reason, uid=uid)
        row = crm.figures.closings(period)[closing.edition - 1]
    face.done(
        N_("{figures} figures of {period} are public, edition {edition}."),
        figures=row.figures,
        period=str(row.period),
        edition=row.edition,
    )


@verb(
    command,
    "closings",
    help=N_("List the periods whose figures were made public."),
    examples=["crm figure closings", "crm figure closings 2022"],
)
@argument("period", required=False, metavar="[PERIOD]", help=N_("One period."))
def closings(face: Face, period: str | None) -> None:
    """List."""
    from crm.cli.figures.pages import CLOSINGS

    with face.reading() as crm:
        rows = crm.figures.closings(period)
    face.print_rows(rows, CLOSINGS, empty=N_("No period is closed."))
