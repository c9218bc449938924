"""The columns and the card of promotion events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.text import Text

from crm.cli.leads.pages import LEADS
from crm.cli.printing.fields import NUMBER, date_of, field, word
from crm.cli.printing.formatting import day
from crm.cli.printing.reader import Reader
from crm.cli.printing.tables import Column, facts, heading, panel, table
from crm.errors import N_
from crm.reads.events.rows import EventCard, EventFigures, EventRow

_STYLES = {"planned": "", "held": "green", "cancelled": "red"}


def _where(reader: Reader, row: EventRow) -> str:
    side = reader.say("abroad") if row.abroad else reader.say("at home")
    return f"{row.place} · {side}"


EVENTS = (
    field("code", N_("Code")),
    field("title", N_("Event"), least=16),
    date_of("starts_on", N_("From")),
    word("kind", N_("Kind"), "event kind", drops=4),
    Column(N_("Place"), _where, drops=1, least=8),
    Column(
        N_("State"), lambda reader, row: reader.word("event state", row.state), style=lambda row: _STYLES[row.state]
    ),
    field("unit", N_("Host"), drops=6),
    field("station", N_("Station"), drops=5),
    field("people", N_("Attended"), right=True, drops=3),
    field("investors", N_("Investors"), right=True, drops=3),
    field("leads", N_("Leads"), right=True, drops=2),
)
ATTENDANCE = (
    NUMBER,
    field("investor", N_("Investor"), least=10),
    field("contact", N_("Contact"), drops=1),
    field("people", N_("Attended"), right=True),
    field("note", N_("Note"), drops=2, least=12),
)


def event(reader: Reader, card: EventCard) -> Iterable[Any]:
    """Draw an event with its attendance and the leads it started."""
    row, say = card.row, reader.language
    days = " – ".join(dict.fromkeys([day(say, row.starts_on), day(say, row.ends_on)]))
    yield panel(
        f"{row.code} · {row.title} · {reader.word('event state', row.state)}",
        facts(
            reader,
            [
                (N_("Kind"), reader.word("event kind", row.kind)),
                (N_("Days"), days),
                (N_("Place"), f"{_where(reader, row)} · {row.country} · {row.zone}"),
                (N_("Host"), row.unit or ""),
                (N_("Station"), row.station or ""),
                (N_("Organiser"), row.organiser or ""),
                (N_("Attended"), str(row.people)),
                (N_("Investors"), str(row.investors)),
                (N_("Leads started"), str(row.leads)),
                (N_("Outcome"), row.outcome or ""),
                (N_("Cancelled"), row.reason or ""),
                (N_("Version"), str(row.version)),
            ],
        ),
    )
    for title, rows, columns in (
        (N_("Attendance"), card.attendance, ATTENDANCE),
        (N_("Leads started"), card.leads, LEADS),
    ):
        if rows:
            yield Text()
            yield heading(reader, title)
            yield from table(reader, rows, columns)


def figures(reader: Reader, row: EventFigures) -> Iterable[Any]:
    """Draw the number of events of a period."""
    yield panel(
        reader.say("Promotion events, {since} to {until}", since=row.since, until=row.until),
        facts(
            reader,
            [
                (
                    N_("Held"),
                    reader.say(
                        "{held}: {home} at home, {abroad} abroad",
                        held=row.held,
                        home=row.held_at_home,
                        abroad=row.held_abroad,
                    ),
                ),
                (N_("Planned"), str(row.planned)),
                (N_("Cancelled"), str(row.cancelled)),
                (N_("Attended"), str(row.people)),
                (N_("Leads started"), str(row.leads)),
            ],
        ),
    )
