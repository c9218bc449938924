"""Views: which lists can be saved, and what a view may hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from crm.errors import N_, InvalidInput, problem
from crm.values.dates import written_day
from crm.values.plain import plain
from crm.values.text import as_items, comparison_key, one_line, require_text

#: Characters of a name, of what its spellings are compared by, and of the arguments.
NAME, KEY, ARGUMENTS = 40, 240, 4000
#: The lists of which views are saved.
VIEWED = frozenset(
    (
        "leads.list investors.list contacts.list meetings.list followups.list followups.due capital.list contracts.list"
        " requests.list claims.list claims.pool referrals.list trips.list events.list targets.list"
    ).split()
)
#: Lists that take the filters of another one share its views.
SHARED: Mapping[str, str] = {"leads.board": "leads.list", "leads.stale": "leads.list"}
#: The arguments that are days: a word such as 7天前 is kept, and read anew on each day.
DAYS = frozenset({"since", "until", "met_since", "met_until", "due_since", "due_until"})
#: What says which part of a list is read, and is no part of a view.
_PARTS = frozenset({"limit", "offset", "after", "today"})


def as_list(value: object, field: str = "method") -> str:
    """Return the list that a view is of.

    Raises:
        InvalidInput: No views are saved of it.
    """
    name = SHARED.get(str(value), str(value))
    if name not in VIEWED:
        raise InvalidInput(
            problem(
                N_("No views are saved of {value}."),
                N_("Name one of: {known}."),
                field=field,
                code="unknown",
                value=str(value)[:60],
                known=", ".join(sorted(VIEWED)),
            )
        )
    return name


def as_view_name(value: object, field: str = "name") -> str:
    """Return the name of a view.

    Raises:
        InvalidInput: It is no text, empty, too long, or has no letter and no digit.
    """
    text = one_line(require_text(value, field, limit=NAME))
    if not 0 < len(comparison_key(text)) <= KEY:
        raise InvalidInput(
            problem(
                N_('"{text}" is no name of a view: it has no letters and no digits.'),
                N_("Write a word, such as 周会."),
                field=field,
                code="name",
                text=text,
            )
        )
    return text


def as_arguments(value: object) -> str:
    """Return the arguments of a list as JSON, without those that are empty and those that say which part is read.

    Raises:
        InvalidInput: One is neither text, number, day, yes or no, nor a list of texts; or they are too long.
    """
    if not isinstance(value, Mapping):
        raise InvalidInput(_no_argument("arguments", value))
    kept = {str(name): _kept(str(name), given) for name, given in sorted(value.items()) if name not in _PARTS}
    text = json.dumps({name: held for name, held in kept.items() if held not in (None, [])}, ensure_ascii=False)
    if len(text) > ARGUMENTS:
        raise InvalidInput(
            problem(
                N_("The filters of the view are too long."),
                N_("Narrow the list by fewer."),
                field="arguments",
                code="too_long",
            )
        )
    return text


def as_columns(value: Iterable[str]) -> str | None:
    """Return the names of columns as one text; None without any.

    Raises:
        InvalidInput: They are no texts.
    """
    names = [one_line(require_text(name, "columns", limit=NAME)) for name in as_items(value, "columns")]
    return ", ".join(names) or None


def arguments_of(text: str, today: date | None = None) -> dict[str, Any]:
    """Return the arguments that :func:`as_arguments` wrote; words for days are days, counted from *today* if given."""
    held: dict[str, Any] = json.loads(text)
    if today is None:
        return held
    return {
        name: (written_day(value, today) or value) if name in DAYS and isinstance(value, str) else value
        for name, value in held.items()
    }


def _kept(name: str, value: object) -> object:
    value = plain(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_kept(name, item) for item in value]
    if value is not None and not isinstance(value, str | int):
        raise InvalidInput(_no_argument(name, value))
    return value


def _no_argument(name: str, value: object) -> Any:
    return problem(
        N_("A view cannot hold {kind} for {name}."),
        N_("Pass its number, its code or a text."),
        field=name,
        code="type",
        kind=type(value).__name__,
        name=name,
    )
