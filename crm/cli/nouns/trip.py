"""``crm trip``: delegations, planned and carried out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from crm.cli.face import Face
from crm.cli.verbs import Word, argument, day_option, noun, option, reason_option, uid_option, verb
from crm.errors import N_

command = noun("trip")

_TRIP = {"metavar": "TRIP", "help": N_("Code or number of the trip.")}
#: How the parts of a member, stay or visit are kept apart.
_APART = "|"


@verb(
    command,
    "plan",
    help=N_(
        "Plan a trip, from options, from a TOML file, or from both; options win.\n\n"
        "Parts are kept apart by |. The file has the keys code, title, leader, rank, starts, ends, unit, purpose, and"
        " the tables [[members]] with staff and duty, [[legs]] with place, zone, arrives and leaves, [[visits]] with"
        " investor, on and purpose."
    ),
    examples=[
        (
            "crm trip plan japan-2023 --title 赴日招商团 --leader 副市长 --rank city --starts 2023-02-06"
            " --ends 2023-02-10 --member 'tokyo.desk|翻译' --leg '东京|Asia/Tokyo|2023-02-06|2023-02-10'"
            " --visit '丸红|2023-02-08|推进在谈项目'"
        ),
        "crm trip plan --file japan.toml",
    ],
)
@argument("code", metavar="CODE", required=False, help=N_("A short name to type, such as japan-2023."))
@option("--file", "file", type=click.Path(path_type=Path), metavar="FILE", help=N_("A TOML file with the plan."))
@option("--title", metavar="TEXT", help=N_("What it is called."))
@option("--leader", metavar="TEXT", help=N_("The leader's office or name."))
@option("--rank", type=Word("rank"), help=N_("The leader's rank."))
@day_option("--starts", help=N_("The day of departure."))
@day_option("--ends", help=N_("The day of return."))
@option("--unit", metavar="UNIT", help=N_("The unit that sends it; without it the city."))
@option("--purpose", metavar="TEXT", help=N_("What it is for."))
@option(
    "--member",
    "members",
    metavar="'USER|DUTY'",
    multiple=True,
    help=N_("A member, with their duty if any; repeat for more."),
)
@option("--leg", "legs", metavar="'PLACE|ZONE|FROM|UNTIL'", multiple=True, help=N_("A stay; repeat for more."))
@option(
    "--visit",
    "visits",
    metavar="'INVESTOR|DAY|PURPOSE'",
    multiple=True,
    help=N_("A visit, its day and purpose if known; repeat for more."),
)
@uid_option
def plan(
    face: Face,
    file: Path | None,
    members: tuple[str, ...],
    legs: tuple[str, ...],
    visits: tuple[str, ...],
    **typed: Any,
) -> None:
    """Plan."""
    from crm.cli.asking import require
    from crm.cli.tripfile import read

    values: dict[str, Any] = {} if file is None else read(file)
    values.update({key: value for key, value in typed.items() if value is not None})
    values["members"] = [*values.get("members", ()), *(_split(each, 2) for each in members)]
    values["legs"] = [*values.get("legs", ()), *(_split(each, 4) for each in legs)]
    values["visits"] = [*values.get("visits", ()), *(_split(each, 3) for each in visits)]
    require(
        code=(values.get("code"), "CODE"),
        **{key: (values.get(key), f"--{key}") for key in ("title", "leader", "rank", "starts", "ends")},
    )
    with face.writing() as crm:
        trip = crm.trips.plan(**values)
        number, uid, code = trip.id, trip.uid, trip.code
    face.done(N_("Trip {code} is planned."), id=number, uid=uid, code=code)


def _split(text: str, parts: int) -> tuple[str | None, ...]:
    """Return the parts of a member, stay or visit; those left out are None."""
    found = [each.strip() or None for each in text.split(_APART, parts - 1)]
    return tuple(found + [None] * (parts - len(found)))


@verb(command, "list", help=N_("List the trips, with visits done of those planned."), examples=["crm trip list"])
def list_(face: Face) -> None:
    """List."""
    from crm.cli.columns import TRIPS

    with face.reading() as crm:
        rows = crm.trips.list()
    face.print_rows(rows, TRIPS, empty=N_("There are no trips."))


@verb(command, "show", help=N_("Show a trip: its plan against what was done."), examples=["crm trip show japan-2023"])
@argument("trip", **_TRIP)
def show(face: Face, trip: str) -> None:
    """Show."""
    from crm.cli import cards

    with face.reading() as crm:
        card = crm.trips.show(trip)
    face.print_card(card, cards.trip)


@verb(
    command,
    "visit",
    help=N_("Add a visit to the plan. What took place is logged by crm visit log."),
    examples=["crm trip visit japan-2023 伊藤忠 --on 2023-02-09 --purpose 推进在谈项目"],
)
@argument("trip", **_TRIP)
@argument("investor", metavar="INVESTOR", help=N_("Number, uid, or any part of a name that is unique."))
@day_option("--on", help=N_("The day in the plan."))
@option("--purpose", metavar="TEXT", help=N_("What for."))
def visit(face: Face, trip: str, investor: str, **typed: str | None) -> None:
    """Add a visit."""
    with face.writing() as crm:
        tour = crm.trips.get(trip)
        planned = crm.trips.add_visit(tour, investor, **typed)
        number, code = planned.number, tour.code
    face.done(N_("Visit {number} is in the plan of {code}."), number=number, code=code)


@verb(
    command,
    "cancel-visit",
    help=N_("Take a visit out of the plan; it stays on the list, with the reason."),
    examples=["crm trip cancel-visit japan-2023 3 --reason 对方改期"],
)
@argument("trip", **_TRIP)
@argument("number", type=click.IntRange(min=1), metavar="N", help=N_("Number of the visit in the plan."))
@reason_option(required=True)
def cancel_visit(face: Face, trip: str, number: int, reason: str) -> None:
    """Cancel a visit."""
    with face.writing() as crm:
        tour = crm.trips.get(trip)
        crm.trips.cancel_visit((tour, number), reason=reason)
        code = tour.code
    face.done(N_("Visit {number} of {code} is cancelled."), number=number, code=code)


@verb(
    command,
    "member",
    help=N_("Add a member, or let one leave; who leaves stays on the list, with day and reason."),
    examples=["crm trip member japan-2023 li.na --duty 联络", "crm trip member japan-2023 li.na --leave --reason 生病"],
)
@argument("trip", **_TRIP)
@argument("person", metavar="USER", help=N_("User name, number or name of the person."))
@option("--duty", metavar="TEXT", help=N_("What they do on it."))
@option("--leave", is_flag=True, help=N_("They leave it."))
@reason_option(help=N_("Why they leave; needed with --leave."))
@day_option("--on", help=N_("The day they leave; without it today."))
def member(face: Face, trip: str, person: str, **typed: Any) -> None:
    """Add or remove a member."""
    from crm.cli.asking import require

    leave = typed["leave"]
    if leave:
        require(reason=(typed["reason"], "--reason"))
    with face.writing() as crm:
        tour, whom = crm.trips.get(trip), crm.staff.get(person)
        if leave:
            crm.trips.remove_member(tour, whom, reason=typed["reason"], on=typed["on"])
        else:
            crm.trips.add_member(tour, whom, duty=typed["duty"])
        code, username = tour.code, whom.username
    face.done(
        N_("{username} has left {code}.") if leave else N_("{username} is a member of {code}."),
        username=username,
        code=code,
    )


@verb(
    command,
    "close",
    help=N_("Close a trip with what came of it."),
    examples=["crm trip close japan-2023 --outcome 走访11家机构，推进4个在谈项目"],
)
@argument("trip", **_TRIP)
@option("--outcome", metavar="TEXT", required=True, help=N_("What came of it, as reported."))
def close(face: Face, trip: str, outcome: str) -> None:
    """Close."""
    with face.writing() as crm:
        closed = crm.trips.close(trip, outcome=outcome)
        number, code = closed.id, closed.code
    face.done(N_("Trip {code} is closed."), id=number, code=code)
