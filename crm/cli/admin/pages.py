"""The columns of the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm.cli.printing.fields import NUMBER, field, moment_of, value_text
from crm.cli.printing.reader import Reader
from crm.cli.printing.tables import Column
from crm.errors import N_
from crm.rules.fields import declared
from crm.rules.nouns import NOUNS

AUDIT = (
    NUMBER,
    moment_of("at", N_("Time")),
    field("actor", N_("By")),
    Column(N_("What"), lambda _, row: f"{row.verb}\n{row.record} {row.record_id}"),
    Column(N_("Changes"), lambda reader, row: changes(reader, row.record, row.changes), least=24),
    field("reason", N_("Why"), drops=1, least=12),
)


DISCREPANCIES = (
    Column(N_("Record"), lambda _, row: f"{row.record} {row.record_id}"),
    field("field", N_("Field")),
    field("stored", N_("Stored"), least=12),
    field("derived", N_("Derived"), least=12),
)


def changes(reader: Reader, record: str, changed: Mapping[str, Any]) -> str:
    """Return what changed, one field on a line; what was empty before is not named."""
    known = declared(NOUNS[record]) if record in NOUNS else {}
    lines = []
    for name, pair in changed.items():
        before, after = pair if isinstance(pair, (list, tuple)) and len(pair) == 2 else (None, pair)  # noqa: PLR2004 - [from, to]
        label = name
        if (one := known.get(name)) is not None:
            label, before, after = (
                reader.language.read(one.label),
                before and value_text(reader, one, before),
                value_text(reader, one, after),
            )
        lines.append(f"{label}: {after}" if before is None else f"{label}: {before} → {after}")
    return "\n".join(lines)
