"""The search for investors by name, through the index of :mod:`crm.models.search`, the same on both databases.

A name matches if it begins with the text, or has all its tokens: any two neighbouring characters of Chinese, Japanese
or Korean, the beginning of any word. Equal names come first, then names with this beginning, then the rest; within
each, names with the typed legal form, then shorter names, then older records.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import cast as typed

from attrs import frozen
from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    String,
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
from sqlalchemy.types import TypeEngine

from crm.models import Investor, InvestorName, Merge
from crm.models.search import FTS
from crm.values.naming.spelling import Query

#: The factor by which more names are read than asked for: of more matches the oldest are ranked.
DEPTH = 10
LAST = "\U0010ffff"
SEARCHED = table(FTS, column("rowid", Integer), column(FTS))
VECTOR = func.array_to_tsvector(func.string_to_array(InvestorName.tokens, literal_column("' '")))


def beginning(key: str) -> ColumnElement[bool]:
    """Return the condition that a name's key begins with a text, as a range that the index supports."""
    return and_(InvestorName.key >= key, InvestorName.key < key + LAST)


def query_type() -> TypeEngine[str]:
    """Return the type of a search expression of PostgreSQL."""
    from sqlalchemy.dialects.postgresql import TSQUERY  # noqa: PLC0415 - SQLite needs no other dialect, and its drivers

    return TSQUERY()


def having(dialect: str, tokens: str) -> ColumnElement[bool]:
    """Return the condition that a name has tokens, in the database's own syntax: :func:`expression`."""
    if dialect == "sqlite":
        return InvestorName.id.in_(select(SEARCHED.c.rowid).where(SEARCHED.c[FTS].op("MATCH")(tokens)))
    # Written out, because the plan depends on how rare the tokens are; a quotation mark is no part of a token.
    return VECTOR.op("@@", is_comparison=True)(cast(bindparam(None, tokens, literal_execute=True), query_type()))


def expression(dialect: str, *tokens: tuple[str, bool]) -> str:
    """Return the search expression for all these tokens: (token, whether it is a prefix)."""
    if dialect == "sqlite":
        return " AND ".join(f'"{token}"{" *" * begins}' for token, begins in tokens)
    return " & ".join(f"'{token}'{':*' * begins}" for token, begins in tokens)


def either(dialect: str, groups: Iterable[Sequence[tuple[str, bool]]]) -> str:
    """Return the search expression for all tokens of at least one of these groups."""
    return (" OR " if dialect == "sqlite" else " | ").join(f"({expression(dialect, *group)})" for group in groups)


def named(dialect: str, *queries: Query) -> ColumnElement[bool]:
    """Return the condition that a name matches a text, or one of several."""
    conditions = [beginning(query.key) for query in queries if query.key]
    if tokens := [query.tokens for query in queries if query.tokens]:
        conditions.append(having(dialect, either(dialect, tokens)))
    return or_(*conditions) if conditions else false()


def of_form(
    forms: Collection[str | None] | ColumnElement[str], name: type[InvestorName] = InvestorName
) -> ColumnElement[bool]:
    """Return the condition that a name has one of these legal forms or none."""
    return or_(name.form.is_(None), name.form.in_(forms))


def whole(query: Query, text: str) -> Select[int, str, str | None]:
    """Return a SELECT of (id, name, *text* if a name is written so) of the investors with exactly this name."""
    written = func.max(case((InvestorName.text == text, InvestorName.text)))
    return _by_name(_exactly(query), Investor.archived_at.is_(None)).add_columns(written)


def archived(dialect: str, query: Query, *, whole: bool) -> Select[int, str]:
    """Return a SELECT of (id, name) of the archived investors with this name, or with such a part of one.

    Without those that were merged into others.
    """
    form = () if not query.forms else (of_form(query.forms),)
    fits = _exactly(query) if whole else and_(named(dialect, query), *form)
    return _by_name(fits, Investor.archived_at.is_not(None), ~absorbed())


def taken(*queries: Query, archived: bool) -> Select[int, str, datetime | None]:
    """Return a SELECT of (id, name, archived since) of the investors with exactly one of these names.

    With *archived* those that are archived too, but not those that were merged into others.
    """
    stands = Investor.archived_at.is_(None)
    held = _by_name(_exactly(*queries), or_(stands, ~absorbed()) if archived else stands)
    return held.add_columns(Investor.archived_at)


def absorbed() -> ColumnElement[bool]:
    """Return the condition that an investor was merged into another."""
    return select(Merge.id).where(Merge.absorbed_investor_id == Investor.id, Merge.undone_at.is_(None)).exists()


def _exactly(*queries: Query) -> ColumnElement[bool]:
    return or_(
        *(
            and_(InvestorName.key == query.key, *(() if not query.forms else (of_form(query.forms),)))
            for query in queries
        )
    )


def _by_name(*where: ColumnElement[bool]) -> Select[int, str]:
    return (
        select(Investor.id, func.min(Investor.name))
        .join(InvestorName, InvestorName.investor_id == Investor.id)
        .where(*where)
        .group_by(Investor.id)
        .order_by(Investor.id)
    )


def part(dialect: str, query: Query, limit: int) -> Select[int, str]:
    """Return a SELECT of (id, name) of the investors that a part of a name matches, except other legal forms."""
    return _part(shape(dialect, query, limit)).params(parameters(dialect, query, limit))


@frozen
class Shape:
    """The properties that the text of a search statement depends on; everything else is a parameter.

    Attributes:
        dialect: sqlite or postgresql.
        key: Whether a name may begin so.
        tokens: Whether a name may have tokens.
        forms: Whether a legal form was typed.
        limited: Whether there is a limit.
    """

    dialect: str
    key: bool
    tokens: bool
    forms: bool
    limited: bool


def shape(dialect: str, query: Query, limit: int | None) -> Shape:
    """Return the shape of a search."""
    return Shape(dialect, bool(query.key), bool(query.tokens), bool(query.forms), limit is not None)


def parameters(dialect: str, query: Query, limit: int | None) -> dict[str, object]:
    """Return the parameters of a search: :func:`ranked`."""
    bound: dict[str, object] = {"typed_key": query.key, "typed_end": query.key + LAST}
    if query.tokens:
        bound["typed_tokens"] = expression(dialect, *query.tokens)
    if query.forms:
        bound["typed_forms"] = query.forms
    if limit is not None:
        bound |= {"most": limit, "deep": limit * DEPTH}
        if query.tokens and dialect != "sqlite":
            bound["deeper"] = limit * DEPTH * DEPTH
    return bound


@cache
def _part(form: Shape) -> Select[int, str]:
    best = ranked(form, strict=True)
    return select(Investor.id, Investor.name).join(best, best.c.investor_id == Investor.id).order_by(*order(best))


@cache
def ranked(form: Shape, *, strict: bool = False) -> Subquery:
    """Return the matching investors, each once, with the best name: investor_id, name_id, rank, other, length.

    Args:
        form: The shape of the search; what was typed is bound: :func:`parameters`.
        strict: Without names that state another legal form than the one typed.
    """
    branches: list[Select[*tuple[object, ...]]] = []
    if form.key:
        first = _of(InvestorName, form, strict=strict).where(_begins(InvestorName))
        branches.append(first.order_by(InvestorName.key, InvestorName.id))
    if form.tokens and form.dialect == "sqlite":
        # Read along the index, in its own order, so that it ends with the limit; a list of all would be made first.
        along = _of(InvestorName, form, strict=strict).join(SEARCHED, SEARCHED.c.rowid == InvestorName.id)
        matching = SEARCHED.c[FTS].op("MATCH")(bindparam("typed_tokens", type_=String()))
        branches.append(along.where(matching).order_by(SEARCHED.c.rowid))
    elif form.tokens:
        hits = _first_held(form, strict=strict)
        branches.append(_of(hits, form, strict=strict).order_by(hits.id))
    cap = bindparam("deep", type_=Integer()) if form.limited else None
    parts = [select(branch.limit(cap).subquery()) for branch in branches]
    nothing = _of(InvestorName, form, strict=strict).where(false())
    hit = (union_all(*parts) if parts else nothing).subquery()
    place = func.row_number().over(
        partition_by=hit.c.investor_id, order_by=(hit.c.rank, hit.c.other, hit.c.length, hit.c.name_id)
    )
    best = select(hit, place.label("place")).subquery()
    most = bindparam("most", type_=Integer()) if form.limited else None
    return select(best).where(best.c.place == 1).order_by(*order(best)).limit(most).subquery()


def order(best: Subquery) -> tuple[ColumnElement[int], ...]:
    """Return the sort order of matching investors."""
    return best.c.rank, best.c.other, best.c.length, best.c.investor_id


def _begins(name: type[InvestorName]) -> ColumnElement[bool]:
    key = bindparam("typed_key", type_=String())
    return and_(name.key >= key, name.key < bindparam("typed_end", type_=String()))


def _agrees(name: type[InvestorName]) -> ColumnElement[bool]:
    return of_form(bindparam("typed_forms", expanding=True, type_=String()), name)


def _of(name: type[InvestorName], form: Shape, *, strict: bool) -> Select[int, int, int, int, int]:
    """Return names of unarchived investors, with their ranking columns."""
    agrees = _agrees(name)
    equal = name.key == bindparam("typed_key", type_=String())
    found = (
        select(
            name.investor_id,
            name.id.label("name_id"),
            case((equal, 0), (_begins(name), 1), else_=2).label("rank"),
            (case((agrees, 0), else_=1) if form.forms else literal_column("0")).label("other"),
            func.length(name.key).label("length"),
        )
        .join(Investor, Investor.id == name.investor_id)
        .where(Investor.archived_at.is_(None))
    )
    return found.where(agrees) if strict and form.forms else found


def _first_held(form: Shape, *, strict: bool) -> type[InvestorName]:
    """Return the first names with the tokens in PostgreSQL's physical order; if strict, only those that count."""
    most = bindparam("deeper", type_=Integer()) if form.limited else None
    columns = (InvestorName.id, InvestorName.investor_id, InvestorName.key, InvestorName.form)
    held = holding("postgresql", columns, "typed_tokens")
    if strict:
        # Before the limit, or many archived ones and many of another legal form would push out the one that is meant.
        held = held.join(Investor, Investor.id == InvestorName.investor_id).where(Investor.archived_at.is_(None))
        held = held.where(_agrees(InvestorName)) if form.forms else held
    # Bound values are not set within an alias of the class under SQLAlchemy 2.0; its columns have the same names.
    return typed("type[InvestorName]", held.limit(most).subquery("hits").c)


def holding(
    dialect: str, columns: Sequence[SQLColumnExpression[int | str | None]], bound: str
) -> Select[*tuple[object, ...]]:
    """Return a SELECT of columns of the names with the bound tokens, with a limit.

    On SQLite they come in the order of their ids, along the index. On PostgreSQL an order by id would scan all names
    from the oldest, for seconds if the matches are late, and a sort would read all matches. So there they come in
    physical order. The tokens come from a subquery: a planner that knew how common they are would scan the table
    instead.
    """
    tokens = bindparam(bound, type_=String())
    if dialect == "sqlite":
        along = select(*columns).join(SEARCHED, SEARCHED.c.rowid == InvestorName.id)
        return along.where(SEARCHED.c[FTS].op("MATCH")(tokens)).order_by(SEARCHED.c.rowid)
    given_once = select(cast(tokens, query_type())).scalar_subquery()
    return select(*columns).where(VECTOR.op("@@", is_comparison=True)(given_once))
