"""The columns and the card of leads, and the board."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import evolve
from rich.console import RenderableType
from rich.panel import Panel
from rich.text import Text

from crm.cli.printing.fields import (
    column_of,
    date_of,
    described,
    facts_of,
    field,
    investor_of,
    moment_of,
    named,
    number_of,
    word,
)
from crm.cli.printing.formatting import amount, day, days
from crm.cli.printing.reader import Reader
from crm.cli.printing.refusals import sentences
from crm.cli.printing.tables import (
    FRAME,
    Column,
    draw,
    facts,
    layout,
    left_out,
    panel,
    section,
    unbounded,
    width,
    with_code,
    without,
)
from crm.cli.printing.widths import wrap
from crm.errors import N_
from crm.reads.leads.rows import BoardColumn, CarriedOverRow, HistoryRow, LeadCard, LeadRow
from crm.rules.leads.fields import EnterpriseFields, LeadFields
from crm.rules.stages import Missing
from crm.rules.tags import Tagged
from crm.values.moments import bureau_day
from crm.values.numbers import lettered

_STATUS_STYLES = {"active": "", "on_hold": "yellow", "lost": "red", "abandoned": "red", "exited": "magenta"}

_STANDING = Column(
    N_("Time at stage"),
    lambda reader, row: days(reader.language, row.days_in_stage),
    drops=2,
    right=True,
    style=lambda row: "bold yellow" if row.stale else "",
    key="days_in_stage",
    value=lambda row: row.days_in_stage,
)


_STATUS = Column(
    N_("Status"),
    lambda reader, row: reader.word("status", row.status),
    drops=3,
    style=lambda row: _STATUS_STYLES.get(row.status, ""),
    key="status",
)


def _mark(reader: Reader, row: LeadRow) -> str:
    """Return the mark of a lead that is carried over."""
    return reader.say("carried over") if row.carried_over else ""


LEADS = described(
    LeadFields,
    number_of("lead"),
    "title",
    Column(N_("Investor"), investor_of, least=10, key="investor"),
    Column(
        N_("Stage"),
        lambda reader, row: " · ".join(filter(None, [reader.word("stage", row.stage), _mark(reader, row)])),
        key="stage",
        value=lambda row: row.stage,
    ),
    _STATUS,
    "expected",
    _STANDING,
    column_of(Tagged, "tags"),
)


#: Within a stage's frame its name and the headings would say the same again and again.
BOARD = (
    number_of("lead"),
    Column(N_("Investor"), investor_of, least=10, key="investor"),
    column_of(LeadFields, "title"),
    evolve(column_of(LeadFields, "expected"), drops=3),
    Column(
        _STATUS.heading,
        lambda reader, row: " · ".join(
            filter(None, ["" if row.status == "active" else reader.word("status", row.status), _mark(reader, row)])
        ),
        drops=4,
        style=_STATUS.style,
    ),
    column_of(LeadFields, "owner"),
    _STANDING,
)


def _step(reader: Reader, row: HistoryRow) -> str:
    """Return the change: the stages, and the status if it changed."""
    before = reader.word("stage", row.from_stage) if row.from_stage else ""
    after = reader.word("stage", row.to_stage)
    if before in {"", after}:
        return after if not row.from_status else reader.word("status", row.to_status)
    return f"{before} → {after}"


def _why(reader: Reader, row: HistoryRow) -> str:
    extra = []
    if row.carried_over:
        extra.append(reader.say("carried over"))
    if row.review_on is not None:
        extra.append(reader.say("review on {day}", day=row.review_on))
    if row.competitor:
        extra.append(reader.say("lost to {place}", place=row.competitor))
    if row.first_told is not None:
        redated = reader.say("recorded as {day}, corrected by {by}", day=row.first_told, by=row.redated_by)
        extra.append(reader.language.read(N_(": ")).join(filter(None, [redated, row.redated_reason])))
    return reader.language.read(N_("; ")).join(filter(None, [row.reason, *extra]))


HISTORY = (
    field("number", N_("No."), right=True),
    date_of("occurred_on", N_("Day")),
    word("kind", N_("Move"), "move"),
    Column(N_("Step"), _step),
    field("actor", N_("By"), drops=1),
    Column(N_("Why"), _why, least=16),
)


STAYS = (
    word("stage", N_("Stage"), "stage"),
    date_of("entered_on", N_("From")),
    date_of("left_on", N_("Until")),
    Column(N_("Duration"), lambda reader, row: days(reader.language, row.days), right=True),
    field("cycle", N_("Cycle"), drops=1, right=True),
)


HANDS = (
    field("number", N_("No."), right=True),
    moment_of("assigned_at", N_("From")),
    field("owner", N_("Owner")),
    field("unit", N_("Unit")),
    field("station", N_("Station")),
    field("actor", N_("By"), drops=2),
    field("reason", N_("Why"), drops=1, least=12),
)


def board(reader: Reader, pipeline: Sequence[BoardColumn]) -> Iterable[RenderableType]:
    """Draw the pipeline: a panel for each stage, count and sums in its title, columns aligned across panels."""
    rows = [lead for stage in pipeline for lead in stage.leads]
    fitted = layout(reader, rows, BOARD, within=None if unbounded() else width() - FRAME)
    for stage in pipeline:
        sums = reader.language.listed(amount(reader.language, money, short=True) for money in stage.amounts)
        title = " · ".join(
            filter(
                None,
                [
                    reader.word("stage", stage.stage),
                    reader.say_n("{count} lead", "{count} leads", stage.count),
                    sums,
                ],
            )
        )
        if stage.leads:
            rest = stage.count - len(stage.leads)
            more = reader.say_n(
                "{count} more: crm lead list --stage {stage}",
                "{count} more: crm lead list --stage {stage}",
                rest,
                stage=stage.stage,
            )
            yield panel(
                title,
                draw(reader, stage.leads, fitted, header=False),
                *([Text(more, style="dim")] if rest > 0 else []),
                least=fitted.width + FRAME,
            )
        else:
            yield Text(f"  {title}", style="dim")
    yield from left_out(reader, fitted)


def lead(reader: Reader, card: LeadCard) -> Iterable[RenderableType]:
    """Draw a lead: its fields, what it lacks for its next stage, its documents, capital and meetings."""
    from crm.cli.claims.pages import CLAIMS
    from crm.cli.evidence import EVIDENCE
    from crm.cli.ledgers import pages as ledger_pages
    from crm.cli.meetings.pages import FOLLOWUPS, MEETINGS
    from crm.cli.referrals.pages import REFERRALS

    row, say = card.row, reader.language
    title = (
        f"{named('lead', row.id, row.title)} · {reader.word('stage', row.stage)} · {reader.word('status', row.status)}"
    )
    firm = card.enterprise
    stay = reader.say("since {day}, {days}", day=row.entered_on, days=days(say, row.days_in_stage))
    pairs = facts_of(
        reader,
        LeadFields,
        row,
        card,
        but={"title"},
        places=[
            (N_("Investor"), investor_of(reader, row)),
            "expected",
            ("industry", ledger_pages.industry(reader, row.industry, card.industry)),
            ("source", source(reader, card.source)),
            "received",
            (N_("At this stage"), stay),
            (N_("Landed"), day(say, row.landed_on)),
            ("owner", with_code(reader, card.owner_name, row.owner)),
            ("unit", with_code(reader, card.unit_name, row.unit)),
            ("station", with_code(reader, card.station_name, row.station)),
            "parent",
            *([] if firm is None else facts_of(reader, EnterpriseFields, firm)),
            "foreign",
            "confidential",
            "code_name",
            *facts_of(reader, Tagged, row),
            (N_("Cycle"), str(row.cycle) if row.cycle > 1 else ""),
            "note",
            (N_("Version"), str(row.version)),
        ],
    )
    yield panel(title, facts(reader, pairs))
    if card.undone:
        yield lost_ground(reader, card)
    if card.carried_over is not None:
        yield carried(reader, row, card.carried_over)
    if card.next_stage is not None and row.status == "active" and not row.carried_over:
        yield lacking(reader, card.next_stage, card.missing, lettered("lead", row.id))
    yield from section(reader, N_("Referrals"), card.referrals, without(REFERRALS, "lead"))
    yield from section(reader, N_("Claims"), card.claims, without(CLAIMS, "lead", "investor"))
    yield from section(reader, N_("Evidence"), card.evidence, EVIDENCE)
    yield from section(reader, N_("Contracts"), card.contracts, without(ledger_pages.CONTRACTS, "lead"))
    yield from section(reader, N_("Capital arrivals"), card.arrivals, without(ledger_pages.ARRIVALS, "lead"))
    yield from section(reader, N_("Meetings"), card.meetings, without(MEETINGS, "investor", "lead"))
    yield from section(reader, N_("Follow-ups"), card.followups, without(FOLLOWUPS, "investor", "lead"))
    if len(card.assignments) > 1:
        yield from section(reader, N_("Owners"), card.assignments, HANDS)


def lacking(reader: Reader, stage: str, lacks: Sequence[Missing], number: str) -> Panel:
    """Draw what a lead lacks for a stage, each with what to do."""
    name = reader.word("stage", stage)
    if not lacks:
        return panel(
            reader.say("Ready for {stage}", stage=name),
            Text(f"→ crm lead advance {number} --to {stage}", style="green"),
            style="green",
        )
    title = reader.say_n(
        "{count} thing missing for {stage}", "{count} things missing for {stage}", len(lacks), stage=name
    )
    return panel(title, *_points(reader, lacks, number), style="yellow")


def lost_ground(reader: Reader, card: LeadCard) -> Panel:
    """Draw the passed gates that are no longer met since capital was reversed."""
    title = reader.say("At {stage}, but gates are no longer met", stage=reader.word("stage", card.row.stage))
    return panel(title, *_points(reader, card.undone, lettered("lead", card.row.id)), style="red")


def carried(reader: Reader, row: LeadRow, over: CarriedOverRow) -> Panel:
    """Draw that a lead was carried over: why, by whom, and what it lacks until it is settled."""
    number = lettered("lead", row.id)
    why = reader.say(
        "Carried over by {by} on {day}: {reason}", by=over.actor, day=bureau_day(over.recorded_at), reason=over.reason
    )
    lines = [Text("\n  ".join(wrap(why, width() - FRAME - 4)))]
    if over.settled_at is not None:
        settled = reader.say("Settled by {by} on {day}", by=over.settled_by, day=bureau_day(over.settled_at))
        return panel(settled, *lines, style="green")
    title = reader.say(
        "Carried over at {stage}; in no figure until it is settled", stage=reader.word("stage", row.stage)
    )
    if not over.missing:
        return panel(title, *lines, Text(f"→ crm lead settle {number}", style="green"), style="green")
    return panel(title, *lines, *_points(reader, over.missing, number), style="yellow")


def _points(reader: Reader, lacks: Sequence[Missing], number: str) -> list[Text]:
    lines, room = [], width() - FRAME - 4
    for lack in lacks:
        text, way_out = sentences(reader.language, lack.problem)
        way_out = way_out.replace("LEAD", number)
        lines.append(Text("\n  ".join(wrap(f"• {text}", room))))
        lines.append(Text("  → " + "\n    ".join(wrap(way_out, room)), style="dim"))
    return lines


def source(reader: Reader, text: str) -> str:
    """Return the source of a lead, such as ``station:tokyo``, with the word for its kind."""
    kind, colon, name = text.partition(":")
    return reader.language.read(N_(": ")).join([reader.word("source", kind), name.strip()]) if colon else text
