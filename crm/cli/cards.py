"""Cards: one thing with everything around it, in frames and trees; what there is nothing of is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.text import Text
from rich.tree import Tree

from crm.cli import columns as each
from crm.cli import ledger_pages
from crm.cli.face import Face
from crm.cli.faults import sentences
from crm.cli.shown import amount, day, days, moment
from crm.cli.tables import FRAME, Column, draw, facts, heading, layout, left_out, panel, table, width
from crm.cli.widths import printable, wrap
from crm.errors import N_
from crm.reports.investor_rows import InvestorCard
from crm.reports.lead_rows import BoardColumn, LeadCard
from crm.reports.meeting_rows import MeetingCard
from crm.reports.place_rows import StationCard
from crm.rules.stages import Missing


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
        (N_("Industry"), ledger_pages.industry(face, row.industry, card.industry)),
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
    if card.undone:
        yield lost_ground(face, card)
    if card.next_stage is not None and row.status == "active":
        yield lacking(face, card.next_stage, card.missing, str(row.id))
    yield from section(face, N_("Referrals"), card.referrals, without(each.REFERRALS, "lead"))
    yield from section(face, N_("Claims"), card.claims, without(each.CLAIMS, "lead", "investor"))
    yield from section(face, N_("Evidence"), card.evidence, each.EVIDENCE)
    yield from section(face, N_("Contracts"), card.contracts, without(ledger_pages.CONTRACTS, "lead"))
    yield from section(face, N_("Capital arrivals"), card.arrivals, without(ledger_pages.ARRIVALS, "lead"))
    yield from section(face, N_("Meetings"), card.meetings, without(each.MEETINGS, "investor", "lead"))
    yield from section(face, N_("Follow-ups"), card.followups, without(each.FOLLOWUPS, "investor", "lead"))
    if len(card.assignments) > 1:
        yield from section(face, N_("Hands"), card.assignments, each.HANDS)


def lacking(face: Face, stage: str, lacks: Sequence[Missing], lead_id: str) -> Any:
    """Draw what stands between a lead and a stage, each with what to do about it."""
    name = face.word("stage", stage)
    if not lacks:
        return panel(
            face.say("Ready for {stage}", stage=name),
            Text(f"→ crm lead advance {lead_id} --to {stage}", style="green"),
            style="green",
        )
    title = face.say_n(
        "{count} thing missing for {stage}", "{count} things missing for {stage}", len(lacks), stage=name
    )
    return panel(title, *_points(face, lacks, lead_id), style="yellow")


def lost_ground(face: Face, card: LeadCard) -> Any:
    """Draw what a lead had when it came to its stage, and has no more since capital was reversed."""
    title = face.say("Stands at {stage}, and no longer has what led there", stage=face.word("stage", card.row.stage))
    return panel(title, *_points(face, card.undone, str(card.row.id)), style="red")


def _points(face: Face, lacks: Sequence[Missing], lead_id: str) -> list[Text]:
    lines, room = [], width() - FRAME - 4
    for lack in lacks:
        text, way_out = sentences(face.language, lack.problem)
        way_out = way_out.replace("LEAD", lead_id)
        lines.append(Text("\n  ".join(wrap(f"• {text}", room))))
        lines.append(Text("  → " + "\n    ".join(wrap(way_out, room)), style="dim"))
    return lines


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
    yield from section(face, N_("People"), card.contacts, without(each.CONTACTS, "investor"))
    yield from section(face, N_("Leads"), card.leads, without(each.LEADS, "investor"))
    yield from section(face, N_("Claims"), card.claims, without(each.CLAIMS, "investor"))
    yield from section(face, N_("Latest meetings"), card.meetings, without(each.MEETINGS, "investor"))


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
    yield from section(face, N_("Posts"), person["employments"], without(each.CONTACTS, "email", "phone", "name", "id"))


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
    yield from section(face, N_("Follow-ups"), card.followups, without(each.FOLLOWUPS, "investor", "lead"))


def bracketed(face: Face, *texts: str) -> str:
    """Return texts in the brackets of the language, to stand behind another."""
    return face.say(" ({text})", text=face.language.read(N_(", ")).join(texts))


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
    yield from section(face, N_("History"), card.history, each.STATION_HISTORY)


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


def section(face: Face, title: str, rows: Sequence[Any], columns: Sequence[Column]) -> Iterable[Any]:
    """Draw a table under its heading; nothing where there are no rows."""
    if rows:
        yield Text()
        yield heading(face, title)
        yield from table(face, rows, columns)


def without(columns: Sequence[Column], *names: str) -> tuple[Column, ...]:
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
