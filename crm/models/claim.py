"""Claims: a unit's registered right to a lead, its shares, and its history."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.models.base import Base, BigInt, Identified, Versioned, enum
from crm.models.indexes import PartialIndex
from crm.models.place import Unit

_ACTIVE, _STANDING = text("state = 'active'"), text("state IN ('active', 'contested')")


class ClaimState(StrEnum):
    """The state of a claim. The first two are active or contested; a new lapse is derived from the days."""

    ACTIVE = "active"
    CONTESTED = "contested"
    SHARED = "shared"
    REFUSED = "refused"
    RELEASED = "released"
    TRANSFERRED = "transferred"
    LAPSED = "lapsed"


class ClaimOrigin(StrEnum):
    """How the unit got the claim."""

    FILED = "filed"
    TRANSFERRED = "transferred"


class ClaimStep(StrEnum):
    """A step in the history of a claim."""

    FILED = "filed"
    CONTESTED = "contested"
    UNCONTESTED = "uncontested"
    RULED = "ruled"
    RENEWED = "renewed"
    TRANSFERRED = "transferred"
    RELEASED = "released"
    LAPSED = "lapsed"


class Claim(Identified, Versioned, Base):
    """One unit's claim on one lead. The server's time of recording decides; no date can be entered."""

    __tablename__ = "crm_claim"
    __table_args__ = (
        UniqueConstraint("id", "lead_id"),
        ForeignKeyConstraint(
            ["from_claim_id", "lead_id"], ["crm_claim.id", "crm_claim.lead_id"], name="fk_crm_claim_from_claim"
        ),
        CheckConstraint("(state IN ('active', 'contested')) = (ended_at IS NULL)", name="ended"),
        CheckConstraint("state <> 'active' OR held_since IS NOT NULL", name="active_since"),
        CheckConstraint("(origin = 'transferred') = (from_claim_id IS NOT NULL)", name="transferred_from"),
        CheckConstraint("held_since IS NULL OR held_since >= filed_at", name="held_after_filed"),
        CheckConstraint("ended_at IS NULL OR ended_at >= filed_at", name="ended_after_filed"),
        PartialIndex("uq_crm_claim_one_active", "lead_id", unique=True, where=_ACTIVE),
        PartialIndex(
            "uq_crm_claim_one_of_unit",
            "lead_id",
            "unit_id",
            unique=True,
            where=_STANDING,
        ),
        Index(None, "unit_id", "state"),
        {"comment": "units' rights to leads"},
    )

    lead_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_lead.id"), index=True, comment="on which lead")
    unit_id: Mapped[int] = mapped_column(ForeignKey("crm_unit.id"), comment="whose claim")
    origin: Mapped[ClaimOrigin] = mapped_column(enum(ClaimOrigin, "origin"), comment="how the unit came by it")
    from_claim_id: Mapped[int | None] = mapped_column(BigInt, comment="of a transfer: the claim before")
    filed_at: Mapped[datetime] = mapped_column(comment="when it was recorded, by the server's clock")
    filed_by_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who filed it")
    note: Mapped[str | None] = mapped_column(String(1000), comment="what it rests on")
    state: Mapped[ClaimState] = mapped_column(enum(ClaimState, "state"), comment="what it is")
    held_since: Mapped[datetime | None] = mapped_column(comment="since when it protects, or null while contested")
    ended_at: Mapped[datetime | None] = mapped_column(comment="when it ended, or null")
    shares: Mapped[list["ClaimShare"]] = relationship(order_by="ClaimShare.id")
    unit: Mapped[Unit] = relationship()


class ClaimShare(Identified, Base):
    """A unit's part of a shared claim; the parts add up to 100 %. A claim without shares is its unit's alone."""

    __tablename__ = "crm_claim_share"
    __table_args__ = (
        UniqueConstraint("claim_id", "unit_id"),
        CheckConstraint("points BETWEEN 1 AND 10000", name="part_of_the_whole"),
        {"comment": "shares of claims"},
    )

    claim_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_claim.id"), comment="of which claim")
    unit_id: Mapped[int] = mapped_column(ForeignKey("crm_unit.id"), comment="whose share")
    points: Mapped[int] = mapped_column(comment="basis points: 10000 is the whole")
    unit: Mapped[Unit] = relationship()


class ClaimEvent(Identified, Base):
    """One dated, signed step of a claim. Append-only."""

    __tablename__ = "crm_claim_event"
    __table_args__ = (
        CheckConstraint("kind NOT IN ('ruled', 'transferred', 'released') OR reason IS NOT NULL", name="reasoned"),
        {"comment": "steps of claims, append-only"},
    )

    claim_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_claim.id"), index=True, comment="of which claim")
    kind: Mapped[ClaimStep] = mapped_column(enum(ClaimStep, "kind"), comment="what happened")
    at: Mapped[datetime] = mapped_column(comment="when")
    actor_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who did it")
    reason: Mapped[str | None] = mapped_column(String(1000), comment="why")
