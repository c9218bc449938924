"""The rows of stations, units and staff. Their field names are the keys of ``--json`` and stay stable."""

from __future__ import annotations

from datetime import date

from attrs import frozen


@frozen(kw_only=True)
class StationRow:
    """A station with what it has to show."""

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
class StationEventRow:
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
class UnitRow:
    """A unit."""

    id: int
    code: str
    name: str
    name_en: str
    kind: str


@frozen(kw_only=True)
class StaffRow:
    """A member of staff, with the codes of their place."""

    id: int
    username: str
    name: str
    role: str
    station: str | None
    unit: str | None
    archived: bool
