"""Law 6: a refusal teaches. Whatever a caller passes, a verb answers or refuses by a sentence."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

import pytest
from attrs import frozen
from sqlalchemy.orm import Session

from crm import CRM
from crm.errors import CRMError, GatesNotMet
from crm.interface.methods import methods
from tests.docs.pages import ROOT
from tests.laws.conftest import SIZES
from tests.laws.scenes import Scene
from tests.laws.test_statement_counts import TABLE, method

pytestmark = pytest.mark.portable


class Another(StrEnum):
    """An enum that the library does not know."""

    VALUE = "value"


#: What no argument means, or what few do: of another type, out of range, too long.
WRONG: Mapping[str, object] = {
    "none": None,
    "list": [],
    "list of none": [None],
    "object": object(),
    "negative": -1,
    "huge": 2**70,
    "float": float("nan"),
    "long": "x" * 10_000,
    "bytes": b"x",
    "future": date(2999, 1, 1),
    "enum": Another.VALUE,
    "mapping": {"x": object()},
    "control": "\x00\x1b[31m\ud800",
}


#: Those on PostgreSQL, whose driver refuses others than SQLite's; the quick tier has the last.
FEW = ("list of none", "huge", "control")


@frozen
class Call:
    """How the scene calls a verb.

    Attributes:
        args: By position.
        keywords: By name.
    """

    args: tuple[Any, ...]
    keywords: Mapping[str, Any]

    def arguments(self, name: str) -> Iterator[str]:
        """Yield the names of all arguments of the verb, the fields it takes among them."""
        function = inspect.unwrap(method(name).__func__)
        for parameter in list(inspect.signature(function).parameters.values())[1:]:
            if parameter.kind is inspect.Parameter.VAR_KEYWORD:
                hint = typing.get_type_hints(function)[parameter.name]
                yield from typing.get_type_hints(typing.get_args(hint)[0])
            elif parameter.name != "progress":  # a function of the caller's, called as it is
                yield parameter.name

    def replacing(self, name: str, argument: str, value: object) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments with another value for one of them."""
        function = inspect.unwrap(method(name).__func__)
        places = [
            parameter.name
            for parameter in list(inspect.signature(function).parameters.values())[1:]
            if parameter.kind in {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
        ]
        if argument in places[: len(self.args)]:
            place = places.index(argument)
            return (*self.args[:place], value, *self.args[place + 1 :]), dict(self.keywords)
        variable = [
            p for p in inspect.signature(function).parameters.values() if p.kind is inspect.Parameter.VAR_POSITIONAL
        ]
        if variable and variable[0].name == argument:
            return (*self.args[: len(places)], value), dict(self.keywords)
        return self.args, {**self.keywords, argument: value}


def called(scene: Scene, name: str) -> Call:
    """Return the call that the scene makes."""
    actor, call, _ = TABLE[name]
    noun, verb = name.split(".")
    calls = list[Call]()
    with Session(scene.connection, join_transaction_mode="create_savepoint") as session:
        door = CRM(session, actor, clock=scene.clock)
        service = getattr(door, noun)
        original = getattr(service, verb)

        def record(*args: Any, **keywords: Any) -> Any:
            calls.append(Call(args, keywords))
            return original(*args, **keywords)

        setattr(service, verb, record)
        call(door, scene)
        session.rollback()
    return calls[-1]


#: The codes on the page of refusals.
CODES = set(re.findall(r"`(\w+)`", (ROOT / "docs" / "errors.md").read_text("utf-8")))
#: By method, what a refusal may be about beside its arguments: what is missing of a record, the parts of an argument.
BESIDE: Mapping[str, set[str]] = {
    "leads.redate": {"agreement"},
    "trips.add_leg": {"legs"},
    "events.edit_attendance": {"investor"},
    "tags.rename": {"tag"},
    "tags.merge": {"tag"},
    "tags.split": {"tag"},
}


def no_arguments(name: str, error: CRMError) -> set[str]:
    """Return the fields of a refusal that are no argument of the method; the gates of a lead have their own names."""
    known = {argument.name for argument in methods()[name].arguments} | BESIDE.get(name, set())
    fields = set() if isinstance(error, GatesNotMet) else {flaw.field for flaw in error.problems}
    return {field for field in fields if field is not None and field.partition(".")[0] not in known}


@pytest.mark.parametrize("scene", SIZES[:1], indirect=True)
@pytest.mark.parametrize("name", TABLE)
def test_a_wrong_argument_is_answered_or_refused(scene: Scene, name: str, request: pytest.FixtureRequest) -> None:
    """No driver's error, no error of Python's that a caller would take for a fault of the program; about an argument."""
    call, (actor, _, _) = called(scene, name), TABLE[name]
    noun, verb = name.split(".")
    raw = list[str]()
    quick = request.config.getoption("--tier") == "quick"
    few = FEW[-1:] if quick else FEW if scene.connection.dialect.name == "postgresql" else tuple(WRONG)
    for argument in call.arguments(name):
        for what in few:
            args, keywords = call.replacing(name, argument, WRONG[what])
            with Session(scene.connection, join_transaction_mode="create_savepoint") as session:
                service = getattr(CRM(session, actor, clock=scene.clock), noun)
                try:
                    getattr(service, verb)(*args, **keywords)
                    session.flush()
                except CRMError as error:
                    str(error)
                    raw += [f"{argument}={what}: is about {field}" for field in no_arguments(name, error)]
                    raw += [
                        f"{argument}={what}: no code {flaw.code}" for flaw in error.problems if flaw.code not in CODES
                    ]
                except Exception as error:  # noqa: BLE001 - listed by the assertion
                    raw.append(f"{argument}={what}: {type(error).__name__}: {str(error)[:150]}")
                session.rollback()
    assert raw == [], "\n".join(raw)
