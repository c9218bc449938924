"""Which tests a worker of pytest-xdist gets at once."""

from __future__ import annotations


def unit(test: str) -> str:
    """Return what a test is given out with: its group, or all other tests of its module on its database.

    One worker makes the fixtures of a module and compiles its statements. Given out one by one, both would, and the process that
    gives them out would look through all tests after each.
    """
    module, _, name = test.partition("::")
    group = name.rpartition("]")[2].partition("@")[2]
    return group or f"{module} on {'PostgreSQL' if 'postgresql' in name else 'SQLite'}"
