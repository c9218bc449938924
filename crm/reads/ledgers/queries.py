"""The two ledgers as rows and sums, one statement each; and the entries waiting for signatures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from crm.models import CapitalArrival, ContractAmount, EntryState, Lead, Staff, Unit
from crm.models.ledger import is_reversed
from crm.reads.industries import IndustryRow, named, with_names
from crm.reads.kernel.listing import Key, Listing, Selected
from crm.reads.kernel.rows import row_of
from crm.reads.kernel.visibility import visible
from crm.reads.ledgers.rows import ArrivalRow, ContractRow, EntryRow, SumRow
from crm.rules.access import Actor
from crm.rules.ledgers.entries import ArrivalFields, ContractFields
from crm.values.money import Money

Model = type[CapitalArrival] | type[ContractAmount]
Conditions = Iterable[ColumnElement[bool]]

_ROWS: dict[Model, tuple[type[EntryRow], type]] = {
    CapitalArrival: (ArrivalRow, ArrivalFields),
    ContractAmount: (ContractRow, ContractFields),
}
#: Columns that are no fields, and stand in a row as they are.
_SAME = (
    "id",
    "uid",
    "lead_id",
    "usd",
    "cny",
    "usd_rate",
    "cny_rate",
    "rate_source",
    "rate_on",
    "method",
    "recorded_on",
    "reverses_id",
    "replaces_id",
    "version",
)
#: Of arrivals alone.
_OF_ARRIVALS = ("moment",)


def entries(
    session: Session,
    actor: Actor | None,
    model: Model,
    *,
    where: Conditions = (),
) -> Listing[EntryRow]:
    """Return entries of a ledger by day, for all leads the actor may see. One statement."""
    day = day_of(model)
    return Selected(
        session=session,
        statement=_select(actor, model, where),
        make=lambda rows: (_row(model, row) for row in rows),
        keys=(Key(day, day.key), Key(model.id, "id")),
    )


def with_followers(
    session: Session, actor: Actor | None, model: Model, entry_id: int
) -> tuple[EntryRow, EntryRow | None, EntryRow | None, IndustryRow | None]:
    """Return an entry that the actor may see, what reverses and what replaces it, and its industry. One statement."""
    where = [or_(model.id == entry_id, model.reverses_id == entry_id, model.replaces_id == entry_id)]
    found = session.execute(with_names(_select(actor, model, where), model.industry)).all()
    rows = {row[0].id: _row(model, row) for row in found}
    row = rows.pop(entry_id)
    industry = next(named(row.industry, industry_row) for industry_row in found if industry_row[0].id == entry_id)
    reversal = next((other for other in rows.values() if other.reverses_id == entry_id), None)
    correction = next((other for other in rows.values() if other.replaces_id == entry_id), None)
    return row, reversal, correction, industry


def _select(actor: Actor | None, model: Model, where: Conditions) -> Select[*tuple[Any, ...]]:
    verifier, confirmer = aliased(Staff), aliased(Staff)
    return (
        select(
            model,
            Lead.title,
            Staff.username,
            verifier.username,
            confirmer.username,
            Unit.code,
            is_reversed(model).label("undone"),
        )
        .join(Lead, Lead.id == model.lead_id)
        .join(Staff, Staff.id == model.submitted_by_id)
        .outerjoin(verifier, verifier.id == model.verified_by_id)
        .outerjoin(confirmer, confirmer.id == model.confirmed_by_id)
        .outerjoin(Unit, Unit.id == model.unit_id)
        .where(visible(actor), *where)
        .order_by(day_of(model), model.id)
    )


def _row(model: Model, found: Sequence[Any]) -> EntryRow:
    kind, noun = _ROWS[model]
    entry, title, submitted, verified, confirmed, unit, undone = found[:7]
    return row_of(
        kind,
        noun,
        entry,
        **{name: getattr(entry, name) for name in (*_SAME, *_OF_ARRIVALS) if hasattr(entry, name)},
        lead=title,
        state=entry.state.value,
        submitted_by=submitted,
        verified_by=verified,
        confirmed_by=confirmed,
        unit=unit,
        reversed=bool(undone),
    )


def sums(session: Session, actor: Actor | None, model: Model, *, where: Conditions = ()) -> tuple[SumRow, ...]:
    """Return the sums of entries by currency. One statement."""
    counts = model.state == EntryState.CONFIRMED
    statement = (
        select(
            model.currency,
            func.count(model.id),
            func.sum(model.amount_minor),
            func.count(case((counts, 1))),
            func.sum(model.usd_minor),
            func.sum(model.cny_minor),
        )
        .join(Lead, Lead.id == model.lead_id)
        .where(visible(actor), *where)
        .group_by(model.currency)
        .order_by(model.currency)
    )
    return tuple(
        SumRow(
            currency=currency,
            entries=number,
            amount=Money(int(minor or 0), currency),
            confirmed=confirmed,
            usd=Money(int(usd or 0), "USD"),
            cny=Money(int(cny or 0), "CNY"),
        )
        for currency, number, minor, confirmed, usd, cny in session.execute(statement)
    )


def arrivals(session: Session, actor: Actor | None, *, lead_id: int) -> tuple[ArrivalRow, ...]:
    """Return the arrivals of a lead by day. One statement."""
    found = entries(session, actor, CapitalArrival, where=[CapitalArrival.lead_id == lead_id]).all()
    return tuple(row for row in found if isinstance(row, ArrivalRow))


def contracts(session: Session, actor: Actor | None, *, lead_id: int) -> tuple[ContractRow, ...]:
    """Return the contract amounts of a lead by day. One statement."""
    found = entries(session, actor, ContractAmount, where=[ContractAmount.lead_id == lead_id]).all()
    return tuple(row for row in found if isinstance(row, ContractRow))


def day_of(model: Model) -> InstrumentedAttribute[date]:
    """Return the column with the day of an entry."""
    return model.arrived_on if issubclass(model, CapitalArrival) else model.agreed_on


def waits(model: Model, *, confirmation: bool = False, signer: Actor | None = None) -> ColumnElement[bool]:
    """Return the condition that an entry waits for its verification, or its confirmation.

    An entry reversed before that step does not wait, nor does its reversal.

    Args:
        model: The ledger.
        confirmation: Whether for its confirmation.
        signer: Only what this person may sign, who has no other hand in it.
    """
    original = aliased(model)
    before = EntryState.VERIFIED if confirmation else EntryState.REPORTED
    passed = original.state == EntryState.CONFIRMED if confirmation else original.state != EntryState.REPORTED
    base = exists().where(original.id == model.reverses_id, passed)
    waiting = and_(model.state == before, ~is_reversed(model), or_(model.reverses_id.is_(None), base))
    if signer is None:
        return waiting
    theirs = exists().where(original.id == model.reverses_id, original.submitted_by_id == signer.id)
    return and_(
        waiting,
        model.submitted_by_id != signer.id,
        or_(model.verified_by_id.is_(None), model.verified_by_id != signer.id),
        ~theirs,
    )
