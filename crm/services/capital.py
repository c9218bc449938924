"""The capital ledger: recorded by one, verified by another, corrected by a negative entry."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from crm.errors import N_, AccessDenied, Conflict, problem
from crm.models import ArrivalKind, CapitalArrival, EntryState
from crm.reports import capital as reports
from crm.reports.rows import ArrivalRow
from crm.rules.access import Actor
from crm.rules.stages import Status
from crm.services.checks import REASON, TITLE, Checks
from crm.services.context import Context
from crm.services.finding import find
from crm.services.lead_base import LeadRef, ensure_shown
from crm.services.leads import Leads
from crm.services.writing import Writing, replayed
from crm.values.money import Money, as_money
from crm.values.plain import plain

ArrivalRef = CapitalArrival | int | UUID | str


class Capital:
    """Money really paid in; handed out by :class:`crm.CRM`."""

    def __init__(self, context: Context, leads: Leads) -> None:
        self._context = context
        self._leads = leads

    def get(self, ref: ArrivalRef) -> CapitalArrival:
        """Return the entry of this id or uid.

        Raises:
            NotFound: There is none, or it belongs to a confidential lead that is not the actor's.
        """
        self._context.acting()
        arrival = find(self._context.session, CapitalArrival, ref, what="arrival")
        ensure_shown(self._context, arrival.lead_id, "arrival", ref)
        return arrival

    def record(
        self,
        lead: LeadRef,
        amount: Money | str,
        *,
        arrived: date | str | None,
        reference: str,
        kind: ArrivalKind | str = ArrivalKind.NEW,
        uid: UUID | str | None = None,
    ) -> CapitalArrival:
        """Record an arrival; it counts once someone else has verified it.

        Args:
            lead: Whose capital it is.
            amount: Money, or text such as ``5000000 USD``; positive.
            arrived: The day it arrived; never in the future.
            reference: Bank advice or capital verification report.
            kind: new, increase, reinvestment or shareholder_loan.
            uid: Makes the call safe to repeat.

        Returns:
            The entry, flushed, in state reported.

        Raises:
            InvalidInput: Arguments that cannot be meant, all named.
            AccessDenied: The lead is another station's or unit's.
            Conflict: The lead is lost or abandoned, or the uid is in use with other content.
        """
        context = self._context
        whose = self._leads.get(lead)
        actor = context.require(
            "capital.record", station_id=whose.station_id, unit_id=whose.unit_id, owner_id=whose.owner_id
        )
        with Checks() as check:
            money = check.take(lambda: as_money(amount), "amount")
            if money is not None and money.minor <= 0:
                check.add(
                    problem(
                        N_("{amount} is not positive."),
                        N_("A correction is a reversal: crm capital reverse"),
                        field="amount",
                        code="negative",
                        amount=money,
                    )
                )
            day = check.day(arrived, "arrived", not_after=context.today)
            if arrived is None:
                check.add(
                    problem(
                        N_("The day of arrival is missing."),
                        N_("Add it: --arrived DAY"),
                        field="arrived",
                        code="missing",
                    )
                )
            values: dict[str, Any] = {
                "kind": check.choice(ArrivalKind, kind, "kind"), "reference": check.text(reference, "reference", TITLE), "arrived_on": day,
            }  # fmt: skip
        values |= {"amount_minor": money.minor, "currency": money.currency}
        found, identity = replayed(
            context,
            CapitalArrival,
            uid,
            {key: plain(value) for key, value in values.items()} | {"lead": str(whose.uid)},
        )
        if found is not None:
            return found
        if whose.status in {Status.LOST, Status.ABANDONED}:
            raise Conflict(
                problem(
                    N_("The lead is {status}; no capital arrives for it."),
                    N_("Reopen it first: crm lead reopen LEAD --reason …"),
                    code="status",
                    status=whose.status.value,
                )
            )
        with Writing(context, "capital.record", whole=bool(identity)) as write:
            arrival = CapitalArrival(
                **values, **identity, lead_id=whose.id, state=EntryState.REPORTED, submitted_by_id=actor.id, recorded_on=context.today,
                recorded_at=context.now(),
            )  # fmt: skip
            write.add(arrival)
        return arrival

    def verify(self, ref: ArrivalRef, *, version: int | None = None) -> CapitalArrival:
        """Verify an entry that someone else submitted.

        Raises:
            AccessDenied: The role may not verify, or the actor submitted it.
            Conflict: It is verified already, or reversed.
            StaleRecord: Somebody else verified it first.
        """
        context = self._context
        arrival = self.get(ref)
        actor = context.require("capital.verify")
        if arrival.submitted_by_id == actor.id:
            raise AccessDenied(
                problem(
                    N_("{actor} submitted this; the verifier of a figure is never its submitter."),
                    N_("Ask another verifier."),
                    code="own_figure",
                    actor=actor.username,
                )
            )
        if arrival.reverses_id is not None:
            self._ensure_verifiable(context.session.get_one(CapitalArrival, arrival.reverses_id), actor)
        if arrival.state is not EntryState.REPORTED:
            raise Conflict(
                problem(
                    N_("Arrival {id} is verified already."), N_("See: crm capital list"), code="verified", id=arrival.id
                )
            )
        if arrival.reverses_id is None and self._reversal(arrival) is not None:
            raise Conflict(
                problem(
                    N_("Arrival {id} is reversed."),
                    N_("Record the right figure: crm capital record"),
                    code="reversed",
                    id=arrival.id,
                )
            )
        with Writing(context, "capital.verify") as write:
            write.change(
                arrival,
                version=version,
                state=EntryState.VERIFIED,
                verified_by_id=actor.id,
                verified_at=context.now(),
            )
        return arrival

    def reverse(
        self,
        ref: ArrivalRef,
        *,
        reason: str,
        arrived: date | str | None = None,
        reference: str | None = None,
        uid: UUID | str | None = None,
    ) -> CapitalArrival:
        """Reverse an entry by a negative one of the same amount. From then on the entry opens no gate.

        Args:
            ref: The entry.
            reason: Why.
            arrived: The day the reversal belongs to, by default that of the entry.
            reference: Document of the reversal, by default that of the entry.
            uid: Makes the call safe to repeat.

        Returns:
            The negative entry, flushed, in state reported; someone else verifies it.

        Raises:
            InvalidInput: Arguments that cannot be meant, all named.
            AccessDenied: Only a manager, verifier or admin reverses.
            Conflict: It is reversed already, or is itself a reversal.
        """
        context = self._context
        arrival = self.get(ref)
        actor = context.require("capital.reverse")
        with Checks() as check:
            why = check.text(reason, "reason", REASON)
            day = check.day(arrival.arrived_on if arrived is None else arrived, "arrived", not_after=context.today)
            paper = check.text(arrival.reference if reference is None else reference, "reference", TITLE)
            if day is not None and day < arrival.arrived_on:
                check.add(
                    problem(
                        N_("{day} lies before the arrival of {since}."),
                        N_("Check the day."),
                        field="arrived",
                        code="order",
                        day=day,
                        since=arrival.arrived_on,
                    )
                )
        found, identity = replayed(
            context,
            CapitalArrival,
            uid,
            {"reverses": str(arrival.uid), "reason": why, "arrived": plain(day), "reference": paper},
        )
        if found is not None:
            return found
        if arrival.reverses_id is not None:
            raise Conflict(
                problem(
                    N_("Entry {id} is itself a reversal."),
                    N_("Record the right figure: crm capital record"),
                    code="reversal",
                    id=arrival.id,
                )
            )
        if self._reversal(arrival) is not None:
            raise Conflict(
                problem(
                    N_("Arrival {id} is reversed already."), N_("See: crm capital list"), code="reversed", id=arrival.id
                )
            )
        with Writing(context, "capital.reverse", why, whole=bool(identity)) as write:
            reversal = CapitalArrival(
                **identity, lead_id=arrival.lead_id, kind=arrival.kind, amount_minor=-arrival.amount_minor, currency=arrival.currency, arrived_on=day,
                reference=paper, state=EntryState.REPORTED, submitted_by_id=actor.id, reverses_id=arrival.id, reason=why,
                recorded_on=context.today, recorded_at=context.now(),
            )  # fmt: skip
            write.add(reversal)
        return reversal

    def list(self, lead: LeadRef | None = None) -> tuple[ArrivalRow, ...]:
        """Return ledger entries by day, of one lead or of all the actor may see."""
        self._context.acting()
        whose = None if lead is None else self._leads.get(lead)
        return reports.arrivals(self._context.session, self._context.actor, lead_id=whose.id if whose else None)

    def _ensure_verifiable(self, reversed_: CapitalArrival, actor: Actor) -> None:
        """Refuse to verify a reversal of what never counted, or by who submitted what it reverses."""
        if reversed_.submitted_by_id == actor.id:
            raise AccessDenied(
                problem(
                    N_("{actor} submitted what this reverses; the verifier of a figure is never its submitter."),
                    N_("Ask another verifier."),
                    code="own_figure",
                    actor=actor.username,
                )
            )
        if reversed_.state is EntryState.REPORTED:
            raise Conflict(
                problem(
                    N_(
                        "Arrival {id} was reversed before it was verified; neither counts, and nothing is left to verify."
                    ),
                    N_("Record the right figure: crm capital record"),
                    code="reversed",
                    id=reversed_.id,
                )
            )

    def _reversal(self, arrival: CapitalArrival) -> int | None:
        return self._context.session.scalar(select(CapitalArrival.id).where(CapitalArrival.reverses_id == arrival.id))
