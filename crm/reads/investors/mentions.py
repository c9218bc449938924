"""Where the name of a person stands in free text: what erasing cannot find out by itself, to be redacted by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from sqlalchemy import CompoundSelect, String, Table, Text, bindparam, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from crm.models.base import Base, record_name
from crm.models.binding import OURS
from crm.models.derived import derived_columns
from crm.reads.investors.rows import MentionRow

#: From so many characters on a column may hold free text.
FREE = 120
#: Tables that are not searched, and why.
LEFT_OUT: Mapping[str, str] = {
    "crm_contact": "the person's own record, which erasing empties",
    "crm_employment": "erasing empties it",
    "crm_audit_entry": "append-only; the reason of a change does not name the person",
    "crm_industry": "names of the standard GB/T 4754",
    "crm_investor_name": "names of companies",
    "crm_enterprise": "names of companies",
}
#: Of which record a row is a part, by the column that has its number.
PART_OF: Mapping[str, tuple[str, str]] = {
    "minute": ("meeting", "meeting_id"),
    "request_event": ("request", "request_id"),
    "event_attendance": ("event", "event_id"),
    "transition": ("lead", "lead_id"),
    "evidence": ("lead", "lead_id"),
    "planned_visit": ("delegation", "delegation_id"),
    "delegation_leg": ("delegation", "delegation_id"),
    "delegation_member": ("delegation", "delegation_id"),
    "delegation_cost": ("delegation", "delegation_id"),
}
#: The command that redacts a field, where one does.
_REDACTED: Mapping[tuple[str, str], str] = {
    ("meeting", "summary"): 'crm visit edit {id} --note "…"',
    ("meeting", "place"): 'crm visit edit {id} --place "…"',
    ("minute", "text"): 'crm visit edit {id} --agreed|--promised|--next "…"',
    ("followup", "text"): 'crm todo edit {id} --text "…"',
    ("followup", "result"): 'crm todo edit {id} --result "…"',
    ("lead", "title"): 'crm lead edit {id} --title "…"',
    ("lead", "note"): 'crm lead edit {id} --note "…"',
    ("investor", "note"): 'crm investor edit {id} --note "…"',
    ("request", "text"): 'crm request edit {id} --text "…"',
    ("evidence", "reference"): 'crm lead edit-evidence {row} --reference "…"',
}


def mentions(session: Session, names: tuple[str, ...]) -> tuple[MentionRow, ...]:
    """Return the free texts that contain one of the names. One statement; none without a name.

    Args:
        session: Whose transaction is read.
        names: As they are written in the texts.
    """
    if not names:
        return ()
    patterns = {f"pattern_{place}": f"%{_escaped(name)}%" for place, name in enumerate(names)}
    return tuple(
        MentionRow(
            record=record,
            id=number,
            field=field,
            text=text,
            redact=None if (command := _REDACTED.get((row_of, field))) is None else command.format(id=number, row=row),
        )
        for row_of, record, number, row, field, text in session.execute(
            _search(tuple(patterns)), patterns, bind_arguments=OURS
        )
    )


def _escaped(name: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", name).lower()


@cache
def searched() -> tuple[tuple[str, str], ...]:
    """Return the columns that are searched: record and column."""
    derived = {
        (mapper.local_table.name, column)  # type: ignore[attr-defined]  # declarative models have tables
        for mapper in Base.registry.mappers
        for column in derived_columns(mapper.class_)
    }
    return tuple(
        (record_name(table.name), column.key)
        for table in Base.metadata.sorted_tables
        if table.name not in LEFT_OUT and "id" in table.c
        for column in table.c
        if _is_free(table, column.key) and (table.name, column.key) not in derived
    )


def _is_free(table: Table, key: str) -> bool:
    kind = table.c[key].type
    return isinstance(kind, Text) or (type(kind) is String and (kind.length or FREE) >= FREE)


@cache
def _search(patterns: tuple[str, ...]) -> CompoundSelect[str, str, int, int, str, str]:
    parts = []
    for record, key in searched():
        table = Base.metadata.tables[f"crm_{record}"]
        shown, number = PART_OF.get(record, (record, "id"))
        parts.append(
            select(
                literal(record).label("row_of"),
                literal(shown).label("record"),
                table.c[number].label("number"),
                table.c.id.label("row"),
                literal(key).label("field"),
                table.c[key].label("text"),
            ).where(or_(*(func.lower(table.c[key]).like(bindparam(name), escape="\\") for name in patterns)))
        )
    return union_all(*parts).order_by("record", "number", "row", "field")
