"""The ledger of contract amounts and their decreases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any, ClassVar, Unpack
from uuid import UUID

from sqlalchemy import select

from crm.errors import N_, InvalidInput, problem
from crm.models import ContractAmount, ContractKind, Evidence, EvidenceKind, Lead
from crm.models.base import standing
from crm.refusals import not_positive
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import declared
from crm.rules.ledgers.entries import TAKING_BACK, ContractDetails, ContractFields, EntryAbout
from crm.services.kernel.finding import several
from crm.services.kernel.locks import share_selected
from crm.services.kernel.refs import LeadRef
from crm.services.kernel.verbs import writes
from crm.services.ledgers.ledger import Ledger
from crm.services.ledgers.repeated import Entry, ensure_covered
from crm.values.money import Money, as_money
from crm.values.text import REASON

ContractRef = ContractAmount | int | UUID | str


class Contracts(Ledger[ContractAmount]):
    """Contract amounts; handed out by :class:`crm.CRM`."""

    MODEL: ClassVar[type[ContractAmount]] = ContractAmount
    NOUN: ClassVar[str] = "contract"
    WHAT: ClassVar[str] = "contract amount"
    DAY: ClassVar[str] = "agreed"
    FIELDS: ClassVar[type] = ContractFields
    FROM_PAPER: ClassVar[Mapping[str, str]] = {"amount": "amount", "agreed": "dated_on", "reference": "reference"}
    CLOSED: ClassVar[str] = N_("The lead is {status}; only decreases and terminations can be recorded for it.")

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
        distinct: str | None = None,
        uid: UUID | str | None = None,
        **about: Unpack[EntryAbout],
    ) -> ContractAmount:
        """Record a contract amount or a decrease; it counts once a second person verified and a third confirmed it.

        Without an amount, amount, day and reference are those of the evidence, or of the lead's only agreement.

        Args:
            lead: Whose contract it is; its project company, or the credit code of that, names it too.
            amount: Money, or text such as ``20000000 USD``. A decrease or a termination is stored as a
                negative amount, whichever sign is passed.
            agreed: The day of the contract; never in the future.
            reference: Its number or title.
            kind: new, increase, decrease or termination.
            reason: Why the amount decreases; required for a decrease and a termination.
            distinct: Why it is another contract, or a part of one, where an entry of another lead has the same
                reference; kept in the audit.
            uid: Makes the call safe to repeat.
            **about: Place, origin, industry and document: :class:`crm.rules.ledgers.entries.EntryAbout`. By default
                the origin is the investor's country and the industry is the lead's, which is required when the entry
                is confirmed.

        Returns:
            The entry, flushed, in state reported.

        Raises:
            InvalidInput: Invalid arguments, all of them named; the decrease exceeds the valid contract amounts of the
                lead on that day.
            AccessDenied: The lead belongs to another station or unit.
            Ambiguous: The project company has several leads.
            LikelyDuplicate: Another lead has an entry with this reference.
            Conflict: The lead has an entry with this reference, amount and day; it is lost or abandoned and the contract
                promises more; or the uid is in use with other content.
        """
        arguments = {
            "amount": amount,
            "agreed": agreed,
            "kind": kind,
            "reason": reason,
            "reference": reference,
            **about,
        }
        return self._record(lead, arguments, uid, distinct=distinct)

    verify = writes(Right.CONTRACT_VERIFY)(Ledger[ContractAmount].verify)
    confirm = writes(Right.CONTRACT_CONFIRM)(Ledger[ContractAmount].confirm)

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
            InvalidInput: Invalid arguments, all of them named; decreases of the lead depend on it.
            AccessDenied: Only a manager, verifier or admin reverses.
            Conflict: It is already reversed, or is itself a reversal.
        """
        return self._reverse(ref, reason=reason, on=agreed, reference=reference, uid=uid)

    @writes(Right.RECORD_CORRECT, by_record=True)
    def correct(
        self,
        ref: ContractRef,
        *,
        reason: str,
        distinct: str | None = None,
        version: int | None = None,
        uid: UUID | str | None = None,
        **changes: Unpack[ContractDetails],
    ) -> ContractAmount:
        """Correct an entry: reverse it and record it anew with the changes, at once; what is not passed stays.

        The figures count a confirmed entry until its reversal is confirmed, and the new entry once it is.

        Args:
            ref: The entry.
            reason: Why.
            distinct: Why it is another contract, where an entry of another lead has the new reference.
            version: The version the caller saw.
            uid: Makes the call safe to repeat.
            **changes: amount, agreed, kind, reference, evidence, place, country, ultimate and industry.

        Returns:
            The new entry, flushed, in state reported; someone else verifies it and the reversal.

        Raises:
            InvalidInput: Invalid arguments, all of them named; nothing changes; decreases of the lead depend on it.
            AccessDenied: Another recorded it, or too long ago.
            LikelyDuplicate: Another lead has an entry with the new reference.
            Conflict: It is reversed, or is itself a reversal; or the lead has an entry like the new one.
            StaleRecord: Somebody else signed it first.
        """
        return self._correct(ref, dict(changes), reason=reason, distinct=distinct, version=version, uid=uid)

    def _read(
        self, check: Checks, arguments: Mapping[str, object], amount: Callable[[object], object] | None = None
    ) -> dict[str, object]:
        back = str(arguments["kind"]) in TAKING_BACK
        values = super()._read(check, arguments, amount or partial(_signed_amount, back=back))
        if back and declared(ContractFields)["reason"].clears(arguments["reason"]):
            check.text(arguments["reason"], "reason", REASON)
        return values

    def _ensure_new(
        self, lead: Lead, values: Mapping[str, Any], apart: str | None, instead: ContractAmount | None = None
    ) -> None:
        super()._ensure_new(lead, values, apart, instead)
        if values["kind"] in TAKING_BACK or instead is not None:
            money = Money(values["amount_minor"], values["currency"])
            number = 0 if instead is None else instead.id
            ensure_covered(self._context, lead.id, money, values["agreed_on"], without=number)

    def _asks(self, known: Entry, new: Entry) -> bool:
        # The contract of a lead that the actor may not see is not disclosed.
        return known.seen and known.lead != new.lead

    def _ensure_reversible(self, entry: ContractAmount) -> None:
        if entry.amount_minor > 0:
            ensure_covered(self._context, entry.lead_id, -entry.amount, entry.agreed_on, without=entry.id, added=False)

    def _paper(self, check: Checks, lead: Lead, arguments: Mapping[str, object]) -> Evidence | None:
        if arguments["amount"] is None and arguments.get("evidence") is None:
            return self._agreement(check, lead)
        return super()._paper(check, lead, arguments)

    def _agreement(self, check: Checks, lead: Lead) -> Evidence | None:
        """Return the only agreement of a lead."""
        found = share_selected(
            self._context.session,
            Evidence,
            select(Evidence)
            .where(Evidence.lead_id == lead.id, Evidence.kind == EvidenceKind.AGREEMENT, standing(Evidence))
            .order_by(Evidence.dated_on, Evidence.id),
        )
        if len(found) > 1:
            check.wrong(
                N_("Lead {id} has several agreements: {matches}."),
                N_("Name one, --evidence NUMBER, or give the amount."),
                field="evidence",
                code="ambiguous",
                id=lead.id,
                matches=several("evidence", [(paper.id, f"{paper.reference} {paper.amount}") for paper in found]),
            )
            return found[0]
        return found[0] if found else None


def _signed_amount(amount: Money | str | None, *, back: bool) -> Money:
    """Return the amount with the sign of its kind."""
    if amount is None:
        raise InvalidInput(
            problem(
                N_("The amount is missing, and the lead has no agreement with one."),
                N_('Give it, such as "20000000 USD", or name a document: --evidence NUMBER'),
                field="amount",
                code="missing",
            )
        )
    money = as_money(amount)
    if money.minor == 0 or (money.minor < 0 and not back):
        raise InvalidInput(
            not_positive(
                money, "amount", N_("For a smaller contract use --kind decrease or termination; reverse a mistake.")
            )
        )
    return -money if back and money.minor > 0 else money
