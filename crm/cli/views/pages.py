"""The columns of views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.cli.printing.fields import field
from crm.cli.printing.language import PROGRAM
from crm.cli.printing.methods import OTHERWISE, SERVICES
from crm.cli.printing.tables import Column
from crm.errors import N_

if TYPE_CHECKING:
    from crm.cli.printing.reader import Reader
    from crm.reads.views import ViewRow


def command_of(method: str) -> str:
    """Return the command that prints a list, such as ``lead list``."""
    named = next((command for command, behind in OTHERWISE.items() if behind == method), None)
    service, _, verb = method.partition(".")
    noun = next(noun for noun, behind in SERVICES.items() if behind == service)
    return named or f"{noun} {verb}"


def _list(_: Reader, row: ViewRow) -> str:
    return f"{PROGRAM} {command_of(row.method)}"


def _filters(reader: Reader, row: ViewRow) -> str:
    return reader.language.listed(f"{name}={_written(value)}" for name, value in row.arguments.items())


def _written(value: object) -> str:
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)


VIEWS = (
    field("name", N_("View"), least=8),
    Column(N_("List"), _list, key="method"),
    Column(N_("Filters"), _filters, key="arguments", least=16),
    Column(N_("Columns"), lambda reader, row: reader.language.listed(row.columns), drops=1, key="columns"),
)
