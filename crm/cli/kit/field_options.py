"""The options of a noun's declared fields."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from crm.cli.kit.choices import Word
from crm.cli.kit.completing import stations
from crm.cli.kit.verbs import option
from crm.rules.fields import Field, declared


def field_options(
    noun: type, *, but: Collection[str] = (), **more: Mapping[str, Any]
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare an option for each field of a noun, in their order.

    Args:
        noun: The TypedDict of its fields.
        but: Fields that the verb takes otherwise.
        **more: By field, what Click is told besides: that it is required, or a default.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for name, each in reversed(tuple(declared(noun).items())):
            if name not in but:
                told = {"help": each.help, **_kind(each), **more.get(name, {})}
                function = option(each.flag or f"--{name.replace('_', '-')}", name, **told)(function)
        return function

    return decorate


def _kind(field: Field) -> dict[str, Any]:
    """Return what Click is told of what a field holds."""
    if field.flag:
        return {"default": None}
    if field.words:
        return {"type": Word(field.words)}
    return {"metavar": field.metavar, **_COMPLETED.get(field.metavar, {})}


#: What stands for a value, and what completes it.
_COMPLETED: Mapping[str, Mapping[str, Any]] = {"STATION": {"shell_complete": stations}}
