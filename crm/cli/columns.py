"""The columns of every list: what each shows, and which leave first where the width is short."""

from __future__ import annotations

from typing import Any

from crm.cli.face import Face
from crm.cli.fields import date_of, field, joined, moment_of, money_of, word
from crm.cli.shown import amount, days
from crm.cli.tables import Column
from crm.errors import N_
from crm.reports.lead_rows import HistoryRow, LeadRow
from crm.rules.stages import DEFAULT
from crm.values.shares import percent

_STATUS_STYLES = {"active": "", "on_hold": "yellow", "lost": "red", "abandoned": "red", "exited": "magenta"}
_LIMITS = {stage.code: stage.stale_days for stage in DEFAULT.stages}


def stale(row: LeadRow) -> bool:
    """Say whether a lead has stood longer than its stage allows."""
    limit = _LIMITS.get(row.stage)
    return row.status == "active" and limit is not None and row.days_in_stage > limit


def investor_of(face: Face, row: Any) -> str:
    """Return the investor of a lead, or the word for one that is hidden."""
    return row.investor if row.investor is not None else face.say("(confidential)")


NUMBER = field("id", N_("No."), right=True)
_STANDING = Column(
    N_("Standing"),
    lambda face, row: days(face.language, row.days_in_stage),
    drops=2,
    right=True,
    style=lambda row: "bold yellow" if stale(row) else "",
)
_STATUS = Column(
    N_("Status"),
    lambda face, row: face.word("status", row.status),
    drops=3,
    style=lambda row: _STATUS_STYLES.get(row.status, ""),
)

LEADS = (
    NUMBER,
    field("title", N_("Project"), least=16),
    Column(N_("Investor"), investor_of, least=10),
    word("stage", N_("Stage"), "stage"),
    _STATUS,
    money_of("expected", N_("Expected"), drops=4),
    _STANDING,
    field("owner", N_("Owner"), drops=5),
    field("unit", N_("Unit"), drops=7),
    field("station", N_("Station"), drops=6),
    field("industry", N_("Industry"), drops=8),
)
#: Within a stage's frame its name and the headings would say the same again and again.
BOARD = (
    NUMBER,
    Column(N_("Investor"), investor_of, least=10),
    field("title", N_("Project"), least=16),
    money_of("expected", N_("Expected"), drops=3),
    Column(
        _STATUS.heading,
        lambda face, row: "" if row.status == "active" else face.word("status", row.status),
        drops=4,
        style=_STATUS.style,
    ),
    field("owner", N_("Owner"), drops=5),
    _STANDING,
)


def _step(face: Face, row: HistoryRow) -> str:
    """Return what changed: the stages, and the status where it did."""
    before = face.word("stage", row.from_stage) if row.from_stage else ""
    after = face.word("stage", row.to_stage)
    if before in {"", after}:
        return after if not row.from_status else face.word("status", row.to_status)
    return f"{before} → {after}"


def _why(face: Face, row: HistoryRow) -> str:
    extra = []
    if row.review_on is not None:
        extra.append(face.say("review on {day}", day=row.review_on))
    if row.competitor:
        extra.append(face.say("lost to {place}", place=row.competitor))
    return face.language.read(N_("; ")).join(filter(None, [row.reason, *extra]))


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
    Column(N_("Duration"), lambda face, row: days(face.language, row.days), right=True),
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
EVIDENCE = (
    NUMBER,
    word("kind", N_("Kind"), "evidence"),
    date_of("dated_on", N_("Day")),
    field("reference", N_("Reference"), least=14),
    money_of("amount", N_("Amount"), drops=2),
    field("submitted_by", N_("Submitted by"), drops=4),
    field("confirmed_by", N_("Confirmed by"), drops=3),
    Column("SHA-256", lambda _, row: (row.sha256 or "")[:12], drops=5),
)
MEETINGS = (
    NUMBER,
    moment_of("at", N_("Time")),
    word("kind", N_("Kind"), "meeting", drops=4),
    field("investor", N_("Investor"), drops=1, least=10),
    joined("contacts", N_("Contacts"), drops=3, least=8),
    field("summary", N_("Summary"), least=18),
    joined("staff", N_("Our side"), drops=5),
    field("lead", N_("Project"), drops=6, least=12),
    field("station", N_("Station"), drops=7),
)


def _due(face: Face, row: Any) -> str:
    if row.done_at is not None:
        return face.say("done")
    if row.days_left < 0:
        return face.say_n("{count} day overdue", "{count} days overdue", -row.days_left)
    return face.say("today") if row.days_left == 0 else face.say_n("in {count} day", "in {count} days", row.days_left)


FOLLOWUPS = (
    NUMBER,
    date_of("due_on", N_("Due")),
    Column(N_("Left"), _due, style=lambda row: "bold red" if row.overdue else ("green" if row.done_at else "")),
    field("text", N_("What"), least=18),
    field("owner", N_("Owner"), drops=2),
    field("investor", N_("Investor"), drops=1, least=10),
    field("lead", N_("Project"), drops=4, least=12),
    field("result", N_("Result"), drops=3, least=12),
)
INVESTORS = (
    NUMBER,
    field("name", N_("Name"), least=14),
    field("country", N_("Country")),
    word("kind", N_("Kind"), "investor kind", drops=2),
    field("leads", N_("Leads"), right=True),
    joined("claimed_by", N_("Claimed by")),
    Column(
        N_("Other names"),
        lambda face, row: face.language.read(N_(", ")).join(name for name in row.names if name != row.name),
        drops=3,
        least=16,
    ),
    Column(
        N_("Archived"), lambda face, row: face.say("archived") if row.archived else "", drops=1, style=lambda _: "red"
    ),
)
#: Of those that were looked for: by which name, where it is another than the one shown.
FOUND = (*INVESTORS[:2], field("matching", N_("Found as"), least=10), *INVESTORS[2:])


def reason(face: Face, row: Any) -> str:
    """Return why two may be one, with the identifier that says so, or those that speak for two."""
    comma = face.language.read(N_(", "))
    but = [face.say(N_("another {scheme}"), scheme=face.word("scheme", each)) for each in row.apart]
    why = face.word("likeness", row.reason)
    return comma.join(filter(None, [why, row.identifier, *but]))


DUPLICATES = (
    Column(N_("Reason"), reason, least=10),
    field("score", N_("Score"), right=True, drops=1),
    field("one", N_("No."), right=True),
    field("one_name", N_("Name"), least=14),
    field("other", N_("Other no."), right=True),
    field("other_name", N_("Other name"), least=14),
)
SCHEMES = (
    Column(N_("Scheme"), lambda _, row: str(row["code"])),
    Column(N_("Name"), lambda face, row: face.word("scheme", row["code"]), least=12),
    Column(N_("Country"), lambda _, row: row["country"] or "", drops=3),
    Column(N_("Example"), lambda _, row: str(row["example"])),
    Column(N_("How it is checked"), lambda face, row: face.language.read(row["rule"]), drops=2, least=16),
    Column(N_("How many"), lambda face, row: face.say(N_("one") if row["single"] else N_("several")), drops=1),
)
CONTACTS = (
    NUMBER,
    field("name", N_("Name"), least=8),
    field("title", N_("Position"), drops=1, least=10),
    field("investor", N_("Investor"), drops=2, least=10),
    field("email", N_("E-mail"), drops=4),
    field("phone", N_("Telephone"), drops=3),
    date_of("since", N_("From"), drops=5),
    date_of("until", N_("Until"), drops=1),
)
STATIONS = (
    field("code", N_("Code")),
    Column(N_("Name"), lambda face, row: row.name if face.language.code == "zh" else row.name_en, least=14),
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
    Column(N_("Name"), lambda face, row: row.name if face.language.code == "zh" else row.name_en, least=14),
    word("kind", N_("Kind"), "unit kind"),
)
STAFF = (
    field("username", N_("User")),
    field("name", N_("Name"), least=8),
    word("role", N_("Role"), "role"),
    field("station", N_("Station"), drops=1),
    field("unit", N_("Unit"), drops=1),
    Column(
        N_("Archived"), lambda face, row: face.say("archived") if row.archived else "", drops=2, style=lambda _: "red"
    ),
)
AUDIT = (
    NUMBER,
    moment_of("at", N_("Time")),
    field("actor", N_("By")),
    Column(N_("What"), lambda _, row: f"{row.verb}\n{row.record} {row.record_id}"),
    Column(N_("Changes"), lambda _, row: changes(row.changes), least=24),
    field("reason", N_("Why"), drops=1, least=12),
)
DISCREPANCIES = (
    Column(N_("Record"), lambda _, row: f"{row.record} {row.record_id}"),
    field("field", N_("Field")),
    field("stored", N_("Stored"), least=12),
    field("derived", N_("Derived"), least=12),
)


def changes(changed: dict[str, Any]) -> str:
    """Return what changed, one field on a line; what was empty before is not named."""
    lines = []
    for name, pair in changed.items():
        before, after = pair if isinstance(pair, (list, tuple)) and len(pair) == 2 else (None, pair)  # noqa: PLR2004 - [from, to]
        lines.append(f"{name}: {after}" if before is None else f"{name}: {before} → {after}")
    return "\n".join(lines)


_CLAIM_STYLES = {"active": "green", "contested": "yellow", "lapsed": "red"}
CLAIMS = (
    NUMBER,
    field("unit_name", N_("Unit"), least=6),
    Column(
        N_("State"),
        lambda face, row: face.word("claim", row.state),
        style=lambda row: _CLAIM_STYLES.get(row.state, "dim"),
    ),
    date_of("protected_until", N_("Protected until")),
    Column(
        N_("Shares"),
        lambda _, row: "\n".join(f"{each.unit} {percent(each.points)}" for each in row.shares),
        drops=3,
    ),
    field("lead", N_("Project"), drops=1, least=12),
    field("investor", N_("Investor"), drops=4, least=8),
    moment_of("filed_at", N_("Filed")),
    field("filed_by", N_("By"), drops=5),
)
CLAIM_STEPS = (
    moment_of("at", N_("When")),
    field("unit", N_("Unit")),
    word("kind", N_("Step"), "claim step"),
    field("actor", N_("By"), drops=1),
    field("reason", N_("Why"), least=16),
)
POOL = (
    NUMBER,
    field("title", N_("Project"), least=12),
    field("investor", N_("Investor"), drops=2, least=8),
    word("stage", N_("Stage"), "stage"),
    field("industry", N_("Industry"), drops=4),
    money_of("expected", N_("Expected"), drops=3),
    date_of("since", N_("In the pool since"), drops=5),
    Column(N_("For"), lambda face, row: days(face.language, row.days), right=True),
    field("last_unit", N_("Last held by"), drops=6),
)
_REFERRAL_STYLES = {"confirmed": "green", "declined": "red", "withdrawn": "red", "expired": "dim"}
REFERRALS = (
    NUMBER,
    field("referrer", N_("Referrer"), least=8),
    field("brought", N_("Brought"), drops=2, least=8),
    field("lead", N_("Project"), drops=1, least=12),
    word("channel", N_("Channel"), "channel", drops=4),
    Column(N_("Share"), lambda _, row: percent(row.points), right=True),
    Column(
        N_("State"),
        lambda face, row: face.word("referral", row.state),
        style=lambda row: _REFERRAL_STYLES.get(row.state, ""),
    ),
    date_of("introduced_on", N_("Introduced"), drops=3),
    word("stage", N_("Stage"), "stage", drops=5),
    word("strength", N_("Strength"), "strength", drops=6),
)


def _sums(name: str, heading: str, *, drops: int = 0) -> Column:
    """Return a column of amounts in several currencies, each on a line of its own."""
    return Column(
        heading,
        lambda face, row: "\n".join(amount(face.language, money, short=True) for money in getattr(row, name)),
        drops=drops,
        right=True,
    )


CREDIT = (
    field("referrer", N_("Referrer"), least=8),
    field("leads", N_("Leads"), right=True),
    field("signed", N_("Signed"), right=True),
    field("landed", N_("Landed"), right=True),
    _sums("capital", N_("Capital by share")),
    field("chain_leads", N_("Leads of the chain"), drops=2, right=True),
    _sums("chain_capital", N_("Capital of the chain"), drops=1),
)
MOVING = (
    field("record", N_("Table")),
    field("field", N_("Column")),
    field("rows", N_("Rows"), right=True),
)
CHOICES = (
    field("field", N_("Field")),
    field("survivor", N_("Of the one that stays"), least=10),
    field("absorbed", N_("Of the other"), least=10),
    word("wins", N_("Wins"), "side"),
)
MERGES = (
    NUMBER,
    field("survivor_id", N_("Stays"), right=True),
    field("survivor", N_("Name"), least=8),
    field("absorbed_id", N_("Taken in"), right=True),
    field("absorbed", N_("Name"), drops=1, least=8),
    moment_of("merged_at", N_("When")),
    field("actor", N_("By"), drops=3),
    field("reason", N_("Why"), drops=2, least=12),
)
