"""The ledger of capital arrivals."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from crm.errors import N_, Conflict, problem
from crm.models import ArrivalKind, CapitalArrival
from crm.refusals import not_positive
from crm.rules.access import Right
from crm.rules.stages import Status
from crm.services.kernel.checks import Checks
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import replayed
from crm.services.ledgers.base import EvidenceRef, LeadRef
from crm.services.ledgers.ledger import Ledger
from crm.values.money import Money, as_money

ArrivalRef = CapitalArrival | int | UUID | str


class Capital(Ledger[CapitalArrival]):
    """Capital arrivals; handed out by :class:`crm.CRM`."""

    MODEL: ClassVar[type[CapitalArrival]] = CapitalArrival
    NOUN: ClassVar[str] = "capital"
    WHAT: ClassVar[str] = "arrival"
    DAY: ClassVar[str] = "arrived"

    @writes(Right.CAPITAL_RECORD, by_record=True)
    def record(
        self,
        lead: LeadRef,
        amount: Money | str,
        *,
        arrived: date | str | None,
        reference: str | None = None,
        kind: ArrivalKind | str = ArrivalKind.NEW,
        place: str | None = None,
        country: str | None = None,
        ultimate: str | None = None,
        industry: str | None = None,
        evidence: EvidenceRef | None = None,
        uid: UUID | str | None = None,
    ) -> CapitalArrival:
        """Record an arrival.

        It meets gates once a second person has verified it, and counts once a third person has confirmed it.

        Args:
            lead: Whose capital it is; its project company, or the credit code of that, names it too.
            amount: Money, or text such as ``5000000 USD``; positive.
            arrived: The day it arrived; never in the future.
            reference: Bank advice or capital verification report; by default that of the evidence.
            kind: new, increase, reinvestment or shareholder_loan.
            place: The bank.
            country: ISO 3166-1 alpha-2: the immediate country of origin; by default the investor's.
            ultimate: ISO 3166-1 alpha-2: the ultimate country of origin; by default the same.
            industry: GB/T 4754-2017; by default the lead's. It is required when the entry is confirmed.
            evidence: A document of the same lead that it rests on.
            uid: Makes the call safe to repeat.

        Returns:
            The entry, flushed, in state reported.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: The lead belongs to another station or unit.
            Ambiguous: The project company has several leads.
            Conflict: The lead is lost or abandoned, or the uid is in use with other content.
        """
        context = self._context
        whose = self._leads.get(lead)
        context.require_on(Right.CAPITAL_RECORD, whose)
        arguments = {"place": place, "country": country, "ultimate": ultimate, "industry": industry}
        with Checks() as check:
            money = check.take(lambda: as_money(amount), "amount")
            if money is not None and money.minor <= 0:
                check.add(not_positive(money, "amount", N_("To correct an entry, reverse it: crm capital reverse")))
            day = check.day(arrived, "arrived", not_after=context.today)
            if arrived is None:
                check.wrong(
                    N_("The day of arrival is missing."),
                    N_("Add it: --arrived DAY"),
                    field="arrived",
                    code="missing",
                )
            paper = self._evidence(check, whose, evidence)
            values: dict[str, Any] = {
                "kind": check.choice(ArrivalKind, kind, "kind"),
                "reference": self._reference(check, reference, paper),
                "arrived_on": day,
            }
            about = self._about(check, whose, arguments)
        values |= {"amount_minor": money.minor, "currency": money.currency}
        content = self._content(values, whose, arguments, about, paper)
        found, identity = replayed(context, CapitalArrival, uid, content)
        if found is not None:
            return found
        if whose.status in {Status.LOST, Status.ABANDONED}:
            raise Conflict(
                problem(
                    N_("The lead is {status}; capital cannot be recorded for it."),
                    N_("Reopen it first: crm lead reopen LEAD --reason …"),
                    code="status",
                    status=whose.status.value,
                )
            )
        return self._write(whose, {**values, **about, "evidence_id": paper.id if paper else None}, identity)

    @writes(Right.CAPITAL_VERIFY)
    def verify(self, ref: ArrivalRef, *, version: int | None = None) -> CapitalArrival:
        """Verify an entry submitted by somebody else.

        Raises:
            AccessDenied: The role may not verify, or the actor submitted it.
            Conflict: It is verified already, or reversed.
            StaleRecord: Somebody else verified it first.
        """
        return self._verify(ref, version)

    @writes(Right.CAPITAL_CONFIRM)
    def confirm(self, ref: ArrivalRef, *, version: int | None = None) -> CapitalArrival:
        """Confirm a verified entry: this fixes its value in US dollars and in yuan, and it counts.

        The value is fixed by the table and the day of the policy in effect on the day of the entry. A reversal has
        exactly the negated value of its entry. Missing fields of older entries, origin and industry, are filled in from
        investor and lead.

        Raises:
            AccessDenied: The role may not confirm, or the actor submitted or verified it.
            InvalidInput: A rate or the industry is missing; each is named with the way out.
            Conflict: It is not verified yet, is confirmed already, or is reversed.
            StaleRecord: Somebody else confirmed it first.
        """
        return self._confirm(ref, version)

    @writes(Right.CAPITAL_REVERSE)
    def reverse(
        self,
        ref: ArrivalRef,
        *,
        reason: str,
        arrived: date | str | None = None,
        reference: str | None = None,
        uid: UUID | str | None = None,
    ) -> CapitalArrival:
        """Reverse an entry by a negative one of the same amount. From then on the entry meets no gate.

        The figures count a confirmed entry until its reversal is confirmed too, with exactly the negated value.

        Args:
            ref: The entry.
            reason: Why.
            arrived: The day the reversal belongs to, by default that of the entry.
            reference: Document of the reversal, by default that of the entry.
            uid: Makes the call safe to repeat.

        Returns:
            The negative entry, flushed, in state reported; someone else verifies it.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: Only a manager, verifier or admin reverses.
            Conflict: It is already reversed, or is itself a reversal.
        """
        return self._reverse(ref, reason=reason, on=arrived, reference=reference, uid=uid)
