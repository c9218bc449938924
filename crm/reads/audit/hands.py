"""Who changed a record, according to the audit."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.models import AuditEntry, Binding, Staff
from crm.rules.identities import Identity


@frozen
class Hand:
    """A change of a record, as the audit has it.

    Attributes:
        verb: What was done.
        at: When.
        actor: In whose name.
        staff_id: Who is bound to the identity that signed; None where nothing proves it.
        identity: That identity.
    """

    verb: str
    at: datetime
    actor: str
    staff_id: int | None
    identity: Identity | None


def hands(session: Session, record: str, record_id: int) -> tuple[Hand, ...]:
    """Return who changed a record, in the order of the changes. One statement."""
    found = (
        select(AuditEntry, Staff.username, Binding.staff_id, Binding.kind, Binding.name)
        .join(Staff, Staff.id == AuditEntry.actor_id)
        .outerjoin(Binding, Binding.id == AuditEntry.binding_id)
        .where(AuditEntry.record == record, AuditEntry.record_id == record_id)
        .order_by(AuditEntry.id)
    )
    return tuple(
        Hand(e.verb, e.at, actor, staff_id, None if e.binding_id is None else Identity(kind, name))
        for e, actor, staff_id, kind, name in session.execute(found)
    )
