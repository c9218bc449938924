"""Free texts in the audit: entries hold digests, and the wordings stand beside them, each with a key of its own.

Emptying a wording takes text and key away: what remains is a digest that nobody can try a text against, and the entry
still has its hash. docs/audit.md is the specification.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from sqlalchemy import String, Table, Text

from crm.models.audited import veiled_columns, veiled_models
from crm.models.base import Base, record_name
from crm.models.derived import derived_columns
from crm.values.plain import KEYED, change_of, veiled

#: From so many characters on a column may hold free text.
FREE = 120
#: Tables without free texts, or whose texts the audit does not hold, and why.
LEFT_OUT: Mapping[str, str] = {
    "crm_contact": "the person's own record, which erasing empties",
    "crm_employment": "erasing empties it",
    "crm_audit_entry": "erasing empties the wordings that mention the name",
    "crm_industry": "names of the standard GB/T 4754",
    "crm_investor_name": "names of companies",
    "crm_enterprise": "names of companies",
}
#: By which record the entry is known that signs which wordings were emptied; there is no such table.
WORDING = "wording"
#: What that entry has: ``number/side/column`` of each, or ``number/reason``.
EMPTIED = "emptied"
_SIDES = ("from", "to")
_REASON = "reason"
#: Bytes of a key; a wording is the key in hex, and the text.
_KEY_SIZE = 16
_KEY = re.compile(f"[0-9a-f]{{{2 * _KEY_SIZE}}}", re.ASCII)
_DIGEST = re.compile(f"{KEYED}[0-9a-f]{{64}}", re.ASCII)

#: By side and column, and the reason.
Wordings = dict[str, Any]


@cache
def free_texts() -> tuple[tuple[str, str], ...]:
    """Return the columns that hold free texts: record and column."""
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
def worded_columns(record: str) -> frozenset[str]:
    """Return the columns of a record whose texts stand in the wordings; what is a person's has a key elsewhere."""
    personal = {
        key for model in veiled_models() if model.__tablename__ == f"crm_{record}" for key in veiled_columns(model)
    }
    return frozenset(column for name, column in free_texts() if name == record) - personal


def put_apart(record: str, changes: Mapping[str, Any]) -> tuple[Mapping[str, Any], Wordings]:
    """Return changes with a digest for each free text, and the wordings."""
    columns = worded_columns(record) & changes.keys()
    if not columns:
        return changes, {}
    digests, wordings = dict(changes), Wordings()
    for column in columns:
        pair = change_of(changes[column])
        if pair is None:
            continue
        digests[column] = kept = list(pair)
        for place, (side, text) in enumerate(zip(_SIDES, pair, strict=True)):
            if isinstance(text, str) and not is_digest(text):
                kept[place], wordings.setdefault(side, {})[column] = digest_of(column, text)
    return digests, wordings


def reason_apart(reason: str | None) -> tuple[str | None, Wordings]:
    """Return the digest of a reason, and its wording."""
    if reason is None or is_digest(reason):
        return reason, {}
    digest, wording = digest_of(_REASON, reason)
    return digest, {_REASON: wording}


def digest_of(column: str, text: str) -> tuple[str, str]:
    """Return the digest of a text, with a new key, and its wording."""
    key = os.urandom(_KEY_SIZE)
    return veiled(key, column, text), key.hex() + text


def is_digest(value: object) -> bool:
    """Return whether a value is a digest, not a text."""
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def text_of(wording: str) -> str:
    """Return the text of a wording."""
    return wording[2 * _KEY_SIZE :]


def fits(column: str, digest: str, wording: str) -> bool:
    """Return whether a digest is that of a wording."""
    key = wording[: 2 * _KEY_SIZE]
    return _KEY.fullmatch(key) is not None and veiled(bytes.fromhex(key), column, text_of(wording)) == digest


def changes_of(entry: Any) -> dict[str, Any]:
    """Return the changes of an entry in words: each text that stands, and the digest of what was emptied."""
    found = dict(entry.changes)
    for leaf, wording in standing(entry.wordings).items():
        side, _, column = leaf.partition("/")
        pair = change_of(found.get(column))
        if pair is not None and side in _SIDES:
            found[column] = [
                text_of(wording) if name == side else value for name, value in zip(_SIDES, pair, strict=True)
            ]
    return found


def reason_of(entry: Any) -> str | None:
    """Return the reason of an entry; None where it has none, or none any more."""
    wording = standing(entry.wordings).get(_REASON)
    if wording is not None:
        return text_of(wording)
    return None if is_digest(entry.reason) else str(entry.reason or "") or None


def standing(wordings: object) -> dict[str, str]:
    """Return wordings by ``side/column``, and the reason; of what is none, something that no entry signs."""
    return dict(_leaves(wordings))


def _leaves(wordings: object) -> Iterator[tuple[str, str]]:
    for name, held in wordings.items() if isinstance(wordings, dict) else ():
        if name in _SIDES and isinstance(held, dict):
            yield from ((f"{name}/{column}", str(wording)) for column, wording in held.items())
        else:
            yield name, str(held)


def signed(record: str, changes: Mapping[str, Any], reason: object) -> dict[str, tuple[str, str]]:
    """Return what an entry signs of texts: by the name of the wording, its column and its digest."""
    found = {_REASON: (_REASON, reason)} if isinstance(reason, str) and is_digest(reason) else {}
    for column in worded_columns(record) & changes.keys():
        pair = change_of(changes[column]) or ()
        found |= {
            f"{side}/{column}": (column, value) for side, value in zip(_SIDES, pair, strict=False) if is_digest(value)
        }
    return found


def without(wordings: Wordings, emptied: Iterable[str]) -> Wordings:
    """Return wordings without some of them, each by ``side/column``, or the reason."""
    left = {**wordings, **{side: dict(wordings[side]) for side in _SIDES if side in wordings}}
    for leaf in emptied:
        side, _, column = leaf.partition("/")
        if column:
            del left[side][column]
        else:
            del left[side]
    return left
