"""Names in the audit as words: verbs, records and their columns."""

from __future__ import annotations

from crm.changes import Change
from crm.cli.printing.language import Language
from crm.cli.printing.reader import Reader
from crm.cli.words import WORDS
from crm.reads.audit.rows import Discrepancy
from crm.rules.audit.nouns import NOUNS
from crm.rules.kernel.fields import by_column

#: Technical fields of entries, which are not shown.
PROOFS = frozenset({"digest", "version", "before", "items", "arrivals", "contracts", "emptied"})


def column_label(language: Language, record: str, column: str) -> str:
    """Return the name of a column: its declared field's label, else a word.

    Args:
        language: In which language.
        record: The table, without its prefix.
        column: The column.
    """
    known = by_column(NOUNS[record]) if record in NOUNS else {}
    if column in known:
        return language.read(known[column][1].label)
    for context, code in (("column", column), ("field", column), ("field", column.removesuffix("_id"))):
        if code in WORDS[context]:
            return language.word(context, code)
    return column


def discrepancy_label(language: Language, row: Discrepancy) -> str:
    """Return what of a record does not match: a column of it, or what else verifying looks at."""
    if row.field in WORDS["discrepancy"]:
        return language.word("discrepancy", row.field)
    return column_label(language, row.record, row.field)


def verb_word(language: Language, verb: str) -> str:
    """Return a verb in words."""
    return language.word("verb" if verb in WORDS["verb"] else "action", verb)


def record_of(reader: Reader, row: Change | Discrepancy) -> str:
    """Return the record that an entry of the audit is about, with its number; a forged entry may be about anything."""
    known = row.record in WORDS["record"]
    return f"{reader.word('record', row.record) if known else row.record} {row.record_id}"
