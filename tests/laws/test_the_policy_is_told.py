"""The command line knows no pipeline of its own: stages, limits and brands are those of the policy that was named."""

from __future__ import annotations

import ast

from tests.laws.source import files, spot, tree

_RULES = "crm.rules"


def test_nothing_in_the_command_line_reads_the_default_policy() -> None:
    """Neither DEFAULT nor a part of it, by name or through its module."""
    found = []
    for file in files("cli"):
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_RULES):
                found += [spot(file, node, name.name) for name in node.names if name.name.startswith("DEFAULT")]
            if (
                isinstance(node, ast.Attribute)
                and node.attr.startswith("DEFAULT")
                and "Source" not in ast.unparse(node)
            ):
                found.append(spot(file, node, node.attr))
    assert found == []
