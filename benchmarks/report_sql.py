"""Funnel, board and the month of stations and ambassadors, as a careful person writes them: no rights, no other policies, no Python."""

from __future__ import annotations

from datetime import date, timedelta

from benchmarks.moves_sql import DAY, between
from crm.rules.stages import DEFAULT

STAGES = tuple(stage.code for stage in DEFAULT.stages)
_RECEIVED = "received_on >= '2022-01-01' AND received_on < '2024-01-01'"

_REACHED = """
WITH c AS ({chosen})
SELECT coalesce(far, 0), status, count(*) {groups}
FROM c LEFT JOIN (
  SELECT t.lead_id, max({position}) AS far FROM c JOIN crm_transition t ON t.lead_id = c.id
  WHERE t.kind = 'advance' GROUP BY t.lead_id
) f ON f.lead_id = c.id
GROUP BY 1, 2 {groups}
"""
_DAYS = """
WITH c AS ({chosen}),
s AS (
  SELECT t.lead_id, t.to_stage AS stage, t.kind, {day} AS occurred_on,
    lead({day}) OVER (PARTITION BY t.lead_id ORDER BY t.number) AS left_on
  FROM c JOIN crm_transition t ON t.lead_id = c.id
  WHERE t.kind NOT IN ('hold', 'resume')
),
stays AS (
  SELECT lead_id, stage, CASE WHEN count(*) = count(left_on) THEN sum({between}) END AS days
  FROM s WHERE kind IN ('open', 'advance', 'back', 'reopen') GROUP BY lead_id, stage
),
parts AS (
  SELECT 0 AS whole, {names}, stage, days, count(*) AS n
  FROM stays JOIN c ON c.id = lead_id GROUP BY stage, days {groups}
),
every AS (SELECT * FROM parts {whole}),
r AS (
  SELECT whole, a, b, stage, days, n,
    CAST(sum(n) OVER (PARTITION BY whole, a, b, stage, days IS NULL ORDER BY days) AS BIGINT) AS upto,
    CAST(sum(CASE WHEN days IS NULL THEN 0 ELSE n END) OVER (PARTITION BY whole, a, b, stage) AS BIGINT) AS total
  FROM every
)
SELECT whole, a, b, stage, max(total), sum(CASE WHEN days IS NULL THEN n END), {quartiles}
FROM r GROUP BY whole, a, b, stage
"""
_WHOLE = "UNION ALL SELECT 1, NULL, NULL, stage, days, CAST(sum(n) AS BIGINT) FROM parts GROUP BY stage, days"
#: Four times the value at the place of a quartile: below it and above it, in proportion.
_QUARTILE = """
sum(days * (
  CASE WHEN (total - 1) * {q} / 4 < upto AND (total - 1) * {q} / 4 >= upto - n THEN 4 - (total - 1) * {q} % 4 ELSE 0 END
  + CASE WHEN (total - 1) * {q} / 4 + 1 < upto AND (total - 1) * {q} / 4 + 1 >= upto - n THEN (total - 1) * {q} % 4 ELSE 0 END
))
"""
_LOST = """
WITH c AS ({chosen})
SELECT t.to_stage, t.to_status, t.competitor, t.reason, count(*)
FROM c JOIN crm_transition t ON t.lead_id = c.id AND t.number = c.last_transition
WHERE c.status IN ('lost', 'abandoned') GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC LIMIT 50
"""
_BOARD = """
SELECT l.stage, l.status, l.expected_currency, count(*), min(l.entered_on), sum(l.expected_minor),
  sum(CASE WHEN (l.status = 'active' AND ({stale})) OR (l.status = 'on_hold' AND EXISTS (
    SELECT 1 FROM crm_transition t WHERE t.lead_id = l.id AND t.number = l.last_transition AND t.review_on < '{today}'
  )) THEN 1 ELSE 0 END)
FROM crm_lead l WHERE l.status IN ('active', 'on_hold') GROUP BY 1, 2, 3
"""
_SIGNED = """
SELECT id, status, last_transition FROM crm_lead JOIN (
  SELECT lead_id, min({day}) AS day FROM crm_transition t
  WHERE to_stage IN ('signed', 'registered', 'implementing', 'landed') GROUP BY lead_id
) e ON lead_id = id WHERE day >= '2022-01-01' AND day < '2024-01-01'
"""
# Events and requests are left out: the benchmark's bureau has none.
_MONTH = """
WITH v AS (
  SELECT {whose} AS k, count(*) AS visits, count(DISTINCT m.investor_id) AS investors FROM crm_meeting m {took_part}
  WHERE m.met_at >= {first} AND m.met_at < {after} AND m.kind <> 'message' GROUP BY 1
),
t AS (
  SELECT {moved} AS k, t.lead_id, t.kind, t.to_position, t.last_position FROM crm_transition t
  WHERE {moved_in_june}
),
w AS (
  SELECT k, count(DISTINCT CASE WHEN kind = 'open' THEN lead_id END) AS opened,
    count(DISTINCT CASE WHEN kind = 'advance' THEN lead_id END) AS moved, count(DISTINCT CASE WHEN kind = 'lose' THEN lead_id END) AS lost,
    count(DISTINCT CASE WHEN kind = 'abandon' THEN lead_id END) AS abandoned,
    count(DISTINCT CASE WHEN kind = 'advance' AND to_position = last_position THEN lead_id END) AS landed
  FROM t GROUP BY k
),
p AS (
  SELECT {owes} AS k, f.due_on, {done} AS done, {met} AS met
  FROM crm_followup f JOIN crm_staff s ON s.id = f.owner_id JOIN crm_meeting m ON m.id = f.meeting_id
  WHERE f.done_at IS NULL OR f.done_at >= {first}
),
o AS (
  SELECT k, sum(CASE WHEN done <= '2023-06-30' AND done <= due_on THEN 1 ELSE 0 END) AS kept,
    sum(CASE WHEN done <= '2023-06-30' AND done > due_on THEN 1 ELSE 0 END) AS late,
    sum(CASE WHEN met <= '2023-06-30' AND (done IS NULL OR done > '2023-06-30') THEN 1 ELSE 0 END) AS still,
    sum(CASE WHEN met <= '2023-06-30' AND (done IS NULL OR done > '2023-06-30') AND due_on < '2023-06-30' THEN 1 ELSE 0 END) AS overdue
  FROM p GROUP BY k
)
SELECT {name}, coalesce(visits, 0), coalesce(investors, 0), coalesce(opened, 0), coalesce(moved, 0), coalesce(lost, 0),
  coalesce(abandoned, 0), coalesce(landed, 0), coalesce(kept, 0), coalesce(late, 0), coalesce(still, 0), coalesce(overdue, 0)
FROM {every} e LEFT JOIN v ON v.k = e.id LEFT JOIN w ON w.k = e.id LEFT JOIN o ON o.k = e.id {wanted} ORDER BY 1
"""
_STATIONS = {
    "whose": "m.station_id", "took_part": "", "owes": "s.station_id", "name": "code", "every": "crm_station", "wanted": "",
    "moved": "(SELECT a.station_id FROM crm_assignment a WHERE a.lead_id = t.lead_id AND a.assigned_at <= t.recorded_at"
    " ORDER BY a.number DESC LIMIT 1)",
}  # fmt: skip
_AMBASSADORS = {
    "whose": "x.staff_id", "took_part": "JOIN crm_meeting_staff x ON x.meeting_id = m.id", "owes": "f.owner_id", "name": "username",
    "every": "crm_staff", "moved": "t.actor_id",
    "wanted": "WHERE e.role = 'ambassador' OR coalesce(visits, 0) + coalesce(opened, 0) + coalesce(moved, 0) + coalesce(lost, 0)"
    " + coalesce(abandoned, 0) + coalesce(kept, 0) + coalesce(late, 0) + coalesce(still, 0) > 0",
}  # fmt: skip


def by_hand(today: date, *, sqlite: bool) -> dict[str, tuple[str, ...]]:
    """Return the statements of each report."""
    stale = " OR ".join(
        f"(l.stage = '{stage.code}' AND l.moved_on < '{today - timedelta(stage.stale_days)}')"
        for stage in DEFAULT.stages
        if stage.stale_days
    )
    year, month = (
        (f"CAST(strftime('%{letter}', received_on) AS INTEGER)" for letter in "Ym")
        if sqlite
        else (f"CAST(extract({part} FROM received_on) AS INTEGER)" for part in ("year", "month"))
    )
    divided = f"SELECT id, status, last_transition, station_id AS a, ({year} * 12 + {month} - 1) / 3 AS b FROM crm_lead"
    return {
        "funnel": _funnel(f"SELECT id, status, last_transition FROM crm_lead WHERE {_RECEIVED}", sqlite=sqlite),
        "funnel by station and quarter": _funnel(f"{divided} WHERE {_RECEIVED}", "a, b", sqlite=sqlite),
        "funnel of those that signed": _funnel(_SIGNED.format(day=DAY), sqlite=sqlite),
        "board": (_BOARD.format(stale=stale, today=today),),
        "month of the stations": (_MONTH.format(**_STATIONS, **_june(sqlite=sqlite)),),
        "month of the ambassadors": (_MONTH.format(**_AMBASSADORS, **_june(sqlite=sqlite)),),
    }


def _june(*, sqlite: bool) -> dict[str, str]:
    """Return how June 2023 of the bureau begins and ends in UTC, and the bureau's days of two instants."""
    first, after = "2023-05-31 16:00:00", "2023-06-30 16:00:00"
    if sqlite:
        return {
            "moved_in_june": between("2023-06-01", "2023-06-30", sqlite=True),
            "first": f"'{first}.000000'", "after": f"'{after}.000000'", "done": "date(f.done_at, '+8 hours')", "met": "date(m.met_at, '+8 hours')"
        }  # fmt: skip
    return {
        "moved_in_june": between("2023-06-01", "2023-06-30", sqlite=False),
        "first": f"TIMESTAMPTZ '{first}Z'", "after": f"TIMESTAMPTZ '{after}Z'",
        "done": "CAST(f.done_at AT TIME ZONE 'Asia/Shanghai' AS date)", "met": "CAST(m.met_at AT TIME ZONE 'Asia/Shanghai' AS date)",
    }  # fmt: skip


def _funnel(chosen: str, groups: str = "", *, sqlite: bool) -> tuple[str, ...]:
    return (
        _REACHED.format(
            chosen=chosen,
            groups=f", {groups}" if groups else "",
            position="CASE t.to_stage "
            + " ".join(f"WHEN '{code}' THEN {at}" for at, code in enumerate(STAGES))
            + " END",
        ),
        _DAYS.format(
            chosen=chosen,
            day=DAY,
            between="CAST(julianday(left_on) - julianday(occurred_on) AS INTEGER)"
            if sqlite
            else "left_on - occurred_on",
            names=groups or "NULL AS a, NULL AS b",
            groups=f", {groups}" if groups else "",
            whole=_WHOLE if groups else "",
            quartiles=", ".join(_QUARTILE.format(q=number) for number in (1, 2, 3)),
        ),
        _LOST.format(chosen=chosen),
    )
