"""Declared fields in rows: which columns a SELECT asks for, and what a row keeps of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

#: Metadata of an attribute of a row whose keys stand in JSON beside the row's own.
BESIDE: Mapping[str, bool] = MappingProxyType({"beside": True})


def columns(model: type, names: Iterable[str]) -> tuple[InstrumentedAttribute[Any], ...]:
    """Return the columns of fields."""
    return tuple(getattr(model, name) for name in names)


def described(row: Any, names: Iterable[str]) -> Any:
    """Return the fields of a result's row by name, codes as text; typed as the TypedDict that it is assigned to."""
    found = ((name, getattr(row, name)) for name in names)
    return {name: value.value if isinstance(value, Enum) else value for name, value in found}
