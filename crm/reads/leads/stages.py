"""The stages of the recorded leads."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.models import Lead


def in_use(session: Session) -> tuple[str, ...]:
    """Return the codes of the stages of all leads, hidden and closed ones too. One statement.

    Each step of the recursion looks up the next code in the index on stage and status, so the cost grows with the
    number of stages, not of leads.
    """
    found = select(func.min(Lead.stage).label("stage")).cte(recursive=True)
    following = select(func.min(Lead.stage)).where(Lead.stage > found.c.stage).scalar_subquery()
    found = found.union_all(select(following).where(found.c.stage.is_not(None)))
    return tuple(session.scalars(select(found.c.stage).where(found.c.stage.is_not(None))))
