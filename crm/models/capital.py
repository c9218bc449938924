"""The two ledgers: capital arrivals, and contract amounts."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.models.base import Base, enum
from crm.models.ledger import LedgerEntry, ledger_constraints
from crm.rules.ledgers.entries import ArrivalKind, ContractKind


class CapitalArrival(LedgerEntry, Base):
    """A capital arrival, or the negative entry that reverses one."""

    __tablename__ = "crm_capital_arrival"
    DAY: ClassVar[str] = "arrived_on"
    __table_args__ = (
        *ledger_constraints("crm_capital_arrival", "arrived_on"),
        CheckConstraint(
            "(reverses_id IS NULL AND amount_minor > 0) OR (reverses_id IS NOT NULL AND amount_minor < 0)", name="sign"
        ),
        {"comment": "ledger of capital arrivals, append-only"},
    )

    kind: Mapped[ArrivalKind] = mapped_column(enum(ArrivalKind, "kind"), comment="what sort of capital")
    arrived_on: Mapped[date] = mapped_column(comment="the day the money arrived")


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
