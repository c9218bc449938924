"""The columns of the audit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from crm.changes import Change
from crm.cli.printing.audited import PROOFS, column_label, discrepancy_label, record_of, verb_word
from crm.cli.printing.fields import NUMBER, field, moment_of, value_text
from crm.cli.printing.formatting import moment
from crm.cli.printing.reader import Reader
from crm.cli.printing.tables import Column
from crm.cli.words.audited import CODED
from crm.errors import N_
from crm.models.wordings import is_digest, worded_columns
from crm.rules.audit.nouns import NOUNS
from crm.rules.kernel.fields import Field, by_column, period
from crm.values.money import Money
from crm.values.period import Period
from crm.values.plain import change_of


def by(reader: Reader, row: Change) -> str:
    """Return the actor, and the admin who acted on their behalf."""
    if row.acted_by is None:
        return row.actor or ""
    return reader.say(N_("{actor}, by {admin}"), actor=row.actor, admin=row.acted_by)


def _erased(reader: Reader, value: object) -> object:
    """Return a text; for the digest of one that was taken out, that it was erased."""
    return reader.say(N_("(erased)")) if is_digest(value) else value


_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\S+\+00:00")

AUDIT = (
    NUMBER,
    moment_of("at", N_("Time")),
    Column(N_("By"), by),
    Column(N_("What"), lambda reader, row: f"{verb_word(reader.language, row.verb)}\n{record_of(reader, row)}"),
    Column(N_("Changes"), lambda reader, row: changes(reader, row.record, row.changes), least=24),
    Column(N_("Why"), lambda reader, row: str(_erased(reader, row.reason) or ""), drops=1, least=12),
)


DISCREPANCIES = (
    Column(N_("Record"), record_of),
    Column(N_("Field"), lambda reader, row: discrepancy_label(reader.language, row)),
    Column(N_("Entry"), lambda _, row: "" if row.entry is None else str(row.entry), drops=1),
    field("stored", N_("Stored"), least=12),
    field("derived", N_("Derived"), least=12),
)


def changes(reader: Reader, record: str, changed: Mapping[str, object]) -> str:
    """Return the changes, one field on a line; empty old values are left out."""
    known = by_column(NOUNS[record]) if record in NOUNS else {}
    lines = []
    for name, pair in changed.items():
        if name in PROOFS:
            continue
        label, (before, after) = column_label(reader.language, record, name), _pair(pair)
        if name in worded_columns(record):
            before, after = (_erased(reader, value) for value in (before, after))
        if name in known:
            declaration = known[name][1]
            if name in {_currency(declaration), _last_day(declaration)} and declaration.kept[0] in changed:
                continue
            label, before, after = _field_in_words(reader, declaration, before, after, changed)
        elif (context := CODED.get(f"{record}.{name}")) is not None:
            before, after = (None if code is None else reader.word(context, code) for code in (before, after))
        else:
            before, after = (_local(reader, value) for value in (before, after))
        if name.endswith("_id"):
            # The audit stores the number of the other record, not its name.
            label = reader.say(N_("{field}, number"), field=label)
        now = "–" if after is None or after == "" else str(after)
        shown_value = now if before is None else f"{before} → {now}"
        lines.append(reader.language.say(N_("{label}: {value}"), label=label, value=shown_value))
    return "\n".join(lines)


def _field_in_words(
    reader: Reader, declaration: Field, before: object, after: object, changed: Mapping[str, object]
) -> tuple[str, str | None, str]:
    """Return the label of a declared field, and its old and new value in words."""
    label = reader.language.read(declaration.label)
    currency, last = _currency(declaration), _last_day(declaration)
    if last is not None and last in changed:
        before, after = map(_period, (before, after), _pair(changed[last]))
    elif currency is not None and currency in changed:
        before, after = map(_amount, (before, after), _pair(changed[currency]))
    elif currency is not None:
        # The currency has not changed, so the entry does not have it.
        label = reader.say("{field}, in minor units", field=label)
    return label, None if before is None else _text(reader, declaration, before), _text(reader, declaration, after)


def _local(reader: Reader, value: object) -> object:
    """Return an instant as the bureau's local time, and any other value unchanged."""
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        return value
    try:
        return moment(reader.language, datetime.fromisoformat(value), short=True)
    except ValueError:  # a forged one
        return value


def _text(reader: Reader, declaration: Field, value: object) -> str:
    return reader.say("no") if value is False else value_text(reader, declaration, value)


def _currency(declaration: Field) -> str | None:
    """Return the column of a field's currency; None if it is not an amount."""
    return next((column for column in declaration.kept[1:] if column.endswith("currency")), None)


def _last_day(declaration: Field) -> str | None:
    """Return the column of the last day of a field; None if it is not a period."""
    return declaration.kept[1] if declaration.read is period else None


def _period(first: object, last: object) -> str | None:
    return str(Period.parse(f"{first}..{last}")) if isinstance(first, str) and isinstance(last, str) else None


def _amount(minor: object, currency: object) -> Money | None:
    return Money(minor, currency) if isinstance(minor, int) and isinstance(currency, str) else None


def _pair(pair: object) -> tuple[object, object]:
    """Return the old and the new value; a single value is new."""
    return change_of(pair) or (None, pair)
