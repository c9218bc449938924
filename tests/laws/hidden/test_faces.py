"""The command line prints nothing more of a hidden lead than its reads return."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from crm.db import make_engine
from tests.cli.conftest import Terminal
from tests.databases import Databases
from tests.laws.hidden.answers import OUTSIDERS
from tests.laws.hidden.bureau import build
from tests.laws.hidden.changing import change, columns, hanging, is_value, unlocked
from tests.laws.hidden.test_hidden_leads import LEFT, TOLD, on_sqlite

LINES = (
    "lead list", "lead board", "lead stale", "lead show L9", "lead show L6", "visit list", "todo list", "todo due --until 2030-01-01",
    "trip list", "trip show east", "capital list", "contract list", "claim list", "claim pool", "request list", "referral list",
    "investor list", "investor show I1", "event show spring", "station list", "figure count actual_fdi 2023 --by country",
    "figure count contract_fdi 2023", "report year 2023", "report board", "report scorecard 2023", "report funnel 2023", "report trip east",
    "report station tokyo 2023-02", "report ambassadors 2023",
)  # fmt: skip
#: The moment at which something was printed.
_NOW = re.compile(r"\d\d:\d\d(:\d\d(\.\d+)?)?")


def printed(terminal: Terminal) -> dict[str, str]:
    """Return what each line prints, as a table and as JSON, refusals too."""
    found = {}
    for line in LINES:
        for more in ((), ("--json",)):
            result = terminal.type(*line.split(), *more, columns=240)
            found[" ".join((line, *more))] = _NOW.sub("", result.output)
    return found


@on_sqlite
@pytest.mark.whole  # in the quick tier test_hidden_leads.py compares what the command line prints
def test_the_command_line_prints_the_same(databases: Databases, template_url: str) -> None:
    """Whatever of a hidden lead is changed that others are not told."""
    url = databases.create(template_url)
    engine = make_engine(url)
    with Session(engine) as session, session.begin():
        bureau = build(session)
    engine.dispose()
    other = databases.create(url)
    unbound = create_engine(other)  # without the foreign keys
    with unbound.connect() as connection:
        unlocked(connection)
        tables = hanging(connection, bureau)
        for table, numbers in tables.items():
            chosen = [column for column in columns(table, tables) if str(column) not in {*LEFT, *TOLD}]
            change(connection, table, numbers, [column for column in chosen if is_value(column)])
        connection.commit()
    unbound.dispose()
    for actor in OUTSIDERS:
        before, after = (printed(Terminal(place, user=actor)) for place in (url, other))
        assert [line for line, text in after.items() if text != before[line]] == []
        assert not any("Usage:" in text for text in before.values())
        assert all(name in before["lead list"] for name in ("公开项目1", "Falcon"))
    databases.drop(other)
    databases.drop(url)
