"""The evidence of a lead, and its project company."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, BinaryIO, Unpack
from uuid import UUID

from crm.errors import N_, AccessDenied, Conflict, problem
from crm.models import Enterprise, Evidence, EvidenceKind, Lead
from crm.reads.evidence import EvidenceRow
from crm.reads.kernel.visibility import may_see
from crm.reads.leads import queries as reports
from crm.refusals import SUBMITTED, own_figure
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import cleared_gates, counted
from crm.rules.leads.fields import EnterpriseFields, EvidenceFields
from crm.services.kernel.conflicts import require_version, stale
from crm.services.kernel.corrections import ensure_standing
from crm.services.kernel.finding import find
from crm.services.kernel.hands import ensure_another_hand
from crm.services.kernel.refs import EvidenceRef, LeadRef
from crm.services.kernel.twins import why_distinct
from crm.services.kernel.verbs import reads, writes
from crm.services.kernel.writing import Writing, ensure_free, replayed
from crm.services.leads.base import ensure_shown, passed_gates
from crm.services.leads.paper_corrections import RESTORE, PaperCorrections, agreement_without_amount
from crm.services.leads.twins import ensure_other_paper
from crm.values.identifiers import as_credit_code
from crm.values.money import Money
from crm.values.text import TITLE

if TYPE_CHECKING:
    from crm.services.documents import Arriving, DocumentFile


class LeadPapers(PaperCorrections):
    """Evidence and project company of leads."""

    @writes(Right.EVIDENCE_ADD, by_record=True)
    def add_evidence(
        self,
        ref: LeadRef,
        kind: EvidenceKind | str,
        *,
        dated: date | str | None,
        reference: str,
        amount: Money | str | None = None,
        sha256: str | None = None,
        content: bytes | BinaryIO | None = None,
        distinct: str | None = None,
        uid: UUID | str | None = None,
    ) -> Evidence:
        """Record a document.

        Args:
            ref: The lead.
            kind: memorandum, letter_of_intent, agreement, licence, filing, capital_verification, construction_permit,
                construction_start, operation_start, photograph or other. Only an agreement binds.
            dated: The day on the document; never in the future.
            reference: Number or title people find it by.
            amount: The amount in it; of an agreement required, and positive.
            sha256: SHA-256 of the file, 64 hex digits.
            content: The file itself, as bytes or a binary stream. It is kept if the ``CRM`` was given a store of files;
                otherwise its SHA-256 alone is.
            distinct: Why it is another document, where one of any lead has the same file or reference; kept in the audit.
            uid: Makes the call safe to repeat.

        Returns:
            The evidence, flushed, submitted by the actor.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: The lead belongs to another station or unit.
            LikelyDuplicate: A document has the same file or reference.
            Conflict: The uid is in use with other content.
            Refused: The file was changed while it was read.
            DatabaseNotReady: The store of files cannot take it, such as for want of room.
        """
        context = self._context
        actor, lead = self._authorised(Right.EVIDENCE_ADD, ref)
        with Checks() as check:
            apart = why_distinct(check, distinct)
            arguments = {"kind": kind, "dated": dated, "reference": reference, "amount": amount, "sha256": sha256}
            values = check.fields(EvidenceFields, arguments, today=context.today)
            if amount is None and values["kind"] is EvidenceKind.AGREEMENT:
                check.add(agreement_without_amount())
            file = None if content is None else self._examined(check, content, values["sha256"])
            if file is not None:
                values["sha256"] = file.sha256
        found, identity = replayed(context, Evidence, uid, counted(EvidenceFields, values) | {"lead": str(lead.uid)})
        if found is not None:
            return found
        if apart is None:
            ensure_other_paper(context, values["reference"], values["sha256"])
        size = None if file is None else self._kept(file)
        with Writing(context, "evidence.add", apart, whole=bool(identity)) as write:
            record = Evidence(
                **values,
                **identity,
                lead_id=lead.id,
                submitted_by_id=actor.id,
                recorded_on=context.today,
                file_size=size,
            )
            write.add(record)
        return record

    @writes(Right.EVIDENCE_CONFIRM)
    def confirm(self, ref: EvidenceRef, *, version: int | None = None) -> Evidence:
        """Confirm a document submitted by somebody else, such as the start of operation.

        Args:
            ref: The document: its id or uid.
            version: The version the caller saw.

        Raises:
            AccessDenied: The role may not confirm, or the actor submitted it.
            Conflict: It is confirmed already.
            NotFound: There is no such evidence.
            StaleRecord: Somebody else confirmed it first.
        """
        context = self._context
        record = find(context.session, Evidence, ref, what="evidence")
        ensure_shown(self._context, record.lead_id, "evidence", ref)
        actor = context.acting()
        if record.submitted_by_id == actor.id:
            raise AccessDenied(own_figure(SUBMITTED, actor.username, N_("Ask another verifier or manager.")))
        if record.confirmed_by_id is not None:
            raise Conflict(
                problem(
                    N_("Evidence {id} is already confirmed."), N_("See: crm lead show"), code="confirmed", id=record.id
                )
            )
        again = N_("Put the document on record again: crm lead evidence LEAD …")
        ensure_another_hand(context, "evidence", record.id, again)
        ensure_standing(record, RESTORE)
        with Writing(context, "evidence.confirm") as write:
            write.change(record, version=version, confirmed_by_id=actor.id, confirmed_at=context.now())
        return record

    def _examined(self, check: Checks, content: object, told: str | None) -> Arriving | None:
        """Return the file of a document with its checksum; None where *check* has its problems."""
        from crm.services.documents import examine

        file = examine(check, content, self._context.files)
        if file is not None and told not in {None, file.sha256}:
            check.wrong(
                N_("The file's SHA-256 differs from the given one."),
                N_("Check which file it is."),
                field="sha256",
                code="sha256",
            )
        return file

    def _kept(self, file: Arriving) -> int | None:
        """Hand a file to the store, and return its size; None where there is no store."""
        from crm.services.documents import keep

        if self._context.files is None:
            return None
        keep(self._context.files, file)
        return file.size

    @reads(Right.READ)
    def evidence_file(self, ref: EvidenceRef) -> DocumentFile:
        """Open the file of a document, to be read in parts; who may see the lead may read it.

        ``with crm.leads.evidence_file(12) as file: for part in file: …``. A withdrawn document has its file, too.

        Args:
            ref: The document: its id or uid.

        Returns:
            The file with its size and type; its SHA-256 is checked while it is read.

        Raises:
            NotFound: There is no such evidence.
            Refused: The file was not kept, or the ``CRM`` has no store of files.
            DamagedRecord: The file is missing or damaged.
        """
        from crm.services.documents import opened

        record = find(self._context.session, Evidence, ref, what="evidence")
        ensure_shown(self._context, record.lead_id, "evidence", ref)
        return opened(self._context.files, record.sha256, record.file_size)

    @reads(Right.READ)
    def evidence(self, ref: LeadRef, *, withdrawn: bool = False) -> tuple[EvidenceRow, ...]:
        """Return a lead's documents by their day; *withdrawn* ones too, if asked for.

        Args:
            ref: The lead: its id, uid, title, or a unique part of its title or its investor's names.
            withdrawn: Whether withdrawn ones are included.
        """
        with Checks() as check:
            everything = check.flag(withdrawn, "withdrawn")
        return reports.evidence(self._context.session, self._whole(ref).id, withdrawn=everything)

    @writes(Right.LEAD_EDIT, by_record=True)
    def register(self, ref: LeadRef, *, version: int | None = None, **changes: Unpack[EnterpriseFields]) -> Enterprise:
        """Record the project company, or add to its record; fields that are not passed stay.

        Args:
            ref: The lead.
            version: The version of the lead that the caller saw.
            **changes: Fields of the company: :class:`crm.rules.leads.fields.EnterpriseFields`; the name is required
                the first time.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: The lead belongs to another station or unit.
            Conflict: Another company has this credit code.
            StaleLead: Somebody else changed the lead first.
        """
        context = self._context
        _, lead = self._authorised(Right.LEAD_EDIT, ref)
        require_version(version)
        if version not in {None, lead.version}:
            raise stale(lead, version or 0, lead.version)
        with Checks() as check:
            # Read here, because an empty text is no credit code, and does not clear it either.
            values = check.fields(EnterpriseFields, changes, today=context.today, credit_code=as_credit_code)
            check.add(*passed_gates(context, lead, *cleared_gates(EnterpriseFields, changes)))
            code = values.get("credit_code")
            firm = self._firm_of(lead, code)
            if firm is None and "name" not in values:
                check.text(None, "name", TITLE)
        if code is not None and (firm is None or firm.credit_code != code):
            ensure_free(context, Enterprise.credit_code, code)
        if firm is not None and values.get("licensed_on"):
            values["recorded_on"] = context.today
        with Writing(context, "lead.register", whole=True) as write:
            if firm is None:
                firm = Enterprise(**values, recorded_on=context.today)
                write.add(firm)
                write.flush()
            else:
                write.change(firm, **values)
            # A gate may require the cleared field. The version of the lead shows whether it passed that gate
            # meanwhile.
            write.change(lead, even_unchanged=None in values.values(), enterprise_id=firm.id)
        context.session.expire(lead, ["enterprise"])
        return firm

    def _firm_of(self, lead: Lead, code: str | None) -> Enterprise | None:
        """Return a lead's company; an expansion without one of its own has that of the lead it expands."""
        session = self._context.session
        if lead.enterprise_id is not None:
            return session.get_one(Enterprise, lead.enterprise_id)
        parent = None if lead.parent_id is None else session.get_one(Lead, lead.parent_id)
        if parent is None or parent.enterprise_id is None or not may_see(self._context.actor, parent):
            return None
        firm = session.get_one(Enterprise, parent.enterprise_id)
        return firm if code in {None, firm.credit_code} else None
