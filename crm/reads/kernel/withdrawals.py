"""What lists and cards tell of a withdrawn record."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from crm.models.base import Withdrawable


@frozen
class Withdrawal:
    """That a record was withdrawn.

    Attributes:
        at: When.
        by: Who, by username.
        reason: Why, if they said it.
    """

    at: datetime
    by: str
    reason: str | None


def withdrawal(record: Withdrawable, by: str | None) -> Withdrawal | None:
    """Return the withdrawal of a record, or None if it stands; *by* is who withdrew it."""
    if record.withdrawn_at is None:
        return None
    return Withdrawal(record.withdrawn_at, by or "", record.withdrawn_reason)
