"""A calendar as iCalendar (RFC 5545), for telephones and mail programs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from crm.errors import N_, InvalidInput, problem
from crm.exchange.writing import Language
from crm.reads.calendar import CalendarItem
from crm.values.moments import LocalTime, zone_of

_PRODUCT = "-//investor-crm//calendar//EN"


def write(items: Iterable[CalendarItem], language: Language, *, name: str, at: datetime) -> bytes:
    """Return entries as an iCalendar file, with the zones they are in.

    The uid of an entry is that of its record and its sequence the version, so that an entry imported again replaces
    the earlier one. What was withdrawn is cancelled.

    Args:
        items: The entries.
        language: Of the words for kinds.
        name: What the calendar is called.
        at: The instant that it was read, aware.

    Raises:
        InvalidInput: The extra ``calendars`` is not installed.
    """
    try:
        from icalendar import Calendar, Event  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise InvalidInput(
            problem(
                N_("Calendars need the library icalendar."),
                N_("Install it with: pip install 'investor-crm[calendars]'"),
                field="output",
                code="extra",
            )
        ) from error
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for item in items:
        event = Event()
        event.add("uid", str(item.uid))
        event.add("dtstamp", at)
        event.add("sequence", item.version)
        event.add("summary", f"{language.word('calendar', item.kind)}: {item.title}")
        event.add("dtstart", _starts(item.starts))
        if item.last is not None:
            # DTEND of whole days is the day after the last.
            event.add("dtend", item.last + timedelta(days=1))
        if item.place:
            event.add("location", item.place)
        if item.text:
            event.add("description", item.text)
        event.add("status", "CANCELLED" if item.cancelled else "CONFIRMED")
        if not isinstance(item.starts, LocalTime):
            event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _starts(starts: date | LocalTime) -> date:
    return starts.utc.astimezone(zone_of(starts.zone)) if isinstance(starts, LocalTime) else starts
