"""Capital arrivals: a ledger. An entry is never changed; a correction is a negative entry."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.models.base import Base, BigInt, Identified, Versioned, enum
from crm.values.money import Money


class ArrivalKind(StrEnum):
    """What sort of capital it is."""

    NEW = "new"
    INCREASE = "increase"
    REINVESTMENT = "reinvestment"
    SHAREHOLDER_LOAN = "shareholder_loan"


class ArrivalState(StrEnum):
    """How far an entry is checked."""

    REPORTED = "reported"
    VERIFIED = "verified"


class CapitalArrival(Identified, Versioned, Base):
    """Money really paid in, or the negative entry that reverses one."""

    __tablename__ = "crm_capital_arrival"
    __table_args__ = (
        CheckConstraint(
            "(reverses_id IS NULL AND amount_minor > 0) OR (reverses_id IS NOT NULL AND amount_minor < 0)", name="sign"
        ),
        # A reversal is of an entry of the same lead in the same currency.
        UniqueConstraint("id", "lead_id", "currency"),
        ForeignKeyConstraint(
            ["reverses_id", "lead_id", "currency"],
            ["crm_capital_arrival.id", "crm_capital_arrival.lead_id", "crm_capital_arrival.currency"],
            name="fk_crm_capital_arrival_reverses",
        ),
        CheckConstraint("arrived_on <= recorded_on", name="not_in_future"),
        CheckConstraint("verified_by_id <> submitted_by_id", name="verified_by_another"),
        CheckConstraint(
            "(state = 'verified') = (verified_by_id IS NOT NULL) AND (verified_by_id IS NULL) = (verified_at IS NULL)",
            name="verified_by_someone",
        ),
        CheckConstraint("reverses_id IS NULL OR reason IS NOT NULL", name="reversed_with_reason"),
        CheckConstraint("reverses_id <> id", name="not_its_own_reversal"),
        {"comment": "ledger of capital arrivals, append-only"},
    )

    lead_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_lead.id"), index=True, comment="which lead")
    kind: Mapped[ArrivalKind] = mapped_column(enum(ArrivalKind, "kind"), comment="what sort of capital")
    amount_minor: Mapped[int] = mapped_column(BigInt, comment="minor units; negative for a reversal")
    currency: Mapped[str] = mapped_column(String(3), comment="ISO 4217 currency")
    arrived_on: Mapped[date] = mapped_column(comment="the day the money arrived")
    reference: Mapped[str] = mapped_column(String(200), comment="bank advice or capital verification report")
    state: Mapped[ArrivalState] = mapped_column(enum(ArrivalState, "state"), comment="how far it is checked")
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who submitted it")
    verified_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_staff.id"), comment="who verified it, another person"
    )
    verified_at: Mapped[datetime | None] = mapped_column(comment="when it was verified")
    reverses_id: Mapped[int | None] = mapped_column(BigInt, unique=True, comment="the entry it reverses")
    reason: Mapped[str | None] = mapped_column(String(1000), comment="of a reversal: why")
    recorded_on: Mapped[date] = mapped_column(comment="bureau's day of recording")
    recorded_at: Mapped[datetime] = mapped_column(comment="when it was written")

    @property
    def amount(self) -> Money:
        """The amount."""
        return Money(self.amount_minor, self.currency)
