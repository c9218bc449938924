"""The canonical bytes of the audit, and their hashes. docs/audit.md is the specification; nothing here may change.

A later form gets another version byte and stands beside this one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

#: The first byte of whatever is hashed: which form it has.
VERSION = b"\x01"
#: That of an entry whose actor, or the admin who acted for them, was proven.
PROVEN = b"\x02"

_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def canonical(value: object) -> bytes:
    """Return JSON without spaces, keys in the order of their code points, in UTF-8.

    Raises:
        ValueError: There is a number in it that JSON does not have.
    """
    # Invalid UTF-8 occurs in forged rows only; it is hashed as it is, and does not match.
    return _encode(value).encode("utf-8", "surrogatepass")


def moment(value: datetime) -> str:
    """Return an instant in UTC, with microseconds, such as ``2023-02-08T06:00:00.000000Z``."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def entry_hash(
    *,
    at: datetime,
    actor_id: int | None,
    verb: str,
    record: str,
    record_id: int,
    record_uid: UUID,
    version: int | None,
    reason: str | None,
    changes: Mapping[str, object],
    binding_id: int | None = None,
) -> bytes:
    """Return the SHA-256 of an audit entry: in the second form where a binding proves who acted, else in the first."""
    content = [moment(at), actor_id, verb, record, record_id, str(record_uid), version, reason, changes]
    if binding_id is None:
        return sha256(VERSION + canonical(content)).digest()
    return sha256(PROVEN + canonical([*content, binding_id])).digest()


def rows_hash(rows: Iterable[Iterable[object]]) -> str:
    """Return the SHA-256 of rows in the order they come in, as hex: of what is signed together."""
    sum_ = sha256(VERSION)
    for row in rows:
        sum_.update(canonical(list(row)) + b"\n")
    return sum_.hexdigest()


def sealed_line(entry_id: int, record: str, record_id: int, hash_: bytes) -> tuple[int, str, int, str]:
    """Return what the content of a seal has of an entry."""
    return entry_id, record, record_id, hash_.hex()


def seal_hash(*, number: int, at: datetime, entries: int, content: str, previous: str | None, taken_in: bool) -> str:
    """Return the SHA-256 of a seal, as hex. It covers every entry that was sealed until then."""
    return sha256(VERSION + canonical([number, moment(at), entries, content, previous, taken_in])).hexdigest()
