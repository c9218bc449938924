"""The ledger of contract amounts and their decreases."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import select

from crm.errors import N_, Conflict, problem
from crm.models import ContractAmount, ContractKind, Evidence, EvidenceKind, Lead
from crm.refusals import not_positive
from crm.rules.access import Right
from crm.rules.stages import Status
from crm.services.kernel.checks import REASON, Checks
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import replayed
from crm.services.ledgers.base import EvidenceRef, LeadRef
from crm.services.ledgers.ledger import Ledger
from crm.values.money import Money, as_money

ContractRef = ContractAmount | int | UUID | str

#: Kinds that decrease a contract.
TAKING_BACK = frozenset({ContractKind.DECREASE, ContractKind.TERMINATION})


class Contracts(Ledger[ContractAmount]):
    """Contract amounts; handed out by :class:`crm.CRM`."""

    MODEL: ClassVar[type[ContractAmount]] = ContractAmount
    NOUN: ClassVar[str] = "contract"
    WHAT: ClassVar[str] = "contract amount"
    DAY: ClassVar[str] = "agreed"

    @writes(Right.CONTRACT_RECORD, by_record=True)
    def record(
        self,
        lead: LeadRef,
        amount: Money | str | None = None,
        *,
        agreed: date | str | None = None,
        reference: str | None = None,
        kind: ContractKind | str = ContractKind.NEW,
        reason: str | None = None,
        place: str | None = None,
        country: str | None = None,
        ultimate: str | None = None,
        industry: str | None = None,
        evidence: EvidenceRef | None = None,
        uid: UUID | str | None = None,
    ) -> ContractAmount:
        """Record a contract amount or a decrease; it counts once a second person verified and a third confirmed it.

        Without an amount, amount, day and reference are those of the evidence, or of the lead's only agreement.

        Args:
            lead: Whose contract it is; its project company, or the credit code of that, names it too.
            amount: Money, or text such as ``20000000 USD``. What a decrease or a termination takes back is kept as
                negative, whichever way it is written.
            agreed: The day of the contract; never in the future.
            reference: Its number or title.
            kind: new, increase, decrease or termination.
            reason: Why it takes something back; required of a decrease and a termination.
            place: The place of signing.
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
            Conflict: The lead is lost or abandoned and the contract promises more, or the uid is in use with other
                content.
        """
        context = self._context
        whose = self._leads.get(lead)
        context.require_on(Right.CONTRACT_RECORD, whose)
        arguments = {"place": place, "country": country, "ultimate": ultimate, "industry": industry}
        with Checks() as check:
            sort = check.choice(ContractKind, kind, "kind")
            back = sort in TAKING_BACK
            paper = self._evidence(check, whose, evidence)
            if amount is None and paper is None and evidence is None:
                paper = self._agreement(check, whose)
            money = self._amount(check, amount, paper, back=back)
            day = check.day(paper.dated_on if agreed is None and paper else agreed, "agreed", not_after=context.today)
            if agreed is None and paper is None:
                check.wrong(
                    N_("The day of the contract is missing."),
                    N_("Add it: --agreed DAY"),
                    field="agreed",
                    code="missing",
                )
            values: dict[str, Any] = {
                "kind": sort,
                "reference": self._reference(check, reference, paper),
                "agreed_on": day,
                "reason": check.text(reason, "reason", REASON, required=back),
            }
            about = self._about(check, whose, arguments)
        values |= {"amount_minor": money.minor, "currency": money.currency}
        found, identity = replayed(context, ContractAmount, uid, self._content(values, whose, arguments, about, paper))
        if found is not None:
            return found
        if whose.status in {Status.LOST, Status.ABANDONED} and not back:
            raise Conflict(
                problem(
                    N_("The lead is {status}; only decreases and terminations can be recorded for it."),
                    N_("Reopen it first: crm lead reopen LEAD --reason …"),
                    code="status",
                    status=whose.status.value,
                )
            )
        return self._write(whose, {**values, **about, "evidence_id": paper.id if paper else None}, identity)

    @writes(Right.CONTRACT_VERIFY)
    def verify(self, ref: ContractRef, *, version: int | None = None) -> ContractAmount:
        """Verify an entry submitted by somebody else.

        Raises:
            AccessDenied: The role may not verify, or the actor submitted it.
            Conflict: It is verified already, or reversed.
            StaleRecord: Somebody else verified it first.
        """
        return self._verify(ref, version)

    @writes(Right.CONTRACT_CONFIRM)
    def confirm(self, ref: ContractRef, *, version: int | None = None) -> ContractAmount:
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

    @writes(Right.CONTRACT_REVERSE)
    def reverse(
        self,
        ref: ContractRef,
        *,
        reason: str,
        agreed: date | str | None = None,
        reference: str | None = None,
        uid: UUID | str | None = None,
    ) -> ContractAmount:
        """Reverse a wrong entry by one of the opposite amount.

        Args:
            ref: The entry.
            reason: Why.
            agreed: The day the reversal belongs to, by default that of the entry.
            reference: Document of the reversal, by default that of the entry.
            uid: Makes the call safe to repeat.

        Returns:
            The reversing entry, flushed, in state reported; someone else verifies it.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: Only a manager, verifier or admin reverses.
            Conflict: It is already reversed, or is itself a reversal.
        """
        return self._reverse(ref, reason=reason, on=agreed, reference=reference, uid=uid)

    def _agreement(self, check: Checks, lead: Lead) -> Evidence | None:
        """Return the only agreement of a lead."""
        found = self._context.session.scalars(
            select(Evidence)
            .where(Evidence.lead_id == lead.id, Evidence.kind == EvidenceKind.AGREEMENT)
            .order_by(Evidence.dated_on, Evidence.id)
        ).all()
        if len(found) > 1:
            check.wrong(
                N_("Lead {id} has several agreements: {matches}."),
                N_("Name one, --evidence NUMBER, or give the amount."),
                field="evidence",
                code="ambiguous",
                id=lead.id,
                matches="; ".join(f"{contract.id} {contract.reference} {contract.amount}" for contract in found),
            )
            return found[0]
        return found[0] if found else None

    @staticmethod
    def _amount(check: Checks, amount: Money | str | None, paper: Evidence | None, *, back: bool) -> Any:
        """Return the amount with the sign of its kind."""
        if amount is None:
            money = paper.amount if paper is not None else None
            if money is None:
                check.wrong(
                    N_("The amount is missing, and the lead has no agreement with one."),
                    N_('Give it, such as "20000000 USD", or name a document: --evidence NUMBER'),
                    field="amount",
                    code="missing",
                )
        else:
            money = check.take(lambda: as_money(amount), "amount")
        if money is None:
            return None
        if money.minor == 0 or (money.minor < 0 and not back):
            check.add(
                not_positive(
                    money, "amount", N_("For a smaller contract use --kind decrease or termination; reverse a mistake.")
                )
            )
        return -money if back and money.minor > 0 else money
