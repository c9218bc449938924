"""Identifiers of investors: lookups, and what they imply for likely duplicates."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar

from attrs import evolve
from sqlalchemy import ColumnElement, and_, false, literal, or_, select
from sqlalchemy.orm import Session, aliased

from crm.models import Distinct, Enterprise, Investor, InvestorIdentifier, Lead, Ownership
from crm.reads.investors.identifier_rows import IdentifierRow
from crm.reads.investors.likeness_rows import DuplicateRow, LikelyRow
from crm.reads.kernel.visibility import visible
from crm.rules.access import Actor
from crm.rules.investors.likeness import Reason, told_apart
from crm.values.registers.schemes import SCHEMES, SINGLE, Identifier, IdentifierScheme

#: Of so many investors at most the identifiers are asked for by number; of more, all are read.
_BY_NUMBER = 1_000

STANDS: ColumnElement[bool] = InvestorIdentifier.withdrawn_at.is_(None)
CURRENT: ColumnElement[bool] = and_(STANDS, InvestorIdentifier.former_since.is_(None))

R = TypeVar("R", DuplicateRow, LikelyRow)


def holding(identifiers: Iterable[Identifier]) -> ColumnElement[bool]:
    """Return the condition of the rows with these identifiers that are not withdrawn."""
    wanted = tuple(identifiers)
    # Row values in a list make SQLite read the whole index; a list of values does not.
    pairs = or_(
        false(),
        *(
            and_(InvestorIdentifier.value == identifier.value, InvestorIdentifier.scheme == identifier.scheme)
            for identifier in wanted
        ),
    )
    return and_(STANDS, InvestorIdentifier.value.in_([identifier.value for identifier in wanted]), pairs)


def of_investor(session: Session, investor_id: int) -> tuple[IdentifierRow, ...]:
    """Return the identifiers of an investor, without withdrawn ones, former ones last. One statement."""
    rows = session.scalars(
        select(InvestorIdentifier)
        .where(InvestorIdentifier.investor_id == investor_id, STANDS)
        .order_by(InvestorIdentifier.former_since.is_not(None), InvestorIdentifier.id)
    )
    return tuple(
        IdentifierRow(
            scheme=row.scheme.value,
            value=row.value,
            shown=SCHEMES[row.scheme].show(row.value),
            country=SCHEMES[row.scheme].country,
            former_since=row.former_since,
        )
        for row in rows
    )


def current(session: Session, investors: Collection[int]) -> dict[int, dict[IdentifierScheme, str]]:
    """Return the current numbers of investors in single schemes. One statement, also without investors."""
    statement = select(InvestorIdentifier.investor_id, InvestorIdentifier.scheme, InvestorIdentifier.value).where(
        CURRENT, InvestorIdentifier.scheme.in_(SINGLE)
    )
    if len(investors) <= _BY_NUMBER:
        statement = statement.where(InvestorIdentifier.investor_id.in_(sorted(investors)))
    found: dict[int, dict[IdentifierScheme, str]] = {}
    for number, scheme, value in session.execute(statement):
        found.setdefault(number, {})[scheme] = value
    return found


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
            ~select(Distinct.id).where(pair).exists(),
            ~select(Ownership.id).where(owned, Ownership.until.is_(None)).exists(),
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
        .where(Enterprise.credit_code.in_(codes), Investor.archived_at.is_(None), visible(actor))
    )
    best: dict[int, LikelyRow] = {}
    for number, name, country, scheme, value in session.execute(own.union_all(founded)):
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
