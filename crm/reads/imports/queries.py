"""Past imports, and the records that they made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, String, cast, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from crm.models import (
    CapitalArrival,
    Contact,
    Employment,
    FollowUp,
    Import,
    ImportRow,
    Investor,
    Lead,
    Meeting,
    Referral,
    Request,
    Staff,
)
from crm.models.binding import OURS
from crm.reads.imports.rows import ImportCard, ImportedRow, ImportListRow
from crm.reads.kernel.listing import Key, Listing, Selected
from crm.reads.kernel.visibility import meeting_visible, visible
from crm.rules.access import Actor


def imports(session: Session) -> Listing[ImportListRow]:
    """Return the imports, latest first. One statement."""
    return Selected(session=session, statement=_imports(), make=_rows, keys=(Key(Import.id, "id", descending=True),))


def _rows(found: Sequence[Row[*tuple[Any, ...]]]) -> Iterator[ImportListRow]:
    return (ImportListRow(**row._asdict()) for row in found)


def card(session: Session, actor: Actor | None, number: int) -> ImportCard:
    """Return an import with the records it made and changed that the actor may see. Two statements."""
    undoer = aliased(Staff)
    head = session.execute(
        _imports()
        .add_columns(Import.undone_reason, undoer.username.label("undone_by"))
        .outerjoin(undoer, undoer.id == Import.undone_by_id)
        .where(Import.id == number)
    ).one()
    records = union_all(*(_named(record, names, number) for record, names in _names(actor).items())).subquery()
    listed = select(records).order_by(records.c.row, records.c.record, records.c.id)
    rows = session.execute(listed, bind_arguments=OURS)
    return ImportCard(**head._asdict(), records=tuple(ImportedRow(**row._asdict()) for row in rows))


def _imports() -> Select[*tuple[object, ...]]:
    return select(
        Import.id,
        Import.file,
        Import.checksum,
        Import.rows,
        Import.made,
        Import.changed,
        Import.skipped,
        Import.imported_at,
        Staff.username.label("imported_by"),
        Import.undone_at,
    ).join(Staff, Staff.id == Import.actor_id)


def _names(actor: Actor | None) -> Mapping[str, Select[*tuple[object, ...]]]:
    """Return by record the SELECT of numbers and names; hidden leads and what is about them are left out."""
    of_lead = (
        select(FollowUp.id, func.substr(FollowUp.text, 1, 60).label("name"))
        .outerjoin(Lead, Lead.id == FollowUp.lead_id)
        .where(FollowUp.lead_id.is_(None) | visible(actor))
    )
    met = cast(Meeting.summary, String)
    return {
        "investor": select(Investor.id, Investor.name.label("name")),
        "contact": select(Contact.id, Contact.name.label("name")),
        "employment": select(Employment.id, Contact.name.label("name")).join(
            Contact, Contact.id == Employment.contact_id
        ),
        "lead": select(Lead.id, Lead.title.label("name")).where(visible(actor)),
        "meeting": select(Meeting.id, func.substr(met, 1, 60).label("name"))
        .outerjoin(Lead, Lead.id == Meeting.lead_id)
        .where(meeting_visible(actor)),
        "followup": of_lead,
        "capital_arrival": select(CapitalArrival.id, CapitalArrival.reference.label("name"))
        .join(Lead, Lead.id == CapitalArrival.lead_id)
        .where(visible(actor)),
        "request": select(Request.id, func.substr(Request.text, 1, 60).label("name"))
        .outerjoin(Lead, Lead.id == Request.lead_id)
        .where(Request.lead_id.is_(None) | visible(actor)),
        "referral": select(Referral.id, Lead.title.label("name"))
        .join(Lead, Lead.id == Referral.lead_id)
        .where(visible(actor)),
    }


def _named(record: str, names: Select[*tuple[object, ...]], number: int) -> Select[*tuple[object, ...]]:
    found = names.subquery()
    return (
        select(
            ImportRow.row_number.label("row"),
            literal(record).label("record"),
            ImportRow.record_id.label("id"),
            ImportRow.made,
            found.c.name,
        )
        .join(found, found.c.id == ImportRow.record_id)
        .where(ImportRow.import_id == number, ImportRow.record == record)
    )
