"""The columns of what a bulk verb does to each lead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crm.cli.imports.pages import sentence
from crm.cli.printing.fields import field, number_of
from crm.cli.printing.tables import Column
from crm.errors import N_

if TYPE_CHECKING:
    from crm.cli.printing.reader import Reader
    from crm.services.bulk.outcomes import Outcome


def _changes(reader: Reader, row: Outcome) -> str:
    return reader.language.listed(_pairs(reader, row))


def _pairs(reader: Reader, row: Outcome) -> Iterator[str]:
    for name, (before, after) in row.changes.items():
        yield f"{_written(reader, name, before)} → {_written(reader, name, after)}"


def _written(reader: Reader, name: str, value: object) -> str:
    if isinstance(value, list):
        return "+".join(map(str, value)) or "–"
    if value is None:
        return "–"
    return reader.word(name, str(value)) if name in {"stage", "status"} else str(value)


def _why(reader: Reader, row: Outcome) -> str:
    return " ".join(sentence(reader, flaw) for flaw in row.problems)


OUTCOMES = (
    number_of("lead"),
    field("title", N_("Title"), least=10),
    Column(N_("Change"), _changes, key="changes", least=12),
    Column(N_("Refused"), _why, key="problems", least=16),
)
