"""Reads TOML files given by the user, the policy of another city among them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm.errors import N_, InvalidInput, Problem
from crm.refusals import unreadable
from crm.rules.kernel.toml import MOST_CHARACTERS, as_toml, too_long_for_toml

if TYPE_CHECKING:
    from crm.rules.stages import Pipeline

#: As long as a text may be in UTF-8.
_MOST_BYTES = 4 * MOST_CHARACTERS
_WAY_OUT = N_("It is a TOML file in UTF-8.")


def text_of(file: Path) -> str:
    """Return the text of a TOML file; no more of it is read than one may have.

    Raises:
        InvalidInput: It cannot be read, is too long, or is no text in UTF-8.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
        if len(content) <= _MOST_BYTES:
            return content.decode("utf-8-sig")
    except (OSError, ValueError) as error:  # of wrong bytes, or of a name that no file can have
        raise InvalidInput(unreadable(file, error, _WAY_OUT, field="file", code="file")) from error
    with naming(file):
        raise too_long_for_toml(_WAY_OUT)


def read_toml(file: Path) -> dict[str, Any]:
    """Return the tables of a TOML file.

    Raises:
        InvalidInput: It cannot be read or is no TOML; the problem names the file.
    """
    text = text_of(file)
    with naming(file):
        return as_toml(text, _WAY_OUT)


def read_policy(file: Path) -> Pipeline:
    """Return the policy that a TOML file describes; see docs/policy.md.

    Raises:
        InvalidInput: It cannot be read, is no TOML, or contradicts itself; every problem names the file.
    """
    from crm.rules.stages import Pipeline

    text = text_of(file)
    with naming(file):
        return Pipeline.from_toml(text)


@contextmanager
def naming(file: Path) -> Iterator[None]:
    """Add the name of a file to what is wrong with its content."""
    try:
        yield
    except InvalidInput as error:
        raise InvalidInput(*(_named(file, problem) for problem in error.problems)) from error


def _named(file: Path, wrong: Problem) -> Problem:
    params = {**wrong.params, "path": str(file), "wrong": replace(wrong, way_out="")}
    return replace(wrong, text=N_("{path}: {wrong}"), params=params, field=wrong.field or "file")
