"""The columns and the cards of investors and their contacts, and of merges."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from rich.console import RenderableType

from crm.cli.claims.pages import CLAIMS
from crm.cli.leads.pages import LEADS
from crm.cli.meetings.pages import MEETINGS
from crm.cli.printing.audited import column_label
from crm.cli.printing.fields import (
    WITHDRAWN,
    column_of,
    date_of,
    described,
    facts_of,
    field,
    joined,
    moment_of,
    named,
    number_of,
    time_left,
    word,
)
from crm.cli.printing.reader import Reader
from crm.cli.printing.tables import Column, bracketed, facts, panel, section, without
from crm.cli.words import WORDS
from crm.errors import N_
from crm.reads.investors.likeness_rows import DuplicateRow, LikelyRow
from crm.reads.investors.rows import ContactCard, InvestorCard
from crm.reads.merges.rows import ChoiceRow
from crm.rules.investors.contacts import ContactFields, EmploymentFields
from crm.rules.investors.fields import InvestorFields
from crm.rules.tags import Tagged

INVESTORS = (
    number_of("investor"),
    *described(InvestorFields),
    field("leads", N_("Leads"), right=True),
    joined("claimed_by", N_("Claimed by")),
    column_of(Tagged, "tags"),
    Column(
        N_("Other names"),
        lambda reader, row: reader.language.listed(name for name in row.names if name != row.name),
        drops=3,
        least=16,
    ),
    Column(
        N_("Archived"),
        lambda reader, row: reader.say("archived") if row.archived else "",
        drops=1,
        style=lambda _: "red",
    ),
)


#: In search results: the matching name, if it is not the displayed one.
FOUND = (*INVESTORS[:2], field("matching", N_("Found as"), least=10), *INVESTORS[2:])


def reason(reader: Reader, row: DuplicateRow | LikelyRow) -> str:
    """Return why two may be the same, with the shared identifier, or the different ones."""
    but = [reader.say(N_("another {scheme}"), scheme=reader.word("scheme", scheme)) for scheme in row.apart]
    why = reader.word("likeness", row.reason)
    return reader.language.listed(filter(None, [why, row.identifier, *but]))


DUPLICATES = (
    Column(N_("Reason"), reason, least=10),
    field("score", N_("Score"), right=True, drops=1),
    number_of("investor", "one"),
    field("one_name", N_("Name"), least=14),
    number_of("investor", "other", N_("Other no.")),
    field("other_name", N_("Other name"), least=14),
)


SAME_PEOPLE = (
    Column(
        N_("Reason"),
        lambda reader, row: reader.language.listed(reader.word("same person", reason) for reason in row.reasons),
        least=10,
    ),
    number_of("contact", "one"),
    field("one_name", N_("Name"), least=8),
    joined("one_investors", N_("Investor"), drops=1, least=10),
    number_of("contact", "other", N_("Other no.")),
    field("other_name", N_("Other name"), least=8),
    joined("other_investors", N_("Other investor"), drops=1, least=10),
)


SCHEMES = (
    Column(N_("Scheme"), lambda _, row: str(row["code"])),
    Column(N_("Name"), lambda reader, row: reader.word("scheme", row["code"]), least=12),
    Column(N_("Country"), lambda _, row: row["country"] or "", drops=3),
    Column(N_("Example"), lambda _, row: str(row["example"])),
    Column(N_("How it is checked"), lambda reader, row: reader.language.read(row["rule"]), drops=2, least=16),
    Column(N_("How many"), lambda reader, row: reader.say(N_("one") if row["single"] else N_("several")), drops=1),
)


_TITLE, _DEPARTMENT, _SINCE, _UNTIL = map(
    partial(column_of, EmploymentFields), ("title", "department", "since", "until")
)
_EMPLOYER = field("investor", N_("Investor"), drops=2, least=10)
_NUMBER = number_of("contact")
CONTACTS = described(
    ContactFields, _NUMBER, "name", "other_name", _TITLE, _EMPLOYER, "email", "phone", _SINCE, _UNTIL, WITHDRAWN
)
#: Of one person.
POSTS = (_TITLE, _DEPARTMENT, _EMPLOYER, _SINCE, _UNTIL, WITHDRAWN)
MEMBERSHIPS = (
    number_of("investor", "child_id"),
    field("child", N_("Subsidiary"), least=10),
    Column(N_("Parent"), lambda _, row: named("investor", row.parent_id, row.parent), key="parent", least=10),
    date_of("since", N_("From")),
    date_of("until", N_("Until")),
    field("reason", N_("Why it ended"), drops=2, least=12),
    WITHDRAWN,
)
DUE = described(
    ContactFields,
    _NUMBER,
    "name",
    "retain_until",
    Column(N_("Left"), time_left, style=lambda _: "bold red", drops=2),
    "basis",
    "jurisdiction",
)


MOVING = (
    Column(N_("Records"), lambda reader, row: reader.word("record", row.record)),
    Column(N_("By which"), lambda reader, row: column_label(reader.language, row.record, row.field)),
    field("rows", N_("Rows"), right=True),
)


def _chosen(reader: Reader, row: ChoiceRow) -> str:
    """Return the field with two values; for an identifier its scheme."""
    return reader.word("scheme" if row.field in WORDS["scheme"] else "field", row.field)


CHOICES = (
    Column(N_("Field"), _chosen),
    field("survivor", N_("Of the surviving record"), least=10),
    field("absorbed", N_("Of the absorbed record"), least=10),
    word("wins", N_("Wins"), "side"),
)


MERGES = (
    number_of("merge"),
    field("survivor_id", N_("Stays"), right=True),
    field("survivor", N_("Name"), least=8),
    field("absorbed_id", N_("Absorbed"), right=True),
    field("absorbed", N_("Absorbed name"), drops=1, least=8),
    moment_of("merged_at", N_("When")),
    field("actor", N_("By"), drops=3),
    field("reason", N_("Why"), drops=2, least=12),
)


def investor(reader: Reader, card: InvestorCard) -> Iterable[RenderableType]:
    """Draw an investor with its names, contacts, leads and latest meetings."""
    row = card.row
    names = [name.text + bracketed(reader, name.language, reader.word("name kind", name.kind)) for name in card.names]
    numbers = [
        identifier.shown
        + bracketed(
            reader,
            reader.word("scheme", identifier.scheme),
            *([reader.say("former")] if identifier.former_since else []),
        )
        for identifier in card.identifiers
    ]
    yield panel(
        named("investor", row.id, row.name),
        facts(
            reader,
            [
                *facts_of(reader, InvestorFields, row, card, but={"name", "note"}),
                (N_("Names"), "\n".join(names)),
                (N_("Identifiers"), "\n".join(numbers)),
                *facts_of(reader, Tagged, row),
                (N_("Archived"), reader.say("yes") if row.archived else ""),
                (N_("Note"), card.note or ""),
            ],
        ),
    )
    yield from section(reader, N_("People"), card.contacts, without(CONTACTS, "investor"))
    yield from section(reader, N_("Leads"), card.leads, without(LEADS, "investor"))
    yield from section(reader, N_("Claims"), card.claims, without(CLAIMS, "investor"))
    yield from section(reader, N_("Latest meetings"), card.meetings, without(MEETINGS, "investor"))


def contact(reader: Reader, person: ContactCard) -> Iterable[RenderableType]:
    """Draw a contact with all employments."""
    archived = (N_("Archived"), reader.say("yes") if person.archived else "")
    yield panel(
        named("contact", person.id, str(person.described["name"])),
        facts(reader, [*facts_of(reader, ContactFields, person, but={"name"}), archived]),
    )
    yield from section(reader, N_("Posts"), person.employments, POSTS)
