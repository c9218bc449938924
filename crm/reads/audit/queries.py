"""Audit entries as rows, and the comparison of all records with them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import and_, inspect, or_, select
from sqlalchemy.orm import Mapper, Session

from crm.models import AuditEntry, Base, Contact, Lead, Rate, RateLoad, Staff, Transition
from crm.models.audit import QUIET
from crm.models.base import Identified, is_seed, record_name
from crm.models.derived import SOURCES, derived
from crm.reads.audit.rows import AuditRow, Discrepancy
from crm.rules.fields import personal
from crm.rules.investors.contacts import ContactFields
from crm.values.plain import plain, veiled
from crm.values.rates import Quotation, checksum


def entries(
    session: Session,
    *,
    record: str | None = None,
    record_id: int | None = None,
    actor_id: int | None = None,
    limit: int | None = None,
) -> tuple[AuditRow, ...]:
    """Return audit entries, latest first. One statement."""
    statement = (
        select(AuditEntry, Staff.username)
        .join(Staff, Staff.id == AuditEntry.actor_id)
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    if record is not None:
        statement = statement.where(AuditEntry.record == record)
    if record_id is not None:
        statement = statement.where(AuditEntry.record_id == record_id)
    if actor_id is not None:
        statement = statement.where(AuditEntry.actor_id == actor_id)
    return tuple(
        AuditRow(
            id=e.id,
            at=e.at,
            actor=username,
            verb=e.verb,
            record=e.record,
            record_id=e.record_id,
            changes=e.changes,
            reason=e.reason,
        )
        for e, username in session.execute(statement)
    )


def discrepancies(session: Session) -> tuple[Discrepancy, ...]:
    """Return every stored value that differs from the replayed audit or the last transition.

    Actor and reason are not replayed. Two statements for each table, one for the leads and one for the rates.
    """
    found = [*_leads(session), *_loads(session)]
    for mapper in sorted(Base.registry.mappers, key=lambda each: str(each.local_table)):
        model = mapper.class_
        if issubclass(model, Identified) and model is not Transition:
            found += _replayed(session, model)
    return tuple(found)


def _replayed(session: Session, model: Any) -> Iterator[Discrepancy]:
    record = record_name(model.__tablename__)
    replay: dict[int, dict[str, Any]] = {}
    for number, changes in session.execute(
        select(AuditEntry.record_id, AuditEntry.changes)
        .where(AuditEntry.record == record)
        .order_by(AuditEntry.id)
        .execution_options(yield_per=1000)
    ):
        replay.setdefault(number, {}).update({key: pair[1] for key, pair in changes.items()})
    mapper: Mapper[Any] = inspect(model)
    columns = [attribute.key for attribute in mapper.column_attrs if attribute.key not in QUIET]
    source = SOURCES.get(model)
    rows = session.execute(
        select(model.id, model.uid, *(getattr(model, key) for key in columns))
        .order_by(model.id)
        .execution_options(yield_per=1000)
    )
    for number, uid, *values in rows:
        known = replay.pop(number, None)
        if known is None:
            if not is_seed(uid):
                yield Discrepancy(record=record, record_id=number, field="id", stored=number, derived=None)
            continue
        # A record that came with a migration has no entry of its own adding; only what was changed since is known.
        seeded = is_seed(uid)
        row = dict(zip(columns, values, strict=True))
        known |= derived(model, row[source]) if source else {}
        for key, value in row.items():
            if seeded and key not in known:
                continue
            stored = plain(value)
            if model is Contact and key in personal(ContactFields):
                stored = veiled(uid, stored)
            if stored != known.get(key):
                yield Discrepancy(record=record, record_id=number, field=key, stored=stored, derived=known.get(key))
    for number in replay:
        yield Discrepancy(record=record, record_id=number, field="id", stored=None, derived=number)


def _loads(session: Session) -> Iterator[Discrepancy]:
    """Yield loads of exchange rates whose rates no longer match the checksum in the audit."""
    rows = session.execute(
        select(RateLoad.id, RateLoad.sha256, Rate.published_on, Rate.base, Rate.quote, Rate.rate)
        .outerjoin(Rate, Rate.load_id == RateLoad.id)
        .order_by(RateLoad.id, Rate.published_on, Rate.base, Rate.quote)
        .execution_options(yield_per=1000)
    )
    for (number, stored), group in groupby(rows, key=lambda row: (row[0], row[1])):
        # A load without any rate left comes as one row of nulls.
        found: list[Any] = [row[2:] for row in group]
        derived = checksum(Quotation(*each) for each in found if each[0] is not None)
        if derived != stored:
            yield Discrepancy(record="rate_load", record_id=number, field="sha256", stored=stored, derived=derived)


def _leads(session: Session) -> Iterator[Discrepancy]:
    """Yield leads whose copies differ from their last transition; the database's foreign key should prevent this."""
    rows = session.execute(
        select(
            Lead.id,
            Lead.stage,
            Lead.status,
            Lead.cycle,
            Lead.moved_on,
            Transition.to_stage,
            Transition.to_status,
            Transition.cycle,
            Transition.occurred_on,
        )
        .outerjoin(Transition, and_(Transition.lead_id == Lead.id, Transition.number == Lead.last_transition))
        .where(
            or_(
                Transition.id.is_(None),
                Lead.stage != Transition.to_stage,
                Lead.status != Transition.to_status,
                Lead.cycle != Transition.cycle,
                Lead.moved_on != Transition.occurred_on,
            )
        )
        .order_by(Lead.id)
    )
    for number, *values in rows:
        stored, derived = values[:4], values[4:]
        for key, is_, should in zip(("stage", "status", "cycle", "moved_on"), stored, derived, strict=True):
            if is_ != should:
                yield Discrepancy(record="lead", record_id=number, field=key, stored=plain(is_), derived=plain(should))
