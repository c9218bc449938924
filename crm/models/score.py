"""Frozen scorecards: the figures of a period's targets on a day. Later data does not change them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.models.base import Base, BigInt, Identified, Spanned, days_in_order, enum
from crm.rules.targets.codes import Reason, Standing, Tier

_TOGETHER = text("unit_id IS NULL")


class FrozenScore(Identified, Spanned, Base):
    """The scorecard of a period on a day. Append-only: a later edition has a reason."""

    __tablename__ = "crm_score"
    __table_args__ = (
        UniqueConstraint("starts_on", "ends_on", "edition"),
        days_in_order("starts_on", "ends_on", "ends_after_start"),
        CheckConstraint("(edition = 1) = (reason IS NULL) AND edition >= 1", name="later_editions_say_why"),
        CheckConstraint("as_of >= starts_on AND as_of <= frozen_on", name="as_of_a_past_day"),
        {"comment": "scorecards that were frozen, append-only"},
    )

    starts_on: Mapped[date] = mapped_column(comment="first day of the period")
    ends_on: Mapped[date] = mapped_column(comment="last day of the period")
    edition: Mapped[int] = mapped_column(comment="1, 2, 3 … for each period")
    as_of: Mapped[date] = mapped_column(comment="the last day that counts in it")
    method: Mapped[str] = mapped_column(String(80), comment="how it was counted (口径)")
    frozen_on: Mapped[date] = mapped_column(comment="bureau's day of freezing")
    frozen_at: Mapped[datetime] = mapped_column(comment="when")
    actor_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who froze it")
    reason: Mapped[str | None] = mapped_column(String(1000), comment="of a later edition: why")
    cells: Mapped[list[FrozenCell]] = relationship(order_by="FrozenCell.id")


class FrozenCell(Identified, Spanned, Base):
    """One figure of a frozen scorecard, with the version of its target. Append-only."""

    __tablename__ = "crm_score_cell"
    __table_args__ = (
        UniqueConstraint("score_id", "terms_id", "unit_id", "starts_on"),
        Index(
            "uq_crm_score_cell_together",
            "score_id",
            "terms_id",
            "starts_on",
            unique=True,
            sqlite_where=_TOGETHER,
            postgresql_where=_TOGETHER,
        ),
        days_in_order("starts_on", "ends_on", "ends_after_start"),
        {"comment": "figures of frozen scorecards, append-only"},
    )

    score_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_score.id"), comment="of which scorecard")
    terms_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("crm_target_terms.id"), index=True, comment="what was asked, as it was then"
    )
    unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_unit.id"), comment="whose, or null: the city's, or of several jointly"
    )
    starts_on: Mapped[date] = mapped_column(comment="first day of its span")
    ends_on: Mapped[date] = mapped_column(comment="last day of its span")
    value: Mapped[int] = mapped_column(BigInt, comment="what was counted: a number, or minor units")
    whole: Mapped[int | None] = mapped_column(BigInt, comment="what it is a share of, or the baseline; or null")
    standing: Mapped[Standing] = mapped_column(enum(Standing, "standing"), comment="how it stood")
    tier: Mapped[Tier] = mapped_column(enum(Tier, "tier"), comment="what of it was reached")
    why: Mapped[Reason | None] = mapped_column(enum(Reason, "why"), comment="why it could not be judged, or null")
    open_value: Mapped[int] = mapped_column(BigInt, comment="the value without confidential leads")
    open_whole: Mapped[int | None] = mapped_column(BigInt, comment="the whole without confidential leads")
    open_standing: Mapped[Standing] = mapped_column(enum(Standing, "open_standing"), comment="how that stood")
    open_tier: Mapped[Tier] = mapped_column(enum(Tier, "open_tier"), comment="what of that was reached")
    open_why: Mapped[Reason | None] = mapped_column(enum(Reason, "open_why"), comment="why that could not be judged")
