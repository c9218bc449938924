"""Reads TOML files given by the user, the policy of another city among them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from crm.errors import N_, InvalidInput, Problem, problem
from crm.rules.stages import Pipeline


def text_of(file: Path) -> str:
    """Return the text of a TOML file.

    Raises:
        InvalidInput: It cannot be read, or is no text in UTF-8.
    """
    try:
        return file.read_text("utf-8-sig")
    except (OSError, ValueError) as error:  # of wrong bytes, or of a name that no file can have
        raise unreadable(file, error) from error


def unreadable(file: Path, error: Exception) -> InvalidInput:
    """Return the refusal of a file that cannot be read."""
    return InvalidInput(
        problem(
            N_("{path} cannot be read: {why}"),
            N_("It is a TOML file in UTF-8."),
            field="file",
            code="file",
            path=str(file),
            why=str(error),
        )
    )


def read_policy(file: Path) -> Pipeline:
    """Return the policy that a TOML file describes; see docs/policy.md.

    Raises:
        InvalidInput: It cannot be read, is no TOML, or contradicts itself; every problem names the file.
    """
    text = text_of(file)
    try:
        return Pipeline.from_toml(text)
    except InvalidInput as error:
        raise InvalidInput(*(_named(file, problem) for problem in error.problems)) from error


def _named(file: Path, wrong: Problem) -> Problem:
    """Return the problem with the file name added."""
    params = {**wrong.params, "path": str(file), "wrong": replace(wrong, way_out="")}
    return replace(wrong, text=N_("{path}: {wrong}"), params=params)
