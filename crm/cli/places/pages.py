"""The columns and the cards of stations, units and staff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.text import Text
from rich.tree import Tree

from crm.cli.printing.fields import date_of, described, facts_of, field, moment_of
from crm.cli.printing.formatting import day
from crm.cli.printing.reader import Reader
from crm.cli.printing.tables import Column, facts, panel, section, with_code
from crm.cli.printing.widths import printable
from crm.errors import N_
from crm.reads.places.rows import StaffCard, StationCard, StationRow, UnitRow
from crm.rules.places import PostingFields, StaffFields, StationEventFields, StationFields, UnitFields


def _named(reader: Reader, row: StationRow | UnitRow) -> tuple[str, str]:
    """Return the name of a place in the reader's language, and the other one."""
    return (row.name, row.name_en) if reader.language.code == "zh" else (row.name_en, row.name)


_NAME = Column(N_("Name"), lambda reader, row: _named(reader, row)[0], least=14)
STATIONS = described(
    StationFields,
    "code",
    _NAME,
    "status",
    date_of("since", N_("Since"), drops=2),
    "zone",
    "host",
    field("staff", N_("Staff"), drops=3, right=True),
    field("leads", N_("Leads"), drops=1, right=True),
    field("meetings", N_("Meetings"), drops=1, right=True),
)
STATION_HISTORY = described(StationEventFields, field("number", N_("No."), right=True))
_ARCHIVED = Column(
    N_("Archived"),
    lambda reader, row: reader.say("archived") if row.archived else "",
    drops=2,
    style=lambda _: "red",
)
UNITS = (*described(UnitFields, "code", _NAME), _ARCHIVED)
STAFF = (
    *described(StaffFields),
    *described(PostingFields),
    _ARCHIVED,
    Column(N_("Bound"), lambda reader, row: reader.say("yes") if row.bound else "", drops=3),
)
BINDINGS = (
    Column(N_("Bound to"), lambda _, row: f"{row.kind}:{row.name}", least=12),
    moment_of("since", N_("Since")),
    moment_of("until", N_("Until")),
)


def station(reader: Reader, card: StationCard) -> Iterable[RenderableType]:
    """Draw a station with its dated history."""
    row = card.row
    name, other = _named(reader, row)
    yield panel(
        f"{row.code} · {name} · {reader.word('station status', row.status)}",
        facts(
            reader,
            [
                (N_("Other name"), other),
                *facts_of(reader, StationFields, row, but={"code", "name", "name_en", "status"}),
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
        name, _ = _named(reader, row)
        parts = [row.code, name, reader.word("station status", row.status), row.host or ""]
        branch = tree.add(Text(printable(" · ".join(filter(None, parts))), style="bold"))
        for event in card.history:
            when, status = day(reader.language, event.since, short=True), reader.word("station status", event.status)
            branch.add(Text(printable(f"{when}  {status}  {event.note or ''}".rstrip()), style="not bold"))
    return tree


def member(reader: Reader, card: StaffCard) -> Iterable[RenderableType]:
    """Draw a member of staff with their bindings."""
    row = card.row
    yield panel(
        f"{row.username} · {row.name} · {reader.word('role', row.role)}",
        facts(
            reader,
            [
                *facts_of(
                    reader,
                    StaffFields,
                    row,
                    places=[
                        ("station", with_code(reader, card.station_name, row.station)),
                        ("unit", with_code(reader, card.unit_name, row.unit)),
                    ],
                    but={"username", "name", "role"},
                ),
                *facts_of(reader, PostingFields, row),
            ],
        ),
    )
    yield from section(reader, N_("Bound to"), card.bindings, BINDINGS)
