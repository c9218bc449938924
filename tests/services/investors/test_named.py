"""Many investors by what was typed: a word that thousands share is read to a limit, and the one that is meant is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, func, insert, select
from sqlalchemy.orm import Session

from crm.errors import Ambiguous, Refused
from crm.models import Investor, InvestorName
from crm.models.base import new_uid
from crm.models.derived import derived
from crm.rules.kernel.checks import Checks
from crm.services.investors.matching import match_investors
from crm.upgrading.reindexing import unindexed
from tests.factories import World

DAY = datetime(2023, 2, 6, tzinfo=UTC)
MANY = 1_300
#: So many investors at most are read for each thing typed: one more than are listed.
MOST = 11


def put(connection: Connection, names: list[str], *, archived: bool = False) -> int:
    """Put investors of these names past the services, and return the number of the first."""
    first = (connection.scalar(select(func.max(Investor.id))) or 0) + 1
    rows = [
        {"id": first + at, "uid": new_uid(), "name": name, "country": "DE", "kind": "enterprise", "created_at": DAY,
         "version": 1, "archived_at": DAY if archived else None, "archived_reason": "gone" if archived else None}
        for at, name in enumerate(names)
    ]  # fmt: skip
    connection.execute(insert(Investor), rows)
    last = connection.scalar(select(func.max(InvestorName.id))) or 0
    connection.execute(
        insert(InvestorName),
        [
            {"id": last + at, "uid": new_uid(), "investor_id": first + at - 1, "text": name, "language": "de",
             "kind": "legal", **derived(InvestorName, {"text": name})}
            for at, name in enumerate(names, 1)
        ],
    )  # fmt: skip
    return first


@pytest.fixture
def late(engine: Engine) -> Iterator[tuple[World, dict[str, int]]]:
    """A bureau in which thousands share each word, and the number of the one that each text means, added last."""
    with engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            world = World(session)
            with unindexed(connection):
                put(connection, [f"Kranich{at:04} Werft" for at in range(MANY)], archived=True)
                put(connection, [f"{chr(0x4E00 + at)}苍鹰贸易" for at in range(MANY)], archived=True)
                put(connection, [f"Falke{at:04} Handel GmbH" for at in range(MANY)])
                put(connection, [f"北{chr(0x4E00 + at)}鸿雁物产株式会社" for at in range(MANY)])
                put(connection, [f"Adler{at:04} Adler" for at in range(MANY)])
                meant = {
                    "kranich": put(connection, ["Kranich Zuletzt"]),
                    "苍鹰": put(connection, ["华苍鹰实业"]),
                    "Falke AG": put(connection, ["Falke Zuletzt AG"]),
                    "鸿雁有限公司": put(connection, ["南鸿雁实业有限公司"]),
                    "zul falke": 0,
                    "Sperber": put(connection, ["Sperber SE"]),
                }
                meant["zul falke"] = meant["Falke AG"]
                put(connection, ["Adler AG", "Adler GmbH"])
            connection.exec_driver_sql("ANALYZE")
            yield world, meant
        transaction.rollback()


def test_a_word_that_thousands_share_is_read_to_a_limit_and_loses_nobody(late: tuple[World, dict[str, int]]) -> None:
    """Archived ones and those of another legal form push out nobody; whatever is found, one reference finds too."""
    world, meant = late
    session, doors = world.session, world.viewer.investors
    session.expunge_all()
    loaded: list[Any] = []
    event.listen(session, "loaded_as_persistent", lambda _session, instance: loaded.append(instance))
    with Checks() as check:
        found = match_investors(session, check, doors, meant)
    assert {ref: investor.id for ref, investor in found.items()} == meant
    assert len([instance for instance in loaded if isinstance(instance, Investor)]) <= MOST * len(meant)
    assert {ref: doors.get(ref).id for ref in meant} == meant


def test_what_thousands_have_is_refused_with_a_few_of_them(late: tuple[World, dict[str, int]]) -> None:
    """Whole names alone, where there are any; the rest is not read. One reference is refused in the same words."""
    world, _ = late
    session, doors = world.session, world.viewer.investors
    texts = ["adler", "Falke0", "falke", "鸿雁", "ＡＤＬＥＲ０ adl"]
    session.expunge_all()
    loaded: list[Any] = []
    event.listen(session, "loaded_as_persistent", lambda _session, instance: loaded.append(instance))
    with pytest.raises(Refused) as caught, Checks() as check:
        match_investors(session, check, doors, texts)
    problems = caught.value.problems
    assert len([instance for instance in loaded if isinstance(instance, Investor)]) <= MOST * len(texts)
    assert [problem.code for problem in problems] == ["ambiguous"] * len(texts)
    assert [len(problem.params["matches"].split("; ")) for problem in problems] == [2, 10, 10, 10, 10]
    for text, problem in zip(texts, problems, strict=True):
        with pytest.raises(Ambiguous) as alone:
            doors.get(text)
        assert alone.value.problems[0].params == problem.params


def test_many_things_typed_take_no_more_statements_than_one(
    late: tuple[World, dict[str, int]], statements: Any
) -> None:
    """Hundreds at once, each by a part of its name, none mixed up with another; what means nobody is named with the rest."""
    world, _ = late
    refs = {f"falke{at:04}": f"Falke{at:04} Handel GmbH" for at in range(300)}
    with statements(world.session) as seen, Checks() as check:
        found = match_investors(world.session, check, world.viewer.investors, refs)
    assert {ref: investor.name for ref, investor in found.items()} == refs
    assert len(seen) == 3
    with pytest.raises(Refused) as caught, Checks() as check:
        match_investors(world.session, check, world.viewer.investors, ["nobody", "・-", "adler", "Kranich0001"])
    assert [problem.code for problem in caught.value.problems] == ["not_found", "not_found", "ambiguous", "not_found"]
