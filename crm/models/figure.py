"""Published figures of closed periods, and benchmarks."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.models.base import Base, BigInt, Identified, Spanned, days_in_order, enum


class FigureUnit(StrEnum):
    """The unit of a figure."""

    USD = "usd"
    CNY = "cny"
    COUNT = "count"
    BASIS_POINTS = "basis_points"


class Closing(Identified, Spanned, Base):
    """A closed period. Append-only: a later edition has a reason."""

    __tablename__ = "crm_closing"
    __table_args__ = (
        UniqueConstraint("starts_on", "ends_on", "edition"),
        days_in_order("starts_on", "ends_on", "ends_after_start"),
        CheckConstraint("ends_on < closed_on", name="closed_after_its_end"),
        CheckConstraint("(edition = 1) = (reason IS NULL)", name="later_editions_say_why"),
        {"comment": "periods whose figures were made public, append-only"},
    )

    starts_on: Mapped[date] = mapped_column(comment="first day of the period")
    ends_on: Mapped[date] = mapped_column(comment="last day of the period")
    edition: Mapped[int] = mapped_column(comment="1, 2, 3 … for each period")
    method: Mapped[str] = mapped_column(String(40), comment="the statistical method (口径) of the figures")
    closed_on: Mapped[date] = mapped_column(comment="bureau's day of closing")
    closed_at: Mapped[datetime] = mapped_column(comment="when it was closed: later entries are a restatement")
    actor_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who closed it")
    reason: Mapped[str | None] = mapped_column(String(1000), comment="of a later edition: why")
    figures: Mapped[list["PublishedFigure"]] = relationship(order_by="PublishedFigure.key")


class ClosedArrival(Base):
    """An arrival that was confirmed when its period was closed.

    Written and read in sets; the audit entry of the closing covers all of them.
    """

    __tablename__ = "crm_closed_arrival"
    __table_args__ = ({"comment": "arrivals that published figures count, append-only"},)

    closing_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("crm_closing.id"), primary_key=True, comment="by which closing"
    )
    entry_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("crm_capital_arrival.id"), primary_key=True, comment="which arrival"
    )


class ClosedContract(Base):
    """The same for a contract amount."""

    __tablename__ = "crm_closed_contract"
    __table_args__ = ({"comment": "contract amounts that published figures count, append-only"},)

    closing_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("crm_closing.id"), primary_key=True, comment="by which closing"
    )
    entry_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("crm_contract_amount.id"), primary_key=True, comment="which contract amount"
    )


class PublishedFigure(Identified, Base):
    """One published figure; later records do not change it."""

    __tablename__ = "crm_published_figure"
    __table_args__ = (UniqueConstraint("closing_id", "key"), {"comment": "figures made public, append-only"})

    closing_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_closing.id"), comment="of which closing")
    key: Mapped[str] = mapped_column(String(120), comment="which figure, such as actual_fdi or actual_fdi:japan_korea")
    unit: Mapped[FigureUnit] = mapped_column(enum(FigureUnit, "unit"), comment="what it counts in")
    value: Mapped[int] = mapped_column(BigInt, comment="cents, fen, a count, or basis points")


class Benchmark(Identified, Spanned, Base):
    """A figure published by others, of the nation or the province, or our own before the records. Append-only."""

    __tablename__ = "crm_benchmark"
    __table_args__ = (
        UniqueConstraint("scope", "key", "starts_on", "ends_on", "number"),
        days_in_order("starts_on", "ends_on", "ends_after_start"),
        {"comment": "figures of others to compare with, append-only; the highest number holds"},
    )

    scope: Mapped[str] = mapped_column(String(40), comment="whose: nation, province, own …")
    key: Mapped[str] = mapped_column(String(120), comment="which figure, such as actual_fdi or actual_fdi.growth")
    starts_on: Mapped[date] = mapped_column(comment="first day of the period")
    ends_on: Mapped[date] = mapped_column(comment="last day of the period")
    number: Mapped[int] = mapped_column(comment="1, 2, 3 … for each figure; the highest holds")
    unit: Mapped[FigureUnit] = mapped_column(enum(FigureUnit, "unit"), comment="what it counts in")
    value: Mapped[int] = mapped_column(BigInt, comment="cents, fen, a count, or basis points")
    source: Mapped[str] = mapped_column(String(200), comment="where it was published")
    actor_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who entered it")
    entered_at: Mapped[datetime] = mapped_column(comment="when")
