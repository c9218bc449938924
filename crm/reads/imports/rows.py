"""What the reads of imports return."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen


@frozen(kw_only=True)
class ImportListRow:
    """An import in a list."""

    id: int
    file: str
    checksum: str
    rows: int
    made: int
    changed: int
    skipped: int
    imported_at: datetime
    imported_by: str
    undone_at: datetime | None


@frozen(kw_only=True)
class ImportedRow:
    """A record that a row made or changed."""

    row: int
    record: str
    id: int
    made: bool
    name: str


@frozen(kw_only=True)
class ImportCard(ImportListRow):
    """An import with its records."""

    undone_by: str | None
    undone_reason: str | None
    records: tuple[ImportedRow, ...]
