"""The audit: reading it, and comparing the records with it."""

from __future__ import annotations

from uuid import UUID

from crm.models import Staff
from crm.reads.audit import queries as reports
from crm.reads.audit.rows import AuditRow, Discrepancy
from crm.rules.access import Right
from crm.services.kernel.checks import Checks
from crm.services.kernel.context import Context
from crm.services.kernel.verbs import reads
from crm.services.places.loading import LoadsPlaces


class Audit(LoadsPlaces):
    """The history of changes; handed out by :class:`crm.CRM`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @reads(Right.AUDIT_READ)
    def list(
        self,
        *,
        record: str | None = None,
        record_id: int | None = None,
        actor: Staff | int | UUID | str | None = None,
        limit: int | None = 50,
    ) -> tuple[AuditRow, ...]:
        """Return entries, latest first. One statement.

        Args:
            record: A sort of record, such as ``lead`` or ``investor``.
            record_id: One record of that sort.
            actor: Who changed it.
            limit: The maximum number; None for all.

        Raises:
            AccessDenied: The role may not read the audit.
        """
        with Checks() as check:
            sort = check.text(record, "record", 40, required=False)
            number, most = check.count(record_id, "record_id"), check.count(limit, "limit")
            who = None if actor is None else check.take(lambda: self._staff.get(actor), "actor")
        return reports.entries(
            self._context.session, record=sort, record_id=number, actor_id=who.id if who else None, limit=most
        )

    @reads(Right.AUDIT_READ)
    def verify(self) -> tuple[Discrepancy, ...]:
        """Compare every record with its audit entries, and every lead with its transitions; an empty result is good.

        Returns:
            What the audit or the transitions do not account for: a value changed past the services, or an entry taken
            away.

        Raises:
            AccessDenied: The role may not read the audit.
        """
        return reports.discrepancies(self._context.session)
