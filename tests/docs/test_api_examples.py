"""The example of each service runs, on each database, and prints what it says."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from crm import CRM
from crm.interface.methods import services
from tests.docs import api_examples
from tests.docs.pages import promised

pytestmark = [pytest.mark.portable]
EXAMPLES = dict(inspect.getmembers(api_examples, inspect.isfunction))


def test_each_service_has_an_example() -> None:
    """Which prints something."""
    assert set(EXAMPLES) == {name for name, _ in services()}


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_prints_what_it_says(session: Session, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """In February 2023, on a lead of an investor at the station of Tokyo, by an admin."""
    at = datetime(2023, 2, 8, 4, tzinfo=UTC)
    CRM(session, None, clock=lambda: at).staff.found("admin", "管理员")
    crm = CRM(session, "admin", clock=lambda: at)
    crm.leads.open(crm.investors.add("丸红株式会社", country="JP"), title="冷链物流", station="tokyo", unit="bureau")
    example = EXAMPLES[name]
    example(crm)
    said = promised(inspect.getsource(example))
    assert said
    assert capsys.readouterr().out.splitlines() == said
