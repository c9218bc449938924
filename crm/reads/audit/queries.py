"""Audit entries as rows, and whether they account for everything that is stored."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Any, cast

from attrs import evolve
from sqlalchemy import CompoundSelect, Select, Table, and_, exists, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import Session

from crm.changes import Change, class_of
from crm.errors import N_, InvalidInput, Refused, problem
from crm.models import AuditEntry, Binding, Lead, Rate, RateLoad, SealedEntry, Staff, Transition
from crm.models.audited import TOGETHER, audited_models, record_name
from crm.models.base import second
from crm.models.binding import OURS
from crm.models.sealing import CONVERSION, ENTRIES
from crm.models.wordings import WORDING, changes_of, reason_of
from crm.reads.audit import conversions, replay, seals
from crm.reads.audit.raw import Unreadable, stream
from crm.reads.audit.rows import Discrepancy
from crm.reads.kernel.listing import Key, Listing, Selected
from crm.reads.kernel.moves import day_of_move
from crm.rules.audit.anchors import Anchor
from crm.rules.identities import Identity
from crm.values.plain import plain
from crm.values.rates import Quotation, checksum

#: Called with the table, how many entries are verified, of how many.
Progress = Callable[[str, int, int], object]
#: Entries between two calls of it.
_TOLD = 5_000


def entries(
    session: Session,
    *,
    record: str | None = None,
    record_id: int | None = None,
    actor_id: int | None = None,
    verb: str | None = None,
) -> Listing[Change]:
    """Return audit entries, latest first, without what an upgrade took in. One statement."""
    statement = with_actors(select(AuditEntry)).where(AuditEntry.actor_id.is_not(None))
    if record is not None:
        statement = statement.where(AuditEntry.record == record)
    if record_id is not None:
        statement = statement.where(AuditEntry.record_id == record_id)
    if verb is not None:
        statement = statement.where(AuditEntry.verb == verb)
    if actor_id is not None:
        statement = statement.where(AuditEntry.actor_id == actor_id)
    return Selected(
        session=session, statement=statement, make=as_changes, keys=(Key(AuditEntry.id, "id", descending=True),)
    )


def numbered(session: Session, numbers: Collection[int]) -> tuple[Change, ...]:
    """Return the entries with these numbers, the oldest first. One statement."""
    statement = with_actors(select(AuditEntry)).where(AuditEntry.id.in_(numbers)).order_by(AuditEntry.id)
    return tuple(as_changes(session.execute(statement).all()))


def feed(session: Session, *, after: int | None, limit: int) -> tuple[Change, ...]:
    """Return sealed entries in the order in which they were sealed. Two statements, one for the first.

    Seals are numbered as they are committed, one after another, so that nothing ever comes before an entry that was
    read. The number of an entry says less: it is given before the commit.

    Args:
        session: The session.
        after: The entry that was read last; None: from the first.
        limit: The maximum number of entries.

    Raises:
        InvalidInput: The entry is not sealed.
        Refused: An entry that was sealed is gone.
    """
    place = (SealedEntry.seal_number, SealedEntry.entry_id)
    statement = with_actors(
        select(AuditEntry).select_from(SealedEntry).outerjoin(AuditEntry, AuditEntry.id == SealedEntry.entry_id)
    ).add_columns(SealedEntry.entry_id)
    if after is not None:
        seal = session.scalar(select(SealedEntry.seal_number).where(SealedEntry.entry_id == after))
        if seal is None:
            raise InvalidInput(
                problem(
                    N_("Entry {value} of the audit is in no seal."),
                    N_("Pass the number of a change that the feed returned, or nothing to begin with the first."),
                    field="after",
                    code="after",
                    value=after,
                )
            )
        statement = statement.where(
            tuple_(*place) > tuple_(literal(seal, place[0].type), literal(after, place[1].type))
        )
    rows = session.execute(statement.order_by(*place).limit(limit)).all()
    gone = next((row[-1] for row in rows if row[0] is None), None)
    if gone is not None:
        raise Refused(
            problem(
                N_("Entry {number} of the audit was sealed, and is missing."),
                N_("Find the cause: crm audit verify. To continue after it, pass after={number}."),
                code="missing",
                number=gone,
            )
        )
    return tuple(as_changes([row[:-1] for row in rows]))


def with_actors(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Add to a SELECT of entries who acted, and what proved it, as :func:`as_changes` takes them."""
    person = second(Staff)
    return (
        statement.outerjoin(Staff, Staff.id == AuditEntry.actor_id)
        .outerjoin(Binding, Binding.id == AuditEntry.binding_id)
        .outerjoin(person, person.id == Binding.staff_id)
        .add_columns(Staff.username, Binding.kind, Binding.name, person.id, person.username)
    )


def as_changes(found: Sequence[Sequence[Any]]) -> Iterator[Change]:
    """Return entries that :func:`with_actors` selected as changes, each of the class of its verb."""
    return (
        class_of(e.verb, e.record, e.version, e.changes)(
            id=e.id,
            at=e.at,
            actor=username,
            verb=e.verb,
            record=e.record,
            record_id=e.record_id,
            changes=changes_of(e),
            reason=reason_of(e) or e.reason,
            identity=None if e.binding_id is None else str(Identity(kind, name)),
            acted_by=None if by_id in {None, e.actor_id} else by,
        )
        for e, username, kind, name, by_id, by in found
    )


def discrepancies(
    session: Session, *, anchors: Sequence[Anchor] = (), progress: Progress | None = None
) -> Iterator[Discrepancy]:
    """Yield what is not accounted for: in the records, in the entries, in the seals, against the anchors.

    Two statements for each sort of record that there is anything of, and a fixed number of others; memory does not grow
    with the rows.

    Args:
        session: Whose transaction is read: one of a single moment, or writers at the same time seem to have tampered.
        anchors: What was kept elsewhere.
        progress: Called now and then.
    """
    total = (session.scalar(select(func.count()).select_from(ENTRIES)) or 0) if progress else 0
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None and done % _TOLD == 0:
            progress(ENTRIES.name, done, total)

    yield from seals.broken(session, anchors)
    yield from seals.vanished(session)
    yield from seals.strangers(session, [CONVERSION, WORDING, *(record_name(model) for model in audited_models())])
    log, emptied, sums = seals.log(session), set[str](), replay.Sums()
    yield from conversions.emptied(session, log, emptied)
    log = evolve(log, emptied=emptied)
    yield from conversions.conversions(session, log)
    stored = set(session.scalars(_stored(), bind_arguments=OURS))
    for model in audited_models():
        if record_name(model) in stored:
            yield from replay.discrepancies(session, model, log, sums, step)
    for model, signed in TOGETHER.items():
        for key, rows in signed.items():
            yield from replay.together(session, model, key, rows, sums)
    yield from _leads(session)
    yield from _loads(session)


@cache
def _stored() -> CompoundSelect[str]:
    """Select the names of the records that have a row or an entry, in one statement for all of them."""
    tables = {record_name(model): cast("Table", model.__table__) for model in audited_models()}
    return union_all(
        *(
            select(literal(name)).where(
                or_(exists(select(table.c.id)), exists(select(ENTRIES.c.id).where(ENTRIES.c.record == name)))
            )
            for name, table in tables.items()
        )
    )


def _loads(session: Session) -> Iterator[Discrepancy]:
    """Loads of rates of exchange whose rates no longer give the sum that the audit signed."""
    rows = stream(
        session,
        select(
            RateLoad.id,
            RateLoad.sha256,
            RateLoad.source,
            Rate.source,
            Rate.published_on,
            Rate.base,
            Rate.quote,
            Rate.rate,
        )
        .outerjoin(Rate, Rate.load_id == RateLoad.id)
        .order_by(RateLoad.id),
    )
    for (number, stored, source), group in groupby(rows, key=lambda row: row[:3]):
        # A load without any rate left comes as one row of nulls.
        found = [row[3:] for row in group if row[3] is not None]
        strange = any(row[0] != source or any(isinstance(value, Unreadable) for value in row) for row in found)
        derived = None if strange else checksum(Quotation(*row) for row in sorted(row[1:] for row in found))
        if derived != stored:
            yield Discrepancy(record="rate_load", record_id=number, field="sha256", stored=stored, derived=derived)


def _leads(session: Session) -> Iterator[Discrepancy]:
    """Leads whose copies are not their last transition; the database's own key should leave none."""
    copies = {
        "stage": (Lead.stage, Transition.to_stage),
        "status": (Lead.status, Transition.to_status),
        "cycle": (Lead.cycle, Transition.cycle),
        "moved_on": (Lead.moved_on, day_of_move()),
    }
    rows = stream(
        session,
        select(Lead.id, *(copy for pair in copies.values() for copy in pair))
        .outerjoin(Transition, and_(Transition.lead_id == Lead.id, Transition.number == Lead.last_transition))
        .where(or_(Transition.id.is_(None), *(mine != theirs for mine, theirs in copies.values())))
        .order_by(Lead.id),
    )
    for number, *values in rows:
        for key, is_, should in zip(copies, values[::2], values[1::2], strict=True):
            if is_ != should:
                stored, derived = (
                    str(value) if isinstance(value, Unreadable) else plain(value) for value in (is_, should)
                )
                yield Discrepancy(record="lead", record_id=number, field=key, stored=stored, derived=derived)
