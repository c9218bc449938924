"""Erases what earlier versions left of erased persons: positions, and other personal columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, select, update

from crm.models import Attendance, Contact, Employment, Merge
from crm.models.audit import DESTROYED
from crm.models.audited import as_audited, record_name
from crm.models.base import table_of
from crm.models.sealing import ENTRIES, KEYS, SEALS, seal
from crm.rules.audit.hashes import entry_hash
from crm.rules.events import AttendanceFields
from crm.rules.investors.contacts import EmploymentFields
from crm.rules.kernel.fields import personal

VERB = "upgrade"
_REASON = "what an earlier version left of an erased person"
#: By model: the column that names the person, and what erasing leaves in the others.
_OF_A_PERSON: Mapping[type[Any], tuple[str, Mapping[str, Any]]] = {
    Employment: ("contact_id", dict.fromkeys((*personal(EmploymentFields), "digest"))),
    Attendance: ("contact_id", dict.fromkeys((*personal(AttendanceFields), "digest"))),
    Merge: ("survivor_contact_id", {"before": {}}),
}


def erase_rest(connection: Connection, now: datetime) -> int:
    """Erase it, destroy the keys of its digests, and return how many records had something left.

    In the caller's transaction, after the entries of earlier versions were converted. Each record gets an entry;
    where the log has begun, these are sealed at once.
    """
    left = [(model, row, rest) for model in _OF_A_PERSON for row, rest in _left(connection, model)]
    begun = left and connection.scalar(select(SEALS.c.number).limit(1)) is not None
    if begun:
        seal(connection, now)
    for model, row, rest in left:
        _erase(connection, model, row, rest, now)
    if begun:
        seal(connection, now, taken_in=True)
    return len(left)


def _left(connection: Connection, model: type[Any]) -> Iterator[tuple[Row[*tuple[Any, ...]], dict[str, Any]]]:
    """Yield the rows of erased persons that still hold something, with what they hold."""
    table, people = table_of(model), table_of(Contact)
    link, emptied = _OF_A_PERSON[model]
    mine = and_(KEYS.c.record == record_name(model), KEYS.c.record_id == table.c.id)
    held = (
        select(table.c.id, table.c.uid, table.c.version, *(table.c[key] for key in emptied), KEYS.c.key.label("secret"))
        .select_from(table.join(people, people.c.id == table.c[link]).outerjoin(KEYS, mine))
        .where(people.c.erased_at.is_not(None))
        .order_by(table.c.id)
    )
    for row in connection.execute(held).all():
        rest = {key: getattr(row, key) for key, empty in emptied.items() if getattr(row, key) != empty}
        if rest:
            yield row, rest


def _erase(
    connection: Connection, model: type[Any], row: Row[*tuple[Any, ...]], rest: Mapping[str, Any], now: datetime
) -> None:
    table, emptied, name = table_of(model), _OF_A_PERSON[model][1], record_name(model)
    values = {key: emptied[key] for key in rest} | {"version": row.version + 1}
    entry: dict[str, Any] = {
        "at": now,
        "actor_id": None,
        "verb": VERB,
        "record": name,
        "record_id": row.id,
        "record_uid": row.uid,
        "version": row.version + 1,
        "changes": {key: [as_audited(model, key, value, row.secret), emptied[key]] for key, value in rest.items()},
        "reason": _REASON,
    }
    connection.execute(update(table).where(table.c.id == row.id).values(values))
    connection.execute(insert(ENTRIES), {**entry, "hash": entry_hash(**entry)})
    connection.execute(update(KEYS).where(KEYS.c.record == name, KEYS.c.record_id == row.id).values(key=DESTROYED))
