"""The likely duplicates of the investors of a file, among themselves and on record."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.models import Investor, InvestorName
from crm.reads.investors.likeness import candidates
from crm.rules.imports.verdicts import Twin
from crm.rules.investors.likeness import Features, compare, features, near_pairs
from crm.values.naming.spelling import spell

#: The number of names of a file that are looked up at once, and in all; for more, all names on record are read.
_AT_ONCE, _LOOKED_UP = 50, 500
#: The number of likely duplicates returned for a name.
_MOST = 3


def twins_of(session: Session, names: Sequence[tuple[str, int]]) -> list[tuple[Twin, ...]]:
    """Return for each name, with its row, what it may be the same as, best first.

    One statement for every 50 names of a short file; two for a long one, which reads all names on record.
    """
    made = [features(name, spelling.key, spelling.form) for name, _ in names for spelling in [spell(name)]]
    found: list[dict[tuple[int | None, int | None], Twin]] = [{} for _ in names]
    _within(made, names, found)
    if len(names) <= _LOOKED_UP:
        for first in range(0, len(made), _AT_ONCE):
            some = made[first : first + _AT_ONCE]
            for number, shown, _, text, key, form in candidates(session, some, country=None):
                theirs = features(text, key, form)
                for at, mine in enumerate(some, first):
                    if (likeness := compare(mine, theirs)) is not None:
                        found[at][number, None] = Twin(number, None, shown, likeness.reason.value, likeness.score)
    else:
        _on_record(session, made, found)
    return [tuple(sorted(twins.values(), key=lambda twin: -twin.score)[:_MOST]) for twins in found]


def _within(
    made: Sequence[Features],
    names: Sequence[tuple[str, int]],
    found: list[dict[tuple[int | None, int | None], Twin]],
) -> None:
    """Compare the names of a file with each other; the later row is likely the same as the earlier."""
    by_key: dict[str, int] = {}
    for at, mine in enumerate(made):
        first = by_key.setdefault(mine.key, at)
        likeness = compare(made[first], mine) if first != at else None
        if likeness is not None:
            name, row = names[first]
            found[at][None, row] = Twin(None, row, name, likeness.reason.value, likeness.score)
    for one, other, likeness in near_pairs(made):
        name, row = names[one]
        found[other][None, row] = Twin(None, row, name, likeness.reason.value, likeness.score)


def _on_record(
    session: Session, made: Sequence[Features], found: list[dict[tuple[int | None, int | None], Twin]]
) -> None:
    """Compare the names of a file with all names on record."""
    if not session.scalar(select(func.count(InvestorName.id))):
        return
    held = (
        select(InvestorName.investor_id, Investor.name, InvestorName.text, InvestorName.key, InvestorName.form)
        .join(Investor, Investor.id == InvestorName.investor_id)
        .where(Investor.archived_at.is_(None))
    )
    ids, everything = list[tuple[int, str]](), list(made)
    keys: dict[str, list[int]] = {}
    for at, mine in enumerate(made):
        keys.setdefault(mine.key, []).append(at)
    for number, shown, text, key, form in session.execute(held, execution_options={"yield_per": 10_000}):
        theirs = features(text, key, form)
        for at in keys.get(key, ()):
            likeness = compare(made[at], theirs)
            if likeness is not None:
                found[at][number, None] = Twin(number, None, shown, likeness.reason.value, likeness.score)
        ids.append((number, shown))
        everything.append(theirs)
    first = len(made)
    for one, other, likeness in near_pairs(everything):
        if one < first <= other:
            number, shown = ids[other - first]
            found[one][number, None] = Twin(number, None, shown, likeness.reason.value, likeness.score)
