"""What every factory shares: each goes through a verb, since the session's guard refuses a direct add."""

# ruff: noqa: D106 - Meta and Params are words of factory-boy
from __future__ import annotations

from typing import Any, TypeVar

try:
    from factory import base, declarations
except ImportError as error:
    raise ImportError("crm.testing needs factory-boy: pip install 'investor-crm[testing]'") from error

from crm import CRM
from crm.testing.world import World

T = TypeVar("T")

#: factory-boy leaves its declarations untyped.
Sequence: Any = declarations.Sequence
Trait: Any = declarations.Trait


class DoorFactory(base.Factory[T]):
    """Calls a verb instead of a constructor; ``world`` is required, ``by`` names the actor, by default Tokyo's."""

    class Meta:
        abstract = True

    by = "tokyo"

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> T:
        _ = model_class, args
        world: World = kwargs.pop("world")
        door: CRM = getattr(world, kwargs.pop("by"))
        return cls.through(door, world, **kwargs)

    @classmethod
    def through(cls, door: CRM, world: World, **kwargs: Any) -> T:
        """Call the verb."""
        raise NotImplementedError
