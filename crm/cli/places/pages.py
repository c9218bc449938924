"""The columns and the cards of stations, units and staff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.text import Text
from rich.tree import Tree

from crm.cli.printing.fields import date_of, field, word
from crm.cli.printing.formatting import day
from crm.cli.printing.reader import Reader
from crm.cli.printing.tables import Column, facts, panel, section
from crm.cli.printing.widths import printable
from crm.errors import N_
from crm.reads.places.rows import StationCard

STATIONS = (
    field("code", N_("Code")),
    Column(N_("Name"), lambda reader, row: row.name if reader.language.code == "zh" else row.name_en, least=14),
    word("status", N_("Status"), "station status"),
    date_of("since", N_("Since"), drops=2),
    field("zone", N_("Time zone"), drops=5),
    field("host", N_("Host"), drops=4, least=12),
    field("staff", N_("Staff"), drops=3, right=True),
    field("leads", N_("Leads"), drops=1, right=True),
    field("meetings", N_("Meetings"), drops=1, right=True),
)


STATION_HISTORY = (
    field("number", N_("No."), right=True),
    date_of("since", N_("Since")),
    word("status", N_("Status"), "station status"),
    field("note", N_("Note"), least=16),
)


UNITS = (
    field("code", N_("Code")),
    Column(N_("Name"), lambda reader, row: row.name if reader.language.code == "zh" else row.name_en, least=14),
    word("kind", N_("Kind"), "unit kind"),
)


STAFF = (
    field("username", N_("User")),
    field("name", N_("Name"), least=8),
    word("role", N_("Role"), "role"),
    field("station", N_("Station"), drops=1),
    field("unit", N_("Unit"), drops=1),
    Column(
        N_("Archived"),
        lambda reader, row: reader.say("archived") if row.archived else "",
        drops=2,
        style=lambda _: "red",
    ),
)


def station(reader: Reader, card: StationCard) -> Iterable[Any]:
    """Draw a station with its dated history."""
    row = card.row
    name, other = (row.name, row.name_en) if reader.language.code == "zh" else (row.name_en, row.name)
    yield panel(
        f"{row.code} · {name} · {reader.word('station status', row.status)}",
        facts(
            reader,
            [
                (N_("Other name"), other),
                (N_("Country"), row.country),
                (N_("Time zone"), row.zone),
                (N_("Host"), row.host or ""),
                (N_("Languages"), reader.language.read(N_(", ")).join(row.languages)),
                (N_("Staff"), str(row.staff)),
                (N_("Leads"), str(row.leads)),
                (N_("Meetings"), str(row.meetings)),
            ],
        ),
    )
    yield from section(reader, N_("History"), card.history, STATION_HISTORY)


def stations(reader: Reader, shown: Sequence[StationCard]) -> Tree:
    """Draw stations with their dated histories as one tree."""
    tree = Tree("", hide_root=True)
    for card in shown:
        row = card.row
        name = row.name if reader.language.code == "zh" else row.name_en
        parts = [row.code, name, reader.word("station status", row.status), row.host or ""]
        branch = tree.add(Text(printable(" · ".join(filter(None, parts))), style="bold"))
        for event in card.history:
            when, status = day(reader.language, event.since, short=True), reader.word("station status", event.status)
            branch.add(Text(printable(f"{when}  {status}  {event.note or ''}".rstrip()), style="not bold"))
    return tree
