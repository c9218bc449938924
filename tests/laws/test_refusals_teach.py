"""Law 6: a refusal teaches."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator

import pytest

from tests.laws.source import calls, files, spot

#: Refusals after which there is nothing to do: the way out would say the sentence again.
NOTHING_TO_DO = {
    "Exactly one user in people.toml must be the founder.",
    "Step {number} of lead {lead} refers to step {step}, which does not fit {do}.",
    'The {kind} "{name}" occurs twice.',
    "{file} cannot be read: {why}",
    "{path}: each [[{name}]] needs {key}.",
    '{where} names the {kind} "{name}", which no file has.',
    "{where} should be {expected}, not {value}.",
    "{where}: {why}",
}


def literal(node: ast.expr) -> str | None:
    """Return the text of N_("…"), or None."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "N_" and isinstance(node.args[0], ast.Constant):
        return str(node.args[0].value)
    return None


def problems() -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of problem() and of Checks.wrong() below crm/, with where it stands."""
    for file in files():
        for node, name in calls(file):
            if name == "problem" or name.endswith(".wrong"):
                yield spot(file, node, "problem"), node


PROBLEMS = list(problems())


def placeholders(template: str) -> set[str]:
    """Return the names in braces."""
    return {name.split(".")[0] for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_the_templates_are_found() -> None:
    """The test looks at something."""
    assert len(PROBLEMS) > 80


@pytest.mark.parametrize(("where", "call"), PROBLEMS, ids=[where for where, _ in PROBLEMS])
def test_every_template_gets_its_values(where: str, call: ast.Call) -> None:
    """Each name in braces, of the sentence and of its way out, is among the values passed."""
    passed = {argument.arg for argument in call.keywords}
    if None in passed:
        return  # passed on by a function that takes any values
    texts = [text for argument in call.args if (text := literal(argument)) is not None]
    for text in texts:
        later = {"where"} if where.startswith("crm/demo/") else set()  # its reader says where, once it knows
        assert placeholders(text) <= {*passed, "field", *later}, where
        assert "" not in placeholders(text), where
        if "field" in placeholders(text):
            assert "field" in passed, where


@pytest.mark.parametrize(("where", "call"), PROBLEMS, ids=[where for where, _ in PROBLEMS])
def test_every_refusal_has_a_way_out(where: str, call: ast.Call) -> None:
    """Beside the sentence stands what to do about it."""
    text = literal(call.args[0])
    assert len(call.args) > 1 or text in NOTHING_TO_DO, f"{where}: {text}"


def test_the_list_of_exceptions_is_current() -> None:
    """An exception that no refusal needs is taken off the list."""
    without = {literal(call.args[0]) for _, call in PROBLEMS if len(call.args) == 1}
    assert without >= NOTHING_TO_DO
