"""Docstrings, split into their summary and their sections, with code marked as in Markdown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping

from attrs import frozen

_SECTION = re.compile(r"^(Args|Attributes|Returns|Raises|Yields):$", re.MULTILINE)
_ENTRY = re.compile(r"^(?:\*\*)?(\w+): ", re.MULTILINE)
#: A name of the code in a docstring: :class:`crm.CRM`, or with the tilde that shortens it.
_ROLE = re.compile(r":\w+:`(~?)([\w.]+)`")


@frozen
class Docstring:
    """A docstring.

    Attributes:
        summary: Its first sentence or paragraph.
        text: What follows, up to the first section.
        arguments: What it says of each argument or attribute.
        returns: What it says of the result; empty where the summary says it.
        raises: What it says of each error.
    """

    summary: str
    text: str
    arguments: Mapping[str, str]
    returns: str
    raises: Mapping[str, str]


def docstring_of(described: object) -> Docstring:
    """Return the docstring of a class or function."""
    head, *sections = _SECTION.split(_ROLE.sub(_named, inspect.getdoc(described) or "").replace("``", "`"))
    parts = dict(zip(sections[::2], map(inspect.cleandoc, sections[1::2]), strict=True))
    summary, _, text = head.strip().partition("\n\n")
    return Docstring(
        summary=_line(summary),
        text=text.strip(),
        arguments=_entries(parts.get("Args", parts.get("Attributes", ""))),
        returns=_line(parts.get("Returns", parts.get("Yields", ""))),
        raises=_entries(parts.get("Raises", "")),
    )


def _named(found: re.Match[str]) -> str:
    return f"`{found[2].rpartition('.')[2] if found[1] else found[2]}`"


def _entries(section: str) -> dict[str, str]:
    _, *parts = _ENTRY.split(section)
    return {name: _line(text) for name, text in zip(parts[::2], parts[1::2], strict=True)}


def _line(text: str) -> str:
    return " ".join(text.split())
