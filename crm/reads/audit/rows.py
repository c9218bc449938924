"""The rows of the audit. Their field names are the keys of ``--json`` and stay stable."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attrs import frozen


@frozen(kw_only=True)
class AuditRow:
    """One change of one record; *changes* maps each field to [from, to]."""

    id: int
    at: datetime
    actor: str
    verb: str
    record: str
    record_id: int
    changes: dict[str, Any]
    reason: str | None


@frozen(kw_only=True)
class Discrepancy:
    """Something stored that the audit does not account for, or something in the audit that is not as it was signed.

    Attributes:
        record: The sort of record: a table without its prefix, or ``audit_seal``, or ``anchor``.
        record_id: Its number.
        field: A column; ``id`` for a record without an entry, or an entry without its record; ``entry`` for an entry
            that is missing, ``hash`` for one that is not as it was signed.
        stored: What is stored.
        derived: What should be.
        entry: The number of the audit entry, where it is about one.
    """

    record: str
    record_id: Any
    field: str
    stored: Any
    derived: Any
    entry: int | None = None


@frozen(kw_only=True)
class StandingRow:
    """How far the log of the audit is sealed.

    Attributes:
        entries: How many there are.
        seals: How many seals.
        head: The hash of the last seal, which stands for everything sealed; None before the first.
        sealed_at: When the last seal was made.
        unsealed: How many entries are in no seal yet.
        unsealed_since: The moment of the oldest of them.
        taken_in: How many entries were there before the log began.
        begun_at: When the log began: what was taken in is proven from then on.
    """

    entries: int
    seals: int
    head: str | None
    sealed_at: datetime | None
    unsealed: int
    unsealed_since: datetime | None
    taken_in: int
    begun_at: datetime | None
