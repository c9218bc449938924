"""The columns and the card of the two ledgers, of rates and of industries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from rich.console import RenderableType

from crm.cli.evidence import EVIDENCE
from crm.cli.printing.fields import country_text, date_of, described, facts_of, field, moment_of, named, number_of, word
from crm.cli.printing.formatting import amount, day, moment
from crm.cli.printing.reader import Reader
from crm.cli.printing.tables import Column, facts, panel, section
from crm.errors import N_
from crm.reads.ledgers.rows import ArrivalRow, EntryCard, EntryRow
from crm.rules.kernel.fields import declared
from crm.rules.ledgers.entries import ArrivalFields, ContractFields
from crm.values.amount_units import AmountUnit, in_unit
from crm.values.numbers import lettered
from crm.values.rates import written

if TYPE_CHECKING:
    from crm.changes import Change
    from crm.reads.industries import IndustryRow

_STYLES = {"reported": "yellow", "verified": "cyan", "confirmed": "green"}


def _state(reader: Reader, row: EntryRow) -> str:
    if row.reversed:
        return reader.say("{state}, reversed", state=reader.word("arrival state", row.state))
    if row.reverses_id:
        return reader.say("{state}, reverses {id}", state=reader.word("arrival state", row.state), id=row.reverses_id)
    if row.replaces_id:
        return reader.say("{state}, replaces {id}", state=reader.word("arrival state", row.state), id=row.replaces_id)
    return reader.word("arrival state", row.state)


def _value(name: str, heading_: str, *, drops: int) -> Column:
    return Column(
        heading_, lambda reader, row: amount(reader.language, getattr(row, name), short=True), drops=drops, right=True
    )


_AMOUNT = Column(N_("Amount"), lambda reader, row: amount(reader.language, row.amount), right=True)
_STATE = Column(
    N_("State"), _state, style=lambda row: "red" if row.reversed or row.reverses_id else _STYLES[row.state], least=8
)


#: The noun of the numbers of a ledger's entries.
_NOUNS: Mapping[object, str] = {ArrivalFields: "arrival", ContractFields: "contract amount"}


def _listed(noun: type, day: str) -> tuple[Column, ...]:
    return described(
        noun,
        number_of(_NOUNS[noun]),
        day,
        _AMOUNT,
        "kind",
        _STATE,
        field("lead", N_("Project"), drops=3, least=10),
        _value("usd", N_("In dollars"), drops=4),
        "country",
        "industry",
        field("unit", N_("Unit"), drops=7),
        _value("cny", N_("In yuan"), drops=8),
        "reference",
        field("confirmed_by", N_("Confirmed by"), drops=10),
        field("verified_by", N_("Verified by"), drops=11),
        field("submitted_by", N_("Submitted by"), drops=12),
    )


_MOMENT = Column(
    N_("When, at the place"), lambda reader, row: moment(reader.language, row.moment), drops=14, key="moment"
)
ARRIVALS = (*_listed(ArrivalFields, "arrived"), _MOMENT)
CONTRACTS = _listed(ContractFields, "agreed")
SUMS = (
    field("currency", N_("Currency")),
    field("entries", N_("Entries"), right=True),
    Column(N_("Sum"), lambda reader, row: amount(reader.language, row.amount), right=True),
    field("confirmed", N_("Entries confirmed"), right=True, drops=1),
    Column(N_("Confirmed, in dollars"), lambda reader, row: amount(reader.language, row.usd), right=True, drops=2),
    Column(N_("Confirmed, in yuan"), lambda reader, row: amount(reader.language, row.cny), right=True, drops=3),
)
_SIGNATURES = (
    word("step", N_("Step"), "arrival state"),
    field("by", N_("By")),
    moment_of("at", N_("When")),
)


def _changed(reader: Reader, row: Change) -> str:
    """Return what an audit entry changes, each once: an amount has two columns."""
    from crm.cli.printing.audited import PROOFS, column_label

    language = reader.language
    labels = (column_label(language, row.record, column) for column in row.changes if column not in PROOFS)
    return language.listed(dict.fromkeys(labels))


def _done(reader: Reader, row: Change) -> str:
    """Return the verb of an audit entry in words."""
    from crm.cli.printing.audited import verb_word

    return verb_word(reader.language, row.verb)


_AUDIT = (
    moment_of("at", N_("When")),
    field("actor", N_("By")),
    Column(N_("What"), _done),
    Column(N_("Changes"), _changed, drops=1, least=16),
    field("reason", N_("Why"), drops=2, least=10),
)
_RATE = Column(N_("Rate"), lambda _, row: written(row.rate), right=True)
RATES = (
    date_of("published_on", N_("Day")),
    field("source", N_("Table")),
    Column(N_("Base"), lambda _, row: row.base),
    _RATE,
    Column(N_("Quoted in"), lambda _, row: row.quote),
)
RATE_TABLES = (
    field("source", N_("Table")),
    date_of("first_on", N_("From")),
    date_of("last_on", N_("Until")),
    field("days", N_("Days with rates"), right=True),
    field("rates", N_("Rates"), right=True),
)
INDUSTRIES = (
    field("code", N_("Code")),
    word("level", N_("Level"), "industry level", drops=1),
    Column(N_("Name"), lambda reader, row: _named(reader, row.name, row.name_en), least=20),
)


def _named(reader: Reader, name: str, name_en: str | None) -> str:
    return name_en if reader.language.code == "en" and name_en else name


def industry(reader: Reader, code: str | None, known: IndustryRow | None) -> str:
    """Return an industry's code with its name, or the name of the narrowest known one that contains it."""
    return "" if code is None or known is None else f"{code} {_named(reader, known.name, known.name_en)}"


def _told(reader: Reader, row: EntryRow) -> str:
    """Return the amount in the unit in which it was stated: 3.45 hundred million."""
    if row.told_in is None:
        return ""
    number = in_unit(row.amount, AmountUnit(row.told_in))
    return reader.say(N_("{number} {unit}"), number=number, unit=reader.word("amount unit", row.told_in))


def entry(reader: Reader, card: EntryCard) -> Iterable[RenderableType]:
    """Draw an entry with its signatures, document, reversal and audit."""
    row, say = card.row, reader.language
    noun, on = (ArrivalFields, "arrived") if isinstance(row, ArrivalRow) else (ContractFields, "agreed")
    rates = [
        f"{currency} {written(rate)}"
        for currency, rate in (("USD", row.usd_rate), ("CNY", row.cny_rate))
        if rate is not None
    ]
    countries = dict.fromkeys(filter(None, [row.immediate_country, row.ultimate_country]))
    pairs = facts_of(
        reader,
        noun,
        row,
        places=[
            (N_("Lead"), named("lead", row.lead_id, row.lead)),
            "kind",
            (on, day(say, getattr(row, declared(noun)[on].key))),
            (N_("When, at the place"), moment(say, getattr(row, "moment", None))),
            ("told_in", _told(reader, row)),
            (N_("In dollars"), amount(say, row.usd)),
            (N_("In yuan"), amount(say, row.cny)),
            (N_("Rates for one unit"), say.listed(rates)),
            (N_("Of the table"), " · ".join(filter(None, [row.rate_source, day(say, row.rate_on)]))),
            ("country", " · ".join(country_text(reader, code) for code in countries)),
            ("industry", industry(reader, row.industry, card.industry)),
            "place",
            (N_("Unit"), row.unit or ""),
            (N_("Method"), row.method or ""),
            "reference",
            (N_("Reverses entry"), lettered(_NOUNS[noun], row.reverses_id) if row.reverses_id else ""),
            (N_("Reversed by entry"), lettered(_NOUNS[noun], card.reversed_by.id) if card.reversed_by else ""),
            (N_("Replaces entry"), lettered(_NOUNS[noun], row.replaces_id) if row.replaces_id else ""),
            (N_("Replaced by entry"), lettered(_NOUNS[noun], card.replaced_by.id) if card.replaced_by else ""),
            "reason",
            (N_("Version"), str(row.version)),
        ],
        but={"amount", "ultimate", "evidence"},
    )
    yield panel(
        f"{lettered(_NOUNS[noun], row.id)} · {amount(say, row.amount)} · {_state(reader, row)}", facts(reader, pairs)
    )
    yield from section(reader, N_("Signatures"), card.signatures, _SIGNATURES)
    yield from section(reader, N_("Evidence"), [card.evidence] if card.evidence else [], EVIDENCE)
    yield from section(reader, N_("Audit"), card.audit, _AUDIT)
