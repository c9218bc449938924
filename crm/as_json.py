"""Rows, cards, reports and errors as dictionaries and as JSON, with the keys that ``crm --json`` prints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crm.cli.printing.language import Language
from crm.cli.printing.plain import Form, plain
from crm.errors import N_, Refused, problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pandas import DataFrame

    from crm.cli.printing.language import Code
    from crm.rules.stages import Pipeline


def to_dict(value: object, *, language: Code = "en", policy: Pipeline | None = None) -> Any:
    """Return what a method returned or raised as dictionaries, lists, texts, numbers, truth values and None.

    A row or a card becomes a dictionary by the names of its fields. An amount is ``{"minor", "currency", "text"}``, a
    time of a meeting ``{"utc", "zone", "local"}``; another instant, a day and a period are ISO 8601; a code stays a
    code. A list is ``{"rows", "total", "more", "after"}``. A record that a verb returned is what it is known by,
    ``{"record", "id", "uid", "version"}``. An error is ``{"error", "problems", "matches"}``; see docs/json.md.

    Args:
        value: A row, a card, a list, a report, a record, an error, or several of them.
        language: In which language sentences are: of errors, of reports, of what is missing for a stage.
        policy: The policy whose stages sentences name; by default the bureau's.
    """
    return plain(value, Form(Language(language).under(lambda: policy), str))


def to_dataframe(rows: Iterable[object], *, language: Code = "en") -> DataFrame:
    """Return rows as a data frame of pandas, which is no dependency of this library: install it yourself.

    A column for each key of :func:`to_dict`; an amount has three, such as ``expected_minor``, ``expected_currency`` and
    ``expected_text``. Whole minor units stay exact; a float is never made of them.

    Args:
        rows: What a list returned, or ``crm.stream(…)``.
        language: As :func:`to_dict` takes it.

    Raises:
        Refused: There is no pandas.
    """
    try:
        from pandas import DataFrame  # noqa: PLC0415 - not installed with the library
    except ImportError as error:
        raise Refused(
            problem(
                N_("A data frame needs pandas."),
                N_("Install it with: pip install pandas"),
                code="extra",
                extra="pandas",
            )
        ) from error
    form = Form(Language(language), str)
    return DataFrame([dict(_flat(plain(row, form))) for row in rows])


def _flat(row: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield the columns of a row: of a dictionary in it one for each key."""
    for key, value in row.items():
        if isinstance(value, dict):
            yield from ((f"{key}_{part}", inner) for part, inner in value.items())
        else:
            yield key, value


def to_json(value: object, *, language: Code = "en", policy: Pipeline | None = None, indent: int | None = None) -> str:
    """Return the same as JSON.

    Args:
        value: As :func:`to_dict` takes it.
        language: As there.
        policy: As there.
        indent: By how many spaces lines are indented; None: one line.
    """
    return json.dumps(to_dict(value, language=language, policy=policy), ensure_ascii=False, indent=indent)
