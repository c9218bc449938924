"""Correcting, withdrawing and restoring, for all nouns.

A verb that corrects calls :func:`correcting` before it writes. Withdrawing and restoring are changes of the columns of
:class:`crm.models.base.Withdrawable`: :func:`withdrawn` and :data:`RESTORED`; :func:`withdraw` is the whole verb for a
record that goes alone. Reads leave withdrawn records out by :func:`crm.models.base.standing`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from attrs import frozen
from sqlalchemy import ColumnElement, select

from crm.errors import N_, Conflict, problem
from crm.models import (
    Attendance,
    AuditEntry,
    Employment,
    Evidence,
    FollowUp,
    Ownership,
    Referral,
    ReferralStatus,
    Request,
    Staff,
)
from crm.models.audited import record_name
from crm.models.base import Identified, Withdrawable
from crm.rules.access import Right
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.corrections import Recorded
from crm.services.kernel.context import Context
from crm.services.kernel.writing import Writing
from crm.values.moments import bureau_day
from crm.values.text import REASON

#: A record that is withdrawn by itself.
W = TypeVar("W", Attendance, Employment, Evidence, FollowUp, Ownership, Request)

#: The columns of what is restored.
RESTORED: Mapping[str, Any] = MappingProxyType(
    {"withdrawn_at": None, "withdrawn_by_id": None, "withdrawn_reason": None}
)


@frozen
class Correction:
    """A correction that the actor may make.

    Attributes:
        reason: Why; None where it may be left out and was.
        recorded: Who recorded what is corrected, and when.
    """

    reason: str | None
    recorded: Recorded


def correcting(context: Context, record: Identified, reason: str | None) -> Correction:
    """Return the correction, if the actor may correct, withdraw or restore the record. One statement.

    The first entry of the audit says who recorded it, for every noun alike.

    Raises:
        AccessDenied: They may not.
        InvalidInput: The reason is missing or no text.
    """
    with Checks() as check:
        why = check.text(reason, "reason", REASON, required=False)
    first = context.session.execute(
        select(AuditEntry.actor_id, AuditEntry.at, Staff.username)
        .outerjoin(Staff, Staff.id == AuditEntry.actor_id)
        .where(AuditEntry.record == record_name(type(record)), AuditEntry.record_id == record.id)
        .order_by(AuditEntry.id)
        .limit(1)
    ).first()
    recorded = (
        Recorded()
        if first is None or first.actor_id is None
        else Recorded(first.actor_id, first.username, bureau_day(first.at))
    )
    context.require_recorded(Right.RECORD_CORRECT, recorded, why)
    return Correction(why, recorded)


def withdrawn(context: Context, reason: str | None) -> dict[str, Any]:
    """Return the columns of what is withdrawn now."""
    return {"withdrawn_at": context.now(), "withdrawn_by_id": context.acting().id, "withdrawn_reason": reason}


def withdraw(
    context: Context,
    record: W,
    verb: str,
    restore: str,
    reason: str | None,
    version: int | None,
    *,
    ensure: Callable[[W], object] | None = None,
    named: str = "",
) -> W:
    """Withdraw a record.

    Args:
        context: Session, actor and clock.
        record: The record.
        verb: What is done, for the audit.
        restore: The command that restores it.
        reason: Why.
        version: The version the caller saw.
        ensure: Refuses what may not go, and takes the lock that this needs.
        named: What names the record in that command, if it is not its number.

    Raises:
        InvalidInput: The reason is missing.
        AccessDenied: Another recorded it, or too long ago.
        Conflict: It is withdrawn already, or *ensure* refuses it.
        StaleRecord: Somebody else changed it first.
    """
    why = correcting(context, record, reason).reason
    ensure_standing(record, restore, named)
    if ensure is not None:
        ensure(record)
    with Writing(context, verb, why) as write:
        write.change(record, version=version, **withdrawn(context, why))
    return record


def in_order(model: type[Employment | Ownership], *, withdrawn: bool) -> tuple[ColumnElement[Any], ...]:
    """Return the order in which one of several spans is meant.

    Those that stand come first, or with *withdrawn* the one that was withdrawn last; then the one that lasts, then the
    latest.
    """
    gone = model.withdrawn_at.is_not(None)
    first = gone.desc() if withdrawn else gone
    return first, model.withdrawn_at.desc(), model.until.is_(None).desc(), model.until.desc(), model.id.desc()


def ensure_standing(record: Identified, restore: str, named: str = "") -> None:
    """Refuse a change of a withdrawn record.

    Args:
        record: The record.
        restore: The command that restores it.
        named: What names the record in that command, if it is not its number.

    Raises:
        Conflict: It is withdrawn.
    """
    if _is_withdrawn(record):
        raise Conflict(
            problem(
                N_("The {record} with the number {id} is withdrawn."),
                N_("Restore it first: {restore} {named}"),
                code="withdrawn",
                record=record_name(type(record)),
                id=record.id,
                restore=restore,
                named=named or record.id,
            )
        )


def ensure_withdrawn(record: Identified) -> None:
    """Refuse to restore what is not withdrawn.

    Raises:
        Conflict: It stands.
    """
    if not _is_withdrawn(record):
        raise Conflict(
            problem(
                N_("The {record} with the number {id} is not withdrawn."),
                N_("There is nothing to restore."),
                code="standing",
                record=record_name(type(record)),
                id=record.id,
            )
        )


def _is_withdrawn(record: Identified) -> bool:
    """Return whether a record is withdrawn; a referral says it by its status."""
    if isinstance(record, Referral):
        return record.status is ReferralStatus.WITHDRAWN
    return isinstance(record, Withdrawable) and record.withdrawn_at is not None
