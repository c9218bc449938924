"""Read the library's source as syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import crm

PACKAGE = Path(crm.__file__).parent


def files(*folders: str) -> list[Path]:
    """Return the modules of the package, or of the folders named."""
    roots = [PACKAGE / folder for folder in folders] or [PACKAGE]
    return sorted(file for root in roots for file in root.rglob("*.py"))


def spot(file: Path, node: ast.expr | ast.stmt, what: str) -> str:
    """Say where something stands, as ``crm/services/leads/service.py:12 what``."""
    return f"{file.relative_to(PACKAGE.parent).as_posix()}:{node.lineno} {what}"


@cache
def tree(file: Path) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(file.read_text("utf-8"))


@cache
def calls(file: Path) -> list[tuple[ast.Call, str]]:
    """Return every call with what is called, as it is written: ``session.commit``."""
    return [
        (node, node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func))
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call)
    ]


def imports(file: Path) -> Iterator[tuple[ast.stmt, str]]:
    """Yield every import, wherever it stands, with the module's full name."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from ((node, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node, node.module
