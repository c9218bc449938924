"""A merge by hand, on the bare driver: the same rows move, are listed and are signed; a test compares what is left.

For two companies of no group and with no numbers of their own; whoever has more is refused.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from crm.models.base import new_uid
from crm.models.wordings import put_apart, reason_apart
from crm.rules.audit.hashes import entry_hash, rows_hash

#: Whose rows have a version.
_VERSIONED = {"planned_visit", "followup", "request", "meeting", "lead", "employment", "referral"}

#: What moves: table, column, and what stays because the survivor has it.
_MOVING = (
    ("meeting_contact", "investor_id", ""),
    ("event_attendance", "investor_id", ""),
    ("planned_visit", "investor_id", ""),
    ("followup", "investor_id", ""),
    ("request", "investor_id", ""),
    ("meeting", "investor_id", ""),
    ("lead", "investor_id", ""),
    ("lead", "source_investor_id", ""),
    (
        "employment",
        "investor_id",
        " AND NOT EXISTS (SELECT 1 FROM crm_employment o WHERE o.investor_id = {new} AND o.contact_id = t.contact_id AND o.since = t.since)",
    ),
    (
        "investor_name",
        "investor_id",
        " AND NOT EXISTS (SELECT 1 FROM crm_investor_name o WHERE o.investor_id = {new} AND o.text = t.text)",
    ),
    ("referral", "referrer_investor_id", ""),
)
#: What such companies have none of.
_NONE = """
SELECT (SELECT count(*) FROM crm_investor_identifier WHERE investor_id IN ({old}, {new}))
  + (SELECT count(*) FROM crm_ownership WHERE child_id IN ({old}, {new}) OR parent_id IN ({old}, {new}))
  + (SELECT count(*) FROM crm_distinct WHERE one_id IN ({old}, {new}) OR other_id IN ({old}, {new}))
  + (SELECT count(*) FROM crm_referral r JOIN crm_lead l ON l.id = r.lead_id
     WHERE r.referrer_investor_id IN ({old}, {new}) AND r.status IN ('recorded', 'confirmed'))
  + (SELECT count(*) FROM crm_employment a JOIN crm_employment b ON b.contact_id = a.contact_id AND b.since = a.since
     WHERE a.investor_id = {old} AND b.investor_id = {new})
"""


def merge(raw: Any, survivor: int, absorbed: int, *, actor: int, reason: str, sqlite: bool) -> int:
    """Take one company into another, in one transaction of the bare connection; return how many statements it took."""
    cursor, names = raw.cursor(), {"old": absorbed, "new": survivor}
    sent = 0

    def send(statement: str, *values: Any) -> Any:
        nonlocal sent
        sent += 1
        return cursor.execute(statement if sqlite else statement.replace("?", "%s"), values)

    if sqlite:
        cursor.execute("BEGIN IMMEDIATE")
    lock = "" if sqlite else " FOR UPDATE"
    both = send(
        f"SELECT id, uid, version, archived_at FROM crm_investor WHERE id IN (?, ?) ORDER BY id{lock}",
        absorbed,
        survivor,
    ).fetchall()
    goes = next(row for row in both if row[0] == absorbed)
    if (
        len(both) != len({survivor, absorbed})
        or any(row[3] for row in both)
        or send(_NONE.format(**names)).fetchone()[0]
    ):
        raise ValueError("these two cannot be merged so")
    now = datetime.now(UTC)
    stamp: Any = now.strftime("%Y-%m-%d %H:%M:%S.%f") if sqlite else now
    uid = new_uid()
    number = send(
        "INSERT INTO crm_merge (survivor_investor_id, absorbed_investor_id, merged_at, actor_id, reason, before, uid, version)"
        " VALUES (?, ?, ?, ?, ?, '{}', ?, 1) RETURNING id",
        survivor, absorbed, stamp, actor, reason, uid.hex if sqlite else uid,
    ).fetchone()[0]  # fmt: skip
    send(
        "UPDATE crm_investor SET archived_at = ?, version = version + 1 WHERE id = ? AND version = ?",
        stamp,
        absorbed,
        goes[2],
    )
    send(
        "INSERT INTO crm_merge_item (merge_id, record, field, record_id, old_id, new_id) "
        + " UNION ALL ".join(
            f"SELECT {number}, '{table}', '{field}', t.id, {absorbed}, {survivor} FROM crm_{table} t"
            f" WHERE t.{field} = {absorbed}{but.format(**names)}"
            for table, field, but in _MOVING
        )
    )
    # Of a lead both columns move at once: a table is written once in a statement.
    updates = [
        f"UPDATE crm_{table} SET {field} = {survivor} WHERE id IN ({_items(number, table, field)})"
        for table, field, _ in _MOVING
        if table != "lead"
    ]
    updates.append(
        "UPDATE crm_lead SET "
        + ", ".join(
            f"{field} = CASE WHEN {field} = {absorbed} THEN {survivor} ELSE {field} END"
            for field in ("investor_id", "source_investor_id")
        )
        + f" WHERE id IN ({_items(number, 'lead', 'investor_id', 'source_investor_id')})"
    )
    if sqlite:
        cursor.execute("PRAGMA defer_foreign_keys = ON")
        for statement in updates:
            send(statement)
    else:
        # PostgreSQL looks at foreign keys when the statement ends; so there is one.
        *first, last = updates
        send("WITH " + ", ".join(f"m{place} AS ({statement})" for place, statement in enumerate(first)) + " " + last)
    moved = " UNION ALL ".join(
        f"SELECT i.record, i.field, i.record_id, i.old_id, i.new_id, t.uid, {'t.version' if table in _VERSIONED else 'CAST(NULL AS INTEGER)'}"
        f" FROM crm_merge_item i JOIN crm_{table} t ON t.id = i.record_id WHERE i.merge_id = {number} AND i.record = '{table}'"
        for table in dict.fromkeys(table for table, _, _ in _MOVING)
    )
    rows = sorted(send(moved).fetchall(), key=lambda row: (row[0], row[2], row[1]))
    written: dict[str, Any] = {
        "survivor_investor_id": survivor, "absorbed_investor_id": absorbed, "merged_at": now.isoformat(), "actor_id": actor, "reason": reason,
        "before": {}, "items": rows_hash(sorted(row[:5] for row in rows)),
    }  # fmt: skip
    parts: list[tuple[str, int, Any, int | None, dict[str, Any]]] = [
        ("merge", number, uid, 1, {key: [None, value] for key, value in written.items()}),
        ("investor", absorbed, goes[1], goes[2] + 1, {"archived_at": [None, now.isoformat()]}),
        *((row[0], row[2], row[5], row[6], {row[1]: [row[3], row[4]]}) for row in rows),
    ]
    entries = []
    why, said = reason_apart(reason)
    for record, record_id, record_uid, version, all_changes in parts:
        known, (changes, words) = UUID(str(record_uid)), put_apart(record, all_changes)
        told: dict[str, Any] = {
            "actor_id": actor, "verb": "investor.merge", "record": record, "record_id": record_id, "version": version, "reason": why
        }  # fmt: skip
        hash_ = entry_hash(at=now, record_uid=known, changes=changes, **told)
        entries.append(
            (
                stamp,
                known.hex if sqlite else known,
                json.dumps(changes),
                hash_,
                *told.values(),
                json.dumps(words | said),
            )
        )
    columns = "at, record_uid, changes, hash, actor_id, verb, record, record_id, version, reason, wordings"
    insert = f"INSERT INTO crm_audit_entry ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    sent += 1
    cursor.executemany(insert if sqlite else insert.replace("?", "%s"), entries)
    raw.commit()
    return sent


def _items(number: int, table: str, *fields: str) -> str:
    among = ", ".join(f"'{field}'" for field in fields)
    return (
        f"SELECT record_id FROM crm_merge_item WHERE merge_id = {number} AND record = '{table}' AND field IN ({among})"
    )
