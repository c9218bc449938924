"""The rows of the audit. Their field names are the keys of ``--json`` and stay stable."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from attrs import frozen

from crm.changes import Change

#: Alias for one release: the rows of the audit are changes.
AuditRow = Change


@frozen(kw_only=True)
class Discrepancy:
    """A stored value that differs from the audit, or an entry of the audit that differs from what was signed.

    Attributes:
        record: The sort of record: a table without its prefix, or ``audit_seal``, or ``anchor``.
        record_id: Its number.
        field: A column; ``id`` for a record without an entry, or an entry without its record; ``entry`` for an entry
            that is missing, ``hash`` for one that is not as it was signed. Of an anchor: ``hash`` where its seal has
            another hash, ``seal`` where there is no such seal, ``database`` for an anchor of another database,
            ``anchor`` for a file that is none, ``key`` for a key that is not trusted, ``signature`` for a wrong one.
        stored: What is stored.
        derived: What should be.
        entry: The number of the audit entry, where it is about one.
        anchor: The name of the anchor, where it is about one.
    """

    record: str
    record_id: Any
    field: str
    stored: Any
    derived: Any
    entry: int | None = None
    anchor: str | None = None


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
        converted: How many sealed entries an upgrade converted: their personal values became digests with a key.
        converted_at: When: what they say of a person is proven from then on.
        erased: Of how many persons the keys were destroyed: the audit no longer has their data.
    """

    entries: int
    seals: int
    head: str | None
    sealed_at: datetime | None
    unsealed: int
    unsealed_since: datetime | None
    taken_in: int
    begun_at: datetime | None
    converted: int
    converted_at: datetime | None
    erased: int


@frozen(kw_only=True)
class HeadRow:
    """The last seal, whose hash covers everything that is sealed.

    Attributes:
        database: The uid of the first member of staff, by which the database is known.
        seal: The number of the seal.
        hash: Its hash.
        sealed_at: When it was made.
        entries: How many entries are sealed.
    """

    database: UUID
    seal: int
    hash: str
    sealed_at: datetime
    entries: int
