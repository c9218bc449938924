"""The mapping file in TOML: which field each column holds; drafted from a table, and read back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from crm.errors import N_, Problem, problem
from crm.exchange.imports.headings import Unit, unit_of
from crm.exchange.imports.table import Table
from crm.exchange.imports.values import OPEN_VALUES
from crm.exchange.texts import decoded, read_bytes
from crm.refusals import not_one_of, wrong_type
from crm.rules.imports.fields import IMPORTABLE
from crm.rules.imports.rows import ColumnMapping
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.toml import MOST_CHARACTERS, as_toml

_WAY_OUT = N_("Write one with crm import FILE --draft-mapping MAPPING, and fill it in.")
_KEYS = {
    "sheet": str,
    "header_row": int,
    "year": int,
    "day_first": bool,
    "open_values": list,
    "columns": dict,
    "units": dict,
    "values": dict,
}
_YEARS = range(1980, 2101)
_FACTOR = re.compile(r"([1-9][0-9]{0,14})?\s*(\D*)")


def draft(table: Table, *, examples: int = 3) -> str:
    """Return a mapping file for a table: what is sure filled in, what is unsure with its candidates, to be filled in.

    Args:
        table: The file.
        examples: How many cells of each column are shown in a comment.
    """
    shown = _examples(table, examples)
    lines = ["# What the columns hold. A column with an empty text is left out.", "# Fields: crm import fields", ""]
    if table.sheet:
        lines.append(f"sheet = {_quoted(table.sheet)}")
    if table.header_row is not None:
        lines.append(f"header_row = {table.header_row}")
    year = table.mapping.year
    lines.append(f"year = {year}" if year else "# year = 2026  # of days that are written without one: 5月24日")
    lines.append("# day_first = true  # 05/06/2026 is the 5th of June")
    words = ", ".join(map(_quoted, table.mapping.open_values or OPEN_VALUES))
    lines += ["# Cells that mean: not known yet. 约… is every cell that begins so.", f"open_values = [{words}]", ""]
    lines.append("[columns]")
    unsure = {column.header: column for column in table.unsure}
    for header in filter(None, table.headers):
        examples_of = f"  # {shown[header]}" if shown.get(header) else ""
        if header in unsure:
            taken = unsure[header].taken_by
            free = unsure[header].candidates[0 if taken is None else 1 :]
            lines += [f"# {unsure[header].candidates[0]} is {_quoted(taken)} already."] if taken is not None else []
            lines += [f"# Choose: {', '.join(map(_quoted, free))}"] if free else []
        lines.append(f"{_quoted(header)} = {_quoted(table.mapping.columns.get(header) or '')}{examples_of}")
    units = {
        header: f"{table.mapping.units.get(header, 1)} {table.mapping.currencies.get(header, '')}".strip()
        for header in table.headers
        if header in table.mapping.units or header in table.mapping.currencies
    }
    lines += ["", "# What the numbers of a column are: 万美元, USD, or 10000 USD.", "[units]"]
    lines += [f"{_quoted(header)} = {_quoted(unit)}" for header, unit in units.items()]
    lines += ["", "# Words of a column that are read as others; an empty text: not known yet."]
    for header, words_of in table.mapping.readings.items():
        lines += [f"[values.{_quoted(header)}]", *(f"{_quoted(word)} = {_quoted(to)}" for word, to in words_of.items())]
    if not table.mapping.readings:
        lines += ['# [values."当前进度"]', '# "洽谈中" = "negotiating"']
    return "\n".join(lines) + "\n"


def _examples(table: Table, number: int) -> dict[str, str]:
    found = dict[str, list[str]]()
    for row, _ in zip(table.rows(), range(50), strict=False):
        for header, text in row.cells.items():
            texts = found.setdefault(header, [])
            if text and len(texts) < number and text not in texts:
                texts.append(" ".join(text.split())[:24])
    return {header: " · ".join(texts) for header, texts in found.items()}


def _quoted(text: str) -> str:
    """Return a text as TOML writes it; JSON writes it alike but for DEL, which a heading does not have."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "")


def read(file: Path) -> ColumnMapping:
    """Read a mapping file.

    Raises:
        InvalidInput: It cannot be read, or says what cannot be; each problem is named.
    """
    return from_toml(decoded(read_bytes(file, 4 * MOST_CHARACTERS)))


def from_toml(text: str) -> ColumnMapping:
    """Return the mapping that a TOML text says.

    Raises:
        InvalidInput: It is no TOML, has an unknown key, a value of a wrong type, an unknown field or unit.
    """
    tables = as_toml(text, _WAY_OUT)
    wrong = Checks()
    for key, value in tables.items():
        if key not in _KEYS:
            wrong.add(not_one_of(key, _KEYS, "mapping"))
        elif not isinstance(value, _KEYS[key]) or isinstance(value, bool) is not (_KEYS[key] is bool):
            wrong.add(_of_another_type(value, key))
    wrong.settle()
    header_row, year, words = tables.get("header_row"), tables.get("year"), tables.get("open_values", [])
    if header_row is not None and header_row < 1:
        wrong.add(_of_another_type(header_row, "header_row"))
    if year is not None and year not in _YEARS:
        wrong.add(_of_another_type(year, "year"))
    if not all(isinstance(word, str) for word in words):
        wrong.add(_of_another_type(words, "open_values"))
    columns = _columns(tables.get("columns", {}), wrong)
    units, currencies = _units(tables.get("units", {}), columns, wrong)
    readings = _readings(tables.get("values", {}), wrong)
    wrong.settle()
    return ColumnMapping(
        columns,
        tuple(words),
        units,
        currencies,
        tables.get("sheet", ""),
        header_row,
        year,
        tables.get("day_first"),
        readings,
    )


def _of_another_type(value: object, key: str) -> Problem:
    return wrong_type(
        N_("{field}: {text} cannot be meant."), value, N_("See docs/import-files.md."), key, text=repr(value)[:60]
    )


def _columns(table: Mapping[str, object], wrong: Checks) -> dict[str, str | None]:
    columns = dict[str, str | None]()
    for header, path in table.items():
        if not isinstance(path, str):
            wrong.add(_of_another_type(path, f"columns.{header}"))
        elif path and path not in IMPORTABLE:
            wrong.add(_unknown_field(header, path))
        else:
            columns[header] = path or None
    return columns


def _unknown_field(header: str, path: str) -> Problem:
    from rapidfuzz import process

    alike = [found for found, _, _ in process.extract(path, list(IMPORTABLE), limit=4)]
    return problem(
        N_('Column "{header}": there is no field {path}.'),
        N_("Did you mean one of these: {known}?"),
        field="mapping",
        code="choice",
        header=header,
        path=path[:60],
        known=", ".join(alike),
    )


def _readings(table: Mapping[str, object], wrong: Checks) -> dict[str, Mapping[str, str]]:
    readings = dict[str, Mapping[str, str]]()
    for header, words in table.items():
        if not isinstance(words, dict) or not all(isinstance(value, str) for value in words.values()):
            wrong.add(_of_another_type(words, f"values.{header}"))
        else:
            readings[header] = words
    return readings


def _units(
    table: Mapping[str, object], columns: Mapping[str, str | None], wrong: Checks
) -> tuple[dict[str, int], dict[str, str]]:
    units = dict[str, Unit]()
    for header, text in table.items():
        unit = _unit(str(text))
        if header not in columns:
            wrong.wrong(
                N_('The unit of "{header}" is given, but [columns] does not name that column.'),
                N_("Name it there too."),
                field="mapping",
                code="unit",
                header=header,
            )
        elif unit is None:
            wrong.wrong(
                N_('The unit of "{header}" cannot be read: {text}'),
                N_('Write it like "万美元", "USD" or "10000 USD".'),
                field="mapping",
                code="unit",
                header=header,
                text=str(text)[:40],
            )
        else:
            units[header] = unit
    factors = {header: unit.factor for header, unit in units.items()}
    return factors, {header: unit.currency for header, unit in units.items() if unit.currency is not None}


def _unit(text: str) -> Unit | None:
    """Return the unit that a text says: 万美元, USD, 10000 or 10000 USD."""
    match = _FACTOR.fullmatch(text.strip())
    if match is None or not match[2]:
        return None if match is None else Unit(int(match[1]), None)
    unit = unit_of(match[2])
    return None if unit is None else Unit(int(match[1] or 1) * unit.factor, unit.currency)
