"""The rows of evidence. Their field names are the keys of ``--json`` and stay stable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from attrs import frozen
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.models import Evidence
from crm.reads.kernel.rows import Withdrawal
from crm.values.money import Money


@frozen(kw_only=True)
class EvidenceRow:
    """A document on record.

    Attributes:
        file_size: How many bytes the file has that is kept; None if none is.
        withdrawn: When it was withdrawn, by whom and why; None if it stands.
    """

    id: int
    kind: str
    dated_on: date
    reference: str
    sha256: str | None
    file_size: int | None
    amount: Money | None
    submitted_by: str
    confirmed_by: str | None
    withdrawn: Withdrawal | None


def kept_files(session: Session) -> Mapping[str, int]:
    """Return the SHA-256 of each file that is kept, with its size in bytes; withdrawn documents have theirs, too."""
    rows = session.execute(select(Evidence.sha256, Evidence.file_size).where(Evidence.file_size.is_not(None)))
    return {sha256: size for sha256, size in rows if sha256 is not None and size is not None}
