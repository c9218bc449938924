"""The investors that each of many texts names: one statement of a fixed shape, with a limit for each text.

It finds what :func:`crm.reads.names.search.whole` and :func:`~crm.reads.names.search.part` find for one text. All
conditions come before the limits, so that the limits drop only worse matches.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    union_all,
    values,
)
from sqlalchemy.orm import Session

from crm.models import Investor, InvestorName
from crm.models.binding import dialect_of
from crm.models.search import FTS
from crm.reads.names.search import DEPTH, LAST, SEARCHED, VECTOR, expression, query_type
from crm.values.naming.spelling import Query
from crm.values.naming.words import UNSPECIFIC

#: What no name has; nothing at all would be no expression to FTS5.
_NOBODY = (("\ue001", False),)
#: A worse rank weighs more than any length of a key.
_RANK = 1_000


def match_names(session: Session, queries: Sequence[Query], limit: int) -> list[list[int]]:
    """Return for each text the ids of the investors with exactly this name, or else with a name that contains it.

    At most *limit* for each, best first: names with this beginning, then the rest; shorter ones, then older records.
    One statement.
    """
    dialect = dialect_of(session).name
    searched = (
        values(
            column("number", Integer),
            column("name_key", String),
            column("past", String),
            column("tokens", String),
            column("form", String),
            name="asked",
        )
        .data([(number, *_parameters(dialect, text)) for number, text in enumerate(queries)])
        .cte()
    )
    found: list[list[int]] = [[] for _ in queries]
    for number, hits in session.execute(select(searched.c.number, _hits(dialect, searched, limit).scalar_subquery())):
        pairs = sorted(tuple(map(int, part.split())) for part in (hits or "").split(",") if part)
        whole = [investor for weight, investor in pairs if weight < _RANK]
        found[number] = whole or [investor for _, investor in pairs]
    return found


def _parameters(dialect: str, query: Query) -> tuple[str | None, ...]:
    """Return the first key and the first one beyond, the tokens, and the required legal form, if any."""
    bounds = (query.key, query.key + LAST) if query.key else (None, None)
    return (*bounds, expression(dialect, *(query.tokens or _NOBODY)), query.form if query.forms else None)


def _hits(dialect: str, searched: CTE, limit: int) -> Select[str]:
    """Return the investors that match one row of the input, as text: weight and id, separated by commas."""
    begins = _named(searched).where(_begins(searched)).order_by(InvestorName.key, InvestorName.id).limit(limit * DEPTH)
    parts = union_all(
        *(select(statement.subquery()) for statement in (begins, _holding(dialect, searched, limit * DEPTH)))
    ).subquery()
    weight = func.min(parts.c.weight).label("weight")
    best = select(parts.c.investor_id, weight).group_by(parts.c.investor_id)
    first = best.order_by(weight, parts.c.investor_id).limit(limit).subquery()
    text = cast(first.c.weight, String) + " " + cast(first.c.investor_id, String)
    return select(func.aggregate_strings(text, ","))


def _holding(dialect: str, searched: CTE, limit: int) -> Select[*tuple[object, ...]]:
    """Return the oldest names with the tokens; on PostgreSQL among the first that its index finds."""
    if dialect == "sqlite":
        along = _named(searched).join(SEARCHED, SEARCHED.c.rowid == InvestorName.id)
        return along.where(SEARCHED.c[FTS].op("MATCH")(searched.c.tokens)).order_by(SEARCHED.c.rowid).limit(limit)
    having = VECTOR.op("@@", is_comparison=True)(cast(searched.c.tokens, query_type()))
    first = _named(searched).where(having).limit(limit * DEPTH).subquery()
    return select(first).order_by(first.c.id).limit(limit)


def _named(searched: CTE) -> Select[int, int, int]:
    """Return names of unarchived investors without another legal form: investor_id, id, weight."""
    form = searched.c.form
    agrees = or_(
        form.is_(None),
        InvestorName.form.is_(None),
        InvestorName.form == form,
        InvestorName.form.in_(sorted(UNSPECIFIC)),
    )
    rank = case((InvestorName.key == searched.c.name_key, 0), (_begins(searched), 1), else_=2)
    return (
        select(
            InvestorName.investor_id,
            InvestorName.id,
            (rank * literal_column(str(_RANK)) + func.length(InvestorName.key)).label("weight"),
        )
        .join(Investor, Investor.id == InvestorName.investor_id)
        .where(Investor.archived_at.is_(None), agrees)
        .correlate(searched)
    )


def _begins(searched: CTE) -> ColumnElement[bool]:
    return and_(InvestorName.key >= searched.c.name_key, InvestorName.key < searched.c.past)
