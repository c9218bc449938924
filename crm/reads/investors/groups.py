"""Groups of investors, by one recursive statement each."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import BigInteger, case, literal, select
from sqlalchemy.orm import Session

from crm.models import Investor, Ownership
from crm.models.base import lasting


def members(session: Session, investors: Iterable[int]) -> set[int]:
    """Return all members of the groups of some investors, including themselves. One recursive statement."""
    reach = select(Investor.id.label("id")).where(Investor.id.in_(list(investors))).cte("reach", recursive=True)
    other = case((Ownership.child_id == reach.c.id, Ownership.parent_id), else_=Ownership.child_id)
    reach = reach.union(
        select(other).where(
            (Ownership.child_id == reach.c.id) | (Ownership.parent_id == reach.c.id), lasting(Ownership)
        )
    )
    return set(session.scalars(select(reach.c.id)))


def line(session: Session, investor_id: int) -> set[int]:
    """Return an investor and its parents up to the top of the group. One recursive statement."""
    above = select(literal(investor_id, BigInteger).label("id")).cte("above", recursive=True)
    above = above.union(select(Ownership.parent_id).where(Ownership.child_id == above.c.id, lasting(Ownership)))
    return set(session.scalars(select(above.c.id)))


def subsidiaries(session: Session, investor_id: int) -> list[tuple[int, str]]:
    """Return number and name of the present subsidiaries of an investor that are not archived. One statement."""
    below = select(Investor.id, Investor.name).join(Ownership, Ownership.child_id == Investor.id)
    present = below.where(Ownership.parent_id == investor_id, lasting(Ownership), Investor.archived_at.is_(None))
    return [(number, name) for number, name in session.execute(present.order_by(Investor.id))]
