"""Budget and spending of a trip, visible to some roles only."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from crm.errors import N_, Conflict, problem
from crm.models import TripCost
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.trips import CostKind, NewCost
from crm.services.kernel.finding import find
from crm.services.kernel.refs import TripRef
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing, replayed
from crm.services.trips.base import TripBase
from crm.values.money import Money
from crm.values.plain import plain
from crm.values.text import REASON


class TripCosts(TripBase):
    """Budget and spending, entry by entry."""

    @writes(Right.TRIP_COST)
    def add_cost(
        self,
        ref: TripRef,
        amount: Money | str,
        *,
        item: str,
        kind: CostKind | str = CostKind.ACTUAL,
        spent: date | str | None = None,
        reference: str | None = None,
        uid: UUID | str | None = None,
    ) -> TripCost:
        """Record budget or spending of a trip.

        The budget is set before the departure; spending is recorded until the trip is closed, also for a cancelled one.

        Args:
            ref: The trip.
            amount: Money, or text such as ``12000 CNY``; positive.
            item: What for, such as flights.
            kind: budget or actual.
            spent: The day it was spent, by default today; never in the future. Of a budget none.
            reference: Invoice or voucher, needed for spending; of a budget its approval, if any.
            uid: Makes the call safe to repeat.

        Raises:
            InvalidInput: Invalid arguments, all of them named; spending without a reference, or in the future.
            AccessDenied: Only a manager or an admin records costs.
            Archived: The trip is closed.
            Conflict: A budget after the departure, or the uid is in use with other content.
        """
        context = self._context
        actor = context.acting()
        trip = self.get(ref)
        with Checks() as check:
            arguments = {"amount": amount, "item": item, "kind": kind, "spent": spent, "reference": reference}
            values = check.fields(NewCost, arguments, today=context.today)
            actual = values["kind"] is not CostKind.BUDGET
            day = values.pop("spent_on")
            if not actual and spent is not None:
                check.wrong(
                    N_("A budget has no day of spending."),
                    N_("Leave the day out, or record spending: --kind actual"),
                    field="spent",
                    code="budget",
                )
            if actual and values["reference"] is None:
                check.wrong(
                    N_("Spending needs the number of its invoice or voucher."),
                    N_("Add it: --reference …"),
                    field="reference",
                    code="missing",
                )
        content = {**values, "trip": str(trip.uid), "spent": None if spent is None else plain(day)}
        found, identity = replayed(context, TripCost, uid, {key: plain(value) for key, value in content.items()})
        if found is not None:
            return found
        self._open(trip, even_cancelled=actual)
        if not actual and context.today > trip.starts_on:
            raise Conflict(
                problem(
                    N_("The trip departed on {day}; a budget must be set before that."),
                    N_("Record what was spent: --kind actual"),
                    field="kind",
                    code="departed",
                    day=trip.starts_on,
                )
            )
        with Writing(context, "trip.add_cost", whole=bool(identity)) as write:
            cost = TripCost(
                **values,
                **identity,
                delegation_id=trip.id,
                spent_on=(day or context.today) if actual else None,
                recorded_by_id=actor.id,
                recorded_on=context.today,
            )
            write.add(cost)
        return cost

    @writes(Right.TRIP_COST)
    def withdraw_cost(self, cost: TripCost | int | UUID | str, *, reason: str, version: int | None = None) -> TripCost:
        """Withdraw a wrong entry: it stays on the list, with the reason, and no longer counts.

        Args:
            cost: The entry, by id or uid.
            reason: Why.
            version: The version the caller saw.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Only a manager or an admin records costs.
            Archived: The trip is closed.
            Conflict: It is withdrawn already.
            NotFound: There is no such entry.
            StaleRecord: Somebody else withdrew it first.
        """
        context = self._context
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
        entry = find(context.session, TripCost, cost, what="cost")
        self._open(entry.delegation_id, even_cancelled=True)
        if entry.withdrawn_on is not None:
            raise Conflict(
                problem(
                    N_("Cost {id} is already withdrawn: {reason}"),
                    N_("See: crm trip show"),
                    code="withdrawn",
                    id=entry.id,
                    reason=entry.withdrawn_reason,
                )
            )
        with Writing(context, "trip.withdraw_cost", why) as write:
            write.change(entry, version=version, withdrawn_on=context.today, withdrawn_reason=why)
        return entry
