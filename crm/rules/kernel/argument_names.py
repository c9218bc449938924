"""The argument that a refusal is about: the reader of a value has only the noun or the kind of value."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import SimpleNamespace

from crm.errors import CRMError, GatesNotMet, Problem

#: A sentence shortens what was passed to so many characters, or more.
_SHORTENED = 40


def name_arguments(
    refusal: CRMError, method: Callable[..., object], args: tuple[object, ...], kw: Mapping[str, object]
) -> None:
    """Let the fields of a refusal be arguments of the method that was called; their words in sentences stay.

    A field that is no argument is replaced by the argument with the value in the sentence. The gates of a lead keep
    their own names.

    Args:
        refusal: What the method raised.
        method: The method.
        args: What it was called with, by position.
        kw: And by name.
    """
    if isinstance(refusal, GatesNotMet):
        return
    names = set(_names(method))
    if any(_is_other(flaw, names) for flaw in refusal.problems):
        given = _given(method, args, kw)
        refusal.problems = tuple(
            _named(flaw, given, names) if _is_other(flaw, names) else flaw for flaw in refusal.problems
        )


def _is_other(flaw: Problem, names: set[str]) -> bool:
    return flaw.field is not None and flaw.field.partition(".")[0] not in names


def _names(method: Callable[..., object]) -> Iterator[str]:
    """Yield the arguments of a method, those of a dictionary that it unpacks one by one."""
    _, *parameters = inspect.signature(method).parameters.values()
    for parameter in parameters:
        if parameter.kind is parameter.VAR_KEYWORD:
            known = SimpleNamespace(__annotations__={"fields": parameter.annotation})
            hints = typing.get_type_hints(known, inspect.unwrap(method).__globals__)
            (fields,) = typing.get_args(hints["fields"])
            yield from fields.__annotations__
        else:
            yield parameter.name


def _given(method: Callable[..., object], args: tuple[object, ...], kw: Mapping[str, object]) -> Mapping[str, object]:
    """Return what was passed, by argument."""
    signature = inspect.signature(method)
    found: dict[str, object] = {}
    for name, value in list(signature.bind_partial(None, *args, **kw).arguments.items())[1:]:
        if signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD:
            found |= typing.cast("Mapping[str, object]", value)
        else:
            found[name] = value
    return found


def _named(flaw: Problem, given: Mapping[str, object], names: set[str]) -> Problem:
    told = {str(value) for value in flaw.params.values()}
    name = next((name for name, value in given.items() if any(_is_told(item, told) for item in _items(value))), None)
    if name is None:
        # A column review_on of the argument review, one of the contacts: it tells no value, because none was passed.
        near = [other for other in names if other.startswith(f"{flaw.field}") or f"{flaw.field}".startswith(other)]
        name = next((only[0] for only in (near, [*given]) if len(only) == 1), None)
    return flaw if name is None else replace(flaw, field=name, label=flaw.label or flaw.field)


def _items(value: object) -> Iterator[object]:
    """Yield a value, and what it holds if it is a list or a dictionary."""
    yield value
    if isinstance(value, Mapping):
        for pair in value.items():
            yield from pair
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _items(item)


def _is_told(value: object, told: set[str]) -> bool:
    """Return whether a sentence is about a value: the value, its length, its type, or an invalid character in it."""
    if value is None:
        return "NoneType" in told
    text = str(value).strip()
    return (
        text in told
        or type(value).__name__ in told
        or (isinstance(value, str) and str(len(value)) in told)
        or any(len(part) >= _SHORTENED and text.startswith(part.rstrip("…")) for part in told)
        or any(f"{ord(character):04X}" in told for character in text[:100])
    )
