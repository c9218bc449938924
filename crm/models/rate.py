"""Exchange rates that users load, such as the central parity of SAFE or the reference rates of the ECB.

A table of many years has some hundred thousand rates. The audit has an entry for each load, with a checksum of its
rates, which shows whether a rate was changed, added or removed outside the services.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from crm.models.base import Base, BigInt, Currency, Identified, days_in_order


class RateLoad(Identified, Base):
    """Rates that were loaded together. Append-only."""

    __tablename__ = "crm_rate_load"
    __table_args__ = (
        CheckConstraint("rates > 0", name="not_empty"),
        days_in_order("first_on", "last_on", "days_in_order"),
        {"comment": "loads of rates of exchange, append-only"},
    )

    source: Mapped[str] = mapped_column(String(24), comment="the table: safe, ecb …")
    rates: Mapped[int] = mapped_column(comment="how many it brought")
    first_on: Mapped[date] = mapped_column(comment="the first day among them")
    last_on: Mapped[date] = mapped_column(comment="the last day among them")
    sha256: Mapped[str] = mapped_column(String(64), comment="sum of the rates, in their canonical form")
    loaded_by_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who loaded them")
    loaded_at: Mapped[datetime] = mapped_column(comment="when")


class Rate(Base):
    """The value of one unit of a currency in another, on a day, in one table.

    Append-only; written and read in sets.
    """

    __tablename__ = "crm_rate"
    __table_args__ = (
        CheckConstraint("rate > 0", name="positive"),
        CheckConstraint("base <> quote", name="two_currencies"),
        {"comment": "rates of exchange, append-only"},
    )

    source: Mapped[str] = mapped_column(String(24), primary_key=True, comment="the table: safe, ecb …")
    published_on: Mapped[date] = mapped_column(primary_key=True, comment="the day it holds for")
    base: Mapped[str] = mapped_column(Currency(), primary_key=True, comment="ISO 4217: one unit of this")
    quote: Mapped[str] = mapped_column(Currency(), primary_key=True, comment="ISO 4217: is worth so many units of this")
    rate: Mapped[int] = mapped_column(BigInt, comment="units of quote for one unit of base, in 10^-10")
    load_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_rate_load.id"), index=True, comment="by which load")
