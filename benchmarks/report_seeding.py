"""A million leads of two years, their moves, talks and promises, by SQL alone; the same in every run."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.report_sql import STAGES
from benchmarks.seeding import settle
from crm import CRM, make_engine, schema

#: Of a hundred leads so many got no further than each stage.
_FURTHEST = (25, 25, 15, 15, 10, 10)
_AMBASSADORS = 60
STATIONS = ("frankfurt", "hangzhou", "hongkong", "tokyo")
#: 19 has no part of 100, so it spreads the remainders.
_PLAN = """
CREATE TEMPORARY TABLE plan AS {numbers}
SELECT n, {furthest} AS far, n % 5 = 0 AS gone, {day} AS day FROM n
"""
_LEADS = """
INSERT INTO crm_lead (id, title, key, investor_id, source_kind, source_station_id, received_on, recorded_on, expected_minor,
  expected_currency, industry, foreign_capital, station_id, unit_id, owner_id, confidential, code_name, stage, status, cycle,
  last_transition, moved_on, entered_on, landed_on, uid, version)
SELECT n, '线索' || n, '线索' || n, 1 + n % 40, 'station', 1 + n % 4, day, {late}, 1000000 + n,
  CASE n % 3 WHEN 0 THEN 'USD' WHEN 1 THEN 'EUR' ELSE 'JPY' END,
  CASE n % 4 WHEN 0 THEN 'C36' WHEN 1 THEN 'A01' WHEN 2 THEN 'I65' END, {yes}, 1 + n % 4, 1, 1, {no}, NULL,
  {stage}, CASE WHEN gone AND far < 5 THEN 'lost' ELSE 'active' END, 1, far + 1 + CASE WHEN gone AND far < 5 THEN 1 ELSE 0 END,
  {lost_on}, {entered}, CASE WHEN far = 5 THEN {entered} END, {uid}, 1
FROM plan
"""
_COLUMNS = """
lead_id, number, previous, kind, policy, from_stage, to_stage, from_status, to_status, from_position, to_position, last_position,
cycle, occurred_on, recorded_at, recorded_on, actor_id, reason, competitor, uid
"""
_MOVES = """
INSERT INTO crm_transition ({columns})
SELECT n, k + 1, CASE WHEN k > 0 THEN k END, CASE WHEN k = 0 THEN 'open' ELSE 'advance' END, 'default', {before}, {step},
  CASE WHEN k > 0 THEN 'active' END, 'active', CASE WHEN k > 0 THEN k - 1 END, k, 5, 1, {moved}, {recorded}, {late}, {staff}, NULL, NULL, {uid}
FROM plan JOIN (
  SELECT 0 AS k UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5
) AS steps ON k <= far
ORDER BY n, k
"""
_LOSSES = """
INSERT INTO crm_transition ({columns})
SELECT n, far + 2, far + 1, 'lose', 'default', {stage}, {stage}, 'active', 'lost', far, far, 5, 1, {lost_on}, {recorded}, {late}, 1,
  'reason ' || n % 40, 'place ' || n % 7, {uid}
FROM plan WHERE gone AND far < 5
"""
#: One talk a lead, two weeks after it came, and a promise at every fourth; of three promises one was kept, one late, one not.
_TALKS = """
INSERT INTO crm_meeting (id, investor_id, lead_id, kind, met_at, zone, summary, station_id, logged_by_id, recorded_at, uid, version)
SELECT n, 1 + n % 40, n, CASE n % 9 WHEN 0 THEN 'message' ELSE 'visit' END, {talked}, 'Asia/Shanghai', '谈', 1 + n % 4, {staff}, {recorded}, {uid}, 1
FROM plan
"""
_SPOKE = """
INSERT INTO crm_meeting_staff (meeting_id, staff_id, station_id, uid) SELECT n, {staff}, 1 + n % 4, {uid} FROM plan
"""
_PROMISES = """
INSERT INTO crm_followup (meeting_id, investor_id, lead_id, text, owner_id, due_on, done_at, done_by_id, result, uid, version)
SELECT n, 1 + n % 40, n, '办', {staff}, {due}, CASE n % 3 WHEN 0 THEN {kept} WHEN 1 THEN {late_done} END,
  CASE WHEN n % 3 < 2 THEN {staff} END, CASE WHEN n % 3 < 2 THEN '成' END, {uid}, 1
FROM plan WHERE n % 4 = 0
"""
_HANDS = """
INSERT INTO crm_assignment (lead_id, number, station_id, unit_id, owner_id, assigned_at, actor_id, uid)
SELECT n, 1, 1 + n % 4, 1, {staff}, {first_day}, 1, {uid} FROM plan
"""


def fill(url: str, leads: int) -> None:
    """Fill an empty database with so many leads, as many talks, and a quarter of promises.

    A fifth of those that have not landed are lost, for one of forty reasons. The chain of the moves is as the services
    write it; the keys that hold it are not checked again for each row.
    """
    engine = make_engine(url)
    schema.upgrade(engine)
    with Session(engine) as session, session.begin():
        CRM(session, None).staff.found("admin", "管理员")
        admin = CRM(session, "admin")
        for number in range(40):
            admin.investors.add(f"测速{number}号商事", country=("JP", "DE", "HK", "KR", "SE")[number % 5])
        for number in range(_AMBASSADORS):
            admin.staff.add(
                f"amb{number}", f"大使{number}", role="ambassador", station=STATIONS[number % 4], since="2020-01-01"
            )
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF" if sqlite else "SET session_replication_role = replica")
        connection.commit()
        for statement in _statements(sqlite=sqlite):
            connection.execute(text(statement), {"leads": leads} if ":leads" in statement else {})
        connection.commit()
    engine.dispose()
    settle(url)


def _statements(*, sqlite: bool) -> Sequence[str]:
    def after(days: str, day: str = "day") -> str:
        return f"date({day}, ({days}) || ' days')" if sqlite else f"({day} + ({days}))"

    def instant(days: str, clock: str) -> str:
        return (
            f"{after(days)} || ' {clock}.000000'"
            if sqlite
            else f"(({after(days)} + TIME '{clock}') AT TIME ZONE 'UTC')"
        )

    def of(number: str) -> str:
        return f"CASE {number} " + " ".join(f"WHEN {at} THEN '{code}'" for at, code in enumerate(STAGES)) + " END"

    stood = "({k} * (20 + n % 37) + {k} * {k} * (n % 11))"
    bounds = [sum(_FURTHEST[: at + 1]) for at in range(len(STAGES))]
    recursive = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < :leads)"
    words = {
        "numbers": recursive if sqlite else "WITH n(n) AS (SELECT generate_series(1, :leads))",
        "furthest": "CASE " + " ".join(f"WHEN n % 100 * 19 % 100 < {most} THEN {at}" for at, most in enumerate(bounds)) + " END",
        "day": after("n % 730", "'2022-01-01'" if sqlite else "DATE '2022-01-01'"),
        "late": "'2025-12-31'" if sqlite else "DATE '2025-12-31'",
        "recorded": "'2025-12-31 00:00:00.000000'" if sqlite else "TIMESTAMPTZ '2025-12-31 00:00:00Z'",
        "yes": "1" if sqlite else "true",
        "no": "0" if sqlite else "false",
        "uid": "lower(hex(randomblob(16)))" if sqlite else "gen_random_uuid()",
        "stage": of("far"),
        "before": of("k - 1"),
        "step": of("k"),
        "moved": after(stood.format(k="k")),
        "entered": after(stood.format(k="far")),
        "lost_on": after("400"),
        "columns": _COLUMNS,
        "staff": f"(2 + n % {_AMBASSADORS})",
        "talked": instant("14", "18:30:00"),
        "due": after("30"),
        "kept": instant("28", "03:00:00"),
        "late_done": instant("45", "03:00:00"),
        "first_day": "'2020-01-01 00:00:00.000000'" if sqlite else "TIMESTAMPTZ '2020-01-01 00:00:00Z'",
    }  # fmt: skip
    return [
        template.format(**words) for template in (_PLAN, _LEADS, _MOVES, _LOSSES, _HANDS, _TALKS, _SPOKE, _PROMISES)
    ]
