"""Merges, with the moved rows and the old values; and groups of investors."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.models.base import Base, BigInt, Identified, Lasting, Versioned, days_in_order, withdrawn_by_someone
from crm.models.indexes import PartialIndex

_STANDS = text("undone_at IS NULL")
_LASTS = text("until IS NULL AND withdrawn_at IS NULL")


class Ownership(Identified, Versioned, Lasting, Base):
    """A subsidiary and its parent, from a day to a day."""

    __tablename__ = "crm_ownership"
    __table_args__ = (
        CheckConstraint("child_id <> parent_id", name="not_its_own_parent"),
        CheckConstraint("(until IS NULL) = (reason IS NULL)", name="ended_with_reason"),
        days_in_order("since", "until", "until_after_since"),
        withdrawn_by_someone(),
        PartialIndex("uq_crm_ownership_one_parent", "child_id", unique=True, where=_LASTS),
        {"comment": "which investor belongs to which"},
    )

    child_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_investor.id"), index=True, comment="the subsidiary")
    parent_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_investor.id"), index=True, comment="its parent")
    reason: Mapped[str | None] = mapped_column(String(1000), comment="why it ended")


class Merge(Identified, Versioned, Base):
    """One record merged into another, investor into investor or contact into contact; it stays on the list if undone.

    It stays on the list if undone.
    """

    __tablename__ = "crm_merge"
    __table_args__ = (
        CheckConstraint(
            "(survivor_investor_id IS NULL) = (absorbed_investor_id IS NULL)"
            " AND (survivor_contact_id IS NULL) = (absorbed_contact_id IS NULL)"
            " AND (survivor_investor_id IS NULL) <> (survivor_contact_id IS NULL)",
            name="two_of_one_kind",
        ),
        CheckConstraint(
            "survivor_investor_id <> absorbed_investor_id OR survivor_contact_id <> absorbed_contact_id",
            name="not_into_itself",
        ),
        CheckConstraint("(undone_at IS NULL) = (undone_reason IS NULL)", name="undone_with_reason"),
        PartialIndex(
            "uq_crm_merge_absorbed_investor",
            "absorbed_investor_id",
            unique=True,
            where=_STANDS,
        ),
        PartialIndex(
            "uq_crm_merge_absorbed_contact",
            "absorbed_contact_id",
            unique=True,
            where=_STANDS,
        ),
        {"comment": "records taken into others"},
    )

    survivor_investor_id: Mapped[int | None] = mapped_column(
        BigInt, ForeignKey("crm_investor.id"), index=True, comment="the investor that stays"
    )
    absorbed_investor_id: Mapped[int | None] = mapped_column(
        BigInt, ForeignKey("crm_investor.id"), comment="the investor that leads there"
    )
    survivor_contact_id: Mapped[int | None] = mapped_column(
        BigInt, ForeignKey("crm_contact.id"), index=True, comment="the contact that stays"
    )
    absorbed_contact_id: Mapped[int | None] = mapped_column(
        BigInt, ForeignKey("crm_contact.id"), comment="the contact that leads there"
    )
    merged_at: Mapped[datetime] = mapped_column(comment="when")
    actor_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who merged them")
    reason: Mapped[str] = mapped_column(String(1000), comment="why they are one")
    before: Mapped[dict[str, Any]] = mapped_column(comment="fields of the survivor that changed: [before, after]")
    undone_at: Mapped[datetime | None] = mapped_column(comment="when it was undone, or null")
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("crm_staff.id"), comment="who undid it")
    undone_reason: Mapped[str | None] = mapped_column(String(1000), comment="why they are two after all")


class MergeItem(Base):
    """One column of one row that a merge moved. Written and read in sets, with an audit entry for each."""

    __tablename__ = "crm_merge_item"
    __table_args__ = ({"comment": "what merges moved, append-only"},)

    merge_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("crm_merge.id"), primary_key=True, comment="by which merge"
    )
    record: Mapped[str] = mapped_column(String(40), primary_key=True, comment="table without its prefix")
    field: Mapped[str] = mapped_column(String(40), primary_key=True, comment="column")
    record_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False, comment="row")
    old_id: Mapped[int] = mapped_column(BigInt, comment="what stood there before")
    new_id: Mapped[int] = mapped_column(BigInt, comment="what stands there since")
