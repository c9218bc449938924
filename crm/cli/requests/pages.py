"""The columns and the card of requests."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.text import Text

from crm.cli.printing.fields import (
    WITHDRAWN,
    column_of,
    date_of,
    described,
    due_of,
    facts_of,
    field,
    money_of,
    named,
    number_of,
    record_panel,
    time_left,
    word,
)
from crm.cli.printing.formatting import day
from crm.cli.printing.reader import Reader
from crm.cli.printing.tables import Column, facts, heading, panel, table
from crm.errors import N_
from crm.reads.requests.rows import RequestCard, RequestFigures, RequestRow
from crm.rules.requests import BEST, RequestFields, RequestStepFields
from crm.values.numbers import lettered


def _style(row: RequestRow) -> str:
    if row.state == "solved":
        return "green"
    return "red" if row.overdue or row.state == "unsolvable" else ""


REQUESTS = described(
    RequestFields,
    number_of("request"),
    Column(N_("State"), lambda reader, row: reader.word("request state", row.state), style=_style),
    date_of("next_due_on", N_("Due")),
    Column(N_("Left"), time_left, style=lambda row: "bold red" if row.overdue else "", drops=2),
    "text",
    Column(N_("Enterprise"), lambda _, row: row.enterprise or row.investor, least=10),
    "kind",
    "ambassador",
    "unit",
    "assignee",
    date_of("resolved_on", N_("Closed"), drops=7),
    WITHDRAWN,
)
#: What a deadline is of: the noun of its number.
_NOUNS = {
    "followup": "follow-up",
    "visit": "follow-up",
    "unlogged": "follow-up",
    "answer": "request",
    "solution": "request",
    "review": "lead",
    "arrival": "arrival",
    "contract": "contract amount",
}
DUE = (
    due_of(),
    Column(N_("Left"), time_left, style=lambda row: "bold red" if row.overdue else ""),
    Column(
        N_("Kind"), lambda reader, row: f"{reader.word('due', row.kind)} {lettered(_NOUNS.get(row.kind, ''), row.id)}"
    ),
    field("text", N_("What"), least=16),
    field("owner", N_("Owner"), drops=1),
    field("unit", N_("Unit"), drops=2),
    field("station", N_("Station"), drops=5),
    field("investor", N_("Investor"), drops=3, least=10),
    field("lead", N_("Project"), drops=4, least=12),
)
STEPS = (
    field("number", N_("No."), right=True),
    column_of(RequestStepFields, "occurred"),
    column_of(RequestStepFields, "step"),
    Column(N_("To"), lambda _, row: " · ".join(filter(None, [row.unit, row.assignee])), drops=2),
    column_of(RequestStepFields, "note"),
    column_of(RequestStepFields, "due"),
    field("actor", N_("By"), drops=1),
)
REINVESTMENTS = (
    number_of("arrival", "arrival_id"),
    date_of("arrived_on", N_("Day")),
    field("investor", N_("Investor"), least=10),
    money_of("amount", N_("Amount")),
    word("state", N_("State"), "arrival state", drops=2),
    field("lead", N_("Project"), drops=3, least=12),
    Column(N_("Requests solved"), lambda reader, row: _numbers(reader, "request", row.requests), drops=1),
    Column(N_("Meetings"), lambda reader, row: _numbers(reader, "meeting", row.meetings), drops=1),
)


#: The number of numbers that fit a cell.
_LISTED = 5


def _numbers(reader: Reader, noun: str, numbers: tuple[int, ...]) -> str:
    if not numbers:
        return "0"
    listed = reader.language.listed(lettered(noun, number) for number in numbers[:_LISTED])
    listed += " …" if len(numbers) > _LISTED else ""
    return reader.say("{count}: no. {numbers}", count=len(numbers), numbers=listed)


def request(reader: Reader, card: RequestCard) -> Iterable[RenderableType]:
    """Draw a request with its history."""
    row, say = card.row, reader.language
    in_time = "" if row.in_time is None else reader.say("in time") if row.in_time else reader.say("late")
    closed = " · ".join(filter(None, [day(say, row.resolved_on), in_time]))
    rated = reader.say("{points} of {best}", points=row.satisfaction, best=BEST) if row.satisfaction else ""
    pairs = facts_of(
        reader,
        RequestFields,
        row,
        places=[
            "text",
            (N_("Investor"), row.investor),
            (N_("Project"), named("lead", row.lead_id, row.lead)),
            "kind",
            "channel",
            "brand",
            "ambassador",
            "unit",
            "assignee",
            "accepted",
            "answer_due",
            (N_("Answered"), day(say, row.answered_on)),
            "due",
            (N_("Left"), time_left(reader, row)),
            (N_("Closed"), closed),
            "outcome",
            ("satisfaction", rated),
            (N_("Version"), str(row.version)),
        ],
    )
    title = f"{named('request', row.id, row.enterprise or row.investor)} · {reader.word('request state', row.state)}"
    yield record_panel(reader, title, row, pairs)
    yield Text()
    yield heading(reader, N_("History"))
    yield from table(reader, card.steps, STEPS)


def figures(reader: Reader, row: RequestFigures) -> Iterable[RenderableType]:
    """Draw the figures of requests in a period."""
    say = reader.language

    def timely(count: int, in_time: int) -> str:
        return reader.say("{count}, of these {timely} in time", count=count, timely=in_time)

    yield panel(
        reader.say("Requests, {since} to {until}", since=row.since, until=row.until),
        facts(
            reader,
            [
                (N_("Accepted"), str(row.accepted)),
                (N_("Answered"), timely(row.answered, row.answered_in_time)),
                (N_("Solved"), timely(row.solved, row.solved_in_time)),
                (N_("Unsolvable"), str(row.unsolvable)),
                (N_("Open at the end"), str(row.open)),
                (
                    N_("Satisfaction"),
                    reader.say(
                        "{content} of {rated} said 4 or 5; {average} on average",
                        content=row.content,
                        rated=row.rated,
                        average=_average(row),
                    )
                    if row.rated
                    else say.read(N_("n/a")),
                ),
            ],
        ),
    )


def _average(row: RequestFigures) -> str:
    from decimal import ROUND_HALF_UP, Decimal

    return str((Decimal(row.rating) / row.rated).quantize(Decimal("0.01"), ROUND_HALF_UP))
