"""How a column is recorded in the audit, for services, the first upgrade of the log, and verification."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, cast

from attrs import frozen
from sqlalchemy import Column, Select, Table, inspect, select
from sqlalchemy.orm import Mapper

from crm.models.audit import DESTROYED
from crm.models.base import Base, Identified
from crm.models.derived import derived_columns
from crm.models.event import Attendance
from crm.models.figure import ClosedArrival, ClosedContract, Closing
from crm.models.imports import Import, ImportRow
from crm.models.investor import Contact, Employment
from crm.models.merge import Merge, MergeItem
from crm.rules.audit.hashes import canonical, rows_hash
from crm.rules.events import AttendanceFields
from crm.rules.investors.contacts import ContactFields, EmploymentFields
from crm.rules.kernel.fields import personal
from crm.values.plain import plain, veiled

#: An entry has them in columns of its own.
_OWN = frozenset({"id", "uid", "version"})
#: Personal values, and checksums of them, are not stored in the audit: docs/personal-data.md. A digest proves
#: a change.
_VEILED: Mapping[type[Any], frozenset[str]] = {
    **{
        model: frozenset(personal(noun)) | {"digest"}
        for model, noun in ((Contact, ContactFields), (Employment, EmploymentFields), (Attendance, AttendanceFields))
    },
    Merge: frozenset({"before"}),
}
#: The name that erasing leaves.
_NUMBER = re.compile(r"#\d+", re.ASCII)
#: Values of these types are stored in the audit as they are, unless they are personal.
AS_IT_IS = frozenset({str, int, bool, type(None)})
#: Computed once for each model, because every write and every verified row needs it.
_COLUMNS: dict[type[Any], tuple[str, ...]] = {}


@frozen
class Together:
    """Rows that are no records of their own: the entry of their record signs their checksum.

    Attributes:
        model: Their model.
        link: The column that names the record.
    """

    model: type[Base]
    link: str

    @property
    def columns(self) -> tuple[Column[Any], ...]:
        """The column that names the record, then those that are summed."""
        table = cast("Table", self.model.__table__)
        link = table.c[self.link]
        return link, *(column for column in table.c if column is not link)

    def of(self, record_id: int) -> Select[Any]:
        """Return what is summed of the rows of one record."""
        link, *summed = self.columns
        return select(*summed).where(link == record_id)

    def sum(self, rows: Iterable[Iterable[Any]]) -> str:
        """Return the checksum of rows, sorted here, because databases sort text differently."""
        return rows_hash(sorted(tuple(row) for row in rows))


#: By model of the record, and by the name that their sum has in its entry.
TOGETHER: Mapping[type[Any], Mapping[str, Together]] = {
    Import: {"records": Together(ImportRow, "import_id")},
    Merge: {"items": Together(MergeItem, "merge_id")},
    Closing: {
        "arrivals": Together(ClosedArrival, "closing_id"),
        "contracts": Together(ClosedContract, "closing_id"),
    },
}


def record_name(model: type[Any]) -> str:
    """Return the name that records of a model have in the audit."""
    return str(model.__tablename__).removeprefix("crm_")


@cache
def audited_models() -> tuple[type[Any], ...]:
    """Return the models whose records have entries of their own, by name."""
    found = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Identified)]
    return tuple(sorted(found, key=record_name))


def audited_columns(model: type[Any]) -> tuple[str, ...]:
    """Return the columns of a model that are in the changes of its entries."""
    if model not in _COLUMNS:
        mapper: Mapper[Any] = inspect(model)
        left_out = _OWN | derived_columns(model)
        _COLUMNS[model] = tuple(column.key for column in mapper.column_attrs if column.key not in left_out)
    return _COLUMNS[model]


def veiled_columns(model: type[Any]) -> frozenset[str]:
    """Return the columns of a model that are digests in the audit."""
    return _VEILED.get(model, frozenset())


def veiled_models() -> tuple[type[Any], ...]:
    """Return the models with columns that are digests in the audit."""
    return tuple(_VEILED)


def is_veiled(model: type[Any], key: str, value: Any) -> bool:
    """Return whether a column's value is a digest in the audit; values left by erasing are not."""
    if key not in veiled_columns(model) or value is None or value == {}:
        return False
    return not (key == "name" and isinstance(value, str) and _NUMBER.fullmatch(value))


def as_audited(model: type[Any], key: str, value: Any, secret: bytes | None = None) -> Any:
    """Return a column's value as the audit has it; *secret* is the key of the record, where it has personal values."""
    if type(value) not in AS_IT_IS:
        value = plain(value)
    if not is_veiled(model, key, value):
        return value
    return veiled(secret or DESTROYED, key, as_text(value))


def pairs_as_audited(
    model: type[Any], changes: Mapping[str, Iterable[object]], secret: bytes | None
) -> dict[str, list[object]]:
    """Return changed columns, each with what it was and what it became, as the audit has them: :func:`as_audited`."""
    return {key: [as_audited(model, key, value, secret) for value in pair] for key, pair in changes.items()}


def as_text(value: Any) -> str:
    """Return a value of JSON as the text that a digest is made of."""
    return canonical(value).decode() if isinstance(value, dict) else str(value)
