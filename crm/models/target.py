"""Targets of a period, with all their versions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.models.base import Base, BigInt, Currency, Identified, Spanned, Versioned, days_in_order, enum
from crm.models.indexes import PartialIndex
from crm.rules.targets.codes import Cadence, Reason, ScopeKind, Standing, ThresholdKind, Tier

_TOGETHER = text("unit_id IS NULL")


class Target(Identified, Versioned, Spanned, Base):
    """A target of a period. It is ended with a reason, never deleted."""

    __tablename__ = "crm_target"
    __table_args__ = (
        days_in_order("starts_on", "ends_on", "ends_after_start"),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ended_with_reason"),
        Index(None, "starts_on"),
        {"comment": "figures to reach in a period"},
    )

    code: Mapped[str] = mapped_column(String(40), unique=True, comment="short name people type")
    starts_on: Mapped[date] = mapped_column(comment="first day of its period")
    ends_on: Mapped[date] = mapped_column(comment="last day of its period")
    ended_at: Mapped[datetime | None] = mapped_column(comment="no longer asked since, or null")
    end_reason: Mapped[str | None] = mapped_column(String(1000), comment="why it is no longer asked")
    versions: Mapped[list["TargetTerms"]] = relationship(back_populates="target", order_by="TargetTerms.number")


class TargetTerms(Identified, Base):
    """The terms of a target, in one version; the highest number is current. Append-only."""

    __tablename__ = "crm_target_terms"
    __table_args__ = (
        UniqueConstraint("target_id", "number"),
        CheckConstraint("(number = 1) = (reason IS NULL) AND number >= 1", name="later_versions_say_why"),
        CheckConstraint("base > 0 AND (stretch IS NULL OR stretch > base)", name="stretch_above_base"),
        CheckConstraint("(kind = 'sum') = (currency IS NOT NULL)", name="sum_in_a_currency"),
        CheckConstraint("(kind = 'share') = (of_measure IS NOT NULL)", name="share_of_something"),
        CheckConstraint(
            "kind <> 'share' OR (base <= 10000 AND (stretch IS NULL OR stretch <= 10000))", name="share_of_the_whole"
        ),
        CheckConstraint("kind = 'multiple' OR baseline_from IS NULL", name="multiple_of_a_baseline"),
        CheckConstraint("(baseline_from IS NULL) = (baseline_to IS NULL)", name="baseline_has_an_end"),
        days_in_order("baseline_from", "baseline_to", "baseline_ends_after_start"),
        {"comment": "what targets ask, version by version, append-only"},
    )

    target_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_target.id"), comment="of which target")
    number: Mapped[int] = mapped_column(comment="1, 2, 3 … for each target; the highest holds")
    title: Mapped[str] = mapped_column(String(200), comment="its name in Chinese")
    title_en: Mapped[str | None] = mapped_column(String(200), comment="its name in English, or null")
    measure: Mapped[str] = mapped_column(String(40), comment="what is counted")
    filter: Mapped[dict[str, Any]] = mapped_column(comment="what the measure is narrowed to")
    scope: Mapped[ScopeKind] = mapped_column(enum(ScopeKind, "scope"), comment="of whom it is asked")
    kinds: Mapped[list[str]] = mapped_column(JSON, comment="kinds of unit it is asked of")
    cadence: Mapped[Cadence] = mapped_column(enum(Cadence, "cadence"), comment="how often within the period")
    kind: Mapped[ThresholdKind] = mapped_column(enum(ThresholdKind, "kind"), comment="how the threshold is stated")
    base: Mapped[int] = mapped_column(
        BigInt, comment="to be reached: a number, minor units, basis points, or hundredths of a multiple"
    )
    stretch: Mapped[int | None] = mapped_column(BigInt, comment="one would like to reach, likewise, or null")
    currency: Mapped[str | None] = mapped_column(Currency(), comment="of a sum: its ISO 4217 currency")
    of_measure: Mapped[str | None] = mapped_column(String(40), comment="of a share: of what")
    of_filter: Mapped[dict[str, Any]] = mapped_column(comment="of a share: what that is narrowed to")
    baseline_from: Mapped[date | None] = mapped_column(comment="of a multiple: first day of the period it multiplies")
    baseline_to: Mapped[date | None] = mapped_column(comment="of a multiple: last day of that period")
    source: Mapped[str] = mapped_column(String(500), comment="where it was laid down")
    note: Mapped[str | None] = mapped_column(String(1000), comment="how it is counted, in a sentence")
    content: Mapped[str] = mapped_column(String(64), comment="SHA-256 of all of it: the same again is no new version")
    set_by_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who set it")
    set_at: Mapped[datetime] = mapped_column(comment="when")
    reason: Mapped[str | None] = mapped_column(String(1000), comment="of a later version: why")
    target: Mapped[Target] = relationship(back_populates="versions")
    units: Mapped[list["TargetUnit"]] = relationship(order_by="TargetUnit.id")
    baselines: Mapped[list["TargetBaseline"]] = relationship(order_by="TargetBaseline.id")


class TargetUnit(Identified, Base):
    """A unit that a target names. Append-only."""

    __tablename__ = "crm_target_unit"
    __table_args__ = (UniqueConstraint("terms_id", "unit_id"), {"comment": "units that targets name, append-only"})

    terms_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_target_terms.id"), comment="of which version")
    unit_id: Mapped[int] = mapped_column(ForeignKey("crm_unit.id"), comment="which unit")


class TargetBaseline(Identified, Base):
    """An entered figure of a past period, for years before the records. Append-only."""

    __tablename__ = "crm_target_baseline"
    __table_args__ = (
        UniqueConstraint("terms_id", "unit_id"),
        CheckConstraint("value > 0", name="more_than_nothing"),
        # NULLs are distinct in a unique constraint: the single row for all units needs its own index.
        PartialIndex(
            "uq_crm_target_baseline_together",
            "terms_id",
            unique=True,
            where=_TOGETHER,
        ),
        {"comment": "figures of the past that multiples multiply, as entered, append-only"},
    )

    terms_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_target_terms.id"), comment="of which version")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("crm_unit.id"), comment="whose, or null: all together")
    value: Mapped[int] = mapped_column(BigInt, comment="a number, or minor units")


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
    cells: Mapped[list["FrozenCell"]] = relationship(order_by="FrozenCell.id")


class FrozenCell(Identified, Spanned, Base):
    """One figure of a frozen scorecard, with the version of its target. Append-only."""

    __tablename__ = "crm_score_cell"
    __table_args__ = (
        UniqueConstraint("score_id", "terms_id", "unit_id", "starts_on"),
        PartialIndex(
            "uq_crm_score_cell_together",
            "score_id",
            "terms_id",
            "starts_on",
            unique=True,
            where=_TOGETHER,
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
