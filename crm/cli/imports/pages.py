"""What is printed of imports: the preview in a few lines, the list, the card."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import RenderableType

from crm.cli.printing.fields import NUMBER, field, moment_of
from crm.cli.printing.formatting import moment
from crm.cli.printing.reader import Reader
from crm.cli.printing.refusals import sentences
from crm.cli.printing.tables import Column, facts, panel, section
from crm.errors import N_, Problem
from crm.reads.imports.rows import ImportCard, ImportedRow
from crm.rules.imports.verdicts import CellProblem, Preview, RecordVerdict, RowVerdict, Twin, Verdict
from crm.services.imports.undoing import Left
from crm.values.numbers import lettered

#: The number of rows of each verdict in a short preview.
SHOWN = 5
_ASKED = (Verdict.REFUSED, Verdict.LIKELY)


def preview_lines(reader: Reader, preview: Preview, *, every: bool) -> Iterator[str]:
    """Yield the lines of a preview: totals, records, then the rows about which something is to be done, or all."""
    say, word = reader.say, reader.word
    totals = reader.language.listed(
        f"{word('import verdict', verdict)} {count}" for verdict, count in preview.totals.items() if count
    )
    yield say(N_("{file}: {rows} rows ({totals})"), file=preview.file, rows=preview.rows, totals=totals or "0")
    for noun, counts in preview.records.items():
        listed = reader.language.listed(
            f"{word('import verdict', verdict)} {count}" for verdict, count in counts.items()
        )
        yield f"  {_labelled(reader, word('record', noun), listed)}"
    for verdict in tuple(Verdict) if every else _ASKED:
        rows = [row for row in preview.verdicts if row.verdict is verdict]
        for row in rows if every else rows[:SHOWN]:
            yield from row_lines(reader, row)
        more = preview.totals[verdict] - SHOWN
        if more > 0 and not every:
            yield say(
                N_("… and {count} more rows: {verdict}; all of them: --all"),
                count=more,
                verdict=word("import verdict", verdict),
            )
    notes = [note for row in preview.verdicts for record in row.records for note in record.notes]
    if notes and not every:
        yield say(N_("{count} values stay unchanged or are entered differently; list them: --all"), count=len(notes))


def row_lines(reader: Reader, row: RowVerdict) -> Iterator[str]:
    """Yield what becomes of a row: the row, then what is wrong, likely or changed."""
    names = " · ".join(dict.fromkeys(record.name for record in row.records if record.noun in {"investor", "lead"}))
    yield reader.say(
        N_("Row {row} ({verdict}): {names}"),
        row=row.row,
        verdict=reader.word("import verdict", row.verdict),
        names=names or "–",
    )
    yield from (f"    {cell_problem(reader, flaw)}" for flaw in row.problems)
    for record in row.records:
        yield from (f"    {line}" for line in _record_lines(reader, record, row.row))


def cell_problem(reader: Reader, flaw: CellProblem) -> str:
    """Return what is wrong about a cell, and the way out."""
    where = reader.say(N_('{column} "{cell}"'), column=flaw.column, cell=flaw.cell) if flaw.cell else str(flaw.column)
    return _labelled(reader, where, sentence(reader, flaw.problem))


def sentence(reader: Reader, flaw: Problem) -> str:
    """Return a problem with its way out."""
    return " ".join(filter(None, sentences(reader.language, flaw)))


def _labelled(reader: Reader, label: str, text: str) -> str:
    return reader.say(N_("{label}: {value}"), label=label, value=text)


def why(reader: Reader, row: RowVerdict) -> str:
    """Return why a row was left out."""
    found = [cell_problem(reader, flaw) for flaw in row.problems]
    found += [_twin(reader, twin, record, row.row) for record in row.records for twin in record.twins]
    return "\n".join(found)


def left_lines(reader: Reader, left: Iterable[Left]) -> Iterator[str]:
    """Yield the records that an undone import leaves, each with the reason."""
    for one in left:
        yield reader.say(
            N_("  Row {row}, {record} {id}: {why}"),
            row=one.row,
            record=reader.word("record", one.record),
            id=one.id,
            why=sentence(reader, one.problem),
        )


def _record_lines(reader: Reader, record: RecordVerdict, row: int) -> Iterator[str]:
    for column, (before, after) in record.changes.items():
        label = reader.language.word("field", column)
        yield _labelled(reader, label, f"{'–' if before is None else before} → {'–' if after is None else after}")
    yield from (_twin(reader, twin, record, row) for twin in record.twins)
    yield from (sentence(reader, note) for note in record.notes)


def _twin(reader: Reader, twin: Twin, record: RecordVerdict, row: int) -> str:
    if twin.id is None:
        return reader.say(
            N_('Likely the same as "{name}" of row {row} ({reason}). If they are two: --likely-new'),
            name=twin.name,
            row=twin.row,
            reason=reader.word("likeness", twin.reason),
        )
    text = N_('Likely the same as "{name}", {id} ({reason}). If it is, write its name so; if not: --likely-new')
    if record.noun == "investor":
        text = N_('Likely the same as "{name}", {id} ({reason}). If it is: --same {row}={id}; if not: --likely-new')
    return reader.say(
        text, name=twin.name, id=lettered(record.noun, twin.id), row=row, reason=reader.word("likeness", twin.reason)
    )


def _done(reader: Reader, row: ImportedRow) -> str:
    return reader.say(N_("made") if row.made else N_("changed"))


IMPORTS = (
    NUMBER,
    moment_of("imported_at", N_("Time")),
    field("imported_by", N_("By"), drops=2),
    field("file", N_("File"), least=12),
    field("rows", N_("Rows"), drops=4, right=True),
    field("made", N_("Made"), right=True),
    field("changed", N_("Changed"), drops=3, right=True),
    field("skipped", N_("Rows left out"), drops=5, right=True),
    moment_of("undone_at", N_("Undone"), drops=1),
)
FIELDS = (
    Column(N_("Field"), lambda _, row: str(row["path"])),
    Column(N_("Name"), lambda reader, row: reader.language.read(row["label"])),
    Column(N_("Headers"), lambda reader, row: reader.language.listed(row["headings"]), drops=1, least=24),
)
_RECORDS = (
    field("row", N_("Row"), right=True),
    Column(N_("Record"), lambda reader, row: f"{reader.word('record', row.record)} {row.id}"),
    field("name", N_("Name"), least=12),
    Column(N_("What"), _done),
)


def card(reader: Reader, row: ImportCard) -> Iterable[RenderableType]:
    """Draw an import with its records."""
    yield panel(
        f"{row.id} {row.file}",
        facts(
            reader,
            [
                (N_("Time"), moment(reader.language, row.imported_at)),
                (N_("By"), row.imported_by),
                ("SHA-256", row.checksum),
                (N_("Rows"), str(row.rows)),
                (N_("Rows left out"), str(row.skipped)),
                (
                    N_("Undone"),
                    "" if row.undone_at is None else f"{moment(reader.language, row.undone_at)} {row.undone_by}",
                ),
                (N_("Why"), row.undone_reason or ""),
            ],
        ),
    )
    yield from section(reader, N_("Records"), row.records, _RECORDS)
