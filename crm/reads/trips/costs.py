"""The costs of a trip as rows; the caller checks the right."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from crm.models import CostKind, Staff, TripCost
from crm.reads.kernel.rows import row_of
from crm.reads.trips.rows import CostRow, CostSum
from crm.rules.trips import CostFields
from crm.values.money import Money


def costs(session: Session, trip_id: int) -> tuple[CostRow, ...]:
    """Return every entry, in the order of recording. One statement."""
    rows = session.execute(
        select(TripCost, Staff.username)
        .join(Staff, Staff.id == TripCost.recorded_by_id)
        .where(TripCost.delegation_id == trip_id)
        .order_by(TripCost.id)
    )
    return tuple(
        row_of(
            CostRow,
            CostFields,
            c,
            id=c.id,
            recorded_by=username,
            recorded_on=c.recorded_on,
            withdrawn_on=c.withdrawn_on,
        )
        for c, username in rows
    )


def sums(session: Session, trip_id: int) -> tuple[CostSum, ...]:
    """Return budget and spending in each currency, without withdrawn entries. One statement."""

    def total(kind: CostKind) -> ColumnElement[int]:
        return func.coalesce(func.sum(TripCost.amount_minor).filter(TripCost.kind == kind), 0)

    rows = session.execute(
        select(TripCost.currency, total(CostKind.BUDGET), total(CostKind.ACTUAL))
        .where(TripCost.delegation_id == trip_id, TripCost.withdrawn_on.is_(None))
        .group_by(TripCost.currency)
        .order_by(TripCost.currency)
    )
    return tuple(
        CostSum(
            budget=Money(int(budget), currency),
            actual=Money(int(actual), currency),
            left=Money(int(budget) - int(actual), currency),
        )
        for currency, budget, actual in rows
    )
