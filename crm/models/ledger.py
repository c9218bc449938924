"""What the two ledgers share: only signatures of an entry change; it is corrected by a reversing entry.

An entry is reported, verified and confirmed by three people. From confirmation on it has its value in US dollars and in
yuan, with the rates, their day and their table, and counts in the figures.
"""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    and_,
    case,
    exists,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from crm.models.base import Base, BigInt, Currency, Identified, Versioned, enum, second
from crm.rules.ledgers.entries import ArrivalKind, ContractKind, EntryState
from crm.values.amount_units import COARSE, FINE, AmountUnit
from crm.values.moments import LocalTime
from crm.values.money import EXPONENTS, Money


class LedgerEntry(Identified, Versioned):
    """A signed amount of a lead, from a country, for an industry, on a day."""

    #: The column with the day of an entry.
    DAY: ClassVar[str]

    lead_id: Mapped[int] = mapped_column(BigInt, ForeignKey("crm_lead.id"), index=True, comment="which lead")
    unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_unit.id"), index=True, comment="the unit that had the lead when it was recorded"
    )
    amount_minor: Mapped[int] = mapped_column(BigInt, comment="minor units; negative for what is taken back")
    currency: Mapped[str] = mapped_column(Currency(), comment="ISO 4217 currency")
    told_in: Mapped[AmountUnit | None] = mapped_column(
        enum(AmountUnit, "told_in"), comment="the unit in which the amount was told, or null"
    )
    place: Mapped[str | None] = mapped_column(String(120), comment="where: the bank, or the place of signing")
    immediate_country: Mapped[str | None] = mapped_column(
        String(2), comment="ISO 3166-1 alpha-2: from where it came; null before it was asked for"
    )
    ultimate_country: Mapped[str | None] = mapped_column(
        String(2), comment="ISO 3166-1 alpha-2: of the investor behind it"
    )
    industry: Mapped[str | None] = mapped_column(String(5), comment="GB/T 4754-2017, with its section letter")
    method: Mapped[str | None] = mapped_column(
        String(40), comment="the statistical method (口径) it was recorded under"
    )
    reference: Mapped[str] = mapped_column(String(200), comment="the document it rests on")
    reference_key: Mapped[str] = mapped_column(
        String(400),
        index=True,
        server_default=text("''"),
        comment="comparison key of the reference: NFKC, case folded, without spaces",
    )
    evidence_id: Mapped[int | None] = mapped_column(BigInt, index=True, comment="that document, where it is on record")
    state: Mapped[EntryState] = mapped_column(enum(EntryState, "state"), comment="how far it is checked")
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("crm_staff.id"), comment="who submitted it")
    verified_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_staff.id"), comment="who verified it, another person"
    )
    verified_at: Mapped[datetime | None] = mapped_column(comment="when it was verified")
    confirmed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("crm_staff.id"), comment="who confirmed it, a third person"
    )
    confirmed_at: Mapped[datetime | None] = mapped_column(comment="when it was confirmed")
    usd_minor: Mapped[int | None] = mapped_column(BigInt, comment="value in US cents, fixed when it was confirmed")
    cny_minor: Mapped[int | None] = mapped_column(BigInt, comment="value in fen, fixed when it was confirmed")
    usd_rate: Mapped[int | None] = mapped_column(BigInt, comment="US dollars for one unit, in 10^-10, rounded")
    cny_rate: Mapped[int | None] = mapped_column(BigInt, comment="yuan for one unit, in 10^-10, rounded")
    rate_source: Mapped[str | None] = mapped_column(String(24), comment="the table of rates")
    rate_on: Mapped[date | None] = mapped_column(comment="the day of the rates")
    reverses_id: Mapped[int | None] = mapped_column(BigInt, unique=True, comment="the entry it reverses")
    replaces_id: Mapped[int | None] = mapped_column(
        BigInt, comment="the reversed entry that it corrects; null too where it is older than this column"
    )
    reason: Mapped[str | None] = mapped_column(String(1000), comment="of what is taken back: why")
    recorded_on: Mapped[date] = mapped_column(comment="bureau's day of recording")
    recorded_at: Mapped[datetime] = mapped_column(comment="when it was written")

    @property
    def amount(self) -> Money:
        """The amount."""
        return Money(self.amount_minor, self.currency)

    @property
    def usd(self) -> Money | None:
        """Its value in US dollars, once it is confirmed."""
        return None if self.usd_minor is None else Money(self.usd_minor, "USD")

    @property
    def cny(self) -> Money | None:
        """Its value in yuan, once it is confirmed."""
        return None if self.cny_minor is None else Money(self.cny_minor, "CNY")


def ledger_constraints(table: str, day: str) -> tuple[SchemaItem, ...]:
    """Return the constraints of every ledger; *day* is the column with the day of an entry."""
    return (
        # A reversal is of an entry of the same lead in the same currency.
        UniqueConstraint("id", "lead_id", "currency"),
        ForeignKeyConstraint(
            ["reverses_id", "lead_id", "currency"],
            [f"{table}.id", f"{table}.lead_id", f"{table}.currency"],
            name=f"fk_{table}_reverses",
        ),
        ForeignKeyConstraint(["replaces_id"], [f"{table}.id"], name=f"fk_{table}_replaces_id"),
        ForeignKeyConstraint(
            ["evidence_id", "lead_id"], ["crm_evidence.id", "crm_evidence.lead_id"], name=f"fk_{table}_evidence"
        ),
        CheckConstraint(f"{day} <= recorded_on", name="not_in_future"),
        CheckConstraint("(state = 'reported') = (verified_by_id IS NULL)", name="verified_by_someone"),
        CheckConstraint("(verified_by_id IS NULL) = (verified_at IS NULL)", name="verified_once"),
        CheckConstraint("verified_by_id <> submitted_by_id", name="verified_by_another"),
        CheckConstraint("(state = 'confirmed') = (confirmed_by_id IS NOT NULL)", name="confirmed_by_someone"),
        CheckConstraint("(confirmed_by_id IS NULL) = (confirmed_at IS NULL)", name="confirmed_once"),
        CheckConstraint(
            "confirmed_by_id <> submitted_by_id AND confirmed_by_id <> verified_by_id", name="confirmed_by_a_third"
        ),
        CheckConstraint(
            "(state = 'confirmed') = (usd_minor IS NOT NULL) AND (usd_minor IS NULL) = (cny_minor IS NULL)"
            " AND (usd_minor IS NULL) = (usd_rate IS NULL) AND (usd_minor IS NULL) = (cny_rate IS NULL)"
            " AND (usd_minor IS NULL) = (rate_source IS NULL) AND (usd_minor IS NULL) = (rate_on IS NULL)",
            name="valued_when_confirmed",
        ),
        CheckConstraint(
            "state <> 'confirmed' OR (immediate_country IS NOT NULL AND ultimate_country IS NOT NULL"
            " AND industry IS NOT NULL AND method IS NOT NULL)",
            name="confirmed_says_from_where",
        ),
        CheckConstraint("reverses_id IS NULL OR reason IS NOT NULL", name="reversed_with_reason"),
        CheckConstraint("reverses_id <> id", name="not_its_own_reversal"),
        CheckConstraint("replaces_id IS NULL OR (replaces_id <> id AND reverses_id IS NULL)", name="replaces_another"),
        Index(None, "replaces_id", unique=True),
        # For the figures: the confirmed entries of a period.
        Index(None, "state", day),
        Index(None, day, "id"),
    )


class CapitalArrival(LedgerEntry, Base):
    """A capital arrival, or the negative entry that reverses one."""

    __tablename__ = "crm_capital_arrival"
    DAY: ClassVar[str] = "arrived_on"
    __table_args__ = (
        *ledger_constraints("crm_capital_arrival", "arrived_on"),
        CheckConstraint(
            "(reverses_id IS NULL AND amount_minor > 0) OR (reverses_id IS NOT NULL AND amount_minor < 0)", name="sign"
        ),
        CheckConstraint("(arrived_at IS NULL) = (arrived_zone IS NULL)", name="moment_with_zone"),
        {"comment": "ledger of capital arrivals, append-only"},
    )

    kind: Mapped[ArrivalKind] = mapped_column(enum(ArrivalKind, "kind"), comment="what sort of capital")
    arrived_on: Mapped[date] = mapped_column(comment="the day the money arrived")
    arrived_at: Mapped[datetime | None] = mapped_column(comment="the instant it arrived, UTC, where it was told")
    arrived_zone: Mapped[str | None] = mapped_column(String(64), comment="IANA time zone of that instant")

    @property
    def moment(self) -> LocalTime | None:
        """When it arrived, where the hour is known; the bureau's day of it is :attr:`arrived_on`."""
        if self.arrived_at is None or self.arrived_zone is None:
            return None
        return LocalTime(self.arrived_at, self.arrived_zone)


class ContractAmount(LedgerEntry, Base):
    """A contract amount, or a decrease of one; the sum of a year may be negative."""

    __tablename__ = "crm_contract_amount"
    DAY: ClassVar[str] = "agreed_on"
    __table_args__ = (
        *ledger_constraints("crm_contract_amount", "agreed_on"),
        CheckConstraint(
            "amount_minor <> 0 AND (reverses_id IS NOT NULL OR (kind IN ('new', 'increase')) = (amount_minor > 0))",
            name="sign",
        ),
        CheckConstraint("kind IN ('new', 'increase') OR reason IS NOT NULL", name="taken_back_with_reason"),
        {"comment": "ledger of contract amounts, append-only"},
    )

    kind: Mapped[ContractKind] = mapped_column(enum(ContractKind, "kind"), comment="what the contract does")
    agreed_on: Mapped[date] = mapped_column(comment="the day of the contract")


def is_rounded(model: type[CapitalArrival | ContractAmount]) -> ColumnElement[bool]:
    """Return the condition that an amount was stated in a coarser unit than 10,000: 3.45亿, but not 34450万."""
    finest = case(
        *((model.currency.in_(codes), FINE * 10 * 10**digits) for digits, codes in EXPONENTS.items()),
        else_=FINE * 10 * 10**2,
    )
    return and_(model.told_in.in_(COARSE), model.amount_minor % finest == 0)


def is_reversed(model: type[CapitalArrival | ContractAmount]) -> ColumnElement[bool]:
    """Return the condition that an entry is reversed."""
    reversal = second(model)
    return exists().where(reversal.reverses_id == model.id)


def stands(model: type[CapitalArrival | ContractAmount]) -> ColumnElement[bool]:
    """Return the condition that an entry is no reversal and is not reversed."""
    return and_(model.reverses_id.is_(None), ~is_reversed(model))
