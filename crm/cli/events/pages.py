"""The columns and the card of promotion events."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType

from crm.cli.leads.pages import LEADS
from crm.cli.printing.fields import NUMBER, WITHDRAWN, country_text, described, facts_of, field
from crm.cli.printing.formatting import day
from crm.cli.printing.reader import Reader
from crm.cli.printing.tables import Column, facts, panel, section
from crm.errors import N_
from crm.reads.events.rows import EventCard, EventFigures, EventRow
from crm.rules.events import AttendanceFields, EventFields

_STYLES = {"planned": "", "held": "green", "cancelled": "red"}


def _where(reader: Reader, row: EventRow) -> str:
    side = reader.say("abroad") if row.abroad else reader.say("at home")
    return f"{row.place} · {side}"


EVENTS = described(
    EventFields,
    "code",
    "title",
    "starts",
    "kind",
    Column(N_("Place"), _where, drops=1, least=8),
    Column(
        N_("State"), lambda reader, row: reader.word("event state", row.state), style=lambda row: _STYLES[row.state]
    ),
    "unit",
    "station",
    field("people", N_("Attended"), right=True, drops=3),
    field("investors", N_("Investors"), right=True, drops=3),
    field("leads", N_("Leads"), right=True, drops=2),
)
ATTENDANCE = described(AttendanceFields, NUMBER, "investor", "contact", WITHDRAWN)


def event(reader: Reader, card: EventCard) -> Iterable[RenderableType]:
    """Draw an event with its attendance and the leads it started."""
    row, say = card.row, reader.language
    days = " – ".join(dict.fromkeys([day(say, row.starts_on), day(say, row.ends_on)]))
    yield panel(
        f"{row.code} · {row.title} · {reader.word('event state', row.state)}",
        facts(
            reader,
            facts_of(
                reader,
                EventFields,
                row,
                places=[
                    "kind",
                    (N_("Days"), days),
                    ("place", f"{_where(reader, row)} · {country_text(reader, row.country)} · {row.zone}"),
                    "unit",
                    "station",
                    "organiser",
                    (N_("Attended"), str(row.people)),
                    (N_("Investors"), str(row.investors)),
                    (N_("Leads started"), str(row.leads)),
                    "outcome",
                    "reason",
                    (N_("Version"), str(row.version)),
                ],
                but={"code", "title", "starts", "ends", "country", "zone"},
            ),
        ),
    )
    yield from section(reader, N_("Attendance"), card.attendance, ATTENDANCE)
    yield from section(reader, N_("Leads started"), card.leads, LEADS)


def figures(reader: Reader, row: EventFigures) -> Iterable[RenderableType]:
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
