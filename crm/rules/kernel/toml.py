"""TOML, read in bounded time: what no policy, plan or settings file needs is refused before it is parsed."""

from __future__ import annotations

import re
from typing import Any

from crm.errors import N_, InvalidInput, problem

#: The longest text, in characters.
MOST_CHARACTERS = 1_000_000
#: How deep tables and lists may be nested, and how many parts a dotted key may have. Parsing takes the square of it.
_DEEPEST = 20
#: The largest integer of TOML 1.0.
_LARGEST = 2**63 - 1
_OUT_OF_RANGE = N_("a number or a day in it is out of range.")

# A text that is not closed goes on to its end, so that each character is looked at once.
_TEXTS_AND_COMMENTS = re.compile(
    r'"""(?:\\.|[^\\])*?(?:"""|\Z)' r"|'''.*?(?:'''|\Z)" r'|"(?:\\.|[^"\\\n])*+"?' r"|'[^'\n]*'?" r"|#[^\n]*", re.DOTALL
)
_BETWEEN_KEYS = re.compile(r"[=,\[\]{}\n]")
_BRACKETS = re.compile(r"[\[\]{}]")


def as_toml(text: object, way_out: str) -> dict[str, Any]:
    """Return the tables of a TOML text.

    Args:
        text: At most a million characters.
        way_out: What to do where it is no TOML, a template.

    Returns:
        Plain values by key, nested; no integer has more than 64 bits.

    Raises:
        InvalidInput: It is no TOML, too long, or nested too deep.
    """
    if not isinstance(text, str):
        raise _invalid(N_("it is no text."), way_out)
    if len(text) > MOST_CHARACTERS:
        raise too_long_for_toml(way_out)
    _require_flat(text, way_out)
    import tomllib  # noqa: PLC0415 - most commands read no TOML

    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _invalid(str(error), way_out) from error
    except (ValueError, OverflowError) as error:  # of a number or a day that Python does not take
        raise _invalid(_OUT_OF_RANGE, way_out) from error
    if any(isinstance(value, int) and abs(value) > _LARGEST for value in _values(tables)):
        raise _invalid(_OUT_OF_RANGE, way_out)
    return tables


def too_long_for_toml(way_out: str) -> InvalidInput:
    """Return the refusal of a text or file that is too long to be read."""
    return _invalid(N_("it is longer than a million characters."), way_out)


def _require_flat(text: str, way_out: str) -> None:
    bare = _TEXTS_AND_COMMENTS.sub("", text)
    depth = deepest = 0
    for bracket in _BRACKETS.findall(bare):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    dots = max(part.count(".") for part in _BETWEEN_KEYS.split(bare))
    if max(deepest, dots) > _DEEPEST:
        raise _invalid(N_("tables, lists or dotted keys in it are nested more than 20 deep."), way_out)


def _values(tables: dict[str, Any]) -> list[object]:
    """Return the plain values in tables and lists, however they are nested."""
    pending: list[object] = [tables]
    found = []
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending += value.values()
        elif isinstance(value, list):
            pending += value
        else:
            found.append(value)
    return found


def _invalid(why: str, way_out: str) -> InvalidInput:
    return InvalidInput(problem(N_("This is not valid TOML: {why}"), way_out, code="toml", why=why))
