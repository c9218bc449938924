"""A host's tests use our fixtures and factories; the project's own tests use the same factories."""

from __future__ import annotations

import sys

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.changes import LeadMoved, LeadOpened
from crm.models import Lead
from crm.testing import LeadFactory, World

pytestmark = pytest.mark.portable
pytest_plugins = ["crm.testing.fixtures"]


@pytest.mark.parametrize("run", [1, 2])
def test_each_test_has_a_bureau_of_its_own(crm_world: World, run: int) -> None:
    """What one test commits the next does not see; handlers are told at the commit."""
    told: list[object] = []
    crm_world.tokyo.on(LeadOpened, told.append)
    crm_world.tokyo.on(LeadMoved, told.append)
    lead = LeadFactory.create(world=crm_world, signed=True)
    crm_world.session.commit()
    assert (lead.stage, len(told), run > 0) == ("signed", 3, True)
    assert crm_world.session.scalar(select(func.count()).select_from(Lead)) == 1


def test_nothing_is_left(crm_session: Session) -> None:
    """Of the tests before."""
    assert crm_session.scalar(select(func.count()).select_from(Lead)) == 0


def test_without_factory_boy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the error of the import."""
    monkeypatch.setitem(sys.modules, "factory", None)
    monkeypatch.delitem(sys.modules, "crm.testing.door")
    with pytest.raises(ImportError, match=r"investor-crm\[testing\]"):
        __import__("crm.testing.door")
