"""The year report over a million leads and three million ledger entries: ``python -m benchmarks.year --help``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from rich.console import Console
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.databases import BACKENDS, databases
from benchmarks.measuring import medians
from benchmarks.report_seeding import fill
from benchmarks.seeding import settle
from crm import CRM, make_engine
from crm.reports.figures import counted
from crm.rules.stages import DEFAULT
from crm.values.period import Period

#: The day that is now.
TODAY = date(2025, 12, 31)
_YEAR = Period.year(2022)
_ENTRIES = """
INSERT INTO crm_capital_arrival (id, uid, version, lead_id, unit_id, amount_minor, currency, immediate_country, ultimate_country,
  industry, method, reference, state, submitted_by_id, verified_by_id, verified_at, confirmed_by_id, confirmed_at, usd_minor, cny_minor,
  usd_rate, cny_rate, rate_source, rate_on, recorded_on, recorded_at, kind, arrived_on)
WITH RECURSIVE n(n) AS ({numbers})
SELECT n, {uid}, 1, 1 + n % :leads, 1, 1000000 + n, 'USD', {country}, {country}, {industry}, 'default', 'r', 'confirmed', 1, 2, {at}, 3, {at},
  1000000 + n, 7000000, 10000000000, 70000000000, 'safe', {day}, {late}, {at},
  CASE n % 5 WHEN 0 THEN 'new' WHEN 1 THEN 'reinvestment' ELSE 'increase' END, {day}
FROM n
"""
_COUNTRY = "CASE n % 7 WHEN 0 THEN 'JP' WHEN 1 THEN 'KR' WHEN 2 THEN 'DE' WHEN 3 THEN 'US' WHEN 4 THEN 'HK' WHEN 5 THEN 'SG' ELSE 'CN' END"
_INDUSTRY = "CASE n % 4 WHEN 0 THEN 'C36' WHEN 1 THEN 'F51' WHEN 2 THEN 'I65' ELSE 'M73' END"
#: What a careful person would write for the same numbers: both years at once, and each breakdown from one grouping.
_BY_HAND = """
WITH c AS (
  SELECT CASE WHEN arrived_on < '2022-01-01' THEN 0 ELSE 1 END AS y, immediate_country AS k, substr(industry, 1, 1) AS s, kind,
    CAST(sum(usd_minor) AS BIGINT) AS v
  FROM crm_capital_arrival
  WHERE state = 'confirmed' AND arrived_on >= '2021-01-01' AND arrived_on < '2023-01-01' AND immediate_country <> 'CN'
  GROUP BY 1, 2, 3, 4
)
SELECT '', y, NULL, sum(v) FROM c GROUP BY y
UNION ALL SELECT 'country', y, k, sum(v) FROM c GROUP BY y, k
UNION ALL SELECT 'section', y, s, sum(v) FROM c GROUP BY y, s
UNION ALL SELECT 'kind', y, kind, sum(v) FROM c GROUP BY y, kind
"""


def fill_ledger(url: str, leads: int, entries: int) -> None:
    """Add so many confirmed arrivals of six years to a database that holds the leads."""
    engine = make_engine(url)
    with Session(engine) as session, session.begin():
        admin = CRM(session, "admin")
        for name in ("second", "third"):
            admin.staff.add(name, name, role="verifier", unit="bureau", since="2020-01-01")
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF" if sqlite else "SET session_replication_role = replica")
        connection.commit()
        words = {
            "numbers": f"SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {entries}" if sqlite else f"SELECT generate_series(1, {entries})",
            "uid": "lower(hex(randomblob(16)))" if sqlite else "gen_random_uuid()",
            "at": "'2025-12-31 00:00:00.000000'" if sqlite else "TIMESTAMPTZ '2025-12-31 00:00:00Z'",
            "late": "'2025-12-31'" if sqlite else "DATE '2025-12-31'",
            "day": "date('2020-01-01', ((n * 7919) % 2190) || ' days')" if sqlite else "(DATE '2020-01-01' + n * 7919 % 2190)",
            "country": _COUNTRY, "industry": _INDUSTRY,
        }  # fmt: skip
        if not sqlite:
            words["day"] = "(DATE '2020-01-01' + CAST(n::bigint * 7919 % 2190 AS INTEGER))"
        connection.execute(text(_ENTRIES.format(**words)), {"leads": leads})
        connection.commit()
    engine.dispose()
    settle(url)


def measure(url: str, rounds: int) -> dict[str, dict[str, float]]:
    """Return the medians of library and hand-written SQL, in microseconds."""
    engine = make_engine(url)
    now = datetime(TODAY.year, TODAY.month, TODAY.day, 4, tzinfo=UTC)

    def figures(_: int) -> object:
        with Session(engine) as session:
            crm = CRM(session, "admin", clock=lambda: now)
            periods = [_YEAR, _YEAR.year_before()]
            return counted(
                session,
                crm.actor,
                DEFAULT,
                "actual_fdi",
                periods,
                today=TODAY,
                by=("country", "group", "section", "kind"),
            )

    def year(_: int) -> object:
        with Session(engine) as session:
            return CRM(session, "admin", clock=lambda: now).report.year(2022)

    def hand(_: int) -> object:
        with engine.connect() as connection:
            return connection.exec_driver_sql(_BY_HAND).fetchall()

    contenders: dict[str, Callable[[int], object]] = {"figures": figures, "year": year, "by hand": hand}
    found = medians(contenders, rounds, 1)
    engine.dispose()
    return {
        "actual FDI of two years": {"library": found["figures"], "by hand": found["by hand"]},
        "year report, with its months": {"library": found["year"], "by hand": found["by hand"]},
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print medians and ratios."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.year", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="acts counted for each contender (3)")
    parser.add_argument("--backend", choices=BACKENDS, action="append", help="one kind of database alone")
    parser.add_argument("--leads", type=int, default=1_000_000, help="so many leads (1000000)")
    parser.add_argument("--entries", type=int, default=3_000_000, help="so many ledger entries (3000000)")
    given = parser.parse_args(arguments)
    table = Table(title=f"{given.leads:,} leads, {given.entries:,} entries, medians of {given.rounds} rounds")
    for heading in ("report", "database", "library", "by hand", "library/by hand"):
        table.add_column(heading, justify="left" if heading in {"report", "database"} else "right")
    for backend in given.backend or BACKENDS:
        with databases(backend) as made:
            url = made.create()
            fill(url, given.leads)
            fill_ledger(url, given.leads, given.entries)
            for name, each in measure(url, given.rounds).items():
                mine, theirs = each["library"], each["by hand"]
                table.add_row(name, backend, f"{mine / 1e6:.2f} s", f"{theirs / 1e6:.2f} s", f"{mine / theirs:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
