"""The options of a noun's declared fields."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from crm.cli.kit.choices import Word
from crm.cli.kit.verbs import option
from crm.rules.fields import declared


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
                kind = {"type": Word(each.words)} if each.words else {"metavar": each.metavar}
                function = option(f"--{name.replace('_', '-')}", help=each.help, **kind, **more.get(name, {}))(function)
        return function

    return decorate
