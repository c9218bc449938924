"""Cards: one thing with everything around it, in frames and trees; what there is nothing of is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.text import Text
from rich.tree import Tree

from crm.cli import columns as each
from crm.cli.face import Face
from crm.cli.faults import sentences
from crm.cli.shown import amount, day, days, moment
from crm.cli.tables import FRAME, Column, draw, facts, heading, layout, left_out, panel, table, width
from crm.cli.widths import printable, wrap
from crm.errors import N_
from crm.reports.rows import BoardColumn, InvestorCard, LeadCard, LegRow, MeetingCard, StationCard, TripCard, VisitRow
from crm.rules.stages import Missing

_MARKS = {"planned": ("· ", ""), "done": ("✓ ", "green"), "cancelled": ("✗ ", "red")}


def board(face: Face, pipeline: Sequence[BoardColumn]) -> Iterable[Any]:
    """Draw the pipeline: a frame for each stage, count and sums in its title, the leads aligned through all frames."""
    rows = [lead for stage in pipeline for lead in stage.leads]
    fitted = layout(face, rows, each.BOARD, within=width() - FRAME)
    for stage in pipeline:
        sums = face.language.read(N_(", ")).join(amount(face.language, money, short=True) for money in stage.amounts)
        title = " · ".join(
            filter(
                None,
                [
                    face.word("stage", stage.stage) if stage.stage == stage.label else face.language.read(stage.label),
                    face.say_n("{count} lead", "{count} leads", stage.count),
                    sums,
                ],
            )
        )
        if stage.leads:
            yield panel(title, draw(face, stage.leads, fitted, header=False))
        else:
            yield Text(f"  {title}", style="dim")
    yield from left_out(face, fitted)


def lead(face: Face, card: LeadCard) -> Iterable[Any]:
    """Draw a lead: what it is, what it lacks for its next stage, and what there is of papers, money, meetings."""
    row, say = card.row, face.language
    title = f"{row.id} · {row.title} · {face.word('stage', row.stage)} · {face.word('status', row.status)}"
    firm = card.enterprise
    pairs = [
        (N_("Investor"), each.investor_of(face, row)),
        (N_("Expected"), amount(say, row.expected)),
        (N_("Industry"), row.industry or ""),
        (N_("Source"), source(face, card.source)),
        (N_("Received"), day(say, row.received_on)),
        (N_("In this stage"), face.say("since {day}, {days}", day=row.entered_on, days=days(say, row.days_in_stage))),
        (N_("Landed"), day(say, row.landed_on)),
        (N_("Owner"), row.owner or ""),
        (N_("Unit"), row.unit or ""),
        (N_("Station"), row.station or ""),
        (N_("Expands lead"), str(card.parent_id or "")),
        (N_("Project company"), firm.name if firm else ""),
        (N_("Credit code"), (firm.credit_code or "") if firm else ""),
        (N_("Licensed"), day(say, firm.licensed_on) if firm else ""),
        (N_("Filing"), (firm.filing or "") if firm else ""),
        (N_("Confidential"), face.say("yes") if row.confidential else ""),
        (N_("Cycle"), str(row.cycle) if row.cycle > 1 else ""),
        (N_("Note"), card.note or ""),
        (N_("Version"), str(row.version)),
    ]
    yield panel(title, facts(face, pairs))
    if card.next_stage is not None and row.status == "active":
        yield lacking(face, card.next_stage, card.missing, str(row.id))
    yield from _section(face, N_("Referrals"), card.referrals, _without(each.REFERRALS, "lead"))
    yield from _section(face, N_("Claims"), card.claims, _without(each.CLAIMS, "lead", "investor"))
    yield from _section(face, N_("Evidence"), card.evidence, each.EVIDENCE)
    yield from _section(face, N_("Capital arrivals"), card.arrivals, _without(each.ARRIVALS, "lead"))
    yield from _section(face, N_("Meetings"), card.meetings, _without(each.MEETINGS, "investor", "lead"))
    yield from _section(face, N_("Follow-ups"), card.followups, _without(each.FOLLOWUPS, "investor", "lead"))
    if len(card.assignments) > 1:
        yield from _section(face, N_("Hands"), card.assignments, each.HANDS)


def lacking(face: Face, stage: str, lacks: Sequence[Missing], lead_id: str) -> Any:
    """Draw what stands between a lead and a stage, each with what to do about it."""
    name = face.word("stage", stage)
    if not lacks:
        return panel(
            face.say("Ready for {stage}", stage=name),
            Text(f"→ crm lead advance {lead_id} --to {stage}", style="green"),
            style="green",
        )
    lines, room = [], width() - FRAME - 4
    for lack in lacks:
        text, way_out = sentences(face.language, lack.problem)
        way_out = way_out.replace("LEAD", lead_id)
        lines.append(Text("\n  ".join(wrap(f"• {text}", room))))
        lines.append(Text("  → " + "\n    ".join(wrap(way_out, room)), style="dim"))
    title = face.say_n(
        "{count} thing missing for {stage}", "{count} things missing for {stage}", len(lacks), stage=name
    )
    return panel(title, *lines, style="yellow")


def source(face: Face, text: str) -> str:
    """Return where a lead came from, such as ``station:tokyo``, with the word for its kind."""
    kind, colon, name = text.partition(":")
    return face.language.read(N_(": ")).join([face.word("source", kind), name.strip()]) if colon else text


def investor(face: Face, card: InvestorCard) -> Iterable[Any]:
    """Draw an investor with its names, people, leads and latest meetings."""
    row = card.row
    names = [name.text + bracketed(face, name.language, face.word("name kind", name.kind)) for name in card.names]
    numbers = [
        each.shown
        + bracketed(face, face.word("scheme", each.scheme), *([face.say("former")] if each.former_since else []))
        for each in card.identifiers
    ]
    yield panel(
        f"{row.id} · {row.name}",
        facts(
            face,
            [
                (N_("Country"), row.country),
                (N_("Kind"), face.word("investor kind", row.kind)),
                (N_("Names"), "\n".join(names)),
                (N_("Identifiers"), "\n".join(numbers)),
                (N_("Archived"), face.say("yes") if row.archived else ""),
                (N_("Note"), card.note or ""),
            ],
        ),
    )
    yield from _section(face, N_("People"), card.contacts, _without(each.CONTACTS, "investor"))
    yield from _section(face, N_("Leads"), card.leads, _without(each.LEADS, "investor"))
    yield from _section(face, N_("Claims"), card.claims, _without(each.CLAIMS, "investor"))
    yield from _section(face, N_("Latest meetings"), card.meetings, _without(each.MEETINGS, "investor"))


def contact(face: Face, person: Mapping[str, Any]) -> Iterable[Any]:
    """Draw a person and where they work."""
    yield panel(
        f"{person['id']} · {person['name']}",
        facts(
            face,
            [
                (N_("E-mail"), person["email"] or ""),
                (N_("Telephone"), person["phone"] or ""),
                (N_("Note"), person["note"] or ""),
                (N_("Archived"), face.say("yes") if person["archived"] else ""),
            ],
        ),
    )
    yield from _section(
        face, N_("Posts"), person["employments"], _without(each.CONTACTS, "email", "phone", "name", "id")
    )


def meeting(face: Face, card: MeetingCard) -> Iterable[Any]:
    """Draw a meeting with its minutes and what was promised."""
    row, comma = card.row, face.language.read(N_(", "))
    pairs = [
        (N_("Time"), moment(face.language, row.at)),
        (N_("Kind"), face.word("meeting", row.kind)),
        (N_("Place"), row.place or ""),
        (N_("Contacts"), comma.join(row.contacts)),
        (N_("Our side"), comma.join(row.staff)),
        (N_("Station"), row.station or ""),
        (N_("Project"), f"{row.lead_id} · {row.lead}" if row.lead_id else ""),
        (N_("Summary"), row.summary),
    ]
    yield panel(f"{row.id} · {row.investor}", facts(face, pairs))
    if card.minutes:
        tree = Tree(heading(face, N_("Minutes")))
        for kind in dict.fromkeys(kind for kind, _ in card.minutes):
            branch = tree.add(Text(face.word("minutes", kind), style="bold"))
            for _, text in (line for line in card.minutes if line[0] == kind):
                branch.add(Text(printable(text)))
        yield tree
    yield from _section(face, N_("Follow-ups"), card.followups, _without(each.FOLLOWUPS, "investor", "lead"))


def trip(face: Face, card: TripCard) -> Iterable[Any]:
    """Draw a delegation: its plan as a tree of stays and visits, each with what became of it."""
    row, say = card.row, face.language
    yield panel(
        f"{row.code} · {row.title}",
        facts(
            face,
            [
                (N_("Leader"), row.leader + bracketed(face, face.word("rank", row.rank))),
                (N_("Days"), f"{day(say, row.starts_on)} – {day(say, row.ends_on)}"),
                (N_("Unit"), row.unit or ""),
                (N_("Purpose"), card.purpose or ""),
                (N_("Members"), say.read(N_(", ")).join(_member(face, member) for member in card.members)),
                (
                    N_("Visits"),
                    face.say(
                        "{done} done, {planned} to do, {cancelled} cancelled",
                        done=row.done,
                        planned=row.planned,
                        cancelled=row.cancelled,
                    ),
                ),
                (N_("Outcome"), card.outcome or ""),
            ],
        ),
    )
    yield _plan(face, card)
    yield from _section(face, N_("Besides the plan"), card.unplanned, each.MEETINGS)


def bracketed(face: Face, *texts: str) -> str:
    """Return texts in the brackets of the language, to stand behind another."""
    return face.say(" ({text})", text=face.language.read(N_(", ")).join(texts))


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
    first, last = (day(face.language, when, short=True) for when in (leg.arrives_on, leg.leaves_on))
    return f"{leg.place} · {first}" + (f" – {last}" if last != first else "")


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


def _member(face: Face, member: Any) -> str:
    duty = bracketed(face, member.duty) if member.duty else ""
    left = face.say(" [left: {reason}]", reason=member.left_reason) if member.left_on else ""
    return f"{member.name}{duty}{left}"


def station(face: Face, card: StationCard) -> Iterable[Any]:
    """Draw a station with its dated history."""
    row = card.row
    name, other = (row.name, row.name_en) if face.language.code == "zh" else (row.name_en, row.name)
    yield panel(
        f"{row.code} · {name} · {face.word('station status', row.status)}",
        facts(
            face,
            [
                (N_("Other name"), other),
                (N_("Country"), row.country),
                (N_("Time zone"), row.zone),
                (N_("Host"), row.host or ""),
                (N_("Languages"), face.language.read(N_(", ")).join(row.languages)),
                (N_("Staff"), str(row.staff)),
                (N_("Leads"), str(row.leads)),
                (N_("Meetings"), str(row.meetings)),
            ],
        ),
    )
    yield from _section(face, N_("History"), card.history, each.STATION_HISTORY)


def stations(face: Face, shown: Sequence[StationCard]) -> Tree:
    """Draw stations with their dated histories as one tree."""
    tree = Tree("", hide_root=True)
    for card in shown:
        row = card.row
        name = row.name if face.language.code == "zh" else row.name_en
        parts = [row.code, name, face.word("station status", row.status), row.host or ""]
        branch = tree.add(Text(printable(" · ".join(filter(None, parts))), style="bold"))
        for event in card.history:
            when, status = day(face.language, event.since, short=True), face.word("station status", event.status)
            branch.add(Text(printable(f"{when}  {status}  {event.note or ''}".rstrip()), style="not bold"))
    return tree


def _section(face: Face, title: str, rows: Sequence[Any], columns: Sequence[Column]) -> Iterable[Any]:
    if rows:
        yield Text()
        yield heading(face, title)
        yield from table(face, rows, columns)


def _without(columns: Sequence[Column], *names: str) -> tuple[Column, ...]:
    """Return the columns but those of the card's own subject."""
    headings = {
        "lead": "Project",
        "investor": "Investor",
        "email": "E-mail",
        "phone": "Telephone",
        "name": "Name",
        "id": "No.",
    }
    unwanted = {headings[name] for name in names}
    return tuple(column for column in columns if column.heading not in unwanted)
