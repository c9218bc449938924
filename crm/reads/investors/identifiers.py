"""Identifiers of investors."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from crm.models import InvestorIdentifier
from crm.values.registers.schemes import SINGLE, Identifier, IdentifierScheme

#: The maximum number of investors whose identifiers are selected by number; for more, all are read.
_BY_NUMBER = 1_000

STANDS: ColumnElement[bool] = InvestorIdentifier.withdrawn_at.is_(None)
CURRENT: ColumnElement[bool] = and_(STANDS, InvestorIdentifier.former_since.is_(None))


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
