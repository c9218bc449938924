"""A merge in sets: rows are listed, moved and audited in a number of statements that does not grow with the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Table,
    Update,
    and_,
    case,
    func,
    insert,
    literal,
    null,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy import cast as cast_as
from sqlalchemy.orm import Session, aliased

from crm.models import Contact, Employment, Investor, Merge, MergeItem
from crm.models.base import Base, BigInt, record_name
from crm.models.binding import OURS, on_postgres
from crm.services.kernel.auditing.signing import Signed
from crm.services.kernel.writing import Writing
from crm.services.merges import pairs as merge_pairs
from crm.services.merges.relations import AT_EMPLOYMENT, RELATIONS

Kind = type[Investor] | type[Contact]

_ITEMS = cast("Table", MergeItem.__table__)
#: Rows without a number of their own: the record that they belong to, and the column with its number.
_KNOWN_AS = {
    "crm_meeting_contact": ("meeting", "meeting_id"),
    "crm_event_attendance": ("event", "event_id"),
    "crm_planned_visit": ("trip", "delegation_id"),
}
#: Rows whose employment is replaced by the survivor's own.
_EMPLOYMENT = "employment_id"


def counts(session: Session, kind: Kind, old: int, new: int) -> dict[tuple[str, str], int]:
    """Return how many rows of each relation would move. One statement."""
    parts = [
        select(literal(relation.record), literal(relation.field), func.count())
        .select_from(relation.table)
        .where(relation.moving(old, new))
        for relation in RELATIONS[kind]
    ]
    return {
        (record, field): number
        for record, field, number in session.execute(union_all(*parts), bind_arguments=OURS)
        if number
    }


def twins(session: Session, kind: Kind, old: int, new: int) -> dict[int, int]:
    """Return the employments of the absorbed record that the survivor has too, each with the survivor's.

    One statement.
    """
    other = aliased(Employment)
    mine, shared = ("investor_id", "contact_id") if kind is Investor else ("contact_id", "investor_id")
    rows = session.execute(
        select(Employment.id, func.min(other.id))
        .join(
            other,
            and_(
                getattr(other, shared) == getattr(Employment, shared),
                other.since.is_not_distinct_from(Employment.since),
                other.withdrawn_at.is_not_distinct_from(Employment.withdrawn_at),
            ),
        )
        .where(getattr(Employment, mine) == old, getattr(other, mine) == new)
        .group_by(Employment.id)
    )
    return {number: twin for number, twin in rows}  # noqa: C416 - a row is no pair to mypy


def move(session: Session, merge_id: int, kind: Kind, old: int, new: int) -> None:
    """List the rows to move, then move them.

    All rows of the absorbed record move in one step, so no foreign key is violated in between.
    """
    pairs = twins(session, kind, old, new)
    listed: list[Select[int, str, str, int, int, int]] = [
        _item(merge_id, relation.record, relation.field, relation.table.c.id, literal(old), literal(new)).where(
            relation.moving(old, new)
        )
        for relation in RELATIONS[kind]
    ]
    for model in AT_EMPLOYMENT if pairs else ():
        table = cast("Table", model.__table__)
        at = table.c[_EMPLOYMENT]
        listed.append(
            _item(merge_id, record_name(table.name), _EMPLOYMENT, table.c.id, at, case(pairs, value=at)).where(
                at.in_(pairs)
            )
        )
    columns = ["merge_id", "record", "field", "record_id", "old_id", "new_id"]
    session.execute(insert(_ITEMS).from_select(columns, union_all(*listed)), bind_arguments=OURS)
    _apply(session, _updates(merge_id, kind, old=old, new=new, back=False, employments=bool(pairs)))


def move_back(session: Session, merge_id: int, kind: Kind, old: int, new: int) -> None:
    """Move everything that a merge moved back."""
    _apply(session, _updates(merge_id, kind, old=old, new=new, back=True, employments=True))


def _item(
    merge_id: int, record: str, field: str, number: ColumnElement[int], old: ColumnElement[int], new: ColumnElement[int]
) -> Select[int, str, str, int, int, int]:
    return select(
        literal(merge_id, BigInt).label("merge_id"),
        literal(record, String).label("record"),
        literal(field, String).label("field"),
        number.label("record_id"),
        old.label("old_id"),
        new.label("new_id"),
    )


def _updates(merge_id: int, kind: Kind, *, old: int, new: int, back: bool, employments: bool) -> list[Update]:
    """Return one UPDATE for each table: its columns of the relations, by the items of the merge."""
    by_table: dict[Table, list[str]] = {}
    for relation in RELATIONS[kind]:
        by_table.setdefault(relation.table, []).append(relation.field)
    target = old if back else new
    statements = []
    for table, fields in by_table.items():
        values: dict[str, ColumnElement[int]] = {
            field: case((_listed(merge_id, table, field), literal(target)), else_=table.c[field]) for field in fields
        }
        if table is merge_pairs.TABLE:
            values = dict(merge_pairs.fields(new if back else old, target))
        touched = _listed(merge_id, table, *fields)
        if employments and table in {model.__table__ for model in AT_EMPLOYMENT}:
            at = table.c[_EMPLOYMENT]
            moved = (
                select(_ITEMS.c.old_id if back else _ITEMS.c.new_id)
                .where(*_of(merge_id, table, _EMPLOYMENT), _ITEMS.c.record_id == table.c.id)
                .scalar_subquery()
            )
            values[_EMPLOYMENT] = func.coalesce(moved, at)
        statements.append(update(table).where(touched).values(values))
    return statements


def _of(merge_id: int, table: Table, *fields: str) -> list[ColumnElement[bool]]:
    return [
        _ITEMS.c.merge_id == merge_id,
        _ITEMS.c.record == record_name(table.name),
        _ITEMS.c.field.in_(fields),
    ]


def _listed(merge_id: int, table: Table, *fields: str) -> ColumnElement[bool]:
    return table.c.id.in_(select(_ITEMS.c.record_id).where(*_of(merge_id, table, *fields)))


def _apply(session: Session, statements: Sequence[Update]) -> None:
    """Send the updates so that foreign keys are checked after all of them.

    PostgreSQL checks at the end of a statement, so they are one statement there. SQLite can defer the check to the end
    of the transaction.
    """
    if on_postgres(session):
        *first, last = statements
        session.execute(
            last.add_cte(*(statement.cte(f"moved_{number}") for number, statement in enumerate(first))),
            execution_options={"synchronize_session": False},
            bind_arguments=OURS,
        )
        return
    session.execute(text("PRAGMA defer_foreign_keys = ON"), bind_arguments=OURS)
    for statement in statements:
        session.execute(statement, execution_options={"synchronize_session": False}, bind_arguments=OURS)


def sign(write: Writing, merge: Merge, kind: Kind, *, back: bool) -> None:
    """Sign each row that moved. One statement, whatever the number of rows and tables."""
    for_each = union_all(
        *(
            select(
                literal(record_name(table.name), String).label("record"),
                _ITEMS.c.record_id,
                table.c.uid,
                (table.c.version if "version" in table.c else cast_as(null(), Integer)).label("version"),
                field.label("field"),
                first.label("first"),
                second.label("second"),
            )
            .join(table, table.c.id == _ITEMS.c.record_id)
            .where(condition)
            for table in {relation.table: None for relation in RELATIONS[kind]}
            for field, first, second, condition in _moved(merge, kind, table, back=back)
        )
    ).subquery()
    rows = write.session.execute(
        select(*for_each.c).order_by(for_each.c.record, for_each.c.record_id, for_each.c.field), bind_arguments=OURS
    )
    write.sign_rows(
        Signed(record, number, uid, version, {field: [first, second]})
        for record, number, uid, version, field, first, second in rows
    )


def _moved(
    merge: Merge, kind: Kind, table: Table, *, back: bool
) -> Iterator[tuple[ColumnElement[str], ColumnElement[int], ColumnElement[int], ColumnElement[bool]]]:
    """Yield which columns of a table moved: name, what was, what is, and in which items."""
    fields = sorted({relation.field for relation in RELATIONS[kind] if relation.table is table})
    if table in {model.__table__ for model in AT_EMPLOYMENT}:
        fields.append(_EMPLOYMENT)
    listed = and_(*_of(merge.id, table, *fields))
    if table is not merge_pairs.TABLE:
        first, second = (_ITEMS.c.new_id, _ITEMS.c.old_id) if back else (_ITEMS.c.old_id, _ITEMS.c.new_id)
        yield _ITEMS.c.field, first, second, listed
        return
    # A pair is stored as after the move; the earlier one follows from it.
    sides = (merge.survivor_investor_id or 0, merge.absorbed_investor_id or 0)
    source, target = reversed(sides) if back else sides
    was = merge_pairs.fields(source, target)
    for field in fields:
        yield literal(field, String), was[field], table.c[field], listed & (was[field] != table.c[field])


def recorded_since(session: Session, merge_id: int, kind: Kind) -> list[tuple[str, int]]:
    """Return records added since to what a merge moved, by kind and id. One statement."""
    parts: list[Select[str, int]] = []
    for child, link, parent in _hanging(kind):
        moved = select(_ITEMS.c.record_id).where(_ITEMS.c.merge_id == merge_id, _ITEMS.c.record == record_name(parent))
        mine = select(_ITEMS.c.record_id).where(
            _ITEMS.c.merge_id == merge_id, _ITEMS.c.record == record_name(child.name)
        )
        record, number = _KNOWN_AS.get(child.name, (record_name(child.name), "id"))
        parts.append(
            select(literal(record, String).label("record"), child.c[number].label("number")).where(
                child.c[link].in_(moved), child.c.id.not_in(mine)
            )
        )
    rows = session.execute(union_all(*parts), bind_arguments=OURS).all()
    return sorted({(row[0], row[1]) for row in rows})


def _hanging(kind: Kind) -> Iterator[tuple[Table, str, str]]:
    """Yield (child, link, parent) for every composite foreign key with a column that a merge moves."""
    columns: dict[str, set[str]] = {}
    for relation in RELATIONS[kind]:
        columns.setdefault(relation.table.name, set()).add(relation.field)
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            names = {column.name for column in key.columns}
            parent = key.referred_table.name
            if len(names) > 1 and names & columns.get(table.name, set()) and parent in columns:
                (link,) = names - {"investor_id", "contact_id"}
                yield table, link, parent
