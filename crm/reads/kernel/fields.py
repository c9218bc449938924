"""Declared fields in rows: which columns a SELECT asks for, and what a row keeps of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

import attrs
from sqlalchemy.orm import InstrumentedAttribute

from crm.rules.fields import declared

#: Metadata of an attribute of a row whose keys stand in JSON beside the row's own.
BESIDE: Mapping[str, bool] = MappingProxyType({"beside": True})


def columns(model: type, names: Iterable[str]) -> tuple[InstrumentedAttribute[Any], ...]:
    """Return the columns of fields."""
    return tuple(getattr(model, name) for name in names)


def described(row: Any, names: Iterable[str]) -> Any:
    """Return the fields of a result's row, or of a record, by name, codes as text; typed as the TypedDict that it is assigned to."""
    found = ((name, getattr(row, name)) for name in names)
    return {name: value.value if isinstance(value, Enum) else value for name, value in found}


def beside(noun: type, record: Any, *rows: type) -> dict[str, Any]:
    """Return the declared fields of a record that no attribute of *rows* holds, by their keys: a card shows them beside its own."""
    own = {each.name for row in rows for each in attrs.fields(row)}
    found = ((each.key, getattr(record, each.kept[0])) for each in declared(noun).values() if each.key not in own)
    return {key: value.value if isinstance(value, Enum) else value for key, value in found}
