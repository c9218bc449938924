"""Public import paths stay, or have an alias for one release."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from crm.reports import rows

PAGE = Path(__file__).parents[2] / "docs" / "embedding.md"


def public_paths() -> list[str]:
    """Return the modules that the page on embedding names as public."""
    section = PAGE.read_text("utf-8").split("## What is public", 1)[1].split("\n## ", 1)[0]
    return sorted(set(re.findall(r"^\| `(crm[\w.]*)`", section, re.MULTILINE)))


def test_the_page_names_public_modules() -> None:
    """The list is read from the page, so it must be found there."""
    assert {"crm", "crm.errors", "crm.models", "crm.schema"} <= set(public_paths())


@pytest.mark.parametrize("path", public_paths())
def test_a_public_module_is_there(path: str) -> None:
    """Every module the page names can be imported."""
    assert import_module(path).__doc__


@pytest.mark.parametrize(("home", "name"), [(home, name) for home, names in rows._HOMES.items() for name in names])
def test_a_row_is_found_from_its_former_place(home: str, name: str) -> None:
    """A row is found at its former path, with a warning that names the new one."""
    with pytest.warns(DeprecationWarning, match=r"is now in crm\.reads"):
        assert getattr(rows, name) is getattr(import_module(home), name)


def test_the_former_place_knows_nothing_else() -> None:
    """A misspelled name is an AttributeError, as of any module."""
    with pytest.raises(AttributeError, match="LeedRow"):
        _ = rows.LeedRow
