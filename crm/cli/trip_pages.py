"""The columns and the card of delegations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.text import Text
from rich.tree import Tree

from crm.cli.face import Face
from crm.cli.fields import NUMBER, date_of, field, money_of, word
from crm.cli.meeting_pages import FOLLOWUPS, MEETINGS
from crm.cli.shown import amount, day, moment
from crm.cli.tables import Column, bracketed, facts, heading, panel, section, without
from crm.cli.widths import printable
from crm.errors import N_
from crm.reports.trip_rows import LegRow, OutcomeRow, PartnerRow, TripCard, TripFigures, TripRow, VisitRow

_MARKS = {"planned": ("· ", ""), "done": ("✓ ", "green"), "cancelled": ("✗ ", "red")}
_STYLES = {"cancelled": "red", "returned": "yellow", "closed": "green"}


def _side(face: Face, abroad: bool | None) -> str:  # noqa: FBT001 - a field of the row
    if abroad is None:
        return ""
    return face.say("abroad") if abroad else face.say("at home")


def _state(face: Face, row: TripRow) -> str:
    return face.say("report overdue") if row.report_overdue else face.word("trip state", row.state)


def _state_style(row: TripRow) -> str:
    return "bold red" if row.report_overdue else _STYLES.get(row.state, "")


TRIPS = (
    field("code", N_("Code")),
    field("title", N_("Delegation"), least=14),
    date_of("starts_on", N_("From")),
    date_of("ends_on", N_("Until"), drops=4),
    Column(N_("Where"), lambda face, row: _side(face, row.abroad), drops=5),
    field("leader", N_("Leader"), drops=6, least=8),
    word("rank", N_("Rank"), "rank", drops=7),
    field("unit", N_("Unit"), drops=8),
    Column(N_("Visits"), lambda _, row: f"{row.done}/{row.done + row.planned}", right=True),
    Column(N_("State"), _state, drops=1, style=_state_style),
    date_of("report_due_on", N_("Report due"), drops=3),
)
COSTS = (
    NUMBER,
    word("kind", N_("Kind"), "cost kind"),
    field("item", N_("What for"), least=12),
    money_of("amount", N_("Amount")),
    date_of("spent_on", N_("Day"), drops=2),
    field("reference", N_("Reference"), drops=3, least=10),
    field("recorded_by", N_("By"), drops=4),
    Column(
        N_("Withdrawn"),
        lambda _, row: row.withdrawn_reason or "",
        drops=1,
        style=lambda row: "red" if row.withdrawn_on else "",
    ),
)
UNITS = (
    field("unit", N_("Unit")),
    field("name", N_("Name"), least=12, drops=2),
    word("kind", N_("Kind"), "unit kind", drops=1),
    field("delegations", N_("Trips"), right=True),
    field("home", N_("At home"), right=True),
    field("abroad", N_("Abroad"), right=True),
    field("led", N_("Led by the first person"), right=True),
    field("led_home", N_("Of these at home"), right=True, drops=4),
    field("led_abroad", N_("Of these abroad"), right=True, drops=3),
)


def _moved(face: Face, row: OutcomeRow) -> str:
    start = face.word("stage", row.from_stage or row.to_stage)
    return start if row.from_stage is None else f"{start} → {face.word('stage', row.to_stage)}"


_LEADS = (
    field("lead_id", N_("No."), right=True),
    field("lead", N_("Project"), least=16),
    field("investor", N_("Investor"), drops=1, least=10),
    Column(N_("What came"), lambda face, row: face.say("started") if row.started else face.say("moved forward")),
    Column(N_("Stage"), _moved),
    date_of("on", N_("Day"), drops=2),
)


def trip(face: Face, card: TripCard) -> Iterable[Any]:
    """Draw a delegation: its plan as a tree of stays and visits, each with what became of it, and what came of it all."""
    row, say = card.row, face.language
    comma = say.read(N_(", "))
    yield panel(
        f"{row.code} · {row.title} · {face.word('trip state', row.state)}",
        facts(
            face,
            [
                (N_("Leader"), row.leader + bracketed(face, face.word("rank", row.rank))),
                (N_("Days"), f"{day(say, row.starts_on)} – {day(say, row.ends_on)}"),
                (N_("Where"), _side(face, row.abroad)),
                (N_("Unit"), row.unit or ""),
                (N_("Taking part"), comma.join(_partner(face, each) for each in card.units)),
                (N_("Purpose"), card.purpose or ""),
                (N_("Members"), comma.join(_member(face, member) for member in card.members)),
                (N_("Announced"), _notice(face, row)),
                (
                    N_("Visits"),
                    face.say(
                        "{done} done, {planned} to do, {cancelled} cancelled",
                        done=row.done,
                        planned=row.planned,
                        cancelled=row.cancelled,
                    ),
                ),
                (N_("Reporting"), _report(face, row)),
                (N_("Outcome"), card.outcome or ""),
                (N_("Cancelled"), card.cancel_reason or ""),
                (N_("Cost"), "\n".join(_sum(face, each) for each in card.sums or ())),
            ],
        ),
    )
    yield _plan(face, card)
    yield from section(face, N_("Besides the plan"), card.unplanned, MEETINGS)
    yield from section(face, N_("Leads started or moved forward"), card.leads, _LEADS)
    if card.minutes:
        yield Text()
        yield _minutes(face, card)
    yield from section(face, N_("Follow-ups"), card.followups, without(FOLLOWUPS, "lead"))
    yield from section(face, N_("Cost"), card.costs or (), COSTS)


def figures(face: Face, row: TripFigures) -> Iterable[Any]:
    """Draw what the delegations of a period came to."""
    say = face.language
    pairs = [
        (
            N_("Delegations"),
            face.say(
                "{count}: {home} at home, {abroad} abroad", count=row.delegations, home=row.home, abroad=row.abroad
            )
            + (face.say(", {count} without places", count=row.unplaced) if row.unplaced else ""),
        ),
        (N_("Led by a city leader"), str(row.led_by_city)),
        (N_("Led by a first person"), str(row.led_by_first)),
        (N_("Announced late"), str(row.late)),
        (N_("Visits"), face.say("{visits}, to {investors} investors", visits=row.visits, investors=row.investors)),
        (N_("Leads started"), str(row.leads_started)),
        (N_("Leads moved forward"), str(row.leads_moved)),
    ]
    yield panel(f"{day(say, row.since)} – {day(say, row.until)}", facts(face, pairs))


def _notice(face: Face, row: TripRow) -> str:
    if row.announced_on is None:
        return ""
    days = {"day": row.announced_on, "due": row.notice_due_on}
    if not row.late:
        return face.say("{day}, in time: due by {due}", **days)
    return face.say("{day}, late: due by {due}; {reason}", **days, reason=row.late_reason)


def _report(face: Face, row: TripRow) -> str:
    if row.report_due_on is None or row.state in {"closed", "cancelled"}:
        return ""
    text = face.say("due by {day}", day=row.report_due_on)
    late = -(row.report_days_left or 0)
    more = face.say_n("{count} day overdue", "{count} days overdue", late) if row.report_overdue else ""
    owner = bracketed(face, row.owner) if row.owner else ""
    return face.language.read(N_(", ")).join(filter(None, [text + owner, more]))


def _sum(face: Face, row: Any) -> str:
    budget, actual, left = (amount(face.language, each) for each in (row.budget, row.actual, row.left))
    if not row.budget.minor:
        return face.say("spent {actual}, without a budget", actual=actual)
    return face.say("spent {actual} of {budget}, {left} left", actual=actual, budget=budget, left=left)


def _partner(face: Face, row: PartnerRow) -> str:
    led = bracketed(face, row.leader, face.word("rank", row.rank or "")) if row.leader else ""
    left = face.say(" [left: {reason}]", reason=row.left_reason) if row.left_on else ""
    return f"{row.name}{led}{left}"


def _plan(face: Face, card: TripCard) -> Tree:
    tree = Tree(heading(face, N_("Plan and what was done")))
    left = list(card.visits)
    for leg in card.legs:
        here = [
            visit
            for visit in left
            if visit.planned_on is not None and leg.arrives_on <= visit.planned_on <= leg.leaves_on
        ]
        left = [visit for visit in left if visit not in here]
        _branch(face, tree, _stay(face, leg), here)
    if left:
        _branch(face, tree, face.say("no day in the plan"), left)
    return tree


def _stay(face: Face, leg: LegRow) -> str:
    first = moment(face.language, leg.arrives_at, short=True) or day(face.language, leg.arrives_on, short=True)
    last = moment(face.language, leg.leaves_at, short=True) or day(face.language, leg.leaves_on, short=True)
    place = f"{leg.place}{bracketed(face, leg.country)}" if leg.country else leg.place
    return f"{place} · {first}" + (f" – {last}" if last != first else "")


def _branch(face: Face, tree: Tree, title: str, visits: Sequence[VisitRow]) -> None:
    branch = tree.add(Text(printable(title), style="bold"))
    for visit in visits:
        mark, style = _MARKS.get(visit.state, ("· ", ""))
        text = Text(f"{mark}{visit.number}. {visit.investor}", style=style)
        details = [
            day(face.language, visit.planned_on, short=True) if visit.state == "planned" else "",
            visit.purpose or "",
            face.say("{at}, meeting {id}", at=moment(face.language, visit.at, short=True), id=visit.meeting_id)
            if visit.meeting_id
            else "",
            face.say("cancelled: {reason}", reason=visit.reason) if visit.reason else "",
        ]
        rest = " · ".join(filter(None, details))
        branch.add(text.append(f"  {printable(rest)}", style="not bold dim") if rest else text)


def _minutes(face: Face, card: TripCard) -> Tree:
    tree = Tree(heading(face, N_("Minutes")))
    for meeting in dict.fromkeys(line.meeting_id for line in card.minutes):
        lines = [line for line in card.minutes if line.meeting_id == meeting]
        branch = tree.add(Text(printable(f"{meeting} · {lines[0].investor}"), style="bold"))
        for line in lines:
            branch.add(Text(printable(f"{face.word('minutes', line.kind)} · {line.text}"), style="not bold"))
    return tree


def _member(face: Face, member: Any) -> str:
    duty = bracketed(face, member.duty) if member.duty else ""
    left = face.say(" [left: {reason}]", reason=member.left_reason) if member.left_on else ""
    return f"{member.name}{duty}{left}"
