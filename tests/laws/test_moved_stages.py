"""A policy that renames stages: every read returns what it returned under the old one, with the new codes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from attrs import evolve
from sqlalchemy.orm import Session

from crm import CRM
from crm.as_json import to_dict
from crm.interface.methods import methods
from crm.rules.stages import DEFAULT, Pipeline
from tests.laws.conftest import SIZES
from tests.laws.scenes import Scene
from tests.laws.test_statement_counts import AFTER_A_WRITE, TABLE

pytestmark = pytest.mark.portable

MARK = "renamed-"
RENAMED = evolve(
    DEFAULT,
    stages=tuple(evolve(stage, code=MARK + stage.code) for stage in DEFAULT.stages),
    reopen_at=MARK + DEFAULT.reopen_at,
    capital_floor=MARK + DEFAULT.capital_floor,
    moved={stage.code: MARK + stage.code for stage in DEFAULT.stages},
)
#: What tells the records as they were written.
AS_RECORDED = {"audit.list", "audit.changes", "exports.all"}
READS = [name for name in TABLE if not methods()[name].writes and name not in AS_RECORDED and name not in AFTER_A_WRITE]


def read(scene: Scene, name: str, policy: Pipeline) -> Any:
    """Return what a method returns under a policy, as JSON with the codes of the old one."""
    actor, call, _ = TABLE[name]
    with Session(scene.connection, join_transaction_mode="create_savepoint") as session:
        found = to_dict(call(CRM(session, actor, policy=policy, clock=scene.clock), scene), policy=policy)
        session.rollback()
    return without_words(json.loads(json.dumps(found, default=str, sort_keys=True).replace(MARK, "")))


def without_words(value: Any) -> Any:
    """Return JSON without the words for stages, which another city has labels of its own for."""
    if isinstance(value, Mapping):
        code = value.get("code")
        if code is not None and "label" in value:
            return code
        return {key: without_words(held) for key, held in value.items()}
    return [without_words(held) for held in value] if isinstance(value, list) else value


@pytest.mark.parametrize("scene", [SIZES[0], pytest.param(30, id="large", marks=pytest.mark.whole)], indirect=True)
@pytest.mark.parametrize("name", READS)
def test_a_read_returns_the_same_under_a_policy_that_renames_the_stages(scene: Scene, name: str) -> None:
    """Whatever stands at an old code, and whatever moved there, counts for the stage that stands for it."""
    assert read(scene, name, RENAMED) == read(scene, name, DEFAULT)
