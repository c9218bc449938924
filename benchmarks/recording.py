"""The statements the library sends, taken down once, so that the hand-written contender skips none of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from attrs import frozen
from sqlalchemy import Engine, event

_NAMED = re.compile(r"%\((\w+)\)s")
_SUBJECT = re.compile(r"(SELECT)\b.*?\bFROM (crm_\w+)|(UPDATE) (crm_\w+)|(INSERT) INTO (crm_\w+)", re.DOTALL)
#: A SELECT of facts begins with its EXISTS; the subject is what the outer FROM names.
_FACTS = re.compile(r" AS confirmed\b")


@frozen
class Statement:
    """One statement with positional marks, as a bare driver takes it.

    Attributes:
        sql: The text, with ``?`` or ``%s``.
        parameters: Those the library sent, for the constants in them.
        many: It went out as executemany.
        returns: An INSERT that returns the new id.
    """

    sql: str
    parameters: tuple[Any, ...]
    many: bool
    returns: bool


def record(engine: Engine, act: Callable[[], object]) -> dict[str, Statement]:
    """Return the statements of one act by what they do, such as ``INSERT crm_minute``; a second of a kind ends in 2."""
    taken: dict[str, Statement] = {}

    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, many: bool) -> None:  # noqa: FBT001 - the event's own shape
        if not (subject := _SUBJECT.match(sql)):
            return
        kind = "FACTS crm_lead" if _FACTS.search(sql) else " ".join(filter(None, subject.groups()))
        if kind in taken:
            kind += " 2"
        if kind in taken:
            raise ValueError(f"{kind} is there twice")
        names = _NAMED.findall(sql)
        first = parameters[0] if many else parameters
        values = tuple(first[name] for name in names) if isinstance(first, dict) else tuple(first)
        taken[kind] = Statement(_NAMED.sub("%s", sql), values, many, " RETURNING " in sql)

    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return taken
