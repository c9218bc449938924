"""The scorecard of 30 units and the targets of the case, against SQL written by hand: ``python -m benchmarks.scorecard --help``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable

from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from benchmarks.bureau import ACTOR, NOW, fill
from benchmarks.databases import BACKENDS, databases
from benchmarks.measuring import medians
from benchmarks.moves_sql import DAY, between, stands
from crm import CRM, make_engine

_YEAR = "BETWEEN '2023-01-01' AND '2023-11-30'"
_REACHED = "('signed', 'registered', 'implementing', 'landed')"
_SINCE = "BETWEEN '2022-01-01' AND '2023-11-30'"
_WENT = (
    "WITH going AS (SELECT d.id, d.starts_on, d.unit_id, d.rank,"
    " EXISTS (SELECT 1 FROM crm_delegation_leg l WHERE l.delegation_id = d.id AND l.country <> 'CN') AS abroad,"
    " EXISTS (SELECT 1 FROM crm_delegation_leg l WHERE l.delegation_id = d.id) AS placed"
    f" FROM crm_delegation d WHERE d.cancelled_at IS NULL AND d.starts_on {_SINCE}),"
    " went AS (SELECT p.delegation_id AS id, p.unit_id, p.rank, g.starts_on, g.abroad, g.placed FROM crm_delegation_unit p"
    " JOIN going g ON g.id = p.delegation_id WHERE p.left_on IS NULL"
    " UNION ALL SELECT g.id, g.unit_id, g.rank, g.starts_on, g.abroad, g.placed FROM going g WHERE g.unit_id IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM crm_delegation_unit p WHERE p.delegation_id = g.id AND p.unit_id = g.unit_id AND p.left_on IS NULL))"
)
#: What the targets ask for, in as few statements as it takes.
BY_HAND = (
    "SELECT t.code, s.* FROM crm_target t JOIN crm_target_terms s ON s.target_id = t.id",
    "SELECT id, code, kind FROM crm_unit WHERE archived_at IS NULL",
    (
        "SELECT SUM(usd_minor), SUM(CASE WHEN substr(industry, 1, 1) = 'C' THEN usd_minor END) FROM crm_capital_arrival"
        f" WHERE state = 'confirmed' AND arrived_on {_YEAR} AND immediate_country <> 'CN'"
        " AND kind IN ('new', 'increase', 'reinvestment', 'shareholder_loan')"
    ),
    f"SELECT COUNT(*) FROM crm_event WHERE state = 'held' AND starts_on {_YEAR}",
    f"{_WENT} SELECT COUNT(*) FROM going WHERE abroad AND starts_on {_YEAR}",
    (
        f"{_WENT} SELECT unit_id, SUM(CASE WHEN rank = 'first' AND starts_on < '2023-01-01' THEN 1 END),"
        f" SUM(CASE WHEN rank = 'first' AND starts_on {_YEAR} THEN 1 END),"
        f" SUM(CASE WHEN rank = 'first' AND abroad AND starts_on {_YEAR} THEN 1 END),"
        " SUM(CASE WHEN rank = 'first' AND placed AND NOT abroad AND starts_on BETWEEN '2023-01-01' AND '2023-03-31' THEN 1 END),"
        " SUM(CASE WHEN rank = 'first' AND placed AND NOT abroad AND starts_on BETWEEN '2023-04-01' AND '2023-06-30' THEN 1 END),"
        " SUM(CASE WHEN rank = 'first' AND placed AND NOT abroad AND starts_on BETWEEN '2023-07-01' AND '2023-09-30' THEN 1 END),"
        " SUM(CASE WHEN rank = 'first' AND placed AND NOT abroad AND starts_on BETWEEN '2023-10-01' AND '2023-11-30' THEN 1 END)"
        " FROM went GROUP BY unit_id"
    ),
    (
        "SELECT x.unit_id, SUM(CASE WHEN NOT x.foreign_capital AND x.amount_currency = 'CNY' AND x.amount_minor >= 100000000000 THEN 1 END),"
        " SUM(CASE WHEN x.foreign_capital AND substr(x.industry, 1, 1) = 'C' AND x.amount_currency = 'USD' AND x.amount_minor >= 1000000000"
        " THEN 1 END), SUM(CASE WHEN x.amount_currency = 'CNY' AND x.amount_minor >= 10000000000 THEN 1 END)"
        " FROM (SELECT l.foreign_capital, l.industry, e.amount_minor, e.amount_currency,"
        " (SELECT a.unit_id FROM crm_assignment a WHERE a.lead_id = t.lead_id AND a.assigned_at <= t.recorded_at ORDER BY a.number DESC LIMIT 1)"
        " AS unit_id FROM crm_transition t JOIN crm_lead l ON l.id = t.lead_id"
        " LEFT JOIN crm_evidence e ON e.id = (SELECT p.id FROM crm_evidence p WHERE p.lead_id = t.lead_id AND p.kind = 'agreement'"
        " AND p.dated_on <= '2023-11-30' ORDER BY p.dated_on DESC, p.id DESC LIMIT 1)"
        " WHERE t.kind = 'advance' AND t.to_stage IN ('signed', 'registered', 'implementing', 'landed')"
        " AND {signed_by_now} AND l.stage IN ('signed', 'registered', 'implementing', 'landed')"
        " AND l.status IN ('active', 'on_hold', 'exited')"
        " AND NOT EXISTS (SELECT 1 FROM crm_transition o WHERE o.lead_id = t.lead_id AND o.number < t.number AND o.kind = 'advance'"
        f" AND o.to_stage IN {_REACHED} AND {stands(_REACHED, 'o')}) AND {stands(_REACHED)}) x GROUP BY x.unit_id"
    ),
)
_ARRIVED = (
    "(SELECT lead_id, min(arrived_on) AS day FROM crm_capital_arrival WHERE state = 'confirmed' AND amount_minor > 0"
    " AND immediate_country <> 'CN' AND kind IN ('new', 'increase', 'reinvestment', 'shareholder_loan') GROUP BY lead_id)"
)
_SIGNED = (
    f"(SELECT lead_id, min({DAY}) AS day FROM crm_transition t WHERE kind = 'advance' AND to_stage IN {_REACHED} AND {stands(_REACHED)}"
    " GROUP BY lead_id)"
)
#: Days are left of the year, and so many each lead is given.
_LEFT = 31
_CONVERTED = (
    "SELECT e.stage, count(*), count(CASE WHEN {within} THEN 1 END) FROM"
    " (SELECT lead_id, to_stage AS stage, min({day}) AS day FROM crm_transition t WHERE kind IN ('open', 'advance')"
    " AND {in_window} {before} GROUP BY lead_id, to_stage) e"
    " LEFT JOIN {there} t ON t.lead_id = e.lead_id {of} WHERE t.day IS NULL OR t.day >= e.day GROUP BY e.stage"
)
_STANDING = (
    "SELECT l.unit_id + 0, l.stage, l.expected_currency, count(*), sum(l.expected_minor), {parts} FROM crm_lead l"
    " LEFT JOIN {there} t ON t.lead_id = l.id"
    " WHERE l.status IN ('active', 'on_hold') AND l.landed_on IS NULL AND t.lead_id IS NULL AND {of} GROUP BY 1, 2, 3"
)
_MADE = "substr(l.industry, 1, 1) = 'C'"
_LARGE = {
    "home": "NOT l.foreign_capital AND l.expected_currency = 'CNY' AND l.expected_minor >= 100000000000",
    "made": f"{_MADE} AND l.foreign_capital AND l.expected_currency = 'USD' AND l.expected_minor >= 1000000000",
    "any": "l.expected_currency = 'CNY' AND l.expected_minor >= 10000000000",
}


def _sums(conditions: Iterable[str]) -> str:
    return ", ".join(
        f"count(CASE WHEN {condition} THEN 1 END), sum(CASE WHEN {condition} THEN l.expected_minor END)"
        for condition in conditions
    )


def score_by_hand(*, sqlite: bool) -> tuple[str, ...]:
    """Return what the targets ask for."""
    signed = between("2023-01-01", "2023-11-30", sqlite=sqlite)
    return tuple(statement.replace("{signed_by_now}", signed) for statement in BY_HAND)


def forecast_by_hand(*, sqlite: bool) -> tuple[str, ...]:
    """Return what a forecast rests on: how often leads got to capital and to signing, and what stands before both."""
    days = "CAST(julianday(t.day) - julianday(e.day) AS INTEGER)" if sqlite else "t.day - e.day"
    within = f"{days} <= {_LEFT}"
    foreign = "JOIN crm_lead l ON l.id = e.lead_id AND l.foreign_capital"
    common = {"within": within, "day": DAY, "in_window": between("2021-10-31", "2023-10-30", sqlite=sqlite)}
    return (
        _CONVERTED.format(**common, before="", there=_ARRIVED, of=foreign),
        _STANDING.format(parts=_sums([_MADE]), there=_ARRIVED, of="l.foreign_capital"),
        _CONVERTED.format(**common, before=f"AND to_stage NOT IN {_REACHED}", there=_SIGNED, of=""),
        _STANDING.format(parts=_sums(_LARGE.values()), there=_SIGNED, of=f"l.stage NOT IN {_REACHED}"),
    )


def contenders(url: str) -> tuple[dict[str, Callable[[int], object]], Callable[[], None]]:
    """Return what is measured, and what lets go of the database."""
    engine = make_engine(url)
    sqlite = engine.dialect.name == "sqlite"

    def by_hand(*statements: str) -> Callable[[int], object]:
        def call(_: int) -> object:
            with engine.connect() as connection:
                cursor = connection.connection.cursor()
                return [(cursor.execute(statement), cursor.fetchall())[1] for statement in statements]

        return call

    def library(*, forecast: bool) -> Callable[[int], object]:
        def call(_: int) -> object:
            with Session(engine) as session:
                return CRM(session, ACTOR, clock=lambda: NOW).targets.score(2023, forecast=forecast)

        return call

    return {
        "scorecard, by hand": by_hand(*score_by_hand(sqlite=sqlite)),
        "scorecard, library": library(forecast=False),
        "with its forecast, by hand": by_hand(*score_by_hand(sqlite=sqlite), *forecast_by_hand(sqlite=sqlite)),
        "with its forecast, library": library(forecast=True),
    }, engine.dispose


def main(arguments: list[str] | None = None) -> None:
    """Measure, and print medians and the ratio."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scorecard", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="acts counted for each contender (3)")
    parser.add_argument("--backend", choices=BACKENDS, action="append", help="one kind of database alone")
    parser.add_argument("--leads", type=int, default=1_000_000, help="so many leads (1000000)")
    parser.add_argument("--entries", type=int, default=3_000_000, help="so many entries of the ledger (3000000)")
    given = parser.parse_args(arguments)
    table = Table(title=f"{given.leads:,} leads, {given.entries:,} entries, medians of {given.rounds} rounds")
    table.add_column("what")
    columns: list[dict[str, float]] = []
    for backend in given.backend or BACKENDS:
        table.add_column(backend, justify="right")
        with databases(backend) as made:
            url = made.create()
            fill(url, given.leads, given.entries)
            acts, close = contenders(url)
            columns.append(medians(acts, given.rounds, 1))
            close()
    for what in columns[0]:
        table.add_row(what, *(f"{column[what] / 1_000_000:.3f} s" for column in columns))
    for what in ("scorecard", "with its forecast"):
        ratios = (column[f"{what}, library"] / column[f"{what}, by hand"] for column in columns)
        table.add_row(f"{what}, library / by hand", *(f"{ratio:.2f}" for ratio in ratios))
    Console().print(table)


if __name__ == "__main__":
    main()
