"""Compares the published figures of a closed period with the current ones."""

from __future__ import annotations

from datetime import datetime

from crm.errors import N_
from crm.models import FigureUnit
from crm.reads.figures.closed import Since
from crm.reads.figures.published import Published, as_value
from crm.reads.figures.year_on_year import Gathered, Value, to_publish
from crm.reads.kernel.rows import Entries
from crm.reports.sheet import Column, Figure, Kind, LeftOut, Method, Report, Table
from crm.reports.year.words import figure_words
from crm.rules.figures.measures import FigureKey
from crm.rules.ledgers.capital import CapitalPolicy
from crm.values.sentences import said

KINDS: dict[FigureUnit, Kind] = {
    FigureUnit.USD: "money", FigureUnit.CNY: "money", FigureUnit.COUNT: "count", FigureUnit.BASIS_POINTS: "share",
}  # fmt: skip

_TABLES: tuple[tuple[str, str, Kind], ...] = (
    ("amounts", N_("Changed amounts"), "money"),
    ("counts", N_("Changed numbers"), "count"),
    ("rates", N_("Changed growth and shares"), "share"),
)


def report(
    published: Published,
    found: Gathered,
    later: Since,
    policy: CapitalPolicy,
    *,
    as_of: datetime,
    explain: bool = False,
) -> Report:
    """Return the published figures of a period and the current ones."""
    current = {key: (unit, value) for key, unit, value in to_publish(found)}
    rows, hidden = [], False
    for name in sorted({*current, *published.figures}):
        key = FigureKey.parse(name)
        if not _comparable(key, found):
            hidden = True
            continue
        unit, _ = current[name] if name in current else published.figures[name]
        was, now = published.value(name), as_value(*current[name]) if name in current else _now(key, found)
        if now != was:
            rows.append((key, KINDS[unit], was, now))
    figures = [
        Figure(
            key=key.measure.code,
            label=figure_words(key, policy),
            value=now,
            kind=kind,
            beside=((said(N_("as published")), kind, was),),
            entries=_behind(key, later) if explain else (),
        )
        for key, kind, was, now in rows
        if key.derived is None and key.dimension is None
    ]
    tables = tuple(
        Table(
            key=name,
            title=said(title),
            adds_up=False,
            columns=(
                Column("figure", said(N_("Figure"))),
                Column("published", said(N_("Published")), kind),
                Column("now", said(N_("Now")), kind),
            ),
            rows=tuple((figure_words(key, policy), was, now) for key, mine, was, now in rows if mine == kind),
        )
        for name, title, kind in _TABLES
        if any(mine == kind for _, mine, *_ in rows)
    )
    return Report(
        name="restatement",
        title=said(N_("Restatement")),
        period=found.period,
        as_of=as_of,
        method=Method(
            (
                said(
                    N_(
                        "Figures as published on {day}, edition {edition}, compared with the current "
                        "ledger and records."
                    ),
                    day=published.closed_on,
                    edition=published.edition,
                ),
                said(
                    N_("{arrivals} arrivals and {contracts} contract amounts of the period have been confirmed since."),
                    arrivals=len(later.arrivals),
                    contracts=len(later.contracts),
                ),
            ),
            policy.method,
        ),
        left_out=(
            LeftOut(
                said(N_("Figures that would disclose confidential leads hidden from you; they are shown as published"))
            ),
        )
        if hidden
        else (),
        figures=tuple(figures),
        tables=tables,
    )


def _comparable(key: FigureKey, found: Gathered) -> bool:
    """Return whether the actor may compare a figure: excluding hidden leads, it would differ from the published one."""
    return not found.now[key.measure.code].shielded


def _now(key: FigureKey, found: Gathered) -> Value | None:
    """Return the current value of a figure without a line: zero for a part without records."""
    return found.value(key, found.now) if key.derived is None else None


def _behind(key: FigureKey, later: Since) -> tuple[Entries, ...]:
    found = later.behind.get(key.measure.code)
    return () if found is None or not found.ids else (found,)
