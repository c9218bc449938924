"""The capital ledger as rows."""

from __future__ import annotations

from sqlalchemy import case, exists, select
from sqlalchemy.orm import Session, aliased

from crm.models import CapitalArrival, Lead, Staff
from crm.reports.rows import ArrivalRow
from crm.reports.visibility import visible
from crm.rules.access import Actor


def arrivals(session: Session, actor: Actor | None, *, lead_id: int | None = None) -> tuple[ArrivalRow, ...]:
    """Return ledger entries by day, of one lead or of all the actor may see. One statement."""
    verifier, reversal = aliased(Staff), aliased(CapitalArrival)
    statement = (
        select(
            CapitalArrival, case((visible(actor), Lead.title), else_=Lead.code_name), Staff.username, verifier.username,
            exists().where(reversal.reverses_id == CapitalArrival.id),
        )
        .join(Lead, Lead.id == CapitalArrival.lead_id)
        .join(Staff, Staff.id == CapitalArrival.submitted_by_id)
        .outerjoin(verifier, verifier.id == CapitalArrival.verified_by_id)
        .where(visible(actor))
        .order_by(CapitalArrival.arrived_on, CapitalArrival.id)
    )  # fmt: skip
    if lead_id is not None:
        statement = statement.where(CapitalArrival.lead_id == lead_id)
    return tuple(
        ArrivalRow(
            id=entry.id, lead_id=entry.lead_id, lead=title, kind=entry.kind.value, amount=entry.amount, arrived_on=entry.arrived_on,
            reference=entry.reference, state=entry.state.value, submitted_by=submitted, verified_by=verified,
            reverses_id=entry.reverses_id, reversed=bool(undone),
        )
        for entry, title, submitted, verified, undone in session.execute(statement)
    )  # fmt: skip
