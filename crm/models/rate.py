"""Rates of exchange that users load, such as the mid-rates of SAFE or the reference rates of the ECB."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.models.base import Base, BigInt, Identified


class Rate(Identified, Base):
    """What one unit of a currency is worth in another, on a day, in one table. Append-only."""

    __tablename__ = "crm_rate"
    __table_args__ = (
        UniqueConstraint("source", "base", "quote", "published_on"),
        CheckConstraint("rate > 0", name="positive"),
        CheckConstraint("base <> quote", name="two_currencies"),
        Index(None, "source", "published_on"),
        {"comment": "rates of exchange, append-only"},
    )

    source: Mapped[str] = mapped_column(String(24), comment="the table: safe, ecb …")
    base: Mapped[str] = mapped_column(String(3), comment="ISO 4217: one unit of this")
    quote: Mapped[str] = mapped_column(String(3), comment="ISO 4217: is worth so many units of this")
    published_on: Mapped[date] = mapped_column(comment="the day it holds for")
    rate: Mapped[int] = mapped_column(BigInt, comment="units of quote for one unit of base, in 10^-10")
    loaded_by_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who loaded it")
    loaded_at: Mapped[datetime] = mapped_column(comment="when")
