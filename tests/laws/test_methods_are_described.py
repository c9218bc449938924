"""Every public method is described for programs, and returns what its schema says."""

from __future__ import annotations

import json

import jsonschema
import pytest
from sqlalchemy.orm import Session

from crm import CRM, CRMError, to_dict
from crm.errors import Ambiguous, GatesNotMet, InvalidInput, NotFound, problem
from crm.interface.json_schema import arguments, error, result
from crm.interface.methods import methods
from crm.refusals import not_found
from crm.rules.pipeline.facts import LeadFacts
from crm.rules.stages import DEFAULT
from tests.laws.scenes import Scene
from tests.laws.test_statement_counts import TABLE

pytestmark = pytest.mark.portable

#: What only Python has.
NOT_AS_JSON = {"leads.add_evidence": ["content"], "audit.seal": ["progress"], "audit.verify": ["progress"]}
#: What it returns is read as it comes.
STREAMED = "exports.all"
#: Whose file the scene does not have: tests/services/leads/test_files_of_documents.py.
FILE = "leads.evidence_file"


def test_every_method_is_described() -> None:
    """Those that have a right and a number of statements, and the founding of the first admin."""
    assert methods().keys() == {*TABLE, "staff.found"}


def test_what_cannot_be_taken_back_is_dangerous() -> None:
    """So is who may act, and what hands out everything: the list is the decision."""
    assert {name for name, method in methods().items() if method.dangerous} == {
        "contacts.erase", "contacts.erase_again", "contacts.erase_due", "contacts.export", "exports.all", "exports.record",
        "figures.close", "staff.bind", "staff.found", "staff.unbind", "targets.freeze",
    }  # fmt: skip


def test_every_argument_is_explained() -> None:
    """By the docstring of the method, of the dictionary that it unpacks, or by the help of its field."""
    left = {
        method.name: [argument.name for argument in method.arguments if not argument.text]
        for method in methods().values()
    }
    assert {name: arguments for name, arguments in left.items() if arguments} == {}


@pytest.mark.parametrize("name", methods())
def test_its_arguments_have_a_schema(name: str) -> None:
    """A schema of its own, with a type for each argument that can be written as JSON; none has lost its words."""
    method = methods()[name]
    schema = arguments(method)
    jsonschema.Draft202012Validator.check_schema(schema)
    left = [argument.name for argument in method.arguments if argument.name not in schema["properties"]]
    assert left == NOT_AS_JSON.get(name, [])
    assert [key for key, value in schema["properties"].items() if value.keys() <= {"description"}] == []
    assert not any("<" in json.dumps(value) for value in schema["properties"].values())


@pytest.mark.parametrize(
    "wrong",
    [
        InvalidInput(problem("Wrong: {value}", "Mend it.", field="value", code="format", value=7)),
        NotFound(not_found("lead", "9", "See: crm lead list", "lead")),
        Ambiguous(problem("Several.", "Name one.", code="ambiguous"), matches=[(1, "甲"), (2, "乙")]),
        GatesNotMet(*(missed.problem for missed in DEFAULT.missing(LeadFacts(), "signed"))),
    ],
    ids=lambda wrong: type(wrong).__name__,
)
def test_an_error_fits_its_schema(wrong: CRMError) -> None:
    """With a field and without, with matches, with the stage of a gate."""
    schema = error()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(json.dumps(to_dict(wrong))), schema, jsonschema.Draft202012Validator)


@pytest.mark.whole
@pytest.mark.parametrize("scene", [pytest.param(1, id="small")], indirect=True)
@pytest.mark.parametrize("name", [name for name in TABLE if name not in {STREAMED, FILE}])
def test_its_result_fits_its_schema(scene: Scene, name: str) -> None:
    """What it returns in a bureau with a few of everything, written by to_dict."""
    with Session(scene.connection, join_transaction_mode="create_savepoint") as session:
        returned = TABLE[name][1](CRM(session, TABLE[name][0], clock=scene.clock), scene)
        document = json.loads(json.dumps(to_dict(returned)))
        session.rollback()
    schema = result(methods()[name])
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema, jsonschema.Draft202012Validator, format_checker=jsonschema.FormatChecker())
