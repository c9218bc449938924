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
from crm.reads.figures.queries import counted
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
#: What a careful person would write for the breakdowns of two years: both at once, and each breakdown from one grouping.
_PARTS = """
SELECT '', y, NULL, sum(v) FROM c GROUP BY y
UNION ALL SELECT 'country', y, k, sum(v) FROM c GROUP BY y, k
UNION ALL SELECT 'section', y, s, sum(v) FROM c GROUP BY y, s
UNION ALL SELECT 'kind', y, kind, sum(v) FROM c GROUP BY y, kind
"""
_CELLS = """
WITH c AS (
  SELECT CASE WHEN arrived_on < '2022-01-01' THEN 0 ELSE 1 END AS y, {month} AS m, immediate_country AS k, substr(industry, 1, 1) AS s, kind,
    CAST(sum(usd_minor) AS BIGINT) AS v
  FROM crm_capital_arrival
  WHERE state = 'confirmed' AND arrived_on >= '2021-01-01' AND arrived_on < '2023-01-01' AND immediate_country <> 'CN'
    AND kind IN ('new', 'increase', 'reinvestment', 'shareholder_loan')
  GROUP BY 1, 2, 3, 4, 5
)
"""
_YEARS = "BETWEEN '2021-01-01' AND '2022-12-31' GROUP BY 1"
#: The other lines of the report, each of both years.
_OTHERS = (
    (
        "SELECT substr(CAST(agreed_on AS VARCHAR(10)), 1, 4), sum(usd_minor) FROM crm_contract_amount"
        f" WHERE state = 'confirmed' AND immediate_country <> 'CN' AND agreed_on {_YEARS}"
    ),
    (
        "SELECT substr(CAST(e.licensed_on AS VARCHAR(10)), 1, 4), count(*) FROM crm_enterprise e JOIN crm_lead l ON l.id = (SELECT min(o.id)"
        f" FROM crm_lead o WHERE o.enterprise_id = e.id AND o.parent_id IS NULL AND o.foreign_capital) WHERE e.licensed_on {_YEARS}"
    ),
    f"SELECT substr(CAST(resolved_on AS VARCHAR(10)), 1, 4), count(*) FROM crm_request WHERE state = 'solved' AND resolved_on {_YEARS}",
    "SELECT count(*) FROM crm_capital_arrival WHERE state IN ('reported', 'verified') AND arrived_on BETWEEN '2022-01-01' AND '2022-12-31'",
)


def by_hand(*, sqlite: bool) -> dict[str, tuple[str, ...]]:
    """Return the statements of two years' actual FDI, and those of the whole report with its months."""
    number = "substr(arrived_on, 6, 2)" if sqlite else "extract(month FROM arrived_on)"
    month = f"CASE WHEN arrived_on >= '2022-01-01' THEN {number} END"
    by_month = f"{_CELLS.format(month=month)}{_PARTS}UNION ALL SELECT 'month', CAST(m AS INTEGER), NULL, sum(v) FROM c WHERE y = 1 GROUP BY m"
    return {
        "actual FDI of two years": (_CELLS.format(month="NULL") + _PARTS,),
        "year report, with its months": (by_month, *_OTHERS),
    }


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

    def hand(*statements: str) -> Callable[[int], object]:
        def act(_: int) -> object:
            with engine.connect() as connection:
                cursor = connection.connection.cursor()
                return [(cursor.execute(statement), cursor.fetchall())[1] for statement in statements]

        return act

    mine = {"actual FDI of two years": figures, "year report, with its months": year}
    found = {
        name: medians({"library": mine[name], "by hand": hand(*statements)}, rounds, 1)
        for name, statements in by_hand(sqlite=engine.dialect.name == "sqlite").items()
    }
    engine.dispose()
    return found


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
            for name, times in measure(url, given.rounds).items():
                mine, theirs = times["library"], times["by hand"]
                table.add_row(name, backend, f"{mine / 1e6:.2f} s", f"{theirs / 1e6:.2f} s", f"{mine / theirs:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
