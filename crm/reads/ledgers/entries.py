"""The records behind a figure: who recorded and signed each, when, and by which document. One statement per kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from inspect import isfunction
from itertools import chain
from typing import Any

from attrs import frozen
from sqlalchemy import func, null, or_, select
from sqlalchemy.orm import Session, aliased

from crm.models import (
    AuditEntry,
    CapitalArrival,
    ContractAmount,
    Enterprise,
    Evidence,
    Investor,
    Lead,
    Meeting,
    PromotionEvent,
    Referral,
    Request,
    Staff,
    Transition,
    Trip,
)
from crm.models.ledger import LedgerEntry
from crm.reads.kernel.days import day_of
from crm.reads.kernel.moves import day_of_move
from crm.reads.kernel.visibility import visible
from crm.rules.access import Actor
from crm.values.money import Money


@frozen(kw_only=True)
class UnderlyingRecord:
    """A record behind a figure.

    Attributes:
        record: What it is.
        id: Its number.
        what: Its name, reference or the lead it belongs to.
        on: The day it is about, or None.
        amount: Its amount, or None.
        by: Who put it on record.
        at: When.
        document: The document it rests on, or None.
        verified_by: Of a ledger entry: who verified it, or None.
        verified_at: When.
        confirmed_by: Of a ledger entry: who confirmed it, or None; only then it counts.
        confirmed_at: When.
        usd: Its value in US dollars, fixed when it was confirmed: what it adds to a figure.
        usd_rate: US dollars for one unit of its currency, in 10^-10.
        rate_source: The table of this rate.
        rate_on: The day of this rate.
    """

    record: str
    id: int
    what: str
    on: date | None
    amount: Money | None
    by: str | None
    at: datetime | None
    document: str | None
    verified_by: str | None = None
    verified_at: datetime | None = None
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
    usd: Money | None = None
    usd_rate: int | None = None
    rate_source: str | None = None
    rate_on: date | None = None


#: The number of records read by one statement.
_AT_ONCE = 20_000
#: What a ledger entry says of itself, and no other record does.
_SIGNED = ("verified_at", "confirmed_at", "usd_rate", "rate_source", "rate_on")


@frozen
class Shown:
    """The columns shown for a kind of record. A new kind needs only its line in :data:`SHOWN`.

    Attributes:
        model: Its model; one with a ``lead_id`` shows where its lead does.
        what: The column that names it, by default the title of its lead.
        on: The column of its day.
        amount: The columns of its amount: minor units, and currency.
        document: The column of the document it rests on.
    """

    model: Any
    what: Any = Lead.title
    on: Any = None
    amount: tuple[Any, Any] | None = None
    document: Any = None


#: By the name that the audit has for them.
SHOWN: Mapping[str, Shown] = {
    "lead": Shown(Lead, on=Lead.received_on, amount=(Lead.expected_minor, Lead.expected_currency)),
    "transition": Shown(Transition, on=day_of_move, document=Transition.reason),
    "capital_arrival": Shown(
        CapitalArrival, on=CapitalArrival.arrived_on, amount=(CapitalArrival.amount_minor, CapitalArrival.currency),
        document=CapitalArrival.reference,
    ),
    "contract_amount": Shown(
        ContractAmount, on=ContractAmount.agreed_on, amount=(ContractAmount.amount_minor, ContractAmount.currency),
        document=ContractAmount.reference,
    ),
    "enterprise": Shown(Enterprise, what=Enterprise.name, on=Enterprise.licensed_on, document=Enterprise.filing),
    "evidence": Shown(
        Evidence, on=Evidence.dated_on, amount=(Evidence.amount_minor, Evidence.amount_currency), document=Evidence.reference
    ),
    "meeting": Shown(Meeting, what=Meeting.summary, on=day_of(Meeting.met_at)),
    "referral": Shown(Referral, on=Referral.introduced_on),
    "request": Shown(Request, what=Request.text, on=Request.accepted_on, document=Request.outcome),
    "event": Shown(PromotionEvent, what=PromotionEvent.title, on=PromotionEvent.starts_on, document=PromotionEvent.outcome),
    "delegation": Shown(Trip, what=Trip.title, on=Trip.starts_on, document=Trip.outcome),
    "investor": Shown(Investor, what=Investor.name),
}  # fmt: skip


def entries(session: Session, actor: Actor | None, record: str, ids: Iterable[int]) -> dict[int, UnderlyingRecord]:
    """Return records behind figures by id, as far as the actor may see them.

    One statement for each 20,000 of them, because a statement takes no more than 65,535 values.

    Args:
        session: The session.
        actor: The actor.
        record: What they are.
        ids: Their numbers.
    """
    shown = SHOWN[record]
    model = shown.model
    signer, verifier, confirmer = aliased(Staff), aliased(Staff), aliased(Staff)
    ledger = issubclass(model, LedgerEntry)
    amount = shown.amount or (null(), null())
    earlier = aliased(AuditEntry)
    first = (
        select(func.min(earlier.id))
        .where(earlier.record == record, earlier.record_id == model.id)
        .correlate(model)
        .scalar_subquery()
    )
    # A move is signed in its own row.
    own = model is Transition
    by = Transition.actor_id if own else AuditEntry.actor_id
    at = Transition.recorded_at if own else AuditEntry.at
    statement = select(
        model.id,
        shown.what.label("what"),
        _column(shown.on).label("on"),
        amount[0].label("minor"),
        amount[1].label("currency"),
        signer.username.label("by"),
        at.label("at"),
        _column(shown.document).label("document"),
        *(
            (
                model.usd_minor,
                verifier.username.label("verified_by"),
                confirmer.username.label("confirmed_by"),
                *(getattr(model, name) for name in _SIGNED),
            )
            if ledger
            else ()
        ),
    ).select_from(model)
    if model is Lead:
        statement = statement.where(visible(actor))
    elif hasattr(model, "lead_id"):
        statement = statement.outerjoin(Lead, Lead.id == model.lead_id).where(
            or_(model.lead_id.is_(None), visible(actor))
        )
    if not own:
        statement = statement.outerjoin(AuditEntry, AuditEntry.id == first)
    if ledger:
        statement = statement.outerjoin(verifier, verifier.id == model.verified_by_id)
        statement = statement.outerjoin(confirmer, confirmer.id == model.confirmed_by_id)
    statement, numbers = statement.outerjoin(signer, signer.id == by).order_by(model.id), sorted(ids)
    rows = chain.from_iterable(
        session.execute(statement.where(model.id.in_(numbers[start : start + _AT_ONCE])))
        for start in range(0, len(numbers), _AT_ONCE)
    )
    return {
        row.id: UnderlyingRecord(
            record=record,
            id=row.id,
            what=row.what,
            on=row.on,
            amount=None if row.minor is None else Money(int(row.minor), row.currency),
            by=row.by,
            at=row.at,
            document=row.document,
            **(_signed(row) if ledger else {}),
        )
        for row in rows
    }


def _signed(row: Any) -> dict[str, Any]:
    return {
        "verified_by": row.verified_by,
        "confirmed_by": row.confirmed_by,
        "usd": None if row.usd_minor is None else Money(int(row.usd_minor), "USD"),
        **{name: getattr(row, name) for name in _SIGNED},
    }


def _column(column: object) -> Any:
    # An expression with an alias is made when it is asked for, not at import.
    return null() if column is None else column() if isfunction(column) else column
