"""The ledger of capital arrivals."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Unpack
from uuid import UUID

from crm.errors import N_
from crm.models import ArrivalKind, CapitalArrival
from crm.rules.access import Right
from crm.rules.ledgers.entries import ArrivalDetails, EntryAbout
from crm.services.kernel.refs import LeadRef
from crm.services.kernel.verbs import writes
from crm.services.ledgers.ledger import Ledger
from crm.values.money import Money

ArrivalRef = CapitalArrival | int | UUID | str


class Capital(Ledger[CapitalArrival]):
    """Capital arrivals; handed out by :class:`crm.CRM`."""

    MODEL: ClassVar[type[CapitalArrival]] = CapitalArrival
    NOUN: ClassVar[str] = "capital"
    WHAT: ClassVar[str] = "arrival"
    DAY: ClassVar[str] = "arrived"
    FIELDS: ClassVar[type] = ArrivalDetails
    CLOSED: ClassVar[str] = N_("The lead is {status}; capital cannot be recorded for it.")

    @writes(Right.CAPITAL_RECORD, by_record=True)
    def record(
        self,
        lead: LeadRef,
        amount: Money | str,
        *,
        arrived: date | str | None,
        reference: str | None = None,
        kind: ArrivalKind | str = ArrivalKind.NEW,
        distinct: str | None = None,
        uid: UUID | str | None = None,
        **about: Unpack[EntryAbout],
    ) -> CapitalArrival:
        """Record an arrival.

        It meets gates once a second person has verified it, and counts once a third person has confirmed it.

        Args:
            lead: Whose capital it is; its project company, or the credit code of that, names it too.
            amount: Money, or text such as ``5000000 USD``; positive.
            arrived: The day it arrived; never in the future.
            reference: Bank advice or capital verification report; by default that of the evidence.
            kind: new, increase, reinvestment or shareholder_loan.
            distinct: Why it is another payment, or a part of one, where an entry has the same reference, of any lead and
                day; kept in the audit.
            uid: Makes the call safe to repeat.
            **about: Place, origin, industry and document: :class:`crm.rules.ledgers.entries.EntryAbout`. By default
                the origin is the investor's country and the industry is the lead's, which is required when the entry
                is confirmed.

        Returns:
            The entry, flushed, in state reported.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: The lead belongs to another station or unit.
            Ambiguous: The project company has several leads.
            LikelyDuplicate: The bank advice is on record for another lead, or with another amount or day.
            Conflict: The lead has an entry with this reference, amount and day; it is lost or abandoned; or the uid is in use with other content.
        """
        arguments = {
            "amount": amount,
            "arrived": arrived,
            "kind": kind,
            "reference": reference,
            **about,
        }
        return self._record(lead, arguments, uid, distinct=distinct)

    verify = writes(Right.CAPITAL_VERIFY)(Ledger[CapitalArrival].verify)
    confirm = writes(Right.CAPITAL_CONFIRM)(Ledger[CapitalArrival].confirm)

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

    @writes(Right.RECORD_CORRECT, by_record=True)
    def correct(
        self,
        ref: ArrivalRef,
        *,
        reason: str,
        distinct: str | None = None,
        version: int | None = None,
        uid: UUID | str | None = None,
        **changes: Unpack[ArrivalDetails],
    ) -> CapitalArrival:
        """Correct an entry: reverse it and record it anew with the changes, at once; what is not passed stays.

        From then on the entry meets no gate; the new one does once it is verified. The figures count a confirmed entry
        until its reversal is confirmed, and the new entry once it is.

        Args:
            ref: The entry.
            reason: Why.
            distinct: Why it is another payment, where an entry has the new reference.
            version: The version the caller saw.
            uid: Makes the call safe to repeat.
            **changes: amount, arrived, kind, reference, evidence, place, country, ultimate and industry.

        Returns:
            The new entry, flushed, in state reported; someone else verifies it and the reversal.

        Raises:
            InvalidInput: Invalid arguments, all of them named; nothing changes.
            AccessDenied: Another recorded it, or too long ago.
            LikelyDuplicate: The bank advice is on record for another lead, or with another amount or day.
            Conflict: It is reversed, or is itself a reversal; or the lead has an entry like the new one.
            StaleRecord: Somebody else signed it first.
        """
        return self._correct(ref, dict(changes), reason=reason, distinct=distinct, version=version, uid=uid)
