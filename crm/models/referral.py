"""Referrals: who referred a lead."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.models.base import Base, BigInt, Identified, Versioned, days_in_order, enum
from crm.models.indexes import PartialIndex
from crm.rules.referrals import Channel, Strength

_STANDS = text("status IN ('recorded', 'confirmed')")


class ReferralStatus(StrEnum):
    """The status of a referral; expiry is derived from its last day."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Referral(Identified, Versioned, Base):
    """An investor, chamber, association, agency or contact that referred a lead, and its share of the credit."""

    __tablename__ = "crm_referral"
    __table_args__ = (
        CheckConstraint("(referrer_investor_id IS NULL) <> (referrer_contact_id IS NULL)", name="one_referrer"),
        CheckConstraint("points BETWEEN 0 AND 10000", name="part_of_the_whole"),
        CheckConstraint("introduced_on <= recorded_on", name="not_in_future"),
        CheckConstraint("(status = 'confirmed') = (confirmed_on IS NOT NULL)", name="confirmed_on_a_day"),
        CheckConstraint("(status = 'confirmed') = (confirmed_by_id IS NOT NULL)", name="confirmed_by_someone"),
        CheckConstraint("confirmed_by_id <> recorded_by_id", name="confirmed_by_another"),
        CheckConstraint("status IN ('recorded', 'confirmed') OR reason IS NOT NULL", name="ended_with_reason"),
        days_in_order("introduced_on", "expires_on", "expires_after_introduction"),
        PartialIndex(
            "uq_crm_referral_investor",
            "lead_id",
            "referrer_investor_id",
            unique=True,
            where=_STANDS,
        ),
        PartialIndex(
            "uq_crm_referral_contact",
            "lead_id",
            "referrer_contact_id",
            unique=True,
            where=_STANDS,
        ),
        {"comment": "who brought which lead"},
    )

    lead_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_lead.id"), index=True, comment="which lead")
    referrer_investor_id: Mapped[int | None] = mapped_column(
        BigInt, ForeignKey("crm_investor.id"), index=True, comment="the organisation that brought it, or null"
    )
    referrer_contact_id: Mapped[int | None] = mapped_column(
        BigInt, ForeignKey("crm_contact.id"), index=True, comment="the person who brought it, or null"
    )
    channel: Mapped[Channel] = mapped_column(enum(Channel, "channel"), comment="by which way")
    strength: Mapped[Strength] = mapped_column(enum(Strength, "strength"), comment="how much the introduction did")
    points: Mapped[int] = mapped_column(comment="share of the credit in basis points")
    introduced_on: Mapped[date] = mapped_column(comment="the day of the introduction")
    expires_on: Mapped[date] = mapped_column(comment="the last day on which it can be earned")
    note: Mapped[str | None] = mapped_column(String(1000), comment="how it came about")
    evidence_id: Mapped[int | None] = mapped_column(
        BigInt, ForeignKey("crm_evidence.id"), index=True, comment="a document of the lead that shows it"
    )
    recorded_on: Mapped[date] = mapped_column(comment="bureau's day of recording")
    recorded_at: Mapped[datetime] = mapped_column(comment="when it was recorded, by the server's clock")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who recorded it")
    status: Mapped[ReferralStatus] = mapped_column(enum(ReferralStatus, "status"), comment="what became of it")
    confirmed_on: Mapped[date | None] = mapped_column(comment="the day the brought party confirmed it")
    confirmed_contact_id: Mapped[int | None] = mapped_column(
        BigInt, ForeignKey("crm_contact.id"), index=True, comment="who of the brought party confirmed it"
    )
    confirmed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_staff.id"), comment="who took the confirmation down, not who recorded the referral"
    )
    reason: Mapped[str | None] = mapped_column(String(1000), comment="why it was declined or withdrawn")

    @property
    def party(self) -> int:
        """The referrer as one number: an investor's id, or a contact's id below zero."""
        return self.referrer_investor_id or -(self.referrer_contact_id or 0)
