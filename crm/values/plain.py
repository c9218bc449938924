"""Values in JSON, and the digests that replace personal ones."""

from __future__ import annotations

import hmac
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any
from uuid import UUID


def plain(value: object) -> Any:
    """Return a column's value as JSON has it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    return value


#: What a change in the audit holds of a column: what it was, and what it became.
_FROM_AND_TO = 2


def change_of(kept: object) -> tuple[Any, Any] | None:
    """Return what a column was and what it became, of a change in the audit; None for what is no such pair."""
    return tuple(kept) if isinstance(kept, list | tuple) and len(kept) == _FROM_AND_TO else None


#: What the digest of a personal value begins with.
KEYED = "hmac:"


def veiled(secret: bytes, column: str, value: str) -> str:
    """Return the digest that replaces a personal value in the audit: HMAC-SHA-256 of the column and the value.

    Args:
        secret: The key of the record; without it nobody can try what the value may have been.
        column: The column that holds it.
        value: The value as text.
    """
    return KEYED + hmac.digest(secret, f"{column}:{value}".encode("utf-8", "surrogatepass"), "sha256").hex()


def veiled_without_key(uid: UUID, value: object) -> str:
    """Return the digest that earlier versions put there: it has no key, so a short value can be guessed."""
    return "sha256:" + sha256(f"{uid}:{value}".encode("utf-8", "surrogatepass")).hexdigest()[:24]
