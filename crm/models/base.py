"""What every table shares: the metadata and its naming, the column types, and the mixins.

Modules with mapped classes do not postpone annotations: SQLAlchemy would evaluate the text of each, at every start.
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar, cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ColumnElement,
    Date,
    DateTime,
    Enum,
    ForeignKey,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Uuid,
    and_,
    inspect,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, aliased, mapped_column
from sqlalchemy.types import JSON, TypeDecorator

from crm.values.money import CURRENCIES
from crm.values.period import Period

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def _whole(value: object) -> int | None:
    if value is None or type(value) is int:
        return value
    message = "no whole number"
    raise TypeError(message)


def _truth(value: object) -> bool | None:
    if value is None:
        return None
    if value in (0, 1):
        return value == 1
    message = "neither true nor false"
    raise TypeError(message)


def _currency(value: object) -> str | None:
    if value is None or (type(value) is str and value in CURRENCIES):
        return value
    message = "no currency"
    raise ValueError(message)


class _Checked:
    """A type whose values SQLite does not check: anything can be stored in its columns there."""

    @staticmethod
    def checked(value: object) -> Any:
        """Return a value of the type; of another, raise TypeError."""
        raise NotImplementedError

    def result_processor(self, dialect: Dialect, _: object) -> Callable[[object], Any] | None:
        """Check what SQLite returns."""
        return self.checked if dialect.name == "sqlite" else None


class Whole(_Checked, Integer):
    """A whole number; a text or a fraction in its column cannot be read."""

    checked = staticmethod(_whole)


class Small(_Checked, SmallInteger):
    """As :class:`Whole`, in two bytes where the database has such a type."""

    checked = staticmethod(_whole)


class Truth(_Checked, Boolean):
    """True or false; SQLite stores them as 1 and 0, and anything else there cannot be read."""

    checked = staticmethod(_truth)


class Currency(String):
    """The code of a currency (ISO 4217). An unknown one cannot be read."""

    def __init__(self) -> None:
        """Three letters."""
        super().__init__(3)

    def result_processor(self, *_: object) -> Callable[[object], str | None]:
        """Check what the database returns."""
        return _currency


#: BIGINT, except on SQLite, where only INTEGER PRIMARY KEY is the rowid.
BigInt = BigInteger().with_variant(Whole(), "sqlite")


def record_name(table: str) -> str:
    """Return the name of a table's records in the audit and in merges: the table's without its prefix."""
    return table.removeprefix("crm_")


def new_uid() -> UUID:
    """Return a UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits."""
    millis = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10))
    return UUID(int=millis << 80 | 0x7 << 76 | (random >> 68) << 64 | 0b10 << 62 | random & ((1 << 62) - 1))


#: What the uids of records that came with a migration share: all but the last byte.
SEED = 0x0185_6A7E_3C00_7000_8000_0000_0000_00


def is_seed(uid: UUID) -> bool:
    """Return whether a record was inserted by a migration, without an author."""
    return uid.int >> 8 == SEED


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime; ``timestamptz`` on PostgreSQL, sortable text on SQLite. Naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; SQLite keeps no offset, so it gets none."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a naive datetime cannot be stored"
            raise ValueError(message)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - its signature
        """Return an aware UTC datetime."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum(kind: type[StrEnum], name: str) -> Enum:
    """Return a column type that stores the enum's values as text, with a CHECK named after *name*."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=24,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """The declarative base; its metadata names every constraint, so that migrations can."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: Whole(),
        bool: Truth(),
        datetime: Instant(),
        date: Date(),
        UUID: Uuid(),
        dict[str, Any]: JSON(),
    }

    def __repr__(self) -> str:
        """Show only the loaded identity, so that it works on a detached instance."""
        shown = {key: self.__dict__[key] for key in ("id", "code", "username", "title", "name") if key in self.__dict__}
        return f"<{type(self).__name__} {' '.join(f'{key}={value!r}' for key, value in shown.items())}>"


class Identified:
    """A short integer id, and a uid that callers may pass to make writes repeatable."""

    id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=True, comment="number people say aloud")
    uid: Mapped[UUID] = mapped_column(
        default=new_uid, unique=True, insert_sentinel=True, comment="UUIDv7, may be brought by the caller"
    )
    digest: Mapped[str | None] = mapped_column(String(64), comment="SHA-256 of the content a uid was brought with")


class Versioned:
    """A version that grows with each change, to detect concurrent writers."""

    version: Mapped[int] = mapped_column(default=1, comment="grows by one with each change")


class Changeable(Protocol):
    """An audited record with a version."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def uid(self) -> UUID:
        """Its uid."""

    @property
    def version(self) -> int:
        """Its version."""


def table_of(model: type[object]) -> Table:
    """Return the table of a model."""
    return cast("Table", inspect(model).local_table)


class Archivable:
    """Records are never deleted; they are archived and take no more changes."""

    archived_at: Mapped[datetime | None] = mapped_column(comment="archived since, or null")


class Spanned:
    """A record of a period, with its first and its last day."""

    if TYPE_CHECKING:
        starts_on: Mapped[date]
        ends_on: Mapped[date]

    @property
    def period(self) -> Period:
        """The period."""
        return Period.through(self.starts_on, self.ends_on)


class Removable:
    """A part of a record that can be taken out of it, and put back; the row stays."""

    withdrawn_at: Mapped[datetime | None] = mapped_column(comment="withdrawn since, or null")


class Withdrawable(Removable):
    """A record that can be withdrawn and restored: it stays readable, and no list, count, gate or report has it.

    Who may, and how it is done, is in :mod:`crm.services.kernel.corrections`.
    """

    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("crm_staff.id"), comment="who withdrew it")
    withdrawn_reason: Mapped[str | None] = mapped_column(String(1000), comment="why it was withdrawn")


class Lasting(Withdrawable):
    """A withdrawable record from a day to a day; either may be unknown, and without a last day it lasts."""

    since: Mapped[date | None] = mapped_column(comment="first day, or null when not known")
    until: Mapped[date | None] = mapped_column(comment="last day, or null while it lasts")


def withdrawn_by_someone() -> CheckConstraint:
    """Return the CHECK of a :class:`Withdrawable`: what is withdrawn was withdrawn by someone."""
    return CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn_by_someone")


_M = TypeVar("_M", bound=Base)


@cache
def second(model: type[_M], name: str | None = None) -> type[_M]:
    """Return a model under a second name, for a condition about other rows of its table.

    It is made once: to copy its columns takes longer than to run a count.
    """
    return aliased(model, name=name)


def standing(*models: type[Removable]) -> ColumnElement[bool]:
    """Return the condition that records are not withdrawn. Every list, count, gate and report uses it."""
    return and_(*(model.withdrawn_at.is_(None) for model in models))


def lasting(model: type[Lasting]) -> ColumnElement[bool]:
    """Return the condition that a record stands and has no last day."""
    return and_(standing(model), model.until.is_(None))


def days_in_order(first: str, second: str, name: str) -> CheckConstraint:
    """Return a CHECK that *second*, if known, is not before *first*."""
    return CheckConstraint(f"{second} IS NULL OR {second} >= {first}", name=name)
