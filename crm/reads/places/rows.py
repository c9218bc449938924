"""The rows of stations, units and staff. Their field names are the keys of ``--json`` and stay stable."""

from __future__ import annotations

from datetime import date, datetime

from attrs import frozen

from crm.reads.kernel.rows import Described


@frozen(kw_only=True)
class StationRow(Described):
    """A station with its numbers."""

    id: int
    code: str
    name: str
    name_en: str
    country: str
    zone: str
    host: str | None
    languages: tuple[str, ...]
    status: str
    since: date | None
    staff: int
    leads: int
    meetings: int


@frozen(kw_only=True)
class StationEventRow(Described):
    """One dated step of a station's history."""

    number: int
    status: str
    since: date
    note: str | None


@frozen(kw_only=True)
class StationCard:
    """A station with its history."""

    row: StationRow
    history: tuple[StationEventRow, ...]


@frozen(kw_only=True)
class UnitRow(Described):
    """A unit."""

    id: int
    code: str
    name: str
    name_en: str
    kind: str
    archived: bool


@frozen(kw_only=True)
class StaffRow(Described):
    """A member of staff, with role and place, and since when."""

    id: int
    username: str
    name: str
    role: str
    station: str | None
    unit: str | None
    since: date
    archived: bool
    bound: bool


@frozen(kw_only=True)
class BindingRow:
    """An identity that a member of staff is or was bound to."""

    kind: str
    name: str
    since: datetime
    until: datetime | None


@frozen(kw_only=True)
class StaffCard:
    """A member of staff with the name of their station or unit, and their bindings."""

    row: StaffRow
    station_name: str | None
    unit_name: str | None
    bindings: tuple[BindingRow, ...]
