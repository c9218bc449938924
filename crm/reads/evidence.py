"""The rows of evidence. Their field names are the keys of ``--json`` and stay stable."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from crm.reads.kernel.rows import Withdrawal
from crm.values.money import Money


@frozen(kw_only=True)
class EvidenceRow:
    """A document on record.

    Attributes:
        withdrawn: When it was withdrawn, by whom and why; None if it stands.
    """

    id: int
    kind: str
    dated_on: date
    reference: str
    sha256: str | None
    amount: Money | None
    submitted_by: str
    confirmed_by: str | None
    withdrawn: Withdrawal | None
