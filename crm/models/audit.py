"""The audit: who changed what, when, from what to what, and why. Append-only, and sealed: docs/audit.md."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from crm.models.base import Base, BigInt


class AuditEntry(Base):
    """One change of one record."""

    __tablename__ = "crm_audit_entry"
    __table_args__ = (
        Index(None, "record", "record_id"),
        Index(None, "at"),
        CheckConstraint("actor_id IS NOT NULL OR verb = 'upgrade'", name="signed"),
        {"comment": "every change of every record, append-only"},
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True, comment="number of the entry")
    at: Mapped[datetime] = mapped_column(comment="when")
    actor_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_staff.id"), index=True, comment="who; null for what an upgrade took in"
    )
    verb: Mapped[str] = mapped_column(String(40), comment="what was done, such as lead.advance")
    record: Mapped[str] = mapped_column(String(40), comment="table of the record, without its prefix")
    record_id: Mapped[int] = mapped_column(BigInt, comment="id of the record")
    record_uid: Mapped[UUID] = mapped_column(comment="uid of the record")
    version: Mapped[int | None] = mapped_column(comment="version of the record after it, where it has one")
    changes: Mapped[dict[str, Any]] = mapped_column(comment="for each field: [from, to]")
    reason: Mapped[str | None] = mapped_column(String(1000), comment="why")
    binding_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_binding.id"), comment="what proved who acted, or who acted for them; null where nothing did"
    )
    hash: Mapped[bytes | None] = mapped_column(
        LargeBinary(32), comment="SHA-256 of the entry; null where it is older than the log"
    )
    wordings: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True), comment="the texts of its digests, each after its key; erasing empties them"
    )


class AuditSeal(Base):
    """A batch of entries that were sealed together: its hash covers them and every seal before it."""

    __tablename__ = "crm_audit_seal"
    __table_args__ = (
        CheckConstraint("entries > 0", name="not_empty"),
        CheckConstraint("(previous IS NULL) = (number = 1)", name="chained"),
        {"comment": "seals of the audit, append-only"},
    )

    number: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False, comment="1, 2, 3 …")
    at: Mapped[datetime] = mapped_column(comment="when")
    entries: Mapped[int] = mapped_column(comment="how many entries it seals")
    content: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the lines of its entries")
    previous: Mapped[str | None] = mapped_column(String(64), comment="hash of the seal before; null for the first")
    hash: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the seal")
    taken_in: Mapped[bool] = mapped_column(
        comment="by the upgrade that began the log: what it has is proven from then on"
    )
    settled: Mapped[int | None] = mapped_column(
        BigInt, comment="no entry up to this number will come after it; it says where the next sealing begins to read"
    )


class SealedEntry(Base):
    """An entry as it was sealed. There is no foreign key, so that a missing entry can be reported."""

    __tablename__ = "crm_sealed_entry"
    __table_args__ = (Index(None, "seal_number", "entry_id"), {"comment": "what seals seal, append-only"})

    entry_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False, comment="which entry")
    seal_number: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_audit_seal.number"), comment="by which seal")
    record: Mapped[str] = mapped_column(String(40), comment="table of the record that it changed")
    record_id: Mapped[int] = mapped_column(BigInt, comment="id of the record that it changed")
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), comment="SHA-256 of the entry")


#: Bytes of a key, and what erasing overwrites it with.
KEY_SIZE = 32
DESTROYED = bytes(KEY_SIZE)


class AuditKey(Base):
    """The key of the digests of a record's personal values in the audit. Erasing overwrites it."""

    __tablename__ = "crm_audit_key"
    __table_args__ = ({"comment": "keys of personal digests in the audit; erasing overwrites them"},)

    record: Mapped[str] = mapped_column(String(40), primary_key=True, comment="table of the record, without its prefix")
    record_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False, comment="id of the record")
    key: Mapped[bytes] = mapped_column(LargeBinary(KEY_SIZE), comment="random; zeros since it was erased")


class ConvertedEntry(Base):
    """A sealed entry whose personal values, or free texts, an upgrade replaced by digests with a key."""

    __tablename__ = "crm_converted_entry"
    __table_args__ = (
        Index(None, "conversion_id", "entry_id"),
        {"comment": "entries that an upgrade converted, append-only"},
    )

    entry_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False, comment="which entry")
    conversion_id: Mapped[int] = mapped_column(
        BigInt, primary_key=True, autoincrement=False, comment="which conversion; an entry signs it"
    )
    before: Mapped[bytes] = mapped_column(LargeBinary(32), comment="SHA-256 of the entry as it was sealed")
    after: Mapped[bytes] = mapped_column(LargeBinary(32), comment="SHA-256 of the entry as it was converted")
