"""Databases that earlier versions wrote are upgraded, and then say what they said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import starmap
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve, frozen
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from crm import CRM, CRMError, make_engine, schema
from crm.models import Base
from tests.databases import Databases
from tests.frozen.player import Call, figures, named, put, read

pytestmark = pytest.mark.portable

FROZEN = sorted(path for path in (Path(__file__).parents[1] / "frozen").iterdir() if (path / "calls.jsonl").exists())


@frozen
class Version:
    """A frozen version, and a database that it wrote.

    Attributes:
        folder: What was kept of it.
        url: The database, upgraded by nobody yet.
    """

    folder: Path
    url: str

    @property
    def calls(self) -> list[Call]:
        """The calls that filled the database."""
        return list(read(self.folder / "calls.jsonl"))

    @property
    def answers(self) -> list[Any]:
        """What each call answered; None for one without a uid."""
        return [json.loads(line) for line in (self.folder / "answers.json").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module", params=FROZEN, ids=lambda path: path.name)
def version(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Version]:
    """A database as the version left it."""
    folder, url = request.param, databases.create()
    put(folder, url)
    yield Version(folder, url)
    databases.drop(url)


@pytest.fixture(scope="module")
def upgraded(version: Version) -> Iterator[Engine]:
    """An engine on the database, upgraded to the present revision. Whoever writes rolls back."""
    engine = make_engine(version.url)
    assert schema.current(engine) == (version.folder.name,)
    schema.upgrade(engine)
    yield engine
    engine.dispose()


def rows(session: Session) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        table.name: session.execute(text(f"SELECT count(*) FROM {table.name}")).scalar_one()
        for table in Base.metadata.sorted_tables
    }


def repeated(session: Session, call: Call) -> list[Any] | None:
    """Make a call again and return the record that it returns, or None when it is refused."""
    try:
        with session.begin_nested():
            return named(call.make(session))
    except CRMError:
        return None


def among(then: Any, now: Any) -> Any:
    """Return what stands now at the keys of then."""
    if isinstance(then, dict) and isinstance(now, dict):
        return {key: among(value, now.get(key)) for key, value in then.items()}
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        return list(starmap(among, zip(then, now, strict=True)))
    return now


def test_an_upgrade_leaves_no_difference(upgraded: Engine) -> None:
    """The tables are those of the models, and the audit accounts for every record."""
    assert schema.current(upgraded) == schema.heads()
    assert schema.check(upgraded) == ()
    with Session(upgraded) as session:
        assert CRM(session, "admin").audit.verify() == ()


def test_a_repeated_call_returns_its_record_and_writes_nothing(version: Version, upgraded: Engine) -> None:
    """Every call with a uid, made again at the end of the story; one that was not accepted then may be by now."""
    calls = version.calls
    with Session(upgraded) as session:
        before = rows(session)
        for call, answer in zip(calls, version.answers, strict=True):
            if answer is None:
                continue
            again = repeated(session, evolve(call, at=calls[-1].at))
            assert again == answer["record"] or (again is None and not answer["again"]), call
        assert rows(session) == before


@pytest.mark.whole
def test_the_reports_say_the_same_figures(version: Version, upgraded: Engine) -> None:
    """Board, year report and scorecard, number for number; a later version may write a number where a text was."""
    told = json.loads((version.folder / "figures.json").read_text("utf-8"))
    with Session(upgraded) as session:
        assert among(told, figures(session, version.calls[-1].at)) == told


@pytest.mark.whole
def test_work_goes_on(version: Version, upgraded: Engine) -> None:
    """A new record takes the next number, and the audit accounts for it."""
    last = version.calls[-1].at
    with Session(upgraded) as session:
        crm = CRM(session, "manager.desk", clock=lambda: last)
        before = rows(session)["crm_lead"]
        lead = crm.leads.open("丸红株式会社", title="新的项目")
        assert rows(session)["crm_lead"] == before + 1
        assert lead.id == before + 1
        assert CRM(session, "admin").audit.verify() == ()


def test_there_is_a_frozen_version() -> None:
    """A folder that is moved would leave nothing to test, in silence."""
    assert [path.name for path in FROZEN][:1] == ["e7d04b95a213"]
