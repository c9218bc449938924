"""The first page of each list that grows is read along an index, in the order that the list has by default."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm import CRM
from tests.factories import LeadFactory, World
from tests.statements import plans

LISTS: dict[str, Callable[[CRM], Any]] = {
    "leads.list": lambda c: c.leads.list(limit=50),
    "leads.list behind a page": lambda c: c.leads.list(limit=50, after=c.leads.list(limit=1).after),
    "investors.list": lambda c: c.investors.list(limit=50),
    "meetings.list": lambda c: c.meetings.list(limit=50),
    "followups.list": lambda c: c.followups.list(limit=50),
    "capital.list": lambda c: c.capital.list(limit=50),
    "contracts.list": lambda c: c.contracts.list(limit=50),
    "audit.list": lambda c: c.audit.list(limit=50),
    "imports.list": lambda c: c.imports.list(limit=50),
    "merges.list": lambda c: c.merges.list(limit=50),
}


@pytest.mark.parametrize("name", LISTS)
def test_the_first_page_is_not_sorted(session: Session, name: str) -> None:
    """Neither database sorts the whole list for it, whoever reads; one who may not see every lead, too."""
    world = World(session)
    for _ in range(3):
        LeadFactory.create(world=world)
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        # So few rows it would rather read through and sort; with this it does so only where no index helps.
        session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
        session.connection().exec_driver_sql("SET LOCAL enable_sort = off")
    door = world.manager if name == "audit.list" else world.viewer
    assert door.actor is not None  # looked up before
    # What belongs to the rows of a page is gathered apart.
    plan = "\n".join(plans(session, lambda: LISTS[name](door), only="LIMIT"))
    assert plan
    assert "TEMP B-TREE FOR ORDER BY" not in plan, plan
    # Rows of one minute are put in order as they come along the index.
    assert plan.count("Sort Key") == plan.count("Presorted Key"), plan
