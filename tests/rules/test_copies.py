"""Policies and errors go to other processes, and are copied: they are pickled."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator

import pytest

from crm.errors import CRMError, StaleRecord, problem
from crm.rules.stages import DEFAULT, MoveKind, Pipeline
from tests.rules.test_gates_and_policy import GOOD

WAYS: dict[str, Callable[[object], object]] = {
    "pickled": lambda thing: pickle.loads(pickle.dumps(thing)),  # noqa: S301 - our own
    "copied": copy.copy,
    "copied deeply": copy.deepcopy,
}


def kinds(kind: type[CRMError] = CRMError) -> Iterator[type[CRMError]]:
    """Yield every class of errors."""
    yield kind
    for further in kind.__subclasses__():
        yield from kinds(further)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("policy", [DEFAULT, Pipeline.from_toml(GOOD)], ids=["default", "another city"])
def test_a_policy_is_the_same_afterwards(policy: Pipeline, way: str) -> None:
    """Its stages, its roles, its days of protection; what nobody could change stays so."""
    again = WAYS[way](policy)
    assert isinstance(again, Pipeline)
    assert again == policy
    assert list(again.roles.items()) == list(policy.roles.items())
    assert repr(again.roles) == repr(dict(policy.roles))
    with pytest.raises(TypeError):
        again.roles[MoveKind.OPEN] = ()  # type: ignore[index]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", tuple(kinds()))
def test_an_error_says_the_same_afterwards(kind: type[CRMError], way: str) -> None:
    """Its class, its problems with their fields, its sentence."""
    versions = {"yours": 1, "current": 2} if issubclass(kind, StaleRecord) else {}
    error = kind(problem("{name} is wrong.", "Name another.", field="name", code="wrong", name="甲"), **versions)
    again = WAYS[way](error)
    assert isinstance(again, kind)
    assert type(again) is kind
    assert again.problems == error.problems
    assert str(again) == str(error)
    assert vars(again) == vars(error)
