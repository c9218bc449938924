"""Investors by what a person types: through the index of :mod:`crm.models.search`, on both databases alike.

A name is found that begins as the text does, or has all its tokens: any two neighbouring characters of Chinese,
Japanese or Korean, the beginning of any word. Equal names come first, then those that begin so, then the rest; within
these, names of the typed legal form, then shorter names, then older records.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (  # fmt: skip
    ColumnElement,
    Integer,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    cast,
    column,
    false,
    func,
    literal_column,
    or_,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from crm.models import Investor, InvestorName
from crm.models.search import FTS
from crm.values.names import Query

#: So many times the rows asked for are looked at: where more names fit, the older ones are ranked.
_DEPTH = 10
_LAST = "\U0010ffff"
_FTS = table(FTS, column("rowid", Integer), column(FTS))


def beginning(key: str) -> ColumnElement[bool]:
    """Return the condition that a name's key begins so, as the range that an index answers."""
    return and_(InvestorName.key >= key, InvestorName.key < key + _LAST)


def having(dialect: str, tokens: str) -> ColumnElement[bool]:
    """Return the condition that a name has tokens, as the database's own expression: :func:`expression`."""
    if dialect == "sqlite":
        return InvestorName.id.in_(select(_FTS.c.rowid).where(_FTS.c[FTS].op("MATCH")(tokens)))
    vector = func.array_to_tsvector(func.string_to_array(InvestorName.tokens, literal_column("' '")))
    # Written out, because the plan depends on how rare the tokens are; a quotation mark is no part of a token.
    return vector.op("@@", is_comparison=True)(cast(bindparam(None, tokens, literal_execute=True), TSQUERY))


def expression(dialect: str, *tokens: tuple[str, bool]) -> str:
    """Return the expression that all these tokens are there: (token, whether it need only begin so)."""
    if dialect == "sqlite":
        return " AND ".join(f'"{token}"{" *" * begins}' for token, begins in tokens)
    return " & ".join(f"'{token}'{':*' * begins}" for token, begins in tokens)


def named(dialect: str, *queries: Query) -> ColumnElement[bool]:
    """Return the condition that a name is found by what was typed, or by one of several things."""
    conditions = [beginning(query.key) for query in queries if query.key]
    if tokens := [expression(dialect, *query.tokens) for query in queries if query.tokens]:
        either = " OR " if dialect == "sqlite" else " | "
        conditions.append(having(dialect, either.join(f"({each})" for each in tokens)))
    return or_(*conditions) if conditions else false()


def of_form(query: Query) -> ColumnElement[bool] | None:
    """Return the condition that a name does not state another legal form than the one typed, where one was."""
    return or_(InvestorName.form.is_(None), InvestorName.form.in_(query.forms)) if query.forms else None


def whole(query: Query) -> Select[int, str]:
    """Return a select of (id, name) of the investors that have just this name."""
    return (
        select(Investor.id, func.min(Investor.name))
        .join(InvestorName, InvestorName.investor_id == Investor.id)
        .where(InvestorName.key == query.key, *_given(of_form(query)), Investor.archived_at.is_(None))
        .group_by(Investor.id)
        .order_by(Investor.id)
    )


def part(dialect: str, query: Query, limit: int) -> Select[int, str]:
    """Return a select of (id, name) of the investors that a part of a name means, but for those of another legal form."""
    best = ranked(dialect, query, limit=limit, where=_given(of_form(query)))
    return select(Investor.id, Investor.name).join(best, best.c.investor_id == Investor.id).order_by(*order(best))


def ranked(dialect: str, query: Query, *, limit: int | None, where: tuple[ColumnElement[bool], ...] = ()) -> Subquery:
    """Return the investors found, each once, with the name that fits best: investor_id, name_id, rank, other, length.

    Args:
        dialect: sqlite or postgresql.
        query: What was typed.
        limit: At most so many.
        where: Further conditions on Investor or InvestorName.
    """
    rank = case((InvestorName.key == query.key, 0), (beginning(query.key), 1), else_=2)
    form = of_form(query)
    other = literal_column("0") if form is None else case((form, 0), else_=1)
    found = (
        select(
            InvestorName.investor_id, InvestorName.id.label("name_id"), rank.label("rank"), other.label("other"),
            func.length(InvestorName.key).label("length"),
        )
        .join(Investor, Investor.id == InvestorName.investor_id)
        .where(Investor.archived_at.is_(None), *where)
    )  # fmt: skip
    cap = None if limit is None else limit * _DEPTH
    branches: list[Any] = []
    if query.key:
        first = found.where(beginning(query.key)).order_by(InvestorName.key, InvestorName.id).limit(cap)
        branches.append(select(first.subquery()))
    if query.tokens:
        tokens = expression(dialect, *query.tokens)
        inside = found.where(having(dialect, tokens)).order_by(InvestorName.id)
        if dialect == "sqlite":
            # Read along the index, in its own order, so that it ends with the limit; a list of all would be made first.
            along = found.join(_FTS, _FTS.c.rowid == InvestorName.id)
            inside = along.where(_FTS.c[FTS].op("MATCH")(tokens)).order_by(_FTS.c.rowid)
        branches.append(select(inside.limit(cap).subquery()))
    hit = (union_all(*branches) if branches else found.where(false())).subquery()
    place = func.row_number().over(
        partition_by=hit.c.investor_id, order_by=(hit.c.rank, hit.c.other, hit.c.length, hit.c.name_id)
    )
    best = select(hit, place.label("place")).subquery()
    return select(best).where(best.c.place == 1).order_by(*order(best)).limit(limit).subquery()


def order(best: Subquery) -> tuple[ColumnElement[Any], ...]:
    """Return what investors that were found are ordered by."""
    return best.c.rank, best.c.other, best.c.length, best.c.investor_id


def _given(condition: ColumnElement[bool] | None) -> tuple[ColumnElement[bool], ...]:
    return () if condition is None else (condition,)
