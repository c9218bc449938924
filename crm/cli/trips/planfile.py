"""A trip's plan as a TOML file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from crm.cli.toml_files import read_toml
from crm.errors import N_, Problem, problem
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import declared
from crm.rules.trips import LegFields, NewMember, NewPartner, NewVisit, TripPlan

_KEYS = (*(name for name in declared(TripPlan)), "uid")
#: Each table, and the fields of its rows in the order of the arguments; the first is required.
TABLES: Mapping[str, type] = {"members": NewMember, "units": NewPartner, "legs": LegFields, "visits": NewVisit}
_TABLES: Mapping[str, tuple[str, ...]] = {name: tuple(declared(fields)) for name, fields in TABLES.items()}


def read(file: Path) -> dict[str, Any]:
    """Read a plan.

    Raises:
        InvalidInput: It cannot be read, is no TOML in UTF-8, or has keys that mean nothing; all are named.
    """
    data = read_toml(file)
    plan: dict[str, object] = {key: data[key] for key in _KEYS if key in data}
    with Checks() as check:
        check.add(*(_unknown(file, key) for key in data if key not in _KEYS and key not in _TABLES))
        for name, keys in _TABLES.items():
            rows = data.get(name, [])
            if not isinstance(rows, list) or not all(isinstance(row, dict) and keys[0] in row for row in rows):
                check.wrong(
                    N_("{path}: each [[{name}]] needs {key}."),
                    field=name,
                    code="missing",
                    path=str(file),
                    name=name,
                    key=keys[0],
                )
                continue
            check.add(*(_unknown(file, f"{name}.{key}") for row in rows for key in row if key not in keys))
            plan[name] = [tuple(_written(row.get(key)) for key in keys) for row in rows]
    return plan


def _written(value: object) -> object:
    """Return a local time without an offset unchanged; it is read in the zone of its place."""
    return value.isoformat(" ") if isinstance(value, datetime) and value.tzinfo is None else value


def _unknown(file: Path, key: str) -> Problem:
    known = ", ".join([*_KEYS, *(f"[[{name}]] {', '.join(keys)}" for name, keys in _TABLES.items())])
    return problem(
        N_("{path}: the key {key} is unknown."),
        N_("Known keys: {known}."),
        field=key,
        code="unknown",
        path=str(file),
        key=key,
        known=known,
    )
