"""Imports of files, and which records each of their rows made or changed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from crm.models.base import Base, BigInt, Identified, Versioned


class Import(Identified, Versioned, Base):
    """A file whose rows became records; it stays on the list if undone."""

    __tablename__ = "crm_import"
    __table_args__ = (
        CheckConstraint("(undone_at IS NULL) = (undone_by_id IS NULL)", name="undone_by_someone"),
        CheckConstraint("(undone_at IS NULL) = (undone_reason IS NULL)", name="undone_with_reason"),
        Index(None, "checksum"),
        {"comment": "files that were imported"},
    )

    file: Mapped[str] = mapped_column(String(255), comment="name of the file")
    checksum: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the file")
    rows: Mapped[int] = mapped_column(comment="how many rows it had")
    made: Mapped[int] = mapped_column(comment="how many records it made")
    changed: Mapped[int] = mapped_column(comment="how many records it changed")
    skipped: Mapped[int] = mapped_column(comment="how many rows were left out")
    imported_at: Mapped[datetime] = mapped_column(comment="when")
    actor_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who imported it")
    undone_at: Mapped[datetime | None] = mapped_column(comment="when it was undone, or null")
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("crm_staff.id"), comment="who undid it")
    undone_reason: Mapped[str | None] = mapped_column(String(1000), comment="why it was undone")


class ImportRow(Base):
    """A record that a row of a file made or changed. Written and read in sets; the entry of the import signs them."""

    __tablename__ = "crm_import_row"
    __table_args__ = (Index(None, "record", "record_id"), {"comment": "what rows of files made, append-only"})

    import_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("crm_import.id"), primary_key=True, comment="of which import"
    )
    record: Mapped[str] = mapped_column(String(40), primary_key=True, comment="table of the record, without its prefix")
    record_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False, comment="id of the record")
    row_number: Mapped[int] = mapped_column(comment="number of the row in the file")
    made: Mapped[bool] = mapped_column(comment="whether it made the record; otherwise it changed it")
    version: Mapped[int] = mapped_column(comment="version of the record afterwards")
