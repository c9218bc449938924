"""The library, as an embedder calls it: a session of its own for each act, committed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from benchmarks.recording import Statement, record
from benchmarks.seeding import ACTOR
from crm import CRM, make_engine

SUMMARY = "谈冷链项目的选址和用工"
MINUTE = "一周内送资料"
PROMISE = "送高新区资料"


class Library:
    """Advances a lead, and logs a visit."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self._due = datetime.now(UTC).date() + timedelta(days=30)

    def advance(self, lead: int) -> None:
        """Move a lead to its next stage."""
        with Session(self.engine) as session, session.begin():
            CRM(session, ACTOR).leads.advance(lead)

    def log(self, lead: int) -> None:
        """Log a visit with one contact, one line of minutes and one promise. Lead and contact have the same number."""
        with Session(self.engine) as session, session.begin():
            CRM(session, ACTOR).meetings.log(
                lead, summary=SUMMARY, contacts=[lead], promised=[MINUTE], followups=[(PROMISE, self._due)]
            )

    def recorded(self, lead: int) -> dict[str, dict[str, Statement]]:
        """Do both once and return their statements."""
        return {
            "log": record(self.engine, lambda: self.log(lead)),
            "advance": record(self.engine, lambda: self.advance(lead)),
        }

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()
