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
    """A stored value that does not match the audit or the transitions."""

    record: str
    record_id: int
    field: str
    stored: Any
    derived: Any
