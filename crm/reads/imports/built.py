"""Records that depend on what an import made."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Table, and_, exists, func, literal, select, union_all
from sqlalchemy.orm import Session

from crm.models import Import, ImportRow, InvestorIdentifier
from crm.models.audited import record_name
from crm.models.base import Base, Identified, table_of
from crm.models.binding import OURS

#: Tables whose rows are parts of the record that they name.
_PARTS = frozenset(
    "crm_investor_name crm_investor_identifier crm_employment crm_transition crm_assignment crm_meeting_contact"
    " crm_meeting_staff crm_minute crm_distinct crm_tagging crm_request_event".split()
)


def taken_back(model: type[Identified], gone: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a record was undone with the import that made it; *gone*: that it is undone."""
    made = exists().where(
        ImportRow.record == record_name(model),
        ImportRow.record_id == model.id,
        ImportRow.made,
        ImportRow.import_id == Import.id,
        Import.undone_at.is_not(None),
    )
    return and_(gone, made)


def records_of(session: Session, batch: int, model: type[Identified]) -> list[tuple[Identified, ImportRow]]:
    """Return the records of a model that an import made or changed, with its rows. One statement."""
    rows = session.execute(
        select(model, ImportRow)
        .join(ImportRow, ImportRow.record_id == model.id)
        .where(ImportRow.import_id == batch, ImportRow.record == record_name(model))
        .order_by(ImportRow.row_number, model.id)
    )
    return [(record, row) for record, row in rows]


def built_on(
    session: Session, batch: int, model: type[Identified], gone: Collection[tuple[str, int]]
) -> dict[int, set[str]]:
    """Return which records stand that name a record of a model which an import made, but for those of *gone*.

    One statement, whatever the number of records.
    """
    mine = select(ImportRow.record_id).where(
        ImportRow.import_id == batch, ImportRow.record == record_name(model), ImportRow.made
    )
    naming = []
    for table, key in _naming(table_of(model)):
        stands: list[ColumnElement[bool]] = [table.c.withdrawn_at.is_(None)] if "withdrawn_at" in table.c else []
        if "reverses_id" in table.c and key != "reverses_id":
            # An entry and the one that reverses it are nothing any more.
            other = table.alias()
            reversed_ = exists(select(other.c.id).where(other.c.reverses_id == table.c.id))
            stands += [table.c.reverses_id.is_(None), ~reversed_]
        name = literal(table.name.removeprefix("crm_")).label("record")
        naming.append(select(name, table.c[key].label("whose"), table.c.id).where(table.c[key].in_(mine), *stands))
    found: dict[int, set[str]] = {}
    rows = session.execute(union_all(*naming), bind_arguments=OURS) if naming else ()
    for name, whose, number in rows:
        if (name, number) not in gone:
            found.setdefault(whose, set()).add(name)
    return found


def numbers_of(session: Session, batch: int) -> list[InvestorIdentifier]:
    """Return the identifiers that stand of the investors which an import made. One statement."""
    mine = select(ImportRow.record_id).where(
        ImportRow.import_id == batch, ImportRow.record == "investor", ImportRow.made
    )
    held = select(InvestorIdentifier).where(
        InvestorIdentifier.investor_id.in_(mine), InvestorIdentifier.withdrawn_at.is_(None)
    )
    return list(session.scalars(held))


def posts_beside(session: Session, batch: int) -> set[int]:
    """Return the contacts that an import made and that have more than one post. One statement."""
    mine = select(ImportRow.record_id).where(
        ImportRow.import_id == batch, ImportRow.record == "contact", ImportRow.made
    )
    posts = Base.metadata.tables["crm_employment"]
    several = select(posts.c.contact_id).where(posts.c.contact_id.in_(mine), posts.c.withdrawn_at.is_(None))
    counted = several.group_by(posts.c.contact_id).having(func.count() > 1)
    return set(session.scalars(counted, bind_arguments=OURS))


def _naming(whole: Table) -> list[tuple[Table, str]]:
    """Return the tables and columns that name records of a table, without those of its parts."""
    found = {
        (table, column.key)
        for table in Base.metadata.tables.values()
        if table.name not in _PARTS and "id" in table.c
        for column in table.c
        for key in column.foreign_keys
        if key.column is whole.c.id and column is not table.c.id
    }
    return sorted(found, key=lambda pair: (pair[0].name, pair[1]))
