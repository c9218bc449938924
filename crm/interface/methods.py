"""Every public method of the services: arguments, result, right, and whether it writes."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import Annotated, Any, NotRequired, Required, Unpack, get_args, get_origin

from attrs import frozen

from crm.crm import CRM
from crm.interface.docstrings import Docstring, docstring_of
from crm.interface.hints import bound_in, hints_of, specific
from crm.reads.kernel.listing import Page
from crm.rules.access import Right
from crm.rules.kernel.fields import declared
from crm.rules.kernel.paging import Paging
from crm.services.kernel.verbs import Verb


@frozen
class Argument:
    """An argument of a method.

    Attributes:
        name: Its name.
        kind: Its type.
        required: Whether a call needs it.
        by_name: Whether it is passed by name alone.
        text: What it is.
    """

    name: str
    kind: Any
    required: bool
    by_name: bool
    text: str


@frozen
class Method:
    """A public method of a service.

    Attributes:
        name: As it is called on :class:`crm.CRM`, such as ``leads.open``.
        docstring: What it does, returns and refuses.
        arguments: Its arguments, those of unpacked dictionaries one by one.
        returns: The type of its result.
        right: What the actor must be allowed; None where nobody acts yet.
        writes: Whether it writes.
        by_record: Whether some roles may only on their own records.
        dangerous: Whether a person should be asked first: no other method takes it back, it decides who may act, or it
            hands out everything about somebody or of the database.
    """

    name: str
    docstring: Docstring
    arguments: tuple[Argument, ...]
    returns: Any
    right: Right | None
    writes: bool
    by_record: bool
    dangerous: bool


@cache
def methods() -> Mapping[str, Method]:
    """Return every public method by its name, in the order of the services."""
    return {method.name: method for service, kind in services() for method in _of_service(service, kind)}


def services() -> Iterator[tuple[str, type]]:
    """Yield the attributes of :class:`crm.CRM` that are services, with their classes."""
    for name, attribute in vars(CRM).items():
        if isinstance(attribute, cached_property):
            yield name, hints_of(attribute.func)["return"]


def _of_service(service: str, kind: type) -> Iterator[Method]:
    bound = bound_in(kind)
    for name, function in inspect.getmembers(kind, inspect.isfunction):
        verb = getattr(function, "verb", None)
        if isinstance(verb, Verb):
            hints = {part: specific(hint, bound) for part, hint in hints_of(function, Page=Page).items()}
            docstring = docstring_of(function)
            yield Method(
                name=f"{service}.{name}",
                docstring=docstring,
                arguments=tuple(_arguments(function, hints, docstring)),
                returns=hints["return"],
                right=verb.right,
                writes=verb.writes,
                by_record=verb.by_record,
                dangerous=verb.dangerous,
            )


def _arguments(function: Any, hints: Mapping[str, Any], docstring: Docstring) -> Iterator[Argument]:
    _, *parameters = inspect.signature(function).parameters.values()
    for parameter in parameters:
        kind = hints[parameter.name]
        if parameter.kind is parameter.VAR_KEYWORD and get_origin(kind) is Unpack:
            yield from _unpacked(get_args(kind)[0])
        else:
            yield Argument(
                name=parameter.name,
                kind=kind,
                required=parameter.default is parameter.empty,
                by_name=parameter.kind is parameter.KEYWORD_ONLY,
                text=docstring.arguments.get(parameter.name, ""),
            )


def _unpacked(fields_of: type) -> Iterator[Argument]:
    """Yield the keys of a TypedDict; a declared field is explained by the help of its option."""
    # What every list takes is explained once, also where a list adds filters of its own to it.
    explained = {**docstring_of(Paging).arguments, **docstring_of(fields_of).arguments}
    fields = declared(fields_of)
    required_keys: frozenset[str] = getattr(fields_of, "__required_keys__", frozenset())
    for name, hint in hints_of(fields_of).items():
        required = name in required_keys
        text = explained.get(name) or (fields[name].help or fields[name].label if name in fields else "")
        kind = get_args(hint)[0] if get_origin(hint) in {Annotated, Required, NotRequired} else hint
        yield Argument(name=name, kind=kind, required=required, by_name=True, text=text)
