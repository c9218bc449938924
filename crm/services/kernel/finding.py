"""Finding the one record that a reference names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from shlex import quote
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, SQLColumnExpression, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, object_session

from crm.errors import N_, Ambiguous, InvalidInput, NotFound, problem
from crm.models.base import Base, Identified
from crm.refusals import ambiguous, no_reference, not_found
from crm.services.kernel.locks import share_rows, share_selected
from crm.values.numbers import lettered, number_of, read_number
from crm.values.text import comparison_key, require_text

M = TypeVar("M", bound=Identified)

_UUID = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")
_MAX_ID = 2**63 - 1
#: The number of listed matches.
LISTED = 10
OTHER_NOUN = N_("The letter is that of another kind of record: {record}. Leave out the letter, or search there.")
#: The way out for an unknown name or number, by noun: where to look, and how to add one.
WAYS_OUT: Mapping[str, str] = {
    "investor": N_("Look for it: crm investor find {typed}; add it: crm investor add {typed} --country CC"),
    "lead": N_("List them: crm lead list; open one: crm lead open INVESTOR --title TITLE"),
    "contact": N_("List those of a company: crm contact list INVESTOR; add one: crm contact add INVESTOR {typed}"),
    "staff": N_("List them: crm staff list"),
    "unit": N_("List them: crm unit list"),
    "station": N_("List them: crm station list"),
    "trip": N_("List them: crm trip list"),
    "event": N_("List them: crm event list"),
    "attendance": N_("The card of its event lists it; the events: crm event list"),
    "meeting": N_("List them: crm visit list"),
    "follow-up": N_("List them: crm todo list --all"),
    "request": N_("List them: crm request list"),
    "referral": N_("List them: crm referral list"),
    "target": N_("List them: crm target list"),
    "arrival": N_("List them: crm capital list"),
    "contract amount": N_("List them: crm contract list"),
}
#: Characters that a comparison key leaves out and names of companies have: 凌云（济南）有限公司.
_MARKS = " -()（）·."

#: Selects id and label of records, and a name of each as it is written if that is not the label.
Named = Select[int, str] | Select[int, str, str | None]
#: Selects the records whose names equal or contain the text.
Search = Callable[[str, bool], Named]


def find(
    session: Session,
    model: type[M],
    ref: object,
    *,
    what: str,
    codes: Sequence[InstrumentedAttribute[str]] = (),
    search: Search | None = None,
    further: Search | None = None,
    keeping: bool = False,
) -> M:
    """Return the one record that *ref* names: itself, an id, a uid, a code, a whole name, or a unique part of one.

    Args:
        session: The session.
        model: What to look for.
        ref: What the caller typed or holds.
        what: What it is called in an error, such as ``lead``.
        codes: Unique text columns compared as typed, in lower case.
        search: Given what was typed and whether the whole name must equal it, selects the records.
        further: Likewise, where nothing else fits: a whole name of what is archived.
        keeping: Read it again and lock it, like :func:`crm.services.kernel.locks.share_rows`. This takes a further
            statement only for a record that the session already has, or one found by a code.

    Raises:
        NotFound: Nothing matches.
        Ambiguous: Several do; they are listed.
        InvalidInput: It is not a reference at all.
    """
    if isinstance(ref, model):
        return _held(session, model, ref, what, keeping=keeping)
    if isinstance(ref, bool) or not isinstance(ref, int | str | UUID) or isinstance(ref, Base):
        raise InvalidInput(no_reference(ref, what, what))
    if isinstance(ref, int):
        return _by_id(session, model, ref, what, keeping=keeping)
    if isinstance(ref, UUID):
        return _by_uid(session, model, ref, what, keeping=keeping)
    text = require_text(ref, what, limit=400)
    searches = (
        () if search is None else ((search, True), (search, False), *(() if further is None else ((further, True),)))
    )
    return _by_text(session, model, text, what=what, codes=codes, searches=searches, keeping=keeping)


def _held(session: Session, model: type[M], record: M, what: str, *, keeping: bool) -> M:
    if object_session(record) is session and not keeping:
        return record
    if record.id is None:
        raise InvalidInput(
            problem(
                N_("This {what} has not been saved."),
                N_("Add it through the services first."),
                field=what,
                code="unsaved",
                what=what,
            )
        )
    return _by_id(session, model, record.id, what, keeping=keeping)


def _by_id(session: Session, model: type[M], number: int, what: str, *, keeping: bool) -> M:
    record = _read(session, model, number, keeping=keeping) if 0 < number <= _MAX_ID else None
    if record is None:
        raise missing(what, str(number))
    return record


def _read(session: Session, model: type[M], number: int, *, keeping: bool) -> M | None:
    return next(iter(share_rows(session, model, [number])), None) if keeping else session.get(model, number)


def _by_uid(session: Session, model: type[M], uid: UUID, what: str, *, keeping: bool) -> M:
    theirs = select(model).where(model.uid == uid)
    record = next(iter(share_selected(session, model, theirs)), None) if keeping else session.scalar(theirs)
    if record is None:
        raise missing(what, str(uid))
    return record


def _by_text(
    session: Session,
    model: type[M],
    text: str,
    *,
    what: str,
    codes: Sequence[InstrumentedAttribute[str]],
    searches: Sequence[tuple[Search, bool]],
    keeping: bool,
) -> M:
    number = number_of(what, text)
    if number and (record := _read(session, model, number, keeping=keeping)) is not None:
        return record
    if _UUID.fullmatch(text):
        return _by_uid(session, model, UUID(text), what, keeping=keeping)
    for code in codes:
        if (record := session.scalar(select(model).where(code == text.lower()))) is not None:
            return _held(session, model, record, what, keeping=keeping)
    if not comparison_key(text):
        raise missing(what, text)
    for search, whole in searches:
        found = session.execute(search(text, whole).limit(LISTED + 1)).all()
        # Of several names that are read as one, the one that is written exactly so is meant.
        exact = [row for row in found if whole and as_written(row) == text] if len(found) > 1 else []
        matches = {row[0]: row[1] for row in (exact if len({row[0] for row in exact}) == 1 else found)}
        if len(matches) == 1:
            return _by_id(session, model, next(iter(matches)), what, keeping=keeping)
        if matches:
            raise Ambiguous(
                ambiguous(
                    text[:60],
                    several(what, list(matches.items())),
                    what,
                    what=what,
                ),
                matches=list(matches.items())[:LISTED],
            )
    raise missing(what, text)


def as_written(row: Row[*tuple[object, ...]]) -> object:
    """Return the name by which a row was found: its third column, or else its label."""
    return row[2] if len(row) > 2 else row[1]  # noqa: PLR2004 - id and label


def several(what: str, found: Sequence[tuple[int, str]]) -> str:
    """Return the records that a name fits, with their numbers, for a sentence."""
    listed = "; ".join(f"{lettered(what, number)} {label}" for number, label in found[:LISTED])
    return listed + (" …" if len(found) > LISTED else "")


def missing(what: str, text: str) -> NotFound:
    """Return the error for a record that does not exist."""
    written = read_number(text)
    if written is not None and written[0] not in {None, what}:
        return NotFound(not_found(what, text[:60], OTHER_NOUN, what, record=str(written[0])))
    way_out = WAYS_OUT.get(what, N_("Check the spelling, or list what there is."))
    return NotFound(not_found(what, text[:60], way_out, what, typed=quote(text[:60])))


def containing(
    column: SQLColumnExpression[str] | SQLColumnExpression[str | None], text: str, *, whole: bool
) -> ColumnElement[bool]:
    """Return the condition that a column of comparison keys is, or contains, that of a text."""
    key = comparison_key(text)
    return column == key if whole else column.contains(key, autoescape=True)


def spelled(column: SQLColumnExpression[str | None]) -> ColumnElement[str]:
    """Return an SQL approximation of a name's comparison key, for small tables that store none."""
    return reduce(lambda made, mark: func.replace(made, mark, ""), _MARKS, func.lower(column))
