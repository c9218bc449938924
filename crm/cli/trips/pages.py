"""The columns and the card of trips."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import evolve
from rich.console import RenderableType
from rich.text import Text
from rich.tree import Tree

from crm.cli.meetings.pages import FOLLOWUPS, MEETINGS
from crm.cli.printing.fields import NUMBER, column_of, date_of, described, facts_of, field, number_of, word
from crm.cli.printing.formatting import amount, day, moment
from crm.cli.printing.reader import Reader
from crm.cli.printing.tables import Column, bracketed, facts, heading, panel, section, without
from crm.cli.printing.widths import printable
from crm.errors import N_
from crm.reads.trips.rows import (
    CostSum,
    LegRow,
    MemberRow,
    OutcomeRow,
    PartnerRow,
    TripCard,
    TripFigures,
    TripRow,
    VisitRow,
)
from crm.rules.trips import CostFields, TripFields
from crm.values.numbers import lettered

_MARKS = {"planned": ("· ", ""), "done": ("✓ ", "green"), "cancelled": ("✗ ", "red")}
_STYLES = {"cancelled": "red", "returned": "yellow", "closed": "green"}


def _side(reader: Reader, abroad: bool | None) -> str:  # noqa: FBT001 - a field of the row
    if abroad is None:
        return ""
    return reader.say("abroad") if abroad else reader.say("at home")


def _state(reader: Reader, row: TripRow) -> str:
    return reader.say("report overdue") if row.report_overdue else reader.word("trip state", row.state)


def _state_style(row: TripRow) -> str:
    return "bold red" if row.report_overdue else _STYLES.get(row.state, "")


TRIPS = described(
    TripFields,
    "code",
    "title",
    "starts",
    "ends",
    Column(N_("Where"), lambda reader, row: _side(reader, row.abroad), drops=5),
    "leader",
    "rank",
    "unit",
    Column(N_("Visits"), lambda _, row: f"{row.done}/{row.done + row.planned}", right=True),
    Column(N_("State"), _state, drops=1, style=_state_style),
    date_of("report_due_on", N_("Report due"), drops=3),
)
COSTS = described(
    CostFields,
    NUMBER,
    "kind",
    "item",
    "amount",
    "spent",
    "reference",
    field("recorded_by", N_("By"), drops=4),
    evolve(column_of(CostFields, "reason"), style=lambda row: "red" if row.withdrawn_on else ""),
)
UNITS = (
    field("unit", N_("Unit")),
    field("name", N_("Name"), least=12, drops=2),
    word("kind", N_("Kind"), "unit kind", drops=1),
    field("delegations", N_("Trips"), right=True),
    field("home", N_("At home"), right=True),
    field("abroad", N_("Abroad"), right=True),
    field("led", N_("Led by the first person"), right=True),
    field("led_home", N_("Led at home"), right=True, drops=4),
    field("led_abroad", N_("Led abroad"), right=True, drops=3),
)


def _moved(reader: Reader, row: OutcomeRow) -> str:
    start = reader.word("stage", row.from_stage or row.to_stage)
    return start if row.from_stage is None else f"{start} → {reader.word('stage', row.to_stage)}"


_LEADS = (
    number_of("lead", "lead_id"),
    field("lead", N_("Project"), least=16),
    field("investor", N_("Investor"), drops=1, least=10),
    Column(N_("Outcome"), lambda reader, row: reader.say("started") if row.started else reader.say("advanced")),
    Column(N_("Stage"), _moved),
    date_of("on", N_("Day"), drops=2),
)


def trip(reader: Reader, card: TripCard) -> Iterable[RenderableType]:
    """Draw a trip: its plan as a tree of stays and visits with their results, and its outcome."""
    row, say = card.row, reader.language
    yield panel(
        f"{row.code} · {row.title} · {reader.word('trip state', row.state)}",
        facts(
            reader,
            facts_of(
                reader,
                TripFields,
                row,
                card,
                places=[
                    ("leader", row.leader + bracketed(reader, reader.word("rank", row.rank))),
                    (N_("Days"), f"{day(say, row.starts_on)} – {day(say, row.ends_on)}"),
                    (N_("Where"), _side(reader, row.abroad)),
                    "unit",
                    (N_("Taking part"), say.listed(_partner(reader, unit) for unit in card.units)),
                    "purpose",
                    (N_("Members"), say.listed(_member(reader, member) for member in card.members)),
                    ("announced", _notice(reader, row)),
                    (
                        N_("Visits"),
                        reader.say(
                            "{done} done, {planned} to do, {cancelled} cancelled",
                            done=row.done,
                            planned=row.planned,
                            cancelled=row.cancelled,
                        ),
                    ),
                    (N_("Reporting"), _report(reader, row)),
                    "outcome",
                    "reason",
                    (N_("Cost"), "\n".join(_sum(reader, cost) for cost in card.sums or ())),
                ],
                but={"code", "title", "rank", "starts", "ends", "owner", "late"},
            ),
        ),
    )
    yield _plan(reader, card)
    yield from section(reader, N_("Outside the plan"), card.unplanned, MEETINGS)
    yield from section(reader, N_("Leads started or advanced"), card.leads, _LEADS)
    if card.minutes:
        yield Text()
        yield _minutes(reader, card)
    yield from section(reader, N_("Follow-ups"), card.followups, without(FOLLOWUPS, "lead"))
    yield from section(reader, N_("Cost"), card.costs or (), COSTS)


def figures(reader: Reader, row: TripFigures) -> Iterable[RenderableType]:
    """Draw the figures of the trips of a period."""
    say = reader.language
    pairs = [
        (
            N_("Trips"),
            reader.say(
                "{count}: {home} at home, {abroad} abroad", count=row.delegations, home=row.home, abroad=row.abroad
            )
            + (reader.say(", {count} without stays", count=row.unplaced) if row.unplaced else ""),
        ),
        (N_("Led by a city leader"), str(row.led_by_city)),
        (N_("Led by a first person"), str(row.led_by_first)),
        (N_("Late notice"), str(row.late)),
        (N_("Visits"), reader.say("{visits}, to {investors} investors", visits=row.visits, investors=row.investors)),
        (N_("Leads started"), str(row.leads_started)),
        (N_("Leads advanced"), str(row.leads_moved)),
    ]
    yield panel(f"{day(say, row.since)} – {day(say, row.until)}", facts(reader, pairs))


def _notice(reader: Reader, row: TripRow) -> str:
    if row.announced_on is None:
        return ""
    days = {"day": row.announced_on, "due": row.notice_due_on}
    if not row.late:
        return reader.say("{day}, in time: due by {due}", **days)
    return reader.say("{day}, late: due by {due}; {reason}", **days, reason=row.late_reason)


def _report(reader: Reader, row: TripRow) -> str:
    if row.report_due_on is None or row.state in {"closed", "cancelled"}:
        return ""
    text = reader.say("due by {day}", day=row.report_due_on)
    late = -(row.report_days_left or 0)
    more = reader.say_n("{count} day overdue", "{count} days overdue", late) if row.report_overdue else ""
    owner = bracketed(reader, row.owner) if row.owner else ""
    return reader.language.listed(filter(None, [text + owner, more]))


def _sum(reader: Reader, row: CostSum) -> str:
    budget, actual, left = (amount(reader.language, money) for money in (row.budget, row.actual, row.left))
    if not row.budget.minor:
        return reader.say("spent {actual}, without a budget", actual=actual)
    return reader.say("spent {actual} of {budget}, {left} left", actual=actual, budget=budget, left=left)


def _partner(reader: Reader, row: PartnerRow) -> str:
    led = bracketed(reader, row.leader, reader.word("rank", row.rank or "")) if row.leader else ""
    left = reader.say(" [left: {reason}]", reason=row.left_reason) if row.left_on else ""
    return f"{row.name}{led}{left}"


def _plan(reader: Reader, card: TripCard) -> Tree:
    tree = Tree(heading(reader, N_("Planned and made visits")))
    left = list(card.visits)
    for leg in card.legs:
        here = [
            visit
            for visit in left
            if visit.planned_on is not None and leg.arrives_on <= visit.planned_on <= leg.leaves_on
        ]
        left = [visit for visit in left if visit not in here]
        _branch(reader, tree, _stay(reader, leg), here)
    if left:
        _branch(reader, tree, reader.say("no day in the plan"), left)
    return tree


def _stay(reader: Reader, leg: LegRow) -> str:
    first = moment(reader.language, leg.arrives_at, short=True) or day(reader.language, leg.arrives_on, short=True)
    last = moment(reader.language, leg.leaves_at, short=True) or day(reader.language, leg.leaves_on, short=True)
    place = f"{leg.place}{bracketed(reader, leg.country)}" if leg.country else leg.place
    return f"{place} · {first}" + (f" – {last}" if last != first else "")


def _branch(reader: Reader, tree: Tree, title: str, visits: Sequence[VisitRow]) -> None:
    branch = tree.add(Text(printable(title), style="bold"))
    for visit in visits:
        mark, style = _MARKS.get(visit.state, ("· ", ""))
        text = Text(f"{mark}{visit.number}. {visit.investor}", style=style)
        details = [
            day(reader.language, visit.planned_on, short=True) if visit.state == "planned" else "",
            visit.purpose or "",
            reader.say(
                "{at}, meeting {id}",
                at=moment(reader.language, visit.at, short=True),
                id=lettered("meeting", visit.meeting_id),
            )
            if visit.meeting_id
            else "",
            reader.say("cancelled: {reason}", reason=visit.reason) if visit.reason else "",
        ]
        rest = " · ".join(filter(None, details))
        branch.add(text.append(f"  {printable(rest)}", style="not bold dim") if rest else text)


def _minutes(reader: Reader, card: TripCard) -> Tree:
    tree = Tree(heading(reader, N_("Minutes")))
    for meeting in dict.fromkeys(line.meeting_id for line in card.minutes):
        lines = [line for line in card.minutes if line.meeting_id == meeting]
        branch = tree.add(Text(printable(f"{meeting} · {lines[0].investor}"), style="bold"))
        for line in lines:
            branch.add(Text(printable(f"{reader.word('minutes', line.kind)} · {line.text}"), style="not bold"))
    return tree


def _member(reader: Reader, member: MemberRow) -> str:
    duty = bracketed(reader, member.duty) if member.duty else ""
    left = reader.say(" [left: {reason}]", reason=member.left_reason) if member.left_on else ""
    return f"{member.name}{duty}{left}"
