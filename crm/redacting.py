"""Earlier wordings of free texts are taken out of the audit, by the owner of the database: docs/personal-data.md.

A text that mentions a person is redacted by hand first. Then whatever it was before is replaced in the entries by digests
whose key nobody keeps. Seals and anchors stay as they are, as where an upgrade converts entries.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, insert, select, tuple_
from sqlalchemy.orm import Session

from crm.errors import N_, AccessDenied, NotFound, problem
from crm.models import AuditEntry
from crm.models.audit import KEY_SIZE
from crm.models.audited import audited_models, record_name
from crm.models.base import Identified
from crm.models.binding import on_postgres
from crm.models.guards import drop_guards, put_guards
from crm.models.sealing import CONVERTED, ENTRIES, SEALED, hash_of, seal
from crm.reads.investors.mentions import PART_OF, searched
from crm.refusals import not_found
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.services.kernel.context import Context
from crm.services.kernel.verbs import begin
from crm.services.kernel.writing import Writing
from crm.services.places import recovery
from crm.upgrading.converting import REWRITE, Changed, next_number, signature
from crm.values.numbers import read_number
from crm.values.plain import KEYED, veiled
from crm.values.text import REASON

#: What nouns are called in the audit, where that is not their name.
_CALLED = {"follow-up": "followup", "arrival": "capital_arrival", "contract amount": "contract_amount"}


def redact(context: Context, refs: Iterable[str], *, reason: str) -> int:
    """Replace the earlier wordings of records, and of their parts, by digests without a key.

    The present wordings stay: redact them before. In the caller's transaction, and with all triggers dropped in it.

    Args:
        context: Of an actor who may erase persons, as the owner of the database. For a file the caller has checked that.
        refs: Numbers with the letter of their noun, such as V12, T7 or L3.
        reason: Why; the audit tells it.

    Returns:
        How many entries were changed.

    Raises:
        AccessDenied: The actor may not erase, or does not own the database.
        InvalidInput: A number has no letter, or there is no reason.
        NotFound: There is no such record.
    """
    session = context.session
    begin(session)
    context.require(Right.CONTACT_ERASE)
    if on_postgres(session) and not session.scalar(recovery.OWNS):
        raise AccessDenied(recovery.not_the_owner())
    with Checks() as check:
        why = check.text(reason, "reason", REASON)
        named = [_named(check, ref) for ref in refs]
    records = {
        (record_name(type(record)), record.id): record
        for name, number in filter(None, named)
        for record in _with_parts(session, name, number)
    }
    connection = session.connection({"mapper": AuditEntry})
    drop_guards(connection)
    seal(connection, context.now())
    theirs = connection.execute(
        select(ENTRIES, SEALED.c.hash.label("sealed"))
        .select_from(ENTRIES.outerjoin(SEALED, SEALED.c.entry_id == ENTRIES.c.id))
        .where(tuple_(ENTRIES.c.record, ENTRIES.c.record_id).in_(records))
        .order_by(ENTRIES.c.record, ENTRIES.c.record_id, ENTRIES.c.id)
    ).all()
    number, written, listed = next_number(connection), [], []
    with Writing(context, "audit.redact", why) as write:
        for key, entries in groupby(theirs, key=attrgetter("record", "record_id")):
            changed, stays = _redacted(key[0], list(entries))
            for entry, changes in changed:
                after = hash_of(Changed(entry, changes))
                written.append({"entry": entry.id, "converted": changes, "signature": entry.hash and after})
                listed.append({"entry_id": entry.id, "conversion_id": number, "before": entry.sealed, "after": after})
            if changed:
                write.sign(records[key], version=None, **stays)
    if written:
        connection.execute(REWRITE, written)
        connection.execute(insert(CONVERTED), listed)
        seal(connection, context.now())
        connection.execute(insert(ENTRIES), signature(connection, context.now(), number, why))
        seal(connection, context.now(), taken_in=True)
    put_guards(connection)
    return len(written)


def _named(check: Checks, ref: str) -> tuple[str, int] | None:
    """Return the record that is meant, as the audit calls it."""
    noun, number = read_number(ref) or (None, 0)
    name = _CALLED.get(noun or "", noun or "")
    if name in {record for record, _ in searched()}:
        return name, number
    check.add(
        problem(
            N_("{text} is no record with a free text."),
            N_("Write the letter and the number that the list of mentions has, such as V12 or T7."),
            field="refs",
            code="format",
            text=ref[:60],
        )
    )
    return None


def _with_parts(session: Session, name: str, number: int) -> Iterator[Identified]:
    """Yield a record and its parts."""
    models = {record_name(model): model for model in audited_models()}
    record = session.get(models[name], number)
    if record is None:
        raise NotFound(not_found(name, str(number), N_("Check the spelling, or list what there is."), name))
    yield record
    for part, (whole, link) in PART_OF.items():
        if whole == name and part in models:
            mine = models[part]
            yield from session.scalars(select(mine).where(getattr(mine, link) == number).order_by(mine.id))


def _redacted(
    name: str, entries: Sequence[Row[*tuple[Any, ...]]]
) -> tuple[list[tuple[Row[*tuple[Any, ...]], dict[str, Any]]], dict[str, list[object]]]:
    """Return the entries of a record as they are from now on, and what its present wordings are signed with anew.

    An entry is converted once: after that it has no wording, as the present one is signed in an entry of its own.
    """
    free, secret = {column for record, column in searched() if record == name}, os.urandom(KEY_SIZE)

    def digest(key: str, value: object) -> object:
        return veiled(secret, key, value) if isinstance(value, str) and not value.startswith(KEYED) else value

    worded = [
        (key, pair)
        for entry in entries
        for key, pair in entry.changes.items()
        if key in free and isinstance(pair, list) and any(digest(key, value) != value for value in pair)
    ]
    last = {key: pair[-1] for key, pair in worded}
    if all(value == last[key] or digest(key, value) == value for key, pair in worded for value in pair):
        return [], {}
    changed = []
    for entry in entries:
        changes = {
            key: [digest(key, value) for value in pair] if key in free and isinstance(pair, list) else pair
            for key, pair in entry.changes.items()
        }
        if changes != entry.changes:
            changed.append((entry, changes))
    return changed, {key: [digest(key, value), value] for key, value in last.items() if value is not None}
