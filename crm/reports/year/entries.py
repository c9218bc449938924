"""The records behind each line of the year report, and behind each row of its breakdowns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from crm.reads.figures import queries as counting
from crm.reads.figures.measured import facts
from crm.reads.figures.year_on_year import Gathered
from crm.reads.kernel.rows import Entries
from crm.reports.sheet import Figure
from crm.reports.year.words import figure_words
from crm.rules.access import Actor
from crm.rules.figures.measures import FigureKey
from crm.rules.stages import Pipeline
from crm.values.period import Period


def behind_line(
    session: Session, actor: Actor | None, pipeline: Pipeline, key: FigureKey, period: Period, today: date
) -> tuple[Entries, ...]:
    """Return the records behind a line. One statement."""
    record, ids = counting.entry_ids(session, actor, pipeline, key, period, today=today)
    return (Entries(record, ids),) if ids else ()


def behind_parts(
    session: Session, actor: Actor | None, pipeline: Pipeline, found: Gathered, code: str
) -> tuple[Figure, ...]:
    """Return each part of the breakdowns of a ledger measure with its entries. One statement for all.

    Args:
        session: The session.
        actor: For whom: of leads that they may not see no entry is named.
        pipeline: The policy: which countries form a group.
        found: What was counted.
        code: The measure.
    """
    measure, counted, period = FigureKey.parse(code).measure, found.now[code], found.period
    plain = [dimension for dimension in counted.by if dimension != "group"]
    records = facts(measure, pipeline, {"lead", *plain})
    statement = counting.shown(records, actor, period)
    columns = [records.columns[dimension] for dimension in plain]
    ids: dict[str, list[int]] = defaultdict(list)
    for number, *codes in session.execute(
        statement.add_columns(records.id, *columns).order_by(records.day, records.id)
    ):
        for part in _parts(zip(plain, codes, strict=True), pipeline, grouped="group" in counted.by):
            ids[f"{code}:{part}"].append(number)
    keys = [
        FigureKey.parse(f"{code}:{dimension}={part}")
        for dimension, parts in counted.by.items()
        for part, value in parts.items()
        if part is not None and (value or dimension == "group")
    ]
    return tuple(
        Figure(
            key=str(key),
            label=figure_words(key, pipeline.capital),
            value=found.value(key, found.now),
            kind="money",
            entries=(Entries(records.record, tuple(ids[str(key)])),) if str(key) in ids else (),
        )
        for key in keys
    )


def _parts(codes: Iterable[tuple[str, str | None]], pipeline: Pipeline, *, grouped: bool) -> Iterable[str]:
    """Return every part of every breakdown that a record belongs to."""
    for dimension, code in codes:
        yield f"{dimension}={code}"
        if grouped and dimension == "country":
            yield from (f"group={group.code}" for group in pipeline.capital.groups if code in group.countries)
