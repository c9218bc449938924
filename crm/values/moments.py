"""Moments: an instant, and the time zone of its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import frozen

from crm.errors import N_, InvalidInput, problem
from crm.refusals import wrong_type
from crm.values.dates import lacks_year, written_day, written_time

#: The zone of the bureau; reporting days, months and years are cut here.
BUREAU_ZONE = "Asia/Shanghai"

#: The valid years; others are typing errors.
FIRST_YEAR, LAST_YEAR = 1900, 2200

Which = Literal["first", "second"]


def zone_of(name: object) -> ZoneInfo:
    """Return the zone of a name that is stored.

    Raises:
        InvalidInput: There is no such zone.
    """
    try:
        return ZoneInfo(cast("str", name))  # what is no text is a TypeError
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise _no_zone(name) from error


def as_zone(value: object) -> str:
    """Read the time zone of a place.

    Args:
        value: An IANA name in any case, or an older one such as ``PRC``.

    Returns:
        The present IANA name: ``Asia/Shanghai`` for ``PRC``.

    Raises:
        InvalidInput: There is no such zone.
    """
    written = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else ""
    name = _known_zones().get(written.casefold().replace(" ", "_"))
    if name is None and _PLACE.fullmatch(written):
        name = zone_of(written).key  # a zone that is newer than the list
    if name is None:
        raise _no_zone(value)
    return name


#: The form of a place's zone; ``posix/…``, ``right/…`` and ``localtime`` are files of one machine.
_PLACE = re.compile(
    "(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[A-Z].*|Etc/GMT.+"
)


@cache
def _known_zones() -> Mapping[str, str]:
    """Return the present name of each zone by its names in lower case."""
    from crm.values.registers.zone_names import OLDER, PRESENT  # noqa: PLC0415 - only where a zone is given

    named = {**OLDER, **{name: name for name in PRESENT}}
    return {name.casefold(): present for name, present in named.items()}


def _no_zone(name: object) -> InvalidInput:
    return InvalidInput(
        problem(
            N_('"{zone}" is not a time zone.'),
            N_("Use an IANA name such as Asia/Tokyo or Europe/Berlin."),
            code="zone",
            zone=str(name)[:60],
        )
    )


@frozen
class LocalTime:
    """An instant and the zone it is read in.

    Attributes:
        utc: The instant, aware, in UTC.
        zone: The IANA name of the place's zone.
    """

    utc: datetime
    zone: str

    @property
    def local(self) -> datetime:
        """The aware local time at the place."""
        return self.utc.astimezone(zone_of(self.zone))

    def __str__(self) -> str:
        """Return minutes and zone: ``2023-02-08 14:00 Asia/Tokyo``."""
        return f"{self.local:%Y-%m-%d %H:%M} {self.zone}"


def local_time(at: datetime | str, zone: str, *, which: Which | None = None, now: datetime | None = None) -> LocalTime:
    """Read a local time at a place.

    Args:
        at: An aware datetime, or text such as ``2023-02-08 14:00``, ``2023年2月8日下午2点`` or ISO 8601, read as local
            time in *zone* when it carries no offset.
        zone: IANA name of the place's zone.
        which: For a time that happens twice when clocks go back: the first or the second.
        now: The present instant, aware; where it is given, the text may name the day by a word, or leave it out:
            ``yesterday 14:00``, ``昨天 14:00``, ``14:00``.

    Raises:
        InvalidInput: No date and time, a naive datetime, an unknown zone, a local time that the clocks skip, or one
            that happens twice and *which* is not given.
    """
    zone = as_zone(zone)
    place = zone_of(zone)
    if isinstance(at, datetime):
        if at.tzinfo is None:
            raise InvalidInput(
                problem(
                    N_("A datetime without a zone is ambiguous."),
                    N_("Pass an aware datetime, or text with a zone."),
                    field="at",
                    code="naive",
                )
            )
        _require_year(at.year)
        return LocalTime(at.astimezone(UTC), zone)
    parsed = _parse(at, None if now is None else now.astimezone(place).date())
    if parsed.tzinfo is not None:
        return LocalTime(parsed.astimezone(UTC), zone)
    return LocalTime(_place(parsed, place, which, zone), zone)


def _parse(text: object, today: date | None) -> datetime:
    if not isinstance(text, str):
        raise InvalidInput(
            wrong_type(
                N_("A time must be text or an aware datetime, not {kind}."),
                text,
                N_("Write it like 2023-02-08 14:00."),
                "at",
            )
        )
    parsed: datetime | None
    try:
        parsed = datetime.fromisoformat(text.strip())
    except ValueError:
        parsed = written_time(text, today)
    else:
        parsed = None if _is_iso_day(text.strip()) else parsed
    if parsed is None:
        raise InvalidInput(
            problem(
                N_('"{text}" is not a date and time.'),
                N_("Write it like 2023-02-08 14:00.")
                if today is None
                else N_("Write it like 2023-02-08 14:00, or yesterday 14:00."),
                field="at",
                code="time",
                text=text[:60],
            )
        )
    _require_year(parsed.year)
    return parsed


def _require_year(year: int, field: str = "at") -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput(
            problem(
                N_("The year {year} is out of range."),
                N_("Check the date."),
                field=field,
                code="range",
                year=year,
            )
        )


def _place(naive: datetime, place: ZoneInfo, which: Which | None, zone: str) -> datetime:
    first, second = (naive.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return first
    if first > second:  # the clocks skip it: neither reading round-trips
        raise InvalidInput(
            problem(
                N_("{time} does not exist in {zone}: the clocks skip it."),
                N_("Give the local time that clocks showed."),
                field="at",
                code="skipped",
                time=f"{naive:%Y-%m-%d %H:%M}",
                zone=zone,
            )
        )
    if which is None:
        raise InvalidInput(
            problem(
                N_("{time} happens twice in {zone}: the clocks go back."),
                N_("Say which: first or second."),
                field="at",
                code="twice",
                time=f"{naive:%Y-%m-%d %H:%M}",
                zone=zone,
            )
        )
    return first if which == "first" else second


#: A moment with its zone behind it: 2025-12-31 23:30 Europe/Berlin, or (Europe/Berlin).
_ZONED = re.compile(
    r"(?P<at>.*[0-9].*?)\s*[(（]?\s*(?P<zone>[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+|UTC|GMT|PRC)\s*[)）]?", re.DOTALL
)


def as_moment(value: object, field: str) -> LocalTime | None:
    """Read what may be a moment instead of a day: text with an hour, and a zone or an offset from UTC.

    Args:
        value: ``2025-12-31 23:30 Europe/Berlin``, ``2025-12-31T23:30+01:00``, an aware datetime, a :class:`LocalTime`, or
            anything else. An hour without a zone is that of the bureau.
        field: The field that a refusal names.

    Returns:
        The moment; None for a day, and for what is neither, which the reader of days refuses.

    Raises:
        InvalidInput: A naive datetime, an unknown zone, a zone without an hour, or a local time that the clocks skip or
            show twice.
    """
    if isinstance(value, LocalTime):
        return value
    if isinstance(value, datetime):
        return local_time(value, BUREAU_ZONE)
    if not isinstance(value, str):
        return None
    zoned = _ZONED.fullmatch(value.strip())
    at, zone = (zoned["at"], as_zone(zoned["zone"])) if zoned else (value, BUREAU_ZONE)
    if _is_day(at):
        if zoned is None:
            return None
        raise InvalidInput(
            problem(
                N_('{field}: "{text}" has a zone and no hour.'),
                N_("Write the hour too, such as 2025-12-31 23:30 Europe/Berlin, or the bureau's day without a zone."),
                field=field,
                code="hour",
                text=value[:60],
            )
        )
    try:
        return local_time(at, zone)
    except InvalidInput as wrong:
        flaw = wrong.problems[0]
        if flaw.code == "time" and zoned is None:
            return None
        if flaw.code != "twice":
            raise
        way_out = N_("Write it with its offset from UTC, such as 2025-10-26T02:30+01:00 Europe/Berlin.")
        raise InvalidInput(replace(flaw, way_out=way_out, field=field)) from wrong


def _is_iso_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_day(text: str) -> bool:
    """Return whether a text is a day, or may be one of several."""
    try:
        as_date(text, "")
    except InvalidInput as wrong:
        return wrong.problems[0].code != "date"
    return True


def as_date(value: object, field: str) -> date:
    """Read a day: a date, or text ``2023-02-08``, ``2023/2/8``, ``2023年2月8日``, ``8 Feb 2023`` or ``Feb 8, 2023``.

    Raises:
        InvalidInput: It is not a day, or may be two: 05/06/2026. A datetime is refused too: its day depends on a zone.
    """
    day = value if isinstance(value, date) and not isinstance(value, datetime) else None
    if isinstance(value, str):
        try:
            day = date.fromisoformat(value.strip())
        except ValueError:
            day = written_day(value, field=field)
    if day is not None:
        _require_year(day.year, field)
        return day
    if isinstance(value, str) and lacks_year(value):
        raise InvalidInput(
            problem(
                N_('"{text}" has no year.'),
                N_("Write the day with its year, such as 2023-03-09."),
                field=field,
                code="no_year",
                text=value[:60],
            )
        )
    raise InvalidInput(
        problem(
            N_('{field}: "{text}" is not a day.'),
            N_("Write it like 2023-02-08."),
            field=field,
            code="date",
            text=str(value)[:60],
        )
    )


def bureau_day(instant: datetime) -> date:
    """Return the day of an aware instant in the bureau's zone."""
    return instant.astimezone(zone_of(BUREAU_ZONE)).date()


def end_of(day: date) -> datetime:
    """Return the first instant after a day of the bureau, in UTC."""
    following = datetime.combine(day, datetime.min.time(), zone_of(BUREAU_ZONE)) + timedelta(days=1)
    return following.astimezone(UTC)
