"""The cells of a row, read into columns by the readers that every verb uses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from attrs import define, field

from crm.errors import N_, InvalidInput, Problem, Refused, problem
from crm.models import Contact
from crm.models.base import Archivable
from crm.rules.imports.fields import IMPORTABLE, ImportField
from crm.rules.imports.rows import Cell, SourceRow
from crm.rules.imports.verdicts import CellProblem
from crm.rules.investors.fields import as_investor_name
from crm.rules.kernel.fields import yes_no
from crm.rules.tags import BETWEEN, as_tags
from crm.services.investors.people import ContactBase
from crm.services.kernel.conflicts import archived
from crm.services.kernel.context import Context
from crm.services.kernel.finding import missing
from crm.services.kernel.writing import is_out_of_use
from crm.services.leads.arguments import LeadArguments
from crm.values.identifiers import as_uid
from crm.values.moments import as_date, as_zone
from crm.values.registers.schemes import as_identifier
from crm.values.text import REASON, TITLE, comparison_key, require_text

#: Words for yes and no in a column.
_YES = frozenset("是 yes y true 1 √ ✓ 保密 外资 はい 예".split())
_NO = frozenset("否 no n false 0 × 不保密 内资 いいえ 아니요".split())
#: Between several values in a cell.
_BETWEEN = re.compile(r"[;；\n]")
#: The fields of an amount whose currency stands in another column.
_CURRENCIES = {"lead.expected": "lead.currency", "capital.amount": "capital.currency"}
#: What is read once the whole row is known.
_LATER = frozenset({"lead.currency", "capital.currency", "meeting.at", "request.brand"})
#: The longest of further texts.
_TEXTS = {"lead.carried_over": REASON, "referral.referrer": TITLE}
#: Of these, what the noun itself reads: a talk needs its zone, a brand the day of its request.
_READ_BY_THEIRS = {"meeting.at": "meeting", "request.brand": "request"}


@define(eq=False)
class Reading:
    """A row that was read.

    Attributes:
        row: The row.
        columns: By noun, its columns.
        by_path: Values that are no declared fields, and the records that fields name.
        problems: What is wrong about its cells.
    """

    row: SourceRow
    columns: dict[str, dict[str, Any]] = field(factory=dict)
    by_path: dict[str, Any] = field(factory=dict)
    problems: list[CellProblem] = field(factory=list)

    def wrong(self, path: str, *problems: Problem) -> None:
        """Note what is wrong about a cell."""
        header = self.row.headers.get(path, path)
        cell = self.row.cells.get(header)
        text = str(self.row.values.get(path) or "") if cell is None else cell
        self.problems += [CellProblem(path, header, text[:60], flaw) for flaw in problems]

    def lacks(self, path: str) -> None:
        """Note that a row lacks a value, unless something is wrong about it already."""
        if all(flaw.path != path for flaw in self.problems):
            self.wrong(
                path,
                problem(
                    N_("The row lacks {field}."),
                    N_("Fill it in, or give one for all such rows: --set {field}=VALUE"),
                    field=path,
                    code="missing",
                ),
            )

    def take(self, path: str, read: Callable[[], Any]) -> Any:
        """Return what *read* returns, or note its refusal about a cell and return None."""
        try:
            return read()
        except Refused as refusal:
            self.wrong(path, *refusal.problems)
            return None


class RowReader(LeadArguments):
    """Reads rows.

    Args:
        context: Session, actor and clock.
        defaults: Values of paths whose cell is empty, or whose column the file lacks.
        words: By path, the codes of words, such as the stages as the language calls them.
        clear: Empty cells clear fields that may be empty.
    """

    def __init__(
        self, context: Context, defaults: Mapping[str, Cell], words: Mapping[str, Mapping[str, str]], *, clear: bool
    ) -> None:
        super().__init__(context)
        self._defaults = defaults
        self._words = words
        self._clear = clear
        self._known: dict[tuple[str, object], Any] = {}
        self._people = ContactBase(context)
        self._readers: Mapping[str, Callable[[Any], object]] = {
            "lead.industry": self._industry,
            "lead.source": self._whence,
            "lead.station": self._stations.get,
            "lead.unit": self._units.get,
            "lead.owner": self._staff.get,
            "meeting.station": self._stations.get,
            "followup.owner": self._staff.get,
            "capital.industry": self._industry,
            "request.unit": self._units.get,
            "request.assignee": self._staff.get,
            "request.ambassador": self._staff.get,
            "referral.referrer": self._person,
        }

    def read(self, row: SourceRow) -> Reading:
        """Return a row as columns, with everything that is wrong about it."""
        reading = Reading(row)
        for path, flaw in row.wrong.items():
            reading.wrong(path, flaw)
        nouns = {IMPORTABLE[path].noun for path, cell in row.values.items() if cell is not None}
        reading.columns = {noun: {} for noun in nouns}
        values = {path: cell for path, cell in self._defaults.items() if row.values.get(path) is None}
        values = {**row.values, **values}
        for path, cell in values.items():
            known = IMPORTABLE[path]
            if known.noun in nouns and path not in _LATER:
                self._read(reading, known, cell, values)
        for path, noun in _READ_BY_THEIRS.items():
            if noun in nouns:
                reading.by_path[path] = values.get(path)
        return reading

    def _read(self, reading: Reading, known: ImportField, cell: Cell, values: Mapping[str, Cell]) -> None:
        declared, path = known.field, known.path
        if cell is None:
            if self._clear and declared is not None and declared.optional and path in reading.row.values:
                reading.columns[known.noun] |= declared.columns(None)
            return
        try:
            value = self._value(known, cell, values)
        except Refused as refusal:
            reading.wrong(path, *refusal.problems)
            return
        if declared is None:
            reading.by_path[path] = value
            return
        if path in self._readers and not isinstance(value, str | dict):
            reading.by_path[path], value = value, value.id
        reading.columns[known.noun] |= declared.columns(value)

    def _value(self, known: ImportField, cell: Cell, values: Mapping[str, Cell]) -> Any:
        path, declared = known.path, known.field
        if known.name == "uid":
            return as_uid(_text(cell))
        if declared is None:
            return _tags(_text(cell)) if known.name == "tags" else self._further(path, _text(cell))
        if declared.read is yes_no:
            return _yes_or_no(cell, known.name)
        if isinstance(cell, datetime):
            raw: object = cell.date()
        elif isinstance(cell, date):
            raw = cell
        else:
            raw = self._words.get(path, {}).get(_text(cell).casefold(), _text(cell))
        if (currency := values.get(_CURRENCIES.get(path, ""))) is not None and isinstance(cell, int | Decimal):
            raw = f"{raw} {currency}"
        if path in self._readers:
            return self._once(path, raw)
        return declared.value(raw, known.name, today=self._context.today)

    def _further(self, path: str, text: str) -> Any:
        if path == "lead.stage":
            code = self._words.get(path, {}).get(text.casefold(), text)
            pipeline = self._context.policy()
            return pipeline.stages[pipeline.position(code)].code
        if path == "meeting.zone":
            return as_zone(text)
        if path in _TEXTS:
            return require_text(text, path.partition(".")[2], limit=_TEXTS[path])
        if path == "lead.since":
            return as_date(text, "since")
        parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
        if path == "investor.identifier":
            return tuple(as_identifier(part) for part in parts)
        return tuple(as_investor_name(part, "alias") for part in parts)

    def contact(self, text: str) -> Contact:
        """Return the contact of a name, written in full; it is looked up once.

        Raises:
            NotFound, Ambiguous: There is none, or there are several.
        """
        found: Contact = self._once("referral.referrer", text)
        return found

    def _person(self, text: str) -> Contact:
        found = self._people.get(text)
        if comparison_key(found.name) != comparison_key(text):
            raise missing("contact", text)
        return found

    def _once(self, path: str, raw: object) -> Any:
        """Return the result of a reader that needs the database; each text is looked up once."""
        key = (path, raw)
        if key not in self._known:
            try:
                found = self._readers[path](raw)
                if isinstance(found, Archivable) and is_out_of_use(found):
                    raise archived(found)
                self._known[key] = found
            except Refused as refusal:
                self._known[key] = refusal
        found = self._known[key]
        if isinstance(found, Refused):
            raise type(found)(*found.problems)
        return found

    def _whence(self, text: str) -> dict[str, Any]:
        """Return the source of a lead; without a prefix it may be the name of a station or of a unit."""
        if ":" not in text:
            for prefix in ("station", "unit"):
                try:
                    return self._source(f"{prefix}:{text}", None)
                except Refused:
                    continue
        found = self._source(text.replace("：", ":"), None)
        if found["source_investor_id"] is not None:
            raise InvalidInput(
                problem(
                    N_("A file names the referrer of a lead in a column of its own."),
                    N_("Head that column 推荐方 or referrer, and give another source."),
                    field="source",
                    code="referrer",
                )
            )
        return found


def _text(cell: Cell) -> str:
    """Return a cell as text: a number without an exponent, a whole one without decimals."""
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"
    return str(cell).strip()


def _tags(text: str) -> tuple[str, ...]:
    return as_tags([part for part in BETWEEN.split(text) if part.strip()], "tags")


def _yes_or_no(cell: Cell, name: str) -> object:
    text = _text(cell).casefold()
    if text in _YES | _NO:
        return text in _YES
    return yes_no(cell, name)
