"""The fields of stations, units and staff."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, TypedDict

from crm.errors import N_
from crm.rules.access import Role
from crm.rules.kernel.fields import Field, country, day, one_of, text, texts, zone
from crm.values.identifiers import as_code
from crm.values.text import NAME, TITLE


class StationStatus(StrEnum):
    """The status of a station."""

    EXPLORING = "exploring"
    PLANNED = "planned"
    OPERATING = "operating"
    CLOSED = "closed"


class UnitKind(StrEnum):
    """The kind of a unit."""

    DISTRICT = "district"
    ZONE = "zone"
    DEPARTMENT = "department"
    ENTERPRISE = "enterprise"


class StationDetails(TypedDict, total=False):
    """The optional fields of a station."""

    host: Annotated[str | None, Field(N_("Host"), N_("Host organisation."), text(TITLE), column=4, least=12)]
    languages: Annotated[
        list[str] | tuple[str, ...],
        Field(
            N_("Languages"),
            N_("A language spoken there, such as ko; repeat for more."),
            texts(12),
            metavar="LANGUAGE",
            option="language",
            many=True,
        ),
    ]


class StationChanges(StationDetails, total=False):
    """The fields of a station that can be changed."""

    name: Annotated[str, Field(N_("Chinese name"), N_("Chinese name."), text(NAME))]
    name_en: Annotated[str, Field(N_("English name"), N_("English name."), text(NAME))]
    zone: Annotated[str, Field(N_("Time zone"), N_("Time zone, such as Asia/Seoul."), zone, metavar="ZONE", column=5)]


class StationFields(StationChanges, total=False):
    """All fields of a station."""

    code: Annotated[str, Field(N_("Code"), N_("A short name to type, such as seoul."), as_code, column=0)]
    country: Annotated[str, Field(N_("Country"), N_("Country, two letters of ISO 3166."), country, metavar="CC")]
    status: Annotated[
        StationStatus | str,
        Field(N_("Status"), N_("The status."), one_of(StationStatus), words="station status", column=0),
    ]


class StationEventFields(TypedDict, total=False):
    """The fields of an entry of a station's history."""

    since: Annotated[
        date | str,
        Field(N_("Since"), N_("The day the status began; default: today."), day, metavar="DAY", past=True, column=0),
    ]
    status: Annotated[
        StationStatus | str,
        Field(N_("Status"), N_("The new status."), one_of(StationStatus), words="station status", column=0),
    ]
    note: Annotated[str | None, Field(N_("Note"), N_("What happened, and the reason."), text(500), column=0, least=16)]


class UnitChanges(TypedDict, total=False):
    """The fields of a unit that can be changed."""

    name: Annotated[str, Field(N_("Chinese name"), N_("Chinese name."), text(NAME))]
    name_en: Annotated[str, Field(N_("English name"), N_("English name."), text(NAME))]
    kind: Annotated[
        UnitKind | str, Field(N_("Kind"), N_("The kind of unit."), one_of(UnitKind), words="unit kind", column=0)
    ]


class UnitFields(UnitChanges, total=False):
    """All fields of a unit."""

    code: Annotated[str, Field(N_("Code"), N_("A short name to type, such as gaoxin."), as_code, column=0)]


class StaffChanges(TypedDict, total=False):
    """The fields of a member of staff that can be changed; a move changes role and place."""

    username: Annotated[str, Field(N_("User"), N_("A name to type, such as tokyo.desk."), as_code, column=0)]
    name: Annotated[str, Field(N_("Name"), N_("The displayed name."), text(NAME), column=0, least=8)]


class StaffFields(StaffChanges, total=False):
    """All fields of a member of staff."""

    role: Annotated[Role | str, Field(N_("Role"), N_("The role."), one_of(Role), words="role", column=0)]
    station: Annotated[
        object | None,
        Field(
            N_("Station"),
            N_("The station; either this or --unit."),
            kept=("station_id",),
            metavar="STATION",
            column=1,
        ),
    ]
    unit: Annotated[
        object | None,
        Field(N_("Unit"), N_("Their unit; either this or --station."), kept=("unit_id",), metavar="UNIT", column=1),
    ]


class PostingFields(TypedDict, total=False):
    """The fields of a posting besides role and place."""

    since: Annotated[
        date | str, Field(N_("Since"), N_("The first day there; default: today."), day, metavar="DAY", column=3)
    ]
