"""Reads the policy of another city from the given file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from crm.cli.kit.tomlfile import text_of
from crm.errors import N_, InvalidInput, Problem
from crm.rules.stages import Pipeline


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
