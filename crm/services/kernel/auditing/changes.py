"""The changes of a record, and which of them are digests in the audit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.orm import Session

from crm.models.audited import audited_columns, is_veiled, pairs_as_audited, record_name, veiled_columns
from crm.models.base import Changeable, Identified
from crm.models.derived import derived
from crm.services.kernel.auditing.keys import Record, keys_of
from crm.values.plain import plain

#: By field: its value before and after.
Changes = dict[str, list[object]]


def keys_for(
    session: Session, changed: Sequence[tuple[Identified | Changeable, Changes]], added: Collection[Identified]
) -> Mapping[Record, bytes]:
    """Return the keys of the records with personal values to sign. At most two statements; none for none."""
    veiled = {
        (record_name(type(record)), record.id)
        for record, changes in changed
        if veiled_columns(type(record))
        and any(is_veiled(type(record), key, value) for key, pair in changes.items() for value in pair)
    }
    if not veiled:
        return {}
    return keys_of(session, veiled, {(record_name(type(record)), record.id) for record in added})


def changes_as_audited(record: Identified | Changeable, changes: Changes, keys: Mapping[Record, bytes]) -> Changes:
    """Return the changes of a record as the audit has them: personal values as digests."""
    model = type(record)
    secret = keys.get((record_name(model), record.id)) if veiled_columns(model) else None
    return pairs_as_audited(model, changes, secret)


def differences(record: object, values: Mapping[str, object]) -> Changes:
    """Return the values that differ from the record's, in the form of the audit: [from, to]."""
    return {
        key: [plain(getattr(record, key)), plain(value)]
        for key, value in values.items()
        if getattr(record, key) != value
    }


def columns_written(record: object, changes: Changes, values: Mapping[str, object]) -> dict[str, object]:
    """Return the columns that a change writes: those that differ, and what is derived from one of them."""
    written = {key: values[key] for key in changes}
    return written | derived(type(record), written)


def content_of(record: Identified, first: Mapping[str, object]) -> Changes:
    """Return what a record was added with; *first* has what was changed since."""
    model, loaded = type(record), record.__dict__
    values = {key: first[key] if key in first else loaded.get(key) for key in audited_columns(model)}
    return {key: [None, value] for key, value in values.items() if value is not None}
