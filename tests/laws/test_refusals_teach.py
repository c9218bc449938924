"""Law 6: a refusal teaches."""

from __future__ import annotations

import ast
import re
import string

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


@pytest.fixture(scope="module")
def problems() -> list[tuple[str, ast.Call]]:
    """Every call of problem() and of Checks.wrong() below crm/, with where it stands."""
    return [
        (spot(file, node, "problem"), node)
        for file in files()
        for node, name in calls(file)
        if name == "problem" or name.endswith(".wrong")
    ]


def placeholders(template: str) -> set[str]:
    """Return the names in braces."""
    return {name.split(".")[0] for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_the_templates_are_found(problems: list[tuple[str, ast.Call]]) -> None:
    """The test looks at something."""
    assert len(problems) > 80


def test_every_template_gets_its_values(problems: list[tuple[str, ast.Call]]) -> None:
    """Each name in braces, of the sentence and of its way out, is among the values passed."""
    wrong = []
    for where, call in problems:
        passed = {argument.arg for argument in call.keywords}
        if None in passed:
            continue  # passed on by a function that takes any values
        later = {"where"} if where.startswith("crm/demo/") else set()  # its reader says where, once it knows
        named = {name for argument in call.args for name in placeholders(literal(argument) or "")}
        if not named <= {*passed, "field", *later} or "" in named or ("field" in named and "field" not in passed):
            wrong.append((where, sorted(named), sorted(str(name) for name in passed)))
    assert wrong == []


def test_every_refusal_has_a_way_out(problems: list[tuple[str, ast.Call]]) -> None:
    """Beside the sentence stands what to do about it."""
    texts = {where: literal(call.args[0]) for where, call in problems if len(call.args) == 1}
    assert {where: text for where, text in texts.items() if text not in NOTHING_TO_DO} == {}


def test_the_list_of_exceptions_is_current(problems: list[tuple[str, ast.Call]]) -> None:
    """An exception that no refusal needs is taken off the list."""
    without = {literal(call.args[0]) for _, call in problems if len(call.args) == 1}
    assert without >= NOTHING_TO_DO


@pytest.mark.whole
def test_no_article_stands_before_a_placeholder() -> None:
    """A noun that is filled in may begin with a vowel: "a investor"."""
    literals = (
        (f"{file.name}:{node.lineno}", node.value)
        for file in files()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    assert [(where, text) for where, text in literals if re.search(r"\b[Aa]n? \{", text)] == []
