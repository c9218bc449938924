"""A bureau for every test of the services."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from crm.models import Investor
from tests.factories import World
from tests.services.cards import populate


@pytest.fixture
def world(session: Session) -> World:
    """A bureau with everybody at their desk, rolled back after the test."""
    return World(session)


@pytest.fixture
def pair(world: World) -> tuple[Investor, Investor]:
    """Two records of one company."""
    return populate(world, 1)
