"""JSON Lines: an object on each line, its values by heading or path; objects in it are joined by a dot."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from crm.errors import N_
from crm.exchange.imports.bounds import (
    MOST_COLUMNS,
    MOST_LINE,
    MOST_ROWS,
    refusal,
    too_long_line,
    too_many_columns,
    too_many_rows,
)
from crm.exchange.imports.cells import Raw, from_text
from crm.exchange.texts import Decoding, not_in

_DEEPEST = 3
#: The digits of a number.
_MOST_DIGITS = 40


def read(file: Path, decoding: Decoding) -> Iterator[tuple[int, dict[str, Raw]]]:
    """Yield the number and the values of each line that is not empty.

    Raises:
        InvalidInput: A line is no object, or is too long, or objects are nested too deep.
    """
    count = number = 0
    with file.open(encoding=decoding.codec) as stream:
        try:
            while line := stream.readline(MOST_LINE + 1):
                number += 1
                if len(line) > MOST_LINE:
                    raise too_long_line(number)
                if not line.removeprefix("\ufeff").strip():
                    continue
                count += 1
                if count > MOST_ROWS:
                    raise too_many_rows()
                yield number, _object(line.removeprefix("\ufeff"), number)
        except UnicodeDecodeError as error:
            raise not_in(decoding) from error


def _object(line: str, number: int) -> dict[str, Raw]:
    try:
        found = json.loads(line, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise _no_object(number, str(error)) from error
    if not isinstance(found, Mapping):
        raise _no_object(number, type(found).__name__)
    values = dict(_flat(found, number))
    if len(values) > MOST_COLUMNS:
        raise too_many_columns(number)
    return values


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def _flat(found: Mapping[str, object], number: int, prefix: str = "", depth: int = 1) -> Iterator[tuple[str, Raw]]:
    if depth > _DEEPEST:
        raise _no_object(number, N_("objects are nested more than three deep."))
    for name, value in found.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from _flat(value, number, f"{key}.", depth + 1)
        else:
            yield key, _raw(value, number)


def _raw(value: object, number: int) -> Raw:
    if isinstance(value, list):
        return from_text("; ".join(str(item) for item in value if item is not None), number)
    if isinstance(value, str):
        return from_text(value, number)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        is_bounded = not isinstance(value, Decimal) or abs(value.adjusted()) < _MOST_DIGITS
        if is_bounded and len(f"{value:f}" if isinstance(value, Decimal) else str(value)) <= _MOST_DIGITS:
            return value
        raise _no_object(number, N_("a number in it is too long."))
    return value if isinstance(value, bool) or value is None else str(value)


def _no_object(number: int, why: str) -> Exception:
    return refusal(
        N_("Line {row} is no JSON object: {why}"),
        N_("Each line is an object of its own."),
        code="json",
        row=number,
        why=why[:100],
    )
