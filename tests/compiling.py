"""Lets the engines of the tests share what SQLAlchemy compiled, as the sessions of one program do.

Each in-process run of the command line and each test with a database of its own has an engine of its own, which would
compile every statement again: a quarter of the time of such tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Dialect, Engine

import crm.db

#: More than the library has; SQLAlchemy forgets those that were not used for long after 500.
_STATEMENTS = 4_000
#: What decides how a dialect compiles, besides its class: what it knows of the server, and what a program gave it.
_DECIDES = ("server_version_info", "paramstyle", "_json_serializer", "_json_deserializer", "default_schema_name")


@contextmanager
def compiled_once() -> Iterator[None]:
    """Give the engines that crm.db makes inside the block one cache for each kind of dialect."""
    create: Callable[..., Engine] = vars(crm.db)["create_engine"]
    first: dict[type[Dialect], Engine] = {}

    with pytest.MonkeyPatch.context() as patch:

        def created(*args: Any, **kw: Any) -> Engine:
            engine = create(*args, **{"query_cache_size": _STATEMENTS, **kw})
            kind = type(engine.dialect)
            if kind not in first:
                # The cache tells dialects apart by themselves, so that those which compile alike have to be equal.
                patch.setattr(kind, "__eq__", _compiles_alike)
                patch.setattr(kind, "__hash__", lambda self: hash(type(self)))
                first[kind] = engine
            engine._compiled_cache = first[kind]._compiled_cache
            return engine

        patch.setattr(crm.db, "create_engine", created)
        yield


def _compiles_alike(one: Dialect, other: object) -> bool:
    return type(one) is type(other) and all(getattr(one, name, None) == getattr(other, name, None) for name in _DECIDES)
