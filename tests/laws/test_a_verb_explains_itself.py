"""The docstring of a public verb explains each of its arguments, and what it refuses."""

from __future__ import annotations

import inspect
import re

import pytest

from tests.laws.test_statement_counts import TABLE, method

pytestmark = pytest.mark.portable

#: A verb with fewer arguments may explain them in its summary.
MANY = 3


def explained(section: str, docstring: str) -> list[str]:
    """Return what a section of a docstring explains, in its order."""
    found = re.search(rf"^{section}:\n((?: {{4}}.*\n|\n)*)", docstring + "\n", re.MULTILINE)
    return [] if found is None else re.findall(r"^    ((?:\*\*)?\w+): \S", found[1], re.MULTILINE)


def arguments(name: str) -> list[str]:
    """Return the arguments of a verb, in their order; those of a page of a list are explained once, by Paging."""
    return [
        "**" * (argument.kind is argument.VAR_KEYWORD) + argument.name
        for argument in inspect.signature(method(name)).parameters.values()
        if argument.name != "paging"
    ]


@pytest.mark.parametrize("name", [name for name in TABLE if len(arguments(name)) >= MANY])
def test_each_argument_is_explained(name: str) -> None:
    """In the order of the signature, none left out and none too many."""
    assert explained("Args", inspect.getdoc(method(name)) or "") == arguments(name)


@pytest.mark.parametrize("name", [name for name in TABLE if method(name).verb.writes])
def test_a_verb_that_writes_names_its_refusals(name: str) -> None:
    """By their classes, each with the reason."""
    assert explained("Raises", inspect.getdoc(method(name)) or "")
