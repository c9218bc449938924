"""Reads TOML files given by the user."""

from __future__ import annotations

from pathlib import Path

from crm.errors import N_, InvalidInput, problem


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
