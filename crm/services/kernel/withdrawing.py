"""Withdrawing a record on which nothing else rests; see :mod:`crm.services.kernel.corrections`."""

from __future__ import annotations

from typing import TypeVar

from crm.models import Attendance, Evidence, FollowUp, Request
from crm.services.kernel.context import Context
from crm.services.kernel.corrections import correcting, ensure_standing, withdrawn
from crm.services.kernel.writing import Writing

W = TypeVar("W", Attendance, Evidence, FollowUp, Request)


def withdraw(context: Context, record: W, verb: str, restore: str, reason: str | None, version: int | None) -> W:
    """Withdraw a record.

    Args:
        context: Session, actor and clock.
        record: The record.
        verb: What is done, for the audit.
        restore: The command that restores it.
        reason: Why.
        version: The version the caller saw.

    Raises:
        InvalidInput: The reason is missing.
        AccessDenied: Another recorded it, or too long ago.
        Conflict: It is withdrawn already.
        StaleRecord: Somebody else changed it first.
    """
    why = correcting(context, record, reason).reason
    ensure_standing(record, restore)
    with Writing(context, verb, why) as write:
        write.change(record, version=version, **withdrawn(context, why))
    return record
