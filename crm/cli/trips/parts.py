"""``crm trip``: participating units, stays and costs."""

from __future__ import annotations

from crm.cli.kit.face import Face
from crm.cli.kit.field_options import field_argument, field_options
from crm.cli.kit.shared_verbs import attributes, write_verb
from crm.cli.kit.verbs import Noun, argument, option, reason_option, uid_option, verb, version_option
from crm.errors import N_
from crm.rules.trips import LegFields, NewCost, PartnerFields, TripNotice

TRIP = {"metavar": "TRIP", "help": N_("Code or number of the trip.")}


def join(command: Noun) -> None:
    """Give the noun these verbs."""

    @verb(
        command,
        "unit",
        help=N_(
            "Add a unit to a trip, or let it leave; the trip counts for each unit, and once for the "
            "city.\n\nA trip led by the first person of a unit is that unit's leader-led promotion."
        ),
        examples=[
            "crm trip unit japan-2023 gaoxin --leader 管委会主任 --rank first",
            "crm trip unit japan-2023 gaoxin --leave --reason 另行组团",
        ],
    )
    @argument("trip", **TRIP)
    @argument("unit", metavar="UNIT", help=N_("Code, number or name of the unit."))
    @option("--leave", is_flag=True, help=N_("The unit leaves the trip."))
    @field_options(PartnerFields, but={"unit"})
    def unit_(
        face: Face,
        trip: str,
        unit: str,
        *,
        leave: bool,
        leader: str | None,
        rank: str | None,
        reason: str | None,
        on: str | None,
    ) -> None:
        """Add or remove a unit."""
        from crm.cli.kit.prompts import require

        if leave:
            require(reason=(reason, "--reason"))
        with face.writing() as crm:
            written = (
                crm.trips.remove_unit(trip, unit, reason=reason or "", on=on)
                if leave
                else crm.trips.set_unit(trip, unit, leader=leader, rank=rank)
            )
            code, name = written.trip.code, written.unit.code
        face.done(
            N_("{unit} has left {code}.") if leave else N_("{unit} takes part in {code}."),
            unit=name,
            code=code,
        )

    write_verb(
        command,
        "leg",
        lambda crm: crm.trips.add_leg,
        argument("trip", **TRIP),
        field_argument(LegFields, "place"),
        field_options(LegFields, but={"place"}, whole=True),
        field_options(TripNotice, but={"owner", "announced"}),
        help=N_("Add a stay, by days or local times at the place."),
        examples=[
            "crm trip leg japan-2023 大阪 --country JP --zone Asia/Tokyo --arrives '2023-02-09 18:20' --leaves 2023-02-10"
        ],
        done=N_("Stay {number} is in the plan of {code}."),
        values=attributes("number", code="trip.code"),
    )

    write_verb(
        command,
        "cost",
        lambda crm: crm.trips.add_cost,
        argument("trip", **TRIP),
        field_argument(NewCost, "amount"),
        field_options(NewCost, but={"amount"}, whole=True, kind={"default": "actual", "show_default": True}),
        uid_option,
        help=N_("Record the budget or spending of a trip; only some roles see costs."),
        examples=[
            "crm trip cost japan-2023 '86000 CNY' --item 机票 --reference 发票0231 --spent 2023-02-03",
            "crm trip cost japan-2023 '250000 CNY' --item 总预算 --kind budget",
        ],
        done=N_("Cost {id} is recorded: {amount}."),
        values=attributes("id", "uid", "amount"),
    )

    write_verb(
        command,
        "withdraw-cost",
        lambda crm: crm.trips.withdraw_cost,
        argument("cost", metavar="COST", help=N_("Number or uid of the cost.")),
        reason_option(required=True),
        version_option,
        help=N_("Withdraw a wrong cost; it stays on the list, with the reason."),
        examples=["crm trip withdraw-cost 12 --reason 重复登记"],
        done=N_("Cost {id} is withdrawn."),
        values=attributes("id"),
    )
