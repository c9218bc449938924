"""Commands and methods: each command has its method, and each refusal names one for who calls the library."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import crm.cli
from crm.cli.printing.methods import OTHERWISE, WITHOUT, in_python, method_of
from tests.cli.kit.test_help import VERBS
from tests.laws.source import files
from tests.laws.test_refusals_teach import literal
from tests.laws.test_statement_counts import TABLE as METHODS

pytestmark = pytest.mark.portable

CLI = Path(crm.cli.__file__).parent
#: Methods that no command is made for: a command calls them on its way, or a program needs them and a person does not.
FOR_PROGRAMS = {
    "audit.head",
    "audit.standing",
    "capital.get",
    "capital.sums",
    "claims.show",
    "claims.standing",
    "contacts.erase_due",
    "contacts.exactly",
    "contacts.get",
    "contacts.mentions",
    "contacts.show",
    "contracts.get",
    "contracts.sums",
    "events.get",
    "exports.all",
    "exports.record",
    "figures.entries",
    "followups.get",
    "imports.apply",
    "imports.preview",
    "investors.exactly",
    "investors.get",
    "investors.likely",
    "leads.assignments",
    "leads.evidence",
    "leads.get",
    "leads.timeline",
    "leads.times",
    "meetings.resolve",
    "merges.plan",
    "rates.tables",
    "rates.worth",
    "referrals.get",
    "report.entries",
    "requests.get",
    "staff.ambassadors",
    "staff.get",
    "stations.get",
    "stations.month",
    "stations.months",
    "targets.frozen",
    "targets.get",
    "targets.score",
    "trips.get",
    "trips.plan",
    "trips.remove_member",
    "trips.remove_unit",
    "units.get",
    "views.get",
    "views.save",
}


def sentences() -> set[str]:
    """Return every sentence of the library, the command line apart, that names a command."""
    return {
        text
        for file in files()
        if CLI not in file.parents
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.expr) and (text := literal(node)) is not None and "crm " in text
    }


@pytest.mark.parametrize("path", VERBS, ids=" ".join)
def test_a_command_has_a_method(path: tuple[str, ...]) -> None:
    """One of a service, or the command is listed as having none."""
    method = method_of(*path)
    if method is None:
        assert " ".join(path) in WITHOUT or path[0] == "db"
    else:
        assert method in METHODS


def test_a_method_has_a_command() -> None:
    """Or it is listed as made for programs; the list is current."""
    assert set(METHODS) - {method_of(*path) for path in VERBS} == FOR_PROGRAMS


@pytest.mark.whole
def test_the_command_line_calls_these_methods() -> None:
    """Each method of a command stands in the source of the command line; the two ledgers share theirs."""
    source = "".join(path.read_text("utf-8") for path in CLI.rglob("*.py"))
    source += re.sub(r"ledger\.of\(crm\)", "capital", source) + re.sub(r"ledger\.of\(crm\)", "contracts", source)
    called = {method for path in VERBS if (method := method_of(*path)) is not None}
    assert {method for method in called if not re.search(rf"\b{re.escape(method)}\b", source)} == set()


def test_the_exceptions_are_commands() -> None:
    """None is left of a command that was renamed."""
    commands = {" ".join(path) for path in VERBS}
    assert OTHERWISE.keys() | WITHOUT <= commands


@pytest.mark.parametrize("text", sorted(sentences()))
def test_a_way_out_names_methods(text: str) -> None:
    """No command is left in it but those without a method; {noun} is filled in first."""
    left = re.findall(r"\bcrm ([a-z]+) ([a-z]+(?:-[a-z]+)*)", in_python(text.replace("{noun}", "capital")))
    assert {f"{noun} {verb}" for noun, verb in left if noun != "db"} <= WITHOUT
    assert not re.search(r"\(…\)[ .]*(?:--|[A-Z]{2})", in_python(text))
