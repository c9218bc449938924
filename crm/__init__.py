"""An investor CRM and lead pipeline: a library with the entry point ``CRM``, and a command line.

The public names load on first use, so that importing the package is cheap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crm import schema
    from crm.as_json import to_dataframe, to_dict, to_json
    from crm.crm import CRM
    from crm.db import make_engine, session_scope
    from crm.errors import CRMError
    from crm.reads.kernel.joins import visible
    from crm.rules.stages import Pipeline
    from crm.values.money import Money

    __version__: str

__all__ = [
    "CRM",
    "CRMError",
    "Money",
    "Pipeline",
    "__version__",
    "make_engine",
    "schema",
    "session_scope",
    "to_dataframe",
    "to_dict",
    "to_json",
    "visible",
]

#: What the package is called where it is installed from.
_DISTRIBUTION = "investor-crm"

_HOMES = {
    "CRM": "crm.crm",
    "CRMError": "crm.errors",
    "Money": "crm.values.money",
    "Pipeline": "crm.rules.stages",
    "make_engine": "crm.db",
    "session_scope": "crm.db",
    "to_dataframe": "crm.as_json",
    "to_dict": "crm.as_json",
    "to_json": "crm.as_json",
    "visible": "crm.reads.kernel.joins",
}


def __getattr__(name: str) -> Any:
    """Load a public name."""
    if name == "__version__":
        from importlib.metadata import version

        return version(_DISTRIBUTION)
    from importlib import import_module

    if name == "schema":
        return import_module("crm.schema")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
