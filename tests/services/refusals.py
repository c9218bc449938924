"""What a test of a refusal needs: the bad values, and the proof that nothing was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from crm.errors import AccessDenied, CRMError
from crm.models import Base
from crm.models.binding import OURS
from tests.factories import World

LONG = "长" * 30_000
LONE_SURROGATE = "\ud800"

#: No text at all, for an argument that has to be one: (value, code of the problem).
NO_TEXT = (
    pytest.param(7, "type", id="wrong-type"),
    pytest.param(None, "type", id="none"),
    pytest.param("", "empty", id="empty"),
    pytest.param(" \u3000\n", "empty", id="blank"),
    pytest.param(LONG, "too_long", id="too-long"),
    pytest.param(LONE_SURROGATE, "encoding", id="lone-surrogate"),
    pytest.param("a\x00b", "encoding", id="nul"),
)

#: No day at all.
NO_DAY = (
    pytest.param(7, "date", id="wrong-type"),
    pytest.param("tomorrow", "date", id="word"),
    pytest.param("2023-02-30", "date", id="no-such-day"),
    pytest.param(LONE_SURROGATE, "date", id="lone-surrogate"),
)

#: No positive amount of money.
NO_AMOUNT = (
    pytest.param("0 USD", "negative", id="zero"),
    pytest.param("-5 USD", "negative", id="negative"),
    pytest.param("5", "amount", id="no-currency"),
    pytest.param("5 XXQ", "currency", id="no-such-currency"),
    pytest.param("0.001 USD", "digits", id="digits"),
    pytest.param(5.0, "type", id="float"),
    pytest.param(f"1{'0' * 30} USD", "too_large", id="too-large"),
    pytest.param(LONE_SURROGATE, "amount", id="lone-surrogate"),
)

#: Nothing that a record is named by.
NO_REFERENCE = (
    pytest.param(4_000_000_000, id="foreign-id"),
    pytest.param(-1, id="negative"),
    pytest.param(2**70, id="huge"),
    pytest.param("", id="empty"),
    pytest.param("nothing is called like this", id="unknown"),
    pytest.param(LONE_SURROGATE, id="lone-surrogate"),
    pytest.param(LONG, id="too-long"),
    pytest.param(1.5, id="float"),
    pytest.param(True, id="bool"),
    pytest.param("00000000-0000-7000-8000-000000000000", id="foreign-uid"),
)

_TABLES = sorted(Base.metadata.tables)
_COUNT = text(" UNION ALL ".join(f"SELECT '{name}' AS name, count(*) AS rows FROM {name}" for name in _TABLES))


def rows(session: Session) -> dict[str, int]:
    """Return how many rows each table has, after whatever still waits was flushed."""
    session.flush()
    return {row.name: row.rows for row in session.execute(_COUNT, bind_arguments=OURS)}


@contextmanager
def refused(world: World, kind: type[CRMError], *codes: str) -> Iterator[pytest.ExceptionInfo[CRMError]]:
    """Expect a refusal of this kind with at least these problems, said in sentences, and nothing written."""
    before = rows(world.session)
    with pytest.raises(kind) as caught:
        yield caught
    assert not world.session.new
    assert rows(world.session) == before
    assert {problem.code for problem in caught.value.problems} >= set(codes), caught.value.problems
    assert all(str(problem).strip() for problem in caught.value.problems)


def allows(world: World, verb: Callable[[Any], Any]) -> set[str]:
    """Return the desks whose door lets *verb* pass; the others are told AccessDenied, and nothing is written.

    What was written is rolled back after each desk.
    """
    allowed = set()
    for desk in ("nobody", "viewer", "frankfurt", "tokyo", "verifier", "manager", "admin"):
        before = rows(world.session)
        nested = world.session.begin_nested()
        try:
            verb(getattr(world, desk))
        except AccessDenied:
            assert rows(world.session) == before
        else:
            allowed.add(desk)
        nested.rollback()
    return allowed


AMBASSADORS = {"frankfurt", "tokyo"}
MANAGERS = {"manager", "admin"}
