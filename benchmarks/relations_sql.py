"""The tree, the credit and the pool by hand: what a careful person would write for one database, for whoever sees everything.

Each finds what the library finds, to the last unit of money, and builds the same rows; a test compares the answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from attrs import evolve

from benchmarks.moves_sql import DAY, stands
from crm.reads.claims.rows import PoolRow
from crm.reads.referrals.rows import CreditRow, ReferralRow, ReferralTree
from crm.values.money import Money
from crm.values.shares import apportion

#: So many days without progress, and a claim lapses: the policy's.
_DAYS = 90

_SIGNED = "('signed', 'registered', 'implementing', 'landed')"
_EARNED = f"""r.status IN ('recorded', 'confirmed') AND (r.expires_on >= {{today}} OR EXISTS (
    SELECT 1 FROM crm_transition t WHERE t.lead_id = r.lead_id AND t.to_stage IN {_SIGNED} AND {stands(_SIGNED)}
      AND {DAY} <= r.expires_on))"""
_TREE = f"""
WITH RECURSIVE down(party) AS (
  SELECT CAST(1 AS BIGINT) UNION SELECT l.investor_id FROM crm_referral r JOIN crm_lead l ON l.id = r.lead_id
  JOIN down ON down.party = r.referrer_investor_id WHERE r.status IN ('recorded', 'confirmed')),
arrived AS (
  SELECT lead_id, currency, sum(amount_minor) AS minor FROM crm_capital_arrival WHERE state <> 'reported' GROUP BY lead_id, currency)
SELECT r.id, r.uid, i.name, r.referrer_investor_id, b.name, l.investor_id, r.lead_id, l.title, l.stage, l.status, l.landed_on,
  r.channel, r.strength, r.points, r.introduced_on, r.expires_on, CASE WHEN {_EARNED} THEN r.status ELSE 'expired' END, r.confirmed_on,
  r.version, a.currency, a.minor, r.confirmed_contact_id, r.evidence_id, r.note, r.reason
FROM crm_referral r JOIN crm_lead l ON l.id = r.lead_id JOIN crm_investor b ON b.id = l.investor_id
  JOIN crm_investor i ON i.id = r.referrer_investor_id LEFT JOIN arrived a ON a.lead_id = r.lead_id
WHERE r.status IN ('recorded', 'confirmed') AND r.referrer_investor_id IN (SELECT party FROM down)
ORDER BY r.introduced_on, r.id, a.currency
"""
# Whoever brought a lead, and everybody behind: found once, then counted and summed.
_CREDIT = f"""
WITH RECURSIVE edges AS (
  SELECT coalesce(r.referrer_investor_id, -r.referrer_contact_id) AS root, r.referrer_investor_id AS company, r.id, r.lead_id,
    l.investor_id AS brought, r.points, r.status, CASE WHEN r.introduced_on BETWEEN {{first}} AND {{last}} THEN 1 ELSE 0 END AS fresh,
    CASE WHEN l.landed_on IS NULL THEN 0 ELSE 1 END AS landed
  FROM crm_referral r JOIN crm_lead l ON l.id = r.lead_id WHERE {_EARNED}),
arrived AS (
  SELECT lead_id, currency, sum(amount_minor) AS minor FROM crm_capital_arrival
  WHERE state <> 'reported' AND arrived_on BETWEEN {{first}} AND {{last}} GROUP BY lead_id, currency),
pairs(root, node) AS (
  SELECT root, brought FROM edges UNION SELECT p.root, e.brought FROM pairs p JOIN edges e ON e.company = p.node),
chain AS (
  SELECT c.root, c.lead_id, c.fresh FROM (
    SELECT p.root, e.lead_id, max(e.fresh) AS fresh FROM pairs p JOIN edges e ON e.company = p.node
    WHERE p.node <> p.root GROUP BY p.root, e.lead_id) c
  WHERE NOT EXISTS (SELECT 1 FROM edges o WHERE o.root = c.root AND o.lead_id = c.lead_id)),
found AS (
  SELECT 'part' AS told, e.root, e.lead_id AS one, e.points AS two, CASE WHEN e.status = 'confirmed' THEN e.id ELSE -e.id END AS three,
    a.currency, a.minor
  FROM edges e JOIN arrived a ON a.lead_id = e.lead_id
  UNION ALL
  SELECT 'direct', root, count(*), sum(CASE WHEN EXISTS (
      SELECT 1 FROM crm_transition t WHERE t.lead_id = e.lead_id AND t.to_stage IN {_SIGNED} AND {stands(_SIGNED)}
        AND {DAY} <= {{today}}) THEN 1 ELSE 0 END), sum(landed), NULL, NULL
  FROM edges e WHERE fresh = 1 GROUP BY root
  UNION ALL SELECT 'chain', root, sum(fresh), NULL, NULL, NULL, NULL FROM chain GROUP BY root HAVING sum(fresh) > 0
  UNION ALL
  SELECT 'beyond', c.root, NULL, NULL, NULL, a.currency, sum(a.minor) FROM chain c JOIN arrived a ON a.lead_id = c.lead_id
  GROUP BY c.root, a.currency)
SELECT f.*, coalesce(i.name, k.name) FROM found f LEFT JOIN crm_investor i ON i.id = f.root LEFT JOIN crm_contact k ON k.id = -f.root
"""
_POOL = """
WITH old AS (
  SELECT c.id, c.lead_id, c.held_since FROM crm_claim c
  WHERE c.state = 'active' AND c.held_since < {cutoff}),
progress AS (
  SELECT id, {held} AS day FROM old
  UNION ALL SELECT o.id, {event} FROM old o JOIN crm_claim_event e ON e.claim_id = o.id AND e.kind = 'renewed' AND e.at >= o.held_since
  UNION ALL SELECT o.id, t.recorded_on FROM old o JOIN crm_transition t ON t.lead_id = o.lead_id AND t.recorded_at >= o.held_since
  UNION ALL SELECT o.id, {met} FROM old o JOIN crm_meeting m ON m.lead_id = o.lead_id AND m.recorded_at >= o.held_since),
steps AS (SELECT id, day, lead(day, 1, {today}) OVER (PARTITION BY id ORDER BY day) AS following FROM progress),
gone AS (SELECT id, min(day) AS gap FROM steps WHERE {silence} > {days} GROUP BY id),
listed AS (
  SELECT l.id, {free} - CASE WHEN g.gap IS NULL THEN 0 ELSE {days} + 1 END AS days
  FROM crm_lead l
  LEFT JOIN crm_claim a ON a.lead_id = l.id AND a.state = 'active'
  LEFT JOIN gone g ON g.id = a.id
  LEFT JOIN (SELECT lead_id, max({ended}) AS day FROM crm_claim WHERE ended_at IS NOT NULL GROUP BY lead_id) e ON e.lead_id = l.id
  WHERE l.status IN ('active', 'on_hold') AND l.landed_on IS NULL AND (a.id IS NULL OR g.gap IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM crm_claim c WHERE c.lead_id = l.id AND c.state = 'contested')
  ORDER BY 2 DESC, l.id LIMIT 100)
SELECT l.id, l.title, i.name, i.country, l.stage, l.industry, l.expected_minor, l.expected_currency, s.days,
  (SELECT u.code FROM crm_claim c JOIN crm_unit u ON u.id = c.unit_id WHERE c.lead_id = l.id ORDER BY c.id DESC LIMIT 1)
FROM listed s JOIN crm_lead l ON l.id = s.id JOIN crm_investor i ON i.id = l.investor_id ORDER BY s.days DESC, l.id
"""

#: With a cursor of the bare driver, whatever a report returns.
Read = Callable[[Any], Any]


def by_hand(today: date, *, sqlite: bool) -> Mapping[str, Read]:
    """Return the three readings: the tree below the first company, the credit of the year, the first hundred of the pool."""

    def literal(day: date) -> str:
        return f"'{day}'" if sqlite else f"date '{day}'"

    year = {
        "first": literal(date(today.year, 1, 1)),
        "last": literal(date(today.year, 12, 31)),
        "today": literal(today),
    }
    statements = (_TREE.format(**year), _CREDIT.format(**year), _pool(today, literal(today), sqlite=sqlite))
    return {
        "tree": lambda cursor: _as_tree(cursor, statements[0], sqlite=sqlite),
        "credit": lambda cursor: _as_credit(cursor, statements[1]),
        "pool": lambda cursor: _as_pool(cursor, statements[2], today),
    }


def _as_tree(cursor: Any, statement: str, *, sqlite: bool) -> ReferralTree:
    name = cursor.execute("SELECT name FROM crm_investor WHERE id = 1").fetchone()[0]
    rows: list[Any] = cursor.execute(statement).fetchall()
    down: list[Any] = []
    build: Any = ReferralRow

    def day(text: Any) -> Any:
        return date.fromisoformat(text) if sqlite and text is not None else text

    number = None
    for row in rows:
        money = (Money(int(row[20]), row[19]),) if row[20] else ()
        if row[0] == number:
            down[-1] = evolve(down[-1], arrived=(*down[-1].arrived, *money))
            continue
        number = row[0]
        down.append(
            build(
                number, UUID(hex=row[1]) if sqlite else row[1], *row[2:10], day(row[10]), money, *row[11:14], day(row[14]), day(row[15]),
                row[16], day(row[17]), row[18], *row[21:],
            )
        )  # fmt: skip
    return ReferralTree(party=1, name=name, down=tuple(down), up=())


def _as_credit(cursor: Any, statement: str) -> tuple[CreditRow, ...]:
    names: dict[int, str] = {}
    direct: dict[int, tuple[int, int, int]] = {}
    chain: dict[int, int] = {}
    capital: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    beyond: dict[int, dict[str, int]] = defaultdict(dict)
    parts: dict[tuple[int, str, int], dict[int, int]] = defaultdict(dict)
    whose: dict[int, int] = {}
    for told, root, one, two, three, currency, minor, name in cursor.execute(statement).fetchall():
        names[root] = name
        if told == "part":
            parts[one, currency, int(minor)][abs(three)] = two
            if three > 0:
                whose[three] = root
        elif told == "direct":
            direct[root] = (int(one), int(two), int(three))
        elif told == "chain":
            chain[root] = int(one)
        else:
            beyond[root][currency] = int(minor)
    _divide(parts, whose, capital)
    rows = []
    for root, name in names.items():
        leads, signed, landed = direct.get(root, (0, 0, 0))
        amounts, others = _amounts(capital.get(root, {})), _amounts(beyond.get(root, {}))
        if leads or amounts or others or root in chain:
            rows.append(
                CreditRow(
                    party=root, referrer=name, leads=leads, signed=signed, landed=landed, capital=amounts, chain_leads=chain.get(root, 0),
                    chain_capital=others,
                )
            )  # fmt: skip
    rows.sort(
        key=lambda row: (
            -row.landed, -row.signed, -row.leads, -sum(money.minor for money in row.capital), row.party < 0, abs(row.party)
        )
    )  # fmt: skip
    return tuple(rows)


def _divide(
    parts: Mapping[tuple[int, str, int], Mapping[int, int]],
    whose: Mapping[int, int],
    capital: dict[int, dict[str, int]],
) -> None:
    for (_, currency, minor), points in parts.items():
        for referral, share in apportion(minor, points).items():
            if referral in whose:
                capital[whose[referral]][currency] += share


def _amounts(sums: Mapping[str, int]) -> tuple[Money, ...]:
    return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()) if minor)


def _as_pool(cursor: Any, statement: str, today: date) -> tuple[PoolRow, ...]:
    return tuple(
        PoolRow(
            id=row[0], title=row[1], investor=row[2], country=row[3], stage=row[4], industry=row[5],
            expected=None if row[6] is None else Money(row[6], row[7]), since=today - timedelta(days=row[8]), days=row[8], last_unit=row[9],
        )
        for row in cursor.execute(statement).fetchall()
    )  # fmt: skip


def _pool(today: date, now: str, *, sqlite: bool) -> str:
    def day(column: str) -> str:
        return f"date({column}, '+8 hours')" if sqlite else f"CAST({column} AT TIME ZONE 'Asia/Shanghai' AS date)"

    def between(first: str, second: str) -> str:
        return f"CAST(julianday({second}) - julianday({first}) AS INTEGER)" if sqlite else f"({second} - {first})"

    first = today - timedelta(days=_DAYS)
    cutoff = f"'{first - timedelta(days=1)} 16:00:00.000000'" if sqlite else f"timestamptz '{first} 00:00:00+08'"
    return _POOL.format(
        cutoff=cutoff, held=day("held_since"), event=day("e.at"), met=day("m.recorded_at"), ended=day("ended_at"), today=now, days=_DAYS,
        silence=between("day", "following"), free=between("coalesce(g.gap, e.day, l.received_on)", now),
    )  # fmt: skip
