"""Writes the entries of the audit, each with its hash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from attrs import frozen
from sqlalchemy import insert
from sqlalchemy.orm import Session

from crm.models.binding import OURS
from crm.models.sealing import ENTRIES
from crm.models.wordings import put_apart, reason_apart
from crm.rules.audit.hashes import entry_hash

#: Built once, because building a statement for each write takes time.
_SIGN = insert(ENTRIES)
#: The same, where somebody asks for the numbers of the entries.
_NUMBERED = _SIGN.returning(ENTRIES.c.id, sort_by_parameter_order=True)
#: Where a session keeps the handlers of what it commits: :mod:`crm.services.kernel.auditing.committed`.
HANDLERS = "crm.handlers"


@frozen
class Signed:
    """A change of one record.

    Attributes:
        record: Its table, without the prefix.
        record_id: Its number.
        record_uid: Its uid.
        version: Its version after the change; None where it has none.
        changes: For each field [from, to], as the audit has them, but free texts as they are.
    """

    record: str
    record_id: int
    record_uid: UUID
    version: int | None
    changes: Mapping[str, Any]


def sign(
    session: Session,
    signed: Sequence[Signed],
    *,
    at: datetime,
    actor_id: int,
    verb: str,
    reason: str | None,
    binding_id: int | None,
) -> None:
    """Write the entries of one verb. One statement; none for none; another where a handler waits for one of them.

    Raises:
        Conflict: The actor went with a transaction that was rolled back.
    """
    if not signed:
        return
    rows, (why, said) = [], reason_apart(reason)
    for entry in signed:
        changes, wordings = put_apart(entry.record, entry.changes)
        row: dict[str, Any] = {
            "at": at,
            "actor_id": actor_id,
            "verb": verb,
            "record": entry.record,
            "record_id": entry.record_id,
            "record_uid": entry.record_uid,
            "version": entry.version,
            "changes": changes,
            "reason": why,
            "binding_id": binding_id,
        }
        rows.append({**row, "hash": entry_hash(**row), "wordings": wordings | said})
    handlers = session.info.get(HANDLERS)
    if handlers is None:
        session.execute(_SIGN, rows, bind_arguments=OURS)
        return
    numbers = session.scalars(_NUMBERED, rows, bind_arguments=OURS).all()
    handlers.note(session, list(zip(numbers, rows, strict=True)))
