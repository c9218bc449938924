"""Changes whose actor is not proven, on days when the policy requires bound staff."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from crm.models import AuditEntry, Binding, Posting
from crm.reads.audit.raw import Unreadable, stream
from crm.reads.audit.rows import Discrepancy
from crm.rules.access import Role
from crm.values.moments import bureau_day


def unproven(session: Session, since: datetime, asked_on: Callable[[date], bool]) -> Iterator[Discrepancy]:
    """Yield the entries that no bound person made: neither the actor, nor an admin at that time. One statement.

    Args:
        session: Whose transaction is read.
        since: The first moment at which a policy requires bound staff.
        asked_on: Says whether the policy of a day asks for it.
    """
    role = (
        select(Posting.role)
        .where(Posting.staff_id == Binding.staff_id, Posting.recorded_at <= AuditEntry.at)
        .order_by(Posting.number.desc())
        .limit(1)
        .correlate(Binding, AuditEntry)
        .scalar_subquery()
    )
    strange = or_(Binding.id.is_(None), and_(Binding.staff_id != AuditEntry.actor_id, role != Role.ADMIN))
    statement = (
        select(AuditEntry.id, AuditEntry.at, AuditEntry.record, AuditEntry.record_id, AuditEntry.binding_id)
        .select_from(AuditEntry)
        .outerjoin(Binding, Binding.id == AuditEntry.binding_id)
        .where(AuditEntry.actor_id.is_not(None), AuditEntry.at >= since, strange)
        .order_by(AuditEntry.id)
    )
    for entry, at, record, record_id, binding in stream(session, statement):
        if isinstance(at, Unreadable) or asked_on(bureau_day(at)):
            yield Discrepancy(
                record=str(record),
                record_id=record_id,
                field="binding_id",
                stored=None if binding is None else str(binding),
                derived=None,
                entry=entry,
            )
