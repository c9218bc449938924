"""Likely duplicates: selected by the database, compared by :mod:`crm.rules.investors.likeness`."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TypeVar

from attrs import evolve
from sqlalchemy import Row, Select, String, and_, bindparam, case, func, literal, or_, select, union
from sqlalchemy.orm import Session, aliased

from crm.models import Distinct, Enterprise, Investor, InvestorIdentifier, InvestorName, Lead, Ownership
from crm.models.base import lasting
from crm.models.binding import OURS, dialect_of
from crm.models.investor import of_one_form
from crm.reads.investors.identifiers import CURRENT, current, holding
from crm.reads.investors.likeness_rows import DuplicateRow, LikelyRow
from crm.reads.kernel.visibility import company_shown, visible
from crm.reads.names import search as name_search
from crm.rules.access import Actor
from crm.rules.investors.likeness import Features, Likeness, Reason, compare, features, near_pairs, probes, told_apart
from crm.values.registers.schemes import SINGLE, Identifier, IdentifierScheme

#: So many names at most that have one of the keys, the core, or a part of it are compared with those typed: the
#: shortest of so many that the database finds first.
_CANDIDATES, _LOOKED_AT = 500, 5_000
#: The number of names fetched at once where all are read.
_AT_ONCE = 10_000

R = TypeVar("R", DuplicateRow, LikelyRow)


#: Investor, its name, its country, and one of its names with key and legal form.
Candidate = tuple[int, str, str, str, str, str]


def likely(
    session: Session, names: Sequence[Features], *, country: str | None, limit: int | None
) -> tuple[LikelyRow, ...]:
    """Return the likely duplicates of the names, best first, through the search index. One statement."""
    best: dict[int, LikelyRow] = {}
    for number, shown, land, text, key, form in candidates(session, names, country=country):
        other = features(text, key, form)
        for likeness in (compare(name, other) for name in names):
            if likeness is not None and (number not in best or likeness.score > best[number].score):
                best[number] = LikelyRow(
                    id=number,
                    name=shown,
                    matching=text,
                    country=land,
                    reason=likeness.reason.value,
                    score=likeness.score,
                )
    return tuple(sorted(best.values(), key=lambda row: (-row.score, row.id))[:limit])


def candidates(session: Session, names: Sequence[Features], *, country: str | None) -> Sequence[Row[*Candidate]]:
    """Return the names on record that are worth comparing with some names. One statement."""
    dialect = dialect_of(session).name
    found = [probes(name) for name in names]
    groups = {
        "core": [group for core, _ in found for group in core],
        "parts": [part for _, parts in found for part in parts],
    }
    bound: dict[str, object] = {what: name_search.either(dialect, group) for what, group in groups.items() if group}
    statement = _likely(dialect, tuple(bound), country=country is not None)
    bound["keys"] = list({name.key for name in names})
    if country is not None:
        bound["country"] = country
    return session.execute(statement, bound).all()


@cache
def _likely(dialect: str, tokens: tuple[str, ...], *, country: bool) -> Select[int, str, str, str, str, str]:
    """Return the statement of :func:`likely`, by the shape of its parameters."""
    columns = (InvestorName.investor_id, InvestorName.text, InvestorName.key, InvestorName.form)
    by_key = select(*columns).where(InvestorName.key.in_(bindparam("keys", expanding=True, type_=String())))
    branches = {"keys": by_key, **{token: name_search.holding(dialect, columns, token) for token in tokens}}
    limited = []
    for branch in branches.values():
        first = branch.limit(_LOOKED_AT).subquery()
        shortest = select(first).order_by(func.length(first.c.key), first.c.investor_id).limit(_CANDIDATES)
        limited.append(select(shortest.subquery()))
    names = union(*limited).subquery("candidates") if tokens else limited[0].subquery("candidates")
    statement = (
        select(Investor.id, Investor.name, Investor.country, names.c.text, names.c.key, names.c.form)
        .join(names, names.c.investor_id == Investor.id)
        .where(Investor.archived_at.is_(None))
        .order_by(Investor.id)
    )
    return statement.where(Investor.country == bindparam("country", type_=String())) if country else statement


def same_key(session: Session, reason: Reason | None, limit: int | None, *, min_score: int) -> tuple[DuplicateRow, ...]:
    """Return the pairs with the same key that are not declared distinct, same legal form first. One statement."""
    one, other = aliased(InvestorName), aliased(InvestorName)
    first, second = aliased(Investor), aliased(Investor)
    same = func.max(case((of_one_form(one, other), 1), else_=0))
    statement = (
        select(one.investor_id, func.min(one.text), other.investor_id, func.min(other.text), same)
        .join(other, and_(other.key == one.key, other.investor_id > one.investor_id))
        .join(first, first.id == one.investor_id)
        .join(second, second.id == other.investor_id)
        .outerjoin(Distinct, and_(Distinct.one_id == one.investor_id, Distinct.other_id == other.investor_id))
        .where(first.archived_at.is_(None), second.archived_at.is_(None), Distinct.id.is_(None))
        .group_by(one.investor_id, other.investor_id)
        .order_by(same.desc(), one.investor_id, other.investor_id)
        .limit(limit)
    )
    if reason is not None:
        statement = statement.having(same == int(reason is Reason.KEY))
    found = {1: Likeness(Reason.KEY, 100), 0: Likeness(Reason.FORM, 98)}
    return tuple(
        DuplicateRow(
            one=a, one_name=name, other=b, other_name=twin, reason=found[kind].reason.value, score=found[kind].score
        )
        for a, name, b, twin, kind in session.execute(statement)
        if found[kind].score >= min_score
    )


def near(session: Session, *, min_score: int) -> tuple[DuplicateRow, ...]:
    """Return the pairs with similar names, most similar first. Two statements; all names are read."""
    statement = (
        select(InvestorName.investor_id, InvestorName.text, InvestorName.key, InvestorName.form)
        .join(Investor, Investor.id == InvestorName.investor_id)
        .where(Investor.archived_at.is_(None))
        .order_by(InvestorName.id)
    )
    ids, texts, names = array("q"), list[str](), list[Features]()
    for number, text, key, form in session.execute(statement, execution_options={"yield_per": _AT_ONCE}):
        ids.append(number)
        texts.append(text)
        names.append(features(text, key, form))
    known = {(one, other) for one, other in session.execute(select(Distinct.one_id, Distinct.other_id))}
    best: dict[tuple[int, int], tuple[Likeness, int, int]] = {}
    for a, b, likeness in near_pairs(names):
        first, second = (a, b) if ids[a] < ids[b] else (b, a)
        pair = (ids[first], ids[second])
        if pair[0] == pair[1] or pair in known or likeness.score < min_score:
            continue
        if pair not in best or likeness.score > best[pair][0].score:
            best[pair] = (likeness, first, second)
    touched = {number for pair in best for number in pair}
    keys: dict[int, set[str]] = {number: set() for number in touched}
    for number, name in zip(ids, names, strict=True):
        if number in touched:
            keys[number].add(name.key)
    return tuple(
        DuplicateRow(
            one=one,
            one_name=texts[a],
            other=other,
            other_name=texts[b],
            reason=likeness.reason.value,
            score=likeness.score,
        )
        for (one, other), (likeness, a, b) in sorted(best.items(), key=lambda item: (-item[1][0].score, item[0]))
        if keys[one].isdisjoint(keys[other])
    )


def project_companies(session: Session, actor: Actor | None, limit: int | None) -> tuple[DuplicateRow, ...]:
    """Return the pairs of an investor and another one whose project company has its credit code. One statement.

    Leads that the actor may not see are ignored; so are pairs declared distinct, and pairs of parent and subsidiary.
    """
    one, other = aliased(Investor), aliased(Investor)
    pair = or_(
        and_(Distinct.one_id == one.id, Distinct.other_id == other.id),
        and_(Distinct.one_id == other.id, Distinct.other_id == one.id),
    )
    owned = or_(
        and_(Ownership.child_id == one.id, Ownership.parent_id == other.id),
        and_(Ownership.child_id == other.id, Ownership.parent_id == one.id),
    )
    rows = session.execute(
        select(one.id, one.name, other.id, other.name, InvestorIdentifier.value)
        .distinct()
        .join(InvestorIdentifier, InvestorIdentifier.investor_id == one.id)
        .join(Enterprise, Enterprise.credit_code == InvestorIdentifier.value)
        .join(Lead, Lead.enterprise_id == Enterprise.id)
        .join(other, other.id == Lead.investor_id)
        .where(
            CURRENT,
            InvestorIdentifier.scheme == IdentifierScheme.USCC,
            one.id != other.id,
            one.archived_at.is_(None),
            other.archived_at.is_(None),
            visible(actor),
            company_shown(actor),
            ~select(Distinct.id).where(pair).exists(),
            ~select(Ownership.id).where(owned, lasting(Ownership)).exists(),
        )
        .order_by(one.id, other.id)
        .limit(limit)
    )
    found = []
    for a, name, b, twin, value in rows:
        (first, first_name), (second, second_name) = sorted(((a, name), (b, twin)))
        found.append(
            DuplicateRow(
                one=first,
                one_name=first_name,
                other=second,
                other_name=second_name,
                reason=Reason.IDENTIFIER.value,
                score=100,
                identifier=str(Identifier(IdentifierScheme.USCC, value)),
            )
        )
    return tuple(found)


def having(session: Session, actor: Actor | None, identifiers: Sequence[Identifier]) -> tuple[LikelyRow, ...]:
    """Return the investors that have one of these identifiers, or whose project company has it. One statement."""
    codes = [identifier.value for identifier in identifiers if identifier.scheme is IdentifierScheme.USCC]
    own = (
        select(Investor.id, Investor.name, Investor.country, InvestorIdentifier.scheme, InvestorIdentifier.value)
        .join(InvestorIdentifier, InvestorIdentifier.investor_id == Investor.id)
        .where(holding(identifiers))
    )
    founded = (
        select(
            Investor.id,
            Investor.name,
            Investor.country,
            literal(IdentifierScheme.USCC, InvestorIdentifier.scheme.type),
            Enterprise.credit_code,
        )
        .join(Lead, Lead.investor_id == Investor.id)
        .join(Enterprise, Enterprise.id == Lead.enterprise_id)
        .where(Enterprise.credit_code.in_(codes), Investor.archived_at.is_(None), visible(actor), company_shown(actor))
    )
    best: dict[int, LikelyRow] = {}
    for number, name, country, scheme, value in session.execute(own.union_all(founded), bind_arguments=OURS):
        identifier = Identifier(scheme, value)
        best[number] = LikelyRow(
            id=number,
            name=name,
            matching=name,
            country=country,
            reason=Reason.IDENTIFIER.value,
            score=100,
            identifier=str(identifier),
        )
    return tuple(best[number] for number in sorted(best))


def held_apart(session: Session, rows: Sequence[DuplicateRow]) -> tuple[DuplicateRow, ...]:
    """Return the pairs; those with different numbers in a scheme have a lower score and a note. One statement."""
    known = current(session, {number for row in rows for number in (row.one, row.other)})
    return _sorted(
        _lowered(row, _differing(known.get(row.one, {}), known.get(row.other, {})))
        if row.reason != Reason.IDENTIFIER
        else row
        for row in rows
    )


def likely_apart(
    session: Session, rows: Sequence[LikelyRow], identifiers: Sequence[Identifier]
) -> tuple[LikelyRow, ...]:
    """Return the investors; those with other numbers in a scheme have a lower score and a note. One statement."""
    known = current(session, {row.id for row in rows})
    mine = {identifier.scheme: identifier.value for identifier in identifiers if identifier.scheme in SINGLE}
    return _sorted(
        _lowered(row, _differing(mine, known.get(row.id, {}))) if row.reason != Reason.IDENTIFIER else row
        for row in rows
    )


def _differing(one: dict[IdentifierScheme, str], other: dict[IdentifierScheme, str]) -> tuple[str, ...]:
    return tuple(
        scheme.value for scheme in SINGLE if scheme in one and scheme in other and one[scheme] != other[scheme]
    )


def _lowered(row: R, schemes: tuple[str, ...]) -> R:
    return evolve(row, apart=schemes, score=told_apart(row.score)) if schemes else row


def _sorted(rows: Iterable[R]) -> tuple[R, ...]:
    """Return rows with a lowered score after the others; otherwise the order is kept."""
    return tuple(sorted(rows, key=lambda row: bool(row.apart)))
