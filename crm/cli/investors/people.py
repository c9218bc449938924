"""The pages of what is held on a person, and of the texts that mention them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import RenderableType

from crm.cli.kit.face import Face
from crm.cli.printing.audited import column_label, verb_word
from crm.cli.printing.fields import NUMBER, facts_of, field
from crm.cli.printing.formatting import shown
from crm.cli.printing.reader import Reader
from crm.cli.printing.tables import Column, facts, panel, section
from crm.cli.words import WORDS
from crm.errors import N_
from crm.reads.investors.rows import MentionRow
from crm.rules.investors.contacts import ContactFields

MENTIONS = (
    Column(N_("Record"), lambda reader, row: _record(reader, row.record)),
    NUMBER,
    Column(N_("Field"), lambda reader, row: column_label(reader.language, row.record, row.field)),
    field("text", N_("Text"), least=16),
    field("redact", N_("How to redact"), drops=1, least=16),
)


def tell_mentions(face: Face, rows: Sequence[MentionRow]) -> None:
    """Print the texts that still mention somebody, with the commands that redact them."""
    if rows and not face.json:
        face.echo(face.say(N_("These texts mention the person; erasing leaves them. Redact them by hand:")))
        face.print_rows(rows, MENTIONS, empty="")


def held(reader: Reader, person: Mapping[str, Any]) -> Iterable[RenderableType]:
    """Draw all that is held on a person."""
    yield panel(f"{person['id']} · {person['name']}", facts(reader, facts_of(reader, ContactFields, _Person(person))))
    for key, title, columns in _SECTIONS:
        yield from section(reader, title, person[key] or (), columns)
    yield from section(reader, N_("Texts that mention them"), person["mentions"] or (), MENTIONS)
    yield from section(reader, N_("Who recorded it"), person["history"] or (), _HISTORY)


class _Person:
    """The person's fields, as a row has them."""

    def __init__(self, person: Mapping[str, Any]) -> None:
        self.described = person


def _record(reader: Reader, record: str) -> str:
    return reader.word("record", record) if record in WORDS["record"] else record


def _text(reader: Reader, value: object) -> str:
    if isinstance(value, bool):
        return reader.say("yes") if value else ""
    return "" if value is None else str(shown(reader.language, value, short=True))


def _of(key: str, heading: str, *, least: int = 0) -> Column:
    return Column(heading, lambda reader, row: _text(reader, row[key]), least=least)


def _before(reader: Reader, row: Mapping[str, Any]) -> str:
    return "\n".join(
        f"{column_label(reader.language, row['record'], key)}: {value}" for key, value in row["before"].items()
    )


_WITHDRAWN = _of("withdrawn", N_("Withdrawn"))
_SECTIONS = (
    (
        "employments",
        N_("Posts"),
        (
            _of("title", N_("Position")),
            _of("department", N_("Department")),
            _of("investor", N_("Investor")),
            _of("since", N_("From")),
            _of("until", N_("Until")),
            _WITHDRAWN,
        ),
    ),
    (
        "meetings",
        N_("Meetings"),
        (
            _of("id", N_("No.")),
            _of("met_at", N_("When")),
            _of("investor", N_("Investor")),
            _of("place", N_("Place")),
            _of("summary", N_("Summary"), least=16),
            Column(N_("Minutes"), lambda _, row: "\n".join(line["text"] for line in row["minutes"]), least=16),
            _of("logged_by", N_("By")),
            _WITHDRAWN,
        ),
    ),
    (
        "followups",
        N_("Follow-ups"),
        (
            _of("id", N_("No.")),
            _of("text", N_("Text"), least=16),
            _of("due_on", N_("Due")),
            _of("result", N_("Result"), least=16),
            _WITHDRAWN,
        ),
    ),
    (
        "events",
        N_("Events"),
        (
            _of("code", N_("Code")),
            _of("title", N_("Title")),
            _of("starts_on", N_("From")),
            _of("note", N_("Note")),
            _WITHDRAWN,
        ),
    ),
    (
        "referrals",
        N_("Referrals"),
        (
            _of("id", N_("No.")),
            _of("lead", N_("Project")),
            _of("referred", N_("Referrer")),
            _of("confirmed", N_("Confirmed")),
            _of("introduced_on", N_("Day")),
            _of("note", N_("Note")),
        ),
    ),
    (
        "merges",
        N_("Merges"),
        (_of("id", N_("No.")), _of("merged_at", N_("When")), _of("reason", N_("Why")), _of("undone_at", N_("Undone"))),
    ),
)
_HISTORY = (
    _of("at", N_("When")),
    _of("by", N_("By")),
    Column(N_("What"), lambda reader, row: verb_word(reader.language, row["verb"])),
    Column(N_("Record"), lambda reader, row: f"{_record(reader, row['record'])} {row['id']}"),
    Column(
        N_("Fields"),
        lambda reader, row: reader.language.listed(
            column_label(reader.language, row["record"], key) for key in row["fields"]
        ),
        least=12,
    ),
    Column(N_("Before"), _before, least=12),
    _of("reason", N_("Reason")),
)
