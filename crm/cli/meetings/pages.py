"""The columns and the card of meetings and follow-ups."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.text import Text
from rich.tree import Tree

from crm.cli.printing.fields import (
    WITHDRAWN,
    described,
    due_of,
    facts_of,
    field,
    joined,
    named,
    number_of,
    record_panel,
    time_left,
)
from crm.cli.printing.reader import Reader
from crm.cli.printing.tables import Column, heading, section, without
from crm.cli.printing.widths import printable
from crm.errors import N_
from crm.reads.meetings.rows import FollowUpRow, MeetingCard
from crm.rules.meetings import FollowUpFields, MeetingFields

MEETINGS = described(
    MeetingFields,
    number_of("meeting"),
    "at",
    "kind",
    field("investor", N_("Investor"), drops=1, least=10),
    joined("contacts", N_("Contacts"), drops=3, least=8),
    "summary",
    joined("staff", N_("Our side"), drops=5),
    field("lead", N_("Project"), drops=6, least=12),
    WITHDRAWN,
)


def _due(reader: Reader, row: FollowUpRow) -> str:
    if row.done_at is not None:
        return reader.say("done")
    return "" if row.withdrawn is not None else time_left(reader, row)


FOLLOWUPS = described(
    FollowUpFields,
    number_of("follow-up"),
    due_of(),
    Column(N_("Left"), _due, style=lambda row: "bold red" if row.overdue else ("green" if row.done_at else "")),
    "text",
    "owner",
    field("investor", N_("Investor"), drops=1, least=10),
    field("lead", N_("Project"), drops=4, least=12),
    "result",
    WITHDRAWN,
)


def meeting(reader: Reader, card: MeetingCard) -> Iterable[RenderableType]:
    """Draw a meeting with its minutes and follow-ups."""
    row, listed = card.row, reader.language.listed
    pairs = facts_of(
        reader,
        MeetingFields,
        row,
        places=[
            "at",
            "kind",
            "place",
            (N_("Contacts"), listed(row.contacts)),
            (N_("Our side"), listed(row.staff)),
            "station",
            "trip",
            "brand",
            (N_("Project"), named("lead", row.lead_id, row.lead)),
            "summary",
        ],
    )
    yield record_panel(reader, named("meeting", row.id, row.investor), row, pairs)
    if card.minutes:
        tree = Tree(heading(reader, N_("Minutes")))
        for kind in dict.fromkeys(kind for kind, _ in card.minutes):
            branch = tree.add(Text(reader.word("minutes", kind), style="bold"))
            for _, text in (line for line in card.minutes if line[0] == kind):
                branch.add(Text(printable(text)))
        yield tree
    yield from section(reader, N_("Follow-ups"), card.followups, without(FOLLOWUPS, "investor", "lead"))
