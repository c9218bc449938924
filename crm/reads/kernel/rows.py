"""What the rows of all nouns share: declared fields, withdrawals, the records behind a figure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
from attrs import frozen
from sqlalchemy.orm import InstrumentedAttribute

from crm.rules.kernel.fields import declared

if TYPE_CHECKING:
    from crm.models.base import Withdrawable

R = TypeVar("R", bound=attrs.AttrsInstance)
#: Metadata of an attribute of a row whose keys stand in JSON beside the row's own.
BESIDE: Mapping[str, bool] = MappingProxyType({"beside": True})


@attrs.frozen(kw_only=True)
class Described:
    """A row of a declared noun.

    Attributes:
        described: Fields for which it has no attribute of its own, by their keys; in JSON they stand beside the others.
    """

    described: Mapping[str, object] = attrs.field(factory=dict, metadata=BESIDE, hash=False)


def columns(model: type, names: Iterable[str]) -> tuple[InstrumentedAttribute[object], ...]:
    """Return the columns of fields."""
    return tuple(getattr(model, name) for name in names)


def described(row: object, names: Iterable[str]) -> Any:
    """Return the declared fields of a row or record by name, codes as text, typed as the TypedDict assigned to."""
    return {name: _plain(getattr(row, name)) for name in names}


def beside(noun: type, record: object, *rows: type) -> dict[str, object]:
    """Return by key the declared fields of a record that *rows* have no attribute for."""
    own = {field.name for row in rows for field in attrs.fields(row)}
    return {
        field.key: _plain(getattr(record, field.kept[0] if len(field.kept) == 1 else field.key))
        for field in declared(noun).values()
        if field.key not in own
    }


def row_of(
    kind: type[R], noun: type, record: object, *cards: type, only: Collection[str] | None = None, **own: object
) -> R:
    """Return a row of a record: its declared fields and further values.

    A field without an attribute in the row goes into its ``described``, so that a field declared later needs no change
    of the row.

    Args:
        kind: The class of the row; its attributes are named as keys in JSON are.
        noun: The TypedDict of the fields.
        record: The record.
        *cards: Classes around the row that have attributes for some of the fields.
        only: The fields that stand in ``described``; None: all.
        **own: What is no field of the noun, and the codes and names of records that a field refers to.
    """
    values = {key: value for key, value in beside(noun, record, *cards).items() if key not in own}
    known = attrs.fields_dict(kind)
    if "described" in known:
        shown = {declared(noun)[name].key for name in (declared(noun) if only is None else only)}
        own["described"] = {key: value for key, value in values.items() if key not in known and key in shown}
    return kind(**{key: value for key, value in values.items() if key in known}, **own)


def _plain(value: object) -> object:
    """Return a value as rows have it: codes as text, a list as a tuple."""
    if isinstance(value, Enum):
        return value.value
    return tuple(value) if isinstance(value, list) else value


@frozen
class Entries:
    """Records behind a figure.

    Attributes:
        record: What they are, as the audit calls them: lead, transition, capital_arrival, meeting …
        ids: Their numbers.
    """

    record: str
    ids: tuple[int, ...]


@frozen
class Withdrawal:
    """That a record was withdrawn.

    Attributes:
        at: When.
        by: Who, by username.
        reason: Why, if they said it.
    """

    at: datetime
    by: str
    reason: str | None


def withdrawal(record: Withdrawable, by: str | None) -> Withdrawal | None:
    """Return the withdrawal of a record, or None if it stands; *by* is who withdrew it."""
    if record.withdrawn_at is None:
        return None
    return Withdrawal(record.withdrawn_at, by or "", record.withdrawn_reason)
