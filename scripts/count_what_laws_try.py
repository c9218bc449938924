"""Print how much the laws of forging and of hidden leads try, for docs/security.md: make counts."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sqlalchemy.orm import Session

from crm import schema
from crm.db import make_engine
from crm.models.base import table_of
from tests.laws.hidden.answers import OUTSIDERS, READS, WRITES
from tests.laws.hidden.bureau import build
from tests.laws.hidden.changing import columns, hanging
from tests.laws.hidden.test_every_refusal import WRITING
from tests.laws.hidden.test_hidden_leads import LEFT, TOLD
from tests.laws.test_forging import LOG, OF_OTHERS, RECORDS, UNNOTICED


def forging() -> str:
    """Return the count of the law of forging."""
    of_records = sum(len(table.columns) for table in RECORDS.values())
    others = [*map(table_of, OF_OTHERS), *map(table_of, LOG)]
    of_others = sum(len(table.columns) for table in others)
    return (
        f"{of_records} columns of {len(RECORDS)} tables of records and {of_others} columns of {len(others)} other tables "
        f"are forged; {len(UNNOTICED)} stay unnoticed"
    )


def comparing() -> str:
    """Return the count of the law of hidden leads."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'counted.db'}")
        schema.upgrade(engine)
        with Session(engine) as session, session.begin():
            bureau = build(session)
        with engine.connect() as connection:
            tables = hanging(connection, bureau)
        engine.dispose()
    tried = [column for table in tables for column in columns(table, tables) if str(column) not in LEFT]
    reads, writes = (sum(map(len, calls.values())) for calls in (READS, WRITES))
    return (
        f"{reads} answers to reads, {writes} refusals by number and those of {len(WRITING)} verbs that write are compared for {len(OUTSIDERS)} outsiders, with "
        f"{len(tried)} columns of {len(tables)} tables changed; {len(TOLD)} of them may show, and {len(LEFT)} are left out"
    )


if __name__ == "__main__":
    print(forging())
    print(comparing())
