"""Documents corrected, withdrawn and restored; see :mod:`crm.services.kernel.corrections`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Unpack

from sqlalchemy import exists, or_, select

from crm.errors import N_, Conflict, Problem, problem
from crm.models import CapitalArrival, ContractAmount, Evidence, EvidenceKind, Referral, ReferralStatus
from crm.models.binding import OURS
from crm.models.ledger import stands
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.leads.fields import EvidenceFields
from crm.services.kernel.corrections import RESTORED, correcting, ensure_standing, ensure_withdrawn, withdraw
from crm.services.kernel.finding import find
from crm.services.kernel.locks import lock_rows
from crm.services.kernel.refs import EvidenceRef
from crm.services.kernel.twins import why_distinct, with_both
from crm.services.kernel.verbs import writes
from crm.services.kernel.writing import Writing
from crm.services.leads.base import LeadBase, ensure_shown
from crm.services.leads.gates import ensure_kept, lacking
from crm.services.leads.twins import ensure_other_paper

RESTORE = "crm lead restore-evidence"
_INSTEAD = N_("Withdraw the document instead, and record the right one: crm lead withdraw-evidence, crm lead evidence")


def _new(record: Evidence, values: Mapping[str, Any]) -> Iterator[str | None]:
    """Yield the new reference of a document and its new SHA-256; None for what stays."""
    for name in ("reference", "sha256"):
        value = values.get(name)
        yield None if value == getattr(record, name) else value


def agreement_without_amount() -> Problem:
    """Return the problem of an agreement that says no amount."""
    text = N_("An agreement's amount is missing.")
    return problem(text, N_('Add it: --amount "20000000 USD"'), field="amount", code="missing")


class PaperCorrections(LeadBase):
    """Documents edited, withdrawn and restored."""

    @writes(Right.RECORD_CORRECT, by_record=True)
    def edit_evidence(
        self,
        ref: EvidenceRef,
        *,
        reason: str | None = None,
        distinct: str | None = None,
        version: int | None = None,
        **changes: Unpack[EvidenceFields],
    ) -> Evidence:
        """Correct a document that nobody has confirmed; what is not passed stays as it is.

        Args:
            ref: The document.
            reason: Why; required of those who correct what another recorded, or later than the policy's days.
            distinct: Why it is another document, where one of any lead has the new file or reference; kept in the audit.
            version: The version the caller saw.
            **changes: kind, dated, reference, amount and sha256, as when it was recorded. With another sha256 the
                document has no file any more.

        Raises:
            InvalidInput: Invalid arguments, all of them named; the reason is missing.
            AccessDenied: Another recorded it, or too long ago.
            LikelyDuplicate: A document has the new file or reference.
            Conflict: It is withdrawn or confirmed; a ledger entry or a stage that the lead has passed depends on it.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        record = self._document(ref)
        why = correcting(context, record, reason).reason
        ensure_standing(record, RESTORE)
        with Checks() as check:
            apart = why_distinct(check, distinct)
            values = check.fields(EvidenceFields, dict(changes), today=record.recorded_on)
            kind, minor = values.get("kind", record.kind), values.get("amount_minor", record.amount_minor)
            if kind is EvidenceKind.AGREEMENT and minor is None:
                check.add(agreement_without_amount())
        if record.confirmed_by_id is not None:
            raise Conflict(
                problem(
                    N_("Evidence {id} is confirmed; confirmed evidence cannot be changed."),
                    _INSTEAD,
                    code="confirmed",
                    id=record.id,
                )
            )
        self._ensure_nothing_rests(record)
        before = lacking(context, record.lead_id)
        if values.get("sha256", record.sha256) != record.sha256:
            values["file_size"] = None  # the file that was kept is another
        if apart is None:
            ensure_other_paper(context, *_new(record, values), but=record.id)
        with Writing(context, "evidence.edit", with_both(why, apart), whole=True) as write:
            write.change(record, version=version, **values)
            ensure_kept(context, record.lead_id, before, _INSTEAD)
        return record

    @writes(Right.RECORD_CORRECT, by_record=True)
    def withdraw_evidence(self, ref: EvidenceRef, *, reason: str | None = None, version: int | None = None) -> Evidence:
        """Withdraw a document that should not be on record. The document of a ledger entry cannot be withdrawn.

        It stays readable, and meets no gate. If a stage depended on it, the lead stays there, and its card names the
        missing gates.

        Args:
            ref: The document.
            reason: Why; required of those who withdraw what another recorded, or later than the policy's days.
            version: The version the caller saw.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Another recorded it, or too long ago.
            Conflict: It is withdrawn already; a ledger entry or a referral depends on it.
            StaleRecord: Somebody else changed it first.
        """
        record, free = self._document(ref), self._ensure_nothing_rests
        return withdraw(self._context, record, "evidence.withdraw", RESTORE, reason, version, ensure=free)

    @writes(Right.RECORD_CORRECT, by_record=True)
    def restore_evidence(
        self,
        ref: EvidenceRef,
        *,
        reason: str | None = None,
        distinct: str | None = None,
        version: int | None = None,
    ) -> Evidence:
        """Restore a withdrawn document.

        Args:
            ref: The document.
            reason: Why; required of those who restore what another recorded, or later than the policy's days.
            distinct: Why it is another document, where one was recorded since with its file or reference; kept in the
                audit.
            version: The version the caller saw.

        Raises:
            InvalidInput: The reason is missing.
            AccessDenied: Another recorded it, or too long ago.
            LikelyDuplicate: A document has the same file or reference.
            Conflict: It is not withdrawn.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        record = self._document(ref)
        why = correcting(context, record, reason).reason
        with Checks() as check:
            apart = why_distinct(check, distinct)
        ensure_withdrawn(record)
        if apart is None:
            ensure_other_paper(context, record.reference, record.sha256, but=record.id)
        with Writing(context, "evidence.restore", with_both(why, apart)) as write:
            write.change(record, version=version, **RESTORED)
        return record

    def _document(self, ref: EvidenceRef) -> Evidence:
        record = find(self._context.session, Evidence, ref, what="evidence")
        ensure_shown(self._context, record.lead_id, "evidence", ref)
        return record

    def _ensure_nothing_rests(self, record: Evidence) -> None:
        """Refuse to change a document that valid ledger entries or referrals refer to. One statement, under a lock.

        A transaction that records an entry with the document locks its row.
        """
        lock_rows(self._context.session, Evidence, [record.id], referred=True, anew=False)
        entries = (
            exists().where(model.evidence_id == record.id, stands(model)) for model in (CapitalArrival, ContractAmount)
        )
        referred = exists().where(Referral.evidence_id == record.id, Referral.status == ReferralStatus.CONFIRMED)
        if self._context.session.scalar(select(or_(*entries, referred)), bind_arguments=OURS):
            raise Conflict(
                problem(
                    N_("Entries of a ledger, or a confirmed referral, depend on evidence {id}."),
                    N_(
                        "Reverse the entry or withdraw the referral first: crm capital reverse, "
                        "crm contract reverse, crm referral withdraw"
                    ),
                    code="rests",
                    id=record.id,
                )
            )
