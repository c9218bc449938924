"""Values in JSON, and the digests that replace personal ones."""

from __future__ import annotations

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


def veiled(uid: UUID, value: object) -> str | None:
    """Return the digest that replaces a personal value in the audit."""
    return None if value is None else "sha256:" + sha256(f"{uid}:{value}".encode()).hexdigest()[:24]
