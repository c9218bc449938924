"""How the tables differ from the models, as lines: what Alembic found, and the CHECK constraints that it leaves out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import CheckConstraint, Connection, Table, inspect


def differing_checks(connection: Connection, tables: Iterable[Table]) -> list[str]:
    """Return the CHECK constraints that a table lacks or has besides those of its model."""
    found: list[str] = []
    inspector = inspect(connection)
    present = set(inspector.get_table_names())
    for table in tables:
        if table.name not in present:
            continue
        # Where a host's autogenerate made the CHECK of an enum, it has the short name: Alembic renders it by no
        # convention.
        wanted = {
            _name(connection, constraint): str(constraint.name).removeprefix(f"ck_{table.name}_")
            for constraint in table.constraints
            if isinstance(constraint, CheckConstraint)
        }
        held = {str(constraint["name"]) for constraint in inspector.get_check_constraints(table.name)}
        lacking = [name for name, short in wanted.items() if held.isdisjoint({name, short})]
        found += [f"add check {table.name} {name}" for name in sorted(lacking)]
        found += [f"remove check {table.name} {name}" for name in sorted(held - wanted.keys() - set(wanted.values()))]
    return found


def _name(connection: Connection, constraint: CheckConstraint) -> str:
    """Return the name a constraint has in this database, where a long one is shortened."""
    return str(connection.dialect.identifier_preparer.format_constraint(constraint)).strip('"')


def described(difference: Any) -> str:
    """Format one of Alembic's differences, a tuple or a list of tuples, as a line."""
    if isinstance(difference, list):
        return "; ".join(described(part) for part in difference)
    action, *rest = difference
    words = [str(getattr(part, "name", part)) for part in rest if part is not None and not isinstance(part, dict)]
    return " ".join([str(action).replace("_", " "), *words])
