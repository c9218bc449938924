"""The audit: who changed what, when, from what to what, and why. Append-only."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from crm.models.base import Base, BigInt

#: Columns that the audit leaves out: bookkeeping, not content.
QUIET = frozenset({"id", "uid", "digest", "version", "before"})


class AuditEntry(Base):
    """One change of one record."""

    __tablename__ = "crm_audit_entry"
    __table_args__ = (
        Index(None, "record", "record_id"),
        Index(None, "at"),
        {"comment": "every change of every record, append-only"},
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True, comment="number of the entry")
    at: Mapped[datetime] = mapped_column(comment="when")
    actor_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), index=True, comment="who")
    verb: Mapped[str] = mapped_column(String(40), comment="what was done, such as lead.advance")
    record: Mapped[str] = mapped_column(String(40), comment="table of the record, without its prefix")
    record_id: Mapped[int] = mapped_column(BigInt, comment="id of the record")
    record_uid: Mapped[UUID] = mapped_column(comment="uid of the record")
    changes: Mapped[dict[str, Any]] = mapped_column(comment="for each field: [from, to]")
    reason: Mapped[str | None] = mapped_column(String(1000), comment="why")
