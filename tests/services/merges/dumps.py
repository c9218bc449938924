"""What every row says, to compare before and after."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm.models import Base

#: What is written about a merge, and what grows by design.
BOOKKEEPING = {"crm_audit_entry", "crm_audit_key", "crm_merge", "crm_merge_item"}


def dump(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, but the bookkeeping and the versions."""
    session.flush()
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in BOOKKEEPING:
            columns = [f'"{column.name}"' for column in table.columns if column.name != "version"]
            rows = session.execute(text(f"SELECT {', '.join(columns)} FROM {table.name}"))
            found[table.name] = sorted(map(tuple, rows), key=repr)
    return found
