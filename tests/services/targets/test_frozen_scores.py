"""Scorecards are frozen in editions; whatever is recorded later, what was frozen stays."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from crm import CRM
from crm.errors import AccessDenied, Conflict, CRMError, InvalidInput, NotFound
from crm.models import FrozenCell, FrozenScore
from crm.models.base import new_uid
from crm.rules.targets.codes import Standing
from tests.factories import LeadFactory, World
from tests.services.refusals import LONE_SURROGATE, LONG
from tests.services.targets.test_targets import FILE

pytestmark = pytest.mark.portable


@pytest.fixture
def bureau(world: World) -> World:
    """A bureau with the targets of 2023."""
    world.manager.targets.load(FILE)
    return world


def projects(card: Any, code: str = "chain-projects-2023") -> int:
    """Return the value of a target that is asked once."""
    (line,) = [score_line for score_line in card.lines if score_line.target.code == code]
    value: int = line.cells[0].score.value
    return value


def sign(world: World, **more: Any) -> Any:
    """Sign a project of US$20m for the bureau, in a year that compares with dollars."""
    return LeadFactory.create(world=world, unit="bureau", signed=True, **more)


@pytest.fixture
def in_dollars(world: World) -> World:
    """A target of projects in dollars, since there are no rates."""
    world.manager.targets.set(
        "projects", title="项目", measure="projects", period=2023, at_least=2, source="s", scope="jointly", units=["bureau"],
        filter={"stage": "signed", "min_amount": "1m USD"},
    )  # fmt: skip
    return world


def test_later_data_does_not_change_a_frozen_score(in_dollars: World) -> None:
    """The live one goes on; the frozen one stands, with who froze it, when, and how it was counted."""
    sign(in_dollars)
    in_dollars.manager.targets.freeze(2023)
    in_dollars.clock.forward(days=1)
    sign(in_dollars)
    frozen = in_dollars.manager.targets.frozen(2023)
    assert projects(frozen, "projects") == 1
    assert projects(in_dollars.manager.targets.score(2023), "projects") == 2
    assert frozen.edition is not None
    assert (frozen.edition.edition, frozen.edition.frozen_by, frozen.as_of, frozen.edition.method) == (
        1, "manager.desk", date(2023, 2, 18), "scorecard-2",
    )  # fmt: skip
    assert frozen.lines[0].line.standing is Standing.ON_TRACK


def test_a_frozen_score_is_the_live_one_of_that_moment(bureau: World) -> None:
    """Cell by cell, and rank by rank."""
    sign(bureau)
    live = bureau.manager.targets.score(2023)
    bureau.manager.targets.freeze(2023)
    frozen = bureau.manager.targets.frozen(2023)
    assert [
        (score_line.target.code, score_line.unit, score_line.cells, score_line.line) for score_line in frozen.lines
    ] == [(score_line.target.code, score_line.unit, score_line.cells, score_line.line) for score_line in live.lines]
    assert frozen.ranking == live.ranking


def test_a_target_set_anew_leaves_what_was_frozen_under_the_old_one(in_dollars: World) -> None:
    """The version that was judged by is the one that is shown."""
    sign(in_dollars)
    in_dollars.manager.targets.freeze(2023)
    in_dollars.manager.targets.set(
        "projects", title="项目", measure="projects", period=2023, at_least=9, source="s", scope="jointly", units=["bureau"],
        filter={"stage": "signed", "min_amount": "1m USD"}, reason="加码",
    )  # fmt: skip
    (line,) = in_dollars.manager.targets.frozen(2023).lines
    assert (line.terms.threshold.base, line.cells[0].score.threshold) == (2, 2)
    in_dollars.manager.targets.end("projects", reason="r")
    assert len(in_dollars.manager.targets.frozen(2023).lines) == 1


def test_a_second_time_is_another_edition_with_its_reason(bureau: World) -> None:
    """Both are kept; the latest is shown."""
    bureau.manager.targets.freeze(2023)
    with pytest.raises(Conflict, match="already frozen, in edition 1"):
        bureau.manager.targets.freeze(2023)
    bureau.manager.targets.freeze(2023, as_of="2023-02-01", reason="按月末口径")
    assert [(edition.edition, edition.as_of, edition.reason) for edition in bureau.viewer.targets.editions(2023)] == [
        (2, date(2023, 2, 1), "按月末口径"),
        (1, date(2023, 2, 18), None),
    ]
    latest = bureau.manager.targets.frozen(2023)
    assert latest.edition is not None
    assert latest.edition.edition == 2
    assert bureau.manager.targets.frozen(2023, edition=1).as_of == date(2023, 2, 18)


def test_who_may_not_see_confidential_leads_reads_the_frozen_score_without_them(in_dollars: World) -> None:
    """Neither the live card nor the frozen one tells that there is one more."""
    sign(in_dollars)
    sign(in_dollars, secret=True)
    in_dollars.manager.targets.freeze(2023)
    for card in (in_dollars.manager.targets.score(2023), in_dollars.manager.targets.frozen(2023)):
        assert projects(card, "projects") == 2
        assert card.lines[0].line.standing is Standing.REACHED
    for card in (in_dollars.viewer.targets.score(2023), in_dollars.viewer.targets.frozen(2023)):
        assert projects(card, "projects") == 1
        assert card.lines[0].line.standing is Standing.ON_TRACK


def test_the_same_call_again_freezes_once(bureau: World) -> None:
    """By its uid."""
    uid = new_uid()
    score = bureau.manager.targets.freeze(2023, uid=uid)
    assert bureau.manager.targets.freeze(2023, uid=uid) is score
    with pytest.raises(Conflict, match="other content"):
        bureau.manager.targets.freeze(2023, as_of="2023-01-31", uid=uid)


def test_only_a_manager_freezes(bureau: World) -> None:
    """Everybody reads."""
    for door in (bureau.viewer, bureau.tokyo, bureau.verifier, bureau.nobody):
        with pytest.raises(AccessDenied):
            door.targets.freeze(2023)
    for read in (bureau.nobody.targets.score, bureau.nobody.targets.editions, bureau.nobody.targets.frozen):
        with pytest.raises(AccessDenied):
            read(2023)


@pytest.mark.parametrize(
    ("arguments", "kind", "told"),
    [
        ({"period": "later"}, InvalidInput, "not a period"),
        ({"period": 2024}, InvalidInput, "has not begun"),
        ({"as_of": "2022-12-31"}, InvalidInput, "has not begun"),
        ({"as_of": "2023-02-19"}, InvalidInput, "is in the future"),
        ({"as_of": "yesterday"}, InvalidInput, "as_of"),
        ({"reason": "r"}, InvalidInput, "needs no reason"),
        ({"reason": LONG}, InvalidInput, "reason"),
        ({"reason": LONE_SURROGATE}, InvalidInput, "reason"),
        ({"uid": "x"}, InvalidInput, "uid"),
        ({"period": 2022}, Conflict, "no targets in 2022"),
    ],
)
def test_what_cannot_be_frozen_is_refused(
    bureau: World, arguments: dict[str, Any], kind: type[CRMError], told: str
) -> None:
    """And nothing is kept."""
    with pytest.raises(kind, match=told):
        bureau.manager.targets.freeze(**{"period": 2023, **arguments})
    assert bureau.session.scalar(select(func.count()).select_from(FrozenScore)) == 0


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({"period": 2022}, NotFound),
        ({"edition": 7}, NotFound),
        ({"edition": -1}, InvalidInput),
        ({"edition": "x"}, InvalidInput),
        ({"period": "x"}, InvalidInput),
    ],
)
def test_what_was_not_frozen_is_not_found(bureau: World, arguments: dict[str, Any], kind: type[CRMError]) -> None:
    """A period that was not frozen is not found."""
    bureau.manager.targets.freeze(2023)
    with pytest.raises(kind):
        bureau.viewer.targets.frozen(**{"period": 2023, **arguments})


@pytest.mark.parametrize("arguments", [{"as_of": "2099-01-01"}, {"as_of": 3}, {"period": "x"}, {"forecast": "yes"}])
def test_a_card_reads_its_arguments(bureau: World, arguments: dict[str, Any]) -> None:
    """What cannot be meant is refused."""
    with pytest.raises(InvalidInput):
        bureau.viewer.targets.score(**{"period": 2023, **arguments})


def test_of_two_who_freeze_at_once_one_is_told(migrated_engine: Engine) -> None:
    """Two concurrent freezes give one complete first edition."""
    moment = datetime(2023, 2, 18, 2, tzinfo=UTC)
    with Session(migrated_engine) as session, session.begin():
        World(session).manager.targets.load(FILE)
    start, told = threading.Barrier(2, timeout=30), list[str]()

    def freeze() -> None:
        try:
            with Session(migrated_engine) as session, session.begin():
                start.wait()
                CRM(session, "manager.desk", clock=lambda: moment).targets.freeze(2023)
            told.append("frozen")
        except Conflict:
            told.append("told")

    threads = [threading.Thread(target=freeze) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["frozen", "told"]
    with Session(migrated_engine) as session:
        assert session.scalar(select(func.count()).select_from(FrozenScore)) == 1
        assert session.scalar(select(func.count()).select_from(FrozenCell)) == session.scalar(
            select(func.count()).select_from(FrozenCell).where(FrozenCell.open_value >= 0)
        )


def test_of_two_who_set_a_target_anew_at_once_one_is_told(migrated_engine: Engine) -> None:
    """Two concurrent changes give one second version."""
    moment = datetime(2023, 2, 18, 2, tzinfo=UTC)
    with Session(migrated_engine) as session, session.begin():
        World(session).manager.targets.load(FILE)
    start, told = threading.Barrier(2, timeout=30), list[str]()

    def load(amount: str) -> None:
        try:
            with Session(migrated_engine) as session, session.begin():
                start.wait()
                door = CRM(session, "manager.desk", clock=lambda: moment)
                door.targets.load(FILE.replace("3.2bn USD", amount), reason=amount)
            told.append("set")
        except CRMError:
            told.append("told")

    threads = [threading.Thread(target=load, args=[f"3.{number}bn USD"]) for number in (3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Session(migrated_engine) as session:
        card = CRM(session, "manager.desk", clock=lambda: moment).targets.show("fdi-2023")
        assert [version.number for version in card.versions] == list(range(len(told[: told.count("set")]) + 1, 0, -1))
        assert told.count("set") >= 1
