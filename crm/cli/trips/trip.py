"""``crm trip``: trips, planned and carried out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from crm.cli.kit.choices import Word
from crm.cli.kit.face import Face
from crm.cli.kit.field_options import field_argument, field_options
from crm.cli.kit.shared_verbs import attributes, card_verb, list_verb, record_verb, show_verb, write_verb
from crm.cli.kit.verbs import (
    argument,
    changes,
    day_option,
    noun,
    option,
    period_argument,
    reason_option,
    uid_option,
    verb,
    version_option,
)
from crm.cli.trips import parts as trip_parts
from crm.cli.trips import planfile as trip_plan
from crm.errors import N_
from crm.rules.kernel.fields import declared
from crm.rules.trips import LegFields, MemberFields, NewVisit, TripChanges, TripIdentity, TripPlan, TripReport

command = noun("trip")

#: How the parts of a member, unit, stay or visit are kept apart.
_APART = "|"
#: No number of a stay has so many digits.
_LONG = 10


@verb(
    command,
    "plan",
    help=N_(
        "Plan a trip, from options, a TOML file, or both; options take precedence.\n\nParts are separated "
        "by |. Arrival and departure of a stay are days, or local times such as 2023-02-06 14:35. The "
        "file has the keys code, title, leader, rank, starts, ends, unit, purpose, owner, announced, "
        "late, and the tables [[members]] with staff and duty, [[units]] with unit, leader and rank, "
        "[[legs]] with place, country, zone, arrives and leaves, [[visits]] with investor, on and "
        "purpose."
    ),
    examples=[
        (
            "crm trip plan japan-2023 --title 赴日招商团 --leader 副市长 --rank city --starts 2023-02-06"
            " --ends 2023-02-10 --member 'tokyo.desk|翻译' --partner '山东高速|董事长|first'"
            " --leg '东京|JP|Asia/Tokyo|2023-02-06 14:35|2023-02-10' --visit '丸红|2023-02-08|推进在谈项目'"
        ),
        "crm trip plan --file japan.toml",
    ],
)
@field_argument(TripPlan, "code", required=False)
@option("--file", "file", type=click.Path(path_type=Path), metavar="FILE", help=N_("A TOML file with the plan."))
@field_options(TripPlan, but={"code"})
@option(
    "--member",
    "members",
    metavar="'USER|DUTY'",
    multiple=True,
    help=N_("A member, with their duty if any; repeat for more."),
)
@option(
    "--partner",
    "units",
    metavar="'UNIT|LEADER|RANK'",
    multiple=True,
    help=N_("A unit that takes part, with its leader and the leader's rank in it, if any; repeat for more."),
)
@option("--leg", "legs", metavar="'PLACE|COUNTRY|ZONE|FROM|UNTIL'", multiple=True, help=N_("A stay; repeat for more."))
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
    units: tuple[str, ...],
    legs: tuple[str, ...],
    visits: tuple[str, ...],
    **options: Any,
) -> None:
    """Plan."""
    from crm.cli.kit.prompts import require

    values: dict[str, Any] = {} if file is None else dict(face.once(file, lambda: trip_plan.read(file)))
    values.update({key: value for key, value in options.items() if value is not None})
    for key, typed_parts in (("members", members), ("units", units), ("legs", legs), ("visits", visits)):
        parts = len(declared(trip_plan.TABLES[key]))
        values[key] = [*values.get(key, ()), *(_split(part, parts) for part in typed_parts)]
    require(
        code=(values.get("code"), "CODE"),
        **{key: (values.get(key), f"--{key}") for key in declared(TripIdentity)},
    )
    with face.writing() as crm:
        trip = crm.trips.plan(**values)
        number, uid, code = trip.id, trip.uid, trip.code
    face.done(N_("Trip {code} is planned."), id=number, uid=uid, code=code)


def _split(text: str, parts: int) -> tuple[str | None, ...]:
    """Return the parts of a member, unit, stay or visit; those left out are None."""
    found = [part.strip() or None for part in text.split(_APART, parts - 1)]
    return tuple(found + [None] * (parts - len(found)))


@verb(
    command,
    "edit",
    help=N_(
        "Change a trip before its report; an empty text clears a field.\n\nA new departure, alone or with "
        "a return that keeps the number of days, shifts stays and open visits; otherwise they keep their "
        "days, which must lie within the trip. Meetings that took place do not move. An earlier "
        "departure needs a new notice, today or on the given day."
    ),
    examples=[
        "crm trip edit japan-2023 --starts 2023-02-20",
        "crm trip edit japan-2023 --ends 2023-02-11 --leg '1|||||2023-02-11'",
        "crm trip edit japan-2023 --leader 市长 --rank city",
    ],
)
@argument("trip", **trip_parts.TRIP)
@field_options(TripChanges)
@option(
    "--leg",
    "legs",
    metavar="'N|PLACE|COUNTRY|ZONE|FROM|UNTIL'",
    multiple=True,
    help=N_("A stay by its number, with its changes; repeat for more."),
)
@version_option
def edit(
    face: Face,
    trip: str,
    legs: tuple[str, ...],
    version: int | None,
    **options: Any,
) -> None:
    """Edit."""
    stays = [_split(leg, 1 + len(declared(LegFields))) for leg in legs]
    with face.writing() as crm:
        changed = crm.trips.edit(
            trip,
            legs=[(_number(number), *parts) for number, *parts in stays],
            version=version,
            **changes(**options),
        )
        number, code = changed.id, changed.code
    face.done(N_("Trip {code} is changed."), id=number, code=code)


def _number(text: str | None) -> int | str | None:
    """Return the number of a stay; the service refuses an invalid one."""
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < _LONG else text


list_verb(
    command,
    "list",
    lambda crm: crm.trips.list,
    day_option("--since", help=N_("Departing from this day.")),
    day_option("--until", help=N_("Departing until this day.")),
    option("--unit", metavar="UNIT", help=N_("Filter by unit that sends or takes part.")),
    option("--abroad/--home", "abroad", default=None, help=N_("Filter by abroad or at home.")),
    help=N_("List the trips, with planned and made visits."),
    examples=["crm trip list", "crm trip list --since 2023-01-01 --until 2023-12-31 --abroad --unit gaoxin"],
    columns="TRIPS",
    empty=N_("There are no trips."),
    room=__package__,
)


show_verb(
    command,
    "trip",
    lambda crm: crm.trips.show,
    help=N_(
        "Show a trip: planned and made visits, minutes, follow-ups, the leads it started or advanced, "
        "its deadline, and its costs if you may see them."
    ),
    examples=["crm trip show japan-2023"],
    named=trip_parts.TRIP,
    room=__package__,
)


card_verb(
    command,
    "figures",
    lambda crm: lambda period, units, **options: crm.trips.figures(period, units=units or None, **options),
    period_argument(),
    option(
        "--unit",
        "units",
        metavar="UNIT",
        multiple=True,
        help=N_("Filter by unit that sends or takes part; repeat for more; each trip counts once."),
    ),
    help=N_("Count the trips of a period, each once, with visits, leads and leaders."),
    examples=[
        "crm trip figures 2023",
        "crm trip figures 2023Q1 --unit gaoxin --json",
    ],
    page="figures",
    room=__package__,
)


list_verb(
    command,
    "units",
    lambda crm: crm.trips.by_unit,
    period_argument(),
    option("--kind", type=Word("unit kind"), help=N_("Only units of this kind.")),
    help=N_("Count the trips of a period by unit, and those led by the unit's first person."),
    examples=["crm trip units 2023Q1 --kind district"],
    columns="UNITS",
    empty=N_("There are no units."),
    room=__package__,
)


write_verb(
    command,
    "visit",
    lambda crm: crm.trips.add_visit,
    argument("trip", **trip_parts.TRIP),
    argument(
        "investor",
        metavar="INVESTOR",
        help=N_(
            "Number, uid, identifier, a name, or a unique part of one: two characters, or the beginning of a word."
        ),
    ),
    field_options(NewVisit, but={"investor"}),
    help=N_("Add a visit to the plan. Log a visit that took place with crm visit log."),
    examples=["crm trip visit japan-2023 伊藤忠 --on 2023-02-09 --purpose 推进在谈项目"],
    done=N_("Visit {number} is in the plan of {code}."),
    values=attributes("number", code="trip.code"),
)


@verb(
    command,
    "cancel-visit",
    help=N_("Cancel a planned visit; it stays on the list, with the reason."),
    examples=["crm trip cancel-visit japan-2023 3 --reason 对方改期"],
)
@argument("trip", **trip_parts.TRIP)
@argument("number", type=click.IntRange(min=1), metavar="N", help=N_("Number of the visit in the plan."))
@reason_option(required=True)
def cancel_visit(face: Face, trip: str, number: int, reason: str) -> None:
    """Cancel a visit."""
    with face.writing() as crm:
        code = crm.trips.cancel_visit((trip, number), reason=reason).trip.code
    face.done(N_("Visit {number} of {code} is cancelled."), number=number, code=code)


@verb(
    command,
    "member",
    help=N_("Add a member, or let one leave; a former member stays on the list, with day and reason."),
    examples=["crm trip member japan-2023 li.na --duty 联络", "crm trip member japan-2023 li.na --leave --reason 生病"],
)
@argument("trip", **trip_parts.TRIP)
@argument("person", metavar="USER", help=N_("User name, number or name of the person."))
@option("--leave", is_flag=True, help=N_("The member leaves the trip."))
@field_options(MemberFields, but={"staff"})
def member(
    face: Face, trip: str, person: str, *, leave: bool, duty: str | None, reason: str | None, on: str | None
) -> None:
    """Add or remove a member."""
    from crm.cli.kit.prompts import require

    if leave:
        require(reason=(reason, "--reason"))
    with face.writing() as crm:
        written = (
            crm.trips.remove_member(trip, person, reason=reason or "", on=on)
            if leave
            else crm.trips.add_member(trip, person, duty=duty)
        )
        code, username = written.trip.code, written.staff.username
    face.done(
        N_("{username} has left {code}.") if leave else N_("{username} is a member of {code}."),
        username=username,
        code=code,
    )


record_verb(
    command,
    "cancel",
    lambda crm: crm.trips.cancel,
    reason_option(required=True),
    version_option,
    help=N_("Cancel a trip; it stays on the list, with the reason, and no longer counts."),
    examples=["crm trip cancel korea-2023 --reason 对方会期调整"],
    record="trip",
    named=trip_parts.TRIP,
    done=N_("Trip {code} is cancelled."),
    keys=("id", "code"),
)


record_verb(
    command,
    "close",
    lambda crm: crm.trips.close,
    field_options(TripReport, whole=True),
    help=N_("Close a trip with its outcome: this is its report."),
    examples=["crm trip close japan-2023 --outcome 走访11家机构，推进4个在谈项目"],
    record="trip",
    named=trip_parts.TRIP,
    done=N_("Trip {code} is closed."),
    keys=("id", "code"),
)


trip_parts.join(command)
