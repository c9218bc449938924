"""What a declared noun has to say for the law that a field is said once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click
from attrs import field, frozen

from tests.factories import World

#: Written by the three verbs of corrections, shown as one.
WITHDRAWN = {
    "withdrawn_at": "when it was withdrawn, shown",
    "withdrawn_by_id": "who withdrew it, shown",
    "withdrawn_reason": "why it was withdrawn, shown",
}


@frozen(kw_only=True)
class Case:
    """How a noun is made, changed and shown, and a value of each of its fields.

    Attributes:
        make: Makes a record with the fields that are passed, and what it needs besides.
        edit: Changes fields of a record; None where no verb does, and a field is set when the record is made.
        edited: The TypedDict of the fields that *edit* takes; None: all of them.
        show: Returns the row or card with the record's fields, as JSON has it.
        examples: By field, a value that *make* does not give by itself, as it is typed.
        stored: By field, what its column keeps of the example, where that is something else.
        shown: By field, what JSON has of the example, where that is neither of both; or what returns it of the record.
        lasting: Fields that may be empty and that *edit* does not empty, and why.
        exempt: Columns that are no field, and why.
        verbs: Public verbs whose signature unpacks a declaration of the noun.
        commands: Commands that have an option or an argument for each field of the TypedDict beside them.
    """

    make: Callable[..., Any]
    edit: Callable[..., Any] | None = None
    edited: type | None = None
    show: Callable[[World, Any], Any]
    examples: Mapping[str, Any]
    stored: Mapping[str, Callable[[World], Any]] = field(factory=dict)
    shown: Mapping[str, Any] = field(factory=dict)
    lasting: Mapping[str, str] = field(factory=dict)
    exempt: Mapping[str, str] = field(factory=dict)
    verbs: Sequence[tuple[Callable[..., Any], type]] = ()
    commands: Sequence[tuple[click.Command, type]] = ()
