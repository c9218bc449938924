"""A bureau for every test of the services."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.factories import World


@pytest.fixture
def world(session: Session) -> World:
    """A bureau with everybody at their desk, rolled back after the test."""
    return World(session)
