"""The options of a noun's declared fields."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from crm.cli.kit.choices import Day, Prose, Word
from crm.cli.kit.parameters import Decorator, F
from crm.cli.kit.verbs import argument, option
from crm.rules.kernel.fields import Field, declared

#: What Click is told besides of the filter ``mine``.
MINE = {"is_flag": True, "default": False}


def field_options(
    noun: type, *, but: Collection[str] = (), whole: bool = False, **more: Mapping[str, object]
) -> Decorator:
    """Declare an option for each field of a noun, in their order.

    Args:
        noun: The TypedDict of its fields.
        but: Fields that the verb takes otherwise.
        whole: Whether a field that cannot be empty, and of which no default is told, is required.
        **more: By field, what Click is told besides: that it is required, a default, another help or *flag*.
    """

    def decorate(function: F) -> F:
        for name, field in reversed(tuple(declared(noun).items())):
            if name not in but:
                settings = {"help": field.help, **_kind(field), **more.get(name, {})}
                if whole and not (field.optional or field.many or "default" in settings):
                    settings.setdefault("required", True)
                flag = str(settings.pop("flag", field.flag) or f"--{(field.option or name).replace('_', '-')}")
                if flag == "--note":
                    settings |= {"type": Prose(), "metavar": "TEXT"}
                function = option(flag, name, **settings)(function)
        return function

    return decorate


def field_argument(noun: type, name: str, **more: object) -> Decorator:
    """Declare the argument that a field is typed as."""
    field = declared(noun)[name]
    return argument(name, **{"help": field.help, "metavar": field.metavar, **_kind(field), **more})


def _kind(field: Field) -> dict[str, object]:
    """Return the Click type of a field."""
    if field.flag:
        return {"default": None}
    repeated = {"multiple": True} if field.many else {}
    if field.words and len(field.kept) == 1:
        return {"type": Word(field.words, clears=field.optional), **repeated}
    return {"metavar": field.metavar, **_COMPLETED.get(field.metavar, {}), **repeated}


#: What stands for a value, and what completes or reads it.
_COMPLETED: Mapping[str, Mapping[str, object]] = {"DAY": {"type": Day()}}
