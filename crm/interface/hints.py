"""Type hints as the type checker reads them: with the names that are imported for it alone."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any, TypeVar, get_args, get_origin, get_type_hints


def hints_of(described: Any, **known: Any) -> dict[str, Any]:
    """Return the types of a function's arguments and result, or of the attributes of a class.

    Args:
        described: A function, or a class. Its annotations are texts, and may use what only a type checker imports.
        **known: Names that its module does not import.
    """
    if not isinstance(described, type):
        return get_type_hints(described, {**known, **names_in(described.__module__)}, include_extras=True)
    found: dict[str, Any] = {}
    for kind in reversed(described.__mro__):
        if kind.__module__.partition(".")[0] != "crm":
            continue
        annotated = vars(kind).get("__annotations__", {})
        own = SimpleNamespace(
            __annotations__={name: hint for name, hint in annotated.items() if "ClassVar" not in str(hint)}
        )
        found |= get_type_hints(own, dict(names_in(kind.__module__)), include_extras=True)
    return found


def bound_in(kind: type) -> dict[Any, Any]:
    """Return the types that a class gives to the type variables of its generic bases."""
    bases = (base for known in kind.__mro__ for base in vars(known).get("__orig_bases__", ()))
    return {
        variable: given
        for base in bases
        for variable, given in zip(getattr(get_origin(base), "__parameters__", ()), get_args(base), strict=False)
        if not isinstance(given, TypeVar)
    }


def specific(hint: Any, bound: Mapping[Any, Any]) -> Any:
    """Return a type with its type variables filled in."""
    if hint in bound:
        return bound[hint]
    variables = getattr(hint, "__parameters__", ())
    return hint[tuple(bound.get(variable, variable) for variable in variables)] if variables else hint


@cache
def names_in(module: str) -> Mapping[str, Any]:
    """Return the names that annotations in a module can use."""
    loaded = import_module(module)
    return {**dict(_checked_alone(module)), **vars(loaded)}


def _checked_alone(module: str) -> Iterator[tuple[str, Any]]:
    """Yield what a module imports for the type checker alone."""
    for block in ast.parse(inspect.getsource(sys.modules[module])).body:
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING":
            for node in block.body:
                if isinstance(node, ast.ImportFrom) and node.module is not None:
                    for alias in node.names:
                        yield alias.asname or alias.name, _imported(node.module, alias.name)


def _imported(module: str, name: str) -> Any:
    found = import_module(module)
    return getattr(found, name) if hasattr(found, name) else import_module(f"{module}.{name}")
