"""Searches by hand: the answer of ``investors.find`` in one statement, and the shortest one on the same index."""

from __future__ import annotations

from collections.abc import Mapping

from crm.reads.names.search import LAST, expression
from crm.values.naming.spelling import query

_COLUMNS = "n.investor_id, n.id, n.key, n.form, n.text"
_VECTOR = "array_to_tsvector(string_to_array(n.tokens, ' '))"
_LIVE = "JOIN crm_investor i ON i.id = n.investor_id AND i.archived_at IS NULL"
_HOLDING: Mapping[str, str] = {
    "sqlite": f"SELECT {_COLUMNS} FROM crm_name_search s JOIN crm_investor_name n ON n.id = s.rowid {_LIVE}"
    " WHERE s.crm_name_search MATCH {tokens} ORDER BY s.rowid LIMIT 200",
    "postgresql": f"SELECT {_COLUMNS} FROM (SELECT {_COLUMNS} FROM crm_investor_name n"
    f" WHERE {_VECTOR} @@ (SELECT {{tokens}}::tsquery) LIMIT 2000) n {_LIVE} ORDER BY n.id LIMIT 200",
}
_SAME = f"""
WITH hit AS (
  SELECT * FROM (
    SELECT {_COLUMNS} FROM crm_investor_name n {_LIVE} WHERE n.key >= {{key}} AND n.key < {{past}} ORDER BY n.key, n.id LIMIT 200
  ) begins
  UNION ALL
  SELECT * FROM ({{holding}}) holding
), ranked AS (
  SELECT hit.*, length(key) AS size,
    CASE WHEN key = {{key}} THEN 0 WHEN key >= {{key}} AND key < {{past}} THEN 1 ELSE 2 END AS rank,
    CASE WHEN CAST({{form}} AS text) IS NULL OR form IS NULL OR form IN ({{form}}, 'cn.co', 'en.co') THEN 0 ELSE 1 END AS other
  FROM hit
), best AS (
  SELECT ranked.*, row_number() OVER (PARTITION BY investor_id ORDER BY rank, other, size, id) AS place FROM ranked
)
SELECT i.id, i.uid, i.name, i.country, i.kind, best.text,
  (SELECT {{joined}}(n.text, ' | ') FROM crm_investor_name n WHERE n.investor_id = i.id),
  (SELECT count(*) FROM crm_lead l WHERE l.investor_id = i.id)
FROM (SELECT * FROM best WHERE place = 1 ORDER BY rank, other, size, investor_id LIMIT 20) best
JOIN crm_investor i ON i.id = best.investor_id
ORDER BY best.rank, best.other, best.size, i.id
"""


def _same(dialect: str, joined: str, place: str) -> str:
    marks = {name: place.format(name) for name in ("key", "past", "form", "tokens")}
    return _SAME.format(joined=joined, holding=_HOLDING[dialect].format(**marks), **marks)


#: The first twenty, ranked, with all their names and the number of their leads; but for who claims them, as ``find`` does.
SAME: Mapping[str, str] = {
    "sqlite": _same("sqlite", "group_concat", ":{}"),
    "postgresql": _same("postgresql", "string_agg", "%({})s"),
}
#: The twenty oldest names that fit.
OLDEST: Mapping[str, str] = {
    "sqlite": "SELECT n.investor_id, n.text FROM crm_name_search s JOIN crm_investor_name n ON n.id = s.rowid"
    " WHERE s.crm_name_search MATCH ? ORDER BY s.rowid LIMIT 20",
    "postgresql": f"SELECT n.investor_id, n.text FROM crm_investor_name n WHERE {_VECTOR} @@ %s::tsquery ORDER BY n.id LIMIT 20",
}


def parameters(dialect: str, text: str) -> dict[str, str | None]:
    """Return what :data:`SAME` is executed with."""
    typed = query(text)
    return {
        "key": typed.key,
        "past": typed.key + LAST,
        "form": typed.form if typed.forms else None,
        "tokens": expression(dialect, *typed.tokens),
    }
