"""Groups of investors, by one recursive statement each."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import BigInteger, case, literal, select
from sqlalchemy.orm import Session

from crm.models import Investor, Ownership
from crm.reads.merges.rows import GroupRow


def members(session: Session, investors: Iterable[int]) -> set[int]:
    """Return all members of the groups of some investors, including themselves. One recursive statement."""
    reach = select(Investor.id.label("id")).where(Investor.id.in_(list(investors))).cte("reach", recursive=True)
    other = case((Ownership.child_id == reach.c.id, Ownership.parent_id), else_=Ownership.child_id)
    reach = reach.union(
        select(other).where(
            (Ownership.child_id == reach.c.id) | (Ownership.parent_id == reach.c.id), Ownership.until.is_(None)
        )
    )
    return set(session.scalars(select(reach.c.id)))


def line(session: Session, investor_id: int) -> set[int]:
    """Return an investor and its parents up to the top of the group. One recursive statement."""
    above = select(literal(investor_id, BigInteger).label("id")).cte("above", recursive=True)
    above = above.union(select(Ownership.parent_id).where(Ownership.child_id == above.c.id, Ownership.until.is_(None)))
    return set(session.scalars(select(above.c.id)))


def tree(session: Session, investor_id: int) -> tuple[GroupRow, ...]:
    """Return the whole group of an investor from its top parent, children after parents. One recursive statement."""
    reach = select(literal(investor_id, BigInteger).label("id")).cte("reach", recursive=True)
    other = case((Ownership.child_id == reach.c.id, Ownership.parent_id), else_=Ownership.child_id)
    reach = reach.union(
        select(other).where(
            (Ownership.child_id == reach.c.id) | (Ownership.parent_id == reach.c.id), Ownership.until.is_(None)
        )
    )
    rows = {
        row.id: row
        for row in session.execute(
            select(Investor.id, Investor.name, Investor.country, Ownership.parent_id, Ownership.since)
            .join(reach, reach.c.id == Investor.id)
            .outerjoin(Ownership, (Ownership.child_id == Investor.id) & Ownership.until.is_(None))
            .order_by(Investor.name, Investor.id)
        )
    }
    children: dict[int | None, list[int]] = {}
    for row in rows.values():
        children.setdefault(row.parent_id if row.parent_id in rows else None, []).append(row.id)
    found: list[GroupRow] = []
    waiting = [(number, 0) for number in reversed(children.get(None, []))]
    while waiting:
        number, depth = waiting.pop()
        row = rows[number]
        found.append(
            GroupRow(
                id=row.id, name=row.name, country=row.country, parent_id=row.parent_id, depth=depth, since=row.since
            )
        )
        waiting += [(child, depth + 1) for child in reversed(children.get(number, []))]
    return tuple(found)


def subsidiaries(session: Session, investor_id: int) -> list[tuple[int, str]]:
    """Return number and name of the present subsidiaries of an investor that are not archived. One statement."""
    below = select(Investor.id, Investor.name).join(Ownership, Ownership.child_id == Investor.id)
    present = below.where(Ownership.parent_id == investor_id, Ownership.until.is_(None), Investor.archived_at.is_(None))
    return [(number, name) for number, name in session.execute(present.order_by(Investor.id))]
