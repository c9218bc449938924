"""The same statements on the bare driver: sqlite3, or psycopg 3. The checks a careful hand would write are there."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from sqlalchemy.engine import make_url

from benchmarks.library import MINUTE, PROMISE, SUMMARY
from benchmarks.recording import Statement
from benchmarks.seeding import ACTOR
from crm.models import Investor
from crm.models.wordings import put_apart
from crm.rules.audit.hashes import entry_hash
from crm.values.moments import bureau_day

#: Where the SELECT of an investor has the moment of its archiving.
_ARCHIVED = [*Investor.__table__.columns.keys()].index("archived_at")


class Bare:
    """Advances a lead, and logs a visit, statement by statement."""

    def __init__(self, url: str, recorded: dict[str, dict[str, Statement]]) -> None:
        self._recorded = recorded
        address = make_url(url)
        self._sqlite = address.get_backend_name() == "sqlite"
        if self._sqlite:
            self._raw: Any = sqlite3.connect(str(address.database), isolation_level=None)
            for pragma in ("busy_timeout = 5000", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
                self._raw.execute(f"PRAGMA {pragma}")
        else:
            self._raw = psycopg.connect(address.set(drivername="postgresql").render_as_string(hide_password=False))
        self._due = datetime.now(UTC).date() + timedelta(days=30)
        self._sent: set[str] = set()

    def advance(self, lead: int) -> None:
        """Move a lead from contact to negotiating."""
        self._begin("advance")
        now = datetime.now(UTC)
        today, stamp = self._day(bureau_day(now)), self._instant(now)
        actor = self._one("SELECT crm_staff", ACTOR)
        row = self._one("SELECT crm_lead", lead)
        investor, unit, amount, industry, stage, status, number, moved_on, entered_on, uid, version = (
            row[i] for i in (2, 19, 13, 15, 23, 24, 26, 27, 28, 31, 33)
        )
        facts = self._one("FACTS crm_lead", *self._statements["FACTS crm_lead"].parameters[:-1], lead)
        if not (facts[1] and investor and unit and amount and industry and facts[11]) or status != "active":
            raise ValueError("the lead cannot move")
        cursor = self._raw.cursor()
        sent = self._send(
            cursor, "UPDATE crm_lead", "negotiating", number + 1, today, today, version + 1, lead, version
        )
        if sent.rowcount != 1:
            raise ValueError("somebody else was first")
        moved = self._uid()
        move = self._insert(
            "crm_transition", lead, number + 1, number, "advance", "default", stage, "negotiating", status, status, 0, 1,
            5, 1, today, stamp, today, actor[5], None, None, None, moved, None,
        )  # fmt: skip
        told = {
            "lead_id": lead, "number": number + 1, "previous": number, "kind": "advance", "policy": "default",
            "from_stage": stage, "to_stage": "negotiating", "from_status": status, "to_status": status, "from_position": 0,
            "to_position": 1, "last_position": 5, "cycle": 1, "occurred_on": str(today), "recorded_at": now.isoformat(),
            "recorded_on": str(today), "actor_id": actor[5],
        }  # fmt: skip
        changes = {
            "last_transition": [number, number + 1],
            "stage": [stage, "negotiating"],
            "moved_on": [str(moved_on), str(today)],
            "entered_on": [str(entered_on), str(today)],
        }
        added = {key: [None, value] for key, value in told.items()}
        self._sign(
            now,
            actor[5],
            "lead.advance",
            [("transition", move, moved, None, added), ("lead", lead, uid, version + 1, changes)],
        )
        self._commit()

    def log(self, lead: int) -> None:
        """Log a visit with one contact, one line of minutes and one promise."""
        self._begin("log")
        now = datetime.now(UTC)
        today, stamp = self._day(bureau_day(now)), self._instant(now)
        actor = self._one("SELECT crm_staff", ACTOR)
        investor = self._one("SELECT crm_lead", lead)[2]
        if self._one("SELECT crm_investor", investor)[_ARCHIVED] is not None:
            raise ValueError("the investor is archived")
        station = self._one("SELECT crm_station", actor[3])
        contact = next(row for row in self._all("SELECT crm_contact", investor) if row[0] == lead)
        ours = self._one("SELECT crm_staff 2", today, 1, ACTOR, ACTOR)
        zone = station[4]
        if self._all("SELECT crm_delegation", investor, "planned", ours[0], today, today, zone, today, today):
            raise ValueError("nobody is on a trip here")
        begun = now.replace(second=0, microsecond=0)
        around = (self._instant(begun), self._instant(begun + timedelta(minutes=1)))
        if any(row[3] == contact[0] for row in self._all("SELECT crm_meeting", investor, *around, 0, lead)):
            raise ValueError("it is logged already")
        if self._all("SELECT crm_followup", investor, today, ours[0], lead):
            raise ValueError("it was planned: the plan is done by it")
        uids = [self._uid() for _ in range(5)]
        due, who = self._day(self._due), actor[5]
        meeting = self._insert(
            "crm_meeting", investor, lead, "visit", stamp, zone, None, SUMMARY, None, station[8], who, stamp, None, uids[0], None, 1,
            None, None, None,
        )  # fmt: skip
        promise = self._insert(
            "crm_followup", meeting, investor, lead, PROMISE, ours[0], due, None, None, None, None, None, None, uids[1],
            None, 1, None, None, None,
        )  # fmt: skip
        person = self._insert("crm_meeting_contact", meeting, investor, contact[0], contact[6], uids[2], None, None)
        colleague = self._insert("crm_meeting_staff", meeting, ours[0], ours[6], ours[7], uids[3], None, None)
        minute = self._insert("crm_minute", meeting, 1, "promised", MINUTE, uids[4], None, None)
        parts: list[tuple[str, int, Any, dict[str, Any]]] = [
            ("meeting", meeting, uids[0], {
                "investor_id": investor, "lead_id": lead, "kind": "visit", "met_at": now.isoformat(), "zone": station[4],
                "summary": SUMMARY, "station_id": station[8], "logged_by_id": who, "recorded_at": now.isoformat(),
            }),
            ("meeting_contact", person, uids[2], {
                "meeting_id": meeting, "investor_id": investor, "contact_id": contact[0], "employment_id": contact[6],
            }),
            ("meeting_staff", colleague, uids[3], {"meeting_id": meeting, "staff_id": ours[0], "station_id": ours[6]}),
            ("minute", minute, uids[4], {"meeting_id": meeting, "number": 1, "kind": "promised", "text": MINUTE}),
            ("followup", promise, uids[1], {
                "meeting_id": meeting, "investor_id": investor, "lead_id": lead, "text": PROMISE, "owner_id": ours[0],
                "due_on": self._due.isoformat(),
            }),
        ]  # fmt: skip
        self._sign(
            now,
            who,
            "meeting.log",
            [
                (record, number, uid, 1 if record in {"meeting", "followup"} else None,
                 {key: [None, value] for key, value in changes.items()})
                for record, number, uid, changes in parts
            ],
        )  # fmt: skip
        self._commit()

    def close(self) -> None:
        """Let go of the database."""
        self._raw.close()

    def _sign(
        self, now: datetime, who: int, verb: str, parts: list[tuple[str, int, Any, int | None, dict[str, Any]]]
    ) -> None:
        self._sent.add("INSERT crm_audit_entry")
        rows = []
        for record, number, uid, version, told in parts:
            changes, words = put_apart(record, told)
            hash_ = entry_hash(
                at=now,
                actor_id=who,
                verb=verb,
                record=record,
                record_id=number,
                record_uid=UUID(str(uid)),
                version=version,
                reason=None,
                changes=changes,
            )
            stamp = self._instant(now)
            texts = (json.dumps(changes), None, None, hash_, json.dumps(words))
            rows.append((stamp, who, verb, record, number, uid, version, *texts))
        self._raw.cursor().executemany(self._statements["INSERT crm_audit_entry"].sql, rows)

    def _begin(self, verb: str) -> None:
        self._statements = self._recorded[verb]
        self._sent.clear()
        if self._sqlite:
            self._raw.execute("BEGIN IMMEDIATE")

    def _commit(self) -> None:
        if skipped := self._statements.keys() - self._sent:
            raise ValueError(f"the library sends more: {', '.join(sorted(skipped))}")
        self._raw.commit()

    def _send(self, cursor: Any, kind: str, *values: Any) -> Any:
        self._sent.add(kind)
        return cursor.execute(self._statements[kind].sql, values)

    def _all(self, kind: str, *values: Any) -> Sequence[Any]:
        rows: Sequence[Any] = self._send(self._raw.cursor(), kind, *values).fetchall()
        return rows

    def _one(self, kind: str, *values: Any) -> Any:
        (row,) = self._all(kind, *values)
        return row

    def _insert(self, table: str, *values: Any) -> int:
        kind = f"INSERT {table}"
        cursor = self._send(self._raw.cursor(), kind, *values)
        number: int = cursor.fetchone()[0] if self._statements[kind].returns else cursor.lastrowid
        return number

    def _day(self, day: date) -> Any:
        return day.isoformat() if self._sqlite else day

    def _instant(self, instant: datetime) -> Any:
        return instant.strftime("%Y-%m-%d %H:%M:%S.%f") if self._sqlite else instant

    def _uid(self) -> Any:
        return uuid4().hex if self._sqlite else uuid4()
