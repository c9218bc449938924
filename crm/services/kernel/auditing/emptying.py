"""Removes wordings from the audit: those that mention an erased person, and earlier ones of a record."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from attrs import frozen
from sqlalchemy import Row, Text, bindparam, cast, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from crm.models import Base
from crm.models.binding import OURS
from crm.models.sealing import ENTRIES
from crm.models.wordings import EMPTIED, WORDING, standing, text_of, without
from crm.reads.investors.mentions import escaped
from crm.services.kernel.auditing.keys import Record
from crm.services.kernel.auditing.signing import Signed

#: A letter of a script that puts spaces between words.
_LETTER = r"[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
#: Names of up to so many letters are parts of other words.
_SHORT = 3
_FOUND = select(ENTRIES.c.id, ENTRIES.c.record, ENTRIES.c.record_id, ENTRIES.c.wordings).order_by(ENTRIES.c.id)
_EMPTY = update(ENTRIES).where(ENTRIES.c.id == bindparam("entry")).values(wordings=bindparam("left"))


@frozen
class Emptied:
    """The removed wordings.

    Attributes:
        entries: From how many entries.
        signed: What the writing has to sign of it.
    """

    entries: int
    signed: Sequence[Signed]


def empty_mentions(session: Session, names: Iterable[str]) -> Emptied:
    """Take out every wording that mentions one of the names, but for what the records still hold.

    Two statements, and one for each sort of record that mentions them; none without a name.

    Args:
        session: The writing's.
        names: As they are written in the texts.
    """
    sought = [name.lower() for name in names]
    if not sought:
        return Emptied(0, ())
    # JSON holds a letter as it is or escaped, as the engine's serializer has it.
    forms = {escaped(json.dumps(name, ensure_ascii=ascii_)[1:-1]) for name in sought for ascii_ in (True, False)}
    stored = func.lower(cast(ENTRIES.c.wordings, Text))
    mentioned = or_(*(stored.like(f"%{form}%", escape="\\") for form in sorted(forms)))
    found = session.execute(_FOUND.where(mentioned), bind_arguments=OURS).all()
    named = re.compile("|".join(map(_pattern, sought)), re.IGNORECASE)
    return _empty(session, found, lambda _, text: named.search(text) is not None)


def _pattern(name: str) -> str:
    """Return the pattern of a name; a short one in a script with spaces must be a word, as Li in Li Wei."""
    if len(name) > _SHORT or not re.fullmatch(f"{_LETTER}+", name):
        return re.escape(name)
    return f"(?<!{_LETTER}){re.escape(name)}(?!{_LETTER})"


def empty_earlier(session: Session, records: Collection[Record]) -> Emptied:
    """Take out the wordings of free texts of records, but for what they still hold; reasons of changes stay.

    Two statements, and one for each sort of record.
    """
    theirs = tuple_(ENTRIES.c.record, ENTRIES.c.record_id).in_(records)
    found = session.execute(_FOUND.where(theirs), bind_arguments=OURS).all()
    return _empty(session, found, lambda column, _: column != "")


def _empty(session: Session, entries: Sequence[Row[*tuple[Any, ...]]], goes: Callable[[str, str], bool]) -> Emptied:
    """Remove the wordings that *goes* selects by column (none for a reason) and text, and sign which they were."""
    wanted = [
        (entry, name, column, text)
        for entry in entries
        for name, wording in standing(entry.wordings).items()
        if goes(column := name.partition("/")[2], text := text_of(wording))
    ]
    held = _held(session, {(entry.record, entry.record_id) for entry, *_ in wanted})
    emptied: dict[int, list[str]] = {}
    for entry, name, column, text in wanted:
        if not column or held.get((entry.record, entry.record_id), {}).get(column) != text:
            emptied.setdefault(entry.id, []).append(name)
    if not emptied:
        return Emptied(0, ())
    rows = [
        {"entry": entry.id, "left": without(entry.wordings, emptied[entry.id])}
        for entry in entries
        if entry.id in emptied
    ]
    session.execute(_EMPTY, rows, bind_arguments=OURS)
    listed = [f"{number}/{name}" for number, names in emptied.items() for name in sorted(names)]
    return Emptied(len(rows), [Signed(WORDING, rows[0]["entry"], UUID(int=0), None, {EMPTIED: [None, listed]})])


def _held(session: Session, records: Iterable[Record]) -> dict[Record, Mapping[str, Any]]:
    """Return what records hold, by column. One statement for each sort of record."""
    numbers: dict[str, list[int]] = {}
    for record, number in records:
        numbers.setdefault(record, []).append(number)
    held: dict[Record, Mapping[str, Any]] = {}
    for record, ids in sorted(numbers.items()):
        table = Base.metadata.tables.get(f"crm_{record}")
        if table is not None:
            rows = session.execute(select(table).where(table.c.id.in_(ids)), bind_arguments=OURS)
            held |= {(record, row["id"]): dict(row) for row in rows.mappings()}
    return held
