"""Free texts that contain the name of a person, to be redacted by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from sqlalchemy import CompoundSelect, bindparam, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from crm.models.base import Base
from crm.models.binding import OURS
from crm.models.wordings import free_texts
from crm.reads.investors.rows import MentionRow

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
    patterns = {f"pattern_{place}": f"%{escaped(name)}%" for place, name in enumerate(names)}
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


def escaped(name: str) -> str:
    """Return a name escaped for LIKE, in small letters."""
    return re.sub(r"([\\%_])", r"\\\1", name).lower()


@cache
def _search(patterns: tuple[str, ...]) -> CompoundSelect[str, str, int, int, str, str]:
    parts = []
    for record, key in free_texts():
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
